//! Where the samples go. The interface is [`Output`]; a device and a fake implement it. For a `file`, a
//! session is rendered through an `encoder`.

pub mod description;
#[cfg(feature = "device")]
pub(crate) mod device;
pub mod encoder;
pub mod file;
mod flac;
pub mod format;
pub mod formats;
#[cfg(feature = "device")]
mod hush;
mod labels;
#[cfg(feature = "device")]
mod line;
mod open;
mod opus;
mod outside;
mod pcm;
#[cfg(feature = "device")]
mod realtime;
mod sink;
#[cfg(feature = "device")]
mod source;
mod stream;
mod tags;
pub mod wav;
pub mod written;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use open::open;

use crate::advice::{Advice, Advise, advised};
use crate::mixer::Mixer;
use crate::thread::spawn;
use crate::units::{Frame, Frames, SampleRate};

/// Plays a mixer in its own time.
pub trait Output: Send {
    /// The rate that it plays at.
    fn rate(&self) -> SampleRate;

    /// Plays `mixer` from now on.
    fn start(&mut self, mixer: Mixer);

    /// Does whatever is due during playback, such as moving to a device with longer periods. To be called
    /// about 20 times a second.
    fn tend(&mut self) {}

    /// Whether the device has gone.
    fn is_lost(&self) -> bool;

    /// Drops a device that has gone, and looks for another, perhaps at another rate. It returns at once,
    /// with false while it is still looking: call it again. Once it returns true, a mixer can be started as
    /// before.
    ///
    /// # Errors
    /// When no device is found yet; it can be tried again.
    fn reopen(&mut self) -> Result<bool, OutputError>;

    /// How often samples came too late, so that the sound broke off for a moment; `None` for an output that
    /// plays faster than real time.
    fn underruns(&self) -> Option<u64> {
        None
    }
}

/// Why there is no output.
#[derive(Debug)]
pub enum OutputError {
    /// No device, or none that can be opened.
    NoDevice(String),
    /// This build can't play.
    NotBuiltIn,
    /// The device went away while it played, and none came.
    Lost,
}

impl Advise for OutputError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoDevice(why) => Advice::new(
                format!("no sound device can be opened ({why})"),
                "Check that the sound server runs and headphones are connected",
            )
            .and("without a device, `supine render ROUTINE -o FILE.wav` makes a file to play elsewhere"),
            Self::NotBuiltIn => Advice::new(
                "this build of supine has no playback",
                "use `supine render`, or build it with the feature `device`",
            ),
            Self::Lost => Advice::new(
                "the sound device disappeared",
                "connect one again, and `supine resume` goes on from there",
            ),
        }
    }
}

advised!(OutputError);

/// How long a fake stands still for a voice, in ms. A take that cuts in is seen when it goes on.
const MOST_WAITS: u32 = 50;

/// An output without a device, for tests: it plays as fast as it can.
pub(crate) struct FakeOutput {
    rate: SampleRate,
    /// After so many frames the output is lost, and it comes back at this rate.
    breaks: Option<(Frames, SampleRate)>,
    lost: Arc<AtomicBool>,
    /// The samples of one side, one list for each output; `None` to keep nothing.
    pub played: Option<Played>,
}

/// Samples, one list for each output.
pub(crate) type Played = Arc<Mutex<Vec<Vec<f32>>>>;

impl FakeOutput {
    /// A fake that plays at `rate`.
    pub(crate) fn new(rate: SampleRate) -> Self {
        Self { rate, breaks: None, lost: Arc::default(), played: None }
    }

    /// A fake that is lost after `frames` and comes back at `rate`; its samples are kept.
    #[cfg(test)]
    pub(crate) fn breaking(self, frames: Frames, rate: SampleRate) -> Self {
        Self { breaks: Some((frames, rate)), played: Some(Played::default()), ..self }
    }
}

impl Output for FakeOutput {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, mut mixer: Mixer) {
        let last = self.breaks.map(|(frames, _)| frames.0);
        let (lost, played) = (Arc::clone(&self.lost), self.played.clone());
        spawn("fake output", move || {
            let mut block: [Frame; 64] = [[0.0; 2]; 64];
            let (mut frames, mut samples, mut waited) = (0, Vec::new(), 0);
            while !mixer.is_finished() && last.is_none_or(|last| frames < last) {
                // The fake is faster than any voice; it waits for the voice where times must be as planned.
                let most = if played.is_some() { MOST_WAITS } else { 1 };
                if mixer.is_waiting() && waited < most {
                    waited += 1;
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                waited = 0;
                mixer.render(&mut block);
                frames += block.len() as u64;
                if played.is_some() {
                    samples.extend(block.iter().map(|frame| frame[0]));
                }
            }
            if let Some(Ok(mut played)) = played.as_ref().map(|played| played.lock()) {
                played.push(samples);
            }
            lost.store(!mixer.is_finished(), Ordering::Release);
        });
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
