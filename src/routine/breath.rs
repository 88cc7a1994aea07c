//! A paced breath: in, hold, out, hold.

use std::time::Duration;

use serde::Serialize;

use crate::signs::typed;

/// A breath: the time of each of its phases, at normal pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreathRatio {
    /// Time of the in-breath.
    pub inhale: Duration,
    /// The breath is held for this time after the in-breath; zero for no hold.
    pub full: Duration,
    /// Time of the out-breath.
    pub exhale: Duration,
    /// The breath is held for this time after the out-breath; zero for no hold.
    pub empty: Duration,
}

/// A phase of a breath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// The in-breath.
    #[serde(rename = "in")]
    In,
    /// The hold after it.
    #[serde(rename = "hold-in")]
    Full,
    /// The out-breath.
    #[serde(rename = "out")]
    Out,
    /// The hold after it.
    #[serde(rename = "hold-out")]
    Empty,
}

impl Phase {
    /// The phases in their order.
    pub(crate) const ALL: [Self; 4] = [Self::In, Self::Full, Self::Out, Self::Empty];
}

/// A breath that is held for longer is held a few times only, and then flows.
const LONG_HOLD: Duration = Duration::from_secs(5);

/// Patterns that have a name.
const NAMED: [(&str, [u64; 4]); 2] = [("box", [4, 4, 4, 4]), ("4-7-8", [4, 7, 8, 0])];

impl BreathRatio {
    /// How one is written.
    pub const HELP: &str = "give seconds in and out, each from 1 to 20, such as `4:6`; or in, hold, out, hold, with \
                            holds from 0 to 20, such as `4:2:6:0`; or `box` (4:4:4:4) or `4-7-8` (4:7:8:0)";

    /// A breath that is never held.
    pub(crate) const fn unheld(inhale: Duration, exhale: Duration) -> Self {
        Self { inhale, full: Duration::ZERO, exhale, empty: Duration::ZERO }
    }

    fn of_times([inhale, full, exhale, empty]: [Duration; 4]) -> Self {
        Self { inhale, full, exhale, empty }
    }

    /// The times of its phases, in their order.
    pub(crate) fn times(&self) -> [Duration; 4] {
        [self.inhale, self.full, self.exhale, self.empty]
    }

    /// The phases that it has, each with its offset and its length.
    pub(crate) fn phases(&self) -> impl Iterator<Item = (Phase, Duration, Duration)> {
        let mut at = Duration::ZERO;
        let placed = Phase::ALL.into_iter().zip(self.times()).map(move |(phase, length)| {
            at += length;
            (phase, at - length, length)
        });
        placed.filter(|(_, _, length)| !length.is_zero())
    }

    /// The time from one breath to the next.
    pub(crate) fn cycle(&self) -> Duration {
        self.times().iter().sum()
    }

    /// The longest time for which the breath is held.
    pub(crate) fn longest_hold(&self) -> Duration {
        self.full.max(self.empty)
    }

    /// Whether it is held for so long that it is to be done a few times only.
    pub(crate) fn is_held_long(&self) -> bool {
        self.longest_hold() > LONG_HOLD
    }

    /// This breath, without its holds if one of them is long.
    #[must_use]
    pub(crate) fn without_long_holds(self) -> Self {
        if self.is_held_long() { Self::unheld(self.inhale, self.exhale) } else { self }
    }

    /// Each of its times changed by `change`.
    #[must_use]
    pub(crate) fn map(&self, change: impl Fn(Duration) -> Duration) -> Self {
        Self::of_times(self.times().map(change))
    }
}

impl Default for BreathRatio {
    /// 4 s in, 6 s out: six breaths a minute with the longer exhale (Van Diest 2014, Steffen 2017).
    fn default() -> Self {
        Self::unheld(Duration::from_secs(4), Duration::from_secs(6))
    }
}

impl std::str::FromStr for BreathRatio {
    type Err = String;

