//! Sessions that are to take a number of minutes: every number that a built-in routine can take.

use std::time::Duration;

use crate::catalogue::{self, Shelf};
use crate::phrases::Phrases;
use crate::plan::estimate::estimated_time;
use crate::plan::{ItemKind, Plan};
use crate::routine::parse::parse;
use crate::routine::{Routine, Side};
use crate::score::compile::compile;
use crate::score::fit::{Fitting, Performed, Range, Words};
use crate::settings::{Pace, Settings, WindDown};
use crate::units::{Frames, SampleRate};
use crate::utterance::Utterance;

const RATE: SampleRate = SampleRate::HZ_48000;

fn built_in(name: &str) -> Routine {
    parse(&Shelf::english().read(name).unwrap().text).unwrap()
}

fn settings(routine: &Routine) -> Settings {
    Settings { wind_down: WindDown::by(routine.ending), ..Settings::default() }
}

/// A voice whose every word takes a quarter of a second at its natural speed.
fn clicks(utterance: &Utterance) -> Duration {
    let words = utterance.spoken.split_whitespace().count() as u32;
    (Duration::from_millis(250) * words).div_f32(utterance.speed)
}

/// A routine in each of these minutes, with the seconds from its first word to its last.
struct Fitted {
    minutes: u32,
    performed: Performed,
    plan: Plan,
    seconds: f64,
}

fn fitted(routine: &Routine, settings: &Settings, words: Words<'_>) -> (Range, Vec<Fitted>) {
    let (phrases, _) = Phrases::for_language(&routine.language);
    let fitting = Fitting { routine, settings, phrases: &phrases, words };
    let range = fitting.range();
    let in_minutes = |minutes: u32| {
        let time = Duration::from_secs(u64::from(minutes) * 60);
        let performed = fitting.fitted(time, &fitting.left_out(time));
        let plan = Plan::new(&performed.routine, &performed.settings, &phrases, minutes);
        let length = |id| Some(Frames::at(words(plan.utterance(id)), RATE));
        let (score, _) = compile(&plan, RATE, &length, &|_| Frames::at(Duration::from_secs(8), RATE));
        let last = score.events.last().unwrap();
        let seconds = (last.at + last.length).to_seconds(RATE);
        Fitted { minutes, performed, plan, seconds }
    };
    (range, (range.least..=range.most).map(in_minutes).collect())
}

#[test]
fn every_routine_lands_within_twenty_seconds_of_every_minute_that_it_can_take() {
    for name in catalogue::names() {
        let routine = built_in(name);
        let voices: [Words<'_>; 2] = [&estimated_time, &clicks];
        for words in voices {
            let (range, sessions) = fitted(&routine, &settings(&routine), words);
            assert!(range.least < range.most, "{name} takes {range:?}");
            for Fitted { minutes, seconds, .. } in sessions {
                let off = seconds - f64::from(minutes * 60);
                assert!(off.abs() < 20.0, "{name}, {minutes} minutes of {range:?}: {off:.1} s off");
            }
        }
    }
}

#[test]
fn a_session_lands_at_another_pace_too() {
    let routine = built_in(catalogue::DEFAULT);
    for pace in ["slow", "brisk", "0.6"] {
        let pace: Pace = pace.parse().unwrap();
        let (_, sessions) = fitted(&routine, &Settings { pace, ..settings(&routine) }, &estimated_time);
        assert!(sessions.len() > 5);
        assert!(
            sessions.iter().all(|one| (one.seconds - f64::from(one.minutes * 60)).abs() < 20.0),
            "{pace}"
        );
    }
}

#[test]
fn both_sides_are_led_alike_and_the_close_stays_however_short_it_is() {
    for name in catalogue::names() {
        let routine = built_in(name);
        let (_, sessions) = fitted(&routine, &settings(&routine), &estimated_time);
        for Fitted { minutes, plan, .. } in sessions {
            let holds = |side| -> Vec<(usize, Duration)> {
                let of_side = plan.items.iter().filter(|item| item.side == Some(side));
                of_side
                    .filter_map(|item| match item.what {
                        ItemKind::Hold { length, .. } => Some((item.pose, length)),
                        _ => None,
                    })
                    .collect()
            };
            assert_eq!(holds(Side::Right), holds(Side::Left), "{name}, {minutes} minutes");
            assert!(plan.close().is_some(), "{name}, {minutes} minutes");
        }
    }
}

#[test]
fn fewer_minutes_never_bring_a_pose_back_and_only_optional_ones_go() {
    for name in catalogue::names() {
        let routine = built_in(name);
        let (_, sessions) = fitted(&routine, &settings(&routine), &estimated_time);
        let ids = |one: &Fitted| -> Vec<_> {
            one.performed.routine.poses.iter().map(|pose| pose.id.clone()).collect()
        };
        for pair in sessions.windows(2) {
            let (fewer, more) = (ids(&pair[0]), ids(&pair[1]));
            assert!(fewer.iter().all(|id| more.contains(id)), "{name}, {} minutes", pair[0].minutes);
        }
        let shortest = ids(&sessions[0]);
        let gone = routine.poses.iter().filter(|pose| !shortest.contains(&pose.id));
        assert!(gone.clone().all(|pose| pose.is_optional), "{name}");
    }
}
