//! Conducts a live voice through an estimated score. A spoken sentence is a gate: the score waits for the
//! engine's `ended`, the ambience goes on. Counts and breath cues are sent on their beat.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

pub(crate) use super::delivery::SharedSpeaker;
use super::delivery::{Delivery, Outcome, POLL};
use crate::clock::Clock;
use crate::mixer::Transport;
use crate::plan::Track;
use crate::plan::{Plan, UtteranceId};
use crate::score::overrun::told_once;
use crate::score::{Cue, Score, ScoreEvent};
use crate::speech::SpeechError;
use crate::units::Frames;

/// Conducts one performance.
pub(crate) struct Conductor {
    plan: Arc<Plan>,
    score: Score,
    clock: Arc<dyn Clock>,
    transport: Arc<Transport>,
    delivery: Delivery,
    /// The moment at which the score is at `anchor_frame`.
    anchor: Duration,
    anchor_frame: Frames,
    /// Set once the first sentence has been heard.
    heard: Arc<AtomicBool>,
    warnings: Vec<String>,
    has_left_out: bool,
}

/// The end of the next sentence: the score stops there until the engine has said the sentence.
fn next_gate(events: &[ScoreEvent], end: Frames) -> Frames {
    let sentence = events.iter().find(|event| event.track == Track::Speech);
    sentence.map_or(end, |sentence| sentence.at + sentence.length)
}

impl Conductor {
    /// A conductor at the beginning of `score`; the score's lengths are estimates.
    pub(crate) fn new(
        plan: Arc<Plan>,
        score: Score,
        speaker: SharedSpeaker,
        clock: Arc<dyn Clock>,
        transport: Arc<Transport>,
    ) -> Self {
        // Other notes are guesses until the live voice has spoken.
        let warnings = told_once(&plan.notes).into_iter().map(|note| note.message).collect();
        Self {
            plan,
            score,
            delivery: Delivery::new(speaker, Arc::clone(&clock), Arc::clone(&transport)),
            anchor: clock.now(),
            clock,
            transport,
            anchor_frame: Frames::ZERO,
            heard: Arc::default(),
            warnings,
            has_left_out: false,
        }
    }

    /// Follows a volume: a gain in decibels, as the bits of its number.
    pub(crate) fn with_volume(mut self, volume: Arc<AtomicU32>) -> Self {
        self.delivery.volume = volume;
        self
    }

