//! The last stage before the output: a true-peak limiter with look-ahead. Where nothing reaches its
//! ceiling, the output equals the input bit for bit. The result does not depend on the size of blocks.
//!
//! A peak between samples is found by oversampling four times (ITU-R BS.1770-4, Annex 2). The attenuation
//! that it needs is held, released slowly, and averaged over the look-ahead, so that it is complete when
//! the peak comes out. Attenuations are integers: their sums can't drift, and the gain is exactly 1 as soon
//! as there is nothing to limit.

use std::collections::VecDeque;
use std::time::Duration;

use crate::units::{Decibels, Frame, Frames, SampleRate};

/// No true peak is above this, in dBTP: the maximum of EBU R 128.
pub(crate) const CEILING: Decibels = Decibels(-1.0);
/// The limiter aims this much lower, since another meter's filter finds another peak between the same
/// samples.
const GUARD: Decibels = Decibels(-0.05);
/// How long before it is heard a peak is seen. The gain falls smoothly over this time.
const LOOK_AHEAD: Duration = Duration::from_millis(5);
/// An attenuation is held for at least this many look-aheads, 25 ms. This is longer than a period of the
/// deepest sound, whose wave a moving gain would distort.
const HELD: usize = 5;
/// How fast the attenuation of a single peak is released: to 37 % in this time.
const RELEASE: Duration = Duration::from_millis(200);
/// An attenuation that has lasted longer than this is released more slowly, so that the level does not
/// swell between syllables. The constants are that duration and that speed.
const LASTING: Duration = Duration::from_millis(800);
const SLOW_RELEASE: Duration = Duration::from_millis(1_200);
/// The slowest release, half a decibel a second; otherwise a release would never end.
const LEAST_STEP: f64 = 0.05;
/// Full attenuation.
const ALL: u32 = 1 << 30;
/// No sum of sounds is 60 dB above full scale; a value above this is an error.
const ABSURD: f32 = 1_000.0;

/// The most frames that are processed together.
const CHUNK: usize = 64;
/// The filter's taps for each position between two samples: a sinc with a Hann window, as in libebur128.
const TAPS: usize = 12;
const HALF: usize = TAPS / 2;
/// The positions between two samples that are examined.
const PLACES: [f64; 3] = [0.25, 0.5, 0.75];

/// Turns peaks down, on both sides by the same gain.
pub struct Limiter {
    detector: Detector,
    envelope: Envelope,
    smooth: [Mean; 2],
    /// Frames on their way to the output, and the index of the next one.
    delayed: Box<[Frame]>,
    next: usize,
    /// The ceiling, as an amplitude.
    ceiling: f64,
    /// The sum of the smoothed attenuations at full attenuation.
    whole: f64,
    /// Frames since the last attenuation.
    rests: usize,
}

impl Limiter {
    /// A limiter for frames at `rate`, full of silence.
    pub fn new(rate: SampleRate) -> Self {
        let first = (Frames::at(LOOK_AHEAD, rate).0 as usize / 2).max(1);
        let smooth = [Mean::new(first), Mean::new(first + 1)];
        let look_ahead = 2 * first;
        // The attenuation must be complete before the filter sees the peak, and the filter sees it before
        // its centre.
        let delay = look_ahead - 1 + 2 * HALF;
        Self {
            detector: Detector::new(),
            envelope: Envelope::new(rate, look_ahead + 2 * TAPS),
            whole: f64::from(ALL) * (first * (first + 1)) as f64,
            smooth,
            delayed: vec![[0.0; 2]; delay].into(),
            next: 0,
            ceiling: f64::from((CEILING + GUARD).amplitude()),
            rests: delay,
        }
    }

    /// The delay from input to output, in frames.
    pub(crate) fn delay(&self) -> usize {
        self.delayed.len()
    }

