//! The formats of sound files, and the endings that name them.

use std::ffi::OsStr;
use std::path::Path;

/// Extensions of sound files that the table of file types lacks.
const MORE_SOUND: [&str; 5] = ["ape", "tak", "tta", "w64", "wv"];

/// A format that a session can be rendered to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// 24 bits, without loss; nothing but the sound.
    Wav,
    /// Ogg Opus: small.
    Opus,
    /// FLAC: 24 bits, without loss.
    Flac,
    /// MP3, by another program.
    Mp3,
    /// AAC in MP4, by another program.
    M4a,
    /// The same for a player of audiobooks, which remembers the place.
    M4b,
}

/// All formats, in the order in which they are offered.
pub const FORMATS: [Format; 6] =
    [Format::Opus, Format::Flac, Format::Mp3, Format::M4a, Format::M4b, Format::Wav];

impl Format {
    /// The word for it, which is the ending of its files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Opus => "opus",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::M4b => "m4b",
        }
    }

    /// The format of a word or an ending.
    pub fn of_word(word: &str) -> Option<Self> {
        let word = if word.eq_ignore_ascii_case("wave") { "wav" } else { word };
        FORMATS.into_iter().find(|format| word.eq_ignore_ascii_case(format.word()))
    }

    /// Whether it can be written into a stream, whose beginning can't be changed any more.
    pub const fn streams(self) -> bool {
        matches!(self, Self::Wav | Self::Opus)
    }

    /// Whether it keeps every bit, so that it has no bitrate to choose.
    pub const fn is_lossless(self) -> bool {
        matches!(self, Self::Wav | Self::Flac)
    }

    /// Whether a file of this format may be called by the ending of `other`.
    pub(super) fn may_be_called(self, other: Self) -> bool {
        let is_mp4 = |format| matches!(format, Self::M4a | Self::M4b);
        self == other || (is_mp4(self) && is_mp4(other))
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Opus => "Opus",
            Self::Wav => "WAV",
            Self::Flac => "FLAC",
            Self::Mp3 => "MP3",
            Self::M4a | Self::M4b => "AAC",
        })
    }
}

/// What a file's name says about its format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A format that supine writes.
    Format(Format),
    /// Another one.
    Other {
        /// The ending.
        ending: String,
        /// Whether it is one of sound or video.
        is_sound: bool,
    },
    /// Nothing: an ending that belongs to no format, as in `bed.v2`, misleads nobody.
    Nothing,
}

impl Named {
    /// What the name at `path` says.
    pub(super) fn of(path: &Path) -> Self {
        let Some(ending) = path.extension().map(OsStr::to_string_lossy) else { return Self::Nothing };
        if let Some(format) = Format::of_word(&ending) {
            return Self::Format(format);
        }
        let known = mime_guess::from_ext(&ending).first_raw();
        let is_sound = MORE_SOUND.iter().any(|more| ending.eq_ignore_ascii_case(more))
            || known.is_some_and(|known| known.starts_with("audio/") || known.starts_with("video/"));
        match is_sound || known.is_some() {
            true => Self::Other { ending: ending.into_owned(), is_sound },
            false => Self::Nothing,
        }
    }
}
