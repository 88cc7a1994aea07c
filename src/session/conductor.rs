//! Leads a live voice through an estimated score. A spoken sentence is a gate: the score waits for
//! the engine's `ended`, the ambience does not. Counts and breath cues are sent at their beat.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Clock;
use crate::mixer::Transport;
use crate::score::estimate::estimated_time;
use crate::score::plan::{Plan, UtteranceId};
use crate::score::{Cue, Event, Score, Track};
use crate::speech::{Speaker, SpeakerEvent, SpeechError, Ticket, Utterance};
use crate::units::{Decibels, Frames};

/// How often a stop is looked for.
const POLL: Duration = Duration::from_millis(10);
/// The same when there is nothing more to say.
const LISTEN: Duration = Duration::from_millis(200);
/// An engine that has not begun after this long is silent; it takes about 20 ms.
const BEGIN_LIMIT: Duration = Duration::from_secs(5);
/// From handing an utterance over to its sound; 16 to 40 ms were measured.
const BEGINS: Duration = Duration::from_millis(50);
/// How far behind its beat a cue is still sent.
const LATEST: Duration = Duration::from_millis(200);
/// Utterances in a row that nobody hears before the session gives up on the engine.
const MOST_UNHEARD: u32 = 2;

/// A speaker that one take after another has.
pub type SharedSpeaker = Arc<Mutex<Box<dyn Speaker>>>;

/// Leads one performance.
pub struct Conductor {
    plan: Arc<Plan>,
    score: Score,
    speaker: SharedSpeaker,
    clock: Arc<dyn Clock>,
    transport: Arc<Transport>,
    /// The moment at which `anchor_frame` of the score is now.
    anchor: Duration,
    anchor_frame: Frames,
    /// What has been sent and not ended.
    outstanding: Option<Ticket>,
    unheard: u32,
    /// Set when the first sentence has been heard.
    heard: Arc<AtomicBool>,
    warnings: Vec<String>,
    /// When the last cue's word is over, by its estimate; the engine reports it later.
    said_by: Duration,
    has_left_out: bool,
    /// Gain on what is said, as the bits of a number of decibels.
    volume: Arc<AtomicU32>,
}

/// The end of the next sentence: the score does not run past it before the engine has said it.
fn next_gate(events: &[Event], end: Frames) -> Frames {
    let sentence = events.iter().find(|event| event.track == Track::Speech);
    sentence.map_or(end, |sentence| sentence.at + sentence.length)
}

/// What became of an utterance.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Ended,
    Stopped,
    Silent(String),
}

impl Conductor {
    /// A conductor at the beginning of `score`, whose lengths are estimates.
    pub fn new(
        plan: Arc<Plan>,
        score: Score,
        speaker: SharedSpeaker,
        clock: Arc<dyn Clock>,
        transport: Arc<Transport>,
    ) -> Self {
        Self {
            plan,
            score,
            speaker,
            anchor: clock.now(),
            clock,
            transport,
            anchor_frame: Frames::ZERO,
            outstanding: None,
            unheard: 0,
            heard: Arc::default(),
            warnings: Vec::new(),
            said_by: Duration::ZERO,
            has_left_out: false,
            volume: Arc::default(),
        }
    }

    /// Follows a volume: a gain, as the bits of a number of decibels.
    pub fn with_volume(mut self, volume: Arc<AtomicU32>) -> Self {
        self.volume = volume;
        self
    }

