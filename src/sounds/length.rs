//! The length that a file tells of a track.

use std::time::Duration;

use symphonia::core::formats::Track;

/// The length of a track, if its file gives it.
pub(crate) fn length_of(track: &Track) -> Option<Duration> {
    let time = track.time_base?.calc_duration(track.duration?)?;
    Duration::try_from_secs_f64(time.as_secs_f64()).ok()
}
