//! Noise with a spectrum that changes: white noise through a filter of poles alone.

use crate::units::Frame;

/// Poles of the filter.
pub(super) const ORDER: usize = 20;
/// One filter fades into the next over this many frames, about 20 ms.
const FADE: u32 = 1_024;
/// So many frames are made before what is still needed is moved to the front.
const RUN: usize = 256;

/// A filter of poles alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Poles {
    /// The factors of the samples before, the oldest first.
    factors: [f64; ORDER],
    /// The white noise that goes in, as an amplitude.
    drive: f64,
}

impl Poles {
    pub(super) const SILENT: Self = Self { factors: [0.0; ORDER], drive: 0.0 };

    /// The filter 1/A, where A is given by its `ORDER + 1` coefficients, the first of which is 1; white noise of this
    /// power goes into it.
    pub(super) fn new(direct: &[f64; ORDER + 1], power: f64) -> Self {
        // White noise is even between -1 and 1, whose power is a third.
        Self { factors: std::array::from_fn(|n| -direct[ORDER - n]), drive: (3.0 * power).sqrt() }
    }
}

/// A filter with what it has made. In direct form it is several times as fast as a lattice, since only one product
/// waits for the sample before; but its poles must not change while it runs.
struct Filter {
    poles: Poles,
    made: [Sides; ORDER + RUN],
    /// The place of the next sample in `made`.
    next: usize,
}

type Sides = [f64; 2];

impl Filter {
    fn new(poles: Poles) -> Self {
        Self { poles, made: [[0.0; 2]; ORDER + RUN], next: ORDER }
    }

    fn through(&mut self, white: Sides) -> Sides {
        if self.next == self.made.len() {
            self.made.copy_within(RUN.., 0);
            self.next = ORDER;
        }
        let before = &self.made[self.next - ORDER..self.next];
        // Two sums, so that most of the work does not wait for the sample before.
        let (mut even, mut odd) = (white.map(|sample| sample * self.poles.drive), [0.0; 2]);
        for (factors, samples) in self.poles.factors.chunks_exact(2).zip(before.chunks_exact(2)) {
            for side in 0..2 {
                even[side] += factors[0] * samples[0][side];
                odd[side] += factors[1] * samples[1][side];
            }
        }
        let sides = [even[0] + odd[0], even[1] + odd[1]];
        self.made[self.next] = sides;
        self.next += 1;
        sides
    }
}

/// Noise, different on each side.
pub(super) struct Noise {
    random: u64,
    now: Filter,
    /// What fades in, and for how many more frames.
    coming: Option<(Filter, u32)>,
    wanted: Poles,
    /// `wanted` has neither come nor begun to.
    awaited: bool,
}

impl Noise {
    pub(super) fn new() -> Self {
        let random = 0x9e37_79b9_7f4a_7c15;
        Self { random, now: Filter::new(Poles::SILENT), coming: None, wanted: Poles::SILENT, awaited: false }
    }

    /// Makes noise by these poles from the next frame on, softly.
    pub(super) fn turn_to(&mut self, poles: &Poles) {
        if self.wanted != *poles {
            self.wanted = poles.clone();
            self.awaited = true;
        }
    }

    /// The next frame.
    pub(super) fn next(&mut self) -> Frame {
        let white = [self.white(), self.white()];
        let now = self.now.through(white);
        if self.awaited && self.coming.is_none() {
            self.coming = Some((Filter::new(self.wanted.clone()), FADE));
            self.awaited = false;
        }
        let Some((coming, left)) = &mut self.coming else { return now.map(|sample| sample as f32) };
        let then = coming.through(white);
        // Both are made of the same noise, so amplitudes add up.
        let part = f64::from(*left) / f64::from(FADE);
        *left -= 1;
        if *left == 0
            && let Some((filter, _)) = self.coming.take()
        {
            self.now = filter;
        }
        std::array::from_fn(|side| (now[side] * part + then[side] * (1.0 - part)) as f32)
    }

    /// A sample between -1 and 1.
    fn white(&mut self) -> f64 {
        // A linear congruential generator of 64 bits (Knuth, MMIX); its upper bits are random enough for noise.
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 32) as f64 / f64::from(1u32 << 31) - 1.0
    }
}
