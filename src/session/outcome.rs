//! How a session ended, what kept it from its end, and what went wrong on the way.

use std::sync::{Arc, Mutex, PoisonError};

use crate::output::OutputError;
use crate::sounds::SoundError;
use crate::speech::SpeechError;

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It played to its end.
    Played,
    /// It was asked to stop, and it faded out.
    Stopped,
}

/// What kept a session from its end.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The voice, before anything was heard.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The voice, in the middle of the session.
    #[error("the voice was lost in the middle of the session: {0}")]
    VoiceLost(SpeechError),
    /// The ambience or a chime.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The output.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Sentences for the end of a session, each once: a part that is played again has the same problems.
#[derive(Clone, Default)]
pub struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub fn add(&self, more: impl IntoIterator<Item = String>) {
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for warning in more {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
