//! Hands a live voice one utterance after another, and follows what becomes of each: an engine may be late,
//! slip once, or disappear in the middle of a word.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::advice::Advice;
use crate::clock::Clock;
use crate::mixer::Transport;
use crate::plan::estimate::estimated_time;
use crate::speech::{Speaker, SpeakerEvent, SpeechError, Ticket, Utterance};
use crate::units::Decibels;

/// How often a wait looks for a stop.
pub(super) const POLL: Duration = Duration::from_millis(10);
/// An engine that has not begun after this time is silent; usually it takes about 20 ms.
const BEGIN_LIMIT: Duration = Duration::from_secs(5);
/// The time from handing an utterance over to its first sound; 16 to 40 ms were measured.
const BEGINS: Duration = Duration::from_millis(50);
/// A cue is still sent when it is at most this late for its beat.
const LATEST: Duration = Duration::from_millis(200);
/// How often a speaking engine is asked whether it is still there.
const CHECK: Duration = Duration::from_secs(1);
/// After this many cues in a row that never began, a new connection is made; after twice as many, the engine is
/// given up.
const MOST_UNBEGUN: u32 = 2;

/// A speaker that all takes of a session share, one after another.
pub(crate) type SharedSpeaker = Arc<Mutex<Box<dyn Speaker>>>;

/// The result of saying a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ended,
    Stopped,
}

/// Hands a speaker the words of one take.
pub(super) struct Delivery {
    speaker: SharedSpeaker,
    clock: Arc<dyn Clock>,
    transport: Arc<Transport>,
    /// Gain on the voice, in decibels, as the bits of its number.
    pub(super) volume: Arc<AtomicU32>,
    /// The utterance that was sent and has not ended.
    outstanding: Option<Ticket>,
    /// The utterance that began last.
    begun: Option<Ticket>,
    /// Cues in a row that never began.
    unbegun: u32,
    /// When the last cue's word is over by its estimate; the engine reports the end later.
    said_by: Duration,
}

impl Delivery {
    pub(super) fn new(speaker: SharedSpeaker, clock: Arc<dyn Clock>, transport: Arc<Transport>) -> Self {
        Self {
            speaker,
            clock,
            transport,
            volume: Arc::default(),
            outstanding: None,
            begun: None,
            unbegun: 0,
            said_by: Duration::ZERO,
        }
    }

    /// Says a sentence after the words that are still being said, and waits for its end. When the engine fails,
    /// the sentence is said once more from its beginning, on a new connection.
    pub(super) fn sentence(&mut self, utterance: &Utterance) -> Result<Outcome, SpeechError> {
        self.wait_for_outstanding(BEGIN_LIMIT);
        let mut said = self.say(utterance).and_then(|ticket| self.wait_for(ticket, utterance));
        if said.is_err() && !self.transport.is_over() {
            self.renew();
            said = self.say(utterance).and_then(|ticket| self.wait_for(ticket, utterance));
        }
        if said.is_err() && self.transport.is_over() {
            return Ok(Outcome::Stopped); // a listener who stops the session need not hear that a sentence was cut off
        }
        if said.is_ok() {
            self.outstanding = None;
        }
        said
    }

    /// Says a cue now; false when the one before is still being said.
    pub(super) fn cue(&mut self, utterance: &Utterance) -> Result<bool, SpeechError> {
        if !self.make_room()? {
            return Ok(false);
        }
        if self.say(utterance).is_err() {
            self.renew();
            self.say(utterance)?;
        }
        Ok(true)
    }

    /// Lets the words that are still being said end.
    pub(super) fn finish(&mut self) {
        self.wait_for_outstanding(BEGIN_LIMIT);
    }

    pub(super) fn stop(&mut self) {
        self.speaker().stop();
    }

    /// When a thread has panicked while speaking, the speaker can still be used.
    fn speaker(&self) -> MutexGuard<'_, Box<dyn Speaker>> {
        self.speaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn renew(&mut self) {
        self.outstanding = None;
        self.speaker().renew();
    }

    fn say(&mut self, utterance: &Utterance) -> Result<Ticket, SpeechError> {
        let gain = utterance.gain + Decibels(f32::from_bits(self.volume.load(Ordering::Relaxed)));
        let ticket = self.speaker().speak(&Utterance { gain, ..utterance.clone() })?;
        self.outstanding = Some(ticket);
        self.said_by = self.clock.now() + estimated_time(utterance) + BEGINS;
        Ok(ticket)
    }

    fn make_room(&mut self) -> Result<bool, SpeechError> {
        loop {
            let event = self.speaker().next_event(Duration::ZERO);
            let Some(event) = event else { break };
            self.note(&event);
        }
        if let Some(ticket) = self.outstanding.filter(|_| self.clock.now() >= self.said_by) {
            self.note_beginning(ticket)?;
            // Only the engine's silence after the word is left, and it would hold the next word up.
            self.speaker().stop();
            self.outstanding = None;
        }
        if self.wait_for_outstanding(LATEST) {
            return Ok(true);
        }
        // By its estimate the word may have ended meanwhile.
        let is_said = self.clock.now() >= self.said_by && !self.transport.is_over();
        if is_said && self.outstanding.take().is_some() {
            self.speaker().stop();
        }
        Ok(is_said)
    }

    /// Counts cues that never begin: an engine may take every word and say nothing.
    fn note_beginning(&mut self, ticket: Ticket) -> Result<(), SpeechError> {
        if self.begun.is_some_and(|begun| begun >= ticket) {
            self.unbegun = 0;
            return Ok(());
        }
        self.unbegun += 1;
        if self.unbegun == MOST_UNBEGUN {
            self.renew();
        }
        if self.unbegun < MOST_UNBEGUN * 2 { Ok(()) } else { Err(unheard("it did not begin to speak")) }
    }

    /// Lets what is still sounding end; false when that takes longer than `limit`.
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
        if let SpeakerEvent::Began(ticket) = event {
            self.begun = Some(*ticket);
        }
        if let SpeakerEvent::Ended(done) | SpeakerEvent::Failed(done, _) = event
            && self.outstanding.is_some_and(|ticket| *done >= ticket)
        {
            self.outstanding = None;
        }
    }

    fn wait_for(&mut self, ticket: Ticket, utterance: &Utterance) -> Result<Outcome, SpeechError> {
        let started = self.clock.now();
        let end_limit = estimated_time(utterance) * 2 + BEGIN_LIMIT;
        let mut checked = started;
        let mut has_begun = false;
        loop {
            if self.transport.is_over() {
                return Ok(Outcome::Stopped);
            }
            let event = self.speaker().next_event(POLL);
            match event {
                Some(SpeakerEvent::Began(at)) if at == ticket => has_begun = true,
                Some(SpeakerEvent::Ended(at)) if at >= ticket => return Ok(Outcome::Ended),
                Some(SpeakerEvent::Failed(at, error)) if at == ticket => return Err(error),
                _ => {}
            }
            let now = self.clock.now();
            if now - checked > CHECK {
                checked = now;
                self.speaker().check()?;
            }
            if !has_begun && now - started > BEGIN_LIMIT {
                return Err(unheard("it did not begin to speak"));
            }
            if now - started > end_limit {
                return Err(unheard("it never said that it had ended"));
            }
        }
    }
}

fn unheard(what: &str) -> SpeechError {
    SpeechError::failed(
        "the system voice",
        Advice::new(what, "restart the speech service, or use --voice espeak"),
    )
}
