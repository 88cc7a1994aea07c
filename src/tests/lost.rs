//! A session that loses its device or its voice goes on, and none of its words are lost: with fakes, as fast as
//! they can. tests/live does the same with real devices and voices.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::support::hand::Hand;
use super::support::unsteady;
use supine::clock::{Clock, FakeClock};
use supine::control::{Event, Now, Request, State};
use supine::control::{Host, News};
use supine::output::OutputError;
use supine::output::fake::FakeOutput;
use supine::phrases::Phrases;
use supine::plan::Plan;
use supine::score::compile::compile;
use supine::score::length::planned;
use supine::session::outcome::{Finish, SessionError};
use supine::session::performance::{play, play_after};
use supine::session::stage::{Changes, OwnWords, Stage};
use supine::settings::{Pace, Settings};
use supine::sounds::AmbienceChoice;
use supine::speech::fake::{FakeSpeaker, FakeSynthesizer, LostSynthesizer};
use supine::speech::voices::Voice;
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};
use supine::units::{Frames, SampleRate};

const ROUTINE: &str = r#"
title = "Two poses"
language = "en"
ending = "awake"

[[pose]]
name = "Knees"
position = "lying on your back"
steps = ["Lift one knee.", { count = { to = 6, beat = "2s" } }, "Let it go."]

[[pose]]
name = "Twist"
steps = ["Turn both knees.", { count = { to = 3, beat = "2s" } }, "Come back."]
"#;
const RATE: SampleRate = SampleRate::HZ_48000;

fn plan() -> Plan {
    let routine = supine::routine::parse::parse(ROUTINE).unwrap();
    let (phrases, _) = Phrases::for_language("en");
    let settings = Settings { ambience: false, ..Settings::default() };
    planned(&routine, &settings, &phrases)
}

/// The frame at which a text is said, with a voice of known lengths.
pub(super) fn said_at(plan: &Plan, text: &str) -> Frames {
    let length = |id| {
        let recording = FakeSynthesizer.synthesize(plan.utterance(id)).unwrap();
        let clip = supine::clip::Clip::from_recording(&recording, supine::units::Decibels(-20.0), RATE);
        Some(clip.unwrap().length())
    };
    let (score, _) = compile(plan, RATE, &length, &|_| Frames::ZERO);
    score.events.iter().find(|event| event.text == text).unwrap_or_else(|| panic!("no {text:?}")).at
}

fn stage(voice: Voice, next: Vec<Voice>) -> Stage {
    let word = |text: &str| Utterance::plain(text, 0.8);
    let words = OwnWords {
        slower: word("Slower."),
        faster: word("Faster."),
        left_out: word("Left out."),
        unclear: word("At the usual pace, then."),
        whereabouts: Box::new(|_| vec![Utterance::plain("You are here.", 0.8)]),
        voice_lost: word("Another voice has guided you to here."),
    };
    let mut next = next.into_iter();
    let next_voice = Arc::new(Mutex::new(move || next.next().map(|voice| ("next".to_owned(), voice))));
    Stage {
        plan: Arc::new(plan()),
        settings: Settings { ambience: false, ..Settings::default() },
        ambience: AmbienceChoice::None,
        voice,
        begin: None,
        pause_silence: false,
        changes: Some(Changes { replan: Box::new(|_, _| Plan::default()), next_voice, words }),
    }
}

/// Notes what it is shown and told; makes a request when a state is reached.
#[derive(Default)]
struct Notes {
    states: Vec<State>,
    news: Vec<News>,
    asks: Option<(State, Request)>,
}

impl Host for Notes {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        if let Some((state, request)) = self.asks
            && self.states.last() == Some(&state)
        {
            self.asks = None;
            return Some(Event::Asked(request));
        }
        std::thread::sleep(timeout.min(Duration::from_millis(5)));
        None
    }

    fn show(&mut self, now: &Now) {
        if self.states.last() != Some(&now.state) {
            self.states.push(now.state);
        }
    }

    fn tell(&mut self, news: News) {
        self.news.push(news);
    }
}

