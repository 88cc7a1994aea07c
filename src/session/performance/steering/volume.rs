//! The volume of a session, in steps and in percent.

use crate::units::Decibels;

/// A step of "louder" and "softer", in dB, and the range: from one percent to twice as loud.
const STEP: f32 = 2.0;
const RANGE: (f32, f32) = (-40.0, 6.03);

/// In dB; [`Decibels::SILENCE`] when the volume is zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Volume(Decibels);

impl Volume {
    pub(super) const AT_THE_START: Self = Self(Decibels::UNITY);

    /// So many steps louder, or softer.
    pub(super) fn louder(&mut self, steps: f32) -> Decibels {
        // From silence, the volume can't go lower; the first step up leads to the lowest audible level.
        if self.0 != Decibels::SILENCE || steps > 0.0 {
            self.0 = within(self.0.0 + steps * STEP);
        }
        self.0
    }

    /// So many percent of the volume at the start.
    pub(super) fn set(&mut self, percent: u8) -> Decibels {
        self.0 = match percent {
            0 => Decibels::SILENCE,
            _ => within(Decibels::of_amplitude(f32::from(percent) / 100.0).0),
        };
        self.0
    }
}

fn within(decibels: f32) -> Decibels {
    Decibels(decibels.clamp(RANGE.0, RANGE.1))
}
