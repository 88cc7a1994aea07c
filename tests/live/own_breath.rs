//! Four keys on a terminal in the welcome, and the breath that follows them.

use super::support::process::wait_until;
use super::support::pty::Pty;
use super::*;

const OWN: &str = r#"
title = "Own"
own_breath = true
breath = "4.5:5.5"
ending = "awake"
[[pose]]
name = "Breath"
steps = [{ breaths = 6 }]
"#;

/// The state of the session that plays on a stage.
fn status(stage: &Stage, options: &[&str]) -> String {
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    let output = command.args(["ctl", "status"]).args(options).output().expect("supine starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn four_keys_in_the_welcome_set_the_breath_and_status_says_it() {
    let stage = sound_stage(OWN);
    let arguments = ["routine.toml", "--voice", "fake", "--ambience", "none"];
    // `show` is nobody to tap, so its welcome has no invitation: it tells when the rest is over.
    let score = Timeline::of(&stage, &arguments);
    let welcome = score.events.iter().take_while(|event| event.text != "Breath.").count();
    let mut terminal = Pty::new();
    let mut command = stage.command("setsid");
    command.args(["--ctty", env!("CARGO_BIN_EXE_supine"), "play"]).args(arguments).env("TERM", "xterm");
    let start = stage.recorder().seconds();
    let mut session = terminal.start(command);
    let origin = heard(&stage, start, AUDIBLE) - score.events[0].at_s;
    // Within the first sentence of the invitation a key is a breath already.
    let last = &score.events[welcome - 1];
    let invited = start + origin + last.end_s() + 3.5;
    assert!(stage.recorder().wait_until(invited, SESSION, |samples| !samples.is_empty()));
    // Four seconds of what is heard lie between two keys, however long a busy machine takes for them.
    for (place, key) in (0..).zip([" ", "x", "\x1b[A", "\n"]) {
        let at = invited + 4.0 * f64::from(place);
        assert!(stage.recorder().wait_until(at, SOON, |samples| !samples.is_empty()));
        terminal.press(key);
    }
    let is_said = || status(&stage, &[]).contains("your breath 1");
    assert!(wait_until(SOON, is_said), "{}", status(&stage, &[]));
    let json: serde_json::Value = serde_json::from_str(&status(&stage, &["--json"])).expect("it is JSON");
    let own = json["now"]["own_breath"].as_f64().expect("it has a breath");
    assert!((13.0..16.0).contains(&own), "{own} breaths a minute");
    assert_eq!(json["now"]["state"], "playing", "no key has paused it");
    stage.supine(&["ctl", "stop"]).wait(SOON).expect_code(0);
    assert_eq!(session.wait(SOON).expect("it ends").code(), Some(0));
}
