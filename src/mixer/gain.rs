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

#[cfg(test)]
mod tests {
    use super::*;

    /// The gains of frames from `clock` on, as many as asked for, by `curve`.
    fn gains(curve: &mut GainCurve, points: &mut Points, clock: u64, frames: u64) -> Vec<f32> {
        let mut gains = Vec::new();
        for cell in 0..frames / GRID {
            let mut out = [[1.0; 2]; GRID as usize];
            curve.apply(points, &mut out, clock + cell * GRID, true);
            gains.extend(out.map(|[left, _]| left));
        }
        gains
    }

    fn points(places: &[(u64, f32)]) -> Points {
        let (mut to, from) = rtrb::RingBuffer::new(places.len());
        for (at, gain) in places {
            to.push(GainPoint { at: Frames(*at), gain: Decibels(*gain) }).unwrap();
        }
        from
    }

    #[test]
    fn another_take_goes_on_from_the_gain_that_was_reached() {
        let mut first = points(&[(0, -20.0), (6_400, 0.0), (12_800, -40.0)]);
        let mut curve = GainCurve::default();
        let before = gains(&mut curve, &mut first, 0, 3_200);
        let reached = *before.last().unwrap();
        assert!((reached - Decibels(-10.0).amplitude()).abs() < 0.01, "{reached}");
        curve.leave(3_199);
        let mut second = points(&[(6_400, -20.0)]);
        let after = gains(&mut curve, &mut second, 0, 9_600);
        assert!((after[0] - reached).abs() < 1e-3, "{} after {reached}", after[0]);
        assert!(after.is_sorted_by(|one, next| next - one < 1e-4), "it only falls");
        assert!((after[6_400] - 0.1).abs() < 1e-3 && after[9_599] == after[6_400]);
        // Between two cells there is no gain but that of the last point.
        curve.leave(1_000_000);
        let third = gains(&mut curve, &mut points(&[]), 0, 64);
        assert!((third[0] - 0.1).abs() < 1e-3, "{}", third[0]);
    }

    #[test]
    fn a_fade_is_taken_back_along_its_curve() {
        let mut fade = Fade::new(100);
        assert!(fade.is_at_start() && !fade.is_over());
        let mut down = [[1.0; 2]; 60];
        fade.apply(&mut down);
        assert!(!fade.is_at_start() && !fade.is_over() && fade.left() == 40);
        let mut up = [[1.0; 2]; 60];
        fade.take_back(&mut up);
        assert!(fade.is_at_start() && fade.left() == 100);
        // The last step up leads to where the fade began.
        assert!(up.iter().zip(down.iter().rev().skip(1)).all(|(up, down)| (up[0] - down[0]).abs() < 0.05));
        assert!((up[59][0] - 1.0).abs() < 1e-6);
        fade.apply(&mut [[1.0; 2]; 100]);
        assert!(fade.is_over());
    }

    #[test]
    fn a_volume_glides_down_and_comes_back_to_where_it_was() {
        let asked = Arc::new(AtomicU32::new(1f32.to_bits()));
        let mut volume = Volume::new(Arc::clone(&asked), 300);
        let mut after = |wanted: f32, frames: usize| {
            asked.store(wanted.to_bits(), Ordering::Relaxed);
            let mut out = vec![[1.0; 2]; frames];
            volume.apply(&mut out);
            (out[0][0], out[frames - 1][0])
        };
        assert_eq!(after(1.0, 10), (1.0, 1.0));
        let (first, last) = after(0.5, 3_000);
        assert!(first > 0.99 && last == 0.5, "{first} {last}");
        let (first, last) = after(1.0, 3_000);
        assert!(first < 0.51 && last == 1.0, "{first} {last}");
    }
}
