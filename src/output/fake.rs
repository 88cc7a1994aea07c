//! An output without a device, for tests: it plays as fast as it can, into nothing, a list or a file.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Output, OutputError, pcm};
use crate::mixer::Mixer;
use crate::thread::spawn;
use crate::units::{Frame, Frames, SampleRate};

/// How long a fake stands still for a voice, in ms. A take that cuts in is seen when it goes on.
const MOST_WAITS: u32 = 50;

/// An output without a device.
pub(crate) struct FakeOutput {
    rate: SampleRate,
    /// After so many frames the output is lost, and it comes back at this rate.
    breaks: Option<(Frames, SampleRate)>,
    lost: Arc<AtomicBool>,
    /// The samples of one side, one list for each output; `None` to keep nothing.
    pub played: Option<Played>,
    tape: Option<Tape>,
    /// Ends what plays.
    is_gone: Arc<AtomicBool>,
    playing: Option<JoinHandle<()>>,
}

/// Samples, one list for each output.
pub(crate) type Played = Arc<Mutex<Vec<Vec<f32>>>>;

/// A WAV file of what is played, in 24 bits as a rendered one; it is whole once nobody writes to it any more.
type Tape = Arc<Mutex<hound::WavWriter<BufWriter<File>>>>;

impl FakeOutput {
    /// A fake that plays at `rate`.
    pub(crate) fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            breaks: None,
            lost: Arc::default(),
            played: None,
            tape: None,
            is_gone: Arc::default(),
            playing: None,
        }
    }

    /// A fake that writes what it plays into a file.
    pub(crate) fn recording(rate: SampleRate, file: &Path) -> Result<Self, OutputError> {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: rate.hz(),
            bits_per_sample: 24,
            sample_format: hound::SampleFormat::Int,
        };
        let tape = hound::WavWriter::create(file, spec);
        let tape = tape.map_err(|error| OutputError::NoDevice(format!("{}: {error}", file.display())))?;
        let mut output = Self::new(rate);
        output.tape = Some(Arc::new(Mutex::new(tape)));
        Ok(output)
    }

    /// A fake that is lost after `frames` and comes back at `rate`; its samples are kept.
    #[cfg(test)]
    pub(crate) fn breaking(mut self, frames: Frames, rate: SampleRate) -> Self {
        self.breaks = Some((frames, rate));
        self.played = Some(Played::default());
        self
    }
}

/// Adds a block to a tape. A disk that has no room for it ends the recording, and the test that looks at it fails.
fn record(tape: &Tape, block: &[Frame]) {
    let Ok(mut tape) = tape.lock() else { return };
    for sample in block.as_flattened() {
        let _ = tape.write_sample(pcm::number(*sample));
    }
}

impl Output for FakeOutput {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, mut mixer: Mixer) {
        let last = self.breaks.map(|(frames, _)| frames.0);
        let (lost, is_gone) = (Arc::clone(&self.lost), Arc::clone(&self.is_gone));
        let (played, tape) = (self.played.clone(), self.tape.clone());
        // The fake is faster than any voice; it waits for the voice where times must be as planned.
        let most = if played.is_some() || tape.is_some() { MOST_WAITS } else { 1 };
        self.playing = Some(spawn("fake output", move || {
            let mut block: [Frame; 64] = [[0.0; 2]; 64];
            let (mut frames, mut samples, mut waited) = (0, Vec::new(), 0);
            let is_here = || !is_gone.load(Ordering::Acquire);
            while is_here() && !mixer.is_finished() && last.is_none_or(|last| frames < last) {
                if mixer.is_waiting() && waited < most {
                    waited += 1;
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                waited = 0;
                mixer.render(&mut block);
                frames += block.len() as u64;
                tape.iter().for_each(|tape| record(tape, &block));
                if played.is_some() {
                    samples.extend(block.iter().map(|frame| frame[0]));
                }
            }
            if let Some(Ok(mut played)) = played.as_ref().map(|played| played.lock()) {
                played.push(samples);
            }
            lost.store(!mixer.is_finished(), Ordering::Release);
        }));
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    fn reopen(&mut self) -> Result<bool, OutputError> {
        if let Some((_, rate)) = self.breaks.take() {
            self.rate = rate;
        }
        self.lost = Arc::default();
        Ok(true)
    }
}

impl Drop for FakeOutput {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Release);
        // The program may end right after this, and the file must be whole then.
        if let Some(playing) = self.playing.take() {
            let _ = playing.join();
        }
    }
}
