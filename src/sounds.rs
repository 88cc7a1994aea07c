//! Ambience and chimes: the built-in sounds, the listener's own, and their decoding. `soundscape` makes the
//! stream that the mixer reads.

mod codecs;
mod converter;
mod downmix;
mod error;
pub(crate) mod guard;
mod kind;
pub(crate) mod length;
mod level;
mod opus;
pub(crate) mod playlist;
pub mod search;
pub(crate) mod soundscape;
mod source;
pub(crate) mod synthesis;
mod tags;
pub(crate) mod tracks;
mod vorbis;
mod wav;

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::clip::{Clip, resampled};
use crate::diagnostic::nearest;
use crate::routine::Chime;
use crate::units::{Decibels, SampleRate};
pub(crate) use error::SoundError;
use search::{LeftOut, Search};
use tracks::TrackReader;

static SOUNDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sounds");

/// Integrated loudness of every built-in ambience in LUFS; a test measures it.
pub(crate) const BUILT_IN_LOUDNESS: Decibels = Decibels(-26.0);

/// A built-in sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Its name, as `--ambience` or a `sound` step takes it.
    pub name: &'static str,
    /// What it sounds like.
    pub about: &'static str,
}

/// The built-in ambiences. They are made while they play, and never come round.
pub const AMBIENCES: [BuiltIn; 9] = [
    BuiltIn { name: "ocean", about: "slow waves on a calm shore" },
    BuiltIn { name: "rain", about: "steady soft rain on leaves" },
    BuiltIn { name: "stream", about: "a small stream over stones" },
    BuiltIn { name: "wind", about: "a light wind, far away" },
    BuiltIn { name: "night", about: "a warm night with far crickets" },
    BuiltIn { name: "brown", about: "a deep, even rumble" },
    BuiltIn { name: "pink", about: "a soft, full rush" },
    BuiltIn { name: "pad", about: "low strings that swell and fall" },
    BuiltIn { name: "bowls", about: "singing bowls over their own hum" },
];

/// What a chime sounds like.
pub fn recording_of(chime: Chime) -> BuiltIn {
    match chime {
        Chime::Bowl => BuiltIn { name: chime.name(), about: "a soft singing bowl" },
    }
}

/// The encoded recording of a chime.
fn recorded(chime: Chime) -> &'static [u8] {
    // There is a file for each; a test decodes it.
    SOUNDS.get_file(format!("{}.ogg", chime.name())).map_or(&[], |file| file.contents())
}

/// A soft tone that acknowledges a request: a fifth, struck gently, as far below speech at `loudness`
/// (LUFS) as the open ambience.
pub(crate) fn tone(loudness: Decibels, rate: SampleRate) -> Clip {
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

/// The ambience of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmbienceChoice {
    /// Silence.
    None,
    /// A built-in ambience.
    BuiltIn(BuiltIn),
    /// The listener's own files, in the order of play, repeated for ever.
    Files(Vec<PathBuf>),
}

/// An ambience, and the files left out of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The sound to play.
    pub choice: AmbienceChoice,
    /// Entries of the folder or the playlist that seem to be sound but can't be played.
    pub left_out: Vec<LeftOut>,
}

impl Found {
    /// The files left out, as one line without a full stop.
    pub(crate) fn left_out_line(&self) -> Option<String> {
        let first = self.left_out.first()?;
        let more = match self.left_out.len() {
            1 => String::new(),
            n => format!(", and {} more", n - 1),
        };
        Some(format!("left out what can't be played: {} ({}){more}", first.name, first.why))
    }
}

impl From<AmbienceChoice> for Found {
    fn from(choice: AmbienceChoice) -> Self {
        Self { choice, left_out: Vec::new() }
    }
}

impl AmbienceChoice {
    /// Finds the sound that `name` means: `none`, a built-in name, a file, a folder of files, or a
    /// playlist. A relative path starts at `folder`.
    ///
    /// # Errors
    /// When it does not exist or can't be decoded.
    pub(crate) fn find(name: impl AsRef<Path>, folder: &Path) -> Result<Found, SoundError> {
        find(name.as_ref(), folder, Search::new(None))
    }

    /// Finds the sound that `name` means to a routine in `folder`. Nothing outside the folder can be
    /// reached, neither by a link nor through a playlist.
    ///
    /// # Errors
    /// When it does not exist, can't be decoded, or lies outside the folder.
    pub fn find_within(name: impl AsRef<Path>, folder: &Path) -> Result<Found, SoundError> {
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        // If the folder can't be read, nothing is found in it below.
        let within = here.canonicalize().unwrap_or_else(|_| here.to_owned());
        find(name.as_ref(), folder, Search::new(Some(within)))
    }
}

fn find(name: &Path, folder: &Path, mut search: Search) -> Result<Found, SoundError> {
    if name == Path::new("none") {
        return Ok(AmbienceChoice::None.into());
    }
    if let Some(built_in) = AMBIENCES.iter().find(|built_in| name == Path::new(built_in.name)) {
        return Ok(AmbienceChoice::BuiltIn(*built_in).into());
    }
    let path = folder.join(name);
    let unreadable = |error| SoundError::Unreadable { path: path.clone(), error };
    let is_folder = match std::fs::metadata(&path) {
        Ok(about) => about.is_dir(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(unknown(&name.to_string_lossy()));
        }
        Err(error) => return Err(unreadable(error)),
    };
    if !search.may_be(&path) {
        return Err(SoundError::Outside(path));
    }
    if is_folder {
        search.folder(&path)?;
    } else if playlist::is_playlist(&path) {
        search.playlist(&path)?;
    } else {
        TrackReader::open_loop(&path)?;
        return Ok(AmbienceChoice::Files(vec![path]).into());
    }
    let (files, left_out) = search.played();
    if files.is_empty() {
        let why = left_out.first().map(|first| format!(" ({}: {})", first.name, first.why));
        return Err(SoundError::Empty { path, why: why.unwrap_or_default() });
    }
    Ok(Found { choice: AmbienceChoice::Files(files), left_out })
}

fn unknown(name: &str) -> SoundError {
    let names = AMBIENCES.iter().map(|built_in| built_in.name);
    let help = match nearest(name, names.clone()) {
        Some(near) => format!("did you mean `{near}`? `supine sounds` lists what is built in"),
        None => format!(
            "use none, {}, or the path of a music file, a folder or a playlist",
            names.collect::<Vec<_>>().join(", ")
        ),
    };
    SoundError::Unknown { name: name.to_owned(), help }
}

/// A chime at the session's rate, `gain` louder than its recording.
///
/// # Errors
/// When it can't be decoded.
pub(crate) fn chime(chime: Chime, gain: Decibels, rate: SampleRate) -> Result<Clip, SoundError> {
    let mut reader = TrackReader::open_bytes(chime.name(), recorded(chime))?;
    let frames: Vec<_> = reader.by_ref().collect();
    let channel = |channel: usize| {
        let samples: Vec<f32> = frames.iter().map(|frame| frame[channel] * gain.amplitude()).collect();
        resampled(&samples, reader.rate(), rate)
            .map_err(|problem| SoundError::Undecodable { name: chime.name().to_owned(), problem })
    };
    let (left, right) = (channel(0)?, channel(1)?);
    Ok(Clip::stereo(left.into_iter().zip(right).map(|(l, r)| [l, r]).collect()))
}
