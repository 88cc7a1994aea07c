//! A session that receives requests while it plays, as it is heard.

use super::*;

/// Words that stand out from the ambience.
pub const CLICK: f64 = -28.0;

pub const HOLD: &str = r#"
title = "Hold"
summary = "An instruction and a counted hold."
language = "en"
ending = "asleep"

[[pose]]
name = "Knees"
steps = ["Lift it.", { count = { to = 6, beat = "2s" } }]
"#;

/// Pauses between the second count and the third, and hears that only the ambience is there. Returns where in
/// the recording that ended.
pub fn waits_in_the_ambience(stage: &Stage, arguments: &[&str], start: f64, pause: impl Fn()) -> f64 {
    let score = Timeline::of(stage, arguments);
    let second = score.events[score.counts()][1].at_s;
    let at = start + heard(stage, start, CLICK) - score.events[0].at_s + second + 1.0;
    assert!(stage.recorder().wait_until(at, SESSION, |samples| !samples.is_empty()));
    pause();
    assert!(stage.recorder().wait_until(at + 5.0, SOON, |samples| !samples.is_empty()));
    let samples = stage.recorder().samples_from(at);
    let paused = between(&samples, 0.75, 4.5);
    assert_eq!(sounds(paused, CLICK, 0.6).len(), 0, "somebody speaks in the pause");
    assert!(level(paused) > -60.0, "the ambience fell silent: {:.0} dB", level(paused));
    at + 5.0
}

/// Hears the instruction and the whole hold, from a place in the recording on.
pub fn is_whole_again(stage: &Stage, from: f64) {
    let is_counted = |samples: &[f32]| sounds(samples, CLICK, 0.6).len() >= 7;
    assert!(stage.recorder().wait_until(from, SESSION, is_counted), "the hold is not counted again");
    let heard = sounds(&stage.recorder().samples_from(from), CLICK, 0.6);
    // Two words in one sound; then six counts on their beat.
    assert!((heard[0].length() - 0.36).abs() < TOLERANCE, "{:?}", heard[0]);
    for pair in heard[1..7].windows(2) {
        let beat = pair[1].start - pair[0].start;
        assert!((beat - 2.0).abs() < TOLERANCE, "{beat:.3} s between two counts");
    }
}

#[test]
fn who_wants_silence_in_a_pause_hears_nothing_then_and_the_ambience_afterwards() {
    let stage = sound_stage(HOLD);
    let arguments = ["routine.toml", "--voice", "fake", "--ambience", "brown", "--pause-silence"];
    let session = play(&stage, &arguments);
    let start = session.start;
    let pause = start + heard(&stage, start, CLICK) + 1.0;
    let recorder = stage.recorder();
    assert!(recorder.wait_until(pause, SESSION, |samples| !samples.is_empty()));
    session.signal("USR1");
    assert!(recorder.wait_until(pause + 5.0, SOON, |samples| !samples.is_empty()));
    session.signal("USR1");
    // The ambience is back before the next word.
    let is_back = |samples: &[f32]| first_onset(samples, -60.0).is_some();
    assert!(recorder.wait_until(pause + 5.0, SOON, is_back), "the ambience does not come back");
    stage.supine(&["ctl", "stop"]).wait(SOON).expect_code(0);
    session.wait(SOON).expect_code(0);
    let paused = recorder.samples_from(pause);
    let (at_first, later) = (level(between(&paused, 0.0, 0.2)), level(between(&paused, 2.0, 4.5)));
    assert!(at_first > -70.0, "nothing was to be heard before: {at_first:.0} dB");
    assert!(later < -90.0, "the ambience goes on: {later:.0} dB");
}

#[test]
fn who_pauses_hears_the_ambience_and_then_the_instruction_and_the_whole_hold_again() {
    let stage = sound_stage(HOLD);
    let arguments = ["routine.toml", "--voice", "fake", "--ambience", "brown", "--wind-down", "off"];
    let session = play(&stage, &arguments);
    let resumed = waits_in_the_ambience(&stage, &arguments, session.start, || session.signal("USR1"));
    session.signal("USR1");
    is_whole_again(&stage, resumed);
    stage.supine(&["ctl", "stop"]).wait(SOON).expect_code(0);
    session.wait(SOON).expect_code(0);
}
