//! Recorded clips, in memory or in a file without a name, so that a session of any length takes as little memory as a
//! short one.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::clip::Clip;
use crate::units::Frames;

/// The size of a sample in bytes.
const SAMPLE: u64 = 2;

/// A file that the system removes by itself.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    end: AtomicU64,
}

/// A clip that was recorded.
#[derive(Clone, Debug)]
pub(crate) enum Kept {
    /// In memory.
    Here(Arc<Clip>),
    /// In a file.
    Spooled {
        /// The file.
        spool: Arc<Spool>,
        /// Its first byte there.
        place: u64,
        /// The number of its frames.
        frames: Frames,
        /// What its samples are multiples of.
        step: f32,
        /// Where its sound begins.
        onset: Frames,
    },
}

impl Spool {
    /// An empty file in the system's folder for such files.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, end: AtomicU64::new(0) })
    }

    /// Keeps a clip: in the file, or in memory when there is no room, or when it is no voice.
    pub(crate) fn keep(self: &Arc<Self>, clip: Clip) -> Kept {
        let Some((samples, step)) = clip.as_voice() else { return Kept::here(clip) };
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        let place = self.end.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        match self.file.write_all_at(&bytes, place) {
            Ok(()) => {
                let (frames, onset) = (clip.frames(), clip.onset());
                Kept::Spooled { spool: Arc::clone(self), place, frames, step, onset }
            }
            Err(_) => Kept::here(clip),
        }
    }
}

impl Kept {
    /// A clip that stays in memory.
    pub(crate) fn here(clip: Clip) -> Self {
        Self::Here(Arc::new(clip))
    }

    /// The length from its onset to its last frame.
    pub(crate) fn length(&self) -> Frames {
        match self {
            Self::Here(clip) => clip.length(),
            Self::Spooled { frames, onset, .. } => frames.saturating_sub(*onset),
        }
    }

    /// The clip.
    ///
    /// # Errors
    /// When it can't be read.
    pub(crate) fn clip(&self) -> io::Result<Arc<Clip>> {
        match self {
            Self::Here(clip) => Ok(Arc::clone(clip)),
            Self::Spooled { spool, place, frames, step, onset } => {
                let mut bytes = vec![0; (frames.0 * SAMPLE) as usize];
                spool.file.read_exact_at(&mut bytes, *place)?;
                let samples = bytes.as_chunks().0.iter().map(|two| i16::from_le_bytes(*two)).collect();
                Ok(Arc::new(Clip::voice(samples, *step, *onset)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spooled_clip_comes_back_as_it_was() {
        let spool = Arc::new(Spool::new().unwrap());
        let wave =
            |n: usize| (0..n).map(|place| (place as f32 * 0.37).sin() * 3e4).map(|s| s as i16).collect();
        let clip = |n: usize| Clip::voice(wave(n), 1e-5, Frames(n as u64 / 3));
        let clips = [700, 1, 48_000].map(clip);
        let kept: Vec<Kept> = clips.iter().map(|clip| spool.keep(clip.clone())).collect();
        for (clip, kept) in clips.iter().zip(&kept) {
            assert!(matches!(kept, Kept::Spooled { .. }));
            assert_eq!((&*kept.clip().unwrap(), kept.length()), (clip, clip.length()));
        }
    }
}
