//! The spectrum of the ambience as it is heard. It is followed by linear prediction: the all-pole filter that fits
//! the last seconds turns white noise into noise that sounds like them. Nothing of the ambience itself is repeated,
//! so a wave or a beat in it does not disturb what is made of the noise.

use std::f64::consts::{PI, TAU};

use super::noise::{ORDER, Poles};
use crate::units::{Decibels, Frame, SampleRate};

/// Of every [`PERIOD`] frames, this many are looked at: an ambience changes over seconds.
const LOOKED_AT: usize = 1_024;
const PERIOD: usize = 8_192;
/// Sums that are added side by side.
const LANES: usize = 8;
/// What has been heard counts for this much at the next look, half of it after a minute: the waves of an ocean are
/// part of its spectrum, and must not move the level of the noise.
const KEPT: f64 = 0.998;
/// Softer than this is a silence between two sounds, and has no spectrum.
const SILENT: Decibels = Decibels(-75.0);
/// White noise that is assumed below the sound, in parts of its power: it keeps the filter stable.
const FLOOR: f64 = 1e-6;
/// A pure tone is taken for a band of this width, in Hz, or the noise would whistle.
const WIDTH_HZ: f64 = 120.0;
/// Frequencies at which the filter is looked at, an equal ratio apart.
const BANDS: usize = 32;
const LOWEST_HZ: f64 = 50.0;
const HIGHEST_HZ: f64 = 12_000.0;
/// Below this, hearing is less and less sensitive at low levels.
const DEAF_HZ: f64 = 200.0;
/// The frequency that parts low from high sounds stays within these.
const PIVOT_HZ: (f64, f64) = (250.0, 2_500.0);
/// Without an ambience the noise falls by 6 dB an octave from here on.
const SOFT_HZ: f64 = 400.0;
/// The level of one side of such noise, in dB relative to its loudness in LUFS.
const SOFT_LEVEL: f32 = -2.0;

/// Follows the spectrum of what it hears.
pub(super) struct Spectrum {
    rate: f64,
    /// The place in the period.
    place: usize,
    /// The frames that are looked at.
    look: Box<[Frame; LOOKED_AT]>,
    /// The correlations of all looks so far, by their lags.
    heard: [f64; ORDER + 1],
    weight: f64,
    poles: Poles,
    /// The part by which a one-pole filter follows its input, at the pivot.
    pivot: f32,
    /// The loudness for which the noise without an ambience was made.
    soft: Option<Decibels>,
}

impl Spectrum {
    pub(super) fn new(rate: SampleRate) -> Self {
        Self {
            rate: f64::from(rate.hz()),
            place: 0,
            look: Box::new([[0.0; 2]; LOOKED_AT]),
            heard: [0.0; ORDER + 1],
            weight: 0.0,
            poles: Poles::SILENT,
            pivot: 0.1,
            soft: None,
        }
    }

    /// The part by which a one-pole filter follows its input, at the frequency that parts low from high sounds.
    pub(super) fn pivot(&self) -> f32 {
        self.pivot
    }

    /// The filter that turns white noise into what is heard.
    pub(super) fn poles(&self) -> &Poles {
        &self.poles
    }

    /// So many frames can be heard, or one, before the filter changes.
    pub(super) fn steady_for(&self) -> usize {
        let border = if self.place < LOOKED_AT { LOOKED_AT } else { PERIOD + LOOKED_AT };
        (border - self.place - 1).max(1)
    }

    /// Hears the ambience.
    pub(super) fn hear(&mut self, frames: &[Frame]) {
        let mut rest = frames;
        while !rest.is_empty() {
            let border = if self.place < LOOKED_AT { LOOKED_AT } else { PERIOD };
            let (now, behind) = rest.split_at((border - self.place).min(rest.len()));
            if border == LOOKED_AT {
                self.look[self.place..self.place + now.len()].copy_from_slice(now);
            }
            self.place += now.len();
            if self.place == LOOKED_AT {
                self.learn();
            }
            self.place %= PERIOD;
            rest = behind;
        }
    }

