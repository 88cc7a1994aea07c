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
}

/// The gain curve around `spoken`, which is in the order of onsets; `end` is the session's, once
/// that is known.
pub fn gain_points(
    spoken: &[Spoken],
    plan: &AmbiencePlan,
    end: Option<Duration>,
    rate: SampleRate,
) -> Vec<GainPoint> {
    let mut points = Vec::new();
    let mut push = |at: Duration, gain: f32| {
        points.push(GainPoint { at: Frames::at(at, rate), gain: Decibels(gain) });
    };
    let stretches = merged(spoken);
    push(Duration::ZERO, Decibels::SILENCE.0);
    let down = |start: Duration| start.saturating_sub(RAMP_DOWN);
    let first = stretches.first().map_or(RAMP_DOWN, |stretch| stretch.start);
    if down(first) < FADE_IN {
        // The first word comes soon: fade in to the level under it.
        push(FADE_IN.min(first), plan.ducked);
    } else {
        push(FADE_IN, plan.open);
        push(down(first), plan.open);
    }
    for (place, stretch) in stretches.iter().enumerate() {
        if place > 0 {
            push(down(stretch.start), plan.open);
        }
        push(stretch.start, plan.ducked);
        let Some(stretch_end) = stretch.end else { break };
        push(stretch_end, plan.ducked);
        if place + 1 < stretches.len() || end.is_some_and(|end| end > stretch_end + RAMP_UP * 2) {
            push(stretch_end + RAMP_UP, plan.open);
        }
    }
    if let Some(end) = end {
        push(end, Decibels::SILENCE.0);
    }
    points
}

fn merged(spoken: &[Spoken]) -> Vec<Spoken> {
    let mut stretches: Vec<Spoken> = Vec::new();
    for next in spoken {
        match stretches.last_mut() {
            Some(last) if last.end.is_none_or(|end| next.start < end + SHORTEST_GAP) => {
                last.end = match (last.end, next.end) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => stretches.push(*next),
        }
    }
    stretches
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
            [(0, -96.0), (1, -16.0), (9, -16.0), (10, -24.0), (12, -24.0), (14, -16.0), (40, -96.0)];
        assert_eq!(points(&[(10, 12)], 40), expected);
    }

    #[test]
    fn a_gap_under_three_seconds_stays_down() {
        let expected =
            [(0, -96.0), (1, -16.0), (9, -16.0), (10, -24.0), (16, -24.0), (18, -16.0), (40, -96.0)];
        assert_eq!(points(&[(10, 12), (14, 16)], 40), expected);
    }

    #[test]
    fn a_gap_of_three_seconds_opens() {
        let gains = points(&[(10, 12), (15, 16)], 40);
        assert!(gains.contains(&(14, -16.0)), "{gains:?}");
    }
}