    /// Replaces the frames by those of `Limiter::delay` frames before.
    pub fn process(&mut self, frames: &mut [Frame]) {
        for chunk in frames.chunks_mut(CHUNK) {
            heal(chunk);
            let mut gains = [0.0; CHUNK];
            let gains = &mut gains[..chunk.len()];
            if self.detector.find(chunk, gains) && self.is_resting() {
                self.swap(chunk);
                continue;
            }
            // Each peak is replaced by the gain of the frame that comes out when it goes in.
            gains.iter_mut().for_each(|gain| *gain = self.gain(*gain));
            self.swap(chunk);
            for (frame, gain) in chunk.iter_mut().zip(gains) {
                *frame = frame.map(|sample| sample * *gain);
            }
        }
    }

    /// Whether all stored attenuations are zero.
    fn is_resting(&self) -> bool {
        self.rests > self.delayed.len() && self.envelope.is_resting()
    }

    /// Puts frames into the delay line, and replaces them by those that leave it.
    fn swap(&mut self, mut frames: &mut [Frame]) {
        while !frames.is_empty() {
            let room = &mut self.delayed[self.next..];
            let length = room.len().min(frames.len());
            let (now, rest) = frames.split_at_mut(length);
            now.swap_with_slice(&mut room[..length]);
            self.next = (self.next + length) % self.delayed.len();
            frames = rest;
        }
    }

    /// The gain of the frame that comes out when `peak` has been found.
    fn gain(&mut self, peak: f32) -> f32 {
        let held = self.envelope.next(self.attenuation(peak));
        let [first, second] = &mut self.smooth;
        let sum = second.next(first.next(u64::from(held)));
        self.rests = if held == 0 { self.rests + 1 } else { 0 };
        if sum == 0 { 1.0 } else { (1.0 - sum as f64 / self.whole).max(0.0) as f32 }
    }

    /// The attenuation that a peak needs, rounded up.
    fn attenuation(&self, peak: f32) -> u32 {
        let peak = f64::from(peak);
        if peak <= self.ceiling {
            return 0;
        }
        ((1.0 - self.ceiling / peak) * f64::from(ALL)).ceil() as u32
    }
}

/// Replaces values that are not numbers, or are absurdly large, by silence.
fn heal(frames: &mut [Frame]) {
    for sample in frames.as_flattened_mut() {
        if !sample.is_finite() || sample.abs() > ABSURD {
            *sample = 0.0;
        }
    }
}

/// Finds peaks, including those between samples.
struct Detector {
    /// The filter for each position, from the oldest sample to the newest.
    filters: [[f32; TAPS]; PLACES.len()],
    /// Samples below this can't exceed the ceiling after any of the filters.
    harmless: f32,
    /// The last samples of each side, with room for a chunk.
    samples: [[f32; TAPS - 1 + CHUNK]; 2],
    /// The largest of the stored samples.
    before: f32,
}

impl Detector {
    fn new() -> Self {
        let filters = PLACES.map(|place| {
            std::array::from_fn(|tap| {
                let distance = tap as f64 - (HALF - 1) as f64 - place;
                (sinc(distance) * hann(distance / HALF as f64)) as f32
            })
        });
        let gains = filters.map(|filter| filter.iter().map(|tap| tap.abs()).sum::<f32>());
        let most = gains.into_iter().fold(1.0, f32::max);
        let harmless = 0.999 * (CEILING + GUARD).amplitude() / most;
        Self { filters, harmless, samples: [[0.0; _]; 2], before: 0.0 }
    }

    /// Writes into `peaks` the largest value of either side from [`HALF`] frames before each of `frames` to
    /// one frame after. Returns true when all are harmless; `peaks` is then unchanged.
    fn find(&mut self, frames: &[Frame], peaks: &mut [f32]) -> bool {
        let most = |samples: &[f32]| samples.iter().fold(0f32, |most, sample| most.max(sample.abs()));
        let now = most(frames.as_flattened());
        let is_below = now.max(self.before) < self.harmless;
        for (side, samples) in self.samples.iter_mut().enumerate() {
            for (sample, frame) in samples[TAPS - 1..].iter_mut().zip(frames) {
                *sample = frame[side];
            }
            if !is_below {
                find_in(samples, &self.filters, peaks);
            }
            samples.copy_within(frames.len()..frames.len() + TAPS - 1, 0);
        }
        self.before = self.samples.iter().map(|samples| most(&samples[..TAPS - 1])).fold(0.0, f32::max);
        is_below
    }
}

