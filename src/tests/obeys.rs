//! A session carries out requests at every moment: while a voice fails, while another one is looked for, while
//! nothing has been heard yet. The test renders the sound itself, block by block.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::tests::support::hand::{Hand, sounds};
use crate::tests::support::unsteady::{Unsteady, plan, rendered, stage, unsteady};
use proptest::prelude::*;
use supine::control::{Event, News, Request, State};
use supine::phrases::Phrases;
use supine::routine::parse::parse;
use supine::score::length::planned;
use supine::session::outcome::Finish;
use supine::session::stage::Stage;
use supine::settings::{Pace, Settings};
use supine::speech::fake::{FakeSynthesizer, LostSynthesizer};
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};

const CUT: Duration = supine::mixer::CUT;
/// Two periods of the device: a request takes effect in the first period after it was done.
const AT_ONCE: Duration = Duration::from_millis(50);

fn requests() -> impl Strategy<Value = Vec<(Request, u64)>> {
    let request = prop_oneof![
        3 => Just(Request::PauseOrResume),
        2 => Just(Request::Pause),
        2 => Just(Request::Resume),
        2 => Just(Request::Again),
        2 => Just(Request::Next),
        1 => Just(Request::Previous),
        1 => Just(Request::Longer),
        1 => Just(Request::Enough),
        1 => Just(Request::Slower),
        1 => Just(Request::Faster),
        1 => Just(Request::Where),
        1 => Just(Request::SkipTonight),
        1 => Just(Request::Louder),
        1 => Just(Request::Volume(60)),
    ];
    prop::collection::vec((request, 0u64..6_000), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_fails_what_is_asked_for_is_done(seed in any::<u64>(), requests in requests()) {
        let mut hand = Hand::playing(move || stage(rendered(Unsteady::new(seed)), unsteady(seed)));
        for (request, before) in requests {
            hand.hear(Duration::from_millis(before));
            if hand.is_over() {
                break;
            }
            hand.settle();
            let was = hand.now();
            hand.ask(request);
            hand.settle();
            let now = hand.now();
            if let Some(length) = now.length_s {
                prop_assert!(now.position_s <= length + 1e-6, "{now:?}");
            }
            let paused = matches!(now.state, State::Pausing | State::Paused);
            let was_paused = matches!(was.state, State::Pausing | State::Paused);
            match request {
                Request::Pause => prop_assert!(paused, "{now:?}"),
                Request::PauseOrResume => prop_assert_eq!(paused, !was_paused),
                Request::Resume | Request::Again => prop_assert!(!paused, "{now:?}"),
                _ => {}
            }
            if paused && !matches!(request, Request::Where | Request::Louder | Request::Volume(_) | Request::Longer) {
                // Speech fades, a tone may answer, and then it is silent while this state lasts.
                hand.hear(AT_ONCE + CUT + Duration::from_secs(1));
                prop_assert!(!sounds(&hand.hear(Duration::from_secs(50))), "it speaks while paused: {now:?}");
                hand.settle();
                prop_assert_eq!(hand.now().position_s, now.position_s, "the position runs on");
            }
        }
        if !hand.is_over() {
            hand.ask(Request::Stop);
            // A cut that has only just been asked for is over first.
            let fade = hand.hear(AT_ONCE + CUT + Duration::from_secs(2));
            prop_assert!(!sounds(&fade[fade.len() - 1024..]), "it does not fade out");
            let (finish, _) = hand.end().unwrap();
            prop_assert!(finish == Finish::Stopped || finish == Finish::Played);
        }
        crate::tests::rows::row(
            "Voices",
            "failing on one sentence in nine, slow at times, while requests come at random (with fakes)",
            "heard: what was asked for, each time; silence in a pause",
        );
    }
}

#[test]
fn a_pause_is_heard_although_a_sentence_far_ahead_could_not_be_said() {
    let mut hand =
        Hand::playing(|| stage(rendered(LostSynthesizer::after(5)), || Some(rendered(FakeSynthesizer))));
    // The voice has failed, and the next one already has the missing words ready.
    std::thread::sleep(Duration::from_millis(700));
    assert!(sounds(&hand.hear(Duration::from_secs(2))), "the words before are heard");
    hand.ask(Request::Pause);
    hand.hear(AT_ONCE + CUT);
    assert!(!sounds(&hand.hear(Duration::from_secs(60))), "it goes on after the pause");
    hand.ask(Request::Resume);
    assert!(hand.hear_a_word(Duration::from_secs(10)));
    hand.ask(Request::Stop);
    assert_eq!(hand.end().unwrap().0, Finish::Stopped);
}

/// A voice that can say anything but where the session is.
struct Lost;

impl Synthesizer for Lost {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        match utterance.text.as_str() {
            "You are here." => Err(SpeechError::failed("it", "it is lost")),
            _ => FakeSynthesizer.synthesize(utterance),
        }
    }
}

