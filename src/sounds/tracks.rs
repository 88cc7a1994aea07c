//! Decoding one sound file into stereo frames.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::Time;
use symphonia::default::get_probe;

use super::SoundError;
use super::codecs::{choose, words};
use super::downmix::{mix, placed, shares};
use super::guard::guarded;
use super::kind::{self, HEAD};
use super::length::length_of;
use super::source::{Patience, Watched};
use super::tags::Tags;
use super::wav::Wav;
use crate::units::{Decibels, Frame, Frames, SampleRate, is_sample};

/// The sample rates of music, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 2_000..=768_000;
/// The shortest file that can be looped.
const SHORTEST: Duration = Duration::from_millis(500);
/// The most packets without sound in a row; after that, the file has ended.
const WITHOUT_SOUND: usize = 10_000;

/// The frames of one file at its own rate, with all channels mixed into two (see
/// [`downmix`](super::downmix)).
pub(crate) struct TrackReader {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    rate: SampleRate,
    tags: Tags,
    /// The layout of the channels, if the decoder does not give it.
    layout: Option<Position>,
    patience: Patience,
    /// How the last decoded packet is mixed.
    shares: (Channels, Vec<Frame>),
    planes: Vec<Vec<f32>>,
    frames: Vec<Frame>,
    place: usize,
    /// Why the sound ended before the file did.
    problem: Option<String>,
    /// Whether its decoder has panicked.
    is_broken: bool,
}

/// The message for a file on which a decoder has panicked.
const BROKEN: &str = "it is broken";

impl TrackReader {
    /// Opens a file.
    ///
    /// # Errors
    /// When the file can't be read or decoded, or is not sound.
    pub(crate) fn open_file(path: &Path) -> Result<Self, SoundError> {
        let unreadable = |error| SoundError::Unreadable { path: path.to_owned(), error };
        let name = path.display().to_string();
        let undecodable = |problem: &str| SoundError::undecodable(&name, problem);
        // This comes before opening the file, since opening a pipe waits for a writer.
        let about = std::fs::metadata(path).map_err(unreadable)?;
        if let Some(kind) = kind::of_no_file(about.file_type()) {
            return Err(undecodable(&format!("it is {kind}, not a file")));
        }
        let length = about.len();
        if length == 0 {
            return Err(undecodable("it is empty"));
        }
        let mut file = File::open(path).map_err(unreadable)?;
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
        if let Some(other) = kind::other_than_sound(path, &head) {
            return Err(other);
        }
        let wav = Wav::read(&mut file, length).map_err(unreadable)?;
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let patience = Patience::new();
        let Some(wav) = wav else {
            let source = Watched::new(file, length, patience.clone());
            return Self::open(&name, Box::new(source), patience, None);
        };
        if wav.is_empty() {
            return Err(undecodable("it holds no sound"));
        }
        let layout = wav.layout;
        let file = wav.repaired(file);
        let length = file.len();
        let source = Watched::new(file, length, patience.clone());
        Self::open(&name, Box::new(source), patience, layout)
    }

    /// Opens a file to be looped.
    ///
    /// # Errors
    /// When the file can't be read or decoded, or is shorter than half a second.
    pub(crate) fn open_loop(path: &Path) -> Result<Self, SoundError> {
        let probe = Self::open_file(path)?;
        let wanted = Frames::at(SHORTEST, probe.rate()).0 as usize;
        if probe.take(wanted).count() < wanted {
            let name = path.display().to_string();
            return Err(SoundError::undecodable(&name, "it is shorter than half a second"));
        }
        Self::open_file(path)
    }

    /// Opens a file in memory, called `name` in messages.
    ///
    /// # Errors
    /// When the sound can't be decoded.
    pub(crate) fn open_bytes(name: &str, bytes: &'static [u8]) -> Result<Self, SoundError> {
        let patience = Patience::new();
        let source = Watched::new(Cursor::new(bytes), bytes.len() as u64, patience.clone());
        Self::open(name, Box::new(source), patience, None)
    }

    fn open(
        name: &str,
        source: Box<dyn MediaSource>,
        patience: Patience,
        layout: Option<Position>,
    ) -> Result<Self, SoundError> {
        let opened = guarded(|| Self::open_unguarded(name, source, patience, layout));
        opened.unwrap_or_else(|| Err(SoundError::undecodable(name, BROKEN)))
    }

