//! The fault matrix, as far as it needs no ears: a real part is broken, and a session plays on all the same. Other rows
//! are in tests/live, and beside the tests of each part.

#![cfg(unix)]

use std::fs::File;
use std::path::PathBuf;

use crate::support::home::{Home, Outcome};
use crate::support::rows::row;
use crate::support::small_disk::SmallDisk;

const REST: &str = "id = \"rest\"\ntitle = \"Rest\"\nending = \"awake\"\n[[pose]]\nid = \"rest\"\nname = \"Rest\"\n\
                    steps = [\"Rest here, and let your back grow wide.\", { count = 3 }]\n";
const LOG: &str = "state/supine/practice.jsonl";
const CLIPS: &str = "cache/supine/clips";
/// A session, as fast as it can.
const PLAY: &str = "play rest.toml --fake-output --no-setup --ambience none";

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

/// Plays with another program in place of espeak-ng.
fn with_espeak(home: &Home, script: &str) -> Outcome {
    let program = program(home, "espeak.sh", script);
    let mut command = home.command();
    command.env("SUPINE_ESPEAK", program).args(PLAY.split(' ')).args(["--voice", "espeak"]);
    home.outcome(&mut command)
}

/// The entries of the log, each of which must be whole.
fn logged(home: &Home) -> usize {
    let log = std::fs::read_to_string(home.path().join(LOG)).unwrap_or_default();
    let whole = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
    assert!(log.lines().all(whole), "{log}");
    log.lines().count()
}

#[track_caller]
fn plays(outcome: &Outcome) {
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
}

#[test]
fn espeak_that_dies_in_the_middle_of_its_sound_is_replaced() {
    let home = home();
    let outcome = with_espeak(
        &home,
        "case \"$*\" in *--stdin*) ;; *) exec espeak-ng \"$@\";; esac\nespeak-ng \"$@\" | head -c 3000; kill -9 $$",
    );
    plays(&outcome);
    assert!(outcome.stderr.contains("going on with"), "{}", outcome.stderr);
    row("espeak-ng", "dying in the middle of its WAV", "heard: the next voice leads; told: one line");
}

#[test]
fn espeak_that_is_slow_is_waited_for() {
    let home = home();
    let outcome = with_espeak(&home, "sleep 0.3; exec espeak-ng \"$@\"");
    plays(&outcome);
    assert_eq!(outcome.stderr, "");
    row("espeak-ng", "slow (0.3 s more for each sentence)", "heard: everything, in espeak-ng's voice");
}

#[cfg(feature = "natural-voice")]
#[test]
fn a_model_that_is_cut_or_empty_is_replaced_and_one_with_a_flipped_bit_breaks_nothing() {
    let home = home();
    let whole = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/heart.onnx")).unwrap();
    let play = |bytes: &[u8]| {
        let model = home.write("model.onnx", bytes);
        let mut command = home.command();
        command.env("SUPINE_HEART", model).args(PLAY.split(' ')).args(["--voice", "natural"]);
        let outcome = home.outcome(&mut command);
        plays(&outcome);
        outcome.stderr
    };
    for bytes in [&whole[..whole.len() / 2], &whole[..100], &[]] {
        let told = play(bytes);
        assert!(told.contains("the natural voice failed") && told.contains("going on with"), "{told}");
    }
    for place in [20, whole.len() / 3, whole.len() - 40] {
        let mut flipped = whole.clone();
        flipped[place] ^= 0x40;
        let told = play(&flipped);
        assert!(told.is_empty() || told.contains("going on with"), "{told}");
    }
    row("Natural voice", "its model cut off, or of zero length", "heard: the next voice says so, and leads");
    row(
        "Natural voice",
        "its model with a flipped bit",
        "heard: the session to its end, in this voice or the next one; what a wrong number sounds like is not judged",
    );
}

