//! The sound device, through rodio.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rodio::cpal::BufferSize;
use rodio::{ChannelCount, DeviceSinkBuilder, MixerDeviceSink, Source};

use super::{Output, OutputError};
use crate::mixer::Mixer;
use crate::units::{Frame, SampleRate};

/// Frames in the device's buffer. Half as many lost a period now and then on a busy machine, which
/// shifts everything after it.
const BUFFER: u32 = 4096;
/// Frames that are rendered at once.
const BLOCK: usize = 256;
/// A start brings up to 4,500 errors in its first moments; a device that has gone brings about a
/// million a second, for ever.
const BURST: u64 = 10_000;
/// How long each error after the burst holds the device's thread, or a core would spin.
const THROTTLE: Duration = Duration::from_millis(5);
/// This many throttled errors (half a second of nothing else) mean that the device has gone.
const LOST: u64 = BURST + 100;
/// A device that has gone may say nothing at all: nothing was rendered for this long, and at so many
/// looks, since the whole process may have stood still.
const STILL: Duration = Duration::from_secs(3);
const STILL_LOOKS: u32 = 20;
/// What a device may still hold after the last frame was rendered.
const DRAIN: Duration = Duration::from_millis(300);

/// The default device.
pub struct Device {
    /// None after it was lost.
    sink: Option<MixerDeviceSink>,
    rate: SampleRate,
    errors: Arc<AtomicU64>,
    /// Blocks that were rendered.
    blocks: Arc<AtomicU64>,
    progress: Progress,
    plays: bool,
}

/// How many blocks there were when there were more than before, and how often there were no more.
struct Progress {
    blocks: u64,
    since: Instant,
    looks: u32,
}

impl Progress {
    fn new(blocks: u64) -> Self {
        Self { blocks, since: Instant::now(), looks: 0 }
    }

    fn stands_still(&mut self, blocks: u64) -> bool {
        if blocks != self.blocks {
            *self = Self::new(blocks);
        }
        self.looks += 1;
        self.looks > STILL_LOOKS && self.since.elapsed() > STILL
    }
}

impl Device {
    /// Opens the default device at its own rate.
    ///
    /// # Errors
    /// When there is none, in one sentence: what ALSA and JACK write to the terminal by
    /// themselves is held back.
    pub fn open() -> Result<Self, OutputError> {
        let hush = Hush::new();
        let errors = Arc::new(AtomicU64::new(0));
        let result = open_sink(&errors);
        drop(hush);
        let mut sink = result.map_err(|error| OutputError::NoDevice(error.to_string()))?;
        sink.log_on_drop(false);
        let rate = SampleRate::new(sink.config().sample_rate().get()).unwrap_or(SampleRate::HZ_48000);
        Ok(Self {
            sink: Some(sink),
            rate,
            errors,
            blocks: Arc::default(),
            progress: Progress::new(0),
            plays: false,
        })
    }
}

fn open_sink(errors: &Arc<AtomicU64>) -> Result<MixerDeviceSink, rodio::DeviceSinkError> {
    // Never without a callback of our own: rodio's writes every error to the terminal.
    let builder = || {
        let builder = DeviceSinkBuilder::from_default_device()?;
        Ok(builder.with_error_callback(throttled(Arc::clone(errors))))
    };
    let fixed = builder()?.with_buffer_size(BufferSize::Fixed(BUFFER)).open_stream();
    fixed.or_else(|_| builder()?.open_stream())
}

/// Counts errors, and slows down a thread that does nothing but report them.
fn throttled(errors: Arc<AtomicU64>) -> impl FnMut(rodio::cpal::Error) + Send + 'static {
    let mut since = Instant::now();
    move |_| {
        // Errors that are far apart, such as an underrun, are no sign of a lost device.
        if since.elapsed() > Duration::from_secs(1) && errors.load(Ordering::Relaxed) < LOST {
            errors.store(0, Ordering::Relaxed);
        }
        since = Instant::now();
        if errors.fetch_add(1, Ordering::Relaxed) >= BURST {
            std::thread::sleep(THROTTLE);
        }
    }
}

impl Output for Device {
    fn rate(&self) -> SampleRate {
        self.rate
    }

    fn start(&mut self, mixer: Mixer) {
        let blocks = Arc::clone(&self.blocks);
        let source =
            MixerSource { mixer, rate: self.rate, block: [[0.0; 2]; BLOCK], next: BLOCK * 2, blocks };
        if let Some(sink) = &self.sink {
            sink.mixer().add(source);
        }
        self.progress = Progress::new(self.blocks.load(Ordering::Relaxed));
        self.plays = true;
    }

    fn is_lost(&mut self) -> bool {
        let blocks = self.blocks.load(Ordering::Relaxed);
        self.has_failed() || self.plays && self.progress.stands_still(blocks)
    }

    fn reopen(&mut self) -> Result<(), OutputError> {
        // The old one first: the sound server may have one place only.
        self.sink = None;
        *self = Self::open()?;
        Ok(())
    }
}

impl Device {
    fn has_failed(&self) -> bool {
        self.sink.is_none() || self.errors.load(Ordering::Relaxed) >= LOST
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        if self.plays && !self.has_failed() {
            std::thread::sleep(DRAIN);
        }
    }
}

/// A [`Mixer`] as rodio reads it: sample by sample, left before right.
struct MixerSource {
    mixer: Mixer,
    rate: SampleRate,
    block: [Frame; BLOCK],
    next: usize,
    blocks: Arc<AtomicU64>,
}

impl Iterator for MixerSource {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        if self.next >= BLOCK * 2 {
            // The next session on this device takes its place.
            if self.mixer.is_finished() {
                return None;
            }
            self.mixer.render(&mut self.block);
            self.blocks.fetch_add(1, Ordering::Relaxed);
            self.next = 0;
        }
        let sample = self.block.as_flattened()[self.next];
        self.next += 1;
        Some(sample)
    }
}

impl Source for MixerSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        const { ChannelCount::new(2).unwrap() }
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        // A SampleRate is never zero.
        rodio::SampleRate::new(self.rate.hz()).unwrap_or(rodio::SampleRate::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

/// Holds back what C libraries write to standard error, until it is dropped.
struct Hush {
    #[cfg(unix)]
    stderr: Option<std::os::fd::OwnedFd>,
}

impl Hush {
    #[cfg(unix)]
    fn new() -> Self {
        let null = std::fs::File::options().write(true).open("/dev/null");
        let stderr = null.ok().and_then(|null| {
            let saved = rustix::io::dup(std::io::stderr()).ok()?;
            rustix::stdio::dup2_stderr(&null).ok()?;
            Some(saved)
        });
        Self { stderr }
    }

    #[cfg(not(unix))]
    fn new() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Hush {
    fn drop(&mut self) {
        if let Some(stderr) = &self.stderr {
            // Without it the rest of the session has no messages, which changes nothing it does.
            let _ = rustix::stdio::dup2_stderr(stderr);
        }
    }
}
