//! What becomes of the sound device, as it is heard: it comes and goes, its server dies or hangs, it wakes slowly, it is
//! too fast for the machine.

use super::steering::{CLICK, HOLD};
use super::support::rows::row;
use super::*;

/// Longer than the search for a lost device.
const LOOKED_FOR: Duration = Duration::from_secs(70);
const ARGUMENTS: [&str; 9] =
    ["routine.toml", "--pace", "2", "--voice", "fake", "--ambience", "none", "--wind-down", "off"];
/// Words with less silence between them are one sound.
const GAP: f64 = 0.5;

/// Waits until sound that begins at `from` in the recording is heard; the search for a device may take its time.
fn is_heard_again(stage: &Stage) {
    let is_heard = |samples: &[f32]| first_onset(samples, CLICK).is_some();
    assert!(stage.recorder().wait_until(0.0, LOOKED_FOR, is_heard), "nothing is heard again");
}

/// Hears the instruction and the whole hold from the beginning of the recording on, as the score says.
fn the_hold_is_whole(stage: &Stage, score: &Timeline) {
    let counts = score.counts();
    let expected = &score.events[counts.start - 1..counts.end];
    let are_heard = |samples: &[f32]| sounds(samples, CLICK, GAP).len() >= expected.len();
    assert!(stage.recorder().wait_until(0.0, SESSION, are_heard), "the hold is not counted again");
    let heard = sounds(&stage.recorder().samples_from(0.0), CLICK, GAP);
    let short = heard[0].length() - expected[0].length_s;
    assert!(short.abs() < TOLERANCE, "{:?} was heard as {:?}", expected[0], heard[0]);
    for (pair, events) in heard[1..].windows(2).zip(expected[1..].windows(2)) {
        let beat = (pair[1].start - pair[0].start) - (events[1].at_s - events[0].at_s);
        assert!(beat.abs() < TOLERANCE, "{:?} is {beat:.3} s from its place", events[1].text);
    }
}

/// Plays until after the second count of the hold.
fn plays_into_the_hold(stage: &Stage, score: &Timeline) -> Session {
    let second = score.events[score.counts()][1].at_s;
    let session = play(stage, &ARGUMENTS);
    let start = session.start;
    let place = start + heard(stage, start, CLICK) - score.events[0].at_s + second + 0.5;
    assert!(stage.recorder().wait_until(place, SESSION, |samples| !samples.is_empty()));
    session
}

/// Breaks the device in the hold, and hears the hold anew.
fn goes_on_with_the_whole_hold(break_it: impl FnOnce(&mut Stage)) {
    let mut stage = sound_stage(HOLD);
    let score = Timeline::of(&stage, &ARGUMENTS);
    let session = plays_into_the_hold(&stage, &score);
    break_it(&mut stage);
    is_heard_again(&stage);
    the_hold_is_whole(&stage, &score);
    session.signal("INT");
    session.wait(SOON).expect_code(130).expect_silence();
}

#[test]
fn a_device_that_comes_and_goes_for_ever_is_followed_each_time() {
    goes_on_with_the_whole_hold(|stage| {
        for rate in [44_100, 48_000, 96_000, 44_100] {
            stage.take_sink_away();
            std::thread::sleep(Duration::from_millis(1_200));
            stage.give_sink(rate);
            is_heard_again(stage);
        }
        stage.take_sink_away();
        stage.give_sink(48_000);
    });
    row(
        "Sound device",
        "coming and going again and again, each time at another rate",
        "heard: it goes on each time, at last with the last instruction and its whole hold",
    );
}

#[test]
fn a_device_that_is_gone_for_good_is_told_and_the_place_is_kept() {
    let mut stage = sound_stage(HOLD);
    let score = Timeline::of(&stage, &ARGUMENTS);
    let session = plays_into_the_hold(&stage, &score);
    stage.take_sink_away();
    let outcome = session.wait(LOOKED_FOR + SOON).expect_code(4);
    assert!(outcome.took > Duration::from_secs(60), "it was given up after {:?}", outcome.took);
    assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
    assert!(outcome.err.contains("`supine resume`"), "{}", outcome.err);
    stage.give_sink(48_000);
    let resumed = stage.supine(&["resume"]);
    is_heard_again(&stage);
    resumed.signal("INT");
    resumed.wait(SOON).expect_code(130);
    row(
        "Sound device",
        "gone for good",
        "told after a minute: one line; kept: the place, from which `supine resume` goes on",
    );
}

