//! The source that a decoder reads from: a file with a repaired header, and a limit on reading without
//! sound.

use std::io::{Error, Read, Result, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use symphonia::core::io::MediaSource;

/// The most bytes that a decoder may read before it finds sound. In some files, pictures of several
/// megabytes come first.
const PATIENCE: u64 = 64 << 20;
/// The most bytes between two pieces of sound: a file without sound for longer has ended.
const BETWEEN: u64 = 4 << 20;

/// The number of bytes that may still be read before there must be sound.
#[derive(Clone)]
pub(crate) struct Patience(Arc<AtomicU64>);

impl Patience {
    /// The limit at the beginning of a file.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(PATIENCE)))
    }

    /// Resets the limit, because sound was found.
    pub(crate) fn restore(&self) {
        self.0.store(BETWEEN, Ordering::Relaxed);
    }

    /// Resets the limit, because of a seek.
    pub(crate) fn renew(&self) {
        self.0.store(PATIENCE, Ordering::Relaxed);
    }
}

/// A source that gives up when its [`Patience`] runs out.
pub(crate) struct Watched<R> {
    source: R,
    length: u64,
    patience: Patience,
}

impl<R> Watched<R> {
    /// Limits reading from a source of `length` bytes.
    pub(crate) fn new(source: R, length: u64, patience: Patience) -> Self {
        Self { source, length, patience }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let left = &self.patience.0;
        let allowed = left.load(Ordering::Relaxed).min(out.len() as u64) as usize;
        if allowed == 0 && !out.is_empty() {
            return Err(Error::other("there is no sound in megabytes of it"));
        }
        let got = self.source.read(&mut out[..allowed])?;
        // Only this reader subtracts from it.
        left.fetch_sub(got as u64, Ordering::Relaxed);
        Ok(got)
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.source.seek(to)
    }
}

impl<R: Read + Seek + Send + Sync> MediaSource for Watched<R> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}

/// A new header, followed by part of a file.
pub(crate) struct Spliced<R> {
    head: Vec<u8>,
    file: R,
    /// The start and the length of that part.
    start: u64,
    length: u64,
    position: u64,
}

impl<R: Read + Seek> Spliced<R> {
    /// `head`, then `length` bytes of `file` from `start` on.
    pub(crate) fn new(head: Vec<u8>, file: R, start: u64, length: u64) -> Self {
        Self { head, file, start, length, position: 0 }
    }

    /// The total length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.head.len() as u64 + self.length
    }
}

impl<R: Read + Seek> Read for Spliced<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let head = self.head.len() as u64;
        let got = if self.position < head {
            (&self.head[self.position as usize..]).read(out)?
        } else {
            let place = self.position - head;
            let left = self.length.saturating_sub(place);
            let wanted = left.min(out.len() as u64) as usize;
            self.file.seek(SeekFrom::Start(self.start + place))?;
            self.file.read(&mut out[..wanted])?
        };
        self.position += got as u64;
        Ok(got)
    }
}

impl<R: Read + Seek> Seek for Spliced<R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let to = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = to.ok_or_else(|| Error::other("a place before the beginning"))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_spliced_file_reads_and_seeks_as_one() {
        let mut spliced = Spliced::new(b"head".to_vec(), Cursor::new(b"0123456789".to_vec()), 3, 4);
        let mut text = String::new();
        spliced.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), spliced.len()), ("head3456", 8));
        assert_eq!(spliced.seek(SeekFrom::End(-3)).unwrap(), 5);
        let mut two = [0; 2];
        spliced.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"45");
        assert_eq!(spliced.seek(SeekFrom::Current(-7)).unwrap(), 0);
        assert!(spliced.seek(SeekFrom::Current(-1)).is_err());
        spliced.seek(SeekFrom::Start(100)).unwrap();
        assert_eq!(spliced.read(&mut two).unwrap(), 0, "nothing is behind the end");
    }

    #[test]
    fn a_source_without_sound_is_given_up_and_one_with_sound_never() {
        let patience = Patience::new();
        let mut endless = Watched::new(std::io::repeat(0), u64::MAX, patience.clone());
        let mut block = vec![0; 1 << 20];
        for _ in 0..200 {
            endless.read_exact(&mut block).unwrap();
            patience.restore();
        }
        let mut megabytes = || {
            std::iter::repeat_with(|| endless.read(&mut block)).take_while(Result::is_ok).take(100).count()
        };
        assert_eq!(megabytes(), 4);
        patience.renew();
        assert_eq!(megabytes(), 64);
    }
}
