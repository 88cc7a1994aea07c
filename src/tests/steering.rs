//! The actions of a session after requests, on the state machine alone: no device, no voice, no time.

mod places;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;
use supine::catalogue::{DEFAULT, Shelf};
use supine::control::{Request, State, WORDS};
use supine::phrases::Phrases;
use supine::plan::part::Part;
use supine::plan::{ItemKind, Plan};
use supine::routine::{Routine, Side};
use supine::score::length::planned;
use supine::session::performance::steering::{Ack, Action, Place, Steering, When};
use supine::settings::{Pace, Settings};
use supine::utterance::Utterance;

fn routine() -> Routine {
    let source = Shelf::english().read(DEFAULT).unwrap();
    supine::routine::parse::parse(&source.text).unwrap()
}

fn plan() -> Plan {
    plan_with(&Settings::default())
}

fn plan_with(settings: &Settings) -> Plan {
    let (phrases, _) = Phrases::for_language("en");
    planned(&routine(), settings, &phrases)
}

/// The first place at which a condition holds.
fn first(plan: &Plan, is_so: impl Fn(&ItemKind, usize) -> bool) -> usize {
    plan.items.iter().position(|item| is_so(&item.what, item.pose)).unwrap()
}

fn steering_of(plan: Plan) -> Steering {
    Steering::new(plan, Pace::NORMAL)
}

fn at(at: usize) -> Place {
    Place { at, into: Duration::from_secs(3), now: Duration::ZERO }
}

/// A place at a time, in ms: the clock of these tests.
fn at_ms(place: usize, ms: u64) -> Place {
    Place { now: Duration::from_millis(ms), ..at(place) }
}

fn pose_start(plan: &Plan, number: usize) -> usize {
    first(plan, |what, pose| matches!(what, ItemKind::Pose { .. }) && pose == number)
}