/// Raises `peaks` to those of one side, where these are higher.
fn find_in(samples: &[f32], filters: &[[f32; TAPS]; PLACES.len()], peaks: &mut [f32]) {
    for (peak, sample) in peaks.iter_mut().zip(&samples[HALF - 1..]) {
        *peak = peak.max(sample.abs());
    }
    for filter in filters {
        let mut sums = [0f32; CHUNK];
        for (tap, factor) in filter.iter().enumerate() {
            for (sum, sample) in sums[..peaks.len()].iter_mut().zip(&samples[tap..]) {
                *sum += factor * sample;
            }
        }
        for (peak, sum) in peaks.iter_mut().zip(sums) {
            *peak = peak.max(sum.abs());
        }
    }
}

fn sinc(x: f64) -> f64 {
    let x = std::f64::consts::PI * x;
    if x == 0.0 { 1.0 } else { x.sin() / x }
}

/// A Hann window on -1..1.
fn hann(x: f64) -> f64 {
    0.5 + 0.5 * (std::f64::consts::PI * x).cos()
}

/// Holds an attenuation for a while, then releases it.
struct Envelope {
    /// The maximum of the current cell of frames, and of the cells before it.
    cells: [u32; HELD + 1],
    cell: usize,
    place: usize,
    /// The number of frames in a cell.
    length: usize,
    single: u32,
    lasting: u32,
    /// The part of the difference covered in a frame, in units of 2^-32.
    release: u64,
    charge: u64,
    slow_release: u64,
    least: u32,
}

impl Envelope {
    fn new(rate: SampleRate, length: usize) -> Self {
        let hz = f64::from(rate.hz());
        let part = |time: Duration| {
            let gone = 1.0 - (-1.0 / (time.as_secs_f64() * hz)).exp();
            (gone * f64::from(u32::MAX)) as u64
        };
        Self {
            cells: [0; _],
            cell: 0,
            place: 0,
            length,
            single: 0,
            lasting: 0,
            release: part(RELEASE),
            charge: part(LASTING),
            slow_release: part(SLOW_RELEASE),
            least: (LEAST_STEP / hz * f64::from(ALL)) as u32 + 1,
        }
    }

    fn is_resting(&self) -> bool {
        self.single == 0 && self.lasting == 0 && self.cells == [0; _]
    }

    /// The current attenuation, which is never less than the maximum requested during the last cells.
    fn next(&mut self, asked: u32) -> u32 {
        if asked == 0 && self.is_resting() {
            // Frames skipped while it rests must not count.
            self.place = 0;
            return 0;
        }
        if self.place == self.length {
            self.place = 0;
            self.cell = (self.cell + 1) % self.cells.len();
            self.cells[self.cell] = 0;
        }
        self.place += 1;
        self.cells[self.cell] = self.cells[self.cell].max(asked);
        let held = self.cells.iter().copied().max().unwrap_or(0);
        self.single = held.max(self.released(self.single, self.release));
        self.lasting = if self.single > self.lasting {
            self.lasting + moved(self.single - self.lasting, self.charge)
        } else {
            self.released(self.lasting, self.slow_release)
        };
        self.single.max(self.lasting)
    }

    fn released(&self, attenuation: u32, part: u64) -> u32 {
        attenuation.saturating_sub(moved(attenuation, part).max(self.least))
    }
}

/// A part of a difference; the part is in units of 2^-32.
fn moved(way: u32, part: u64) -> u32 {
    // A part is less than 2^32, so the result is less than the difference.
    ((u64::from(way) * part) >> 32) as u32
}

/// The sum of the last values.
struct Mean {
    values: VecDeque<u64>,
    sum: u64,
}

impl Mean {
    fn new(length: usize) -> Self {
        Self { values: VecDeque::from(vec![0; length]), sum: 0 }
    }

    fn next(&mut self, value: u64) -> u64 {
        // In this order the queue never grows.
        let oldest = self.values.pop_front().unwrap_or_default();
        self.values.push_back(value);
        self.sum = self.sum + value - oldest;
        self.sum
    }
}

#[cfg(test)]
mod tests;