    fn open_unguarded(
        name: &str,
        source: Box<dyn MediaSource>,
        patience: Patience,
        layout: Option<Position>,
    ) -> Result<Self, SoundError> {
        let undecodable = |problem: &str| SoundError::undecodable(name, problem);
        let stream = MediaSourceStream::new(source, Default::default());
        let mut format = get_probe()
            .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|error| undecodable(&words(&error)))?;
        let (track, decoder) = choose(format.tracks()).map_err(undecodable)?;
        let mut tags = Tags::default();
        // What stands before and behind the sound comes first, and what is inside last.
        let mut metadata = format.metadata();
        while let Some(revision) = metadata.current() {
            revision.media.tags.iter().for_each(|tag| tags.read(tag));
            if metadata.pop().is_none() {
                break;
            }
        }
        let mut reader = Self {
            format,
            decoder,
            track,
            rate: SampleRate::HZ_48000,
            layout: tags.layout.or(layout),
            tags,
            patience,
            shares: (Channels::None, Vec::new()),
            planes: Vec::new(),
            frames: Vec::new(),
            place: 0,
            problem: None,
            is_broken: false,
        };
        let Some(rate) = reader.more(None) else {
            let problem = reader.problem.as_deref().unwrap_or("it holds no sound");
            return Err(undecodable(problem));
        };
        let music = SampleRate::new(rate).filter(|rate| RATES.contains(&rate.hz()));
        reader.rate = music.ok_or_else(|| undecodable(&format!("its rate of {rate} Hz is no music's")))?;
        Ok(reader)
    }

    /// The file's rate.
    pub(crate) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The length, if the file gives it.
    pub(crate) fn length(&self) -> Option<Duration> {
        let track = self.format.tracks().iter().find(|track| track.id == self.track)?;
        length_of(track)
    }

    /// The loudness of the whole file in LUFS as it will be heard, according to its tags.
    pub(crate) fn tagged(&self) -> Option<Decibels> {
        // With more than two channels, a tag gives the loudness on as many loudspeakers.
        self.tags.loudness(self.shares.1.len())
    }

    /// Seeks to about this time; false if the file can't seek. Reading then goes on where it was.
    pub(crate) fn seek(&mut self, time: Duration) -> bool {
        let Some(time) = Time::try_from_secs_f64(time.as_secs_f64()).filter(|_| !self.is_broken) else {
            return false;
        };
        let to = SeekTo::Time { time, track_id: Some(self.track) };
        self.patience.renew();
        let sought = guarded(|| {
            let sought = self.format.seek(SeekMode::Coarse, to).is_ok();
            if sought {
                self.decoder.reset();
            }
            sought
        });
        self.is_broken = sought.is_none();
        let sought = sought == Some(true);
        if sought {
            self.place = self.frames.len();
        }
        sought
    }

    /// Why the sound ended, if the file could not be read to its end.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Decodes the next packet with sound at `rate`, or at any rate. Returns its rate in Hz, or `None` at
    /// the end.
    fn more(&mut self, rate: Option<u32>) -> Option<u32> {
        if self.is_broken {
            return None;
        }
        let more = guarded(|| self.decode(rate));
        if more.is_none() {
            self.is_broken = true;
            self.frames.clear();
            self.place = 0;
            self.problem = Some(BROKEN.to_owned());
        }
        more.flatten()
    }

    fn decode(&mut self, rate: Option<u32>) -> Option<u32> {
        self.frames.clear();
        self.place = 0;
        for _ in 0..WITHOUT_SOUND {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => packet,
                // Pictures between the sounds of a video do not end it.
                Ok(Some(_)) => {
                    self.patience.restore();
                    continue;
                }
                Ok(None) => return None,
                Err(Error::DecodeError(_)) => continue,
                // One Ogg file may contain several in a row; the next one has a track of its own.
                Err(Error::ResetRequired) => {
                    (self.track, self.decoder) = choose(self.format.tracks()).ok()?;
                    continue;
                }
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return None;
                }
                Err(error) => {
                    self.problem = Some(words(&error));
                    return None;
                }
            };
            match self.decoder.decode(&packet) {
                Ok(decoded) if decoded.frames() > 0 => {
                    let decoded_rate = decoded.spec().rate();
                    if rate.is_some_and(|rate| rate != decoded_rate) {
                        return None;
                    }
                    let channels = placed(decoded.spec().channels(), self.layout);
                    decoded.copy_to_vecs_planar(&mut self.planes);
                    if self.shares.0 != channels {
                        self.shares = (channels.clone(), shares(&channels));
                    }
                    mix(&self.planes, &self.shares.1, &mut self.frames);
                    self.patience.restore();
                    return Some(decoded_rate);
                }
                Ok(_) | Err(Error::DecodeError(_) | Error::IoError(_)) => {}
                Err(Error::ResetRequired) => self.decoder.reset(),
                Err(error) => {
                    self.problem = Some(words(&error));
                    return None;
                }
            }
        }
        None
    }
}

impl Iterator for TrackReader {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.place == self.frames.len() {
            self.more(Some(self.rate.hz()))?;
        }
        let frame = self.frames.get(self.place).copied();
        self.place += 1;
        frame.map(|frame| frame.map(|sample| if is_sample(sample) { sample } else { 0.0 }))
    }
}
