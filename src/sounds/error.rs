//! The reasons why a sound can't be used.

use std::path::PathBuf;

/// Why a sound can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// Neither a built-in name nor a file.
    #[error("there is no ambience or file called `{name}`; {help}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file can't be read.
    #[error("can't read {}: {error}; check the path and its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: std::io::Error,
    },
    /// The file is not sound that can be decoded.
    #[error("can't play {name}: {problem}; {help}", help = FORMATS)]
    Undecodable {
        /// The file.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The file is something else than music.
    #[error("{name} is {kind}, and an ambience is music; {help}")]
    OtherKind {
        /// The file.
        name: String,
        /// What it is, with an article.
        kind: String,
        /// What to do with it.
        help: String,
    },
    /// A routine's own music is not in its folder.
    #[error("{} leads out of the routine's folder; put the music itself beside the routine", .0.display())]
    Outside(PathBuf),
    /// A folder without sound.
    #[error("there is no sound to play in {}{why}; put music files there, or use `--ambience none`", path.display())]
    Empty {
        /// The folder or playlist.
        path: PathBuf,
        /// What is there and can't be played, in brackets.
        why: String,
    },
}

/// The formats that can be played.
const FORMATS: &str = "use a FLAC, WAV, AIFF, Ogg Vorbis, Opus, MP3 or M4A file";

impl SoundError {
    pub(super) fn undecodable(name: &str, problem: &str) -> Self {
        Self::Undecodable { name: name.to_owned(), problem: problem.to_owned() }
    }

    /// The problem, without the name and without advice.
    pub(super) fn problem(&self) -> String {
        match self {
            Self::Unreadable { error, .. } => error.to_string(),
            Self::Undecodable { problem, .. } => problem.clone(),
            Self::OtherKind { kind, .. } => format!("it is {kind}"),
            error => error.to_string(),
        }
    }
}
