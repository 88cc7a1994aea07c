//! Voices: what to say, and the two interfaces to whatever says it. A rendered voice ([`Synthesizer`])
//! returns samples; a live voice ([`Speaker`]) speaks through a loudspeaker of its own. The engines are in
//! the modules below. `provider` describes a voice to the rest of the program, and [`voices`] decides which
//! one speaks.

pub mod clips;
pub(crate) mod command;
pub(crate) mod espeak;
pub(crate) mod fake;
#[cfg(feature = "natural-voice")]
pub mod natural;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod script;
#[cfg(feature = "system-voice")]
pub(crate) mod system;
pub(crate) mod tones;
pub mod voices;
pub(crate) mod wav;

use std::time::Duration;

use crate::advice::{Advice, Advise, advised};

pub use crate::clip::Recording;
pub use crate::utterance::Utterance;

/// A voice that turns text into samples.
pub trait Synthesizer: Send + Sync {
    /// Speaks `utterance` into memory. Blocks, for the engine's time limit at most.
    ///
    /// # Errors
    /// Whatever kept the engine from speaking, in its own words.
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError>;

    /// Does the same, but gives up soon after `is_wanted` returns false if the engine may take long, so
    /// that nobody waits for a hanging program whose words are no longer needed.
    ///
    /// # Errors
    /// As [`Synthesizer::synthesize`], and when it gave up.
    fn synthesize_while(
        &self,
        utterance: &Utterance,
        is_wanted: IsWanted<'_>,
    ) -> Result<Recording, SpeechError> {
        let _ = is_wanted; // a quick engine need not ask
        self.synthesize(utterance)
    }

    /// What its sound depends on besides the utterance, if that is known: an engine's version, its command.
    fn version(&self) -> Option<&str> {
        None
    }
}

/// Whether what is being spoken is still needed.
pub(crate) type IsWanted<'a> = &'a (dyn Fn() -> bool + Sync);

/// The number of an utterance handed to a [`Speaker`], counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a [`Speaker`] reports of an utterance.
#[derive(Debug)]
pub enum SpeakerEvent {
    /// Its sound began.
    Began(Ticket),
    /// Its sound ended, or was cut by [`Speaker::stop`].
    Ended(Ticket),
    /// It will not be heard.
    Failed(Ticket, SpeechError),
}

/// A voice that plays its own sound and reports when it began and ended.
pub trait Speaker: Send {
    /// Hands over an utterance; returns at once or after a short deadline.
    ///
    /// # Errors
    /// When the engine refuses it or does not answer in time.
    fn speak(&mut self, utterance: &Utterance) -> Result<Ticket, SpeechError>;

    /// Falls silent as soon as the engine can.
    fn stop(&mut self);

    /// Waits up to `timeout` for the next report.
    fn next_event(&mut self, timeout: Duration) -> Option<SpeakerEvent>;

    /// Asks the engine whether it is still there, even while it speaks and without disturbing it.
    ///
    /// # Errors
    /// When it has gone.
    fn check(&mut self) -> Result<(), SpeechError> {
        Ok(())
    }

    /// Drops the connection, if there is one: the next utterance opens a new one.
    fn renew(&mut self) {}
}

/// Why a voice did not speak.
#[derive(Clone, Debug)]
pub enum SpeechError {
    /// The engine's program or service is not on this machine.
    NotInstalled {
        /// The engine.
        engine: String,
        /// What to install, as an imperative sentence without a full stop.
        install: String,
    },
    /// The engine did not answer within its time limit.
    TimedOut {
        /// The engine.
        engine: String,
        /// The limit that passed.
        limit: Duration,
    },
    /// The engine answered with an error.
    Failed {
        /// The engine.
        engine: String,
        /// The engine's own words, and what to do if that is known.
        why: Advice,
    },
    /// The engine's answer is not sound.
    Unusable {
        /// The engine.
        engine: String,
        /// What was to be said.
        text: String,
        /// What is wrong with the answer.
        why: Advice,
    },
    /// There is a word in letters that it does not have.
    Unsayable {
        /// The engine.
        engine: String,
        /// The word.
        word: script::Unsayable,
    },
}

impl SpeechError {
    /// That `engine` answered with an error.
    pub fn failed(engine: impl Into<String>, why: impl Into<Advice>) -> Self {
        Self::Failed { engine: engine.into(), why: why.into() }
    }
}

impl Advise for SpeechError {
    fn advice(&self) -> Advice {
        match self {
            Self::NotInstalled { engine, install } => {
                Advice::new(format!("{engine} is not installed"), install)
            }
            Self::TimedOut { engine, limit } => {
                Advice::new(format!("{engine} did not answer within {limit:.1?}"), CHECK_IT)
            }
            Self::Failed { engine, why } => {
                why.clone().about(|problem| format!("{engine} failed: {problem}"))
            }
            Self::Unusable { engine, text, why } => why
                .clone()
                .about(|problem| format!("{engine} gave no usable sound for \"{text}\": {problem}")),
            Self::Unsayable { engine, word } => format!("{engine} can't say {word}").into(),
        }
    }
}

advised!(SpeechError);

/// What to do about an engine that hangs.
const CHECK_IT: &str = "check it, or choose another --voice";
