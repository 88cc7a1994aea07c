//! What the device's callback plays: one mixer after another, and what its thread and the others know of each other.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rodio::cpal::{FromSample, Sample};

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

/// A [`Mixer`] block by block.
pub(super) struct MixerSource {
    /// Taken when this is dropped.
    mixer: Option<Mixer>,
    rate: SampleRate,
    block: [Frame; BLOCK],
    /// 1, and less once the sound fades out.
    gain: f32,
    rendering: Arc<Rendering>,
}

impl MixerSource {
    pub(super) fn new(mixer: Mixer, rate: SampleRate, rendering: &Arc<Rendering>) -> Self {
        let (block, rendering) = ([[0.0; 2]; BLOCK], Arc::clone(rendering));
        Self { mixer: Some(mixer), rate, block, gain: 1.0, rendering }
    }

    /// Renders so many frames, at most a block; `None` when everything has come out.
    fn render(&mut self, frames: usize) -> Option<&[Frame]> {
        let mixer = self.mixer.as_mut().filter(|mixer| !mixer.is_finished())?;
        mixer.render(&mut self.block[..frames]);
        self.note();
        if self.rendering.fades.load(Ordering::Relaxed) {
            self.fade(frames);
        }
        Some(&self.block[..frames])
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

    fn fade(&mut self, frames: usize) {
        let step = 1.0 / (FADE.as_secs_f32() * self.rate.hz() as f32);
        for frame in &mut self.block[..frames] {
            self.gain = (self.gain - step).max(0.0);
            // A square sounds even.
            frame.iter_mut().for_each(|sample| *sample *= self.gain * self.gain);
        }
    }
}

impl Drop for MixerSource {
    /// Leaves an unfinished mixer for a device with a longer period.
    fn drop(&mut self) {
        let mixer = self.mixer.take().filter(|mixer| !mixer.is_finished());
        *self.rendering.waiting.lock().unwrap_or_else(PoisonError::into_inner) = mixer;
    }
}

/// The callback's work: one mixer after another, and silence between them.
pub(super) struct Playing {
    coming: rtrb::Consumer<MixerSource>,
    now: Option<MixerSource>,
    channels: usize,
}

impl Playing {
    /// For a device with so many channels; mixers come through `coming`.
    pub(super) fn new(coming: rtrb::Consumer<MixerSource>, channels: usize) -> Self {
        Self { coming, now: None, channels: channels.max(1) }
    }

    /// Fills a buffer of the device, frame by frame.
    pub(super) fn fill<T: Sample + FromSample<f32>>(&mut self, out: &mut [T]) {
        // The next session on this device takes the place of the one before.
        if let Ok(next) = self.coming.pop() {
            self.now = Some(next);
        }
        let channels = self.channels;
        for out in out.chunks_mut(BLOCK * channels) {
            let rendered = self.now.as_mut().and_then(|now| now.render(out.len() / channels));
            match rendered {
                Some(frames) => {
                    out.chunks_exact_mut(channels).zip(frames).for_each(|(out, frame)| spread(*frame, out));
                }
                None => {
                    self.now = None;
                    out.fill(T::EQUILIBRIUM);
                }
            }
        }
    }
}

/// Gives a frame to a device's channels: the first two get both sides, a single one the mean of them.
fn spread<T: Sample + FromSample<f32>>([left, right]: Frame, out: &mut [T]) {
    match out {
        [one] => *one = T::from_sample(0.5 * (left + right)),
        [first, second, others @ ..] => {
            *first = T::from_sample(left);
            *second = T::from_sample(right);
            others.fill(T::EQUILIBRIUM);
        }
        [] => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Clip;
    use crate::mixer::{MixCue, Silence, Transport};
    use crate::units::Frames;

    const RATE: SampleRate = SampleRate::HZ_48000;

    /// A mixer of one clip, with another sound on each side.
    fn two_sided() -> Mixer {
        let transport = Arc::new(Transport::default());
        let (mixer, mut feed) = Mixer::new(RATE, Box::new(Silence), Arc::clone(&transport), 4);
        let clip = Arc::new(Clip::stereo((1..=600).map(|n| [n as f32 / 1000.0, -0.5]).collect()));
        feed.cues.push(MixCue { start: Frames::ZERO, clip }).unwrap();
        transport.end_at(Frames(600));
        transport.open_until(Frames::NEVER);
        mixer.unlimited()
    }

    fn played<T: Sample + FromSample<f32>>(channels: usize, buffers: &[usize]) -> Vec<T> {
        let (mut send, coming) = rtrb::RingBuffer::new(1);
        let mut playing = Playing::new(coming, channels);
        let source = MixerSource::new(two_sided(), RATE, &Arc::default());
        assert!(send.push(source).is_ok());
        let mut all = Vec::new();
        for frames in buffers {
            let mut out = vec![T::from_sample(0.9); frames * channels];
            playing.fill(&mut out);
            all.extend(out);
        }
        all
    }

    #[test]
    fn a_device_gets_both_sides_in_buffers_of_any_size_and_silence_afterwards() {
        let whole: Vec<f32> = played(2, &[1_000]);
        for n in [0, 299, 599] {
            assert_eq!(whole[2 * n..2 * n + 2], [(n + 1) as f32 / 1000.0, -0.5]);
        }
        assert!(whole[1_200..].iter().all(|sample| *sample == 0.0));
        assert_eq!(played::<f32>(2, &[1, 255, 300, 44, 400]), whole);
    }

    #[test]
    fn a_single_channel_gets_the_mean_and_a_third_one_nothing() {
        let one: Vec<f32> = played(1, &[600]);
        assert!((one[299] - (0.3 - 0.5) / 2.0).abs() < 1e-6);
        let three: Vec<i16> = played(3, &[600]);
        assert_eq!(three[897..900], [9_830, -16_384, 0]);
    }
}
