//! The plan of the house, read from the sources: who may name what, and where supine prints.
//! What the modules do is tested elsewhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms from top to bottom (DESIGN section 2). A room imports only rooms below it.
const ROOMS: [&str; 29] = [
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
    "language",
    "signs",
];

/// The rooms that are pure.
const PURE: [&str; 15] = [
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
    "language",
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

/// One source file.
struct File {
    /// Its path below `src`, with `/`.
    path: String,
    /// Its text without comments, texts and tests.
    code: String,
    raw: String,
}

impl File {
    /// The room that it belongs to: its top-level module.
    fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    /// How many modules stand around its items: 1 in `clip.rs`, 2 in `score/plan.rs`.
    fn depth(&self) -> usize {
        self.path.split('/').count()
    }
}

fn sources() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 30, "the sources were not found in {root:?}");
    let read = |path: &PathBuf| {
        let raw = std::fs::read_to_string(path).unwrap();
        let below = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        // The program stands above the library, in a folder of its own.
        let path = below.strip_prefix("bin/supine/").unwrap_or(&below).to_owned();
        File { path, code: bare(&raw), raw }
    };
    paths.iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The code without its tests, its comments and the insides of its texts.
fn bare(raw: &str) -> String {
    let code = raw.split("#[cfg(test)]\nmod tests").next().unwrap();
    let mut out = String::new();
    let mut rest = code;
    while let Some(place) = rest.find(['"', '/', '\'']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with('"') {
            end_of_text(rest)
        } else {
            out.push_str(&rest[..1]);
            1
        };
        rest = &rest[skipped..];
    }
    out.push_str(rest);
    out
}

/// Where the text that starts with a quotation mark ends.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    for (place, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` stands in `code` as a whole word.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(place, _)| {
        !code[..place].ends_with(is_word) && !code[place + word.len()..].starts_with(is_word)
    })
}

/// The first names behind every `root::`, those of `root::{a, b::c}` included.
fn behind<'a>(code: &'a str, root: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let path = format!("{root}::");
    for (place, _) in code.match_indices(&path) {
        if code[..place].ends_with(is_word) || code[..place].ends_with("::") {
            continue;
        }
        let rest = &code[place + path.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(first_names(group));
        } else {
            found.insert(first_name(rest));
        }
    }
    found
}

/// The first name of every path in a group, up to its closing brace.
fn first_names(group: &str) -> Vec<&str> {
    let mut names = vec![first_name(group.trim_start())];
    let mut depth = 0;
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_name(group[place + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> &str {
    &path[..path.find(|c| !is_word(c)).unwrap_or(path.len())]
}

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
    place.unwrap_or_else(|| {
        panic!("`{room}` is a new room: say in tests/architecture.rs on which floor it is")
    })
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
