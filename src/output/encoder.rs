//! From a mixer to a file format: the interface of every format that a session can be rendered to.

use super::file::FileError;
use crate::mixer::Mixer;
use crate::score::Score;
use crate::units::{Frame, Frames};

/// Frames rendered at once.
const BLOCK: usize = 4096;

/// A format that a session can be rendered to. A new one needs a file beside [`super::wav`], and a line
/// where the program chooses the format by the file name's extension.
pub trait Encoder {
    /// Begins a session whose score is complete.
    ///
    /// # Errors
    /// When nothing can be written, or the format can't hold a session of this length.
    fn begin(&mut self, score: &Score) -> Result<(), FileError>;

    /// Takes the next frames, at the score's rate; 1.0 is full scale.
    ///
    /// # Errors
    /// When they can't be written.
    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError>;

    /// Ends the session after the last frame. When this returns, everything written is complete.
    ///
    /// # Errors
    /// When it can't be completed.
    fn finish(&mut self) -> Result<(), FileError>;
}

/// Renders a whole score into `encoder`. `progress` is called with the number of frames done and returns
/// whether to go on.
///
/// # Errors
/// Those of the encoder, and [`FileError::Stopped`] when `progress` returned false; a file then stays as it
/// was before.
pub(crate) fn encode(
    score: &Score,
    mixer: &mut Mixer,
    encoder: &mut dyn Encoder,
    progress: &mut dyn FnMut(Frames) -> bool,
) -> Result<(), FileError> {
    encoder.begin(score)?;
    let mut block: Vec<Frame> = vec![[0.0; 2]; BLOCK];
    let mut done = Frames::ZERO;
    while done < score.length {
        let frames = score.length.saturating_sub(done).0.min(BLOCK as u64) as usize;
        mixer.render(&mut block[..frames]);
        let written = encoder.write(&block[..frames]);
        done = done + Frames(frames as u64);
        // A program that is being stopped often has its output closed as well, so this comes before the
        // error.
        if !progress(done) {
            return Err(FileError::Stopped);
        }
        written?;
    }
    encoder.finish()
}