#[test]
fn a_cache_that_can_not_be_read_or_is_full_keeps_no_session_from_being_heard() {
    let home = home();
    let play = || home.run(&format!("{PLAY} --voice espeak"));
    plays(&play());
    let clips: Vec<PathBuf> =
        std::fs::read_dir(home.path().join(CLIPS)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(clips.len() > 3);
    // Root reads everything, but no folder as a file.
    for clip in &clips {
        std::fs::remove_file(clip).unwrap();
        std::fs::create_dir(clip).unwrap();
    }
    plays(&play());
    row("Cache of clips", "clips that can't be read", "heard: everything, made anew");

    std::fs::remove_dir_all(home.path().join("cache")).unwrap();
    let Some(_disk) = SmallDisk::new(&home.path().join("cache"), "size=32k") else { return };
    let outcome = play();
    plays(&outcome);
    assert_eq!(outcome.stderr.matches("can't be kept").count(), 1, "{}", outcome.stderr);
    row("Cache of clips", "full disk", "heard: everything; told: one line");
}

#[test]
fn a_home_that_is_read_only_or_unknown_is_told_and_the_session_plays() {
    let home = Home::new();
    let disk = SmallDisk::new(home.path(), "size=1m");
    home.write("rest.toml", REST);
    if let Some(disk) = disk {
        disk.lock();
        let outcome = home.run(&format!("{PLAY} --voice espeak"));
        plays(&outcome);
        assert!(
            outcome.stderr.contains("practice.jsonl") || outcome.stderr.contains("resume.json"),
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.lines().count() <= 4, "{}", outcome.stderr);
        row(
            "Files",
            "a home folder that is read-only",
            "heard: everything; told: what can't be kept, a line each",
        );
    }
    let home = self::home();
    let mut command = home.command();
    for name in
        ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"]
    {
        command.env_remove(name);
    }
    // Who has no home folder in the environment has one in the system's table; this one is nobody's.
    command.env("XDG_STATE_HOME", home.path().join("state")).env("XDG_CACHE_HOME", home.path().join("cache"));
    plays(&home.outcome(command.args(PLAY.split(' ')).args(["--voice", "fake"])));
    row("Files", "HOME unset", "heard: everything");
}

#[test]
fn a_log_that_somebody_keeps_locked_holds_nobody_up_and_loses_nothing() {
    let home = home();
    plays(&home.run(&format!("{PLAY} --voice fake")));
    let before = logged(&home);
    let log = File::options().append(true).open(home.path().join(LOG)).unwrap();
    log.lock().unwrap();
    plays(&home.run(&format!("{PLAY} --voice fake")));
    drop(log);
    assert_eq!(logged(&home), 2 * before);
    row(
        "Log",
        "locked by another program that does not let go",
        "heard: everything; kept: every entry, after 2 s",
    );
}

#[test]
fn a_config_of_a_newer_version_is_told_with_its_place() {
    let home = home();
    home.config("pace = \"slow\"\nmood = \"calm\"\n");
    let outcome = home.run(&format!("{PLAY} --voice fake"));
    assert_eq!(outcome.code, 2);
    for words in ["`mood` is not a key", "config.toml:2:1", "did you mean"] {
        assert!(outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
    }
    row(
        "Files",
        "a config that is broken, or of a newer version",
        "heard and told: that the session can't start, and which line",
    );
}

#[test]
fn a_mebibyte_of_brackets_is_refused_wherever_it_stands() {
    let home = home();
    let nested = |before: &str| {
        let half = ((1 << 20) - before.len() - 2) / 2;
        format!("{before}{}{}", "[".repeat(half), "]".repeat(half))
    };
    home.write("deep.toml", nested("title = \"Deep\"\n[[pose]]\nname = \"Deep\"\nsteps = "));
    let play = |name: &str| home.run(&PLAY.replace("rest.toml", name));
    let told = play("deep.toml").failure(2);
    assert!(told.len() < 4096 && told.contains("deep.toml"), "{} bytes", told.len());
    home.config(&nested("pace = "));
    assert!(play("rest.toml").failure(2).contains("config.toml"));
    std::fs::remove_file(home.path().join("config/supine/config.toml")).unwrap();
    for name in ["resume.json", "skipped.json"] {
        home.write(&format!("state/supine/{name}"), nested(""));
    }
    plays(&home.run(&format!("{PLAY} --voice fake")));
    row(
        "Files",
        "1 MiB of nested brackets in a routine, the config, the memory",
        "told: a line; kept: the damaged file beside; no crash",
    );
}

#[test]
fn without_a_locale_the_session_is_in_the_routine_s_language() {
    let home = home();
    for locale in [None, Some("xx_YY.KOI8-R"), Some("\u{fffd}")] {
        let mut command = home.command();
        for name in ["LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
            command.env_remove(name);
        }
        if let Some(locale) = locale {
            command.env("LC_ALL", locale);
        }
        let outcome = home.outcome(command.args(PLAY.split(' ')).args(["--voice", "fake"]));
        plays(&outcome);
    }
    row("Machine", "no locale, or one that nobody knows", "heard: everything, in the routine's language");
}

#[test]
fn a_clock_that_was_set_back_loses_no_entry() {
    let home = home();
    plays(&home.run(&format!("{PLAY} --voice fake")));
    let log = std::fs::read_to_string(home.path().join(LOG)).unwrap();
    let year = log.find("\"20").map(|place| log[place + 1..place + 5].to_owned()).unwrap();
    home.write(LOG, log.replace(&format!("\"{year}-"), "\"2091-"));
    let before = logged(&home);
    plays(&home.run(&format!("{PLAY} --voice fake")));
    assert_eq!(logged(&home), 2 * before);
    for command in ["history", "history --report 2w", "list"] {
        plays(&home.run(command));
    }
    row("Machine", "clock set back by years", "heard: everything; kept: entries of both times");
}

#[test]
fn a_drive_that_is_pulled_takes_the_ambience_and_not_the_session() {
    let home = home();
    let sound = include_bytes!("../../sounds/bowl.ogg");
    for name in ["a.ogg", "b.ogg"] {
        home.write(&format!("drive/{name}"), sound);
    }
    // The drive goes while the engine speaks.
    home.write("engine.sh", "rm -rf drive; exec espeak-ng --stdin --stdout\n");
    home.config("[engines.own]\ncommand = [\"sh\", \"engine.sh\"]\n");
    let outcome = home.run("play rest.toml --fake-output --no-setup --ambience drive --voice own");
    plays(&outcome);
    assert!(!home.path().join("drive").exists());
    assert_eq!(logged(&home), 1);
    row(
        "Ambience",
        "on a drive that is pulled",
        "heard: every word, and what was read already; the session goes on",
    );
}
