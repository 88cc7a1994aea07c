//! The natural voice alone, on one thread: how long it takes to be ready, how fast it speaks, how much
//! memory it takes, and how large it makes the program. The goal is less than 60 MiB.

// The results are printed.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use supine::Folders;
use supine::speech::clips::Clips;
use supine::speech::voices::{Voice, Voices};
use supine::speech::{Synthesizer, Utterance};

/// Typical texts of a session: short words and long sentences, at the speed of its middle.
const TEXTS: [&str; 6] = [
    "One.",
    "Breathe in.",
    "Now the left side.",
    "Feel your back grow wide and heavy on the bed.",
    "Take hold of your left shin, and hug the knee in as far as feels good.",
    "Let your other foot float up from the bed, and bring your right hand in through the gap between your legs.",
];
const SPEED: f32 = 0.8;
const RUNS: usize = 5;

fn main() {
    let start = Instant::now();
    // Without folders nothing is kept, so everything is said anew.
    let voices = Voices::new(Vec::new(), Clips::of(&Folders::default()));
    let id = voices.find("natural", "en").expect("it is in this program");
    let Ok(Voice::Rendered(voice)) = voices.open(&id, "en") else { panic!("it is rendered") };
    voice.synthesize(&Utterance::plain("One.", SPEED)).expect("it can say this");
    println!("natural: its first word after {:.2} s", start.elapsed().as_secs_f64());
    for text in TEXTS {
        let (took, length) = fastest(voice.as_ref(), text);
        println!(
            "natural: {length:.2} s of sound in {took:.3} s, {:.0} times real time, {} letters",
            length / took,
            text.len()
        );
    }
    let all = TEXTS.map(|text| fastest(voice.as_ref(), text));
    let (took, length) = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("natural: all of these {:.0} times real time on one thread", length / took);
    if let Some(peak) = peak_memory() {
        println!("natural: {peak:.0} MiB of memory at the most, the lexicon's with it");
    }
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_supine")).expect("the binary was built").len();
    println!("the program: {:.1} MiB", size as f64 / 1024.0 / 1024.0);
}

/// The peak memory of this process, in MiB; only Linux reports it.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}

/// The time of the fastest of several runs, and the length of its sound, in seconds. Other load on the
/// machine only makes a run slower.
fn fastest(voice: &dyn Synthesizer, text: &str) -> (f64, f64) {
    let utterance = Utterance::plain(text, SPEED);
    let runs = (0..RUNS).map(|_| {
        let start = Instant::now();
        let sound = voice.synthesize(&utterance).expect("it can say this");
        let length = sound.samples.len() as f64 / f64::from(sound.rate.hz());
        (start.elapsed().as_secs_f64(), length)
    });
    runs.min_by(|a, b| a.0.total_cmp(&b.0)).expect("there are some runs")
}