#[test]
fn a_voice_that_is_lost_in_a_pause_is_replaced_there_and_the_pause_goes_on() {
    let mut hand = Hand::playing(|| stage(rendered(Lost), || Some(rendered(FakeSynthesizer))));
    assert!(hand.hear_a_word(Duration::from_secs(10)));
    hand.ask(Request::Pause);
    hand.hear(AT_ONCE + CUT + Duration::from_secs(1));
    hand.ask(Request::Where);
    assert!(hand.hear_a_word(Duration::from_secs(10)), "the next voice does not say where the session is");
    hand.hear(Duration::from_secs(5));
    assert!(!sounds(&hand.hear(Duration::from_secs(60))), "it goes on in the pause");
    hand.settle();
    assert_eq!(hand.now().state, State::Paused);
    hand.ask(Request::Again);
    assert!(hand.hear_a_word(Duration::from_secs(10)), "the session is over");
    hand.ask(Request::Stop);
    assert_eq!(hand.end().unwrap().0, Finish::Stopped);
    crate::tests::rows::row(
        "Voices",
        "lost in a pause, while one says where the session is (with fakes)",
        "heard: the next voice says it; the pause goes on, and so does the session after it",
    );
}

#[test]
fn a_machine_that_slept_or_a_program_that_was_stopped_is_paused_and_goes_on_when_asked() {
    for event in [Event::Slept(Duration::from_secs(3_600)), Event::Continued] {
        let mut hand = Hand::playing(|| stage(rendered(FakeSynthesizer), || None));
        assert!(hand.hear_a_word(Duration::from_secs(10)));
        hand.hear(Duration::from_secs(8));
        hand.tell(event);
        hand.hear(AT_ONCE + CUT + Duration::from_secs(1));
        assert!(
            !sounds(&hand.hear(Duration::from_secs(60))),
            "{event:?}: it speaks to a listener who may be gone"
        );
        hand.settle_until(|now| now.state == State::Paused);
        let paused = hand.now().position_s;
        hand.ask(Request::Resume);
        assert!(hand.hear_a_word(Duration::from_secs(10)), "{event:?}: it does not go on");
        hand.settle();
        assert!(
            (0.1..60.0).contains(&paused) && hand.now().position_s <= paused + 1.0,
            "{event:?}: {paused}"
        );
        hand.ask(Request::Stop);
        assert_eq!(hand.end().unwrap().0, Finish::Stopped);
    }
}

#[test]
fn a_session_ends_while_the_next_voice_is_still_looked_for() {
    let (come, waits) = mpsc::channel::<()>();
    let next = move || {
        let _ = waits.recv();
        None
    };
    let mut hand = Hand::playing(|| stage(rendered(LostSynthesizer::after(5)), next));
    std::thread::sleep(Duration::from_millis(700));
    hand.hear(Duration::from_secs(30));
    // All other requests are done, too, and wait for the voice.
    for request in [Request::Again, Request::Next, Request::Pause, Request::Resume, Request::Slower] {
        hand.ask(request);
        hand.hear(Duration::from_secs(1));
    }
    hand.settle();
    assert!(matches!(hand.now().state, State::Resuming | State::Playing), "{:?}", hand.now());
    hand.ask(Request::Stop);
    assert_eq!(hand.end().unwrap().0, Finish::Stopped);
    drop(come);
}

