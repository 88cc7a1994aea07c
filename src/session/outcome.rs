//! How a session ended, why it did not play to its end, and what went wrong on the way.

use std::sync::{Arc, Mutex, PoisonError};

use crate::catalogue::{CatalogueError, Source};
use crate::diagnostic::Diagnostic;
use crate::output::OutputError;
use crate::output::file::FileError;
use crate::sounds::SoundError;
use crate::speech::SpeechError;
use crate::speech::voices::VoiceError;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It played to its end.
    Played,
    /// It was asked to stop, and it faded out.
    Stopped,
}

/// The outcome of a session that was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub finish: Finish,
    /// A sentence for each thing that differed from what was asked for.
    pub warnings: Vec<String>,
}

/// What kept a session from beginning, or from its end.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is no such routine, or the config can't be read.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The routine or the config has mistakes.
    #[error("there are mistakes in {}", .0.path)]
    Mistakes(Box<Source>, Vec<Diagnostic>),
    /// A session that was cut short has no place in this routine any more.
    #[error("{0}")]
    Place(String),
    /// The ambience that was asked for.
    #[error(transparent)]
    Ambience(SoundError),
    /// No voice is to be had.
    #[error(transparent)]
    Voice(#[from] VoiceError),
    /// No voice could be recorded to the end; every reason, with its place.
    #[error("no voice can say all of this routine: {0}")]
    Unsaid(String),
    /// The voice, before anything was heard.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The voice, in the middle of the session.
    #[error("the voice was lost in the middle of the session: {0}")]
    VoiceLost(SpeechError),
    /// The ambience or a chime, when it was to be heard.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The output.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file was to go on until morning.
    #[error(
        "a file has an end, so `--until-morning` is only for playing; use `--sleep-timer 1h`, for example"
    )]
    Endless,
    /// The file that it was to be rendered to.
    #[error(transparent)]
    Written(#[from] FileError),
    /// Nobody waits for it any more.
    #[error("{0}")]
    GivenUp(String),
}

/// Sentences for the end of a session, each one once: a part that is played again has the same problems.
#[derive(Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub(crate) fn add(&self, more: impl IntoIterator<Item = String>) {
        let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for warning in more {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
