//! The plan of the house, read from the sources: who may name what, and where supine prints.
//! What the modules do is tested elsewhere.

mod circles;
mod sources;

use std::collections::BTreeSet;

use sources::{File, bare, behind, names, sources};

/// The rooms from top to bottom (DESIGN section 2). A room imports only rooms below it.
const ROOMS: [&str; 28] = [
    "main",
    "commands",
    "cli",
    "catalogue",
    "config",
    "session",
    "remote",
    "desktop",
    "journal",
    "output",
    "speech",
    "sounds",
    "mixer",
    "score",
    "plan",
    "control",
    "phrases",
    "settings",
    "routine",
    "reader",
    "clip",
    "loudness",
    "utterance",
    "clock",
    "whole_file",
    "diagnostic",
    "units",
    "signs",
];

/// The rooms that are pure.
const PURE: [&str; 14] = [
    "mixer",
    "score",
    "plan",
    "control",
    "phrases",
    "settings",
    "routine",
    "reader",
    "clip",
    "loudness",
    "utterance",
    "diagnostic",
    "units",
    "signs",
];

/// What a pure room does not name.
const IMPURE_STD: [&str; 5] = ["fs", "thread", "process", "net", "env"];
const IMPURE_WORDS: [&str; 5] = ["Instant", "SystemTime", "rodio", "tts", "clap"];

/// What only `main` and `commands` may name.
const PRINTS: [&str; 8] =
    ["println!", "eprintln!", "print!", "eprint!", "dbg!", "io::stdout", "io::stderr", "indicatif"];
/// The device holds back what ALSA and JACK write to standard error by themselves; it prints
/// nothing there.
const MAY_NAME: [(&str, &str); 1] = [("output/device.rs", "io::stderr")];

/// The rooms that a file names.
fn rooms_named(file: &File) -> BTreeSet<&str> {
    let up = vec!["super"; file.depth()].join("::");
    let mut found = behind(&file.code, "crate");
    found.extend(behind(&file.code, &up));
    if ["main", "commands"].contains(&file.room()) {
        found.extend(behind(&file.code, "supine"));
    }
    found.retain(|name| name.starts_with(|c: char| c.is_lowercase()) && *name != "super");
    found
}

fn floor(room: &str) -> usize {
    let place = ROOMS.iter().position(|known| *known == room);
    place.unwrap_or_else(|| panic!("`{room}` is a new room: say in tests/architecture on which floor it is"))
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn pure_rooms_name_neither_the_system_nor_a_device() {
    let mut violations = Vec::new();
    for file in sources().iter().filter(|file| PURE.contains(&file.room())) {
        for name in behind(&file.code, "std").intersection(&BTreeSet::from(IMPURE_STD)) {
            violations.push(format!("src/{} names std::{name}", file.path));
        }
        for word in IMPURE_WORDS.iter().filter(|word| names(&file.code, word)) {
            violations.push(format!("src/{} names {word}", file.path));
        }
    }
    assert_none(&violations);
}

#[test]
fn imports_run_downward_only() {
    let mut violations = Vec::new();
    for file in sources().iter().filter(|file| file.path != "lib.rs") {
        let here = file.room();
        for room in rooms_named(file) {
            if room != here && floor(room) <= floor(here) {
                violations.push(format!("src/{} names crate::{room}, which is above it", file.path));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn only_the_commands_and_main_print() {
    let mut violations = Vec::new();
    for file in sources().iter().filter(|file| !["commands", "main"].contains(&file.room())) {
        for what in PRINTS.iter().filter(|what| names(&file.code, what)) {
            if !MAY_NAME.contains(&(file.path.as_str(), what)) {
                violations.push(format!("src/{} names {what}", file.path));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn no_exception_outlives_its_reason() {
    let files = sources();
    for (path, what) in MAY_NAME {
        let file = files.iter().find(|file| file.path == path);
        assert!(file.is_some_and(|file| file.code.contains(what)), "src/{path} no longer names {what}");
    }
}

#[test]
fn every_file_opens_with_what_lives_there_and_ends_before_line_400() {
    let mut violations = Vec::new();
    for file in sources() {
        if !file.raw.starts_with("//! ") {
            violations.push(format!("src/{} does not open with a `//!` line", file.path));
        }
        let lines = file.raw.lines().count();
        if lines > 400 {
            violations.push(format!("src/{} has {lines} lines", file.path));
        }
    }
    assert_none(&violations);
}

#[test]
fn files_name_each_other_in_no_circle_but_the_known_ones() {
    let files: Vec<File> = sources().into_iter().filter(|file| !file.is_test()).collect();
    let graph = circles::graph(&files);
    for (place, named) in graph.iter().enumerate() {
        for other in named {
            if circles::reached(&graph, *other).contains(&place) {
                println!("{} -> {}", files[place].path, files[*other].path);
            }
        }
    }
    panic!();
}

/// The reader of sources itself: a check that sees nothing would pass for ever.
#[test]
fn the_reader_of_sources_sees_every_way_to_name_a_thing() {
    let code = bare(
        "use std::{fs, io::{self, net}};\n// crate::no\nlet a = crate::speech::x; \"crate::text\"; '\"'; super::score::y()",
    );
    assert_eq!(behind(&code, "std"), BTreeSet::from(["fs", "io"]));
    assert_eq!(behind(&code, "crate"), BTreeSet::from(["speech"]));
    assert_eq!(behind(&code, "super"), BTreeSet::from(["score"]));
    assert_eq!(behind("use super::super::session::clock;", "super::super"), BTreeSet::from(["session"]));
    assert!(names("use std::time::Instant;", "Instant") && !names("fn instantly()", "Instant"));
    assert!(names("println!()", "println!") && !names("eprint!()", "print!"));
    assert!(!bare("fn a() {}\n#[cfg(test)]\nmod tests { use std::fs; }").contains("fs"));
}
