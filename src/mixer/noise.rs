//! Noise with a spectrum that changes: white noise through a filter of poles alone.

use crate::units::Frame;

/// Poles of the filter.
pub(super) const ORDER: usize = 20;
/// One filter fades into the next over this many frames, about 20 ms.
const FADE: usize = 1_024;
/// So many frames are made at once, at most.
const MOST: usize = super::gain::GRID as usize;
/// So many frames are made before what is still needed is moved to the front.
const RUN: usize = 256;

type Sides = [f64; 2];

/// A filter of poles alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Poles {
    /// The factors of the samples before, the oldest first, for both sides.
    factors: [Sides; ORDER],
    /// The white noise that goes in, as an amplitude.
    drive: f64,
}

impl Poles {
    pub(super) const SILENT: Self = Self { factors: [[0.0; 2]; ORDER], drive: 0.0 };

    /// The filter 1/A, where A is given by its `ORDER + 1` coefficients, the first of which is 1; white noise of this
    /// power goes into it.
    pub(super) fn new(direct: &[f64; ORDER + 1], power: f64) -> Self {
        // White noise is even between -1 and 1, whose power is a third.
        Self { factors: std::array::from_fn(|n| [-direct[ORDER - n]; 2]), drive: (3.0 * power).sqrt() }
    }
}

/// A filter at work. In direct form it is several times as fast as a lattice, since only one product
/// waits for the sample before; but its poles must not change while it runs.
struct Filter {
    poles: Poles,
    /// What it has made lately.
    made: [Sides; ORDER + RUN],
    /// The place of the next sample in `made`.
    next: usize,
}

impl Filter {
    fn new(poles: Poles) -> Self {
        Self { poles, made: [[0.0; 2]; ORDER + RUN], next: ORDER }
    }

    /// Turns white noise into what comes out.
    fn through(&mut self, noise: &mut [Sides]) {
        let mut rest = noise;
        while !rest.is_empty() {
            if self.next == self.made.len() {
                self.made.copy_within(RUN.., 0);
                self.next = ORDER;
            }
            let (run, behind) = rest.split_at_mut(rest.len().min(self.made.len() - self.next));
            for sides in run {
                *sides = self.step(*sides);
            }
            rest = behind;
        }
    }

    #[inline]
    fn step(&mut self, white: Sides) -> Sides {
        let before = &self.made[self.next - ORDER..self.next];
        // Two sums, so that most of the work does not wait for the sample before.
        let (mut even, mut odd) = (white.map(|sample| sample * self.poles.drive), [0.0; 2]);
        for (factors, samples) in self.poles.factors.chunks_exact(2).zip(before.chunks_exact(2)) {
            for side in 0..2 {
                even[side] += factors[0][side] * samples[0][side];
                odd[side] += factors[1][side] * samples[1][side];
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
    coming: Option<(Filter, usize)>,
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

    /// The next frames.
    pub(super) fn fill(&mut self, out: &mut [Frame]) {
        let mut rest = out;
        while !rest.is_empty() {
            if self.awaited && self.coming.is_none() {
                self.coming = Some((Filter::new(self.wanted.clone()), FADE));
                self.awaited = false;
            }
            let left = self.coming.as_ref().map_or(MOST, |(_, left)| *left);
            let (run, behind) = rest.split_at_mut(rest.len().min(MOST).min(left));
            self.fill_run(run);
            rest = behind;
        }
    }

    /// Fills at most [`MOST`] frames, up to the end of a fade.
    fn fill_run(&mut self, out: &mut [Frame]) {
        let mut now = [[0.0; 2]; MOST];
        let now = &mut now[..out.len()];
        now.fill_with(|| [self.white(), self.white()]);
        let mut then = [[0.0; 2]; MOST];
        let then = &mut then[..out.len()];
        then.copy_from_slice(now);
        self.now.through(now);
        let Some((coming, left)) = &mut self.coming else {
            return out.iter_mut().zip(now).for_each(|(frame, sides)| *frame = sides.map(|side| side as f32));
        };
        coming.through(then);
        for ((frame, now), then) in out.iter_mut().zip(now).zip(then) {
            // Both are made of the same noise, so amplitudes add up.
            let part = *left as f64 / FADE as f64;
            *left -= 1;
            *frame = [0, 1].map(|side| (now[side] * part + then[side] * (1.0 - part)) as f32);
        }
        if *left == 0
            && let Some((filter, _)) = self.coming.take()
        {
            self.now = filter;
        }
    }

    /// A sample between -1 and 1.
    fn white(&mut self) -> f64 {
        // A linear congruential generator of 64 bits (Knuth, MMIX); its upper bits are random enough for noise.
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 32) as f64 / f64::from(1u32 << 31) - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A filter that changes nothing but the level.
    fn plain(power: f64) -> Poles {
        let mut direct = [0.0; ORDER + 1];
        direct[0] = 1.0;
        Poles::new(&direct, power)
    }

    #[test]
    fn white_noise_is_even_between_minus_one_and_one() {
        let mut noise = Noise::new();
        let samples: Vec<f64> = (0..40_000).map(|_| noise.white()).collect();
        let mean = |power: i32| samples.iter().map(|sample| sample.powi(power)).sum::<f64>() / 40_000.0;
        assert!(samples.iter().all(|sample| (-1.0..1.0).contains(sample)));
        assert!(mean(1).abs() < 0.02 && (mean(2) - 1.0 / 3.0).abs() < 0.01, "{} {}", mean(1), mean(2));
    }

    #[test]
    fn a_filter_takes_away_what_each_of_its_poles_predicts() {
        let direct: [f64; ORDER + 1] =
            std::array::from_fn(|n| (-0.7f64).powi(n as i32) * (1.0 + 0.1 * n as f64));
        let mut noise = Noise::new();
        let white: Vec<Sides> = (0..700).map(|_| [noise.white(), noise.white()]).collect();
        let mut found = white.clone();
        let mut filter = Filter::new(Poles::new(&direct, 3.0));
        found.chunks_mut(37).for_each(|chunk| filter.through(chunk));
        for side in 0..2 {
            let mut expected: Vec<f64> = Vec::new();
            for (place, sides) in white.iter().enumerate() {
                let predicted: f64 = (1..=ORDER.min(place)).map(|n| direct[n] * expected[place - n]).sum();
                expected.push(3.0 * sides[side] - predicted);
            }
            assert!(
                found.iter().zip(&expected).all(|(found, expected)| (found[side] - expected).abs() < 1e-9)
            );
        }
    }

    #[test]
    fn one_filter_fades_into_the_next_which_then_waits_for_its_turn() {
        let (mut noise, mut white) = (Noise::new(), Noise::new());
        let mut out = vec![[0.0; 2]; 4 * FADE];
        let (first, behind) = out.split_at_mut(FADE / 2);
        noise.turn_to(&plain(4.0 / 3.0));
        noise.fill(first);
        noise.turn_to(&plain(1.0 / 3.0));
        behind.chunks_mut(100).for_each(|chunk| noise.fill(chunk));
        for (place, frame) in out.iter().enumerate() {
            let part = place as f64 / FADE as f64;
            let level = if part < 1.0 { 2.0 * part } else { (3.0 - part).max(1.0) };
            let expected = [(); 2].map(|()| (level * white.white()) as f32);
            assert!([0, 1].iter().all(|side| (frame[*side] - expected[*side]).abs() < 1e-6), "{place}");
        }
    }
}
