//! The plan of the house, checked in the sources: which module may name which, and where supine prints. Other
//! tests check what the modules do.

// Helpers may end a failing test.
#![allow(clippy::unwrap_used)]

mod circles;
mod rows;
mod sources;

use std::collections::BTreeSet;

use circles::{named, reached};
use sources::{File, bare, behind, names, sources, texts_in};

/// The rooms of the library from top to bottom. A room imports only rooms below it; the program stands above
/// them all.
const ROOMS: &[&str] = &[
    "fuzzing",
    "doctor",
    "sharing",
    "session",
    "authoring",
    "history",
    "catalogue",
    "remote",
    "desktop",
    "journal",
    "config",
    "output",
    "speech",
    "sounds",
    "mixer",
    "drawing",
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
    "folders",
    "thread",
    "os_text",
    "diagnostic",
    "units",
    "language",
    "signs",
    "advice",
];

/// The rooms that are pure.
const PURE: &[&str] = &[
    "authoring",
    "mixer",
    "drawing",
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
    "language",
    "signs",
    "advice",
];

/// Pure files in rooms that are not pure.
const PURE_FILES: [&str; 1] = ["session/performance/steering"];

/// Names that a pure room must not use.
const IMPURE_STD: [&str; 5] = ["fs", "thread", "process", "net", "env"];
const IMPURE_WORDS: [&str; 5] = ["Instant", "SystemTime", "rodio", "tts", "clap"];

/// Names that only the program may use.
const PRINTS: [&str; 8] =
    ["println!", "eprintln!", "print!", "eprint!", "dbg!", "io::stdout", "io::stderr", "indicatif"];
/// It discards what ALSA and JACK write to standard error by themselves; it does not print there.
const MAY_NAME: [(&str, &str); 1] = [("output/hush.rs", "io::stderr")];
/// The rooms that a file names.
fn rooms_named(file: &File) -> BTreeSet<&str> {
    let up = vec!["super"; file.depth()].join("::");
    let mut found = behind(&file.code, "crate");
    found.extend(behind(&file.code, &up));
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

fn is_pure(file: &File) -> bool {
    PURE.contains(&file.room()) || PURE_FILES.iter().any(|pure| file.path.starts_with(pure))
}

#[test]
fn pure_rooms_name_neither_the_system_nor_a_device() {
    let mut violations = Vec::new();
    for file in sources().iter().filter(|file| is_pure(file)) {
        for room in rooms_named(file).into_iter().filter(|room| *room != file.room() && !PURE.contains(room))
        {
            violations.push(format!("src/{} names crate::{room}, which is not pure", file.path));
        }
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
    for file in sources().iter().filter(|file| file.path != "lib.rs" && !file.is_program) {
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
fn only_the_program_prints_and_knows_clap() {
    let mut violations = Vec::new();
    for file in sources().iter().filter(|file| !file.is_program) {
        for what in PRINTS.iter().filter(|what| names(&file.code, what)) {
            if !MAY_NAME.contains(&(file.path.as_str(), what)) {
                violations.push(format!("src/{} names {what}", file.path));
            }
        }
        if names(&file.code, "clap") {
            violations.push(format!("src/{} names clap", file.path));
        }
    }
    assert_none(&violations);
}

#[test]
fn no_exception_outlives_its_reason() {
    let files = sources();
    let is_named = |path: &str, what: &str| {
        files.iter().any(|file| file.path.starts_with(path) && !file.is_program && names(&file.code, what))
    };
    for (path, what) in MAY_NAME {
        assert!(is_named(path, what), "src/{path} no longer names {what}");
    }
    for path in PURE_FILES {
        assert!(files.iter().any(|file| file.path.starts_with(path)), "there is no src/{path}");
    }
}

#[test]
fn every_file_opens_with_what_lives_there_and_ends_before_line_400() {
    let mut violations = Vec::new();
    for folder in ["src", "tests", "benches", "examples"] {
        for (path, text) in texts_in(folder) {
            if !text.starts_with("//! ") {
                violations.push(format!("{folder}/{path} does not open with a `//!` line"));
            }
            let lines = text.lines().count();
            if lines > 400 {
                violations.push(format!("{folder}/{path} has {lines} lines"));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn files_name_each_other_in_no_circle() {
    let files: Vec<File> = sources().into_iter().filter(|file| !file.is_test()).collect();
    let graph = circles::graph(&files);
    let mut violations = Vec::new();
    for (one, other) in named(&graph).filter(|(one, other)| reached(&graph, *other).contains(one)) {
        violations.push(format!("src/{} names src/{} in a circle", files[one].path, files[other].path));
    }
    assert_none(&violations);
}

#[test]
fn every_test_program_is_run_by_make_test() {
    let makefile = include_str!("../../Makefile");
    let (_, recipe) = makefile.split_once("\ntest:\n").expect("there is a recipe");
    let (recipe, _) = recipe.split_once("\n\n").expect("another one follows");
    for (path, _) in texts_in("tests") {
        let name = path
            .strip_suffix("/main.rs")
            .or_else(|| path.strip_suffix(".rs").filter(|name| !name.contains('/')));
        let is_run = |name: &str| recipe.contains(&format!("--test {name}"));
        assert!(name.is_none_or(is_run), "`make test` does not run tests/{path}");
    }
}

/// Tests the reader of sources: a check that sees nothing would always pass.
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

/// Tests the reader of names: it follows re-exports, and sees a child that names its parent.
#[test]
fn a_circle_is_seen_however_it_is_written() {
    let file =
        |path: &str, code: &str| File { path: path.to_owned(), is_program: false, code: code.to_owned() };
    let circles = |files: &[File]| -> Vec<String> {
        let graph = circles::graph(files);
        let found = named(&graph).filter(|(one, other)| reached(&graph, *other).contains(one));
        found.map(|(one, other)| format!("{} {}", files[one].path, files[other].path)).collect()
    };
    let parent = "mod b;\nmod c;\npub use b::{self, B};\npub struct A;";
    let c = file("a/c.rs", "use super::b as other;\nuse crate::a::B;\nfn c(_: B) -> other::E {}");
    let b = "pub struct B;\npub enum E {}\nfn b(_: super::A) {}";
    assert_eq!(circles(&[file("a.rs", parent), file("a/b.rs", b), c]), [""; 0]);
    let uses = |line: &str| format!("{parent}\n{line}");
    for line in
        ["fn a() { b::b() }", "fn a(_: B) {}", "fn a() { self::b::b() }", "fn a() { crate::a::b::b() }"]
    {
        let found = circles(&[file("a.rs", &uses(line)), file("a/b.rs", b)]);
        assert_eq!(found, ["a.rs a/b.rs", "a/b.rs a.rs"], "{line}");
    }
    let round = [
        file("a.rs", "pub use crate::b::*;"),
        file("b.rs", "use c::C;\npub struct B;"),
        file("c.rs", "use crate::a::B;\npub struct C(B);"),
    ];
    assert_eq!(circles(&round), [""; 0], "`c` is no module of `b`");
    let round = [
        file("a.rs", "pub use crate::b::*;"),
        file("b.rs", "use crate::c::C;\npub struct B(C);"),
        file("c.rs", "use crate::a::B;\npub struct C(B);"),
    ];
    assert_eq!(circles(&round), ["b.rs c.rs", "c.rs b.rs"]);
}
