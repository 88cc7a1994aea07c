//! An utterance: what a voice is asked to say. Plain data, so that it can be planned before it is known
//! which voice will speak.

use std::time::Duration;

use crate::units::Decibels;

/// Something to say, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// The text as written and shown.
    pub text: String,
    /// The text that an engine gets: numbers and abbreviations as words, at least one letter, no control
    /// characters.
    pub spoken: String,
    /// Words of `spoken` with given sounds, in the phonetic alphabet of the voices that understand one
    /// (misaki's, close to the IPA). Other voices read the word as it is written.
    pub phonemes: Vec<(String, String)>,
    /// Whether it is a counted number. Its beat is then the onset of its vowel, if the engine knows that.
    pub is_count: bool,
    /// Speed relative to the voice's natural one: 1 is natural, 0.5 half as fast.
    pub speed: f32,
    /// How long the voice rests at a comma.
    pub comma: Duration,
    /// The level relative to the session's loudness.
    pub gain: Decibels,
}

impl Utterance {
    /// A text to be said as written, without a rest at commas.
    pub fn plain(text: impl Into<String>, speed: f32) -> Self {
        let text = text.into();
        Self {
            spoken: text.clone(),
            text,
            phonemes: Vec::new(),
            is_count: false,
            speed,
            comma: Duration::ZERO,
            gain: Decibels::UNITY,
        }
    }
}
