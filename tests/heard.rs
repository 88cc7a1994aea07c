//! What a recogniser hears where the score says that something is said: the natural voice over the
//! ocean, as it is rendered. What a whole session sounds like on a device is in `live.rs`.

#![cfg(all(target_os = "linux", feature = "natural-voice"))]

mod common;
mod support;

use common::Home;
use support::recogniser::{heard, window};
use support::recorder;
use support::timeline::{Event, Timeline};

const COUNTS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// Words that a number is taken for when it is not clear.
const NO_COUNTS: [&str; 8] = ["in", "out", "right", "left", "wide", "and", "heavy", "then"];

/// A routine that counts to ten on each side, beginning with the side `order`.
fn routine(order: &str) -> String {
    format!(
        "title = \"Ears\"\nambience = \"ocean\"\nending = \"awake\"\norder = \"{order} first\"\n\
         [[pose]]\nname = \"Rest\"\nsteps = [{{ each_side = [\n\
         \"Bend your {{side}} knee.\",\n{{ count = 10 }},\n{{ release = \"Let go.\" }},\n] }}]\n"
    )
}

/// The natural voice over the ocean: the sound, and what is said in it.
fn rendered(order: &str) -> (Vec<f32>, Timeline) {
    let home = Home::new();
    home.write("ears.toml", routine(order));
    let score = home.run("show ears.toml --json --voice natural").data();
    assert_eq!(home.run("render ears.toml --voice natural -o ears.wav").code, 0);
    let (samples, rate) = recorder::read(&home.path().join("ears.wav"));
    assert_eq!(rate, recorder::RATE);
    (samples, serde_json::from_str(&score).unwrap())
}

/// What is heard of `events`, each beside what is said.
fn compared(samples: &[f32], events: &[&Event], phrases: &[&str]) -> Vec<(String, String)> {
    let windows: Vec<&[f32]> =
        events.iter().map(|event| window(samples, event.at_s, event.end_s())).collect();
    let said = events.iter().map(|event| event.text.to_lowercase().replace('.', ""));
    said.zip(heard(&windows, phrases)).collect()
}

#[test]
fn every_count_is_understood_over_the_ocean() {
    let (samples, score) = rendered("right");
    let phrases = [&COUNTS[..], &NO_COUNTS].concat();
    let pairs = compared(&samples, &score.track("count"), &phrases);
    assert_eq!(pairs.len(), 20);
    let wrong: Vec<_> = pairs.iter().filter(|(said, heard)| said != heard).collect();
    // 95 of a hundred.
    assert!(wrong.len() <= pairs.len() / 20, "{wrong:?}");
}

#[test]
fn left_is_not_taken_for_right() {
    let phrases = ["now the right side", "now the left side", "bend your right knee", "bend your left knee"];
    for order in ["right", "left"] {
        let (samples, score) = rendered(order);
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
