//! From the model's spectra to samples: a pulse train shaped by the harmonic part, plus noise,
//! plus a part of free phase; an inverse short-time Fourier transform with overlap-add.
//!
//! With E the transform of the pulse train divided by the hop, and Z complex Gaussian noise,
//!
//! S = exp(lh) * exp(i*phase) * E + exp(ln) * Z + exp(lr) * exp(i*phi)
//!
//! as the model's publisher gives it (hibari-tts 0.2.1, "ONNX interface").

use std::f32::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::spectra::{BINS, Spectra, WINDOW};

/// Samples per second.
pub(crate) const RATE: u32 = 24_000;
/// Samples from one frame to the next: 12.5 ms.
pub(crate) const HOP: usize = 300;
/// A frame is centred on its first sample: this many samples of its window lie before it.
const CENTRE: usize = WINDOW / 2;
/// Below this pitch, in Hz, a frame has no voice.
pub(crate) const VOICED_HZ: f32 = 40.0;
/// A voice has its full strength this far above that, in Hz. No speech is so low: the pitch only passes
/// through here for a few milliseconds where a voice begins or ends.
const FADED_HZ: f32 = 20.0;
/// The pulse train has no harmonics above this frequency, in Hz.
const HIGHEST_HARMONIC_HZ: f64 = 11_000.0;
/// The logarithms of magnitudes are capped here.
const LOUDEST: f32 = 7.0;
/// The number of frames built together: as many `f32` as fit into a cache line.
const BLOCK: usize = 16;

/// The transforms and the window, planned once.
pub(crate) struct Vocoder {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Box<[f32]>,
}

impl Vocoder {
    /// Plans the transforms.
    pub(crate) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let step = 2.0 * PI / WINDOW as f32;
        let window = (0..WINDOW).map(|n| 0.5 - 0.5 * (step * n as f32).cos()).collect();
        Self { forward: planner.plan_fft_forward(WINDOW), inverse: planner.plan_fft_inverse(WINDOW), window }
    }

    /// The samples of `spectra`, [`HOP`] for each frame. The noise depends on `seed` alone.
    ///
    /// # Errors
    /// When a transform refuses its buffers; it does not, since they have the planned length.
    pub(crate) fn render(&self, spectra: &Spectra, seed: u64) -> Result<Vec<f32>, realfft::FftError> {
        let source = reflected(&pulses(&spectra.f0));
        let mut noise = Noise(fastrand::Rng::with_seed(seed));
        let mut sum = vec![0.0; spectra.frames * HOP + WINDOW];
        let mut scratch = self.inverse.make_scratch_vec();
        let mut forward_scratch = self.forward.make_scratch_vec();
        let mut windowed = self.forward.make_input_vec();
        let mut excitation = vec![Complex::default(); BLOCK * BINS];
        for start in (0..spectra.frames).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(spectra.frames);
            for (frame, spectrum) in block.clone().zip(excitation.chunks_exact_mut(BINS)) {
                let samples = &source[frame * HOP..frame * HOP + WINDOW];
                multiply(&mut windowed, samples, &self.window);
                self.forward.process_with_scratch(&mut windowed, spectrum, &mut forward_scratch)?;
            }
            shape(spectra, block.clone(), &mut excitation, &mut noise);
            for (frame, spectrum) in block.zip(excitation.chunks_exact_mut(BINS)) {
                spectrum[0].im = 0.0;
                spectrum[BINS - 1].im = 0.0;
                self.inverse.process_with_scratch(spectrum, &mut windowed, &mut scratch)?;
                let target = &mut sum[frame * HOP..frame * HOP + WINDOW];
                for ((out, sample), weight) in target.iter_mut().zip(&windowed).zip(&self.window) {
                    *out += sample * weight;
                }
            }
        }
        Ok(self.normalised(&sum, spectra.frames))
    }

    /// Divides by the sum of the squared windows and cuts off the half windows outside.
    fn normalised(&self, sum: &[f32], frames: usize) -> Vec<f32> {
        let mut weights = vec![0.0; sum.len()];
        for frame in 0..frames {
            for (weight, window) in weights[frame * HOP..].iter_mut().zip(&self.window) {
                *weight += window * window;
            }
        }
        // The inverse transform multiplies by its length.
        let scale = 1.0 / WINDOW as f32;
        let inside = CENTRE..CENTRE + frames * HOP;
        sum[inside.clone()].iter().zip(&weights[inside]).map(|(s, w)| s * scale / w.max(1e-3)).collect()
    }
}

fn multiply(out: &mut [f32], samples: &[f32], window: &[f32]) {
    for ((out, sample), weight) in out.iter_mut().zip(samples).zip(window) {
        *out = sample * weight;
    }
}

