//! The fault matrix, as far as it needs no sound server: a real part is broken, and what a session plays into a file in
//! place of a device is compared with the same session unbroken. Other rows are in tests/live, and beside the tests of
//! each part.

#![cfg(unix)]

mod clips;
mod kept;
mod mistakes;
mod voices;

use std::path::PathBuf;

use assert_cmd::Command;

use crate::support::heard::Heard;
use crate::support::home::{Home, Outcome};

const REST: &str = "id = \"rest\"\ntitle = \"Rest\"\nending = \"awake\"\n[[pose]]\nid = \"rest\"\nname = \"Rest\"\n\
                    steps = [\"Rest here, and let your back grow wide.\", { count = 3 }]\n";
const LOG: &str = "state/supine/practice.jsonl";
const PLAY: &str = "play rest.toml --no-setup --ambience none";

fn home() -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    home
}

/// A program of the home folder.
fn program(home: &Home, name: &str, script: &str) -> PathBuf {
    let path = home.write(name, format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    path
}

/// Runs a command line that is heard: what it told, and what it played.
fn heard(home: &Home, line: &str, change: impl FnOnce(&mut Command)) -> (Outcome, Heard) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("heard.wav");
    let mut command = home.command();
    command.args(line.split_whitespace()).arg(format!("--fake-output={}", file.display()));
    change(&mut command);
    let outcome = home.outcome(&mut command);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    (outcome, Heard::read(&file))
}

/// Plays the routine to its end in a voice: what was told, and what was heard.
#[track_caller]
fn plays(home: &Home, voice: &str, change: impl FnOnce(&mut Command)) -> (String, Heard) {
    let (outcome, heard) = heard(home, &format!("{PLAY} --voice {voice}"), change);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    (outcome.stderr, heard)
}

/// The routine as it sounds when nothing breaks: rendered, in a home of its own.
fn whole_of(routine: &str, options: &str, change: impl FnOnce(&mut Command)) -> Heard {
    let home = Home::new();
    home.write("rest.toml", routine);
    let mut command = home.command();
    command.args("render rest.toml -o whole.wav --ambience none".split(' ')).args(options.split(' '));
    change(&mut command);
    let outcome = home.outcome(&mut command);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    Heard::read(&home.path().join("whole.wav"))
}

fn whole(voice: &str) -> Heard {
    whole_of(REST, &format!("--voice {voice}"), |_| {})
}

/// Fails unless a line is told for each of these, and no other one.
#[track_caller]
fn are_told(told: &str, each: &[&str]) {
    assert_eq!(told.lines().count(), each.len(), "{told}");
    for words in each {
        assert_eq!(told.lines().filter(|line| line.contains(words)).count(), 1, "{words}: {told}");
    }
}

/// The entries of the log, each of which must be whole.
fn logged(home: &Home) -> usize {
    let log = std::fs::read_to_string(home.path().join(LOG)).unwrap_or_default();
    let whole = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
    assert!(log.lines().all(whole), "{log}");
    log.lines().count()
}
