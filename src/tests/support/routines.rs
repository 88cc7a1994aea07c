//! Routine files made up by proptest, with every kind of step in every place where it may stand.

use std::time::Duration;

use proptest::prelude::*;
use supine::routine::{Ending, Level};
use supine::settings::{Counting, Settings, Words};
use supine::units::Decibels;

/// A step before it is written as TOML.
#[derive(Clone, Debug)]
enum Step {
    /// A step without inner steps, with `SIDE` where a side may be named.
    Leaf(String),
    EachSide(Vec<Step>),
    Repeat(u32, Vec<Step>),
    Level(&'static str, Vec<Step>),
}

/// The text of a routine file with one to four poses.
pub fn routine() -> impl Strategy<Value = String> {
    let steps = || prop::collection::vec(step(), 1..6);
    let pose = ("[A-Z][a-z]{2,8}", prop::option::of(position()), steps());
    let top = (
        prop::sample::select(vec!["asleep", "awake"]),
        prop::sample::select(vec!["right first", "left first"]),
        prop::sample::select(vec!["", "props = [\"a bed\", \"a pillow\"]\n"]),
    );
    (top, prop::collection::vec(pose, 1..5)).prop_map(|((ending, order, props), poses)| {
        let mut text = format!("title = \"Made up\"\n{props}ending = \"{ending}\"\norder = \"{order}\"\n");
        for (name, position, steps) in poses {
            text.push_str(&format!("\n[[pose]]\nname = \"{name}\"\n"));
            if let Some(position) = position {
                text.push_str(&format!("position = \"{position}\"\n"));
            }
            text.push_str(&format!("steps = [\n{}]\n", written(&steps, false)));
        }
        text
    })
}

/// Every setting that a score depends on, over its whole range.
pub fn settings() -> impl Strategy<Value = Settings> {
    let pace = prop::sample::select(vec!["slow", "normal", "brisk", "0.5", "0.77", "2"]);
    let breath = prop::sample::select(vec!["4:6", "3:7", "1:1", "20:20", "2.5:3.3"]);
    let words = (
        prop::sample::select(vec![Counting::Every, Counting::Sparse, Counting::None]),
        prop::sample::select(vec![Level::Gentle, Level::Standard, Level::Deeper]),
        prop::sample::select(vec![Words::Full, Words::Brief]),
    );
    let holds = prop_oneof![Just(1.0), 0.1f64..3.0];
    let seconds = |times: &[u64]| {
        let times: Vec<_> = times.iter().map(|time| Duration::from_secs(*time)).collect();
        prop::sample::select(times)
    };
    let ends = (
        prop::sample::select(vec![None, Some(Ending::Asleep), Some(Ending::Awake)]),
        seconds(&[0, 1, 3, 5, 60, 600, 12 * 3600]),
        prop::bool::weighted(0.2),
        seconds(&[0, 1, 60, 600]),
    );
    (pace, breath, words, holds, -40f32..12.0, prop::bool::weighted(0.8), ends).prop_map(
        |(
            pace,
            breath,
            (counting, level, words),
            holds,
            gain,
            ambience,
            (ending, sleep_timer, until_morning, settle),
        )| Settings {
            pace: pace.parse().unwrap(),
            breath: breath.parse().unwrap(),
            holds,
            counting,
            level,
            words,
            ambience_gain: Decibels(gain),
            ambience,
            ending,
            sleep_timer,
            until_morning,
            settle,
            ..Settings::default()
        },
    )
}

fn position() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["lying on your back", "on all fours", "child's pose"])
}

/// One to four sentences' worth of words; some name the side.
fn sentence() -> impl Strategy<Value = String> {
    let word =
        prop::sample::select(vec!["slowly", "knee", "rest", "the", "SIDE", "breathe,", "let", "go", "back."]);
    prop::collection::vec(word, 1..12).prop_map(|words| format!("Now {}.", words.join(" ")))
}

fn step() -> impl Strategy<Value = Step> {
    leaf().prop_map(Step::Leaf).prop_recursive(3, 20, 4, |inner| {
        let steps = prop::collection::vec(inner, 1..4);
        prop_oneof![
            3 => steps.clone().prop_map(Step::EachSide),
            1 => (1u32..4, steps.clone()).prop_map(|(times, steps)| Step::Repeat(times, steps)),
            1 => (prop::sample::select(vec!["gentle", "deeper"]), steps)
                .prop_map(|(level, steps)| Step::Level(level, steps)),
        ]
    })
}

fn leaf() -> impl Strategy<Value = String> {
    let said = prop::sample::select(vec!["option", "release", "inhale", "exhale", "gentle", "deeper"]);
    let breath = prop::sample::select(vec!["breaths", "sway"]);
    let ratio = prop::sample::select(vec!["4:6", "3:7", "1:2", "5.5:5.5"]);
    prop_oneof![
        4 => sentence().prop_map(|text| format!("{text:?}")),
        2 => (said, sentence()).prop_map(|(kind, text)| format!("{{ {kind} = {text:?} }}")),
        2 => (1u32..13).prop_map(|to| format!("{{ count = {to} }}")),
        1 => (1u32..13, 500u32..3_000).prop_map(|(to, ms)| format!("{{ count = {{ to = {to}, beat = \"{ms}ms\" }} }}")),
        2 => (breath.clone(), 1u32..6).prop_map(|(kind, n)| format!("{{ {kind} = {n} }}")),
        1 => (breath, 1u32..6, ratio)
            .prop_map(|(kind, n, ratio)| format!("{{ {kind} = {{ cycles = {n}, ratio = \"{ratio}\" }} }}")),
        1 => (1u32..60).prop_map(|n| format!("{{ seconds = {n} }}")),
        1 => (1u32..90).prop_map(|n| format!("{{ seconds = \"{n}.5s\" }}")),
        1 => (1u32..9_000).prop_map(|n| format!("{{ rest = {}.{:03} }}", n / 1_000, n % 1_000 / 100 * 100 + 100)),
        1 => Just("{ sound = \"bowl\" }".to_owned()),
        1 => position().prop_map(|position| format!("{{ move_to = \"{position}\" }}")),
        1 => position().prop_map(|position| format!("{{ move_to = {{ position = \"{position}\", time = 7.5 }} }}")),
    ]
}

/// The steps as TOML. Steps that are not allowed in an `each_side` are unfolded there.
fn written(steps: &[Step], sided: bool) -> String {
    steps.iter().fold(String::new(), |text, step| text + "  " + &one(step, sided) + ",\n")
}

fn one(step: &Step, sided: bool) -> String {
    match step {
        Step::Leaf(text) => text.replace("SIDE", if sided { "{side}" } else { "side" }),
        Step::EachSide(steps) if sided => {
            format!("{{ repeat = {{ times = 1, steps = [\n{}] }} }}", written(steps, true))
        }
        Step::EachSide(steps) => format!("{{ each_side = [\n{}] }}", written(steps, true)),
        Step::Repeat(times, steps) => {
            format!("{{ repeat = {{ times = {times}, steps = [\n{}] }} }}", written(steps, sided))
        }
        Step::Level(level, steps) => format!("{{ {level} = [\n{}] }}", written(steps, sided)),
    }
}
