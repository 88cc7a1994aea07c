//! Some seconds of stereo sound that join to themselves.

use std::sync::Arc;

use fastrand::Rng;
use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner};

use super::mix::{AHEAD, Rounded};
use super::scene::RATE;
use super::time::signed;
use crate::loudness::Meter;
use crate::sounds::BUILT_IN_LOUDNESS;
use crate::units::{Decibels, Frame};

/// The frames of a texture: 10.9 s.
const LENGTH: usize = 1 << 19;
/// So many of them are measured.
const MEASURED: usize = LENGTH / 4;
/// Bins whose amplitude is lower than this share of the largest are left empty: -80 dB.
const EMPTY: f32 = 1e-4;

/// A circle of frames with the loudness of a built-in ambience.
pub(crate) struct Texture {
    frames: Box<[Rounded]>,
    /// What one step of a rounded frame stands for.
    step: f32,
    /// What brought it to that loudness.
    gain: f32,
}

impl Texture {
    /// Its length in frames; behind the last one comes the first.
    pub(crate) fn len(&self) -> usize {
        LENGTH
    }

    /// Its frames, and behind them the first ones again, as many as a block takes at once.
    pub(crate) fn frames(&self) -> &[Rounded] {
        &self.frames
    }

    /// What one step of [`frames`](Self::frames) stands for.
    pub(crate) fn step(&self) -> f32 {
        self.step
    }

    /// The gain at which it is as loud beside `other` as its colour says.
    pub(crate) fn beside(&self, other: &Self) -> f32 {
        other.gain / self.gain
    }

    /// Brings frames to the loudness of a texture.
    fn levelled(frames: &[Frame]) -> Self {
        let mut meter = Meter::new(RATE);
        // A part stands for the whole; a test measures the ambience.
        meter.add(&frames[..MEASURED]);
        let gain = Decibels(BUILT_IN_LOUDNESS.0 - meter.integrated().0).amplitude();
        let peak = frames.iter().flatten().fold(0f32, |peak, sample| peak.max(sample.abs()));
        let fine = f32::from(i16::MAX) / peak.max(f32::MIN_POSITIVE);
        let rounded = |frame: &Frame| frame.map(|sample| (sample * fine).round() as i16);
        let frames = frames.iter().chain(&frames[..AHEAD]).map(rounded).collect();
        Self { frames, step: gain / fine, gain }
    }
}

/// Makes textures. Its room is used for one after another: fresh memory takes as long as the sums.
pub(crate) struct Loom {
    transform: Arc<dyn ComplexToReal<f32>>,
    rng: Rng,
    amplitudes: Vec<f32>,
    spectra: [Vec<Complex<f32>>; 2],
    side: Vec<f32>,
    scratch: Vec<Complex<f32>>,
    frames: Vec<Frame>,
}

impl Loom {
    /// A loom whose textures follow from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        let transform = RealFftPlanner::new().plan_fft_inverse(LENGTH);
        Self {
            rng: Rng::with_seed(seed),
            amplitudes: Vec::new(),
            spectra: [transform.make_input_vec(), transform.make_input_vec()],
            side: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            frames: vec![[0.0; 2]; LENGTH],
            transform,
        }
    }

    /// Noise with the amplitudes that `colour` gives for frequencies in Hz. Its sides correlate by
    /// `correlation`: wide in stereo, and little quieter in mono.
    pub(crate) fn noise(&mut self, correlation: f32, colour: impl Fn(f32) -> f32) -> Texture {
        let width = RATE.hz() as f32 / LENGTH as f32;
        self.amplitudes.clear();
        self.amplitudes.extend((0..=LENGTH / 2).map(|bin| colour((bin as f32 + 0.5) * width)));
        // A direct current or half the rate is no sound.
        let last = self.amplitudes.len() - 1;
        (self.amplitudes[0], self.amplitudes[last]) = (0.0, 0.0);
        let least = self.amplitudes.iter().fold(0f32, |most, amplitude| most.max(*amplitude)) * EMPTY;
        let own = (1.0 - correlation * correlation).sqrt();
        let [left, right] = &mut self.spectra;
        for ((amplitude, left), right) in self.amplitudes.iter().zip(left).zip(right) {
            if *amplitude <= least {
                (*left, *right) = Default::default();
                continue;
            }
            // A sum of so many of them is Gaussian, whatever the distribution of each.
            let mut any = || Complex::new(signed(&mut self.rng), signed(&mut self.rng)) * *amplitude;
            let (one, other) = (any(), any());
            (*left, *right) = (one, one * correlation + other * own);
        }
        for (number, spectrum) in self.spectra.iter_mut().enumerate() {
            // The lengths fit, and the ends are real.
            let _ = self.transform.process_with_scratch(spectrum, &mut self.side, &mut self.scratch);
            self.frames.iter_mut().zip(&self.side).for_each(|(frame, sample)| frame[number] = *sample);
        }
        Texture::levelled(&self.frames)
    }

    /// `per_second` short sounds a second at random places, each one of `clips` as `next` chooses: its number,
    /// its gain and the side to which it leans.
    pub(crate) fn sprinkled(
        &mut self,
        per_second: f32,
        clips: &[Vec<f32>],
        mut next: impl FnMut(&mut Rng) -> (usize, Frame),
    ) -> Texture {
        self.frames.fill([0.0; 2]);
        let count = (per_second * LENGTH as f32 / RATE.hz() as f32) as usize;
        for _ in 0..count {
            let place = self.rng.usize(..LENGTH);
            let (clip, gain) = next(&mut self.rng);
            for (ahead, sample) in clips[clip].iter().enumerate() {
                let frame = &mut self.frames[(place + ahead) % LENGTH];
                frame[0] += sample * gain[0];
                frame[1] += sample * gain[1];
            }
        }
        Texture::levelled(&self.frames)
    }
}
