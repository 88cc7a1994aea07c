//! Voices for tests through the real command line (`--voice fake`, `--voice fake-live`): every word is a
//! click of known length, and no engine is needed.

use std::collections::VecDeque;
#[cfg(test)]
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Recording, Speaker, SpeakerEvent, SpeechError, Synthesizer, Ticket, Utterance};
use crate::clock::Clock;
use crate::units::SampleRate;

/// A rendered voice that fails from one utterance on, counted from 0.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct LostSynthesizer {
    said: AtomicUsize,
    from: usize,
}

#[cfg(test)]
impl LostSynthesizer {
    /// A voice that says `from` utterances and then fails.
    pub(crate) fn after(from: usize) -> Self {
        Self { said: AtomicUsize::new(0), from }
    }
}

#[cfg(test)]
impl Synthesizer for LostSynthesizer {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        if self.said.fetch_add(1, Ordering::Relaxed) < self.from {
            return FakeSynthesizer.synthesize(utterance);
        }
        Err(SpeechError::failed("the lost voice", "it is gone"))
    }
}

/// The length of a word at natural speed.
pub(crate) const WORD: Duration = Duration::from_millis(250);
/// The audible part of a word.
const CLICK: Duration = Duration::from_millis(50);
const RATE: SampleRate = SampleRate::HZ_48000;

/// A rendered voice: one click for each word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FakeSynthesizer;

impl Synthesizer for FakeSynthesizer {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let frames = |time: Duration| (time.as_secs_f64() * f64::from(RATE.hz())).round() as usize;
        let word = frames(word_time(utterance));
        let click = frames(CLICK).min(word);
        let mut samples = Vec::new();
        for _ in utterance.spoken.split_whitespace() {
            samples.extend((0..word).map(|n| if n < click { square(n) } else { 0.0 }));
        }
        Ok(Recording { samples, rate: RATE, beat: None })
    }
}

/// A square wave of 1 kHz: loud from its first sample on.
fn square(n: usize) -> f32 {
    if (n / 24).is_multiple_of(2) { 0.25 } else { -0.25 }
}

fn word_time(utterance: &Utterance) -> Duration {
    WORD.div_f32(utterance.speed)
}

/// A live voice without a loudspeaker, on a clock of its own. Its words take as long as those of
/// [`FakeSynthesizer`].
pub(crate) struct FakeSpeaker {
    clock: Arc<dyn Clock>,
    last: u64,
    due: VecDeque<(Duration, SpeakerEvent)>,
    /// Utterances, counted from 1, that it accepts but never says, like an engine whose module has died.
    pub mute: std::ops::Range<u64>,
    /// What it was given, and when.
    pub heard: Arc<Mutex<Vec<(Duration, String)>>>,
}

impl FakeSpeaker {
    /// A speaker whose words end by `clock`.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, last: 0, due: VecDeque::new(), mute: 0..0, heard: Arc::default() }
    }
}

impl Speaker for FakeSpeaker {
    fn speak(&mut self, utterance: &Utterance) -> Result<Ticket, SpeechError> {
        self.last += 1;
        let ticket = Ticket(self.last);
        let now = self.clock.now();
        if let Ok(mut heard) = self.heard.lock() {
            heard.push((now, utterance.text.clone()));
        }
        if !self.mute.contains(&self.last) {
            let words = u32::try_from(utterance.spoken.split_whitespace().count()).unwrap_or(u32::MAX);
            let start = self.due.back().map_or(now, |(at, _)| (*at).max(now));
            let end = start + word_time(utterance) * words;
            self.due.push_back((start, SpeakerEvent::Began(ticket)));
            self.due.push_back((end, SpeakerEvent::Ended(ticket)));
        }
        Ok(ticket)
    }

    fn stop(&mut self) {
        self.due.clear();
    }

    fn next_event(&mut self, timeout: Duration) -> Option<SpeakerEvent> {
        let now = self.clock.now();
        let due = self.due.front().map(|(at, _)| *at);
        let wait = due.map_or(timeout, |at| at.saturating_sub(now).min(timeout));
        self.clock.sleep(wait);
        match due {
            Some(at) if at <= now + wait => self.due.pop_front().map(|(_, event)| event),
            _ => None,
        }
    }
}
