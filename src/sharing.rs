//! Rendered sessions for a phone: what a folder of them holds, a podcast feed, a page that plays them, and a server. All is
//! read from the files themselves, so a folder that was copied elsewhere is offered as it is.

pub mod feed;
pub(crate) mod label;
pub mod page;
#[cfg(feature = "serve")]
pub mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::output::format::{FORMATS, Format};
use label::Label;

/// The ending of a file of chapters (Podcasting 2.0), after the session's name.
pub const CHAPTERS: &str = ".chapters.json";
/// The ending of a cover.
pub const COVER: &str = ".png";

/// What it means that a session is neither M4A nor MP3, and what to do.
pub const FEW_PLAYERS: &str = "iPhones play Opus since iOS 18.4 only, and several podcast apps don't at all; with ffmpeg \
     (Debian's package `ffmpeg`), `supine render --all --feed` makes M4A as well, which every phone plays";

/// A session that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The name of its files without their ending: `bedtime-back`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// The language of its words, as a BCP 47 tag; empty when it is unknown.
    pub language: String,
    /// Its length in seconds.
    pub seconds: f64,
    /// Where its chapters begin, in seconds, and their names.
    pub chapters: Vec<(f64, String)>,
    /// Its cover, of any format.
    pub cover: Option<Vec<u8>>,
    /// When its newest file was written.
    pub published: SystemTime,
    /// Its files, the one that most players understand first.
    pub files: Vec<Sound>,
}

impl Offer {
    /// Its cover, if it is of the format that its name says. Those of supine are.
    pub fn png(&self) -> Option<&[u8]> {
        self.cover.as_deref().filter(|cover| cover.starts_with(b"\x89PNG"))
    }

    /// Whether every phone and podcast app plays it.
    pub fn plays_everywhere(&self) -> bool {
        self.files.first().is_some_and(|file| matches!(file.format, Format::M4a | Format::M4b | Format::Mp3))
    }
}

/// A sound file of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Its name.
    pub name: String,
    /// Its format.
    pub format: Format,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Sound {
    /// Its media type.
    pub fn media_type(&self) -> &'static str {
        media_type(self.format)
    }
}

/// The media type of a format, as podcast apps and browsers know it.
pub fn media_type(format: Format) -> &'static str {
    match format {
        Format::M4a | Format::M4b => "audio/mp4",
        Format::Mp3 => "audio/mpeg",
        Format::Opus => "audio/ogg",
        Format::Flac => "audio/flac",
        Format::Wav => "audio/wav",
    }
}

/// How widely a format is understood: Safari plays Ogg Opus since iOS 18.4 only, and several podcast apps do not.
fn rank(format: Format) -> usize {
    const BEST_FIRST: [Format; 6] =
        [Format::M4a, Format::M4b, Format::Mp3, Format::Opus, Format::Flac, Format::Wav];
    BEST_FIRST.iter().position(|known| *known == format).unwrap_or(FORMATS.len())
}

/// The files of a session, and when each was written.
type Files = Vec<(Sound, PathBuf, SystemTime)>;

/// The sessions in a folder, by their names. Links, hidden files and files of other kinds are passed over.
///
/// # Errors
/// When the folder can't be read.
pub fn offers(folder: &Path) -> io::Result<Vec<Offer>> {
    Ok(sessions(folder)?.into_iter().map(|(name, files)| offer(name, files)).collect())
}

/// The session of this name, if there is one: the files of the others are not opened.
///
/// # Errors
/// When the folder can't be read.
pub fn offer_of(folder: &Path, name: &str) -> io::Result<Option<Offer>> {
    Ok(sessions(folder)?.remove_entry(name).map(|(name, files)| offer(name, files)))
}

fn sessions(folder: &Path) -> io::Result<BTreeMap<String, Files>> {
    let mut sessions: BTreeMap<String, Files> = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let Some(format) = offered(&name) else { continue };
        // Not what a link leads to: it may lead out of the folder.
        // It may be gone meanwhile.
        let Ok(about) = entry.metadata() else { continue };
        if !about.is_file() {
            continue;
        }
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let written = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let sound = Sound { name, format, bytes: about.len() };
        sessions.entry(stem).or_default().push((sound, entry.path(), written));
    }
    Ok(sessions)
}

/// The format of a file that is offered by its name; `None` for what is not offered.
pub fn offered(name: &str) -> Option<Format> {
    let is_plain = !name.starts_with('.') && !name.contains(['/', '\\', '\0']);
    let (_, ending) = name.rsplit_once('.').filter(|_| is_plain)?;
    Format::of_word(ending)
}

fn offer(name: String, mut files: Files) -> Offer {
    files.sort_by_key(|(sound, ..)| rank(sound.format));
    let published = files.iter().map(|(.., written)| *written).max().unwrap_or(SystemTime::UNIX_EPOCH);
    // What the first one lacks, another may have.
    let label = files.iter().fold(Label::default(), |label, (sound, path, _)| {
        if label.is_whole() { label } else { label.or(Label::read(path, sound.format)) }
    });
    Offer {
        title: if label.title.is_empty() { name.clone() } else { label.title },
        summary: label.summary,
        language: label.language,
        seconds: label.seconds,
        chapters: label.chapters,
        cover: label.cover,
        published,
        files: files.into_iter().map(|(sound, ..)| sound).collect(),
        name,
    }
}
