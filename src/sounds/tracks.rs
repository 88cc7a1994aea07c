//! Decoding one sound file into stereo frames.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use rodio::{Decoder, Source};

use super::SoundError;
use crate::units::{Frame, SampleRate};

type Samples = Box<dyn Iterator<Item = f32> + Send>;

/// The frames of one file at its own rate. A mono file is played on both sides; of more than two
/// channels the first two are taken.
pub struct TrackReader {
    samples: Samples,
    channels: usize,
    rate: SampleRate,
}

impl TrackReader {
    /// Opens a file.
    ///
    /// # Errors
    /// When it can't be read or decoded.
    pub fn open_file(path: &Path) -> Result<Self, SoundError> {
        let unreadable = |error| SoundError::Unreadable { path: path.to_owned(), error };
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        Self::open(&path.display().to_string(), BufReader::new(file), length)
    }

    /// Opens a file that is to be looped.
    ///
    /// # Errors
    /// When it can't be read or decoded, or is shorter than half a second.
    pub fn open_loop(path: &Path) -> Result<Self, SoundError> {
        let probe = Self::open_file(path)?;
        let wanted = probe.rate().hz() as usize / 2;
        if probe.take(wanted).count() < wanted {
            return Err(SoundError::Undecodable {
                name: path.display().to_string(),
                problem: "it is shorter than half a second".to_owned(),
            });
        }
        Self::open_file(path)
    }

    /// Opens a file in memory, called `name` in messages.
    ///
    /// # Errors
    /// When it can't be decoded.
    pub fn open_bytes(name: &str, bytes: &'static [u8]) -> Result<Self, SoundError> {
        Self::open(name, Cursor::new(bytes), bytes.len() as u64)
    }

    fn open<R>(name: &str, data: R, length: u64) -> Result<Self, SoundError>
    where
        R: Read + Seek + Send + Sync + 'static,
    {
        let undecodable = |problem: String| SoundError::Undecodable { name: name.to_owned(), problem };
        let decoder = Decoder::builder()
            .with_data(data)
            .with_byte_len(length)
            .with_gapless(true)
            .build()
            .map_err(|error| undecodable(error.to_string().trim_end_matches('.').to_owned()))?;
        let channels = usize::from(decoder.channels().get());
        let rate = SampleRate::new(decoder.sample_rate().get());
        let mut samples: Samples = Box::new(decoder);
        let first = samples.next().ok_or_else(|| undecodable("it holds no sound".to_owned()))?;
        Ok(Self {
            samples: Box::new(std::iter::once(first).chain(samples)),
            channels,
            rate: rate.ok_or_else(|| undecodable("it has no sample rate".to_owned()))?,
        })
    }

    /// The file's rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }
}

impl Iterator for TrackReader {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let left = self.samples.next()?;
        if self.channels == 1 {
            return Some([left, left]);
        }
        let right = self.samples.next()?;
        for _ in 2..self.channels {
            self.samples.next();
        }
        Some([left, right])
    }
}
