//! How a session ended, why it did not play to its end, and what went wrong on the way.

use std::sync::{Arc, Mutex, PoisonError};

use crate::advice::{Advice, Advise, advised};
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
#[derive(Debug)]
pub enum SessionError {
    /// There is no such routine, or the config can't be read.
    Catalogue(CatalogueError),
    /// The routine or the config has mistakes.
    Mistakes(Box<Source>, Vec<Diagnostic>),
    /// A session that was cut short has no place in this routine any more.
    Place(Advice),
    /// The ambience that was asked for.
    Ambience(SoundError),
    /// No voice is to be had.
    Voice(VoiceError),
    /// No voice could be recorded to the end; every reason, with its place.
    Unsaid(Vec<Advice>),
    /// The voice, before anything was heard.
    Speech(SpeechError),
    /// The voice, in the middle of the session.
    VoiceLost(SpeechError),
    /// The ambience or a chime, when it was to be heard.
    Sound(SoundError),
    /// The output.
    Output(OutputError),
    /// A file was to go on until morning.
    Endless,
    /// The file that it was to be rendered to.
    Written(FileError),
    /// Nobody waits for it any more.
    GivenUp(Advice),
}

impl Advise for SessionError {
    fn advice(&self) -> Advice {
        match self {
            Self::Catalogue(error) => error.advice(),
            Self::Mistakes(source, _) => format!("there are mistakes in {}", source.path).into(),
            Self::Place(advice) | Self::GivenUp(advice) => advice.clone(),
            Self::Ambience(error) | Self::Sound(error) => error.advice(),
            Self::Voice(error) => error.advice(),
            Self::Unsaid(reasons) => Advice::list("no voice can say all of this routine: ", reasons),
            Self::Speech(error) => error.advice(),
            Self::VoiceLost(error) => error
                .advice()
                .about(|problem| format!("the voice was lost in the middle of the session: {problem}")),
            Self::Output(error) => error.advice(),
            Self::Endless => Advice::new(
                "a file has an end, so `--until-morning` is only for playing",
                "use `--sleep-timer 1h`, for example",
            ),
            Self::Written(error) => error.advice(),
        }
    }
}

advised!(
    SessionError,
    Catalogue(CatalogueError),
    Voice(VoiceError),
    Speech(SpeechError),
    Sound(SoundError),
    Output(OutputError),
    Written(FileError)
);

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
