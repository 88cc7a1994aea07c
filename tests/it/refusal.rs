//! The reasons why a session can't start, or what it starts without, said aloud, through the real command line.
//! The voice is an engine that writes down its words.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::home::Home;

const REST: &str = "title = \"Rest\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here.\"]\n";
/// Another program speaks in its place, so that there is something to hear.
const ENGINE: &str =
    "read -r text < \"$1\"; printf '%s\\n' \"$text\" >> said; exec espeak-ng --stdout hello\n";
const CONFIG: &str = "voice = \"log\"\n[engines.log]\ncommand = [\"sh\", \"engine.sh\", \"{text}\"]\n";

fn home() -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    home.write("engine.sh", ENGINE);
    home.config(CONFIG);
    home
}

/// Everything that was said since the last call.
fn said(home: &Home) -> Vec<String> {
    let path = home.path().join("said");
    let said = std::fs::read_to_string(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    let _ = std::fs::remove_dir_all(home.path().join("cache"));
    said.lines().map(str::to_owned).collect()
}

#[test]
fn what_keeps_a_session_from_starting_is_said_and_printed() {
    let home = home();
    home.write("broken.toml", "title = 1\nending = \"awake\"\n");
    home.write("one.toml", REST.replace("ambience", "x").replace("title =", "titel ="));
    let cases = [
        ("play gone.toml", 2, vec!["There is no file called gone dot toml."]),
        ("play ./deep/down/gone.toml", 2, vec!["There is no file called gone dot toml."]),
        ("--ambience zzz", 2, vec!["There is no ambience or file called zzz."]),
        ("resume", 1, vec!["There is nothing to resume."]),
        ("play broken.toml", 2, vec!["There are two mistakes in broken dot toml.", ""]),
        ("play one.toml --silent-screen", 2, vec!["There are two mistakes in one dot toml.", ""]),
        ("--pcae slow", 2, vec!["Unexpected argument pcae found."]),
        ("play --level deep", 2, vec!["Invalid value deep for level."]),
        ("resum --silent-screen", 2, vec!["Unrecognized subcommand resum."]),
    ];
    for (line, code, reason) in cases {
        let message = home.run(&format!("{line} --fake-output")).failure(code);
        assert_eq!(message.is_empty(), line.contains("silent"), "{message}");
        let said = said(&home);
        assert_eq!(said.first().map(String::as_str), Some("The session can't start."), "{line}: {said:?}");
        assert_eq!(said.len(), 1 + reason.len(), "{line}: {said:?}");
        for (said, reason) in said[1..].iter().zip(reason) {
            assert!(said == reason || reason.is_empty(), "{line}: {said}");
            assert!(!said.contains(['`', '/']) && !said.contains("--"), "{line}: {said}");
        }
    }
    crate::support::rows::row(
        "Files",
        "a routine with mistakes, or one that is not there",
        "heard and told: why, and what to do",
    );
}

#[test]
fn only_a_session_says_why_it_can_t_start() {
    let home = home();
    for line in [
        "show gone.toml",
        "render gone.toml -o a.wav",
        "check gone.toml",
        "ctl pause",
        "ctl puase",
        "show --pcae slow",
        "--help",
    ] {
        let code = home.run(line).code;
        assert_eq!(code == 0, line == "--help", "{line}");
        assert_eq!(said(&home), [""; 0], "{line}");
    }
}

#[test]
fn a_voice_that_fails_is_passed_over_and_one_that_hangs_is_not_waited_for_after_ctrl_c() {
    let home = home();
    home.config(
        &CONFIG.replace("voice = \"log\"", "voice = \"fails\"\n[engines.fails]\ncommand = [\"false\"]"),
    );
    // The natural voice says it instead; this test only checks that the program ends.
    assert!(home.run("play gone.toml --fake-output").failure(2).contains("no file called `gone.toml`"));

    home.config(
        "voice = \"hangs\"\n[engines.hangs]\ncommand = [\"sh\", \"hangs.sh\"]\ntime_limit = \"120s\"\n",
    );
    home.write("hangs.sh", "echo started > said; exec sleep 40");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("supine"));
    command.args(["play", "gone.toml", "--fake-output"]).current_dir(home.path());
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut session = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    while !home.path().join("said").exists() && Instant::now() < limit {
        std::thread::sleep(Duration::from_millis(20));
    }
    let asked = Command::new("sh").args(["-c", &format!("kill -s INT {}", session.id())]).status().unwrap();
    assert!(asked.success());
    let stopped = Instant::now();
    assert_eq!(session.wait().unwrap().code(), Some(2));
    // Without the signal, it would give up after half a minute.
    assert!(stopped.elapsed() < Duration::from_secs(20), "{:?}", stopped.elapsed());
}

#[test]
fn what_a_session_starts_without_is_said_first_and_printed() {
    let home = home();
    home.write("sounds/a.ogg", include_bytes!("../../sounds/bowl.ogg"));
    home.write("sounds/b.flac", "words");
    home.write("state/supine/skipped.json", "no memory");
    home.write("run", "a file, and no folder for a socket");
    let play = "play rest.toml --fake-output --ambience sounds";
    let outcome = home.run(play);
    assert_eq!((outcome.code, outcome.stderr.lines().count()), (0, 3), "{}", outcome.stderr);
    for printed in ["skipped.json is damaged", "sounds/b.flac", "control.sock can't be used"] {
        assert!(outcome.stderr.contains(printed), "{printed}: {}", outcome.stderr);
    }
    let notices = [
        "Other programs can't control this session.",
        "The poses you left out last time can't be read.",
        "Some files in your folder of sounds can't be played.",
    ];
    assert_eq!(said(&home)[..4], [&notices[..], &["Rest."]].concat());
    // The damaged file is set aside, and reported once.
    let outcome = home.run(&format!("{play} --silent-screen"));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(said(&home)[..3], [notices[0], notices[2], "Rest."]);
}
