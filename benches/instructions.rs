//! How many instructions a minute of mixing takes, counted by valgrind: the same on a busy machine. What was counted before
//! stands in `benches/instructions.txt`; 5 % more exits with 1. `cargo bench --bench instructions -- keep` writes the
//! file anew. The figures belong to one compiler and one kind of processor: with another one, keep them first, without a
//! change.

// The results are printed.
#![allow(clippy::print_stdout)]

#[path = "common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.txt");
const AMBIENCES: [&str; 3] = ["none", "rain", "ocean"];
/// Two lengths: the difference of their counts is mixing alone, without what every session begins with.
const MINUTES: [usize; 2] = [1, 4];
const FRAMES_A_MINUTE: f64 = 60.0 * 48_000.0;
/// How much more is a fault.
const ALLOWED: f64 = 1.05;
/// What valgrind says when a program has ended, before the number.
const SUM: &str = "Collected : ";

fn main() -> ExitCode {
    // cargo adds options of its own, such as --bench.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    if let [mix, ambience, routine] = &words[..]
        && mix == "mix"
    {
        println!("{}", common::mix(&common::session(routine, ambience)));
        return ExitCode::SUCCESS;
    }
    let counts: BTreeMap<&str, f64> = AMBIENCES.map(|ambience| (ambience, a_minute(ambience))).into();
    if words.iter().any(|word| word == "keep") {
        keep(&counts);
    }
    let kept = kept();
    let mut grown = false;
    for (ambience, count) in &counts {
        let before = kept.get(*ambience).copied().unwrap_or(f64::NAN);
        println!(
            "instructions, a minute over {ambience}: {:.1} million, {:.3} of what was kept",
            count / 1e6,
            count / before
        );
        // What was not kept is no fault that can be told.
        grown |= count / before > ALLOWED;
    }
    if grown {
        println!("instructions: more than {ALLOWED} of what was kept");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The instructions of a minute.
fn a_minute(ambience: &str) -> f64 {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let [short, long] = MINUTES.map(|minutes| {
        let routine = folder.path().join(format!("{minutes}.toml"));
        common::write_routine(&routine, minutes);
        counted(&routine, ambience)
    });
    (long.0 - short.0) / (long.1 - short.1) * FRAMES_A_MINUTE
}

/// The instructions and the frames of a whole session.
fn counted(routine: &Path, ambience: &str) -> (f64, f64) {
    let this = std::env::current_exe().expect("this program has a path");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(this)
        .args(["mix", ambience])
        .arg(routine)
        .stdin(Stdio::null())
        .output()
        .expect("valgrind is installed");
    let (said, told) = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).into();
    let count = told.lines().find_map(|line| line.split_once(SUM)?.1.trim().parse().ok());
    let frames = said.trim().parse().ok();
    count.zip(frames).unwrap_or_else(|| panic!("{said}{told}"))
}

/// What was counted before, by the ambience.
fn kept() -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(KEPT).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(ambience, count)| Some((ambience.to_owned(), count.parse().ok()?))).collect()
}

fn keep(counts: &BTreeMap<&str, f64>) {
    let mut text = String::from("# instructions of a minute of mixing, by the ambience\n");
    for (ambience, count) in counts {
        // Writing into a string does not fail.
        let _ = writeln!(text, "{ambience} {count:.0}");
    }
    std::fs::write(KEPT, text).expect("the folder can be written");
}