    /// Reads "4:6", "4:7:8:0" or the name of a pattern.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let meant = typed(text);
        if let Some((_, seconds)) = NAMED.iter().find(|(name, _)| *name == meant) {
            return Ok(Self::of_times(seconds.map(Duration::from_secs)));
        }
        let time = |part: &str, least: f64| {
            let seconds: f64 = part.trim().parse().ok()?;
            (least..=20.0).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
        };
        let breath = match meant.split(':').collect::<Vec<_>>()[..] {
            [inhale, exhale] => {
                time(inhale, 1.0).zip(time(exhale, 1.0)).map(|(inhale, exhale)| Self::unheld(inhale, exhale))
            }
            [inhale, full, exhale, empty] => {
                let least = [(inhale, 1.0), (full, 0.0), (exhale, 1.0), (empty, 0.0)];
                let times = least.map(|(part, least)| time(part, least));
                times
                    .iter()
                    .all(Option::is_some)
                    .then(|| Self::of_times(times.map(Option::unwrap_or_default)))
            }
            _ => None,
        };
        breath.ok_or_else(|| format!("`{text}` is not a breath: {}", Self::HELP))
    }
}

impl std::fmt::Display for BreathRatio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = NAMED.iter().find(|(_, seconds)| self.times() == seconds.map(Duration::from_secs));
        if let Some((name, _)) = known {
            return f.write_str(name);
        }
        let [inhale, full, exhale, empty] = self.times().map(|time| time.as_secs_f64());
        if self.longest_hold().is_zero() {
            write!(f, "{inhale}:{exhale}")
        } else {
            write!(f, "{inhale}:{full}:{exhale}:{empty}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<[f64; 4]> {
        text.parse().ok().map(|breath: BreathRatio| breath.times().map(|time| time.as_secs_f64()))
    }

    #[test]
    fn a_breath_has_two_phases_or_four_or_a_name() {
        for (text, wanted) in [
            ("4:6", [4.0, 0.0, 6.0, 0.0]),
            ("4.5:5.5", [4.5, 0.0, 5.5, 0.0]),
            ("4:7:8:0", [4.0, 7.0, 8.0, 0.0]),
            (" 4 : 2.5 : 6 : 1 ", [4.0, 2.5, 6.0, 1.0]),
            ("box", [4.0; 4]),
            ("4-7-8", [4.0, 7.0, 8.0, 0.0]),
            ("4−7–8", [4.0, 7.0, 8.0, 0.0]),
        ] {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for text in [
            "4",
            "4:6:4",
            "0:6",
            "4:0",
            "4:7:0:0",
            "4:21:8:0",
            "4:-1:8:0",
            "4:nan:8:0",
            "4:7:8:0:0",
            "4-6",
            "",
        ] {
            let problem = text.parse::<BreathRatio>().unwrap_err();
            assert!(problem.contains("`4:6`") && problem.contains("`box`"), "{text}: {problem}");
        }
    }

    #[test]
    fn a_breath_is_read_as_it_was_written() {
        for text in ["4:6", "2.5:3.3", "4:0:6:0.5", "box", "4-7-8"] {
            let breath: BreathRatio = text.parse().unwrap();
            assert_eq!(breath.to_string(), text);
        }
        assert_eq!("4:4:4:4".parse::<BreathRatio>().unwrap().to_string(), "box");
        assert_eq!("4:0:6:0".parse::<BreathRatio>().unwrap().to_string(), "4:6");
    }

    #[test]
    fn a_phase_without_time_is_left_out() {
        let breath: BreathRatio = "4-7-8".parse().unwrap();
        let phases: Vec<_> = breath.phases().map(|(phase, at, _)| (phase, at.as_secs())).collect();
        assert_eq!(phases, [(Phase::In, 0), (Phase::Full, 4), (Phase::Out, 11)]);
        assert_eq!(breath.cycle(), Duration::from_secs(19));
    }
}
