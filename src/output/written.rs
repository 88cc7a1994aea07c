//! Files beside the sound: the transcript of a session, and what the files of a folder were rendered from, so that a
//! second run leaves alone what would be the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::description::Description;
use super::file::FileError;
use crate::score::Score;
use crate::score::transcript::{plain_text, webvtt};
use crate::whole_file::{self, Manner, Refusal, WholeFile};

/// The name of an unfinished file: its prefix and suffix.
const PART: Manner = Manner { prefix: ".supine-", suffix: ".part", is_private: false, is_durable: false };
/// The file that says what the others in a folder were rendered from.
const RECORD: &str = ".supine.json";

/// A file that gets the words of a session.
#[derive(Debug)]
pub struct Transcript {
    path: PathBuf,
    has_times: bool,
    file: WholeFile,
}

impl Transcript {
    /// A transcript at `path`: with times (WebVTT) when it ends in .vtt, and as plain text when it ends in .txt.
    ///
    /// # Errors
    /// When it has another ending, or nothing can be written there.
    pub fn at(path: &Path) -> Result<Self, FileError> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let has_times = match ending.as_deref() {
            Some("vtt") => true,
            Some("txt") => false,
            _ => {
                let why = "a transcript is a .vtt or a .txt".to_owned();
                let help = format!("name it {}", path.with_extension("vtt").display());
                return Err(FileError::OtherFormat { path: path.to_owned(), why, help });
            }
        };
        let refused = |refusal| FileError::Unwritable { path: path.to_owned(), refusal };
        let file = whole_file::target(path).and_then(|target| target.begin(PART)).map_err(refused)?;
        Ok(Self { path: path.to_owned(), has_times, file })
    }

    /// Writes the words of a session, completely or not at all.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(mut self, score: &Score, about: &Description) -> Result<(), FileError> {
        let text = match self.has_times {
            true => webvtt(score, &about.title),
            false => plain_text(score, &about.title, &about.chapters),
        };
        let refused = |refusal| FileError::Unwritable { path: self.path.clone(), refusal };
        std::io::Write::write_all(&mut self.file, text.as_bytes()).map_err(|error| refused(error.into()))?;
        self.file.finish().map_err(refused)
    }
}

/// What the files of a folder were rendered from.
#[derive(Debug)]
pub struct Rendered {
    folder: PathBuf,
    files: BTreeMap<String, Entry>,
}

/// A file as it was when it was finished.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Entry {
    /// A hash of all that it was rendered from.
    from: String,
    bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    changed: u128,
}

impl Entry {
    fn of(path: &Path, from: &str) -> Option<Self> {
        let data = std::fs::metadata(path).ok()?;
        let changed = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { from: from.to_owned(), bytes: data.len(), changed })
    }
}

impl Rendered {
    /// What is known of a folder; nothing, if the record can't be read: then all is rendered again.
    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read(folder.join(RECORD)).unwrap_or_default();
        let files = serde_json::from_slice(&text).unwrap_or_default();
        Self { folder: folder.to_owned(), files }
    }

    /// Whether the file of this name is there, as it was rendered from the same.
    pub fn has(&self, name: &str, from: &str) -> bool {
        let now = Entry::of(&self.folder.join(name), from);
        now.is_some() && self.files.get(name) == now.as_ref()
    }

    /// Whether nothing is lost when the file of this name is replaced: there is none, or it is as it was noted.
    pub fn may_replace(&self, name: &str) -> bool {
        let path = self.folder.join(name);
        let is_noted = |known: &Entry| Entry::of(&path, &known.from).as_ref() == Some(known);
        std::fs::symlink_metadata(&path).is_err() || self.files.get(name).is_some_and(is_noted)
    }

    /// Notes what the finished file of this name was rendered from.
    ///
    /// # Errors
    /// When the record can't be written.
    pub fn note(&mut self, name: &str, from: &str) -> Result<(), Refusal> {
        if let Some(entry) = Entry::of(&self.folder.join(name), from) {
            self.files.insert(name.to_owned(), entry);
        }
        let text = serde_json::to_vec_pretty(&self.files).map_err(std::io::Error::from)?;
        whole_file::target(&self.folder.join(RECORD))?.write(&text, PART)
    }
}
