//! Where the samples go. The seam is [`Output`]; a device and a fake stand beside it, a file is
//! written by [`file`].

#[cfg(feature = "device")]
pub mod device;
pub mod file;

use crate::mixer::Mixer;
use crate::units::{Frame, SampleRate};

/// Something that plays a mixer in its own time.
pub trait Output {
    /// The rate that it plays at.
    fn rate(&self) -> SampleRate;

    /// Plays `mixer` from now on.
    fn start(&mut self, mixer: Mixer);

    /// Whether what it plays on has gone.
    fn is_lost(&self) -> bool;
}

/// Why there is no output.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// No device, or none that can be opened.
    #[error(
        "no sound device can be opened ({0}). Check that the sound server runs and headphones are connected; \
         without a device, `supine render ROUTINE -o FILE.wav` makes a file to play elsewhere"
    )]
    NoDevice(String),
    /// This build can't play.
    #[error(
        "this build of supine has no playback; use `supine render`, or build it with the feature `device`"
    )]
    NotBuiltIn,
    /// The device went away while it played.
    #[error("the sound device disappeared; connect it again and start anew")]
    Lost,
}

/// An output without a device, for tests: it plays as fast as it can.
pub struct FakeOutput {
    rate: SampleRate,
    player: Option<std::thread::JoinHandle<()>>,
}

impl FakeOutput {
    /// A fake that plays at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self { rate, player: None }
    }
}

impl Output for FakeOutput {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, mut mixer: Mixer) {
        self.player = Some(std::thread::spawn(move || {
            let mut block: [Frame; 480] = [[0.0; 2]; 480];
            while !mixer.is_finished() {
                mixer.render(&mut block);
                if mixer.is_waiting() {
                    std::thread::yield_now();
                }
            }
        }));
    }

    fn is_lost(&self) -> bool {
        false
    }
}

/// Opens what a session is heard on.
///
/// # Errors
/// When there is no device.
pub fn open(fake: bool) -> Result<Box<dyn Output>, OutputError> {
    if fake {
        return Ok(Box::new(FakeOutput::new(SampleRate::HZ_48000)));
    }
    #[cfg(feature = "device")]
    return Ok(Box::new(device::Device::open()?));
    #[cfg(not(feature = "device"))]
    Err(OutputError::NotBuiltIn)
}
