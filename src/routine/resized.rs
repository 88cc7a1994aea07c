//! A routine made shorter or longer, for a session that is to fit a time. One number says how far: from -1 (as short as
//! it may be) over 0 (as written) to 1 (as long as it may be). Shorter, the rounds that may be left out go first, for a
//! round more or less is hardly noticed; then holds and rests shrink. Longer, holds and rests grow. Both sides stay alike,
//! for they are one step.

use std::time::Duration;

use super::steps::{MAX_BREATHS, MAX_COUNT, MAX_HOLD};
use super::{Cycles, Limits, Routine, Step, StepKind};

/// Down to here rounds are left out; from here to -1 holds shrink.
const ROUNDS: f64 = -0.4;
/// The shortest holds that an unlimited one shrinks to.
const LEAST_COUNT: u32 = 5;
const LEAST_BREATHS: u32 = 2;
const LEAST_SECONDS: Duration = Duration::from_secs(10);
/// A hold of seconds changes in steps of this, so that its announcement stays a round number.
const ROUND_SECONDS: f64 = 5.0;

/// The steps of a routine that differ in another size of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resized {
    /// The pose's name.
    pub pose: String,
    /// What it is: `repeat`, `count`, `breaths`, `sway`, `seconds` or `rest`.
    pub what: &'static str,
    /// What is written: a number, or seconds.
    pub from: f64,
    /// What it is now.
    pub to: f64,
}

impl Routine {
    /// This routine, shorter or longer by `by`, from -1 to 1.
    pub(crate) fn resized(&self, by: f64) -> Self {
        let mut resized = self.clone();
        let mut writer = Writer { by: by.clamp(-1.0, 1.0), place: 0 };
        for pose in &mut resized.poses {
            writer.steps(&mut pose.steps);
        }
        resized
    }

    /// What differs in `other`, which is this routine in another size; poses that it lacks are passed over.
    pub(crate) fn resizes(&self, other: &Self) -> Vec<Resized> {
        let mut found = Vec::new();
        for pose in &other.poses {
            let Some(own) = self.poses.iter().find(|own| own.id == pose.id) else { continue };
            differences(&own.steps, &pose.steps, &mut |what, from, to| {
                found.push(Resized { pose: pose.name.as_str().to_owned(), what, from, to });
            });
        }
        found
    }
}

/// Resizes steps.
struct Writer {
    by: f64,
    /// How many holds came before: they do not all change at the same moment, so that the whole changes in small steps.
    place: u32,
}

impl Writer {
    fn steps(&mut self, steps: &mut [Step]) {
        for step in steps {
            self.step(&mut step.kind);
        }
    }

    fn step(&mut self, kind: &mut StepKind) {
        match kind {
            StepKind::Count { to, limits, .. } => *to = self.number(*to, *limits, LEAST_COUNT, MAX_COUNT),
            StepKind::Breaths(Cycles { cycles, limits, .. })
            | StepKind::Sway(Cycles { cycles, limits, .. }) => {
                *cycles = self.number(*cycles, *limits, LEAST_BREATHS, MAX_BREATHS);
            }
            StepKind::Seconds { time, limits } => *time = self.seconds(*time, *limits),
            StepKind::Rest { time, limits } => {
                let (least, most) = (limits.at_least.unwrap_or(*time), limits.at_most.unwrap_or(*time));
                let wanted = self.wanted(time.as_secs_f64(), least.as_secs_f64(), most.as_secs_f64());
                *time = Duration::from_secs_f64(wanted);
            }
            StepKind::Repeat { times, at_least, steps, .. } => {
                if let Some(least) = at_least.filter(|least| *least < *times) {
                    let part = (self.by / ROUNDS).clamp(0.0, 1.0);
                    let wanted = f64::from(*times) - f64::from(*times - least) * part;
                    *times = self.whole(wanted, (least, *times));
                }
                self.steps(steps);
            }
            StepKind::EachSide(steps) | StepKind::Only(_, steps) => self.steps(steps),
            StepKind::Say(_)
            | StepKind::Option(_)
            | StepKind::Short(_)
            | StepKind::Release(_)
            | StepKind::Inhale(_)
            | StepKind::Exhale(_)
            | StepKind::Wait { .. }
            | StepKind::Sound(_)
            | StepKind::MoveTo { .. } => {}
        }
    }

    fn number(&mut self, n: u32, limits: Limits<u32>, least: u32, most: u32) -> u32 {
        let at_least = limits.at_least.unwrap_or_else(|| n.div_ceil(2).max(least).min(n));
        let at_most = limits.at_most.unwrap_or_else(|| n.saturating_mul(2).min(most));
        let wanted = self.wanted(n.into(), at_least.into(), at_most.into());
        self.whole(wanted, (at_least, at_most))
    }

    fn seconds(&mut self, time: Duration, limits: Limits<Duration>) -> Duration {
        let least = limits.at_least.unwrap_or_else(|| (time / 2).max(LEAST_SECONDS).min(time));
        let most = limits.at_most.unwrap_or_else(|| (time * 2).min(MAX_HOLD));
        let (written, least, most) = (time.as_secs_f64(), least.as_secs_f64(), most.as_secs_f64());
        let wanted = self.wanted(written, least, most);
        let phase = self.phase();
        if wanted == written || wanted == least || wanted == most {
            return Duration::from_secs_f64(wanted);
        }
        let round = (wanted / ROUND_SECONDS + phase).floor() * ROUND_SECONDS;
        let (least, most) = if self.by < 0.0 { (least, written) } else { (written, most) };
        Duration::from_secs_f64(round.clamp(least, most))
    }

