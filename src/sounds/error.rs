//! The reasons why a sound can't be used.

use std::path::PathBuf;

use crate::advice::{Advice, Advise, CHECK_PATH, advised};

/// Why a sound can't be used.
#[derive(Debug)]
pub enum SoundError {
    /// Neither a built-in name nor a file.
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: std::io::Error,
    },
    /// The file is not sound that can be decoded.
    Undecodable {
        /// The file.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The file is something else than music.
    OtherKind {
        /// The file.
        name: String,
        /// What it is, with an article.
        kind: String,
        /// What to do with it.
        help: String,
    },
    /// A routine's own music is not in its folder.
    Outside(PathBuf),
    /// A folder without sound.
    Empty {
        /// The folder or playlist.
        path: PathBuf,
        /// What is there and can't be played, in brackets.
        why: String,
    },
}

impl Advise for SoundError {
    fn advice(&self) -> Advice {
        match self {
            Self::Unknown { name, help } => {
                Advice::new(format!("there is no ambience or file called `{name}`"), help)
            }
            Self::Unreadable { path, error } => {
                let problem = format!("can't read {}: {error}", path.display());
                Advice::new(problem, CHECK_PATH)
            }
            Self::Undecodable { name, problem } => {
                Advice::new(format!("can't play {name}: {problem}"), FORMATS)
            }
            Self::OtherKind { name, kind, help } => {
                Advice::new(format!("{name} is {kind}, and an ambience is music"), help)
            }
            Self::Outside(path) => {
                let problem = format!("{} leads out of the routine's folder", path.display());
                Advice::new(problem, "put the music itself beside the routine")
            }
            Self::Empty { path, why } => {
                let problem = format!("there is no sound to play in {}{why}", path.display());
                Advice::new(problem, "put music files there, or use `--ambience none`")
            }
        }
    }
}

advised!(SoundError);

/// What can be played.
const FORMATS: &str = "use a FLAC, WAV, AIFF, Ogg Vorbis, Opus, MP3 or M4A file";

impl SoundError {
    pub(super) fn undecodable(name: &str, problem: &str) -> Self {
        Self::Undecodable { name: name.to_owned(), problem: problem.to_owned() }
    }

    /// The problem, without the name and without advice.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Unreadable { error, .. } => error.to_string(),
            Self::Undecodable { problem, .. } => problem.clone(),
            Self::OtherKind { kind, .. } => format!("it is {kind}"),
            error => error.problem(),
        }
    }
}
