//! A session that begins at the listener's own breath: the rule, the plan that follows it, the keys that are taps, and
//! how it is heard.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use supine::catalogue::Shelf;
use supine::config::Choices;
use supine::control::{Event, News, Request, State};
use supine::folders::Folders;
use supine::phrases::Phrases;
use supine::plan::estimate::estimated_length;
use supine::plan::{ItemKind, PacedBreath, Plan};
use supine::routine::parse::parse;
use supine::routine::{BreathRatio, Routine};
use supine::score::compile::compile;
use supine::score::length::planned;
use supine::session::performance::steering::{Ack, Action, Place, Steering, When};
use supine::settings::{OwnBreath, Pace, Settings};
use supine::units::{Frames, SampleRate};

use super::support::hand::{Hand, sounds};
use super::support::unsteady::{self, rendered};
use supine::speech::fake::FakeSynthesizer;

const RATE: SampleRate = SampleRate::HZ_48000;
const SIX: f64 = 10.0;

fn routine(language: &str) -> Routine {
    let choices = Choices { language: Some(language.parse().unwrap()), ..Choices::default() };
    let shelf = Shelf::new(&choices, &supine::config::Config::default(), &Folders::default());
    parse(&shelf.read("breath-only").unwrap().text).unwrap()
}

fn settings() -> Settings {
    let breath = "4.5:5.5".parse().unwrap();
    Settings { breath, takes_taps: true, ambience: false, ..Settings::default() }
}

fn plan(settings: &Settings) -> Plan {
    let routine = Routine { breath: Some(settings.breath), ..routine("en") };
    planned(&routine, settings, &Phrases::for_language("en").0)
}

/// A plan at the breath of a listener who takes one every so many seconds.
fn plan_at(tapped: f64, settings: &Settings) -> Plan {
    let own = OwnBreath::new(
        Duration::from_secs_f64(tapped),
        settings.slowest_breath(settings.breath),
        settings.pace.factor(),
    );
    plan(&Settings { own_breath: Some(own), ..settings.clone() })
}

fn breaths(plan: &Plan) -> Vec<PacedBreath> {
    let holds = plan.items.iter().flat_map(|item| match &item.what {
        ItemKind::Hold { breaths, .. } => breaths.clone(),
        _ => Vec::new(),
    });
    holds.collect()
}

fn periods(plan: &Plan) -> Vec<f64> {
    breaths(plan).iter().map(|breath| breath.phases.cycle().as_secs_f64()).collect()
}

fn seconds(plan: &Plan) -> f64 {
    let length = |id| Some(estimated_length(plan.utterance(id), RATE));
    let (score, _) = compile(plan, RATE, &length, &|_| Frames::ZERO);
    let last = score.events.last().unwrap();
    (last.at + last.length).to_seconds(RATE)
}

