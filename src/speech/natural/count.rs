//! How a counted number is said. Alone and drawn out, some numbers are taken for other words: at the
//! speeds of a wind-down, pocketsphinx hears "nine" as "nineteen" or "night", "one" as "wide" or
//! "land" (20 times of 20), and Whisper base hears "six" as "sex". So a count is said at the natural
//! speed (its beat keeps it slow, not its vowels), and at the head of a phrase, from which it is cut
//! where the voice rests at the comma: then all are heard right over the ocean, by both.

/// Counts are said at the voice's natural speed, or faster at a fast pace.
pub(crate) const SPEED: f32 = 1.0;

/// What follows the number, and is cut off. It begins with a stop, before which there is silence: of
/// twenty-five phrases, the one with the longest rests (70 ms or more, 58 dB under the peak).
const REST_OF_PHRASE: &str = "can you feel your back on the bed.";

/// The phrase that `number` is cut from: the number, a comma, and something more.
pub(crate) fn phrase(number: &str) -> String {
    format!("{}, {REST_OF_PHRASE}", number.trim().trim_end_matches(['.', ',', '!']))
}
