//! What a voice is asked to say. Plain data: it is planned without knowing who will speak.

use std::time::Duration;

/// Something to say, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// Plain text in the routine's language: at least one letter or digit, no control characters.
    pub text: String,
    /// Speed relative to the voice's natural one: 1 is natural, 0.5 half as fast.
    pub speed: f32,
    /// How long the voice rests at a comma.
    pub comma: Duration,
}
