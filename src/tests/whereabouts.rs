//! "Where am I?" in the middle of a session, and a key after the last words.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;

use crate::tests::lost::said_at;
use crate::tests::support::hand::{Hand, RATE, sounds};
use crate::tests::support::unsteady::{plan, rendered, stage};
use supine::control::{Request, State};
use supine::phrases::Left;
use supine::plan::{ItemKind, Plan, Tail, Track};
use supine::session::performance::steering::{Ack, Action, Place, Steering, When};
use supine::session::stage::Stage;
use supine::settings::Pace;
use supine::speech::fake::FakeSynthesizer;
use supine::utterance::Utterance;

fn hand() -> Hand {
    Hand::playing(|| stage(rendered(FakeSynthesizer), || None))
}

/// The first hold of a plan.
fn hold(plan: &Plan) -> usize {
    plan.items.iter().position(|item| matches!(item.what, ItemKind::Hold { .. })).unwrap()
}

/// The counts and the time of the holds that follow one another from a place on.
fn held(plan: &Plan, from: usize) -> (usize, Duration) {
    let holds = plan.items[from..].iter().map_while(|item| match &item.what {
        ItemKind::Hold { cues, length, .. } => Some((cues, *length)),
        _ => None,
    });
    let mut sum = (0, Duration::ZERO);
    for (cues, length) in holds {
        sum.0 += cues.iter().filter(|cue| cue.track == Track::Count).count();
        sum.1 += length;
    }
    sum
}

proptest! {
    #[test]
    fn a_hold_goes_on_with_what_was_left_of_it(part in 0.0f64..0.999, slower in any::<bool>()) {
        let whole = plan(Pace::NORMAL);
        let at = hold(&whole);
        let (counts, length) = held(&whole, at);
        let mut steering = Steering::new(whole, Pace::NORMAL);
        let place = Place { at, into: length.mul_f64(part), now: Duration::from_secs(60) };
        let told = steering.request(Request::Where, place);
        prop_assert_eq!(told, Action::Play { from: at + 1, when: When::Now, sign: Ack::Where });
        prop_assert_eq!(held(steering.plan(), at).0, counts, "no count is lost, and none is said twice");
        let left = held(steering.plan(), at + 1).1;
        prop_assert!(left.abs_diff(length.mul_f64(1.0 - part)) < Duration::from_millis(1));
        if slower {
            // At another pace the same part is left.
            let other = plan(Pace::SLOW);
            let whole = held(&other, at).1;
            steering.replan(other, Pace::SLOW, None);
            let left = held(steering.plan(), at + 1).1;
            prop_assert!(left.abs_diff(whole.mul_f64(1.0 - part)) < Duration::from_millis(1));
        }
    }
}

#[test]
fn it_says_how_much_of_the_hold_is_left_and_the_session_becomes_no_longer() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let mut hand = Hand::playing(move || {
        let mut stage = stage(rendered(FakeSynthesizer), || None);
        if let Some(changes) = &mut stage.changes {
            changes.words.whereabouts = Box::new(move |here| {
                tell.lock().unwrap().push(here.clone());
                vec![Utterance::plain("You are here.", 0.8)]
            });
        }
        stage
    });
    // Into the first hold, which is counted to six.
    let third = said_at(&plan(Pace::NORMAL), "Three.").to_seconds(RATE);
    while hand.now().position_s < third {
        hand.hear(Duration::from_secs(1));
        hand.settle();
    }
    let length = hand.now().length_s.unwrap();
    hand.ask(Request::Where);
    hand.settle();
    let here = told.lock().unwrap()[0].clone();
    let Some(Left::Counts(left)) = here.left else { panic!("{here:?}") };
    assert!((2..=3).contains(&left), "{here:?}");
    assert_eq!(here.pose.as_deref(), Some("Knees"));
    // Until its new words are recorded, their lengths are estimated.
    hand.settle_until(|now| (now.length_s.unwrap() - length).abs() < 2.0);
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

#[test]
fn a_paused_session_says_where_it_is_and_stays_paused() {
    let mut hand = hand();
    assert!(hand.hear_a_word(Duration::from_secs(10)));
    hand.ask(Request::Pause);
    hand.hear(Duration::from_secs(2));
    hand.ask(Request::Where);
    hand.settle();
    assert!(hand.hear_a_word(Duration::from_secs(5)), "it says nothing");
    hand.hear(Duration::from_secs(5));
    assert!(!sounds(&hand.hear(Duration::from_secs(120))), "it goes on although it is paused");
    hand.settle();
    // The state follows the machine's clock, which may be slower than what is rendered.
    assert!(matches!(hand.now().state, State::Pausing | State::Paused));
    hand.ask(Request::Resume);
    assert!(hand.hear_a_word(Duration::from_secs(10)), "it does not go on");
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

/// A session whose sound goes on for a minute after the last words.
fn fading() -> Stage {
    let mut stage = stage(rendered(FakeSynthesizer), || None);
    let mut plan = (*stage.plan).clone();
    plan.ambience.tail = Tail::Fades(Duration::from_secs(60));
    stage.plan = Arc::new(plan);
    stage
}

#[test]
fn a_key_after_the_last_words_gives_ten_minutes_more_and_pauses_nothing() {
    let mut hand = Hand::playing(fading);
    // Until the last word has been said; nothing follows it but the fade.
    let mut silent = 0;
    while silent < 20 {
        silent = if sounds(&hand.hear(Duration::from_secs(1))) { 0 } else { silent + 1 };
        hand.settle();
    }
    // Lengths are known by now.
    let length = hand.now().length_s.unwrap();
    hand.ask(Request::Where);
    hand.settle();
    assert!(!hand.is_over());
    for asked in 1..=2 {
        hand.ask(Request::PauseOrResume);
        hand.settle();
        let now = hand.now();
        assert_ne!(now.state, State::Paused);
        let more = now.length_s.unwrap() - length;
        assert!((more - 600.0 * f64::from(asked)).abs() < 10.0, "{more}");
        // A soft tone answers; no word does.
        hand.hear(Duration::from_secs(2));
        assert!(!sounds(&hand.hear(Duration::from_secs(200))));
        hand.settle();
        assert!(!hand.is_over());
    }
    hand.ask(Request::Stop);
    hand.end().unwrap();
}