#[test]
fn a_sound_server_that_is_killed_is_found_again() {
    goes_on_with_the_whole_hold(|stage| {
        stage.kill_sound_server();
        std::thread::sleep(Duration::from_secs(2));
        stage.start_sound_server();
    });
    row("Sound server", "killed, and started again", "heard: the last instruction again, and its whole hold");
}

#[test]
fn a_sound_server_that_hangs_is_not_waited_for_when_there_is_another() {
    goes_on_with_the_whole_hold(Stage::replace_hanging_sound_server);
    row(
        "Sound server",
        "hanging, and another one in its place",
        "heard: the last instruction again on the other one, and its whole hold",
    );
}

#[test]
fn a_headset_that_comes_late_and_swallows_its_beginning_loses_no_word() {
    let mut stage = sound_stage(HOLD);
    let score = Timeline::of(&stage, &ARGUMENTS);
    stage.mute(true);
    let first = stage.supine(&[&["play"], &ARGUMENTS[..]].concat());
    stage.wake_as_a_headset();
    let is_two = |samples: &[f32]| sounds(samples, CLICK, GAP).len() >= 2;
    assert!(stage.recorder().wait_until(first.start, SOON, is_two));
    let heard = sounds(&stage.recorder().samples_from(first.start), CLICK, GAP);
    let apart = (heard[1].start - heard[0].start) - (score.events[1].at_s - score.events[0].at_s);
    assert!(apart.abs() < TOLERANCE, "{heard:?}: the first word was swallowed");
    first.signal("INT");
    first.wait(SOON).expect_code(130).expect_silence();

    let session = plays_into_the_hold(&stage, &score);
    stage.take_sink_away();
    std::thread::sleep(Duration::from_secs(2));
    stage.give_sink(44_100);
    stage.mute(true);
    stage.wake_as_a_headset();
    the_hold_is_whole(&stage, &score);
    session.signal("INT");
    session.wait(SOON).expect_code(130).expect_silence();
    row(
        "Sound device",
        "a headset that comes late and swallows its first 0.3 s",
        "heard: every word, at the start and when it comes back",
    );
}

/// Hears every event in its order and the last one at its place, but for moments.
fn hears_to_the_last_words(stage: &Stage, start: f64, score: &Timeline) {
    /// What breaks may add up to, in seconds.
    const MOMENTS: f64 = 3.0;
    let samples = stage.recorder().samples_from(start);
    let heard = sounds(&samples, AUDIBLE, GAP);
    let origin = heard.first().expect("it is heard").start - score.events[0].at_s;
    let last = score.events.last().expect("something is said");
    let late = heard.last().expect("it is heard").start - origin - last.at_s;
    println!("the last words were {late:.2} s late");
    assert!((-TOLERANCE..MOMENTS).contains(&late), "the last words were {late:.2} s late");
    assert!(heard.len() > score.track("count").len(), "{heard:?}");
}

#[test]
fn periods_too_short_for_the_machine_are_made_longer_and_the_last_words_are_heard() {
    let stage = sound_stage(HOLD);
    let score = Timeline::of(&stage, &ARGUMENTS);
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    // 0.7 ms: no machine keeps up with that for long.
    command.arg("play").args(ARGUMENTS).env("SUPINE_PERIOD", "32");
    let session = stage.start(command);
    let start = session.start;
    let outcome = session.wait(SESSION).expect_code(0).expect_silence();
    println!("{:?}", outcome.broke_off);
    hears_to_the_last_words(&stage, start, &score);
    row(
        "Sound device",
        "periods too short for the machine",
        "heard: every word to the last, with breaks for moments; told at the end: how often, if there were any",
    );
}

#[test]
fn a_session_plays_on_pipewire() {
    let stage = Stage::with_pipewire();
    stage.write("routine.toml", HOLD);
    let score = Timeline::of(&stage, &ARGUMENTS);
    let session = play(&stage, &ARGUMENTS);
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    hears_every_event(&stage.recorder().samples_from(start), &score);
    row("Sound server", "PipeWire instead of PulseAudio", "heard: every word at its place");
}