#[test]
fn a_pose_is_named_when_it_begins_and_not_when_it_is_recorded() {
    // The sentence that can't be said is in the last pose, and this is known while the welcome is heard.
    let last = plan(Pace::NORMAL).utterances.iter().position(|said| said.text == "Bridge.").unwrap();
    let mut hand = Hand::playing(move || {
        stage(rendered(LostSynthesizer::after(last)), || Some(rendered(FakeSynthesizer)))
    });
    std::thread::sleep(Duration::from_secs(1));
    hand.hear(Duration::from_secs(1));
    hand.settle();
    assert_eq!((hand.now().pose_number, hand.now().pose), (0, None));
    while hand.now().pose_number == 0 {
        hand.hear(Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(5));
        hand.settle();
    }
    assert_eq!(hand.now().pose.as_deref(), Some("Knees"));
    assert_eq!(hand.news(), [News::Reached(1)]);
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

#[test]
fn nobody_waits_for_an_engine_that_hangs_at_its_first_words() {
    #[derive(Clone, Default)]
    struct Hangs {
        is_asked: Arc<AtomicBool>,
        has_given_up: Arc<AtomicBool>,
    }
    impl Synthesizer for Hangs {
        fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
            self.synthesize_while(utterance, &|| true)
        }
        fn synthesize_while(
            &self,
            utterance: &Utterance,
            is_wanted: supine::speech::IsWanted<'_>,
        ) -> Result<Recording, SpeechError> {
            self.is_asked.store(true, Ordering::Release);
            while is_wanted() {
                std::thread::sleep(Duration::from_millis(5));
            }
            self.has_given_up.store(true, Ordering::Release);
            FakeSynthesizer.synthesize(utterance)
        }
    }
    let wait_for = |flag: &AtomicBool, why: &str| {
        let since = std::time::Instant::now();
        while !flag.load(Ordering::Acquire) {
            assert!(since.elapsed() < Duration::from_secs(30), "{why}");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let voice = Hangs::default();
    let Hangs { is_asked, has_given_up } = voice.clone();
    let hand = Hand::opening(|| stage(rendered(voice), || None));
    // An engine that was never asked has nothing to give up.
    wait_for(&is_asked, "nobody asks the engine");
    hand.ask(Request::Stop);
    let (finish, _) = hand.end().unwrap();
    assert_eq!(finish, Finish::Stopped);
    // On a busy machine its thread may see that later than the session ends.
    wait_for(&has_given_up, "the engine works on for nobody");
}

#[test]
fn what_is_asked_for_before_the_first_word_is_done_at_the_first_word() {
    struct Slow;
    impl Synthesizer for Slow {
        fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
            std::thread::sleep(Duration::from_millis(150));
            FakeSynthesizer.synthesize(utterance)
        }
    }
    let mut hand = Hand::opening(|| stage(rendered(Slow), || None));
    hand.ask(Request::Pause);
    hand.wait_until_it_plays();
    hand.settle();
    hand.hear(AT_ONCE + CUT);
    assert!(matches!(hand.now().state, State::Pausing | State::Paused), "{:?}", hand.now());
    assert!(!sounds(&hand.hear(Duration::from_secs(20))));
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

#[test]
fn a_stop_that_was_none_is_taken_back_while_it_fades() {
    let mut hand = Hand::playing(|| stage(rendered(FakeSynthesizer), || None));
    std::thread::sleep(Duration::from_millis(300));
    hand.hear(Duration::from_secs(4));
    hand.ask(Request::Stop);
    hand.hear(Duration::from_secs(1));
    hand.ask(Request::TakeBackStop);
    hand.ask(Request::Next);
    hand.settle();
    assert_ne!(hand.now().state, State::Ending);
    assert!(hand.hear_a_word(Duration::from_secs(5)), "it fell silent");
    hand.hear(Duration::from_secs(5));
    hand.settle();
    assert_eq!(hand.now().pose.as_deref(), Some("Knees"));
    // The session was paused, and stays paused.
    hand.ask(Request::Pause);
    hand.ask(Request::Stop);
    hand.ask(Request::TakeBackStop);
    hand.hear(AT_ONCE + CUT);
    hand.settle();
    assert!(matches!(hand.now().state, State::Pausing | State::Paused), "{:?}", hand.now());
    assert!(!sounds(&hand.hear(Duration::from_secs(20))));
    hand.ask(Request::Resume);
    assert!(hand.hear_a_word(Duration::from_secs(5)));
    // The listener meant the second stop.
    hand.ask(Request::Stop);
    hand.ask(Request::Stop);
    hand.ask(Request::TakeBackStop);
    assert_eq!(hand.end().unwrap().0, Finish::Stopped);
}

#[test]
fn position_and_length_fit_each_other_and_stand_in_a_pause() {
    let mut hand = Hand::playing(|| stage(rendered(FakeSynthesizer), || None));
    std::thread::sleep(Duration::from_millis(300));
    hand.hear(Duration::from_secs(3));
    hand.settle();
    let first = hand.now();
    assert!((2.9..3.2).contains(&first.position_s), "{first:?}");
    let length = first.length_s.unwrap();
    hand.ask(Request::Next);
    hand.hear(Duration::from_secs(1));
    hand.settle();
    let second = hand.now();
    assert!(second.position_s > first.position_s, "a jump forward moves it forward: {second:?}");
    assert!((second.length_s.unwrap() - length).abs() < 5.0, "{length} became {second:?}");
    hand.ask(Request::Previous);
    hand.settle();
    assert!(hand.now().position_s < second.position_s + 0.1);
    hand.ask(Request::Pause);
    hand.settle();
    let paused = hand.now();
    hand.hear(Duration::from_secs(30));
    hand.settle();
    assert_eq!((hand.now().position_s, hand.now().length_s), (paused.position_s, paused.length_s));
    hand.ask(Request::Resume);
    hand.ask(Request::Longer);
    hand.settle();
    assert!(hand.now().length_s.unwrap() > paused.length_s.unwrap(), "a longer hold makes it longer");
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

#[test]
fn a_pose_whose_last_hold_was_enough_is_done_and_counts_for_what_was_held() {
    let text = "title = \"One\"\nlanguage = \"en\"\nending = \"awake\"\n[[pose]]\nname = \"Sink\"\nsteps = [\"Sink.\", { seconds = 60 }]\n";
    let (phrases, _) = Phrases::for_language("en");
    let settings = Settings { ambience: false, ..Settings::default() };
    let plan = planned(&parse(text).unwrap(), &settings, &phrases);
    let mut hand =
        Hand::playing(|| Stage { plan: Arc::new(plan), ..stage(rendered(FakeSynthesizer), || None) });
    let mut heard = 0;
    while hand.now().pose_number == 0 && heard < 120 {
        hand.hear(Duration::from_secs(1));
        hand.settle();
        heard += 1;
    }
    // Look by look, up to the middle of the hold.
    for _ in 0..20 {
        hand.hear(Duration::from_secs(1));
        hand.settle();
    }
    hand.ask(Request::Enough);
    for _ in 0..300 {
        if hand.is_over() {
            break;
        }
        hand.hear(Duration::from_secs(1));
        std::thread::sleep(Duration::from_millis(1));
    }
    let (news, practised) = (hand.news(), hand.practised());
    assert_eq!(hand.end().unwrap().0, Finish::Played);
    assert_eq!(news, [News::Reached(1), News::Done(1), News::Closing]);
    let held: f64 = practised.iter().map(|(_, done)| done.held_s[0]).sum();
    assert!(practised.iter().all(|(pose, _)| *pose == 1), "{practised:?}");
    assert!((5.0..35.0).contains(&held), "{practised:?}");
}
