//! The loudness of sound: integrated loudness and true peak, by ITU-R BS.1770 and EBU R 128.

use crate::units::{Decibels, Frame, SampleRate};

/// In seconds; a shorter sound is measured as if it were repeated without a pause.
const SHORTEST: f64 = 3.0;
/// The number of preceding frames on which the oversampled signal depends: the meter's filter has 12 taps
/// in each phase.
const TAPS: usize = 12;
/// No true peak is higher than this times the largest sample around it: the absolute values of the filter's
/// taps add up to at most 1.9 in a phase.
const OVERSHOOT: f32 = 2.0;
/// So many samples of a voice are oversampled, or skipped, at once.
const PIECE: usize = 128;
/// From this rate on the meter oversamples twice, by another filter.
const TWICE_HZ: u32 = 96_000;

/// The loudness of a mono voice in LUFS when it is played on both sides. The meter needs at least 400 ms
/// and gates pauses out, so a short sound is repeated until it is three seconds long: a counted number is
/// then measured like the words of a sentence. `None` when it is too quiet (-70 LUFS).
pub(crate) fn voice_loudness(samples: &[f32], rate: SampleRate) -> Option<Decibels> {
    let mut meter = ebur128::EbuR128::new(1, rate.hz(), ebur128::Mode::I).ok()?;
    meter.set_channel(0, ebur128::Channel::DualMono).ok()?;
    let shortest = SHORTEST * f64::from(rate.hz());
    let times = (shortest / samples.len().max(1) as f64).ceil().max(1.0) as usize;
    for _ in 0..times.min(shortest as usize) {
        meter.add_frames_f32(samples).ok()?;
    }
    let measured = meter.loudness_global().ok()?;
    measured.is_finite().then_some(Decibels(measured as f32))
}

/// The largest inter-sample peak (ITU-R BS.1770, 4 times oversampled), as an amplitude.
pub(crate) fn true_peak(samples: &[f32], rate: SampleRate) -> f32 {
    let sample_peak = largest(samples);
    let mode = ebur128::Mode::TRUE_PEAK;
    let measured = ebur128::EbuR128::new(1, rate.hz(), mode).and_then(|mut meter| {
        if rate.hz() >= TWICE_HZ {
            // This filter is longer, and no bound is known for it.
            meter.add_frames_f32(samples)?;
            return meter.true_peak(0);
        }
        let mut peak = sample_peak;
        // The end of what the meter has seen.
        let mut seen = 0;
        for (start, piece) in (0usize..).step_by(PIECE).zip(samples.chunks(PIECE)) {
            let before = usize::saturating_sub(start, TAPS);
            if largest(&samples[before..start + piece.len()]) * OVERSHOOT <= peak {
                continue;
            }
            if seen < start {
                meter.add_frames_f32(&samples[before..start])?;
            }
            meter.add_frames_f32(piece)?;
            peak = peak.max(meter.prev_true_peak(0)? as f32);
            seen = start + piece.len();
        }
        Ok(f64::from(peak))
    });
    measured.map_or(sample_peak, |peak| peak as f32)
}

fn largest(samples: &[f32]) -> f32 {
    samples.iter().fold(0f32, |most, sample| most.max(sample.abs()))
}

/// Measures a programme of stereo frames as it is played.
pub(crate) struct Meter {
    meter: Option<ebur128::EbuR128>,
    /// The powers of the last blocks that were added.
    recent: [f64; 4],
}

impl Meter {
    /// A meter for frames at `rate`, of integrated and momentary loudness.
    pub(crate) fn new(rate: SampleRate) -> Self {
        // The meter accepts two channels at any rate that a device has.
        Self { meter: ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::I).ok(), recent: [0.0; 4] }
    }

    /// A meter of momentary loudness alone, which costs less.
    pub(crate) fn momentary_only(rate: SampleRate) -> Self {
        Self { meter: ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::M).ok(), recent: [0.0; 4] }
    }

    /// A meter of the sample peak instead of the true peak, which takes longer to find.
    pub(crate) fn of_samples(rate: SampleRate) -> Self {
        let mode = ebur128::Mode::I | ebur128::Mode::SAMPLE_PEAK;
        Self { meter: ebur128::EbuR128::new(2, rate.hz(), mode).ok(), recent: [0.0; 4] }
    }

    /// Adds frames.
    pub(crate) fn add(&mut self, frames: &[Frame]) {
        if let Some(meter) = &mut self.meter {
            // Whole frames are always accepted.
            let _ = meter.add_frames_f32(frames.as_flattened());
        }
    }

    /// Integrated loudness so far, in LUFS; [`Decibels::SILENCE`] for silence.
    pub(crate) fn integrated(&self) -> Decibels {
        let measured = self.meter.as_ref().and_then(|meter| meter.loudness_global().ok());
        let loudness = measured.filter(|loudness| loudness.is_finite());
        loudness.map_or(Decibels::SILENCE, |loudness| Decibels(loudness as f32))
    }

    /// Momentary loudness (the last 400 ms), as a power relative to 0 LUFS, if frames are added 100 ms at a
    /// time and this is called after each. It is the mean of four blocks: measuring the last block and
    /// remembering three costs a quarter of measuring all four.
    pub(crate) fn momentary(&mut self) -> f64 {
        let measured = self.meter.as_mut().and_then(|meter| meter.loudness_window(100).ok());
        self.recent.rotate_left(1);
        self.recent[3] = measured.map_or(0.0, |loudness| 10f64.powf(loudness / 10.0));
        self.recent.iter().sum::<f64>() / 4.0
    }

    /// The largest sample so far, in dB over full scale; [`Decibels::SILENCE`] for silence.
    pub(crate) fn sample_peak(&self) -> Decibels {
        let channel = |meter: &ebur128::EbuR128, n| meter.sample_peak(n).unwrap_or(0.0);
        let peak = self.meter.as_ref().map_or(0.0, |meter| channel(meter, 0).max(channel(meter, 1)));
        Decibels::of_amplitude(peak as f32)
    }
}