#[track_caller]
fn plays(step: Action) -> (usize, When) {
    match step {
        Action::Play { from, when, .. } | Action::Anew { from, when, .. } => (from, when),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_resumes_hears_the_instruction_again_and_has_the_whole_hold() {
    let plan = plan();
    let hold = first(&plan, |what, _| matches!(what, ItemKind::Hold { .. }));
    let mut steering = steering_of(plan.clone());
    assert_eq!(steering.request(Request::PauseOrResume, at(hold)), Action::Rest);
    assert_eq!(steering.request(Request::Pause, at(hold)), Action::Heard);
    let (from, when) = plays(steering.request(Request::PauseOrResume, at(0)));
    assert_eq!((from, when), (hold - 1, When::Now));
    assert!(matches!(plan.items[from].what, ItemKind::Speak { .. }));
    assert_eq!(steering.request(Request::Resume, at(from)), Action::Heard, "it plays already");
}

#[test]
fn a_jump_goes_to_the_next_pose_the_pose_before_and_the_close() {
    let plan = plan();
    let mut steering = steering_of(plan.clone());
    let second = pose_start(&plan, 2);
    assert_eq!(plays(steering.request(Request::Next, at(pose_start(&plan, 1) + 3))).0, second);
    assert_eq!(plays(steering.request(Request::Previous, at(second + 3))).0, pose_start(&plan, 1));
    assert_eq!(plays(steering.request(Request::Previous, at(1))).0, pose_start(&plan, 1));
    let close = plays(steering.request(Request::Next, at(pose_start(&plan, 8) + 3))).0;
    assert!(plan.items[close].pose == 0 && close > pose_start(&plan, 8));
    assert_eq!(steering.request(Request::Next, at(close)), Action::Heard);
    assert_eq!(plays(steering.request(Request::Previous, at(close))).0, pose_start(&plan, 8));
}

#[test]
fn the_pause_before_a_pose_belongs_to_the_one_before() {
    let plan = plan();
    let second = pose_start(&plan, 2);
    assert!(matches!(plan.items[second - 1].what, ItemKind::Wait(_)));
    // So a listener who skips a pose in that pause does not hear the skipped pose at once.
    assert_eq!(plan.items[second - 1].pose, 1);
    let mut steering = steering_of(plan);
    for request in [Request::Next, Request::SkipTonight] {
        assert_eq!(plays(steering.request(request, at(second - 1))).0, second);
    }
}

#[test]
fn who_comes_from_another_position_is_led_into_the_one_that_is_needed() {
    let plan = plan();
    let pigeon = pose_start(&plan, 7);
    let said = |part: &Part| part.plan.utterances.iter().map(|said| said.text.clone()).collect::<Vec<_>>();
    let part = Part::new(&plan, pigeon, &[], Some("lying on your back"));
    assert_eq!(said(&part)[0], "Take your time, and move until you are on all fours.");
    let part = Part::new(&plan, pigeon, &[], Some("on all fours"));
    assert_eq!(said(&part)[0], "Pigeon.");
    assert_eq!(part.whole_place(part.part_place(pigeon + 5)), pigeon + 5);
}

#[test]
fn longer_is_ten_counts_more_and_enough_ends_after_the_current_one() {
    let plan = plan();
    let hold = first(&plan, |what, _| matches!(what, ItemKind::Hold { .. }));
    let ItemKind::Hold { cues, length, .. } = plan.items[hold].what.clone() else { unreachable!() };
    let mut steering = steering_of(plan.clone());
    let step = steering.request(Request::Longer, at(hold));
    assert_eq!(plays(step), (hold + 1, When::AtItsEnd));
    assert_eq!(steering.plan().items.len(), plan.items.len() + 1);
    let ItemKind::Hold { cues: more, length: longer, .. } = &steering.plan().items[hold + 1].what else {
        panic!("no hold")
    };
    assert_eq!((more.len(), *longer), (10, length / u32::try_from(cues.len()).unwrap() * 10));
    // "Enough" again leads on to the end of the hold.
    let (from, when) = plays(steering.request(Request::Enough, at(hold)));
    assert_eq!(from, hold + 2);
    let When::Into(time) = when else { panic!("{when:?}") };
    assert!(time > Duration::from_secs(3) && time < Duration::from_secs(6), "{time:?}");
}

#[test]
fn any_key_ends_the_time_to_settle_in() {
    let plan = plan_with(&Settings { settle: Duration::from_secs(60), ..Settings::default() });
    let settle = first(&plan, |what, _| matches!(what, ItemKind::Settle(_)));
    for request in [Request::PauseOrResume, Request::Resume, Request::Again, Request::Next, Request::Enough] {
        let mut steering = steering_of(plan.clone());
        assert_eq!(plays(steering.request(request, at(settle))), (settle + 1, When::Now), "{request:?}");
        assert_eq!(steering.paused_at(), None);
        // Before and after it, the plan is the same.
        assert_ne!(
            steering.request(request, at(settle - 1)),
            Action::Play { from: settle + 1, when: When::Now, sign: Ack::Itself }
        );
    }
    let mut steering = steering_of(plan.clone());
    assert_eq!(steering.request(Request::Pause, at(settle)), Action::Rest);
    // A listener who resumes has the whole time again, and can still end it.
    assert_eq!(plays(steering.request(Request::PauseOrResume, at(settle))), (settle - 1, When::Now));
    assert_eq!(plays(steering.request(Request::PauseOrResume, at(settle))), (settle + 1, When::Now));
    assert!(matches!(steering.request(Request::Louder, at(settle)), Action::Volume(_)));
    assert_eq!(steering.request(Request::Stop, at(settle)), Action::Stop);
}

#[test]
fn nothing_is_said_of_a_pace_that_can_not_change() {
    let plan = plan();
    let pace = |factor: &str| -> Pace { factor.parse().unwrap() };
    let mut steering = Steering::new(plan.clone(), pace("0.5"));
    for _ in 0..8 {
        assert_eq!(steering.request(Request::Slower, at(5)), Action::Heard);
    }
    // The first "faster" is one step.
    let step = steering.request(Request::Faster, at(5));
    assert!(
        matches!(step, Action::Anew { pace: faster, sign: Ack::Faster, .. } if faster.factor() > 0.54),
        "{step:?}"
    );
    let mut steering = Steering::new(plan.clone(), pace("2"));
    assert_eq!(steering.request(Request::Faster, at(5)), Action::Heard);
    // The rest of the range is used up, and then nothing changes.
    let mut steering = Steering::new(plan.clone(), pace("0.52"));
    let Action::Anew { pace: slowest, .. } = steering.request(Request::Slower, at(5)) else {
        panic!("no step")
    };
    assert_eq!(slowest.factor(), 0.5);
    steering.replan(plan, slowest, None);
    assert_eq!(steering.request(Request::Slower, at(5)), Action::Heard);
}

#[test]
fn a_volume_is_what_was_asked_for_and_silence_can_not_be_softer() {
    let mut steering = steering_of(plan());
    let mut volume = |request| match steering.request(request, at(5)) {
        Action::Volume(gain) => gain.amplitude(),
        other => panic!("{other:?}"),
    };
    for percent in [1, 3, 50, 100, 200] {
        let heard = volume(Request::Volume(percent)) * 100.0;
        assert!((heard - f32::from(percent)).abs() < 0.1, "{heard} for {percent}");
    }
    assert!((volume(Request::Louder) - 2.0).abs() < 0.01, "it is as loud as it gets");
    assert!(volume(Request::Softer) < 1.7, "and softer at the first step");
    assert_eq!(volume(Request::Volume(0)), 0.0);
    assert_eq!(volume(Request::Softer), 0.0);
    assert!(volume(Request::Louder) > 0.0);
}

#[test]
fn a_pause_before_a_pose_is_named_goes_on_with_its_name() {
    let plan = plan();
    let second = pose_start(&plan, 2);
    let mut steering = steering_of(plan);
    steering.request(Request::Pause, at(second));
    assert_eq!(plays(steering.request(Request::Resume, at(second))).0, second);
}

#[test]
fn a_stop_is_the_end() {
    let mut steering = steering_of(plan());
    assert_eq!(steering.request(Request::Stop, at(5)), Action::Stop);
    assert_eq!(steering.request(Request::PauseOrResume, at(5)), Action::Heard);
}

/// How long each side is held, from a place on.
fn held(plan: &Plan, side: Side) -> Duration {
    let hold = |item: &supine::plan::Item| match &item.what {
        ItemKind::Hold { length, .. } if item.side == Some(side) => *length,
        _ => Duration::ZERO,
    };
    plan.items.iter().map(hold).sum()
}

#[test]
fn it_is_on_its_way_into_a_pause_out_of_it_to_another_pose_and_to_its_end() {
    let plan = plan();
    let second = pose_start(&plan, 2);
    let mut steering = steering_of(plan);
    let state = |steering: &Steering, ms| steering.state(Duration::from_millis(ms));
    assert_eq!(state(&steering, 0), State::Playing);
    steering.request(Request::Pause, at_ms(second + 3, 10_000));
    assert_eq!(
        [10_000, 10_299, 10_300].map(|ms| state(&steering, ms)),
        [State::Pausing, State::Pausing, State::Paused]
    );
    steering.request(Request::Resume, at_ms(second + 3, 20_000));
    assert_eq!(
        [20_000, 20_699, 20_700].map(|ms| state(&steering, ms)),
        [State::Resuming, State::Resuming, State::Playing]
    );
    steering.request(Request::Next, at_ms(second + 3, 30_000));
    assert_eq!([30_000, 30_700].map(|ms| state(&steering, ms)), [State::Moving, State::Playing]);
    steering.request(Request::Again, at_ms(second + 3, 40_000));
    assert_eq!(state(&steering, 40_000), State::Playing);
    steering.request(Request::Stop, at_ms(second + 3, 50_000));
    assert_eq!([50_000, 90_000].map(|ms| state(&steering, ms)), [State::Ending; 2]);
}

#[test]
fn a_pause_of_more_than_twenty_minutes_ends_the_session() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let mut steering = steering_of(plan());
    assert_eq!(steering.tick(minutes(90)), None, "it plays");
    steering.request(Request::Pause, at_ms(3, 0));
    assert_eq!(steering.tick(minutes(20)), None);
    assert_eq!(steering.tick(minutes(20) + Duration::from_millis(1)), Some(Action::Stop));
    assert_eq!(steering.tick(minutes(21)), None, "once");
    assert!(steering.is_ending());
}

#[test]
fn a_device_that_is_lost_pauses_like_anybody_and_a_pause_stays_one() {
    let plan = plan();
    let hold = first(&plan, |what, _| matches!(what, ItemKind::Hold { .. }));
    let mut steering = steering_of(plan);
    steering.pause(at_ms(hold, 1_000));
    steering.pause(at_ms(hold + 9, 2_000));
    assert_eq!(steering.paused_at(), Some(hold - 1));
    assert_eq!(steering.resume(Duration::from_secs(5)), hold - 1);
    assert_eq!(steering.state(Duration::from_secs(5)), State::Resuming);
}

/// The plan at a pace, with time to settle in. Each pace's plan is made once.
fn plan_at(pace: Pace) -> Plan {
    static PLANS: Mutex<BTreeMap<u64, Plan>> = Mutex::new(BTreeMap::new());
    let settings = Settings { settle: Duration::from_secs(60), pace, ..Settings::default() };
    let mut plans = PLANS.lock().unwrap();
    plans.entry((pace.factor() * 1e6) as u64).or_insert_with(|| plan_with(&settings)).clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_requests_is_a_dead_end(
        requests in prop::collection::vec((0usize..WORDS.len() + 2, 0.0f64..1.0), 1..40),
    ) {
        let whole = plan_at(Pace::NORMAL);
        let mut steering = steering_of(whole.clone());
        let mut place = 0;
        let mut changed = false;
        let mut now = 0;
        for (word, moved) in requests {
            // Time passes; every wait is shorter than the longest pause.
            now += (moved * 25_000.0) as u64;
            prop_assert_eq!(steering.tick(Duration::from_millis(now)), None);
            let Some((_, request)) = WORDS.get(word).copied() else {
                if word == WORDS.len() {
                    let was_paused = steering.paused_at().is_some();
                    steering.pause(at_ms(place, now));
                    if !was_paused {
                        place = steering.resume(Duration::from_millis(now));
                    }
                } else {
                    steering.say_in_close(Utterance::plain("Another voice.", 1.0), place);
                }
                continue;
            };
            if request == Request::Stop {
                continue; // it is the end, and tested above
            }
            changed |= request == Request::Longer;
            let left = steering.plan().items.len() - place;
            if steering.paused_at().is_none() {
                // The session has played on for a while.
                place += (left as f64 * moved * 0.3) as usize;
            }
            let step = steering.request(request, at_ms(place, now));
            if let Action::Anew { pace, .. } = step {
                steering.replan(plan_at(pace), pace, None);
            }
            match step {
                Action::Play { from, .. } | Action::Anew { from, .. } => {
                    prop_assert!(from <= steering.plan().items.len());
                    let part = Part::new(steering.plan(), from, &[], None);
                    prop_assert_eq!(part.whole_place(part.part_place(from)), from);
                    place = from.min(steering.plan().items.len() - 1);
                    prop_assert_eq!(steering.paused_at().is_some(), false);
                }
                Action::Rest | Action::TellInPause => prop_assert!(steering.paused_at().is_some()),
                Action::Nothing | Action::Heard | Action::Volume(_) => {}
                Action::Stop | Action::GoOn { .. } => prop_assert!(false, "nobody asked for that"),
            }
        }
        // Whatever the requests were, every pose is still there, in order.
        let poses = |plan: &Plan| plan.items.iter().filter_map(|item| match &item.what {
            ItemKind::Pose { name, .. } => Some(name.clone()),
            _ => None,
        }).collect::<Vec<_>>();
        prop_assert_eq!(poses(steering.plan()), poses(&whole));
        if !changed {
            prop_assert_eq!(held(steering.plan(), Side::Right), held(steering.plan(), Side::Left));
        }
        // From any pause the session resumes.
        if steering.paused_at().is_some() {
            let resumed = matches!(steering.request(Request::Resume, at_ms(place, now)), Action::Play { .. });
            prop_assert!(resumed);
        }
    }
}
