//! What a recogniser hears at the places where the score says that something is said: the natural voice over
//! the ocean, as it is rendered. tests/live covers how a whole session sounds on a device.

#![cfg(all(target_os = "linux", feature = "natural-voice"))]

use std::collections::BTreeMap;

use crate::support::home::Home;
use crate::support::recogniser::{heard, heard_in_dither, window};
use crate::support::recorder;
use crate::support::timeline::{Event, Timeline};
use supine::speech::natural::Natural;
use supine::speech::{Synthesizer, Utterance};

const COUNTS: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
/// Other words of a session. Beside the numbers, the recogniser expects the words of one row; a count has to be
/// heard with two of the three rows, so that no similar word decides alone.
const OTHERS: [[&str; 10]; 3] = [
    ["wide", "night", "in", "right", "heavy", "rest", "bend", "hold", "both", "breathe"],
    ["land", "then", "out", "left", "knee", "slow", "down", "hands", "side", "stay"],
    ["want", "lying", "and", "let", "on", "its", "bed", "foot", "heel", "sleep"],
];
/// How often each count is listened to, each time with another dither.
const DITHERS: u32 = 5;

/// A routine that counts on each side, beginning with the side `order`.
fn routine(order: &str) -> String {
    format!(
        "title = \"Ears\"\nambience = \"ocean\"\nending = \"awake\"\norder = \"{order} first\"\n\
         [[pose]]\nname = \"Rest\"\nsteps = [{{ each_side = [\n\
         \"Bend your {{side}} knee.\",\n{{ count = 10 }},\n{{ release = \"Let go.\" }},\n] }}]\n"
    )
}

/// The routine `ears.toml` in a voice over the ocean: the sound, and its timeline.
fn rendered(home: &Home, voice: &str) -> (Vec<f32>, Timeline) {
    let score = home.run(&format!("show ears.toml --json --voice {voice}")).data();
    assert_eq!(home.run(&format!("render ears.toml --voice {voice} -o ears.wav")).code, 0);
    let (samples, rate) = recorder::read(&home.path().join("ears.wav"));
    assert_eq!(rate, recorder::RATE);
    (samples, serde_json::from_str(&score).unwrap())
}

/// The words heard at `events`, each beside the words said.
fn compared(samples: &[f32], events: &[&Event], phrases: &[&str]) -> Vec<(String, String)> {
    let windows: Vec<&[f32]> =
        events.iter().map(|event| window(samples, event.at_s, event.end_s())).collect();
    let said = events.iter().map(|event| event.text.to_lowercase().replace('.', ""));
    said.zip(heard(&windows, phrases)).collect()
}

/// For each of `said`, how often it was heard right, and how often it was listened to.
fn heard_right<'a>(said: &[&'a str], windows: &[&[f32]]) -> BTreeMap<&'a str, (u32, u32)> {
    let dithered: Vec<(&[f32], u32)> =
        windows.iter().flat_map(|window| (1..=DITHERS).map(|seed| (*window, seed))).collect();
    let answers: Vec<Vec<String>> = std::thread::scope(|scope| {
        let listeners = OTHERS.map(|others| {
            let dithered = &dithered;
            scope.spawn(move || heard_in_dither(dithered, &[&COUNTS[..], &others].concat()))
        });
        listeners.into_iter().map(|listener| listener.join().unwrap()).collect()
    });
    let mut right = BTreeMap::new();
    for place in 0..dithered.len() {
        let said = said[place / DITHERS as usize];
        let agree = answers.iter().filter(|answers| answers[place] == said).count();
        let (heard, all) = right.entry(said).or_insert((0, 0));
        *heard += u32::from(agree >= 2);
        *all += 1;
    }
    right
}

/// Counts to twenty on both sides of two poses, and asserts that every number is understood.
fn every_count_is_understood(voice: &str) {
    // The first pose and the last one, since the voice begins louder and faster than it ends.
    let home = Home::new();
    let pose =
        |name: &str| format!("[[pose]]\nname = \"{name}\"\nsteps = [{{ each_side = [{{ count = 20 }}] }}]\n");
    let head = "title = \"Ears\"\nambience = \"ocean\"\nending = \"awake\"\n";
    home.write("ears.toml", [head, &pose("Rest"), &pose("Sleep")].concat());
    let (samples, score) = rendered(&home, voice);
    let counts = score.track("count");
    let said: Vec<String> = counts.iter().map(|event| event.text.to_lowercase().replace('.', "")).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let windows: Vec<&[f32]> =
        counts.iter().map(|event| window(&samples, event.at_s, event.end_s())).collect();
    let right = heard_right(&said, &windows);
    println!("{voice}: {right:?}");
    assert_eq!(right.len(), COUNTS.len());
    assert!(right.values().all(|(right, all)| *all == 20 && *right >= 19), "{right:?}");
}

#[test]
fn every_count_is_understood_over_the_ocean() {
    every_count_is_understood("natural");
}

#[test]
#[ignore = "another pitch of the same voice: `make listen`"]
fn every_count_of_the_lower_voice_is_understood_over_the_ocean() {
    every_count_is_understood("natural:low");
}

#[test]
#[ignore = "another pitch of the same voice: `make listen`"]
fn every_count_of_the_deep_voice_is_understood_over_the_ocean() {
    every_count_is_understood("natural:deep");
}

/// The assertions of this file would be worthless if these passed: numbers said alone, as slowly as a sentence
/// at bedtime, and another word in place of a number.
#[test]
fn a_number_that_is_not_clear_is_not_taken_for_understood() {
    let voice = Natural::new().unwrap();
    let said = |text: &str| {
        let samples = voice.synthesize(&Utterance::plain(text, 0.8)).unwrap().samples;
        // From 24 to 48 kHz, and as loud as in a session; the copies above 12 kHz are filtered out.
        samples.into_iter().flat_map(|sample| [2.0 * sample; 2]).collect::<Vec<f32>>()
    };
    let windows = ["One.", "Nine.", "Wide.", "Then."].map(said);
    let windows = windows.each_ref().map(Vec::as_slice);
    let right = heard_right(&["one", "nine", "five", "ten"], &windows);
    assert!(right.values().all(|(right, all)| *all == DITHERS && *right < DITHERS), "{right:?}");
}

#[test]
fn left_is_not_taken_for_right() {
    let phrases = ["now the right side", "now the left side", "bend your right knee", "bend your left knee"];
    for order in ["right", "left"] {
        let home = Home::new();
        home.write("ears.toml", routine(order));
        let (samples, score) = rendered(&home, "natural");
        let sided: Vec<&Event> = score
            .events
            .iter()
            .filter(|event| event.text.contains("side.") || event.text.contains("knee."))
            .collect();
        let pairs = compared(&samples, &sided, &phrases);
        assert_eq!(pairs.len(), 3, "a side, its change and the other side");
        assert!(pairs.iter().all(|(said, heard)| said == heard), "{pairs:?}");
    }
}
