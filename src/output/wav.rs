//! WAV: 24 bits, stereo. The header comes first and is exact, so a stream has the right length as well.

use super::description::Description;
use super::encoder::{Encoder, Loudness};
use super::file::{Destination, FileError};
use super::pcm;
use super::sink::Sink;
use crate::score::Score;
use crate::units::{Frame, Frames, SampleRate};

/// The size of a frame in bytes: two channels of 24 bits.
const FRAME_BYTES: u64 = 6;

/// Writes WAV to a destination.
pub struct Wav {
    out: Sink,
    /// The frames that are being written, as bytes.
    bytes: Vec<u8>,
}

impl Wav {
    /// A WAV writer that has not begun.
    pub fn new(destination: Destination) -> Self {
        Self { out: Sink::new(destination), bytes: Vec::new() }
    }
}

impl Encoder for Wav {
    fn begin(&mut self, score: &Score, _about: &Description) -> Result<(), FileError> {
        self.out.begin(score.rate);
        let header = match header(score.length, score.rate) {
            Ok(header) => header,
            Err(endless) if self.out.is_stream() => endless,
            Err(_) => {
                return Err(FileError::TooLong { hours: score.length.to_seconds(score.rate) / 3600.0 });
            }
        };
        self.out.write(&header)
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        pcm::bytes(frames, &mut self.bytes);
        self.out.write(&self.bytes)?;
        self.out.advance(frames.len());
        Ok(())
    }

    fn wants_loudness(&self) -> bool {
        false
    }

    fn finish(&mut self, _loudness: Option<Loudness>) -> Result<(), FileError> {
        self.out.finish()
    }
}

/// The bytes before the samples.
///
/// # Errors
/// When the length is too large for WAV: a header for a stream without an end.
fn header(length: Frames, rate: SampleRate) -> Result<Vec<u8>, Vec<u8>> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate.hz(),
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut header = spec.into_header_for_infinite_file();
    let data = length.0.saturating_mul(FRAME_BYTES);
    // The first length counts the bytes after it; the other one ends the header.
    let lengths = [(4, data.saturating_add(header.len() as u64 - 8)), (header.len() - 4, data)];
    for (place, bytes) in lengths {
        let Ok(bytes) = u32::try_from(bytes) else { return Err(spec.into_header_for_infinite_file()) };
        header[place..place + 4].copy_from_slice(&bytes.to_le_bytes());
    }
    Ok(header)
}
