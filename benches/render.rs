//! How fast a whole session is rendered, with an empty cache and with a full one: the bedtime routine over
//! ocean, by the real binary. The goal with espeak-ng is a hundredth of its length on two cores. It also
//! measures the limiter's share of a core, with nothing near its ceiling and with constant limiting.

// The results are printed.
#![allow(clippy::print_stdout)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use supine::mixer::limiter::Limiter;
use supine::units::{Frame, SampleRate};

fn main() {
    for (what, amplitude) in [("at rest", 0.3), ("at work", 2.0)] {
        println!("limiter {what}: {:.3} % of a core", limiter_share(amplitude) * 100.0);
    }
    for voice in ["espeak", "natural"] {
        let folder = tempfile::tempdir().expect("there is room for a file");
        for cache in ["cold", "warm", "warm"] {
            let (length, took) = render(folder.path(), voice);
            println!(
                "{voice:>7}, {cache}: {length:.0} s of session in {took:.2} s: 1/{:.0} of its length",
                length / took
            );
        }
    }
}

/// The limiter's share of a core for a tone.
fn limiter_share(amplitude: f32) -> f64 {
    const SECONDS: f64 = 600.0;
    let rate = SampleRate::HZ_48000;
    let mut limiter = Limiter::new(rate);
    let tone: Vec<Frame> = (0..256).map(|n| [amplitude * (n as f32 * 0.05).sin(); 2]).collect();
    let mut block = tone.clone();
    let start = Instant::now();
    for _ in 0..(SECONDS * f64::from(rate.hz())) as usize / tone.len() {
        block.copy_from_slice(&tone);
        limiter.process(&mut block);
    }
    start.elapsed().as_secs_f64() / SECONDS
}

/// The length of the session, and the time that rendering took, in seconds.
fn render(folder: &Path, voice: &str) -> (f64, f64) {
    let path = folder.join("bed.wav");
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_supine"))
        .args(["render", "bedtime-back", "--voice", voice, "-o"])
        .arg(&path)
        .env("XDG_CONFIG_HOME", folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .stderr(Stdio::null())
        .status()
        .expect("the binary was built");
    assert!(status.success(), "it renders");
    let took = start.elapsed().as_secs_f64();
    let wav = hound::WavReader::open(&path).expect("it wrote a WAV file");
    (f64::from(wav.duration()) / f64::from(wav.spec().sample_rate), took)
}