    /// Whether a sentence has been heard so far, also after the performance.
    pub fn heard(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.heard)
    }

    /// Leads the whole performance; returns what went wrong without ending it.
    ///
    /// # Errors
    /// When the engine refuses to speak or is not heard twice in a row.
    pub fn lead(mut self) -> Result<Vec<String>, SpeechError> {
        self.anchor = self.clock.now();
        let events = std::mem::take(&mut self.score.events);
        self.transport.open_until(next_gate(&events, self.score.length));
        let result = events.iter().enumerate().try_for_each(|(place, event)| match event.cue {
            Cue::Utterance(id) if !self.transport.is_over() && event.at < self.transport.sealed() => {
                self.speak(event, id, next_gate(&events[place + 1..], self.score.length))
            }
            _ => Ok(()),
        });
        if self.transport.is_over() || result.is_err() {
            self.speaker().stop();
        } else {
            self.wait_for_outstanding(BEGIN_LIMIT);
        }
        // After a failure the end stays open: whoever watches sees that the voice is gone before it.
        result?;
        if !self.score.endless {
            self.transport.end_at(self.score.length);
        }
        self.transport.open_until(Frames::NEVER);
        // A take whose voice has left before its end has lost it.
        while self.score.endless && !self.transport.is_over() {
            self.clock.sleep(LISTEN);
        }
        Ok(self.warnings)
    }

    /// Says an event when it is due; a sentence opens the gate up to `next_gate` when it has ended.
    fn speak(&mut self, event: &Event, id: UtteranceId, next_gate: Frames) -> Result<(), SpeechError> {
        let end = event.at + event.length;
        if !self.wait_until(event.at) {
            return Ok(());
        }
        if event.track == Track::Speech {
            self.wait_for_outstanding(BEGIN_LIMIT);
        } else if !self.make_room() {
            self.leave_out(event);
            return Ok(());
        }
        let ticket = self.say(id)?;
        self.outstanding = Some(ticket);
        self.said_by = self.clock.now() + estimated_time(self.plan.utterance(id)) + BEGINS;
        if event.track != Track::Speech {
            return Ok(());
        }
        match self.wait_for(ticket, id) {
            Outcome::Ended => {
                self.unheard = 0;
                self.heard.store(true, Ordering::Release);
            }
            Outcome::Stopped => return Ok(()),
            Outcome::Silent(what) => self.note_silence(event, what)?,
        }
        self.outstanding = None;
        self.anchor = self.clock.now();
        self.anchor_frame = end;
        self.transport.skip_to(end);
        self.transport.open_until(next_gate);
        Ok(())
    }

    fn note_silence(&mut self, event: &Event, what: String) -> Result<(), SpeechError> {
        self.unheard += 1;
        self.warnings.push(format!("{:?} may not have been heard: {what}", event.text));
        if self.unheard < MOST_UNHEARD {
            return Ok(());
        }
        Err(SpeechError::Failed {
            engine: "the system voice".to_owned(),
            message: format!("{what}; restart the speech service, or use --voice espeak"),
        })
    }

    /// Whoever panicked while speaking leaves a speaker that still speaks.
    fn speaker(&self) -> MutexGuard<'_, Box<dyn Speaker>> {
        self.speaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, id: UtteranceId) -> Result<Ticket, SpeechError> {
        let planned = self.plan.utterance(id);
        let gain = planned.gain + Decibels(f32::from_bits(self.volume.load(Ordering::Relaxed)));
        self.speaker().speak(&Utterance { gain, ..planned.clone() })
    }

    /// Waits for a frame of the score; false when the session is stopped first.
    fn wait_until(&mut self, frame: Frames) -> bool {
        let ahead = frame.saturating_sub(self.anchor_frame).to_duration(self.score.rate);
        let due = self.anchor + ahead;
        loop {
            let left = due.saturating_sub(self.clock.now());
            if self.transport.is_over() {
                return false;
            }
            if left.is_zero() {
                return true;
            }
            self.clock.sleep(left.min(POLL));
        }
    }

    /// Makes room for a cue at its beat; false when the one before it is still being said.
    fn make_room(&mut self) -> bool {
        loop {
            let event = self.speaker().next_event(Duration::ZERO);
            let Some(event) = event else { break };
            self.note(&event);
        }
        if self.outstanding.is_some() && self.clock.now() >= self.said_by {
            // Only the engine's silence behind the word is left, which would hold the next one up.
            self.speaker().stop();
            self.outstanding = None;
        }
        self.wait_for_outstanding(LATEST)
    }

    /// Lets what is still sounding end; false when it does not within `limit`.
    fn wait_for_outstanding(&mut self, limit: Duration) -> bool {
        let started = self.clock.now();
        while self.outstanding.is_some() {
            if self.transport.is_over() || self.clock.now() - started >= limit {
                return false;
            }
            let event = self.speaker().next_event(POLL);
            if let Some(event) = event {
                self.note(&event);
            }
        }
        true
    }

    fn note(&mut self, event: &SpeakerEvent) {
        if let SpeakerEvent::Ended(done) | SpeakerEvent::Failed(done, _) = event
            && self.outstanding.is_some_and(|ticket| *done >= ticket)
        {
            self.outstanding = None;
        }
    }

    /// A cue that is late would push all that follow off their beats.
    fn leave_out(&mut self, event: &Event) {
        if !self.has_left_out {
            self.warnings.push(format!(
                "{:?} was left out, and perhaps others: the system voice was still saying the cue before it; \
                 give the hold a longer beat or breath, or use `--counting sparse`",
                event.text
            ));
        }
        self.has_left_out = true;
    }

    fn wait_for(&mut self, ticket: Ticket, id: UtteranceId) -> Outcome {
        let started = self.clock.now();
        let end_limit = estimated_time(self.plan.utterance(id)) * 3 + BEGIN_LIMIT * 2;
        let mut begun = false;
        loop {
            if self.transport.is_over() {
                return Outcome::Stopped;
            }
            match self.speaker().next_event(POLL) {
                Some(SpeakerEvent::Began(at)) if at == ticket => begun = true,
                Some(SpeakerEvent::Ended(at)) if at >= ticket => return Outcome::Ended,
                Some(SpeakerEvent::Failed(at, error)) if at == ticket => {
                    return Outcome::Silent(error.to_string());
                }
                _ => {}
            }
            let waited = self.clock.now() - started;
            if !begun && waited > BEGIN_LIMIT {
                return Outcome::Silent("the system voice did not begin to speak".to_owned());
            }
            if waited > end_limit {
                return Outcome::Silent("the system voice never said that it had ended".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FakeClock;
    use crate::phrases::Phrases;
    use crate::routine::parse::parse;
    use crate::score::compile::compile;
    use crate::score::estimate::estimated_length;
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

    fn conductor(mute: bool) -> (Conductor, Heard, Arc<Transport>) {
        let routine = parse(ROUTINE).expect("the routine is valid");
        let (phrases, _) = Phrases::for_language("en");
        let plan = Plan::new(&routine, &Settings::default(), &phrases, &[]).expect("it can be planned");
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
        let (conductor, heard, transport) = conductor(false);
        let expected: Vec<String> = conductor.score.events.iter().map(|event| event.text.clone()).collect();
        let end = conductor.score.length;
        assert!(conductor.lead().expect("the voice speaks").is_empty());
        assert_eq!(texts(&heard), expected);
        assert_eq!(transport.end(), end);
    }

    #[test]
    fn counts_are_sent_on_their_beat() {
        let (conductor, heard, _) = conductor(false);
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
        let (conductor, heard, _) = conductor(false);
        conductor.lead().expect("the voice speaks");
        let heard = heard.lock().expect("nobody panicked");
        for pair in heard.windows(2) {
            // The fake's words take 0.25 s each at natural speed, and it speaks at 0.8 of that.
            let words = pair[0].1.split_whitespace().count() as u32;
            let spoken = Duration::from_millis(312) * words;
            assert!(pair[1].0 - pair[0].0 >= spoken, "{:?} cuts {:?} off", pair[1].1, pair[0].1);
        }
    }

    #[test]
    fn an_engine_that_never_answers_is_given_up_in_bounded_time() {
        let (conductor, heard, transport) = conductor(true);
        let clock = Arc::clone(&conductor.clock);
        let error = conductor.lead().expect_err("nobody spoke").to_string();
        assert!(error.contains("did not begin to speak") && error.contains("--voice espeak"), "{error}");
        assert_eq!(texts(&heard).len(), 2);
        assert_eq!(transport.end(), Frames::NEVER, "nobody would see that the voice is gone");
        assert!(clock.now() < Duration::from_secs(30), "{:?}", clock.now());
    }

    #[test]
    fn a_stopped_session_says_nothing_more() {
        let (conductor, heard, transport) = conductor(false);
        transport.stop();
        conductor.lead().expect("stopping is no failure");
        assert!(texts(&heard).is_empty());
    }
}
