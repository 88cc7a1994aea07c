//! The two loops in which nearly all of the time goes: they add frames to a block, as they are or at another
//! speed, while the gains move in a straight line.

use super::scene::BLOCK;
use crate::units::Frame;

/// A frame of 16 bits a side. What rounding adds lies 79 to 91 dB below the texture, and it takes half of the
/// memory.
pub(crate) type Rounded = [i16; 2];

/// The highest speed.
pub(crate) const FASTEST: f64 = 2.5;
/// The frames that are needed from a place on, for a block at the highest speed.
pub(crate) const AHEAD: usize = (BLOCK as f64 * FASTEST) as usize + 2;

/// Frames that are multiplied at once.
const LANES: usize = 8;

/// The gains of both sides over a block.
#[derive(Clone, Copy)]
pub(crate) struct Ramp {
    start: Frame,
    step: Frame,
}

impl Ramp {
    /// Gains from the beginning of a block to its end.
    pub(crate) fn new(start: Frame, end: Frame) -> Self {
        let step = [0, 1].map(|side| (end[side] - start[side]) / BLOCK as f32);
        Self { start, step }
    }

    fn at(self, frame: usize) -> Frame {
        [0, 1].map(|side| self.start[side] + self.step[side] * frame as f32)
    }
}

/// Adds a block of frames; `EXCHANGED`: the left side to the right and the other way round.
pub(crate) fn copied<const EXCHANGED: bool>(out: &mut [Frame; BLOCK], frames: &[Rounded], ramp: Ramp) {
    let mut gains: [Frame; LANES] = std::array::from_fn(|n| ramp.at(n));
    let step = ramp.step.map(|step| step * LANES as f32);
    let (left, right) = if EXCHANGED { (1, 0) } else { (0, 1) };
    for (out, frames) in out.as_chunks_mut::<LANES>().0.iter_mut().zip(frames.as_chunks::<LANES>().0) {
        for ((out, frame), gain) in out.iter_mut().zip(frames).zip(&mut gains) {
            out[0] += f32::from(frame[left]) * gain[0];
            out[1] += f32::from(frame[right]) * gain[1];
            gain[0] += step[0];
            gain[1] += step[1];
        }
    }
}

/// Adds frames from a place within the first frame on, at a speed, as far as there are any. A straight line
/// between two frames is enough: what is read so lies far below half the rate.
pub(crate) fn moved<const EXCHANGED: bool, S: Copy + Into<f32>>(
    out: &mut [Frame],
    frames: &[[S; 2]],
    place: f64,
    speed: f64,
    ramp: Ramp,
) {
    /// Places are counted in parts of a frame.
    const PARTS: f64 = (1u32 << 24) as f64;
    let (mut at, step) = ((place * PARTS) as u64, ((speed * PARTS) as u64).max(1));
    // As many as have a frame behind them.
    let room = ((frames.len() as u64) << 24).saturating_sub(at + (1 << 24)).div_ceil(step) as usize;
    let (left, right) = if EXCHANGED { (1, 0) } else { (0, 1) };
    for (n, out) in out.iter_mut().take(room).enumerate() {
        let (whole, part) = ((at >> 24) as usize, (at as u32 & 0xff_ffff) as f32 * (1.0 / PARTS as f32));
        let (one, two) = (frames[whole].map(S::into), frames[whole + 1].map(S::into));
        let gain = ramp.at(n);
        out[0] += (one[left] + (two[left] - one[left]) * part) * gain[0];
        out[1] += (one[right] + (two[right] - one[right]) * part) * gain[1];
        at += step;
    }
}
