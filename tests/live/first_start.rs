//! The first start, on a terminal: how long it takes from the command to the first word of the session.

use std::time::{Duration, Instant};

use super::support::ears::AUDIBLE;
use super::support::process::wait_until;
use super::support::pty::Pty;
use super::support::stage::Stage;
use super::{PAUSE, SESSION, heard};

/// Starts a session for the first time, presses a key (if there is one) once the first words are on the screen,
/// and returns the screen's content and the time to the session's first word, in seconds.
fn first_start(key: &str) -> (String, f64) {
    let stage = Stage::with_speech();
    stage.write("routine.toml", PAUSE);
    let mut terminal = Pty::new();
    let mut command = stage.command("setsid");
    command
        .args(["--ctty", env!("CARGO_BIN_EXE_supine"), "play", "routine.toml", "--ambience", "none"])
        .env("TERM", "xterm");
    let started = Instant::now();
    let mut session = terminal.start(command);
    let shows = |text: &str| wait_until(SESSION, || terminal.shown().contains(text));
    assert!(shows("Let's choose a voice."), "{:?}", terminal.shown());
    terminal.press(key);
    let shows = |text: &str| wait_until(SESSION, || terminal.shown().contains(text));
    assert!(shows("supine: voice = "), "{:?}", terminal.shown());
    // The offer has fallen silent, and the session has not begun.
    let chosen = stage.recorder().place_of(Instant::now());
    let first = chosen + heard(&stage, chosen, AUDIBLE);
    let took = first - stage.recorder().place_of(started);
    println!("from the command to the first word: {took:.1} s");
    session.end();
    (terminal.shown(), took)
}

#[test]
fn a_first_start_that_nobody_touches_takes_less_than_45_seconds() {
    let (shown, took) = first_start("");
    assert!(took < 45.0, "{took:.1} s");
    // It is not shorter either, since the offer was heard.
    assert!(took > 15.0, "{took:.1} s");
    let (first, second) = (shown.find("Voice one. (natural)"), shown.find("Voice two. (system)"));
    assert!(first.is_some() && second > first, "{shown}");
}

#[test]
fn a_first_start_with_one_key_takes_less_than_10_seconds() {
    let (shown, took) = first_start("x");
    assert!(!shown.contains("Voice two"), "{shown}");
    assert!(Duration::from_secs_f64(took) < Duration::from_secs(10), "{took:.1} s");
}

#[test]
fn ctrl_c_ends_a_choice_whatever_is_being_said() {
    let stage = Stage::with_speech();
    let mut terminal = Pty::new();
    let mut command = stage.command("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_supine"), "pick"]).env("TERM", "xterm");
    let mut program = terminal.start(command);
    let shows = |terminal: &Pty, text: &str| wait_until(SESSION, || terminal.shown().contains(text));
    assert!(shows(&terminal, "I will name a few routines."), "{}", terminal.shown());
    terminal.press("x");
    // The choice is made, and is being confirmed.
    assert!(shows(&terminal, ", then."), "{}", terminal.shown());
    terminal.press("\u{3}");
    let status = program.wait(SESSION);
    assert_eq!(status.and_then(|status| status.code()), Some(130), "{}", terminal.shown());
    assert!(!terminal.shown().contains("choose a voice"), "{}", terminal.shown());
}