    /// Where a value stands between its limits.
    fn wanted(&self, written: f64, least: f64, most: f64) -> f64 {
        if self.by < 0.0 {
            let part = ((ROUNDS - self.by) / (ROUNDS + 1.0)).clamp(0.0, 1.0);
            written - (written - least) * part
        } else {
            written + (most - written) * self.by
        }
    }

    fn whole(&mut self, wanted: f64, (least, most): (u32, u32)) -> u32 {
        let phase = self.phase();
        // A whole number stays itself. The limits are below a thousand.
        ((wanted + phase).floor() as u32).clamp(least, most)
    }

    /// A fraction below 1 that is spread evenly over the holds, whatever their number (by the golden ratio).
    fn phase(&mut self) -> f64 {
        self.place += 1;
        (f64::from(self.place) * 0.618_033_988_75).fract()
    }
}

fn differences(own: &[Step], other: &[Step], found: &mut dyn FnMut(&'static str, f64, f64)) {
    let mut note = |what, from: f64, to: f64| {
        if (from - to).abs() > 0.05 {
            found(what, from, to);
        }
    };
    for (own, other) in own.iter().zip(other) {
        match (&own.kind, &other.kind) {
            (StepKind::Count { to: a, .. }, StepKind::Count { to: b, .. }) => {
                note("count", (*a).into(), (*b).into());
            }
            (StepKind::Breaths(a), StepKind::Breaths(b)) => note("breaths", a.cycles.into(), b.cycles.into()),
            (StepKind::Sway(a), StepKind::Sway(b)) => note("sway", a.cycles.into(), b.cycles.into()),
            (StepKind::Seconds { time: a, .. }, StepKind::Seconds { time: b, .. }) => {
                note("seconds", a.as_secs_f64(), b.as_secs_f64());
            }
            (StepKind::Rest { time: a, .. }, StepKind::Rest { time: b, .. }) => {
                note("rest", a.as_secs_f64(), b.as_secs_f64());
            }
            (
                StepKind::Repeat { times: a, steps: own, .. },
                StepKind::Repeat { times: b, steps: other, .. },
            ) => {
                note("repeat", (*a).into(), (*b).into());
                differences(own, other, &mut note);
            }
            (StepKind::EachSide(own), StepKind::EachSide(other))
            | (StepKind::Only(_, own), StepKind::Only(_, other)) => differences(own, other, &mut note),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::parse::parse;

    const SIZES: &str = r#"
title = "Sizes"
[[pose]]
name = "Cat"
steps = [
  { count = 10 }, { count = 4 }, { count = { to = 20, at_least = 19, at_most = 21 } },
  { breaths = 5 }, { sway = 3 }, { seconds = 30 }, { seconds = 8 }, { rest = 7 },
  { rest = { time = 10, at_least = 2, at_most = 50 } },
  { repeat = { times = 6, at_least = 2, steps = ["Tilt."] } }, { repeat = { times = 3, steps = ["Roll."] } },
]
"#;

    /// The numbers of all steps, in their order.
    fn numbers(by: f64) -> Vec<f64> {
        let written = parse(SIZES).unwrap();
        let resized = written.resized(by);
        let mut none = written.clone();
        none.poses[0].steps.iter_mut().for_each(|step| match &mut step.kind {
            StepKind::Count { to, .. } => *to = 0,
            StepKind::Breaths(cycles) | StepKind::Sway(cycles) => cycles.cycles = 0,
            StepKind::Seconds { time, .. } | StepKind::Rest { time, .. } => *time = Duration::ZERO,
            StepKind::Repeat { times, .. } => *times = 0,
            _ => {}
        });
        none.resizes(&resized).into_iter().map(|resized| resized.to).collect()
    }

    #[test]
    fn holds_go_to_their_limits_or_else_to_half_and_double() {
        assert_eq!(numbers(0.0)[..11], [10.0, 4.0, 20.0, 5.0, 3.0, 30.0, 8.0, 7.0, 10.0, 6.0, 3.0]);
        assert_eq!(numbers(-1.0)[..11], [5.0, 4.0, 19.0, 3.0, 2.0, 15.0, 8.0, 7.0, 2.0, 2.0, 3.0]);
        assert_eq!(numbers(1.0)[..11], [20.0, 8.0, 21.0, 10.0, 6.0, 60.0, 16.0, 7.0, 50.0, 6.0, 3.0]);
    }

    #[test]
    fn rounds_go_before_any_hold_shrinks() {
        let shorter = numbers(ROUNDS);
        assert_eq!(shorter[9], 2.0, "the rounds are at their least");
        assert_eq!((shorter[0], shorter[5], shorter[8]), (10.0, 30.0, 10.0), "the holds are as written");
    }

    #[test]
    fn nothing_shrinks_on_the_way_to_longer() {
        let sizes = (-20..=20).map(|by| numbers(f64::from(by) / 20.0));
        let totals: Vec<f64> = sizes.map(|numbers| numbers.iter().sum()).collect();
        assert!(totals.is_sorted(), "{totals:?}");
    }
}
