//! Lines of a stream that comes in pieces. No more than the longest line is ever kept, and which pieces it came in does
//! not matter.

use std::io;

/// Longer lines are not requests or answers.
pub(crate) const MAX_LINE: usize = 4096;

/// The bytes that have come and are no whole line yet.
#[derive(Debug, Default)]
pub(crate) struct Lines(Vec<u8>);

impl Lines {
    /// Takes bytes that came.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Ends the last line, whose line feed is missing; false when there is none.
    pub(crate) fn end(&mut self) -> bool {
        let is_open = !self.0.is_empty();
        if is_open {
            self.0.push(b'\n');
        }
        is_open
    }

    /// The next line; `None` while it is not whole.
    ///
    /// # Errors
    /// When it is longer than a line may be.
    pub(crate) fn next(&mut self) -> io::Result<Option<String>> {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(self.0.len()) > MAX_LINE {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(end.map(|end| {
            let line: Vec<u8> = self.0.drain(..=end).collect();
            String::from_utf8_lossy(&line[..end]).into_owned()
        }))
    }
}
