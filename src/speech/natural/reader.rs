//! From text to phonemes and their numbers in the model.

use std::collections::HashMap;

use super::phonemes::{Pronouncer, Read};
use super::text::{self, Given};
use crate::speech::script::is_letter;

/// The model's number for the silence at both ends.
const SILENCE: i32 = 0;
/// The most phonemes that the model is given at once, about 30 s of speech. The voice that it was distilled
/// from takes 510.
const LONGEST: usize = 500;
/// Marks at which the voice rests inside a sentence.
const COMMAS: [char; 5] = [',', ';', ':', '—', '…'];
/// Marks that may end a sentence. Without one the model cuts the last sound short.
const LAST: [char; 8] = ['.', '!', '?', ',', ';', ':', '—', '…'];

/// The mark of a nasal vowel: the only phoneme that is not a letter.
const NASAL: char = '\u{303}';

/// A sentence as phonemes.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// In misaki's alphabet, with marks; compared with the reference's.
    #[cfg_attr(not(test), allow(dead_code))]
    pub phonemes: String,
    /// The parts given to the model: one, or more for a very long sentence.
    pub parts: Vec<Part>,
}

/// The phonemes that the model is given at once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The phonemes' numbers, with silence at both ends.
    pub ids: Vec<i32>,
    /// The positions in `ids` of the marks at which the voice rests.
    pub commas: Vec<usize>,
}

impl Part {
    /// A number that depends on the phonemes alone (FNV-1a, 64 bits).
    pub(crate) fn seed(&self) -> u64 {
        let bytes = self.ids.iter().flat_map(|id| id.to_le_bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    }
}

/// Reads text.
pub(crate) struct Reader {
    pronouncer: Pronouncer,
    vocabulary: HashMap<char, i32>,
}

impl Reader {
    /// `vocabulary` is the model's number for each phoneme, as JSON.
    ///
    /// # Errors
    /// What is wrong with the data, as text.
    pub(crate) fn load(vocabulary: &str, pronouncer: Pronouncer) -> Result<Self, String> {
        let vocabulary = serde_json::from_str(vocabulary).map_err(|error| error.to_string())?;
        Ok(Self { pronouncer, vocabulary })
    }

    /// The sentences of `text`. `given` lists words with their phonemes, which take precedence over the
    /// lexicon and the net.
    ///
    /// # Errors
    /// When the text has no word, a word can't be read, or the model lacks a phoneme.
    pub(crate) fn sentences(&self, text: &str, given: &[(String, String)]) -> Result<Vec<Sentence>, String> {
        for (word, phonemes) in given {
            // A slash would end the phonemes early, and a punctuation mark would be a rest inside a word.
            let known = |c: char| c == ' ' || c.is_alphabetic() && self.vocabulary.contains_key(&c);
            if let Some(unknown) = phonemes.chars().find(|c| !known(*c) && *c != NASAL) {
                return Err(format!("`{word}` is given the sound `{unknown}`, which it does not have"));
            }
        }
        let mut sentences = Vec::new();
        for sentence in text::sentences(&text::without_brackets(text)) {
            let (sentence, given) = text::set_apart(&text::plain(sentence), given);
            let phonemes = self.phonemes(&sentence, &given)?;
            if phonemes.chars().any(char::is_alphabetic) {
                sentences.push(Sentence { parts: self.parts(&phonemes), phonemes });
            }
        }
        if sentences.is_empty() { Err("the text has no words".to_owned()) } else { Ok(sentences) }
    }

    fn phonemes(&self, sentence: &str, given: &[Given]) -> Result<String, String> {
        let words = self.pronouncer.read(sentence, given)?;
        let is_unread = |word: &&Read| {
            word.text.chars().any(|c| is_letter(c) || c.is_numeric())
                && !word.sounds.chars().any(char::is_alphabetic)
        };
        if let Some(word) = words.iter().find(is_unread) {
            return Err(format!("it can't read `{}`", word.text));
        }
        let spaced = words.iter().flat_map(|word| [word.sounds.as_str(), if word.spaced { " " } else { "" }]);
        Ok(written(&spaced.collect::<String>(), &self.vocabulary))
    }

    fn parts(&self, phonemes: &str) -> Vec<Part> {
        let known: Vec<(char, i32)> =
            phonemes.chars().filter_map(|c| Some((c, *self.vocabulary.get(&c)?))).collect();
        let mut rest = &known[..];
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (part, after) = rest.split_at(cut(rest));
            let numbers = part.iter().map(|(_, id)| *id);
            let ids = std::iter::once(SILENCE).chain(numbers).chain([SILENCE]).collect();
            // A mark at the very end is not a rest inside the sentence.
            let inside = part.iter().enumerate().take(part.len() - 1);
            let commas =
                inside.filter(|(_, (c, _))| COMMAS.contains(c)).map(|(place, _)| place + 1).collect();
            parts.push(Part { ids, commas });
            rest = after;
        }
        parts
    }
}

/// Phonemes as the model gets them: those that it knows, apart by single spaces, with a mark at the end.
pub(super) fn written(phonemes: &str, vocabulary: &HashMap<char, i32>) -> String {
    let known: String = phonemes.chars().filter(|c| vocabulary.contains_key(c)).collect();
    let mut phonemes = known.split_whitespace().collect::<Vec<_>>().join(" ");
    if !phonemes.trim_end_matches(['"', '“', '”', ')']).ends_with(LAST) {
        phonemes.push('.');
    }
    phonemes
}

/// The place to cut phonemes that are too many: after the last mark that fits, else between words.
fn cut(phonemes: &[(char, i32)]) -> usize {
    if phonemes.len() <= LONGEST {
        return phonemes.len();
    }
    let after = |found: fn(char) -> bool| {
        phonemes[..LONGEST].iter().rposition(|(c, _)| found(*c)).map(|place| place + 1)
    };
    after(|c| COMMAS.contains(&c)).or_else(|| after(|c| c == ' ')).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_after_a_mark() {
        let phonemes: Vec<(char, i32)> = "a, b ".chars().cycle().take(999).map(|c| (c, 1)).collect();
        assert_eq!(cut(&phonemes), 497);
        assert_eq!(cut(&phonemes[..400]), 400);
        assert_eq!(cut(&[('a', 1); 600]), LONGEST);
    }
}
