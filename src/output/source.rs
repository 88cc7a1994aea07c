//! A mixer as a source of rodio, and what its thread and the others know of each other.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rodio::{ChannelCount, Source};

use crate::mixer::Mixer;
use crate::units::{Frame, SampleRate};

/// Frames rendered at once.
const BLOCK: usize = 256;
/// How long the sound takes to fade out when the program breaks.
pub(super) const FADE: Duration = Duration::from_millis(1200);

/// What the thread that renders and the others know of each other.
#[derive(Default)]
pub(super) struct Rendering {
    /// The number of blocks rendered.
    blocks: AtomicU64,
    /// The system's number of the thread; 0 until it renders.
    thread: AtomicU32,
    /// Whether the sound is to fade out.
    fades: AtomicBool,
    /// The mixer, while no device plays it.
    waiting: Mutex<Option<Mixer>>,
}

impl Rendering {
    /// The number of blocks rendered.
    pub(super) fn blocks(&self) -> u64 {
        self.blocks.load(Ordering::Relaxed)
    }

    /// The system's number of the thread that renders, once it does.
    pub(super) fn thread(&self) -> Option<u32> {
        Some(self.thread.load(Ordering::Relaxed)).filter(|thread| *thread != 0)
    }

    /// Lets the sound fade out, whatever the mixer plays.
    pub(super) fn fade_out(&self) {
        self.fades.store(true, Ordering::Relaxed);
    }

    /// The unfinished mixer of a device that was closed.
    pub(super) fn left_behind(&self) -> Option<Mixer> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A [`Mixer`] sample by sample, left before right.
pub(super) struct MixerSource {
    /// Taken when this is dropped.
    mixer: Option<Mixer>,
    rate: SampleRate,
    block: [Frame; BLOCK],
    next: usize,
    /// 1, and less once the sound fades out.
    gain: f32,
    rendering: Arc<Rendering>,
}

impl MixerSource {
    pub(super) fn new(mixer: Mixer, rate: SampleRate, rendering: &Arc<Rendering>) -> Self {
        Self {
            mixer: Some(mixer),
            rate,
            block: [[0.0; 2]; BLOCK],
            next: BLOCK * 2,
            gain: 1.0,
            rendering: Arc::clone(rendering),
        }
    }

    /// Notes that a block was rendered, and by which thread.
    fn note(&self) {
        if self.rendering.blocks.fetch_add(1, Ordering::Relaxed) == 0 {
            #[cfg(target_os = "linux")]
            self.rendering
                .thread
                .store(rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs(), Ordering::Relaxed);
        }
    }

    fn fade(&mut self) {
        let step = 1.0 / (FADE.as_secs_f32() * self.rate.hz() as f32);
        for frame in &mut self.block {
            self.gain = (self.gain - step).max(0.0);
            // A square sounds even.
            frame.iter_mut().for_each(|sample| *sample *= self.gain * self.gain);
        }
    }
}

impl Iterator for MixerSource {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        if self.next >= BLOCK * 2 {
            // The next session on this device takes its place.
            let mixer = self.mixer.as_mut().filter(|mixer| !mixer.is_finished())?;
            mixer.render(&mut self.block);
            self.note();
            if self.rendering.fades.load(Ordering::Relaxed) {
                self.fade();
            }
            self.next = 0;
        }
        let sample = self.block.as_flattened()[self.next];
        self.next += 1;
        Some(sample)
    }
}

impl Drop for MixerSource {
    /// Leaves an unfinished mixer for a device with a longer period.
    fn drop(&mut self) {
        let mixer = self.mixer.take().filter(|mixer| !mixer.is_finished());
        *self.rendering.waiting.lock().unwrap_or_else(PoisonError::into_inner) = mixer;
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