/// The onsets of a fake voice's words: after at least `gap` of silence.
fn onsets(samples: &[f32], rate: SampleRate, gap: f64) -> Vec<f64> {
    let hz = f64::from(rate.hz());
    let mut onsets = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for (place, sample) in samples.iter().enumerate() {
        let at = place as f64 / hz;
        if sample.abs() > 0.02 {
            if at - last > gap {
                onsets.push(at);
            }
            last = at;
        }
    }
    onsets
}

fn distances(onsets: &[f64]) -> Vec<f64> {
    onsets.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn a_device_that_comes_back_at_another_rate_begins_with_the_last_instruction_and_the_whole_count() {
    // Between the third count and the fourth.
    let after = said_at(&plan(), "Three.") + Frames::at(Duration::from_secs(1), RATE);
    let other = SampleRate::new(44_100).unwrap();
    let mut output = FakeOutput::new(RATE).breaking(after, other);
    let played = output.played.clone().unwrap();
    let mut notes = Notes::default();
    let stage = stage(Voice::Rendered(Box::new(FakeSynthesizer)), Vec::new());
    let (finish, warnings) = play(stage, &mut output, &mut notes).unwrap();
    assert_eq!((finish, warnings), (Finish::Played, Vec::new()));
    assert!(notes.states.contains(&State::Paused), "{:?}", notes.states);
    let played = played.lock().unwrap();
    assert_eq!(played.len(), 2);
    // The instruction's three words are one sound; then six counts follow, two seconds apart.
    let heard = onsets(&played[1], other, 0.6);
    let beats: Vec<f64> = heard.windows(2).skip(1).take(5).map(|pair| pair[1] - pair[0]).collect();
    assert!(beats.iter().all(|beat| (beat - 2.0).abs() < 0.05), "{beats:?}");
    assert!((heard[7] - heard[6] - 2.0).abs() > 0.1, "a seventh count: {heard:?}");
}

/// A device that goes away and does not come back.
struct Gone(FakeOutput);
impl supine::output::Output for Gone {
    fn rate(&self) -> SampleRate {
        self.0.rate()
    }
    fn start(&mut self, mixer: supine::mixer::Mixer) {
        self.0.start(mixer);
    }
    fn is_lost(&self) -> bool {
        self.0.is_lost()
    }
    fn reopen(&mut self) -> Result<bool, supine::output::OutputError> {
        Err(supine::output::OutputError::NoDevice("none".to_owned()))
    }
}

#[test]
fn who_stops_while_a_device_is_looked_for_ends_the_session() {
    let mut output = Gone(FakeOutput::new(RATE).breaking(Frames(480_000), RATE));
    let mut notes = Notes { asks: Some((State::Paused, Request::Stop)), ..Notes::default() };
    let stage = stage(Voice::Rendered(Box::new(FakeSynthesizer)), Vec::new());
    let (finish, _) = play(stage, &mut output, &mut notes).unwrap();
    assert_eq!(finish, Finish::Stopped);
}

#[test]
fn a_device_is_looked_for_for_a_minute_by_the_clock_that_is_handed_in() {
    /// A host in whose time everything happens.
    struct InNoTime {
        clock: Arc<FakeClock>,
        paused_at: Option<Duration>,
    }
    impl Host for InNoTime {
        fn next(&mut self, timeout: Duration) -> Option<Event> {
            self.clock.sleep(timeout);
            std::thread::yield_now();
            None
        }
        fn show(&mut self, now: &Now) {
            if matches!(now.state, State::Pausing | State::Paused) {
                self.paused_at.get_or_insert(self.clock.now());
            }
        }
    }
    let clock = Arc::new(FakeClock::default());
    let mut host = InNoTime { clock: Arc::clone(&clock), paused_at: None };
    let mut output = Gone(FakeOutput::new(RATE).breaking(Frames(480_000), RATE));
    let stage = stage(Voice::Rendered(Box::new(FakeSynthesizer)), Vec::new());
    let result = play_after(stage, &mut output, &mut host, &mut VecDeque::new(), clock.clone());
    assert!(matches!(result, Err(SessionError::Output(OutputError::Lost))), "{result:?}");
    let searched = clock.now() - host.paused_at.unwrap();
    assert!((60..80).contains(&searched.as_secs()), "{searched:?}");
}

#[test]
fn a_voice_that_is_lost_is_replaced_at_the_same_words_and_it_is_said_in_the_close() {
    let mut everything = FakeOutput::new(RATE).breaking(Frames::NEVER, RATE);
    let whole = everything.played.clone().unwrap();
    let first = stage(Voice::Rendered(Box::new(FakeSynthesizer)), Vec::new());
    play(first, &mut everything, &mut Notes::default()).unwrap();
    let whole = onsets(&whole.lock().unwrap()[0], RATE, 0.6);
    for said in [2, 5, 9, 11] {
        let mut output = FakeOutput::new(RATE).breaking(Frames::NEVER, RATE);
        let played = output.played.clone().unwrap();
        let mut notes = Notes::default();
        let lost = Voice::Rendered(Box::new(LostSynthesizer::after(said)));
        let stage = stage(lost, vec![Voice::Rendered(Box::new(FakeSynthesizer))]);
        let (finish, warnings) = play(stage, &mut output, &mut notes).unwrap();
        assert_eq!(finish, Finish::Played);
        assert!(
            warnings.iter().any(|line| line.contains("it is gone; going on with `next`")),
            "{warnings:?}"
        );
        let heard = onsets(&played.lock().unwrap()[0], RATE, 0.6);
        // The close ends with the bowl and three sentences, and one more sentence comes before them. The second
        // pose, before the close, is as it was planned; in the first one some words are heard again when they
        // were lost in the middle of a hold.
        let close = 4;
        let mine = distances(&[&heard[..heard.len() - close - 1], &heard[heard.len() - close..]].concat());
        let planned = distances(&whole);
        assert!(mine.len() >= planned.len(), "lost after {said}: {heard:?} for {whole:?}");
        for (place, (mine, planned)) in mine.iter().rev().zip(planned.iter().rev()).enumerate().take(10) {
            let is_longer = place == close - 1; // the sentence that was taken out
            let same = if is_longer { mine > planned } else { (mine - planned).abs() < 0.05 };
            assert!(same, "lost after {said}: {mine:.3} s for {planned:.3} s, {place} from the end");
        }
        assert_eq!(notes.news.first(), Some(&News::Reached(1)));
        assert_eq!(notes.news.last(), Some(&News::Closing));
    }
}

/// A voice that notes what it says, and fails after so many utterances.
struct Noted(Arc<Mutex<Vec<String>>>, usize);
impl Synthesizer for Noted {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let mut said = self.0.lock().unwrap();
        if said.len() == self.1 {
            return Err(SpeechError::failed("the noted voice", "it is gone"));
        }
        said.push(utterance.text.clone());
        FakeSynthesizer.synthesize(utterance)
    }
}

