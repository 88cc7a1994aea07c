//! How long words take before anybody has spoken them: for the length in the welcome, for a live
//! voice's timeline and for the linter.

use std::time::Duration;

use crate::speech::Utterance;
use crate::units::{Frames, SampleRate};

/// Seconds a letter at natural speed. Measured over the bedtime routine with espeak-ng 1.51
/// (en-us): a sentence takes about 0.06 s a letter or digit and 0.25 s once.
const PER_LETTER: f64 = 0.060;
const ONCE: f64 = 0.25;

/// The estimated length of an utterance.
pub fn estimated_length(utterance: &Utterance, rate: SampleRate) -> Frames {
    Frames::at(estimated_time(utterance), rate)
}

/// The estimated time of an utterance.
pub fn estimated_time(utterance: &Utterance) -> Duration {
    let letters = utterance.text.chars().filter(|c| c.is_alphanumeric()).count();
    let commas = utterance.text.matches([',', ';', ':']).count();
    let spoken = (letters as f64 * PER_LETTER + ONCE) / f64::from(utterance.speed);
    Duration::from_secs_f64(spoken) + utterance.comma * u32::try_from(commas).unwrap_or(u32::MAX)
}
