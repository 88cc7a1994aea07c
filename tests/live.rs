//! Sessions on a real audio stack, heard by a recorder: what sounds, in which order and when, how
//! a session fades. No sound card is needed. What happens when something is missing is in the
//! module `faults`.

#![cfg(all(target_os = "linux", feature = "device"))]

#[path = "live/faults.rs"]
mod faults;
mod support;

use std::time::Duration;

use support::ears::{self, AUDIBLE, Sound, between, first_onset, level, sounds, spread};
use support::session::Session;
use support::stage::Stage;
use support::timeline::Timeline;

/// How far a sound may lie from its place. A machine that is busy with other tests is late at
/// times; the exact figures are printed, and measured by `cargo bench --bench live`.
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

/// Waits until something is heard after `start`, and says when, counted from `start`.
fn heard(stage: &Stage, start: f64, threshold: f64) -> f64 {
    let is_heard = |samples: &[f32]| first_onset(samples, threshold).is_some();
    assert!(stage.recorder().wait_until(start, SOON, is_heard), "nothing was heard");
    first_onset(&stage.recorder().samples_from(start), threshold).expect("it was just heard")
}

/// How far each event was heard from its place, aligned by the first.
///
/// # Panics
/// When one is missing, or something else is heard.
fn offsets(samples: &[f32], score: &Timeline) -> Vec<f64> {
    let first = first_onset(samples, AUDIBLE).expect("something was heard");
    let origin = first - score.events[0].at_s;
    let mut busy_until = 0.0f64;
    let mut offsets = Vec::new();
    for event in &score.events {
        let from = (origin + event.at_s - TOLERANCE).max(busy_until);
        let window = between(samples, from, origin + event.at_s + TOLERANCE);
        let onset = first_onset(window, AUDIBLE)
            .unwrap_or_else(|| panic!("{:?} was not heard at its place", event.text));
        offsets.push(from + onset - origin - event.at_s);
        busy_until = origin + event.end_s() + 0.05;
    }
    for sound in sounds(samples, AUDIBLE, 0.0) {
        let (start, end) = (sound.start - origin + TOLERANCE, sound.end - origin - TOLERANCE);
        let known = score.events.iter().any(|event| event.at_s <= start && end <= event.end_s());
        assert!(known, "something else was heard at {:.2} s", sound.start - origin);
    }
    offsets
}

/// Plays the short routine with a rendered voice, and compares all that is heard with the score.
fn is_heard_as_written(voice: &str) -> (Timeline, Vec<f64>) {
    let stage = sound_stage(SHORT);
    let arguments = arguments(voice, "none");
    let score = Timeline::of(&stage, &arguments);
    let session = play(&stage, &arguments);
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    let offsets = offsets(&stage.recorder().samples_from(start), &score);
    (score, offsets)
}

fn print_offsets(voice: &str, score: &Timeline, offsets: &[f64]) {
    let ms: Vec<f64> = offsets.iter().map(|offset| offset * 1000.0).collect();
    let points: Vec<(f64, f64)> =
        score.events.iter().map(|event| event.at_s).zip(ms.iter().copied()).collect();
    let all = spread(&ms);
    println!(
        "{voice}: {} onsets, sd {:.3} ms, at most {:.3} ms from their mean, drift {:.3} ms/min",
        ms.len(),
        all.sd,
        all.max,
        ears::slope(&points) * 60.0
    );
}

#[test]
fn a_rendered_voice_is_heard_as_the_score_says_and_nothing_else() {
    let (score, offsets) = is_heard_as_written("espeak");
    print_offsets("espeak", &score, &offsets);
}

#[test]
fn every_count_is_heard_on_its_beat() {
    let (score, offsets) = is_heard_as_written("fake");
    print_offsets("fake", &score, &offsets);
    let counts = &offsets[score.counts()];
    assert_eq!(counts.len(), 6);
    assert!(spread(counts).max < TOLERANCE);
}

/// Stretches of sound between pauses that are longer than any inside a sentence.
fn utterances(samples: &[f32]) -> Vec<Sound> {
    sounds(samples, AUDIBLE, 0.35)
}

#[cfg(feature = "system-voice")]
#[test]
fn the_system_voice_says_everything_in_order_and_counts_on_the_beat() {
    let stage = Stage::with_speech();
    stage.write("routine.toml", SHORT);
    let score = Timeline::of(&stage, &arguments("espeak", "none"));
    let session = play(&stage, &arguments("system", "none"));
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    let heard = utterances(&stage.recorder().samples_from(start));
    // The same engine says the same words, so the lengths tell one sentence from another.
    let lengths =
        |sounds: &[f64]| sounds.iter().map(|length| format!("{length:.1}")).collect::<Vec<_>>().join(" ");
    let expected: Vec<f64> = score.events.iter().map(|event| event.length_s).collect();
    let actual: Vec<f64> = heard.iter().map(Sound::length).collect();
    println!("expected {}\nheard    {}", lengths(&expected), lengths(&actual));
    assert_eq!(actual.len(), expected.len(), "every utterance is heard, with silence around it");
    for ((actual, expected), event) in actual.iter().zip(&expected).zip(&score.events) {
        assert!((actual - expected).abs() < 0.2 + expected * 0.4, "{:?} took {actual:.2} s", event.text);
    }
    let counts = score.counts();
    let places = |starts: Vec<f64>| starts.iter().map(|start| start - starts[0]).collect::<Vec<_>>();
    let beats = places(score.events[counts.clone()].iter().map(|event| event.at_s).collect());
    let counted = places(heard[counts].iter().map(|sound| sound.start).collect());
    let errors: Vec<f64> = counted.iter().zip(&beats).map(|(heard, beat)| (heard - beat) * 1000.0).collect();
    println!("system: counts off by {errors:.1?} ms, sd {:.1} ms", spread(&errors).sd);
    assert!(errors.iter().all(|error| error.abs() < TOLERANCE * 1000.0));
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

    let gains = score.ambience_gain.iter().map(|point| point.gain_db).filter(|gain| *gain > -90.0);
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
    let start = session.start;
    let first = heard(&stage, start, -25.0);
    let recorder = stage.recorder();
    assert!(recorder.wait_until(start + first + 0.4, SOON, |samples| !samples.is_empty()));
    let signalled = std::time::Instant::now();
    session.signal(signal);
    session.wait(Duration::from_secs(5)).expect_code(code).expect_silence();
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

#[test]
fn ctrl_c_fades_the_sound_out() {
    fades_out_after("INT", 130);
}

#[test]
fn a_termination_fades_the_sound_out() {
    fades_out_after("TERM", 143);
}