/// Turns the pulse train's spectra of a block of frames into those of the speech.
fn shape(
    spectra: &Spectra,
    block: std::ops::Range<usize>,
    excitation: &mut [Complex<f32>],
    noise: &mut Noise,
) {
    let magnitude = |logarithm: f32| logarithm.min(LOUDEST).exp();
    for bin in 0..BINS {
        let row = bin * spectra.frames + block.start..bin * spectra.frames + block.end;
        let (lh, phase) = (&spectra.lh[row.clone()], &spectra.phase[row.clone()]);
        let (ln, lr, phi) = (&spectra.ln[row.clone()], &spectra.lr[row.clone()], &spectra.phi[row]);
        for k in 0..block.len() {
            let value = &mut excitation[k * BINS + bin];
            let harmonic = Complex::from_polar(magnitude(lh[k]) / HOP as f32, phase[k]);
            let free = Complex::from_polar(magnitude(lr[k]), phi[k]);
            *value = *value * harmonic + noise.next() * magnitude(ln[k]) + free;
        }
    }
}

/// A train of band-limited pulses at the pitch `f0` (Hz, one value for each frame): the sum of the cosines
/// of all harmonics, in closed form. It is silent where there is no voice; there the phase advances at the
/// lowest pitch.
///
/// It is continuous in the pitch: a voice fades in, and so does the highest harmonic. If either began at
/// once, a pitch that another processor rounds differently could add or remove a pulse.
fn pulses(f0: &[f32]) -> Vec<f32> {
    let mut cycles = 0.0_f64;
    (0..f0.len() * HOP)
        .map(|n| {
            let pitch = pitch_at(f0, n);
            let audible = ((pitch - VOICED_HZ) / FADED_HZ).clamp(0.0, 1.0);
            let pitch = f64::from(pitch.max(VOICED_HZ));
            cycles = (cycles + pitch / f64::from(RATE)).fract();
            if audible == 0.0 { 0.0 } else { audible * pulse(cycles, HIGHEST_HARMONIC_HZ / pitch) }
        })
        .collect()
}

/// The sum of the cosines of the first `harmonics` multiples of a phase, in turns. If the number is not
/// whole, the last one is weighted by the fraction.
fn pulse(turns: f64, harmonics: f64) -> f32 {
    let half = std::f64::consts::PI * turns;
    let below = half.sin();
    if below.abs() < 1e-6 {
        return harmonics as f32;
    }
    let (whole, share) = (harmonics.floor(), harmonics.fract());
    let full = ((2.0 * whole + 1.0) * half).sin() / (2.0 * below) - 0.5;
    (full + share * (2.0 * (whole + 1.0) * half).cos()) as f32
}

/// The pitch at sample `n`: a frame's value holds at its centre, and between centres it is interpolated
/// linearly.
fn pitch_at(f0: &[f32], n: usize) -> f32 {
    let place = ((n as f32 + 0.5) / HOP as f32 - 0.5).clamp(0.0, (f0.len() - 1) as f32);
    let (before, share) = (place as usize, place.fract());
    let after = (before + 1).min(f0.len() - 1);
    f0[before] * (1.0 - share) + f0[after] * share
}

/// The samples with half a window more at each end, mirrored there.
fn reflected(samples: &[f32]) -> Vec<f32> {
    let last = samples.len().saturating_sub(1);
    let mirror = |place: usize| samples.get(place.min(last)).copied().unwrap_or(0.0);
    let before = (1..=CENTRE).rev().map(mirror);
    let after = (1..=CENTRE).map(|n| mirror(last.saturating_sub(n)));
    before.chain(samples.iter().copied()).chain(after).collect()
}

/// Complex Gaussian noise, each component of variance 1.
struct Noise(fastrand::Rng);

impl Noise {
    fn next(&mut self) -> Complex<f32> {
        let (re, im) = (self.0.u64(..), self.0.u64(..));
        Complex::new(gaussian(re), gaussian(im))
    }
}

/// The sum of four uniform numbers, nearly Gaussian (kurtosis 2.7). A window adds up hundreds of them, so
/// the result heard is Gaussian.
fn gaussian(bits: u64) -> f32 {
    let sum: u64 = (0..4).map(|part| (bits >> (16 * part)) & 0xffff).sum();
    // Four numbers of 0 to 65535: the mean is 131070, the variance 4 * 65536^2 / 12.
    (sum as f32 - 131_070.0) / 37_837.23
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmonic_fades_in_and_does_not_come_at_once() {
        for step in 0..1_000u16 {
            let turns = f64::from(step) / 1_000.0;
            let (before, after) = (pulse(turns, 54.999_999), pulse(turns, 55.000_001));
            assert!((before - after).abs() < 1e-4, "{before} and {after} at {turns}");
        }
        // At the top of a pulse all harmonics add up.
        assert_eq!((pulse(0.0, 54.25), pulse(0.0, 55.0)), (54.25, 55.0));
    }

    #[test]
    fn a_voice_fades_in_and_does_not_come_at_once() {
        let loudest = |hz: f32| pulses(&[hz; 40]).iter().fold(0f32, |most, sample| most.max(sample.abs()));
        assert_eq!(loudest(VOICED_HZ), 0.0);
        assert!((0.001..0.1).contains(&loudest(VOICED_HZ + 0.001)));
        // No harmonic of a voice at full strength is left out: 11 kHz over 100 Hz.
        assert!((loudest(100.0) - 110.0).abs() < 1.0);
    }
}