#[test]
fn a_voice_that_is_lost_far_ahead_at_the_last_words_is_replaced_and_none_of_them_is_said_twice() {
    let whole = unsteady::plan(Pace::NORMAL);
    let last = whole.utterances.len() - 1;
    let said: [Arc<Mutex<Vec<String>>>; 2] = Default::default();
    let [first, second] = said.clone();
    let mut hand = Hand::playing(move || {
        let next = move || Some(unsteady::rendered(Noted(Arc::clone(&second), usize::MAX)));
        unsteady::stage(unsteady::rendered(Noted(first, last)), next)
    });
    // The words are recorded long before they are heard.
    while said[1].lock().unwrap().is_empty() {
        hand.hear(Duration::from_secs(5));
        hand.settle();
    }
    assert_eq!(said[0].lock().unwrap().last(), Some(&whole.utterances[last - 1].text));
    assert_eq!(said[1].lock().unwrap().first(), Some(&whole.utterances[last].text));
    hand.ask(Request::Stop);
    hand.end().unwrap();
}

/// A voice in which supine itself breaks after so many utterances.
struct Breaking(LostSynthesizer);
impl Synthesizer for Breaking {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        Ok(self.0.synthesize(utterance).expect("a test breaks here"))
    }
}

#[test]
fn a_voice_in_which_supine_itself_breaks_is_replaced_like_any_other() {
    let heard = |voice: Voice| {
        let mut output = FakeOutput::new(RATE).breaking(Frames::NEVER, RATE);
        let played = output.played.clone().unwrap();
        let next = vec![Voice::Rendered(Box::new(FakeSynthesizer))];
        let (finish, warnings) = play(stage(voice, next), &mut output, &mut Notes::default()).unwrap();
        assert_eq!(finish, Finish::Played);
        let onsets = onsets(&played.lock().unwrap()[0], RATE, 0.6);
        (onsets, warnings)
    };
    for said in [5, 9] {
        let (failing, _) = heard(Voice::Rendered(Box::new(LostSynthesizer::after(said))));
        let (breaking, told) = heard(Voice::Rendered(Box::new(Breaking(LostSynthesizer::after(said)))));
        assert!(told.iter().any(|line| line.contains("broke in it; going on with `next`")), "{told:?}");
        assert_eq!(breaking.len(), failing.len());
        assert!(
            breaking.iter().zip(&failing).all(|(mine, other)| (mine - other).abs() < 0.05),
            "{breaking:?}"
        );
    }
    crate::tests::rows::row(
        "Voices",
        "supine itself breaking in one (a panic; with fakes)",
        "heard: the next voice, from that sentence on; told at the end: one line",
    );
}

