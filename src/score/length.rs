//! Plans a routine whose welcome says how long the session takes, the welcome included.

use std::time::Duration;

use super::Score;
use super::compile::compile;
use crate::phrases::Phrases;
use crate::plan::Plan;
use crate::plan::estimate::estimated_length;
use crate::routine::Routine;
use crate::settings::Settings;
use crate::units::{Frames, SampleRate};

/// The length of every chime in an estimate, where the real one does not matter.
pub(crate) const CHIME: Duration = Duration::from_secs(8);

/// Writes `routine` out for a session with `settings`; the welcome says how long it takes.
pub fn planned(routine: &Routine, settings: &Settings, phrases: &Phrases) -> Plan {
    let draft = Plan::new(routine, settings, phrases, 1);
    // Any number of minutes takes about as long to say, so one more round is enough.
    match estimated_minutes(&draft) {
        1 => draft,
        minutes => Plan::new(routine, settings, phrases, minutes),
    }
}

/// The guided time in whole minutes, from estimates of the words' lengths; at least 1.
pub fn estimated_minutes(plan: &Plan) -> u32 {
    let rate = SampleRate::HZ_48000;
    let length = |id| Some(estimated_length(plan.utterance(id), rate));
    let (score, _) = compile(plan, rate, &length, &|_| Frames::at(CHIME, rate));
    // A session is far below 2^32 minutes: holds and steps are bounded.
    ((guided(&score) / 60.0).round() as u32).max(1)
}

/// The guided time of a score in seconds: up to the end of its last word or chime.
pub fn guided(score: &Score) -> f64 {
    score.events.last().map_or(0.0, |last| (last.at + last.length).to_seconds(score.rate))
}
