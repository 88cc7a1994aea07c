//! Each kind of voice in a session of its own: every word is heard, whole, in order and at its place, and
//! nothing else is heard.

use super::support::ears::{self, Sound, last_sound, place_of, spread};
use super::support::process::require;
use super::support::recorder;
use super::support::timeline::Event;
use super::*;

/// How similar a word of the recording and of the rendered file must be: 1 is usual, and another word of the
/// same voice reaches 0.7 at most ("one" and "ten").
const ALIKE: f64 = 0.8;
/// The end of a word's sound is above this level.
const ENDING: f64 = -50.0;

/// How an event was heard.
struct Heard {
    /// The distance from its place, aligned by the first event.
    offset: f64,
    /// The distance of its end from that in the rendered file.
    end: f64,
    likeness: f64,
}

/// Compares what was heard with the file that the same arguments render, event by event.
///
/// # Panics
/// When a word is not heard at its place, or something else is heard.
fn against_the_file(stage: &Stage, samples: &[f32], arguments: &[&str]) -> (Timeline, Vec<Heard>) {
    let score = Timeline::of(stage, arguments);
    let path = stage.file("session.wav");
    let output = path.display().to_string();
    let render = [&["render"], arguments, &["-o", &output]].concat();
    stage.supine(&render).wait(SESSION).expect_code(0);
    let (file, rate) = recorder::read(&path);
    assert_eq!(rate, recorder::RATE, "they are compared sample by sample");

    let first = |samples: &[f32]| first_onset(samples, AUDIBLE).expect("something is heard");
    let origin = first(samples) - first(&file);
    let mut heard: Vec<Heard> = score
        .events
        .iter()
        .enumerate()
        .map(|(place, event)| {
            let next = score.events.get(place + 1).map_or(score.length_s, |next| next.at_s);
            compare(event, next - 0.2, &file, samples, origin)
        })
        .collect();
    let shift = heard[0].offset;
    for (heard, event) in heard.iter_mut().zip(&score.events) {
        heard.offset -= shift;
        heard.end -= shift;
        let Heard { offset, end, .. } = heard;
        assert!(offset.abs() < TOLERANCE, "{:?} was heard {offset:.3} s from its place", event.text);
        assert!(end.abs() < TOLERANCE, "{:?} ended {end:.3} s from its end", event.text);
    }
    let unlike = heard.iter().zip(&score.events).filter(|(heard, _)| heard.likeness <= ALIKE);
    let unlike: Vec<&str> = unlike.map(|(_, event)| event.text.as_str()).collect();
    // On a busy machine, the device may run dry once, in the middle of a word.
    assert!(unlike.len() <= 1, "{unlike:?} are not what was heard");
    for sound in sounds(samples, AUDIBLE, 0.0) {
        // A consonant sounds before its beat.
        let (start, end) = (sound.start - origin + TOLERANCE, sound.end - origin - TOLERANCE);
        let known = score.events.iter().any(|event| event.at_s <= start && end <= event.end_s());
        assert!(known, "something else was heard at {:.2} s", sound.start - origin);
    }
    (score, heard)
}

fn compare(event: &Event, next: f64, file: &[f32], samples: &[f32], origin: f64) -> Heard {
    // The first second distinguishes the words and shows their places.
    let start = event.at_s - 0.1;
    let part = between(file, start, event.end_s().min(event.at_s + 1.0));
    let from = origin + start - TOLERANCE;
    let reach = part.len() as f64 / f64::from(recorder::RATE) + 2.0 * TOLERANCE;
    let (place, likeness) = place_of(part, between(samples, from, from + reach));
    let ending = |samples: &[f32], from: f64, to: f64| {
        from + last_sound(between(samples, from, to), ENDING).unwrap_or_default()
    };
    let end = ending(samples, origin + event.at_s, origin + next) - origin;
    Heard { offset: place - TOLERANCE, end: end - ending(file, event.at_s, next), likeness }
}

fn print(score: &Timeline, heard: &[Heard]) {
    let ms: Vec<f64> = heard.iter().map(|heard| heard.offset * 1000.0).collect();
    let points: Vec<(f64, f64)> =
        score.events.iter().map(|event| event.at_s).zip(ms.iter().copied()).collect();
    let all = spread(&ms);
    let least = heard.iter().map(|heard| heard.likeness).fold(1.0, f64::min);
    let end = heard.iter().map(|heard| heard.end.abs()).fold(0.0, f64::max);
    println!(
        "{}: {} onsets, sd {:.3} ms, at most {:.3} ms from their mean, drift {:.3} ms/min; \
         likeness at least {least:.2}, ends off by at most {:.0} ms",
        score.voice,
        ms.len(),
        all.sd,
        all.max,
        ears::slope(&points) * 60.0,
        end * 1000.0
    );
}