    /// Adds what was looked at, and finds the filter.
    fn learn(&mut self) {
        let look = correlations(&self.look);
        if look[0].sqrt() <= f64::from(SILENT.amplitude()) {
            return;
        }
        self.weight = self.weight * KEPT + 1.0;
        for (heard, look) in self.heard.iter_mut().zip(look) {
            *heard = *heard * KEPT + look;
        }
        let weight = self.weight;
        let mut correlation = self.heard.map(|heard| heard / weight);
        correlation[0] *= 1.0 + FLOOR;
        for (lag, value) in correlation.iter_mut().enumerate() {
            *value *= (-0.5 * (TAU * WIDTH_HZ * lag as f64 / self.rate).powi(2)).exp();
        }
        let (direct, left) = solved(&correlation);
        self.take(&direct, left);
        self.soft = None;
    }

    /// Without an ambience, makes noise of its own, as loud as `loudness` (LUFS).
    pub(super) fn soften(&mut self, loudness: Decibels) {
        if self.weight > 0.0 || self.soft == Some(loudness) {
            return;
        }
        let pole = (-TAU * SOFT_HZ / self.rate).exp();
        let mut direct = [0.0; ORDER + 1];
        (direct[0], direct[1]) = (1.0, -pole);
        let level = f64::from((loudness + Decibels(SOFT_LEVEL)).amplitude());
        self.take(&direct, level * level * (1.0 - pole * pole));
        self.soft = Some(loudness);
    }

    /// Takes a filter that needs white noise of this power.
    fn take(&mut self, direct: &[f64; ORDER + 1], power: f64) {
        self.poles = Poles::new(direct, power);
        self.pivot = (1.0 - (-TAU * pivot_hz(direct, self.rate) / self.rate).exp()) as f32;
    }
}

/// The mean products of samples that are so many frames apart, of both sides.
fn correlations(frames: &[Frame; LOOKED_AT]) -> [f64; ORDER + 1] {
    std::array::from_fn(|lag| {
        let mut sums = [[0.0; 2]; LANES];
        // Sums side by side, which the processor adds at once.
        let pairs = frames[lag..].chunks(LANES).zip(frames.chunks(LANES));
        for (later, earlier) in pairs {
            for ((sum, later), earlier) in sums.iter_mut().zip(later).zip(earlier) {
                for side in 0..2 {
                    sum[side] += f64::from(later[side]) * f64::from(earlier[side]);
                }
            }
        }
        sums.as_flattened().iter().sum::<f64>() / (2 * LOOKED_AT) as f64
    })
}

/// Solves for the filter by Levinson and Durbin: its direct form, and the power that is left.
fn solved(correlation: &[f64; ORDER + 1]) -> ([f64; ORDER + 1], f64) {
    let mut direct = [0.0; ORDER + 1];
    direct[0] = 1.0;
    let mut left = correlation[0];
    for order in 1..=ORDER {
        let sum: f64 = (0..order).map(|n| direct[n] * correlation[order - n]).sum();
        let next = (-sum / left).clamp(-0.999_999, 0.999_999);
        let before = direct;
        for n in 1..=order {
            direct[n] = before[n] + next * before[order - n];
        }
        left *= 1.0 - next * next;
    }
    (direct, left)
}

/// The sum of `factors[n] * exp(-i n angle)`, by Horner.
fn at_angle(factors: &[f64; ORDER + 1], angle: f64) -> (f64, f64) {
    let (sin, cos) = angle.sin_cos();
    factors
        .iter()
        .rev()
        .fold((0.0, 0.0), |(re, im), factor| (re * cos + im * sin + factor, im * cos - re * sin))
}

