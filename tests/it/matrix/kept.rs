//! The folders in which a session keeps its place and its log, broken.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use super::{LOG, are_told, home, logged, plays, whole};
use crate::support::heard::NO_CONTROL;
use crate::support::home::Home;
use crate::support::process::{Helper, send, wait_until};
use crate::support::rows::row;
use crate::support::small_disk::SmallDisk;

const PLACE: &str = "state/supine/resume.json";
/// Long enough for whatever a test does meanwhile.
const SOON: Duration = Duration::from_secs(60);

#[test]
fn a_home_that_is_read_only_is_told_and_the_session_is_heard() {
    let home = Home::new();
    let Some(disk) = SmallDisk::new(home.path(), "size=1m") else { return };
    home.write("rest.toml", super::REST);
    disk.lock();
    let (told, heard) = plays(&home, "espeak", |_| {});
    are_told(&told, &["control.sock can't be used", "resume.json", "practice.jsonl", "cache/supine/clips"]);
    heard.says_first(NO_CONTROL, &whole("espeak"));
    row(
        "Files",
        "a home folder that is read-only",
        "heard: everything; told: what can't be kept, a line each",
    );
}

#[test]
fn a_home_that_is_unknown_keeps_nothing_from_being_heard() {
    let home = home();
    let (told, heard) = plays(&home, "espeak", |command| {
        for name in [
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
        ] {
            command.env_remove(name);
        }
        // Who has no home folder in the environment has one in the system's table; this one is nobody's.
        command.env("XDG_STATE_HOME", home.path().join("state"));
        command.env("XDG_CACHE_HOME", home.path().join("cache"));
    });
    assert_eq!(told, "");
    heard.is_like(&whole("espeak"));
    row("Files", "HOME unset", "heard: everything");
}

#[test]
fn a_log_that_somebody_keeps_locked_holds_nobody_up_and_loses_nothing() {
    let home = home();
    plays(&home, "espeak", |_| {});
    assert_eq!(logged(&home), 1);
    let log = File::options().append(true).open(home.path().join(LOG)).unwrap();
    log.lock().unwrap();
    let (told, heard) = plays(&home, "espeak", |_| {});
    assert_eq!((told.as_str(), logged(&home)), ("", 2));
    drop(log);
    heard.is_like(&whole("espeak"));
    row(
        "Log",
        "locked by another program that does not let go",
        "heard: everything; kept: every entry, although the lock stays",
    );
}

#[test]
fn a_clock_that_was_set_back_loses_no_entry() {
    let home = home();
    plays(&home, "espeak", |_| {});
    let log = std::fs::read_to_string(home.path().join(LOG)).unwrap();
    let year = log.find("\"20").map(|place| log[place + 1..place + 5].to_owned()).unwrap();
    let before = home.write(LOG, log.replace(&format!("\"{year}-"), "\"2091-"));
    let before = std::fs::read_to_string(before).unwrap();
    assert!(before.contains("2091-") && logged(&home) == 1, "{before}");
    let (told, heard) = plays(&home, "espeak", |_| {});
    assert_eq!((told.as_str(), logged(&home)), ("", 2));
    heard.is_like(&whole("espeak"));
    let after = std::fs::read_to_string(home.path().join(LOG)).unwrap();
    let new = after.strip_prefix(&before).expect("the entry of before stays as it is");
    assert!(!new.contains("2091-"), "{new}");
    for command in ["history", "history --report 2w", "list"] {
        assert_eq!(home.run(command).code, 0, "{command}");
    }
    row("Machine", "clock set back by years", "heard: everything; kept: entries of both times");
}

/// Plays a routine of many poses until it has kept its place, or `is_enough`, and ends it by a signal.
fn broken_off(home: &Home, signal: &str, is_enough: impl Fn() -> bool) {
    let pose = |n| format!("[[pose]]\nname = \"Pose {n}\"\nsteps = [{{ seconds = 20 }}]\n");
    let poses: String = (0..500).map(pose).collect();
    home.write("many.toml", format!("title = \"Many\"\nending = \"awake\"\n{poses}"));
    let mut command = home.std_command();
    command.args("play many.toml --fake-output --no-setup --ambience none --voice fake".split(' '));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut session = Helper::start(&mut command);
    assert!(wait_until(SOON, is_enough), "it does not begin");
    assert!(!session.has_ended(), "it was over before");
    send(signal, session.pid());
    assert!(session.wait(SOON).is_some(), "it does not end");
}

#[test]
fn a_full_disk_takes_nothing_from_what_was_kept_and_the_session_is_heard() {
    let home = home();
    let Some(_disk) = SmallDisk::new(&home.path().join("state"), "size=64k") else { return };
    let read = |name: &str| std::fs::read(home.path().join(name)).unwrap_or_default();
    broken_off(&home, "KILL", || !read(PLACE).is_empty() && !read(LOG).is_empty());
    // What it was writing would be removed by the next session, and leave room.
    for file in std::fs::read_dir(home.path().join("state/supine")).unwrap().map(Result::unwrap) {
        if file.file_name().to_string_lossy().starts_with(".journal-") {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    // Up to the end of a page, or an entry would have room in it. Blanks behind an entry mean nothing.
    let mut log = File::options().append(true).open(home.path().join(LOG)).unwrap();
    let blanks = 4096 - log.metadata().unwrap().len() % 4096;
    let entry = read(LOG).split_inclusive(|byte| *byte == b'\n').next().unwrap().len() as u64;
    let blanks = if blanks < entry { blanks + 4096 } else { blanks };
    let line = [&read(LOG)[..entry as usize - 1], &vec![b' '; (blanks - entry) as usize], b"\n"].concat();
    log.write_all(&line).unwrap();
    let mut fill = File::create(home.path().join("state/fill")).unwrap();
    while fill.write_all(&[0; 1024]).is_ok() {}
    let (place, log) = (read(PLACE), read(LOG));
    assert!(log.len() % 4096 == 0 && logged(&home) > 1, "{} bytes", log.len());

    let is_playing = || home.run("ctl status").code == 0;
    broken_off(&home, "TERM", is_playing);
    assert!(read(PLACE) == place && read(LOG) == log);
    let (told, heard) = plays(&home, "espeak", |_| {});
    are_told(
        &told,
        &[
            "can't write ~home/state/supine/resume.json: No space left on device",
            "can't write ~home/state/supine/practice.jsonl (No space left on device",
        ],
    );
    heard.is_like(&whole("espeak"));
    assert!(read(LOG) == log);
    row(
        "Files",
        "full disk where the place and the log are kept",
        "heard: everything; told: a line for each; kept: the log and the place of before",
    );
}
