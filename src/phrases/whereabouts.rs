//! The phrases for "where am I?".

use std::time::Duration;

use super::{Phrases, capitalized};
use crate::routine::Side;

/// What is left of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// So many counts; at least 1.
    Counts(u32),
    /// So many breaths; at least 1.
    Breaths(u32),
    /// So much time.
    Time(Duration),
}

impl Phrases {
    /// Names the side.
    pub(crate) fn where_side(&self, side: Side) -> String {
        self.sided(&self.where_side, side)
    }

    /// Says what is left of a hold: counts and breaths exactly; time in fives of seconds, and from two minutes on in minutes, since
    /// nobody needs it more exactly.
    pub(crate) fn where_left(&self, left: Left) -> String {
        let rounded = |seconds: f64| (seconds.max(1.0) / 5.0).ceil() as u32 * 5; // a hold is at most ten hours
        capitalized(match left {
            Left::Counts(n) => self.plural(&self.where_counts, n),
            Left::Breaths(n) => self.plural(&self.where_breaths, n),
            Left::Time(time) if time < Duration::from_secs(120) => {
                self.plural(&self.where_seconds, rounded(time.as_secs_f64()))
            }
            Left::Time(time) => {
                let minutes = (time.as_secs_f64() / 60.0).round() as u32;
                self.plural(&self.where_minutes, minutes)
            }
        })
    }

    /// Says how much time of the session is left, in whole minutes.
    pub(crate) fn where_session(&self, left: Duration) -> String {
        let minutes = (left.as_secs_f64() / 60.0).round().max(1.0) as u32; // a session lasts hours at most
        self.where_session.replace("{minutes}", &self.plural(&self.minutes, minutes))
    }
}
