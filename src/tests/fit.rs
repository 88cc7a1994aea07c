//! Sessions that are to take a number of minutes: every number that a built-in routine can take.

use std::sync::LazyLock;
use std::time::Duration;

use crate::catalogue::{self, Shelf};
use crate::phrases::Phrases;
use crate::plan::estimate::estimated_time;
use crate::plan::{ItemKind, Plan};
use crate::routine::parse::parse;
use crate::routine::{Opening, Routine, Side};
use crate::score::compile::compile;
use crate::score::fit::{Fitting, Performed, Range, Words};
use crate::settings::{Settings, WindDown};
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

fn fitting<T>(
    routine: &Routine,
    settings: &Settings,
    words: Words<'_>,
    work: impl FnOnce(&Fitting<'_>) -> T,
) -> T {
    let (phrases, _) = Phrases::for_language(&routine.language);
    work(&Fitting { routine, settings, phrases: &phrases, words })
}

fn fitted(fitting: &Fitting<'_>, minutes: u32) -> Fitted {
    let time = Duration::from_secs(u64::from(minutes) * 60);
    let performed = fitting.fitted(time, &fitting.left_out(time));
    let plan = Plan::new(&performed.routine, &performed.settings, fitting.phrases, minutes);
    let seconds = seconds(fitting, &plan);
    Fitted { minutes, performed, plan, seconds }
}

fn seconds(fitting: &Fitting<'_>, plan: &Plan) -> f64 {
    let length = |id| Some(Frames::at((fitting.words)(plan.utterance(id)), RATE));
    let (score, _) = compile(plan, RATE, &length, &|_| Frames::at(Duration::from_secs(8), RATE));
    let last = score.events.last().unwrap();
    (last.at + last.length).to_seconds(RATE)
}

/// Every built-in routine in every minute that it can take.
static SESSIONS: LazyLock<Vec<(Routine, Range, Vec<Fitted>)>> = LazyLock::new(|| {
    let sessions = catalogue::names().into_iter().map(|name| {
        let routine = built_in(name);
        let (range, sessions) = fitting(&routine, &settings(&routine), &estimated_time, |fitting| {
            let range = fitting.range();
            (range, (range.least..=range.most).map(|minutes| fitted(fitting, minutes)).collect())
        });
        (routine, range, sessions)
    });
    sessions.collect()
});

#[track_caller]
fn assert_lands(routine: &Routine, range: Range, session: &Fitted) {
    let (minutes, off) = (session.minutes, session.seconds - f64::from(session.minutes * 60));
    assert!(off.abs() < 20.0, "{}, {minutes} minutes of {range:?}: {off:.1} s off", routine.id);
}

#[test]
fn every_routine_lands_within_twenty_seconds_of_every_minute_that_it_can_take() {
    for (routine, range, sessions) in &*SESSIONS {
        sessions.iter().for_each(|session| assert_lands(routine, *range, session));
    }
    assert!(SESSIONS.iter().map(|(_, _, sessions)| sessions.len()).sum::<usize>() > 50);
}

#[test]
fn so_it_does_with_another_voice_and_at_another_pace() {
    for (routine, ..) in &*SESSIONS {
        for pace in ["slow", "brisk"] {
            let settings = Settings { pace: pace.parse().unwrap(), ..settings(routine) };
            fitting(routine, &settings, &clicks, |fitting| {
                let range = fitting.range();
                for minutes in [range.least, range.least.midpoint(range.most), range.most] {
                    assert_lands(routine, range, &fitted(fitting, minutes));
                }
            });
        }
    }
}

#[test]
fn both_sides_are_led_alike_and_the_close_stays_however_short_it_is() {
    for (Routine { id: name, opening, .. }, _, sessions) in &*SESSIONS {
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
            assert!(plan.close().is_some() || *opening == Opening::None, "{name}, {minutes} minutes");
        }
    }
}

#[test]
fn fewer_minutes_never_bring_a_pose_back_and_only_optional_ones_go() {
    for (routine, _, sessions) in &*SESSIONS {
        let name = &routine.id;
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

/// Three poses, of which some may be left out.
fn three_poses(optional: [bool; 3]) -> Routine {
    let pose = |(n, is_optional)| {
        format!(
            "[[pose]]\nid = \"p{n}\"\nname = \"P{n}\"\noptional = {is_optional}\nsteps = [\"Lie still.\", {{ rest = 30 }}]\n"
        )
    };
    let poses: String = optional.into_iter().enumerate().map(pose).collect();
    parse(&format!("title = \"T\"\nid = \"t\"\n{poses}")).unwrap()
}

#[test]
fn the_last_optional_pose_goes_first_and_where_all_are_optional_the_first_stays() {
    for (optional, expected) in [
        ([true, false, true], vec!["p2", "p0"]),
        ([false, true, true], vec!["p2", "p1"]),
        ([true, true, true], vec!["p2", "p1"]),
        ([false, false, false], vec![]),
    ] {
        let routine = three_poses(optional);
        let left_out = fitting(&routine, &settings(&routine), &clicks, |fitting| {
            fitting.left_out(Duration::ZERO).iter().map(ToString::to_string).collect::<Vec<_>>()
        });
        assert_eq!(left_out, expected, "{optional:?}");
    }
}

#[test]
fn a_time_that_a_session_can_not_take_becomes_the_nearest_that_it_can() {
    let range = Range { least: 5, most: 12 };
    let nearest = [3.0, 5.0, 7.4, 12.0, 20.0].map(|minutes| range.nearest(minutes));
    assert_eq!(nearest, [5.0, 5.0, 7.4, 12.0, 12.0]);
}

#[test]
fn the_pauses_take_up_what_holds_and_rests_leave() {
    let routine = built_in("back-in-ten");
    fitting(&routine, &settings(&routine), &clicks, |fitting| {
        let length = |performed: &Performed| {
            seconds(fitting, &Plan::new(&performed.routine, &performed.settings, fitting.phrases, 15))
        };
        let as_written = Performed { routine: routine.clone(), settings: fitting.settings.clone() };
        let as_written = length(&as_written);
        for more in [-60.0, -30.0, -2.0, -1.0, 1.0, 2.0, 30.0, 60.0, 90.0] {
            let time = Duration::from_secs_f64(as_written + more);
            let performed = fitting.fitted(time, &[]);
            let (off, pauses) = (length(&performed) - as_written - more, performed.settings.pauses);
            assert!(off.abs() < 0.1, "{more} s more: {off} s off");
            assert!((0.9..=1.1).contains(&pauses), "{more} s more: {pauses}");
            if more.abs() < 3.0 {
                assert_eq!(pauses > 1.0, more > 0.0, "{more} s more: {pauses}");
            }
        }
    });
}
