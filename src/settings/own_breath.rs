//! A session that begins at the listener's own breath: how it is found from the keys that they press, and how it slows.
//!
//! It falls to 75 % of their own pace, each breath at most 3 % longer than the one before. Unless they ask for a slower
//! breath it does not fall below six a minute, and whoever breathes more slowly than that is led at their own pace.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::routine::BreathRatio;

/// Six breaths a minute: no slower for a listener who has not asked for it.
pub(crate) const SIX_A_MINUTE: Duration = Duration::from_secs(10);
/// The pace falls to this part of the listener's own.
const FALLS_TO: f64 = 0.75;
/// A breath is longer than the one before by this factor, until the last pace is reached: in ten breaths. The change
/// from one breath to the next is then too small to ask for an effort.
const STEP: f64 = 1.03;
/// By then the last pace is reached.
const MOST_STEPS: u32 = 12;
/// In-breaths that are tapped; the middle one of the three times between them counts.
const TAPS: usize = 4;
/// Two keys within this time are one.
const ONE_KEY: Duration = Duration::from_millis(800);
/// Other times between two in-breaths are no breath that could be led.
const LEAST: Duration = Duration::from_millis(1_500);
pub(crate) const MOST: Duration = Duration::from_secs(15);

/// The listener's own breath, and how it is led.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBreath {
    /// The time from one in-breath to the next, as it was tapped.
    tapped: Duration,
    /// The time of the first breath and of the last one, at normal pace.
    first: Duration,
    last: Duration,
    /// How much longer the tapping took than was planned: the holds make up for it.
    late: Duration,
}

impl OwnBreath {
    /// The rule, for a listener who takes a breath every `tapped` in a session at this factor of pace: `slowest` is the
    /// longest breath that it may lead to.
    pub(crate) fn new(tapped: Duration, slowest: Duration, pace: f64) -> Self {
        let last = tapped.max(tapped.div_f64(FALLS_TO).min(slowest));
        let normal = |time: Duration| time.mul_f64(pace);
        Self { tapped, first: normal(tapped), last: normal(last), late: Duration::ZERO }
    }

    /// The same, when the tapping took so much longer than was planned.
    #[must_use]
    pub(crate) fn late_by(self, late: Duration) -> Self {
        Self { late, ..self }
    }

    /// How much longer the tapping took than was planned.
    pub(crate) fn late(&self) -> Duration {
        self.late
    }

    /// The listener's breaths a minute, as they were tapped.
    pub(crate) fn per_minute(&self) -> f64 {
        60.0 / self.tapped.as_secs_f64()
    }

    /// The breath that is the `nth` (from 0) of a session at this factor of pace, with the proportions of `ratio`. Where
    /// it would be held for long, it is not held.
    pub(crate) fn breath(&self, ratio: BreathRatio, nth: u32, pace: f64) -> BreathRatio {
        let time = self.first.mul_f64(STEP.powi(nth.min(MOST_STEPS).cast_signed())).min(self.last);
        let scaled = |ratio: BreathRatio, to: Duration| {
            let factor = to.as_secs_f64() / pace / ratio.cycle().as_secs_f64();
            ratio.map(|phase| phase.mul_f64(factor))
        };
        match scaled(ratio, self.last).is_held_long() {
            true => scaled(BreathRatio::unheld(ratio.inhale, ratio.exhale), time),
            false => scaled(ratio, time),
        }
    }

    /// Whether it can have been tapped: it may come from a file.
    pub(crate) fn is_plausible(&self) -> bool {
        let least = LEAST / 2;
        (LEAST..=MOST).contains(&self.tapped)
            && (least..=MOST * 4).contains(&self.first)
            && (self.first..=MOST * 4).contains(&self.last)
            && self.late <= MOST * 10
    }
}

/// The keys that a listener has pressed so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Taps(Vec<Duration>);

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tapped {
    /// It belongs to the key before.
    Same,
    /// A breath; more are to come.
    More,
    /// The last one: the time from one in-breath to the next.
    Breath(Duration),
    /// The last one, and no breath can be led at that pace.
    Unclear,
}

impl Taps {
    /// A key at a moment.
    pub(crate) fn tap(&mut self, now: Duration) -> Tapped {
        if self.0.last().is_some_and(|last| now.saturating_sub(*last) < ONE_KEY) {
            return Tapped::Same;
        }
        self.0.push(now);
        if self.0.len() < TAPS {
            return Tapped::More;
        }
        let mut between: Vec<Duration> =
            self.0.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
        between.sort_unstable();
        self.0.clear();
        match between[between.len() / 2] {
            breath if (LEAST..=MOST).contains(&breath) => Tapped::Breath(breath),
            _ => Tapped::Unclear,
        }
    }
}
