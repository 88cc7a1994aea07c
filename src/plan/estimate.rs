//! Estimates how long words take before a voice has spoken them: for the length in the welcome, for a live
//! voice's timeline and for the linter.

use std::time::Duration;

use crate::units::{Frames, SampleRate};
use crate::utterance::Utterance;

/// Seconds for each letter or digit, and seconds once for each utterance, at natural speed: least squares over
/// the bedtime routine with espeak-ng 1.51 (en-us).
const PER_LETTER: f64 = 0.058;
const ONCE: f64 = 0.15;

/// The estimated length of an utterance.
pub(crate) fn estimated_length(utterance: &Utterance, rate: SampleRate) -> Frames {
    Frames::at(estimated_time(utterance), rate)
}

/// The estimated time of an utterance.
pub(crate) fn estimated_time(utterance: &Utterance) -> Duration {
    let letters = utterance.spoken.chars().filter(|c| c.is_alphanumeric()).count();
    let commas = utterance.spoken.matches([',', ';', ':']).count();
    let spoken = (letters as f64 * PER_LETTER + ONCE) / f64::from(utterance.speed);
    Duration::from_secs_f64(spoken) + utterance.comma * u32::try_from(commas).unwrap_or(u32::MAX)
}
