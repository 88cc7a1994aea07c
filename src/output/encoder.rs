//! From a mixer to a file format: the interface of every format that a session can be rendered to.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::description::Description;
use super::file::FileError;
use crate::loudness::{Meter, PeakMeter};
use crate::mixer::Mixer;
use crate::score::Score;
use crate::units::{Decibels, Frame, Frames};

/// Frames rendered at once.
const BLOCK: usize = 4096;
/// Blocks that are mixed before they are encoded: a second and a half.
const READY: usize = 16;

/// A format that a session can be rendered to. A new one needs a file beside [`super::wav`], a word in
/// [`super::format`] and a line in [`super::formats`].
pub trait Encoder {
    /// Begins a session whose score is complete.
    ///
    /// # Errors
    /// When nothing can be written, or the format can't hold a session of this length.
    fn begin(&mut self, score: &Score, about: &Description) -> Result<(), FileError>;

    /// Takes the next frames, at the score's rate; 1.0 is full scale.
    ///
    /// # Errors
    /// When they can't be written.
    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError>;

    /// Whether the loudness of the whole session is wanted at its end.
    fn wants_loudness(&self) -> bool;

    /// Ends the session after the last frame. When this returns, everything written is complete.
    ///
    /// # Errors
    /// When it can't be completed.
    fn finish(&mut self, loudness: Option<Loudness>) -> Result<(), FileError>;
}

/// How loud a whole session is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Its integrated loudness in LUFS; silence is far below all others.
    pub integrated: Decibels,
    /// Its largest true peak, in dBTP.
    pub true_peak: Decibels,
}

/// Hands the mixer what it needs up to a frame.
pub(crate) type Prepare<'a> = &'a mut (dyn FnMut(Frames) -> std::io::Result<()> + Send);

/// Renders a whole score into `encoder`: it is mixed on a thread of its own, a second ahead, after `prepare` was
/// called for each block. `progress` is called with the number of frames done and returns whether to go on.
///
/// # Errors
/// Those of the encoder, those of `prepare`, and [`FileError::Stopped`] when `progress` returned false; a file then stays as it
/// was before.
pub(crate) fn encode(
    (score, about): (&Score, &Description),
    (mixer, prepare): (&mut Mixer, Prepare<'_>),
    encoder: &mut dyn Encoder,
    progress: &mut dyn FnMut(Frames) -> bool,
) -> Result<(), FileError> {
    encoder.begin(score, about)?;
    let meter = encoder.wants_loudness().then(|| (Meter::new(score.rate), PeakMeter::new(score.rate)));
    let ((mixed, blocks), (spent, spare)) = (sync_channel(READY), sync_channel(2 * READY));
    std::thread::scope(|scope| {
        let mixing = scope.spawn(move || mix(score, (mixer, prepare), meter, &mixed, &spare));
        let encode = || {
            let mut done = Frames::ZERO;
            for block in blocks {
                let written = encoder.write(&block);
                done = done + Frames(block.len() as u64);
                // There is room for every block there is.
                let _ = spent.try_send(block);
                // A program that is being stopped often has its output closed as well, so this comes before the
                // error.
                if !progress(done) {
                    return Err(FileError::Stopped);
                }
                written?;
            }
            Ok(())
        };
        // When this gives up, the mixer finds nobody who takes its blocks, and ends.
        encode()?;
        // A panic on the other thread is a bug in supine, so it is passed on.
        let loudness = mixing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let unread = |error: std::io::Error| FileError::Unwritable {
            path: std::env::temp_dir(),
            refusal: error.into(),
        };
        encoder.finish(loudness.map_err(unread)?)
    })
}

/// Mixes block after block, in buffers that come back, as long as somebody takes them.
fn mix(
    score: &Score,
    (mixer, prepare): (&mut Mixer, Prepare<'_>),
    mut meter: Option<(Meter, PeakMeter)>,
    mixed: &SyncSender<Vec<Frame>>,
    spare: &Receiver<Vec<Frame>>,
) -> std::io::Result<Option<Loudness>> {
    let mut done = Frames::ZERO;
    while done < score.length {
        // A clip begins a little before its event, and the mixer is a few milliseconds ahead of its output.
        prepare(done + Frames(BLOCK as u64 + u64::from(score.rate.hz())))?;
        let frames = score.length.saturating_sub(done).0.min(BLOCK as u64) as usize;
        let mut block = spare.try_recv().unwrap_or_default();
        block.resize(frames, [0.0; 2]);
        mixer.render(&mut block);
        if let Some((loudness, peak)) = &mut meter {
            loudness.add(&block);
            peak.add(&block);
        }
        done = done + Frames(frames as u64);
        if mixed.send(block).is_err() {
            return Ok(None);
        }
    }
    let measured = |(loudness, peak): (Meter, PeakMeter)| Loudness {
        integrated: loudness.integrated(),
        true_peak: peak.true_peak(),
    };
    Ok(meter.map(measured))
}
