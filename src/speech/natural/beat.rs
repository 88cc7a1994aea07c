//! Where the beat of a spoken number lies: on the onset of its vowel, where a speaker who counts puts it
//! ("six" begins a tenth of a second before its beat). It is measured in the sound itself, since the
//! model's own times run 20-70 ms late.

use realfft::RealFftPlanner;

use crate::units::SampleRate;

/// Windows of 20 ms, as a fraction of a second; they move by 2 ms.
const WINDOWS: usize = 50;
const STEPS: usize = 500;
/// The band of the vowels' first formants; hisses and bursts of consonants lie above it, voice bars below.
const BAND_HZ: (f32, f32) = (350.0, 1500.0);
/// A vowel has begun when the power in the band rises to this fraction of its maximum: 9 dB below.
const RISEN: f32 = 0.125;

/// The sample at which the first vowel begins; `None` when there is no sound.
pub(crate) fn vowel_onset(samples: &[f32], rate: SampleRate) -> Option<usize> {
    let rate = rate.hz() as usize;
    let powers = band_powers(samples, rate);
    let peak = powers.iter().copied().fold(0f32, f32::max);
    let risen = powers.iter().position(|power| *power > peak * RISEN)?;
    (peak > 0.0).then(|| (risen * (rate / STEPS) + rate / WINDOWS / 2).min(samples.len() - 1))
}

/// The power in the vowels' band, window by window; `rate` is in Hz.
fn band_powers(samples: &[f32], rate: usize) -> Vec<f32> {
    let (length, step) = (rate / WINDOWS, rate / STEPS);
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(length);
    let (mut input, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
    let bin = |hz: f32| (hz * length as f32 / rate as f32).round() as usize;
    let band = bin(BAND_HZ.0)..bin(BAND_HZ.1) + 1;
    let hann = |n: usize| 0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / length as f32).cos();
    let window: Vec<f32> = (0..length).map(hann).collect();
    let power = |start: usize| -> f32 {
        for (n, value) in input.iter_mut().enumerate() {
            *value = samples[start + n] * window[n];
        }
        // The plan made the buffers, so their lengths fit.
        fft.process(&mut input, &mut spectrum)
            .map_or(0.0, |()| spectrum[band.clone()].iter().map(|bin| bin.norm_sqr()).sum())
    };
    (0..samples.len().saturating_sub(length)).step_by(step).map(power).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::natural::Timbre;

    /// A hiss at 6 kHz, then a tone in the middle of the vowels' band.
    #[test]
    fn a_hiss_before_the_vowel_is_not_its_onset_at_any_rate() {
        for rate in Timbre::ALL.map(Timbre::rate) {
            let tone = |n: usize, hz: f32| (std::f32::consts::TAU * hz * n as f32 / rate.hz() as f32).sin();
            let hiss = 3_000;
            let samples: Vec<f32> = (0..12_000)
                .map(|n| if n < hiss { 0.5 * tone(n, 6_000.0) } else { 0.5 * tone(n, 700.0) })
                .collect();
            let onset = vowel_onset(&samples, rate).unwrap();
            assert!(onset.abs_diff(hiss) < rate.hz() as usize / 100, "{onset}");
        }
    }

    #[test]
    fn silence_and_next_to_nothing_have_no_vowel() {
        assert_eq!(vowel_onset(&[0.0; 4_800], Timbre::PLAIN.rate()), None);
        assert_eq!(vowel_onset(&[0.3; 5], Timbre::PLAIN.rate()), None);
    }
}
