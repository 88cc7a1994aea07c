//! Sessions on a real audio stack, heard by a recorder: the ambience, and the fades of a session. No sound card
//! is needed. The module `voices` tests what each voice says, and when; `faults` tests what happens when
//! something is missing.

// Helpers may end a failing test, and figures are printed.
#![allow(clippy::print_stdout)]
#![cfg(all(target_os = "linux", feature = "device"))]

#[cfg(feature = "natural-voice")]
mod all_at_once;
mod broken;
mod devices;
mod doctor;
mod faults;
#[cfg(feature = "natural-voice")]
mod first_start;
mod nothing_lost;
mod own_breath;
mod pulled;
mod reminder;
mod steering;
#[path = "../support/mod.rs"]
mod support;
mod voices;

use std::time::Duration;

use support::ears::{AUDIBLE, between, first_onset, level, sounds};
use support::session::Session;
use support::stage::Stage;
use support::timeline::Timeline;

/// How far a sound may be from its place. A machine that is busy with other tests is sometimes late; the exact
/// figures are printed, and measured by `cargo bench --bench live`.
const TOLERANCE: f64 = 0.25;
/// A limit for what should take a few seconds.
const SOON: Duration = Duration::from_secs(20);
/// A limit for a whole session.
const SESSION: Duration = Duration::from_secs(90);

/// At twice the pace this takes about 38 s.
const SHORT: &str = r#"
title = "Short"
summary = "Words, a count and a breath."
language = "en"
ending = "asleep"

[[pose]]
name = "Rest"
steps = [
  { count = { to = 6, beat = "2s" } },
  { breaths = { cycles = 2, ratio = "4:4" } },
]
"#;

/// A silence of 6 s at twice the pace, in which the ambience rises.
const PAUSE: &str = r#"
title = "Pause"
summary = "Words, and a silence between them."
language = "en"
ending = "asleep"

[[pose]]
name = "Rest"
steps = [{ rest = 12 }]
"#;

fn arguments<'a>(voice: &'a str, ambience: &'a str) -> Vec<&'a str> {
    vec!["routine.toml", "--pace", "2", "--voice", voice, "--ambience", ambience]
}

fn play(stage: &Stage, arguments: &[&str]) -> Session {
    stage.supine(&[&["play"], arguments].concat())
}

/// A stage with a recorder and the routine.
fn sound_stage(routine: &str) -> Stage {
    let stage = Stage::with_sound();
    stage.write("routine.toml", routine);
    stage
}

/// Waits until something is heard after `start`, and returns when, counted from `start`.
fn heard(stage: &Stage, start: f64, threshold: f64) -> f64 {
    let is_heard = |samples: &[f32]| first_onset(samples, threshold).is_some();
    assert!(stage.recorder().wait_until(start, SOON, is_heard), "nothing was heard");
    first_onset(&stage.recorder().samples_from(start), threshold).expect("it was just heard")
}

/// The mean level of 0.1 s blocks that hold no event and whose gain in the score is `gain`.
fn level_at_gain(samples: &[f32], origin: f64, score: &Timeline, gain: f64) -> f64 {
    let is_quiet =
        |at: f64| score.events.iter().all(|event| at + 0.3 < event.at_s || event.end_s() + 0.3 < at);
    let is_at_gain = |at: f64| (score.gain_at(at) - gain).abs() < 0.01;
    let last = score.events.last().map_or(0.0, |event| event.end_s());
    let blocks = (8..(last * 10.0) as usize).map(|tenth| tenth as f64 / 10.0);
    let picked: Vec<f32> = blocks
        .filter(|at| is_quiet(*at) && is_at_gain(*at - 0.1) && is_at_gain(*at + 0.2))
        .flat_map(|at| between(samples, origin + at, origin + at + 0.1).to_vec())
        .collect();
    assert!(picked.len() > 48_000, "there is less than a second to measure at {gain} dB");
    level(&picked)
}

