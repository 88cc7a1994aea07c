//! How a counted number is spoken. Spoken alone and slowly, some numbers are taken for other words: at the
//! speeds of a wind-down, pocketsphinx hears "nine" as "nineteen" or "night", "one" as "wide" or "land" (20
//! times of 20), and Whisper base hears "six" as "sex". So a count is spoken at natural speed (its beat
//! keeps it slow, not its vowels) and at the start of a phrase, from which it is cut where the voice rests
//! at the comma. Both recognisers then hear all numbers correctly over the ocean.

/// Counts are spoken at the voice's natural speed, or faster at a fast pace.
pub(crate) const SPEED: f32 = 1.0;

/// The words after the number, which are cut off. They begin with a stop consonant, before which there is
/// silence. Of twenty-five phrases, this one had the longest rests (70 ms or more, 58 dB below the peak).
const REST_OF_PHRASE: &str = "can you feel your back on the bed.";

/// The phrase that `number` is cut from: the number, a comma, and something more.
pub(crate) fn phrase(number: &str) -> String {
    format!("{}, {REST_OF_PHRASE}", number.trim().trim_end_matches(['.', ',', '!']))
}
