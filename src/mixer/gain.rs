//! Gains over time: the ambience's curve, fades to silence, and the overall volume.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::score::GainPoint;
use crate::units::{Decibels, Frame, Frames};

/// The gain is computed on a grid of frames and is linear in between.
pub(super) const GRID: u64 = 64;

/// The source of the curve's points.
type Points = rtrb::Consumer<GainPoint>;

/// The ambience's gain along the score.
pub(super) struct GainCurve {
    from: GainPoint,
    to: Option<GainPoint>,
    /// The grid cell of `ends`.
    cell: u64,
    ends: [f32; 2],
}

impl Default for GainCurve {
    fn default() -> Self {
        Self {
            from: GainPoint { at: Frames::ZERO, gain: Decibels::SILENCE },
            to: None,
            cell: u64::MAX,
            ends: [0.0; 2],
        }
    }
}

impl GainCurve {
    /// Begins another take, whose clock is at zero, with the gain at `clock`.
    pub(crate) fn leave(&mut self, clock: u64) {
        let place = (clock % GRID) as f32 / GRID as f32;
        let [start, end] = self.ends;
        let amplitude = if clock / GRID == self.cell {
            start + (end - start) * place
        } else {
            self.from.gain.amplitude()
        };
        let from = GainPoint { at: Frames::ZERO, gain: Decibels::of_amplitude(amplitude) };
        *self = Self { from, ..Self::default() };
    }

    /// Multiplies `out`, which begins at `clock` and stays within one grid cell.
    pub(crate) fn apply(&mut self, points: &mut Points, out: &mut [Frame], clock: u64, clock_runs: bool) {
        let cell = clock / GRID;
        if cell != self.cell {
            let start = self.at(points, cell * GRID);
            self.ends = [start, self.at(points, (cell + 1) * GRID)];
            self.cell = cell;
        }
        let [start, end] = self.ends;
        let slope = (end - start) / GRID as f32;
        let mut place = (clock % GRID) as f32;
        for frame in out {
            let gain = start + slope * place;
            frame[0] *= gain;
            frame[1] *= gain;
            if clock_runs {
                place += 1.0;
            }
        }
    }

    /// The amplitude at a frame; frames must be requested in order.
    fn at(&mut self, points: &mut Points, frame: u64) -> f32 {
        loop {
            match self.to {
                Some(to) if to.at.0 <= frame => {
                    self.from = to;
                    self.to = points.pop().ok();
                }
                Some(_) => break,
                None => match points.pop() {
                    Ok(point) => self.to = Some(point),
                    Err(_) => return self.from.gain.amplitude(),
                },
            }
        }
        let Some(to) = self.to else { return self.from.gain.amplitude() };
        let span = (to.at.0 - self.from.at.0) as f32;
        let part = (frame - self.from.at.0) as f32 / span;
        Decibels(self.from.gain.0 + (to.gain.0 - self.from.gain.0) * part).amplitude()
    }
}

/// A fade to silence with an equal-power curve.
pub(super) struct Fade {
    length: usize,
    done: usize,
}

impl Fade {
    /// A fade over `length` frames.
    pub(crate) fn new(length: usize) -> Self {
        Self { length, done: 0 }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.left() == 0
    }

    /// Frames until silence.
    pub(crate) fn left(&self) -> u64 {
        (self.length - self.done) as u64
    }

    /// Whether nothing has faded, or the fade has been fully reversed.
    pub(crate) fn is_at_start(&self) -> bool {
        self.done == 0
    }

    /// Fades `out`, which must not be longer than the rest of the fade.
    pub(crate) fn apply(&mut self, out: &mut [Frame]) {
        for frame in out {
            self.turn_down(frame);
            self.done += 1;
        }
    }

    /// Fades `out` back in along the same curve.
    pub(crate) fn take_back(&mut self, out: &mut [Frame]) {
        for frame in out {
            self.done = self.done.saturating_sub(1);
            self.turn_down(frame);
        }
    }

    fn turn_down(&self, frame: &mut Frame) {
        let part = self.done as f32 / self.length as f32;
        let gain = (part * std::f32::consts::FRAC_PI_2).cos();
        frame[0] *= gain;
        frame[1] *= gain;
    }
}

/// The overall volume; it glides to the requested value.
pub(super) struct Volume {
    asked: Arc<AtomicU32>,
    now: f32,
    /// The fraction of the difference that is covered in one frame.
    step: f32,
}

impl Volume {
    /// A volume that takes about `glide` frames to change.
    pub(crate) fn new(asked: Arc<AtomicU32>, glide: usize) -> Self {
        Self { now: f32::from_bits(asked.load(Ordering::Relaxed)), asked, step: 3.0 / glide.max(3) as f32 }
    }

    pub(crate) fn apply(&mut self, out: &mut [Frame]) {
        let asked = f32::from_bits(self.asked.load(Ordering::Relaxed));
        if asked == 1.0 && self.now == 1.0 {
            return;
        }
        for frame in out {
            self.now += (asked - self.now) * self.step;
            // Done frame by frame, or the size of the block would be audible.
            if (asked - self.now).abs() < 1e-4 {
                self.now = asked;
            }
            frame[0] *= self.now;
            frame[1] *= self.now;
        }
    }
}