#[test]
fn the_ambience_is_there_before_and_after_the_words_and_makes_room_for_them() {
    let stage = sound_stage(PAUSE);
    let arguments = arguments("fake", "brown");
    let score = Timeline::of(&stage, &arguments);
    let last = score.events.last().expect("something is said").end_s();
    let session = play(&stage, &arguments);
    let start = session.start;
    let first = heard(&stage, start, -25.0);
    let origin = first - score.events[0].at_s;
    let past_the_end = start + origin + last + 3.0;
    let played = stage.recorder().wait_until(past_the_end, SESSION, |samples| !samples.is_empty());
    assert!(played);
    session.signal("INT");
    session.wait(SOON).expect_code(130).expect_silence();

    let samples = stage.recorder().samples_from(start);
    let before = level(between(&samples, first - 0.15, first - 0.05));
    let after = level(between(&samples, origin + last + 0.5, origin + last + 2.5));
    assert!(before > -70.0, "before the first word: {before:.1} dB");
    assert!(after > -70.0, "after the last word: {after:.1} dB");

    // The last fade comes after the words.
    let under = score.ambience_gain.iter().filter(|point| point.at_s < last + 3.0);
    let gains = under.map(|point| point.gain_db).filter(|gain| *gain > -90.0);
    let (ducked, open) = gains.fold((0.0f64, -90.0f64), |(low, high), gain| (low.min(gain), high.max(gain)));
    let ducked_level = level_at_gain(&samples, origin, &score, ducked);
    let open_level = level_at_gain(&samples, origin, &score, open);
    println!("ducked {ducked_level:.1} dB, open {open_level:.1} dB; the score says {ducked}, {open} dB");
    assert!(open - ducked >= 6.0);
    assert!((open_level - ducked_level - (open - ducked)).abs() < 2.0);
}

/// A steady tone as ambience, so that its level says how far a fade has come.
fn write_tone(stage: &Stage) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(stage.file("tone.wav"), spec).expect("a WAV file can be written");
    for n in 0..48_000 * 20 {
        let wave = (f64::from(n) * 300.0 * std::f64::consts::TAU / 48_000.0).sin();
        file.write_sample((wave * 8000.0) as i16).expect("a sample can be written");
    }
    file.finalize().expect("the file can be closed");
}

fn fades_out_after(signal: &str, code: i32) {
    let stage = sound_stage(PAUSE);
    write_tone(&stage);
    // At normal pace more than 2 s of tone alone follow the first word.
    let session = stage.supine(&["play", "routine.toml", "--voice", "fake", "--ambience", "tone.wav"]);
    let first = heard(&stage, session.start, -25.0);
    assert!(stage.recorder().wait_until(session.start + first + 0.4, SOON, |samples| !samples.is_empty()));
    fades_out(&stage, session, signal, code);
}

/// Sends a signal while the tone is heard, and hears how it fades.
fn fades_out(stage: &Stage, session: Session, signal: &str, code: i32) {
    let recorder = stage.recorder();
    let signalled = std::time::Instant::now();
    session.signal(signal);
    session.wait(SOON).expect_code(code).expect_silence();
    let took = signalled.elapsed().as_secs_f64();
    let at = recorder.place_of(signalled);
    assert!(recorder.wait_until(at + 3.0, SOON, |samples| !samples.is_empty()));
    let samples = recorder.samples();
    let heard = |from: f64, to: f64| level(between(&samples, at + from, at + to));
    let (before, soon, middle, later) =
        (heard(-0.25, 0.0), heard(0.0, 0.2), heard(1.2, 1.4), heard(2.5, 3.0));
    println!(
        "{signal}: {before:.1} dB, {soon:.1} at once, {middle:.1} after 1.3 s, {later:.1} after 2.5 s; ended in {took:.2} s"
    );
    assert!(before > -60.0, "the tone was to be heard, not {before:.1} dB");
    assert!(soon > before - 3.0, "it broke off");
    assert!(middle < before - 3.0, "it did not fade");
    assert!(later < -90.0, "it did not fall silent");
    assert!(took < 4.0, "it took {took:.1} s");
}

/// Hears every event, each as long after the one before as the score says. What breaks of the sound add up to is nobody's
/// fault but the machine's.
fn hears_every_event(samples: &[f32], score: &Timeline) {
    let mut place = first_onset(samples, AUDIBLE).expect("it is heard");
    for pair in score.events.windows(2) {
        let expected = place + pair[1].at_s - pair[0].at_s;
        let starts = sounds(samples, AUDIBLE, 0.1).into_iter().map(|sound| sound.start);
        let nearest = starts.min_by(|a, b| (a - expected).abs().total_cmp(&(b - expected).abs()));
        place = nearest.expect("something is heard");
        let late = place - expected;
        assert!(late.abs() < TOLERANCE, "{:?} was heard {late:.3} s from its place", pair[1].text);
    }
}

#[test]
fn ctrl_c_fades_the_sound_out() {
    fades_out_after("INT", 130);
}

#[test]
fn a_termination_fades_the_sound_out() {
    fades_out_after("TERM", 143);
}
