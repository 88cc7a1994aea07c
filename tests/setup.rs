//! Choosing a voice by ear, through the real command line on a terminal of its own.
#![cfg(target_os = "linux")]

mod common;

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::Home;

/// Runs a command line on a terminal on which `keys` are pressed all the time. Returns what the terminal
/// showed and the exit code.
fn on_a_terminal(home: &Home, arguments: &str, keys: &str) -> (String, i32) {
    let program = assert_cmd::cargo::cargo_bin("supine");
    let line = format!("{} {arguments}", program.display());
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(home.path());
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut terminal = script.spawn().unwrap();
    let mut keyboard = terminal.stdin.take().unwrap();
    let mut stdout = terminal.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut shown = String::new();
        stdout.read_to_string(&mut shown).unwrap();
        shown
    });
    // Keys that come before anybody listens are nobody's, and nothing lasts long on a fake output:
    // they are pressed again and again, for a while. `script` does not end under a stream of keys.
    for _ in 0..300 {
        if reader.is_finished() {
            break;
        }
        let _ = keyboard.write_all(keys.as_bytes());
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = terminal.wait().unwrap();
    let shown = reader.join().unwrap();
    // Without a keyboard the terminal would have been gone.
    drop(keyboard);
    (shown, status.code().unwrap())
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.path().join("config/supine/config.toml")).unwrap_or_default()
}

#[test]
fn whoever_waits_gets_the_first_voice_and_the_normal_pace() {
    let home = Home::new();
    let (shown, code) = on_a_terminal(&home, "setup --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"natural\"\npace = \"normal\"\n"), "{shown}");
    assert!(shown.contains("supine: voice = \"natural\", pace = \"normal\" in "), "{shown}");
}

#[test]
fn escape_changes_nothing_and_the_first_start_asks_no_more() {
    let home = Home::new();
    home.config("# mine\nholds = 0.1 # short\n\n[engines.own]\ncommand = [\"true\"]\n");
    let (shown, code) = on_a_terminal(&home, "play --fake-output", "\u{1b}");
    assert_eq!(code, 0, "{shown}");
    let expected = "# mine\nholds = 0.1 # short\nsetup = false\n\n[engines.own]\ncommand = [\"true\"]\n";
    assert_eq!(config(&home), expected);
    let (shown, code) = on_a_terminal(&home, "play --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, expected), "{shown}");
}

#[test]
fn nobody_is_asked_without_a_terminal_or_when_a_voice_is_named() {
    let home = Home::new();
    home.config("holds = 0.1\n");
    assert_eq!(home.run("play --fake-output --voice fake").data(), "");
    for options in ["--voice fake", "--no-setup"] {
        let (shown, code) = on_a_terminal(&home, &format!("play --fake-output {options}"), "");
        assert_eq!((code, config(&home).as_str()), (0, "holds = 0.1\n"), "{shown}");
    }
    let message = home.run("setup --fake-output").failure(1);
    assert!(message.contains("needs a terminal") && message.contains("supine config"), "{message}");
}

#[test]
fn voices_are_heard_on_demand_and_a_key_takes_one() {
    let home = Home::new();
    home.config("voice = \"natural\" # for now\n");
    let (shown, code) = on_a_terminal(&home, "voices --try espeak:en-gb fake --fake-output", "x");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"espeak:en-gb\" # for now\n"), "{shown}");
    // Without a terminal they are only heard.
    assert_eq!(home.run("voices --try fake --fake-output").data(), "");
    assert_eq!(config(&home), "voice = \"espeak:en-gb\" # for now\n");
    assert!(home.run("voices --try nobody --fake-output").failure(2).contains("`nobody`"));
}