    /// Whether a sentence has been heard; it can be read after the performance, too.
    pub(crate) fn heard(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.heard)
    }

    /// Conducts the whole performance; returns the problems that did not end it.
    ///
    /// # Errors
    /// When the engine fails twice at the same words, the second time on a new connection.
    pub(crate) fn lead(mut self) -> Result<Vec<String>, SpeechError> {
        self.anchor = self.clock.now();
        let events = std::mem::take(&mut self.score.events);
        self.transport.open_until(next_gate(&events, self.score.length));
        let result = events.iter().enumerate().try_for_each(|(place, event)| match event.cue {
            Cue::Utterance(id) if !self.transport.is_over() => {
                self.speak(event, id, next_gate(&events[place + 1..], self.score.length))
            }
            _ => Ok(()),
        });
        if self.transport.is_over() || result.is_err() {
            self.delivery.stop();
        } else {
            self.delivery.finish();
        }
        // After a failure the end stays open, so that another voice can go on from there.
        result?;
        if !self.score.endless {
            self.transport.end_at(self.score.length);
        }
        self.transport.open_until(Frames::NEVER);
        Ok(self.warnings)
    }

    /// Says an event when it is due; when a sentence has ended, it opens the gate up to `next_gate`.
    fn speak(&mut self, event: &ScoreEvent, id: UtteranceId, next_gate: Frames) -> Result<(), SpeechError> {
        let end = event.at + event.length;
        if !self.wait_until(event.at) {
            return Ok(());
        }
        let utterance = self.plan.utterance(id);
        if event.track != Track::Speech {
            if !self.delivery.cue(utterance)? {
                self.leave_out(event);
            }
            return Ok(());
        }
        if self.delivery.sentence(utterance)? == Outcome::Stopped {
            return Ok(());
        }
        self.heard.store(true, Ordering::Release);
        self.anchor = self.clock.now();
        self.anchor_frame = end;
        self.transport.skip_to(end);
        self.transport.open_until(next_gate);
        Ok(())
    }

    /// Waits for a frame of the score; false when the session is stopped, or another take begins, before that
    /// frame.
    fn wait_until(&mut self, frame: Frames) -> bool {
        let ahead = frame.saturating_sub(self.anchor_frame).to_duration(self.score.rate);
        let due = self.anchor + ahead;
        loop {
            let left = due.saturating_sub(self.clock.now());
            if self.transport.is_over() || frame >= self.transport.sealed() {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            self.clock.sleep(left.min(POLL));
        }
    }

    /// Leaves a late cue out: it would push all later ones off their beats.
    fn leave_out(&mut self, event: &ScoreEvent) {
        if !self.has_left_out {
            self.warnings.push(format!(
                "\"{}\" was left out, and perhaps others: the system voice was still saying the cue before it; \
                 give the hold a longer beat or breath, or use `--counting sparse`",
                event.text
            ));
        }
        self.has_left_out = true;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::clock::FakeClock;
    use crate::phrases::Phrases;
    use crate::plan::estimate::estimated_length;
    use crate::routine::parse::parse;
    use crate::score::compile::compile;
    use crate::score::length::planned;
    use crate::settings::Settings;
    use crate::speech::fake::FakeSpeaker;
    use crate::units::SampleRate;

    const ROUTINE: &str = r#"
        title = "Test"
        [[pose]]
        name = "Hold"
        steps = ["Lift one knee.", { count = { to = 5, beat = "2s" } }, "Let it go."]
    "#;
    const RATE: SampleRate = SampleRate::HZ_48000;

    type Heard = Arc<Mutex<Vec<(Duration, String)>>>;

    fn conductor(mute: std::ops::Range<u64>) -> (Conductor, Heard, Arc<Transport>) {
        let routine = parse(ROUTINE).expect("the routine is valid");
        let (phrases, _) = Phrases::for_language("en");
        let plan = planned(&routine, &Settings::default(), &phrases);
        let length = |id| Some(estimated_length(plan.utterance(id), RATE));
        let (score, _) = compile(&plan, RATE, &length, &|_| Frames::ZERO);
        let clock = Arc::new(FakeClock::default());
        let mut speaker = FakeSpeaker::new(clock.clone());
        speaker.mute = mute;
        let heard = Arc::clone(&speaker.heard);
        let speaker: SharedSpeaker = Arc::new(Mutex::new(Box::new(speaker)));
        let transport = Arc::new(Transport::default());
        let conductor = Conductor::new(Arc::new(plan), score, speaker, clock, Arc::clone(&transport));
        (conductor, heard, transport)
    }

    fn texts(heard: &Heard) -> Vec<String> {
        heard.lock().expect("nobody panicked").iter().map(|(_, text)| text.clone()).collect()
    }

    #[test]
    fn everything_is_said_in_the_order_of_the_score() {
        let (conductor, heard, transport) = conductor(0..0);
        let expected: Vec<String> = conductor.score.events.iter().map(|event| event.text.clone()).collect();
        let end = conductor.score.length;
        assert!(conductor.lead().expect("the voice speaks").is_empty());
        assert_eq!(texts(&heard), expected);
        assert_eq!(transport.end(), end);
    }

    #[test]
    fn counts_are_sent_on_their_beat() {
        let (conductor, heard, _) = conductor(0..0);
        conductor.lead().expect("the voice speaks");
        let heard = heard.lock().expect("nobody panicked");
        let at = |text: &str| heard.iter().find(|(_, said)| said == text).expect("it was said").0;
        for (n, text) in ["Two.", "Three.", "Four.", "Five."].into_iter().enumerate() {
            let beats = Duration::from_secs(2) * (n as u32 + 1);
            let late = (at(text) - at("One.")).abs_diff(beats);
            assert!(late <= Duration::from_micros(30), "{text} is off by {late:?}");
        }
    }

    #[test]
    fn a_sentence_waits_until_the_one_before_has_ended() {
        let (conductor, heard, _) = conductor(0..0);
        conductor.lead().expect("the voice speaks");
        let heard = heard.lock().expect("nobody panicked");
        for pair in heard.windows(2) {
            // The fake voice takes 0.25 s for a word at natural speed, and speaks at 0.8 of that speed.
            let words = pair[0].1.split_whitespace().count() as u32;
            let spoken = Duration::from_millis(312) * words;
            assert!(pair[1].0 - pair[0].0 >= spoken, "{:?} cuts {:?} off", pair[1].1, pair[0].1);
        }
    }

    #[test]
    fn an_engine_that_never_answers_is_asked_twice_and_given_up_in_bounded_time() {
        let (conductor, heard, transport) = conductor(1..u64::MAX);
        let clock = Arc::clone(&conductor.clock);
        let error = conductor.lead().expect_err("nobody spoke").to_string();
        assert!(error.contains("did not begin to speak") && error.contains("--voice espeak"), "{error}");
        let heard = texts(&heard);
        assert_eq!((heard.len(), &heard[0]), (2, &heard[1]), "another sentence than the first");
        assert_eq!(transport.end(), Frames::NEVER, "nobody would see that the voice is gone");
        assert!(clock.now() < Duration::from_secs(30), "{:?}", clock.now());
    }

    #[test]
    fn an_engine_that_slips_once_says_the_sentence_again_and_nothing_is_lost() {
        let (conductor, heard, _) = conductor(2..3);
        let expected: Vec<String> = conductor.score.events.iter().map(|event| event.text.clone()).collect();
        assert!(conductor.lead().expect("it goes on").is_empty());
        let mut heard = texts(&heard);
        assert_eq!(heard.remove(2), expected[1]);
        assert_eq!(heard, expected);
    }

    #[test]
    fn an_engine_that_falls_silent_in_the_middle_of_a_count_is_given_up() {
        let (conductor, heard, _) = conductor(0..0);
        let first = conductor.score.events.iter().position(|event| event.track == Track::Count).unwrap();
        drop((conductor, heard));
        let (conductor, heard, transport) = self::conductor(first as u64 + 1..u64::MAX);
        conductor.lead().expect_err("nobody counts");
        assert_eq!(texts(&heard).last().map(String::as_str), Some("Four."));
        assert_eq!(transport.end(), Frames::NEVER);
    }

    #[test]
    fn a_stopped_session_says_nothing_more() {
        let (conductor, heard, transport) = conductor(0..0);
        transport.stop();
        conductor.lead().expect("stopping is no failure");
        assert!(texts(&heard).is_empty());
    }
}