#[test]
fn a_live_voice_that_is_lost_is_replaced_at_the_same_sentence() {
    let clock = Arc::new(FakeClock::default());
    let mut speaker = FakeSpeaker::new(clock.clone());
    speaker.mute = 4..u64::MAX;
    let said = Arc::clone(&speaker.heard);
    let mut output = FakeOutput::new(RATE).breaking(Frames::NEVER, RATE);
    let played = output.played.clone().unwrap();
    let next = vec![Voice::Rendered(Box::new(FakeSynthesizer))];
    let stage = stage(Voice::Live(Box::new(speaker), clock), next);
    let words_of = |text: &str| text.split_whitespace().count();
    let (finish, warnings) = play(stage, &mut output, &mut Notes::default()).unwrap();
    assert_eq!(finish, Finish::Played);
    assert!(warnings.iter().any(|line| line.contains("did not begin to speak")), "{warnings:?}");
    let said = said.lock().unwrap();
    assert_eq!(said[3].1, said[4].1, "it is asked twice");
    let heard = onsets(&played.lock().unwrap()[0], RATE, 0.1);
    assert!(heard.len() > words_of(ROUTINE), "the other voice said {} words", heard.len());
}

#[test]
fn without_any_other_voice_tones_lead_on_to_the_end() {
    let mut output = FakeOutput::new(RATE).breaking(Frames::NEVER, RATE);
    let played = output.played.clone().unwrap();
    let lost = Voice::Rendered(Box::new(LostSynthesizer::after(8)));
    let (finish, warnings) = play(stage(lost, Vec::new()), &mut output, &mut Notes::default()).unwrap();
    assert_eq!(finish, Finish::Played);
    assert!(warnings.iter().any(|line| line.contains("going on with tones")), "{warnings:?}");
    assert!(onsets(&played.lock().unwrap()[0], RATE, 0.6).len() > 12);
    crate::tests::rows::row(
        "Voices",
        "the last one fails in the middle of a session (with fakes)",
        "heard: tones lead on to the end",
    );
}

#[test]
fn a_voice_that_never_spoke_is_an_error_and_no_loss() {
    let lost = Voice::Rendered(Box::new(LostSynthesizer::after(0)));
    let mut output = FakeOutput::new(RATE);
    let error = play(stage(lost, Vec::new()), &mut output, &mut Notes::default()).unwrap_err();
    assert!(matches!(error, SessionError::Speech(_)), "{error}");
}
