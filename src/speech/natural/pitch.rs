//! Lowers the pitch of a voice but keeps its vocal tract. The envelope of the harmonic part is read at the
//! old harmonics, since the model learnt nothing between them. The new harmonics are closer together, and
//! each is softer by the same ratio. The phase is the minimum phase of that envelope, since the model's own
//! phase belongs to the old pitch.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, FftError, RealFftPlanner, RealToComplex};

use super::signal::{RATE, VOICED_HZ};
use super::spectra::{BINS, Spectra, WINDOW};

/// The distance between two bins, in Hz.
const BIN_HZ: f32 = RATE as f32 / WINDOW as f32;

/// Lowers voices; its transforms are planned once.
pub(crate) struct Lowering {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
}

impl Lowering {
    /// Plans the transforms.
    pub(crate) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        Self { forward: planner.plan_fft_forward(WINDOW), inverse: planner.plan_fft_inverse(WINDOW) }
    }

    /// Multiplies the pitch of `spectra` by `ratio`, which is more than 0.
    ///
    /// Frames without a voice are treated as frames of the lowest pitch: a voice may end inside a window
    /// whose middle has none, and a frame at the border then comes out the same from either side.
    ///
    /// # Errors
    /// When a transform refuses its buffers; it does not, since they have the planned length.
    pub(crate) fn apply(&self, spectra: &mut Spectra, ratio: f32) -> Result<(), FftError> {
        let softer = 0.5 * ratio.ln();
        let mut logarithms = vec![0.0; BINS];
        let mut phase = MinimumPhase::new(self);
        for frame in 0..spectra.frames {
            let place = |bin: usize| bin * spectra.frames + frame;
            for (bin, value) in logarithms.iter_mut().enumerate() {
                *value = spectra.lh[place(bin)];
            }
            let mut envelope = envelope(&logarithms, spectra.f0[frame].max(VOICED_HZ) / BIN_HZ);
            envelope.iter_mut().for_each(|value| *value += softer);
            let phases = phase.of(&envelope)?;
            for bin in 0..BINS {
                spectra.lh[place(bin)] = envelope[bin];
                spectra.phase[place(bin)] = phases[bin].im;
            }
        }
        spectra.f0.iter_mut().for_each(|pitch| *pitch *= ratio);
        Ok(())
    }
}

/// A spectrum as straight lines through its values at the multiples of `spacing`, which is in bins and at
/// least 1. It is level below the first of them and above the last.
fn envelope(logarithms: &[f32], spacing: f32) -> Vec<f32> {
    let last = logarithms.len() - 1;
    let highest = (last as f32 / spacing).floor().max(1.0);
    let at_harmonic = |number: f32| {
        let place = (number * spacing).min(last as f32);
        between(logarithms[place as usize], logarithms[(place as usize + 1).min(last)], place.fract())
    };
    let value = |bin: usize| {
        let number = (bin as f32 / spacing).clamp(1.0, highest);
        let below = number.floor();
        between(at_harmonic(below), at_harmonic((below + 1.0).min(highest)), number - below)
    };
    (0..logarithms.len()).map(value).collect()
}

fn between(one: f32, other: f32, share: f32) -> f32 {
    one * (1.0 - share) + other * share
}

/// The minimum phase of the filter with a given log-magnitude: its cepstrum is folded onto positive times
/// (Oppenheim and Schafer, "Discrete-Time Signal Processing", chapter 13).
struct MinimumPhase<'a> {
    plan: &'a Lowering,
    spectrum: Vec<Complex<f32>>,
    cepstrum: Vec<f32>,
    scratch: [Vec<Complex<f32>>; 2],
}

impl<'a> MinimumPhase<'a> {
    fn new(plan: &'a Lowering) -> Self {
        Self {
            plan,
            spectrum: plan.forward.make_output_vec(),
            cepstrum: plan.forward.make_input_vec(),
            scratch: [plan.inverse.make_scratch_vec(), plan.forward.make_scratch_vec()],
        }
    }

    /// The phases in radians, as imaginary parts.
    fn of(&mut self, logarithms: &[f32]) -> Result<&[Complex<f32>], FftError> {
        for (bin, logarithm) in self.spectrum.iter_mut().zip(logarithms) {
            // The inverse transform multiplies by its length.
            *bin = Complex::new(logarithm / WINDOW as f32, 0.0);
        }
        let [inverse, forward] = &mut self.scratch;
        self.plan.inverse.process_with_scratch(&mut self.spectrum, &mut self.cepstrum, inverse)?;
        let middle = WINDOW / 2;
        self.cepstrum[1..middle].iter_mut().for_each(|value| *value *= 2.0);
        self.cepstrum[middle + 1..].fill(0.0);
        self.plan.forward.process_with_scratch(&mut self.cepstrum, &mut self.spectrum, forward)?;
        Ok(&self.spectrum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_goes_through_the_harmonics_and_not_through_what_lies_between() {
        // Harmonics at every eighth bin; the values between them are arbitrary.
        let spectrum: Vec<f32> =
            (0..BINS).map(|bin| if bin % 8 == 0 { bin as f32 / 8.0 } else { -50.0 }).collect();
        let envelope = envelope(&spectrum, 8.0);
        assert_eq!((envelope[0], envelope[8], envelope[12], envelope[16]), (1.0, 1.0, 1.5, 2.0));
        assert_eq!(envelope[BINS - 1], 75.0);
    }

    #[test]
    fn an_envelope_moves_little_with_the_pitch() {
        let spectrum: Vec<f32> = (0..BINS).map(|bin| (bin as f32 / 9.0).sin()).collect();
        for spacing in [2.0f32, 7.5, 9.99] {
            let (one, other) = (envelope(&spectrum, spacing), envelope(&spectrum, spacing + 1e-4));
            // Below the last harmonic, which may be there or not near the top of the spectrum.
            let apart = one.iter().zip(&other).take(540).map(|(one, other)| (one - other).abs());
            assert!(apart.fold(0.0, f32::max) < 0.01, "at {spacing}");
        }
    }

    #[test]
    fn the_minimum_phase_is_that_of_a_filter_which_has_one() {
        // 1 / (1 - a z^-1) with a = 0.9.
        let answer = |bin: usize| {
            let turn = std::f32::consts::TAU * bin as f32 / WINDOW as f32;
            Complex::new(1.0 - 0.9 * turn.cos(), 0.9 * turn.sin()).inv()
        };
        let logarithms: Vec<f32> = (0..BINS).map(|bin| answer(bin).norm().ln()).collect();
        let plan = Lowering::new();
        let mut phase = MinimumPhase::new(&plan);
        for (bin, found) in phase.of(&logarithms).unwrap().iter().enumerate() {
            assert!(
                (found.im - answer(bin).arg()).abs() < 1e-3,
                "{bin}: {} and {}",
                found.im,
                answer(bin).arg()
            );
        }
    }
}
