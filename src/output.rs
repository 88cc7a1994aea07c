//! Where the samples go. The interface is [`Output`]; a device and a fake implement it. For a `file`, a
//! session is rendered through an `encoder`.

pub mod description;
#[cfg(feature = "device")]
pub(crate) mod device;
pub mod encoder;
pub(crate) mod fake;
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

pub use open::{open, record};

use crate::advice::{Advice, Advise, advised};
use crate::mixer::Mixer;
use crate::units::SampleRate;

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
