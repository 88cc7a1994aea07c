//! What a listener hears, and reads, when something is missing, dies or hangs; and the terminal.

use std::os::unix::fs::PermissionsExt;

use super::support::process::{require, send};
use super::*;

/// The short routine without a choice of voice, on no ambience.
const UNCHOSEN: [&str; 5] = ["routine.toml", "--pace", "2", "--ambience", "none"];

/// Fails unless `text` is one sentence for a person: no dump of a library, no panic.
fn is_one_clear_line(text: &str) {
    println!("{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("supine: "), "{text}");
    for noise in ["ALSA", "snd_", "panicked", "Error {", "Err(", "RUST_BACKTRACE"] {
        assert!(!text.contains(noise), "{text}");
    }
}

/// Hears two words of a session, so that it goes on, and stops it.
fn speaks(stage: &Stage, session: Session) {
    let first = heard(stage, session.start, AUDIBLE);
    heard(stage, session.start + first + 1.0, AUDIBLE);
    session.signal("INT");
    session.wait(SOON).expect_code(130);
}

#[test]
fn without_a_sound_device_one_sentence_says_what_to_do() {
    let stage = Stage::bare();
    let outcome = stage.supine(&["play", "--voice", "fake"]).wait(SOON).expect_code(4);
    assert_eq!(outcome.out, "");
    is_one_clear_line(&outcome.err);
    assert!(outcome.err.contains("supine render"));
}

#[test]
fn without_a_speech_service_espeak_ng_speaks() {
    require("espeak-ng", "espeak-ng");
    let stage = sound_stage(SHORT);
    speaks(&stage, play(&stage, &UNCHOSEN));
}

#[test]
fn without_any_voice_one_line_says_what_to_install() {
    let mut stage = sound_stage(SHORT);
    stage.allow_only(&[]);
    let outcome = play(&stage, &UNCHOSEN).wait(SOON).expect_code(3);
    is_one_clear_line(&outcome.err);
    for package in ["speech-dispatcher", "espeak-ng"] {
        assert!(outcome.err.contains(package), "{package} is to be named");
    }
}

/// Plays with a script in the place of espeak-ng, and gives what is said of it.
fn with_engine(script: &str) -> String {
    let stage = sound_stage(SHORT);
    let program = stage.write("engine", format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("it can be made a program");
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.arg("play").args(arguments("espeak", "none")).env("SUPINE_ESPEAK", program);
    let outcome = stage.start(command).wait(SOON).expect_code(3);
    is_one_clear_line(&outcome.err);
    outcome.err
}

#[test]
fn an_engine_that_fails_is_quoted() {
    let told = with_engine("cat >/dev/null; echo >&2 'the data files are gone'; exit 1");
    assert!(told.contains("espeak-ng") && told.contains("the data files are gone"));
}

#[test]
fn an_engine_that_writes_garbage_is_refused() {
    let told = with_engine("cat >/dev/null; echo hello");
    assert!(told.contains("espeak-ng") && told.contains("WAV"));
}

#[test]
fn an_engine_that_hangs_is_given_up() {
    let told = with_engine("exec sleep 60");
    assert!(told.contains("espeak-ng") && told.contains("did not answer"));
}

#[test]
fn a_session_has_one_line_on_a_terminal_and_gives_the_terminal_back() {
    require("script", "bsdutils");
    let stage = sound_stage(SHORT);
    let supine = env!("CARGO_BIN_EXE_supine");
    let line = format!(
        "trap : INT; stty cols 80 rows 24; stty -g; '{supine}' play {}; echo code $?; stty -g",
        arguments("fake", "none").join(" ")
    );
    let mut command = stage.command("script");
    command.args(["--quiet", "--flush", "--return", "--command", &line, "/dev/null"]);
    command.env("TERM", "xterm").env("SHELL", "/bin/sh");
    let mut session = stage.start(command);
    let first = heard(&stage, session.start, AUDIBLE);
    heard(&stage, session.start + first + 1.0, AUDIBLE);
    session.type_in("\u{3}");
    let outcome = session.wait(SOON).expect_code(0);
    let shown = outcome.out;
    assert!(shown.contains("0:01"), "{shown:?}");
    assert!(shown.contains("code 130"), "{shown:?}");
    let lines: Vec<&str> = shown.lines().collect();
    let before = lines.first().expect("stty wrote a line").trim();
    let after = lines.last().expect("stty wrote a line").trim();
    assert!(!before.is_empty() && after.ends_with(before), "{shown:?}");
    // The settings, the line (all its states), the exit code, the settings.
    assert!(lines.len() <= 4, "{shown:?}");
    let hidden = shown.rfind("\u{1b}[?25l");
    assert!(hidden.is_none() || hidden < shown.rfind("\u{1b}[?25h"), "the cursor stays hidden: {shown:?}");
}

#[cfg(feature = "system-voice")]
mod speech_service {
    use super::*;

    fn speech_stage(routine: &str) -> Stage {
        let stage = Stage::with_speech();
        stage.write("routine.toml", routine);
        stage
    }

    #[test]
    fn a_frozen_service_keeps_nobody_waiting() {
        let mut stage = speech_stage(SHORT);
        send("STOP", stage.dispatcher().pid());
        let outcome = play(&stage, &arguments("system", "none")).wait(SOON).expect_code(3);
        is_one_clear_line(&outcome.err);
        speaks(&stage, play(&stage, &UNCHOSEN));
    }

    #[test]
    fn ctrl_c_fades_out_while_the_service_is_frozen() {
        let mut stage = speech_stage(PAUSE);
        let session = play(&stage, &arguments("system", "brown"));
        heard(&stage, session.start, -30.0);
        send("STOP", stage.dispatcher().pid());
        session.signal("INT");
        session.wait(SOON).expect_code(130).expect_silence();
    }

    /// Breaks the service after the first word; the session ends by itself and says why.
    fn is_lost_in_the_middle(break_it: fn(&mut Stage)) {
        let mut stage = speech_stage(PAUSE);
        let session = play(&stage, &arguments("system", "brown"));
        heard(&stage, session.start, -30.0);
        break_it(&mut stage);
        let outcome = session.wait(Duration::from_secs(40)).expect_code(3);
        is_one_clear_line(&outcome.err);
        println!("it ended {:.1?} after its start", outcome.took);
    }

    #[test]
    fn a_session_ends_when_its_voice_has_died() {
        is_lost_in_the_middle(|stage| stage.dispatcher().kill());
    }

    #[test]
    fn a_session_ends_when_its_voice_has_frozen() {
        is_lost_in_the_middle(|stage| send("STOP", stage.dispatcher().pid()));
    }

    #[test]
    fn a_service_that_was_restarted_is_found_again() {
        let mut stage = speech_stage(PAUSE);
        let session = play(&stage, &arguments("system", "none"));
        heard(&stage, session.start, AUDIBLE);
        stage.dispatcher().kill();
        stage.start_dispatcher();
        // What it was saying has been lost, but not the session.
        let restarted = stage.recorder().seconds() + 1.0;
        heard(&stage, restarted, AUDIBLE);
        session.signal("INT");
        session.wait(SOON).expect_code(130);
    }
}
