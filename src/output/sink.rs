//! What an encoder writes into: a destination with a buffer, whose errors say where they happened.

use std::io::{BufWriter, ErrorKind, Write};

use super::file::{Destination, FileError};
use crate::units::{Frames, SampleRate};

/// The size of the write buffer in bytes.
const BUFFER: usize = 1 << 18;

/// A destination with a buffer.
pub(super) struct Sink {
    /// Taken when the file is finished.
    out: Option<BufWriter<Destination>>,
    is_stream: bool,
    done: Frames,
    rate: SampleRate,
}

impl Sink {
    /// A sink for `destination`.
    pub(super) fn new(destination: Destination) -> Self {
        let is_stream = destination.is_stream();
        let out = Some(BufWriter::with_capacity(BUFFER, destination));
        Self { out, is_stream, done: Frames::ZERO, rate: SampleRate::HZ_48000 }
    }

    /// Begins sound of this rate.
    pub(super) fn begin(&mut self, rate: SampleRate) {
        self.rate = rate;
    }

    /// Whether it is a stream, which can't be changed once it is written.
    pub(super) fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// Notes that so many more frames are written.
    pub(super) fn advance(&mut self, frames: usize) {
        self.done = self.done + Frames(frames as u64);
    }

    /// The number of frames so far.
    pub(super) fn done(&self) -> Frames {
        self.done
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// When they can't be written.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.attempt(|out| out.write_all(bytes))
    }

    /// Lets the reader of a stream have what was written.
    ///
    /// # Errors
    /// When it can't be written.
    pub(super) fn hand_over(&mut self) -> Result<(), FileError> {
        if self.is_stream { self.attempt(BufWriter::flush) } else { Ok(()) }
    }

    /// Writes bytes over the beginning of a file.
    ///
    /// # Errors
    /// When they can't be written.
    pub(super) fn rewrite(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.attempt(|out| {
            out.flush()?;
            out.get_mut().rewrite(bytes)
        })
    }

    /// Completes the destination.
    ///
    /// # Errors
    /// When it can't be completed.
    pub(super) fn finish(&mut self) -> Result<(), FileError> {
        self.attempt(BufWriter::flush)?;
        match self.out.take().map(BufWriter::into_parts) {
            Some((destination, _)) => destination.finish(),
            None => Ok(()),
        }
    }

    /// Does something, and adds to an error where it happened.
    pub(super) fn attempt(
        &mut self,
        write: impl FnOnce(&mut BufWriter<Destination>) -> std::io::Result<()>,
    ) -> Result<(), FileError> {
        let (done, rate) = (self.done, self.rate);
        let Some(out) = &mut self.out else { return Ok(()) };
        write(out).map_err(|error| {
            let path = out.get_ref().path().to_owned();
            if error.kind() == ErrorKind::BrokenPipe && self.is_stream {
                FileError::Unread { path, done_s: done.to_seconds(rate) }
            } else {
                FileError::Unwritable { path, refusal: error.into() }
            }
        })
    }
}

impl Drop for Sink {
    /// Discards unwritten data of an unfinished file: closing a stream may block, and the file is removed.
    fn drop(&mut self) {
        drop(self.out.take().map(BufWriter::into_parts));
    }
}
