//! How loud sound is: integrated loudness and true peak, after ITU-R BS.1770 and EBU R 128.

use crate::units::{Decibels, Frame, SampleRate};

/// Integrated loudness (ITU-R BS.1770, EBU R 128) of stereo frames in LUFS; `None` when they are
/// too short or too quiet for its gates (-70 LUFS).
pub fn loudness(frames: &[Frame], rate: SampleRate) -> Option<Decibels> {
    let mut meter = ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::I).ok()?;
    meter.add_frames_f32(frames.as_flattened()).ok()?;
    let measured = meter.loudness_global().ok()?;
    measured.is_finite().then_some(Decibels(measured as f32))
}

/// A sound shorter than this is measured as if it were heard again and again without a pause.
const SHORTEST: f64 = 3.0;

/// Loudness of a mono voice in LUFS when it is played on both sides. The meter needs 400 ms to say
/// anything and gates pauses out; so that a counted number is measured like the words of a sentence,
/// a short sound is repeated until it is three seconds long. `None` when it is too quiet (-70 LUFS).
pub fn voice_loudness(samples: &[f32], rate: SampleRate) -> Option<Decibels> {
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
pub fn true_peak(samples: &[f32], rate: SampleRate) -> f32 {
    let sample_peak = || samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    let measured = ebur128::EbuR128::new(1, rate.hz(), ebur128::Mode::TRUE_PEAK).and_then(|mut meter| {
        meter.add_frames_f32(samples)?;
        meter.true_peak(0)
    });
    measured.map_or_else(|_| sample_peak(), |peak| peak as f32)
}

/// Measures a programme of stereo frames as it goes by.
pub struct Meter(Option<ebur128::EbuR128>);

impl Meter {
    /// A meter for frames at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        let mode = ebur128::Mode::I | ebur128::Mode::TRUE_PEAK;
        // Two channels at any rate that a device has are accepted.
        Self(ebur128::EbuR128::new(2, rate.hz(), mode).ok())
    }

    /// A meter that knows the samples' peak and not the true one, which takes longer to find.
    pub fn of_samples(rate: SampleRate) -> Self {
        let mode = ebur128::Mode::I | ebur128::Mode::SAMPLE_PEAK;
        Self(ebur128::EbuR128::new(2, rate.hz(), mode).ok())
    }

    /// Adds frames.
    pub fn add(&mut self, frames: &[Frame]) {
        if let Some(meter) = &mut self.0 {
            // Whole frames are never refused.
            let _ = meter.add_frames_f32(frames.as_flattened());
        }
    }

    /// Integrated loudness so far, in LUFS; [`Decibels::SILENCE`] for silence.
    pub fn integrated(&self) -> Decibels {
        let measured = self.0.as_ref().and_then(|meter| meter.loudness_global().ok());
        let loudness = measured.filter(|loudness| loudness.is_finite());
        loudness.map_or(Decibels::SILENCE, |loudness| Decibels(loudness as f32))
    }

    /// The largest sample so far, in dB over full scale; [`Decibels::SILENCE`] for silence.
    pub fn sample_peak(&self) -> Decibels {
        let channel = |meter: &ebur128::EbuR128, n| meter.sample_peak(n).unwrap_or(0.0);
        let peak = self.0.as_ref().map_or(0.0, |meter| channel(meter, 0).max(channel(meter, 1)));
        Decibels::of_amplitude(peak as f32)
    }

    /// The largest true peak so far, in dBTP.
    pub fn true_peak(&self) -> Decibels {
        let channel = |meter: &ebur128::EbuR128, n| meter.true_peak(n).unwrap_or(0.0);
        let peak = self.0.as_ref().map_or(0.0, |meter| channel(meter, 0).max(channel(meter, 1)));
        Decibels::of_amplitude(peak as f32)
    }
}

/// Momentary loudness (the last 400 ms) of stereo frames, as a power.
pub struct Momentary(Option<ebur128::EbuR128>);

impl Momentary {
    /// A meter for frames at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self(ebur128::EbuR128::new(2, rate.hz(), ebur128::Mode::M).ok())
    }

    /// Adds frames and gives the power now, relative to 0 LUFS.
    pub fn add(&mut self, frames: &[Frame]) -> f64 {
        let Some(meter) = &mut self.0 else { return 0.0 };
        let _ = meter.add_frames_f32(frames.as_flattened());
        meter.loudness_momentary().map_or(0.0, |loudness| 10f64.powf(loudness / 10.0))
    }
}