/// The arguments of a session in which nothing is heard but words: the sound does not breathe either.
fn silent_but_for_words() -> [&'static str; 7] {
    ["routine.toml", "--pace", "2", "--ambience", "none", "--breath-cues", "voice"]
}

#[test]
fn the_natural_voice_says_everything_from_the_first_word_where_no_engine_is() {
    let mut stage = sound_stage(SHORT);
    stage.allow_only(&[]);
    let unchosen = silent_but_for_words();
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    // No service listens there, and a network address is never started on demand.
    command.arg("play").args(unchosen).env("SPEECHD_ADDRESS", "inet_socket:127.0.0.1:1");
    let session = stage.start(command);
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    let (score, heard) = against_the_file(&stage, &stage.recorder().samples_from(start), &unchosen);
    print(&score, &heard);
    assert_eq!(score.voice, "natural");
    assert_eq!(score.counts().len(), 6);
}

#[test]
fn an_engine_of_the_listener_says_everything_as_the_score_says() {
    require("flite", "flite");
    let stage = sound_stage(SHORT);
    stage.write(
        "config/supine/config.toml",
        "voice = \"flite\"\n[engines.flite]\ncommand = [\"flite\", \"-voice\", \"slt\", \"--setf\", \
         \"duration_stretch={stretch}\", \"-o\", \"{wav}\"]\n",
    );
    let arguments = silent_but_for_words();
    let session = play(&stage, &arguments);
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    let (score, heard) = against_the_file(&stage, &stage.recorder().samples_from(start), &arguments);
    print(&score, &heard);
    assert_eq!(score.voice, "flite");
}

/// Two poses that begin with the same words: the second is led more slowly. About 45 s at twice the
/// pace.
#[cfg(feature = "system-voice")]
const TWICE: &str = r#"
title = "Twice"
summary = "The same words, twice."
language = "en"
ending = "asleep"

[[pose]]
name = "Rest"
steps = [
  "Let your legs lie long and let your arms rest beside you.",
  "Feel your back grow wide and heavy on the bed.",
  { count = { to = 6, beat = "2s" } },
]

[[pose]]
name = "Breathe"
steps = [
  "Let your legs lie long and let your arms rest beside you.",
  "Feel your back grow wide and heavy on the bed.",
  { breaths = { cycles = 2, ratio = "4:4" } },
]
"#;

/// Stretches of sound between pauses that are longer than any inside a sentence.
#[cfg(feature = "system-voice")]
fn utterances(samples: &[f32]) -> Vec<Sound> {
    sounds(samples, AUDIBLE, 0.35)
}

#[cfg(feature = "system-voice")]
#[test]
fn the_system_voice_says_everything_in_order_counts_on_the_beat_and_slows_down() {
    let stage = Stage::with_speech();
    stage.write("routine.toml", TWICE);
    // The sound does not breathe: nothing but words is to be heard.
    let spoken_by = |voice| [&arguments(voice, "none")[..], &["--breath-cues", "voice"]].concat();
    let score = Timeline::of(&stage, &spoken_by("espeak"));
    let session = play(&stage, &spoken_by("system"));
    let start = session.start;
    session.wait(SESSION).expect_code(0).expect_silence();
    let heard = utterances(&stage.recorder().samples_from(start));
    // The same engine says the same words, so their lengths distinguish the sentences.
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

    let of_pose = |pose| {
        let is_first = |event: &Event| event.pose == pose && event.text.starts_with("Let your legs");
        let place = score.events.iter().position(is_first).expect("each pose begins with these words");
        (heard[place], heard[place + 1])
    };
    let words = 22.0; // in both sentences
    let spoken = |(a, b): (Sound, Sound)| a.length() + b.length();
    let a_minute = |(a, b): (Sound, Sound)| words / (b.end - a.start) * 60.0;
    let (first, last) = (of_pose(1), of_pose(2));
    println!(
        "system: the same words take {:.2} s, then {:.2} s; {:.0} words a minute with the pause, then {:.0}",
        spoken(first),
        spoken(last),
        a_minute(first),
        a_minute(last)
    );
    assert!(spoken(last) > spoken(first) * 1.02, "the voice itself slows down");
    assert!(a_minute(first) > a_minute(last) * 1.04, "and rests longer");
}
