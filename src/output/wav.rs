//! WAV: 24 bits, stereo. The header comes first and is exact, so a stream has the right length as well.

use std::io::{BufWriter, ErrorKind, Write};

use super::encoder::Encoder;
use super::file::{Destination, FileError};
use crate::score::Score;
use crate::units::{Frame, Frames, SampleRate};

/// The size of a frame in bytes: two channels of 24 bits.
const FRAME_BYTES: u64 = 6;
const FULL_SCALE: f32 = 8_388_607.0;
/// The size of the write buffer in bytes.
const BUFFER: usize = 1 << 18;

/// Writes WAV to a destination.
pub struct Wav {
    /// Taken when the file is finished.
    out: Option<BufWriter<Destination>>,
    done: Frames,
    rate: SampleRate,
    /// The frames that are being written, as bytes.
    bytes: Vec<u8>,
}

impl Wav {
    /// A WAV writer that has not begun.
    pub fn new(destination: Destination) -> Self {
        let out = Some(BufWriter::with_capacity(BUFFER, destination));
        Self { out, done: Frames::ZERO, rate: SampleRate::HZ_48000, bytes: Vec::new() }
    }

    /// Runs `write`, and adds to an error where it happened.
    fn written(
        &mut self,
        write: impl FnOnce(&mut BufWriter<Destination>) -> std::io::Result<()>,
    ) -> Result<(), FileError> {
        let (done, rate) = (self.done, self.rate);
        let Some(out) = &mut self.out else { return Ok(()) };
        write(out).map_err(|error| {
            let path = out.get_ref().path().to_owned();
            if error.kind() == ErrorKind::BrokenPipe && out.get_ref().is_stream() {
                FileError::Unread { path, done_s: done.to_seconds(rate) }
            } else {
                FileError::Unwritable { path, refusal: error.into() }
            }
        })
    }
}

impl Encoder for Wav {
    fn begin(&mut self, score: &Score) -> Result<(), FileError> {
        self.rate = score.rate;
        let is_stream = self.out.as_ref().is_some_and(|out| out.get_ref().is_stream());
        let header = match header(score.length, score.rate) {
            Ok(header) => header,
            Err(endless) if is_stream => endless,
            Err(_) => {
                return Err(FileError::TooLong { hours: score.length.to_seconds(score.rate) / 3600.0 });
            }
        };
        self.written(|out| out.write_all(&header))
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        for sample in frames.as_flattened() {
            let scaled = (sample.clamp(-1.0, 1.0) * FULL_SCALE).round() as i32;
            // The lowest three bytes are the number in 24 bits.
            let [low, middle, high, _] = scaled.to_le_bytes();
            bytes.extend([low, middle, high]);
        }
        let written = self.written(|out| out.write_all(&bytes));
        self.bytes = bytes;
        written?;
        self.done = self.done + Frames(frames.len() as u64);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), FileError> {
        self.written(BufWriter::flush)?;
        match self.out.take().map(BufWriter::into_parts) {
            Some((destination, _)) => destination.finish(),
            None => Ok(()),
        }
    }
}

impl Drop for Wav {
    /// Discards unwritten data of an unfinished file: closing a stream may block, and the file is removed.
    fn drop(&mut self) {
        drop(self.out.take().map(BufWriter::into_parts));
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