/// The largest true peak of a programme of stereo frames, as [`true_peak`] measures it. Oversampling is the
/// most expensive of all measurements, so it is skipped where the samples are too small to matter.
pub(crate) struct PeakMeter {
    meter: Option<ebur128::EbuR128>,
    /// The frames before the next ones.
    before: Vec<Frame>,
    /// Whether the meter has skipped them.
    is_behind: bool,
    peak: f32,
}

impl PeakMeter {
    /// A meter for frames at `rate`.
    pub(crate) fn new(rate: SampleRate) -> Self {
        let meter = ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::TRUE_PEAK).ok();
        Self { meter, before: vec![[0.0; 2]; TAPS], is_behind: false, peak: 0.0 }
    }

    /// Adds frames.
    pub(crate) fn add(&mut self, frames: &[Frame]) {
        let largest = largest(self.before.as_flattened()).max(largest(frames.as_flattened()));
        if largest * OVERSHOOT <= self.peak {
            self.is_behind = true;
        } else {
            let peak = self.meter.as_mut().and_then(|meter| {
                if std::mem::take(&mut self.is_behind) {
                    meter.add_frames_f32(self.before.as_flattened()).ok()?;
                }
                meter.add_frames_f32(frames.as_flattened()).ok()?;
                Some(meter.prev_true_peak(0).ok()?.max(meter.prev_true_peak(1).ok()?) as f32)
            });
            self.peak = self.peak.max(peak.unwrap_or(largest));
        }
        self.before.extend_from_slice(&frames[frames.len().saturating_sub(TAPS)..]);
        self.before.drain(..self.before.len().saturating_sub(TAPS));
    }

    /// The largest true peak so far, in dBTP.
    pub(crate) fn true_peak(&self) -> Decibels {
        Decibels::of_amplitude(self.peak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_momentary_loudness_is_that_of_the_last_400_ms() {
        let rate = SampleRate::HZ_48000;
        let mut reference = ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::M).unwrap();
        let (mut meter, mut alone) = (Meter::new(rate), Meter::momentary_only(rate));
        for block in 0..30 {
            let wave = |n: usize| ((block * 4_800 + n) as f32 * 0.13).sin() * (block % 7) as f32 / 10.0;
            let frames: Vec<Frame> = (0..4_800).map(|n| [wave(n), wave(n) / 2.0]).collect();
            reference.add_frames_f32(frames.as_flattened()).unwrap();
            meter.add(&frames);
            alone.add(&frames);
            let expected = 10f64.powf(reference.loudness_momentary().unwrap() / 10.0);
            for measured in [meter.momentary(), alone.momentary()] {
                assert!((measured - expected).abs() < 1e-9, "{block}: {measured} and {expected}");
            }
        }
    }

    #[test]
    fn the_true_peak_of_a_voice_is_the_one_of_all_of_its_samples() {
        let mut random = 7u32;
        let samples: Vec<f32> = (0..30_000)
            .map(|n| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (random >> 8) as f32 / (1 << 23) as f32 - 1.0;
                // Syllables that get louder, and pauses between them.
                let level = (n as f32 / 4_000.0).sin().max(0.0) * (n as f32 / 30_000.0);
                noise * level
            })
            .collect();
        for (hz, length) in [(48_000, 30_000), (44_100, 1), (22_050, 300), (96_000, 30_000), (48_000, 0)] {
            let (rate, samples) = (SampleRate::new(hz).unwrap(), &samples[30_000 - length..]);
            let mut meter = ebur128::EbuR128::new(1, hz, ebur128::Mode::TRUE_PEAK).unwrap();
            meter.add_frames_f32(samples).unwrap();
            assert_eq!(true_peak(samples, rate), meter.true_peak(0).unwrap() as f32, "{hz} Hz, {length}");
        }
    }

    #[test]
    fn a_true_peak_is_found_though_most_is_not_oversampled() {
        let rate = SampleRate::HZ_48000;
        // Bursts near a quarter of the rate, whose peaks lie between their samples, in soft noise.
        let mut random = 1u32;
        let frames: Vec<Frame> = (0..48_000)
            .map(|n| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (random >> 8) as f32 / (1 << 24) as f32 - 0.5;
                let is_burst = n % 7_919 < 900;
                let level = if is_burst { 0.2 + (n / 7_919) as f32 * 0.09 } else { 0.01 };
                let wave = (n as f32 * 1.57 + 0.8).sin() * level;
                [wave + noise * 0.02, noise * 0.3 * level]
            })
            .collect();
        for length in [1, 5, 240, 4_800] {
            let mut meter = PeakMeter::new(rate);
            frames.chunks(length).for_each(|chunk| meter.add(chunk));
            let sides = [0, 1].map(|side| frames.iter().map(|frame| frame[side]).collect::<Vec<_>>());
            let expected = sides.map(|side| true_peak(&side, rate)).into_iter().fold(0.0, f32::max);
            assert!((meter.peak - expected).abs() < 1e-6, "{length}: {} and {expected}", meter.peak);
        }
    }
}
