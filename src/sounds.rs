//! Ambience and chimes: what is built in, what the listener brings, and how to decode it. What
//! the mixer reads is made in [`soundscape`].

pub mod soundscape;
mod tracks;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::clip::{Clip, resampled};
use crate::diagnostic::nearest;
use crate::units::{Decibels, SampleRate};
use tracks::TrackReader;

static SOUNDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sounds");

/// Integrated loudness of every built-in loop in LUFS, as `examples/soundscapes.rs` makes them;
/// a test measures it.
pub const BUILT_IN_LOUDNESS: Decibels = Decibels(-26.0);

/// A built-in sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name, as `--ambience` or a `sound` step takes it.
    pub name: &'static str,
    /// What it sounds like.
    pub about: &'static str,
    file: &'static str,
}

/// The built-in ambiences: seamless stereo loops at 48 kHz.
pub const AMBIENCES: [BuiltIn; 4] = [
    BuiltIn { name: "ocean", about: "slow waves on a calm shore", file: "ocean.ogg" },
    BuiltIn { name: "rain", about: "steady soft rain on leaves", file: "rain.ogg" },
    BuiltIn { name: "brown", about: "a deep, even rumble", file: "brown.ogg" },
    BuiltIn { name: "wind", about: "a light wind, far away", file: "wind.ogg" },
];

/// The built-in chimes.
pub const CHIMES: [BuiltIn; 1] = [BuiltIn { name: "bowl", about: "a soft singing bowl", file: "bowl.ogg" }];

/// The names of the chimes.
pub fn chime_names() -> Vec<&'static str> {
    CHIMES.iter().map(|chime| chime.name).collect()
}

impl BuiltIn {
    /// Its encoded bytes.
    pub fn bytes(&self) -> &'static [u8] {
        // Every file in the tables above is built in; a test decodes each.
        SOUNDS.get_file(self.file).map_or(&[], |file| file.contents())
    }
}

/// A soft tone that says "heard": a fifth, struck gently, as far below speech at `loudness` (LUFS) as
/// the open ambience is.
pub fn tone(loudness: Decibels, rate: SampleRate) -> Clip {
    const PITCHES_HZ: [f32; 2] = [392.0, 588.0];
    const LENGTH_S: f32 = 0.7;
    /// A sine at full scale on both sides has about 0 LUFS.
    const UNDER_SPEECH: Decibels = Decibels(-10.0);
    let hz = rate.hz() as f32;
    let peak = (loudness + UNDER_SPEECH).amplitude();
    let samples = (0..(LENGTH_S * hz) as usize).map(|n| {
        let t = n as f32 / hz;
        let rise = (t / 0.03).min(1.0);
        let shape = rise * rise * (-t * 6.0).exp() * (1.0 - t / LENGTH_S);
        let wave: f32 = PITCHES_HZ.iter().map(|pitch| (std::f32::consts::TAU * pitch * t).sin()).sum();
        peak * shape * wave / 2.0
    });
    Clip::mono(samples.collect())
}

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
    #[error("can't play {name}: {problem}; use a WAV, FLAC, Ogg Vorbis, MP3, M4A or AIFF file")]
    Undecodable {
        /// The file.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A folder without sound.
    #[error("there is no sound to play in {}; put music files there, or use `--ambience none`", .0.display())]
    EmptyFolder(PathBuf),
}

/// The ambience of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmbienceChoice {
    /// Silence.
    None,
    /// A built-in loop.
    BuiltIn(BuiltIn),
    /// The listener's own sound, in the order it is played, for ever.
    Files(Vec<PathBuf>),
}

impl AmbienceChoice {
    /// Finds what `name` means: `none`, a built-in name, a file, or a folder of files. A relative
    /// path starts at `folder`. The second value names files in a folder that seem to be sound and can't be
    /// played.
    ///
    /// # Errors
    /// When there is no such thing, or it can't be decoded.
    pub fn find(name: impl AsRef<OsStr>, folder: &Path) -> Result<(Self, Vec<PathBuf>), SoundError> {
        let name = name.as_ref();
        if name == "none" {
            return Ok((Self::None, Vec::new()));
        }
        if let Some(built_in) = AMBIENCES.iter().find(|built_in| built_in.name == name) {
            return Ok((Self::BuiltIn(*built_in), Vec::new()));
        }
        let path = folder.join(name);
        if path.is_dir() {
            return files_in(&path);
        }
        if !path.exists() {
            return Err(unknown(&name.to_string_lossy()));
        }
        TrackReader::open_loop(&path)?;
        Ok((Self::Files(vec![path]), Vec::new()))
    }
}

fn unknown(name: &str) -> SoundError {
    let names = AMBIENCES.iter().map(|built_in| built_in.name);
    let help = match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`? `supine sounds` lists what is built in"),
        None => format!(
            "use none, {}, or the path of a sound file or folder",
            names.collect::<Vec<_>>().join(", ")
        ),
    };
    SoundError::Unknown { name: name.to_owned(), help }
}

fn files_in(folder: &Path) -> Result<(AmbienceChoice, Vec<PathBuf>), SoundError> {
    let unreadable = |error| SoundError::Unreadable { path: folder.to_owned(), error };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_file() && !hidden {
            files.push(path);
        }
    }
    files.sort();
    let (sounds, mut others): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|path| TrackReader::open_loop(path).is_ok());
    others.retain(|path| !lies_beside_music(path));
    if sounds.is_empty() {
        return Err(SoundError::EmptyFolder(folder.to_owned()));
    }
    Ok((AmbienceChoice::Files(sounds), others))
}

/// Whether a file is by its name a picture or a text, such as a cover: nobody misses its sound.
fn lies_beside_music(path: &Path) -> bool {
    let kind = mime_guess::from_path(path).first_raw().unwrap_or_default();
    ["image/", "text/", "application/"].iter().any(|other| kind.starts_with(other))
}

/// A chime at the session's rate, `gain` louder than it was made.
///
/// # Errors
/// When there is no such chime or it can't be decoded.
pub fn chime(name: &str, gain: Decibels, rate: SampleRate) -> Result<Clip, SoundError> {
    let found = CHIMES.iter().find(|chime| chime.name == name);
    let built_in = found.ok_or_else(|| unknown(name))?;
    let mut reader = TrackReader::open_bytes(built_in.name, built_in.bytes())?;
    let frames: Vec<_> = reader.by_ref().collect();
    let channel = |channel: usize| {
        let samples: Vec<f32> = frames.iter().map(|frame| frame[channel] * gain.amplitude()).collect();
        resampled(&samples, reader.rate(), rate)
            .map_err(|problem| SoundError::Undecodable { name: name.to_owned(), problem })
    };
    let (left, right) = (channel(0)?, channel(1)?);
    Ok(Clip::stereo(left.into_iter().zip(right).map(|(l, r)| [l, r]).collect()))
}
