//! How a session calms down from its first pose to its last: one curve for the voice's rate and level, the
//! pauses and the breath. It changes from pose to pose and stays the same within one, so both sides of a pose
//! are led alike.
//!
//! Only a voice that fell in tone, volume and rate lowered muscle tension (Knowlton & Larkin 2006).
//! The breath starts near eight a minute and slows toward six (Steffen 2017; Van Diest 2014).

use std::time::Duration;

use crate::routine::BreathRatio;
use crate::settings::{Settings, Timing, WindDown};
use crate::units::Decibels;

/// Words a minute inside an instruction, its pauses included, at normal pace: at the start and at the end of a
/// full wind-down.
pub(crate) const WORDS_PER_MINUTE: (f32, f32) = (115.0, 95.0);
/// The level relative to the session's loudness, in dB: it falls by 4 dB, and as a whole is neither louder nor
/// softer than the session's loudness.
const LEVEL: (f32, f32) = (2.0, -2.0);
/// Speed of the voice relative to its natural one. Below about 0.8 a voice no longer sounds like a person, so
/// the pauses bring most of the calm.
const SPEED: (f32, f32) = (0.82, 0.77);
/// Factor on the rests at commas and between sentences. Together with [`SPEED`] it gives [`WORDS_PER_MINUTE`]:
/// measured over the bedtime routine, with espeak-ng and the natural voice.
const RESTS: (f32, f32) = (1.0, 1.3);
/// Factor on the length of a breath: 4 s in and 6 s out are eight breaths a minute, then six.
const BREATH: (f32, f32) = (0.75, 1.0);

/// How calm a pose is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calm {
    /// Speed of the voice relative to its natural one, at normal pace.
    pub speed: f32,
    /// Factor on the rests at commas and between sentences.
    pub rests: f32,
    /// Factor on the length of a breath that no step sets.
    pub breath: f32,
    /// Level of the voice relative to the session's loudness; the ambience follows.
    pub gain: Decibels,
    /// The result of speed and rests, in words a minute at normal pace; `None` without a wind-down.
    pub words_per_minute: Option<f32>,
}

/// How a pose is led: its calm at the session's pace, for display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoseTempo {
    /// Words a minute inside an instruction, pauses included.
    pub words_per_minute: f32,
    /// Breaths a minute, where no step sets another breath.
    pub breaths_per_minute: f32,
    /// Level of the voice relative to the session's loudness.
    pub gain: Decibels,
}

impl Calm {
    /// Without a wind-down: the start of a full one, but with the breath and the level of the settings.
    pub(crate) const EVEN: Self =
        Self { speed: SPEED.0, rests: RESTS.0, breath: 1.0, gain: Decibels::UNITY, words_per_minute: None };

    /// The calm of the pose at `place` (from 0) among `poses`.
    pub(crate) fn of_pose(wind_down: WindDown, place: usize, poses: usize) -> Self {
        let part = match poses.saturating_sub(1) {
            0 => 0.5,
            last => place.min(last) as f32 / last as f32,
        };
        match wind_down {
            WindDown::Off => Self::EVEN,
            // The middle half of the same curve.
            WindDown::Gentle => Self { breath: lerp(GENTLE_BREATH, part), ..Self::at(0.25 + part / 2.0) },
            WindDown::Full => Self::at(part),
        }
    }

    fn at(part: f32) -> Self {
        Self {
            speed: lerp(SPEED, part),
            rests: lerp(RESTS, part),
            breath: lerp(BREATH, part),
            gain: Decibels(lerp(LEVEL, part)),
            words_per_minute: Some(lerp(WORDS_PER_MINUTE, part)),
        }
    }

    /// `timing` at this calm.
    pub(crate) fn apply(&self, timing: &Timing) -> Timing {
        let rest = |time: Duration| time.mul_f32(self.rests);
        Timing {
            speed: timing.speed * self.speed,
            comma: rest(timing.comma),
            sentence: rest(timing.sentence),
            settle: rest(timing.settle),
            ..timing.clone()
        }
    }

    /// The result of this calm, the breath of the pose and the listener's settings; `None` without a wind-down.
    pub(crate) fn lead(&self, breath: BreathRatio, settings: &Settings) -> Option<PoseTempo> {
        let breath = self.breath(breath);
        let cycle = settings.pace.scale(breath.cycle());
        Some(PoseTempo {
            words_per_minute: self.words_per_minute? * settings.pace.factor() as f32,
            breaths_per_minute: 60.0 / cycle.as_secs_f32(),
            gain: self.gain + settings.voice_gain,
        })
    }

    /// `breath` at this calm.
    pub(crate) fn breath(&self, breath: BreathRatio) -> BreathRatio {
        breath.map(|time| time.mul_f32(self.breath))
    }
}

/// Factor on the breath; a gentle wind-down, too, ends at the breath of the settings.
const GENTLE_BREATH: (f32, f32) = (0.875, 1.0);

fn lerp((from, to): (f32, f32), part: f32) -> f32 {
    from + (to - from) * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_starts_at_115_words_and_ends_at_95_four_decibels_down() {
        let (first, last) = (Calm::of_pose(WindDown::Full, 0, 8), Calm::of_pose(WindDown::Full, 7, 8));
        assert_eq!((first.words_per_minute, last.words_per_minute), (Some(115.0), Some(95.0)));
        assert_eq!(first.gain - last.gain, Decibels(4.0));
        assert!(first.speed > last.speed && first.rests < last.rests);
    }

    #[test]
    fn the_breath_goes_from_eight_a_minute_to_six() {
        let per_minute = |calm: Calm| {
            let breath = calm.breath(BreathRatio::default());
            60.0 / breath.cycle().as_secs_f64()
        };
        assert!((per_minute(Calm::of_pose(WindDown::Full, 0, 8)) - 8.0).abs() < 0.01);
        assert!((per_minute(Calm::of_pose(WindDown::Full, 7, 8)) - 6.0).abs() < 0.01);
        assert!((per_minute(Calm::of_pose(WindDown::Gentle, 7, 8)) - 6.0).abs() < 0.01);
        assert!((per_minute(Calm::of_pose(WindDown::Off, 0, 8)) - 6.0).abs() < 0.01);
    }

    #[test]
    fn a_gentle_one_goes_half_the_way_and_a_single_pose_is_in_the_middle() {
        let gentle = |place| Calm::of_pose(WindDown::Gentle, place, 8);
        assert_eq!((gentle(0).words_per_minute, gentle(7).words_per_minute), (Some(110.0), Some(100.0)));
        assert_eq!(Calm::of_pose(WindDown::Full, 0, 1).gain, Decibels(0.0));
        assert_eq!(Calm::of_pose(WindDown::Off, 3, 8), Calm::EVEN);
    }
}
