//! What a voice is asked to say. Plain data: it is planned without knowing who will speak.

use std::time::Duration;

use crate::units::Decibels;

/// Something to say, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Utterance {
    /// The text as it is written and shown.
    pub text: String,
    /// The text as an engine gets it: numbers and abbreviations in words, at least one letter, no
    /// control characters.
    pub spoken: String,
    /// Words of `spoken` whose sounds are given, in the phonetic alphabet that voices with one
    /// understand (misaki's, close to the IPA); other voices read the word as it is written.
    pub phonemes: Vec<(String, String)>,
    /// Whether it is a number that is counted: its beat is the onset of its vowel, where the
    /// engine knows that.
    pub is_count: bool,
    /// Speed relative to the voice's natural one: 1 is natural, 0.5 half as fast.
    pub speed: f32,
    /// How long the voice rests at a comma.
    pub comma: Duration,
    /// Level around the session's loudness.
    pub gain: Decibels,
}

impl Utterance {
    /// A text that is said as it is written, without a rest at commas.
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