fn taps(plan: &Plan) -> Option<usize> {
    plan.items.iter().position(|item| matches!(item.what, ItemKind::Taps { .. }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_begins_at_the_listeners_breath_and_slows_gently_to_three_quarters_of_it(
        tapped in 1.5f64..15.0,
        pace in prop::sample::select(vec!["slow", "normal", "brisk", "0.5", "2"]),
        (breath, is_breath_asked) in prop::sample::select(vec![
            ("4.5:5.5", false), ("4:6", true), ("3:7", true), ("6:8", true), ("3:3", true), ("6:9", false), ("box", true),
            ("4:5:6:0", true),
        ]),
    ) {
        let (pace, breath): (Pace, BreathRatio) = (pace.parse().unwrap(), breath.parse().unwrap());
        let settings = Settings { pace, breath, is_breath_asked, ..settings() };
        let led = plan_at(tapped, &settings);
        let periods = periods(&led);
        prop_assert!((periods[0] - tapped).abs() < 0.001, "{periods:?}");
        for pair in periods.windows(2) {
            prop_assert!(pair[1] <= pair[0] * 1.03 + 0.001 && pair[1] >= pair[0] - 0.001, "{pair:?}");
        }
        let in_force = pace.scale(breath.cycle()).as_secs_f64();
        let slowest = if is_breath_asked { in_force } else { in_force.min(SIX) };
        let wanted = tapped.max((tapped / 0.75).min(slowest));
        let last = *periods.last().unwrap();
        prop_assert!((last - wanted).abs() < 0.001, "{last} and not {wanted}");
        // The shape of the breath stays, unless a hold of it became long.
        if breath.longest_hold().is_zero() {
            for one in breaths(&led) {
                let part = |ratio: &BreathRatio| ratio.inhale.as_secs_f64() / ratio.cycle().as_secs_f64();
                prop_assert!((part(&one.phases) - part(&breath)).abs() < 0.001);
            }
        }
        prop_assert!(breaths(&led).iter().all(|one| !one.phases.is_held_long()));
        if pace.scale(breath.longest_hold()) > Duration::from_secs(5) {
            return Ok(()); // without the listener's own breath it would be done four times only
        }
        // It takes as long as with the usual breath: half a breath more or less, and other numbers to announce.
        let difference = seconds(&led) - seconds(&plan(&settings));
        let words = pace.scale(Duration::from_secs(5)).as_secs_f64().max(5.0);
        prop_assert!(difference.abs() < wanted / 2.0 + words, "{difference} s");
    }

    #[test]
    fn whatever_is_tapped_what_is_led_can_be_followed(times in prop::collection::vec(0u64..20_000, 4..9)) {
        let plan = plan(&settings());
        let at = taps(&plan).unwrap();
        let mut steering = Steering::new(plan, Pace::NORMAL);
        let mut now = 0;
        for time in times {
            now += time;
            let step = steering.request(Request::PauseOrResume, place(at, now, 500));
            match step {
                Action::Anew { own: Some(own), .. } => {
                    prop_assert!((4.0..=40.0).contains(&own.per_minute()), "{own:?}");
                    prop_assert!(own.is_plausible(), "{own:?}");
                    break;
                }
                Action::Play { from, sign: Ack::Unclear, .. } => {
                    prop_assert_eq!(from, at + 1);
                    break;
                }
                Action::Play { from, sign: Ack::Tone, .. } => prop_assert_eq!(from, at),
                Action::Nothing => prop_assert!(time < 800),
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}

#[test]
fn in_fifteen_minutes_a_listener_of_fifteen_breaths_a_minute_comes_to_eleven() {
    let led = plan_at(4.0, &settings());
    let periods = periods(&led);
    assert!((periods[0] - 4.0).abs() < 0.001 && (periods[periods.len() - 1] - 16.0 / 3.0).abs() < 0.001);
    // What is announced is what is led, and so are the numbers in the words.
    let said: Vec<&str> = led.utterances.iter().map(|said| said.text.as_str()).collect();
    let first = led.items.iter().find_map(|item| match &item.what {
        ItemKind::Hold { breaths, .. } => Some(breaths.len()),
        _ => None,
    });
    assert_eq!(first, Some(39));
    assert!(said.contains(&"Thirty-nine slow breaths."), "{said:?}");
    for breath in ["Breathe in.", "Two, in.", "One last breath in."] {
        assert!(said.contains(&breath), "{breath}");
    }
}

#[test]
fn who_breathes_slowly_is_not_slowed_and_six_a_minute_is_the_slowest_unless_asked() {
    let last = |tapped: f64, settings: &Settings| *periods(&plan_at(tapped, settings)).last().unwrap();
    let near = |one: f64, other: f64| assert!((one - other).abs() < 0.001, "{one} and not {other}");
    near(last(9.0, &settings()), 10.0);
    near(last(11.0, &settings()), 11.0);
    let asked = Settings { breath: "5:7".parse().unwrap(), is_breath_asked: true, ..settings() };
    near(last(9.5, &asked), 12.0);
    // A slow pace is no request for a slower breath.
    near(last(9.0, &Settings { pace: Pace::SLOW, ..settings() }), 10.0);
}

#[test]
fn a_breath_that_is_too_short_for_its_word_is_led_without_it() {
    let led = plan_at(1.5, &settings());
    let length = |id| Some(estimated_length(led.utterance(id), RATE));
    let (_, problems) = compile(&led, RATE, &length, &|_| Frames::ZERO);
    assert!(problems.is_empty(), "{problems:?}");
    // Neither half of such a breath has a word, even if one of them would fit.
    let cues = |plan: &Plan| {
        let many = plan.items.iter().map(|item| match &item.what {
            ItemKind::Hold { cues, .. } => cues.len(),
            _ => 0,
        });
        many.sum::<usize>()
    };
    assert_eq!((cues(&led), cues(&plan_at(4.0, &settings()))), (0, 18));
}

#[test]
fn the_invitation_is_made_in_every_language_and_only_where_somebody_can_tap() {
    for language in Phrases::languages() {
        let (phrases, _) = Phrases::for_language(language);
        let routine = routine(language);
        let invited = planned(&routine, &settings(), &phrases);
        let at = taps(&invited).unwrap();
        let ItemKind::Taps { words, .. } = invited.items[at].what else { unreachable!() };
        assert_eq!(words, phrases.own_breath.len(), "{language}");
        for (place, phrase) in phrases.own_breath.iter().enumerate() {
            let ItemKind::Speak { utterance, .. } = invited.items[at - words + place].what else {
                panic!("{language}: {phrase}")
            };
            assert_eq!(&invited.utterance(utterance).text, phrase);
        }
        let deaf = Settings { takes_taps: false, ..settings() };
        let preview = Settings { is_preview: true, ..settings() };
        let held = Settings { breath: "4-7-8".parse().unwrap(), is_breath_asked: true, ..settings() };
        for settings in [deaf, preview, held] {
            let plan = planned(&routine, &settings, &phrases);
            assert_eq!(taps(&plan), None, "{language}");
            assert!(
                !plan.utterances.iter().any(|said| phrases.own_breath.contains(&said.text)),
                "{language}"
            );
        }
    }
}

#[test]
fn a_breath_that_is_held_for_long_is_led_as_it_is_whatever_was_tapped() {
    let pattern = Settings { breath: "4-7-8".parse().unwrap(), is_breath_asked: true, ..settings() };
    let led = |plan: &Plan| -> Vec<_> { breaths(plan).iter().map(|breath| breath.phases).collect() };
    let usual = planned(&routine("en"), &pattern, &Phrases::for_language("en").0);
    let tapped = plan_at(4.0, &pattern);
    assert!(led(&usual).iter().any(|phases| phases.is_held_long()), "it is held at first");
    assert_eq!(led(&tapped), led(&usual));
}

/// A place in an item that has lasted for `into` milliseconds.
fn place(at: usize, now: u64, into: u64) -> Place {
    Place { at, into: Duration::from_millis(into), now: Duration::from_millis(now) }
}

/// A session that is invited to tap, and the item for that.
fn invited() -> (Steering, usize) {
    let plan = plan(&settings());
    let at = taps(&plan).unwrap();
    (Steering::new(plan, Pace::NORMAL), at)
}

#[test]
fn any_key_is_a_breath_and_the_fourth_one_begins_the_session_at_their_pace() {
    let (mut steering, at) = invited();
    // A key is heard while the invitation is still being said, and does not cut it off.
    assert_eq!(steering.request(Request::Louder, place(at - 1, 0, 900)), Action::Heard);
    let again = Action::Play { from: at, when: When::Into(Duration::from_millis(700)), sign: Ack::Tone };
    assert_eq!(steering.request(Request::Pause, place(at, 4_000, 700)), again);
    assert_eq!(steering.request(Request::Pause, place(at, 4_500, 700)), Action::Nothing, "it is one key");
    assert_eq!(steering.request(Request::Next, place(at, 7_900, 700)), again);
    assert!(steering.takes_taps(at) && steering.state(Duration::from_secs(7)) == State::Playing);
    let step = steering.request(Request::Tap, place(at, 12_000, 700));
    let Action::Anew { own: Some(own), from, .. } = step else { panic!("{step:?}") };
    assert_eq!((own.per_minute(), from), (15.0, at + 1), "the middle one of 4, 3.9 and 4.1 s");
}

#[test]
fn keys_that_are_no_breath_are_answered_with_a_word_and_those_that_stop_still_stop() {
    let (mut steering, at) = invited();
    for time in [0, 1_000, 2_000] {
        steering.request(Request::PauseOrResume, place(at, time, 0));
    }
    let unclear = Action::Play { from: at + 1, when: When::Now, sign: Ack::Unclear };
    assert_eq!(steering.request(Request::PauseOrResume, place(at, 3_000, 0)), unclear);
    let (mut steering, at) = invited();
    assert!(matches!(steering.request(Request::Volume(50), place(at, 0, 0)), Action::Volume(_)));
    assert_eq!(steering.request(Request::Stop, place(at, 0, 0)), Action::Stop);
    assert!(!steering.takes_taps(at));
}

#[test]
fn nobody_is_asked_twice() {
    let (mut steering, at) = invited();
    // The machine slept, or the device was lost.
    steering.pause(place(at - 1, 0, 100));
    assert_eq!(steering.resume(Duration::ZERO), at + 1);
    let (mut steering, at) = invited();
    steering.request(Request::PauseOrResume, place(at + 1, 0, 100));
    assert_eq!(steering.paused_at(), Some(at + 1), "not the invitation before");
    assert_eq!(steering.request(Request::Tap, place(at + 1, 0, 100)), Action::Heard);
}

#[test]
fn a_slower_pace_is_slower_for_their_breath_too_and_a_longer_hold_goes_on_as_it_was() {
    let normal = plan_at(4.0, &settings());
    let own = OwnBreath::new(Duration::from_secs(4), Duration::from_secs(10), 1.0);
    let slower = Settings { pace: "0.8".parse().unwrap(), own_breath: Some(own), ..settings() };
    let (fast, slow) = (periods(&normal), periods(&plan(&slower)));
    assert!((slow[0] - fast[0] * 1.25).abs() < 0.001);
    let hold = normal.items.iter().position(|item| matches!(item.what, ItemKind::Hold { .. })).unwrap();
    let mut steering = Steering::new(normal, Pace::NORMAL);
    steering.request(Request::Longer, place(hold, 0, 0));
    let (ItemKind::Hold { breaths, .. }, ItemKind::Hold { breaths: more, .. }) =
        (&steering.plan().items[hold].what, &steering.plan().items[hold + 1].what)
    else {
        panic!("no holds")
    };
    assert_eq!(more.len(), 5);
    assert!(more.iter().all(|one| one.phases == breaths[breaths.len() - 1].phases));
}

/// Hears until the welcome is over, when nothing is heard for three seconds; it takes less than five minutes.
fn hear_the_welcome(hand: &mut Hand) {
    let mut silent = 0;
    let is_over = (0..3_000).any(|_| {
        silent = if hand.hear_a_word(Duration::from_millis(100)) { 0 } else { silent + 1 };
        silent == 30
    });
    assert!(is_over, "the welcome does not end");
}

/// A session that has invited the listener to tap; what it plans for their breath is put into `breathed`. And which item
/// waits for them.
fn invited_hand(breathed: &Arc<Mutex<Option<Plan>>>) -> (Hand, usize) {
    let given = settings();
    let whole = Arc::new(plan(&given));
    let at = taps(&whole).unwrap();
    let seen = Arc::clone(breathed);
    let mut hand = Hand::playing(move || {
        let mut stage = unsteady::stage(rendered(FakeSynthesizer), || None);
        (stage.plan, stage.settings) = (whole, given.clone());
        if let Some(changes) = &mut stage.changes {
            changes.replan = Box::new(move |pace, own_breath| {
                let plan = plan(&Settings { pace, own_breath, ..given.clone() });
                *seen.lock().unwrap() = Some(plan.clone());
                plan
            });
        }
        stage
    });
    hear_the_welcome(&mut hand);
    (hand, at)
}

#[test]
fn four_keys_in_the_silence_after_the_invitation_are_answered_and_the_in_breaths_follow() {
    let breathed = Arc::new(Mutex::new(None));
    let (mut hand, at) = invited_hand(&breathed);
    for _ in 0..4 {
        hand.ask(Request::PauseOrResume);
        assert!(sounds(&hand.hear(Duration::from_millis(300))), "no tone answers");
        hand.settle();
        assert_eq!(hand.now().state, State::Playing);
        std::thread::sleep(Duration::from_millis(1_900));
    }
    let own = hand.now().own_breath.unwrap();
    assert!((4.0..40.0).contains(&own), "{own} breaths a minute");
    assert!(hand.news().iter().any(|news| matches!(news, News::OwnBreath(_))), "{:?}", hand.news());
    let led = breathed.lock().unwrap().clone().unwrap();
    assert!((60.0 / periods(&led)[0] - own).abs() < 0.01);
    assert_eq!(taps(&led), Some(at));
    // It goes on with the first pose.
    let is_there = (0..600).any(|_| {
        hand.hear(Duration::from_millis(500));
        hand.settle();
        hand.now().pose_number > 0
    });
    assert!(is_there, "the first pose does not begin");
    hand.ask(Request::PauseOrResume);
    assert_ne!(hand.now().state, State::Playing, "a key pauses again");
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

#[test]
fn a_machine_that_slept_has_tapped_no_breath() {
    let (mut hand, _) = invited_hand(&Arc::default());
    hand.tell(Event::Slept(Duration::from_secs(3_600)));
    hand.settle();
    assert_ne!(hand.now().state, State::Playing, "it waits for nobody");
    assert!(!sounds(&hand.hear(Duration::from_secs(60))), "a tone answers, or somebody speaks");
    hand.settle_until(|now| now.state == State::Paused);
    assert_eq!(hand.now().own_breath, None);
    hand.ask(Request::Resume);
    assert!(hand.hear_a_word(Duration::from_secs(60)), "it does not go on");
    hand.ask(Request::Stop);
    hand.end().unwrap();
}
