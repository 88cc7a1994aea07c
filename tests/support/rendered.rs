//! A rendered file, and its score: samples, places and loudness.

use std::path::Path;

use ebur128::{EbuR128, Mode};
use serde_json::Value;

/// Frames a second.
pub const RATE: u32 = 48_000;

/// A rendered file, left and right in turn, full scale ±1.
pub struct Rendered {
    pub samples: Vec<f32>,
}

impl Rendered {
    /// Reads a file of the one form that supine writes.
    pub fn read(path: &Path) -> Self {
        let reader = hound::WavReader::open(path).unwrap();
        let spec = reader.spec();
        assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (2, RATE, 24));
        Self {
            samples: reader
                .into_samples::<i32>()
                .map(|sample| sample.unwrap() as f32 / 8_388_608.0)
                .collect(),
        }
    }

    /// The number of frames.
    pub fn frames(&self) -> usize {
        self.samples.len() / 2
    }

    /// The larger channel of a frame.
    pub fn level(&self, frame: usize) -> f32 {
        self.samples[2 * frame].abs().max(self.samples[2 * frame + 1].abs())
    }

    /// The first frame at or after `from` that is louder than `threshold`.
    pub fn first_louder(&self, from: usize, threshold: f32) -> Option<usize> {
        (from..self.frames()).find(|frame| self.level(*frame) > threshold)
    }

    /// The largest step from one sample of a channel to the next.
    pub fn largest_step(&self) -> f32 {
        self.samples.windows(3).map(|three| (three[2] - three[0]).abs()).fold(0.0, f32::max)
    }

    /// Integrated loudness in LUFS and true peak in dBTP.
    pub fn loudness(&self) -> (f64, f64) {
        let mut meter = EbuR128::new(2, RATE, Mode::I | Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(&self.samples).unwrap();
        let peak = meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap());
        (meter.loudness_global().unwrap(), 20.0 * peak.log10())
    }
}

/// The frame at some seconds of a score.
pub fn frame(seconds: &Value) -> usize {
    (seconds.as_f64().unwrap() * f64::from(RATE)).round() as usize
}

/// The events of a score that are on one of the `tracks`.
pub fn events<'a>(score: &'a Value, tracks: &'a [&'a str]) -> impl Iterator<Item = &'a Value> {
    let events = score["events"].as_array().unwrap().iter();
    events.filter(move |event| tracks.contains(&event["track"].as_str().unwrap()))
}

/// Integrated loudness in LUFS.
pub fn loudness_of(samples: &[f32]) -> f64 {
    let mut meter = EbuR128::new(2, RATE, Mode::I).unwrap();
    meter.add_frames_f32(samples).unwrap();
    meter.loudness_global().unwrap()
}
