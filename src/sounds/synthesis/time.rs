//! What happens when: slow movements that never come back, and moments at irregular distances. Both are asked
//! for later and later times.

use fastrand::Rng;

use super::shape::ease;

/// An irregular movement between -1 and 1: it eases from one random level to the next.
pub(crate) struct Wander {
    rng: Rng,
    /// The shortest and the longest way from a level to the next, in seconds.
    lasts: (f64, f64),
    levels: (f32, f32),
    start: f64,
    end: f64,
}

impl Wander {
    /// A movement that takes `shortest` to `longest` seconds from one level to the next.
    pub(crate) fn new(seed: u64, shortest: f64, longest: f64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let level = signed(&mut rng);
        // It does not begin at a turning point, so that several do not turn together.
        let end = longest * rng.f64();
        Self { levels: (level, signed(&mut rng)), rng, lasts: (shortest, longest), start: end - longest, end }
    }

    /// Where it is at a time in seconds.
    pub(crate) fn at(&mut self, time: f64) -> f32 {
        while time >= self.end {
            let (shortest, longest) = self.lasts;
            self.start = self.end;
            self.end += shortest + (longest - shortest) * self.rng.f64();
            self.levels = (self.levels.1, signed(&mut self.rng));
        }
        let (from, to) = self.levels;
        from + (to - from) * ease((time - self.start) / (self.end - self.start))
    }
}

/// A number between -1 and 1.
pub(crate) fn signed(rng: &mut Rng) -> f32 {
    rng.f32() * 2.0 - 1.0
}

/// A number within a range, with as many below the geometric mean as above it.
pub(crate) fn within(rng: &mut Rng, least: f32, most: f32) -> f32 {
    least * (most / least).powf(rng.f32())
}

/// Irregular moments: a least distance, and more of it as chance will have it.
pub(crate) struct Moments {
    rng: Rng,
    least: f64,
    more: f64,
    next: f64,
}

impl Moments {
    /// Moments that are `least` seconds apart at the least and `least + more` in the mean.
    pub(crate) fn new(seed: u64, least: f64, more: f64) -> Self {
        let mut moments = Self { rng: Rng::with_seed(seed), least, more, next: 0.0 };
        moments.next = moments.distance() * moments.rng.f64();
        moments
    }

    fn distance(&mut self) -> f64 {
        // The longest waits, which are rare, are cut off: nothing is to stay away for minutes.
        self.least + self.more * (-(1.0 - self.rng.f64()).ln()).min(3.0)
    }

    /// The next moment before a time in seconds, once.
    pub(crate) fn before(&mut self, time: f64) -> Option<f64> {
        let moment = self.next;
        (moment < time).then(|| {
            self.next += self.distance();
            moment
        })
    }
}
