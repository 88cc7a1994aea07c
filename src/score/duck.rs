//! The ambience's gain from the onsets of speech. Onsets are known in advance, so the gain is
//! down before a word begins instead of reacting to it.

use std::time::Duration;

use super::GainPoint;
use super::plan::AmbiencePlan;
use crate::units::{Decibels, Frames, SampleRate};

/// Down before a word: slow enough not to be noticed.
pub const RAMP_DOWN: Duration = Duration::from_millis(800);
/// Up after the last word.
pub const RAMP_UP: Duration = Duration::from_secs(2);
/// Shorter gaps stay down, or the ambience would pump with every sentence.
pub const SHORTEST_GAP: Duration = Duration::from_secs(3);
/// Fade from nothing at the start, within the lead-in.
const FADE_IN: Duration = Duration::from_millis(500);

/// A stretch of sound that the ambience makes room for; `end` is `None` while it is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spoken {
    /// Onset of the first word.
    pub start: Duration,
    /// End of the last.
    pub end: Option<Duration>,
    /// Level of the voice around the session's loudness.
    pub gain: Decibels,
}

/// The gain curve around `spoken`, which is in the order of onsets; `end` is the session's, once
/// that is known. The ambience winds down with the voice, so that its margin stays.
pub fn gain_points(
    spoken: &[Spoken],
    plan: &AmbiencePlan,
    end: Option<Duration>,
    rate: SampleRate,
) -> Vec<GainPoint> {
    let mut curve = Curve { points: Vec::new(), rate, plan: *plan };
    let mut level = spoken.first().map_or(0.0, |first| first.gain.0);
    curve.begin(spoken.first().map_or(RAMP_DOWN, |first| first.start), level);
    // Until when somebody speaks; `None` while that is not known.
    let mut busy_until = Some(Duration::ZERO);
    for (place, next) in spoken.iter().enumerate() {
        let Some(busy) = busy_until else { break };
        let gap = next.start.saturating_sub(busy);
        if place > 0 && gap >= SHORTEST_GAP {
            curve.open(busy, level);
            curve.push(next.start.saturating_sub(RAMP_DOWN), curve.plan.open + level);
        } else if level != next.gain.0 {
            let ramp = RAMP_DOWN.min(gap);
            curve.push(next.start.saturating_sub(ramp), curve.plan.ducked + level);
        }
        if place == 0 || gap >= SHORTEST_GAP || level != next.gain.0 {
            level = next.gain.0;
            curve.push(next.start, curve.plan.ducked + level);
        }
        busy_until = next.end.map(|end| end.max(busy));
    }
    if let (Some(end), Some(busy)) = (end, busy_until) {
        if !spoken.is_empty() {
            if end > busy + RAMP_UP * 2 {
                curve.open(busy, level);
            } else {
                curve.push(busy, curve.plan.ducked + level);
            }
        }
        curve.push(end, Decibels::SILENCE.0);
    }
    curve.points
}

/// The points so far.
struct Curve {
    points: Vec<GainPoint>,
    rate: SampleRate,
    plan: AmbiencePlan,
}

impl Curve {
    fn push(&mut self, at: Duration, gain: f32) {
        self.points.push(GainPoint { at: Frames::at(at, self.rate), gain: Decibels(gain) });
    }

    /// Fades in, for a first word at `first`.
    fn begin(&mut self, first: Duration, level: f32) {
        if !self.plan.goes_on {
            self.push(Duration::ZERO, Decibels::SILENCE.0);
        }
        let down = first.saturating_sub(RAMP_DOWN);
        if down < FADE_IN {
            // The first word comes soon: fade in to the level under it.
            self.push(FADE_IN.min(first), self.plan.ducked + level);
        } else {
            self.push(FADE_IN, self.plan.open + level);
            self.push(down, self.plan.open + level);
        }
    }

    /// Comes up again after the last word, which ends at `from`.
    fn open(&mut self, from: Duration, level: f32) {
        self.push(from, self.plan.ducked + level);
        self.push(from + RAMP_UP, self.plan.open + level);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One frame is one second, so the points can be checked in the head.
    fn points(spoken: &[(u64, u64)], end: u64) -> Vec<(u64, f32)> {
        let rate = SampleRate::new(1).unwrap();
        let spoken: Vec<Spoken> = spoken
            .iter()
            .map(|(start, end)| Spoken {
                start: Duration::from_secs(*start),
                end: Some(Duration::from_secs(*end)),
                gain: Decibels::UNITY,
            })
            .collect();
        let plan = AmbiencePlan::default();
        gain_points(&spoken, &plan, Some(Duration::from_secs(end)), rate)
            .iter()
            .map(|point| (point.at.0, point.gain.0))
            .collect()
    }

    #[test]
    fn the_gain_is_down_before_the_word_and_up_after_it() {
        let expected =
            [(0, -96.0), (1, -16.0), (9, -16.0), (10, -25.0), (12, -25.0), (14, -16.0), (40, -96.0)];
        assert_eq!(points(&[(10, 12)], 40), expected);
    }

    #[test]
    fn a_gap_under_three_seconds_stays_down() {
        let expected =
            [(0, -96.0), (1, -16.0), (9, -16.0), (10, -25.0), (16, -25.0), (18, -16.0), (40, -96.0)];
        assert_eq!(points(&[(10, 12), (14, 16)], 40), expected);
    }

    #[test]
    fn the_ambience_follows_the_level_of_the_voice() {
        let spoken = |start, end, gain| Spoken {
            start: Duration::from_secs(start),
            end: Some(Duration::from_secs(end)),
            gain: Decibels(gain),
        };
        let spoken = [spoken(10, 12, 2.0), spoken(14, 16, 1.0), spoken(30, 32, -2.0)];
        let rate = SampleRate::new(10).unwrap();
        let points = gain_points(&spoken, &AmbiencePlan::default(), Some(Duration::from_secs(60)), rate);
        let gains: Vec<(u64, f32)> = points.iter().map(|point| (point.at.0, point.gain.0)).collect();
        let expected = [
            (0, -96.0),
            (5, -14.0),
            (92, -14.0),
            (100, -23.0),
            (132, -23.0),
            (140, -24.0),
            (160, -24.0),
            (180, -15.0),
            (292, -15.0),
            (300, -27.0),
            (320, -27.0),
            (340, -18.0),
            (600, -96.0),
        ];
        assert_eq!(gains, expected);
    }

    #[test]
    fn a_gap_of_three_seconds_opens() {
        let gains = points(&[(10, 12), (15, 16)], 40);
        assert!(gains.contains(&(14, -16.0)), "{gains:?}");
    }
}