/// The frequency above and below which such noise is equally loud.
fn pivot_hz(direct: &[f64; ORDER + 1], rate: f64) -> f64 {
    let ratio = (HIGHEST_HZ / LOWEST_HZ).powf(1.0 / (BANDS - 1) as f64);
    let mut powers = [(0.0, 0.0); BANDS];
    let mut hz = LOWEST_HZ;
    for band in &mut powers {
        let angle = (TAU * hz / rate).min(PI);
        let (re, im) = at_angle(direct, angle);
        let heard = hz * hz / (hz * hz + DEAF_HZ * DEAF_HZ);
        *band = (hz, hz * heard * heard / (re * re + im * im).max(f64::MIN_POSITIVE));
        hz *= ratio;
    }
    let half = powers.iter().map(|(_, power)| power).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let middle = powers.iter().find(|(_, power)| {
        sum += power;
        sum >= half
    });
    middle.map_or(PIVOT_HZ.0, |(hz, _)| hz.clamp(PIVOT_HZ.0, PIVOT_HZ.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    /// A filter with one pole.
    fn one_pole(pole: f64) -> [f64; ORDER + 1] {
        let mut direct = [0.0; ORDER + 1];
        (direct[0], direct[1]) = (1.0, -pole);
        direct
    }

    #[test]
    fn a_filter_is_looked_at_at_an_angle() {
        let (re, im) = at_angle(&one_pole(0.5), 1.0);
        assert!((re - (1.0 - 0.5 * 1f64.cos())).abs() < 1e-12, "{re}");
        assert!((im - 0.5 * 1f64.sin()).abs() < 1e-12, "{im}");
        let all: [f64; ORDER + 1] = std::array::from_fn(|n| (n as f64).sin());
        let sum = |wave: fn(f64) -> f64| -> f64 {
            all.iter().enumerate().map(|(n, factor)| factor * wave(0.3 * n as f64)).sum()
        };
        let (re, im) = at_angle(&all, 0.3);
        assert!((re - sum(f64::cos)).abs() < 1e-9 && (im + sum(f64::sin)).abs() < 1e-9, "{re} {im}");
    }

    #[test]
    fn above_and_below_the_pivot_the_noise_is_equally_loud() {
        for pole in [0.95, 0.97, 0.98, 0.999] {
            // Summed hertz by hertz, where the filter's bands are a fifth apart.
            let power = |hz: f64| {
                let heard = hz.powi(2) / (hz.powi(2) + DEAF_HZ.powi(2));
                heard.powi(2) / (1.0 + pole * pole - 2.0 * pole * (TAU * hz / RATE).cos())
            };
            let hertz = || (LOWEST_HZ as u32..HIGHEST_HZ as u32).map(f64::from);
            let half = hertz().map(power).sum::<f64>() / 2.0;
            let mut sum = 0.0;
            let expected = hertz().find(|hz| {
                sum += power(*hz);
                sum >= half
            });
            let (found, expected) = (pivot_hz(&one_pole(pole), RATE), expected.unwrap());
            assert!((found / expected).ln().abs() < 0.2, "{pole}: {found} Hz, {expected} Hz");
        }
        assert_eq!(pivot_hz(&one_pole(0.0), RATE), PIVOT_HZ.1, "white noise is heard above it");
    }

    /// Frames whose samples all differ, and are alike to their neighbours.
    fn coloured(seed: f64, frames: usize) -> Vec<Frame> {
        let sample = |n: usize, side: f64| {
            (0.1 * (0.05 * n as f64 + seed).sin() + 0.07 * (0.31 * n as f64 * (1.0 + side)).cos()) as f32
        };
        (0..frames).map(|n| [sample(n, 0.0), sample(n, 0.2)]).collect()
    }

    fn heard(looks: &[&[Frame]]) -> Spectrum {
        let mut spectrum = Spectrum::new(SampleRate::HZ_48000);
        looks.iter().for_each(|look| spectrum.hear(look));
        spectrum
    }

    #[test]
    fn correlations_are_mean_products() {
        let frames = coloured(0.0, LOOKED_AT);
        let found = correlations(frames.as_slice().try_into().unwrap());
        for (lag, found) in found.into_iter().enumerate() {
            let pairs = frames[lag..].as_flattened().iter().zip(frames.as_flattened());
            let sum: f64 = pairs.map(|(later, earlier)| f64::from(*later) * f64::from(*earlier)).sum();
            assert!((found - sum / 2_048.0).abs() < 1e-12, "{lag}: {found}");
        }
    }

    #[test]
    fn a_solved_filter_predicts_all_that_is_alike() {
        let alike = |lag: usize| 0.9f64.powi(lag as i32) * (0.4 * lag as f64).cos() + 0.5f64.powi(lag as i32);
        let (direct, left) = solved(&std::array::from_fn(alike));
        for lag in 0..=ORDER {
            let sum: f64 = (0..=ORDER).map(|n| direct[n] * alike(lag.abs_diff(n))).sum();
            let expected = if lag == 0 { left } else { 0.0 };
            assert!((sum - expected).abs() < 1e-9, "{lag}: {sum}");
        }
        assert!(direct[0] == 1.0 && left > 0.0 && left < alike(0), "{left}");
    }

    #[test]
    fn what_was_heard_before_counts_a_little_less_and_a_tone_is_a_band() {
        let (first, second) = (coloured(0.0, PERIOD), coloured(1.0, LOOKED_AT));
        let spectrum = heard(&[&first, &second]);
        let [first, second] =
            [&first[..LOOKED_AT], &second].map(|look| correlations(look.try_into().unwrap()));
        let mut mean: [f64; ORDER + 1] =
            std::array::from_fn(|lag| (first[lag] * 0.998 + second[lag]) / 1.998);
        mean[0] *= 1.000_001;
        for (lag, value) in mean.iter_mut().enumerate() {
            *value *= (-0.5 * (TAU * 120.0 * lag as f64 / RATE).powi(2)).exp();
        }
        let (direct, left) = solved(&mean);
        assert_eq!(*spectrum.poles(), Poles::new(&direct, left));
        let pivot = 1.0 - (-TAU * pivot_hz(&direct, RATE) / RATE).exp();
        assert!((f64::from(spectrum.pivot()) - pivot).abs() < 1e-6, "{}", spectrum.pivot());
    }

    #[test]
    fn a_silence_is_not_learned() {
        let loud = coloured(0.0, PERIOD);
        let soft: Vec<Frame> = loud.iter().map(|frame| frame.map(|sample| sample * 1e-3)).collect();
        assert_eq!(*heard(&[&soft]).poles(), Poles::SILENT);
        assert_eq!(heard(&[&loud, &soft]).poles(), heard(&[&loud]).poles());
    }

    #[test]
    fn the_filter_changes_with_the_frame_that_was_announced() {
        let mut spectrum = heard(&[]);
        let mut steady = Vec::new();
        for seed in 0..6 {
            let (length, before) = (spectrum.steady_for(), spectrum.poles().clone());
            spectrum.hear(&coloured(f64::from(seed), length));
            assert_eq!(*spectrum.poles() != before, length == 1, "{length}");
            steady.push(length);
        }
        assert_eq!(steady, [1_023, 1, 8_191, 1, 8_191, 1]);
    }

    #[test]
    fn without_an_ambience_the_noise_has_the_level_of_speech_and_falls_from_400_hz_on() {
        let mut spectrum = heard(&[]);
        spectrum.soften(Decibels(-20.0));
        let pole = (-TAU * 400.0 / RATE).exp();
        let power = 10f64.powf(-22.0 / 10.0) * (1.0 - pole * pole);
        let (mut noise, mut expected) =
            (super::super::noise::Noise::new(), super::super::noise::Noise::new());
        noise.turn_to(spectrum.poles());
        expected.turn_to(&Poles::new(&one_pole(pole), power));
        let mut both = [[[0.0; 2]; 4_000]; 2];
        noise.fill(&mut both[0]);
        expected.fill(&mut both[1]);
        assert!(both[0].as_flattened().iter().zip(both[1].as_flattened()).all(|(a, b)| (a - b).abs() < 1e-6));
        let before = spectrum.poles().clone();
        spectrum.soften(Decibels(-14.0));
        assert!(*spectrum.poles() != before, "as loud as it was asked for last");
        let mut spectrum = heard(&[&coloured(0.0, PERIOD)]);
        let before = spectrum.poles().clone();
        spectrum.soften(Decibels(-20.0));
        assert_eq!(*spectrum.poles(), before, "an ambience has a spectrum of its own");
    }
}
