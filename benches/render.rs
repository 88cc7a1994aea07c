//! How fast a whole session is rendered, clips not cached: the bedtime routine with espeak-ng over
//! ocean, by the real binary. The goal is a hundredth of its length on two cores.

use std::process::Command;
use std::time::Instant;

const RUNS: usize = 3;

fn main() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let path = folder.path().join("bed.wav");
    for run in 1..=RUNS {
        let start = Instant::now();
        let status = Command::new(env!("CARGO_BIN_EXE_supine"))
            .args(["render", "bedtime-back", "--voice", "espeak", "-o"])
            .arg(&path)
            .env("XDG_CONFIG_HOME", folder.path())
            .status()
            .expect("the binary was built");
        assert!(status.success(), "it renders");
        let took = start.elapsed().as_secs_f64();
        let wav = hound::WavReader::open(&path).expect("it wrote a WAV file");
        let length = f64::from(wav.duration()) / f64::from(wav.spec().sample_rate);
        println!("run {run}: {length:.0} s of session in {took:.2} s: 1/{:.0} of its length", length / took);
    }
}
