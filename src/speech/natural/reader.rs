//! From text to phonemes: sentences, the lexicon and its rules (misaki), and the net for words
//! that the lexicon does not have.

use std::collections::HashMap;

use misaki_rs::{G2P, Language};

use super::unknown::Unknown;

/// What the model hears at both ends of a sentence.
const SILENCE: i32 = 0;
/// The most phonemes that the model was trained on at once.
const LONGEST: usize = 500;

/// Reads text aloud, in phonemes.
pub struct Reader {
    g2p: G2P,
    vocabulary: HashMap<char, i32>,
}

impl Reader {
    /// Loads the lexicon. `vocabulary` is the model's number for each phoneme, as JSON.
    ///
    /// # Errors
    /// What is wrong with the data, in words.
    pub fn load(vocabulary: &str, unknown: Unknown) -> Result<Self, String> {
        let vocabulary = serde_json::from_str(vocabulary).map_err(|error| error.to_string())?;
        Ok(Self { g2p: G2P::with_fallback(Language::EnglishUS, Some(Box::new(unknown))), vocabulary })
    }

    /// The phonemes of one sentence, in misaki's alphabet.
    ///
    /// # Errors
    /// A sentence about the word that cannot be read.
    pub fn phonemes(&self, sentence: &str) -> Result<String, String> {
        let (phonemes, tokens) = self.g2p.g2p(sentence).map_err(|error| error.to_string())?;
        let unread = tokens.iter().find(|token| {
            let read = token.phonemes.as_deref().unwrap_or_default();
            token.text.chars().any(char::is_alphanumeric) && (read.is_empty() || read.contains(&self.g2p.unk))
        });
        if let Some(token) = unread {
            return Err(format!("it can't read {:?}", token.text));
        }
        Ok(phonemes.trim().to_owned())
    }

    /// The model's numbers for `phonemes`, in parts that it can take, with silence at both ends.
    pub fn ids(&self, phonemes: &str) -> Vec<Vec<i32>> {
        let ids: Vec<i32> = phonemes.chars().filter_map(|c| self.vocabulary.get(&c).copied()).collect();
        let space = self.vocabulary.get(&' ').copied();
        let mut rest = &ids[..];
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let cut = if rest.len() <= LONGEST {
                rest.len()
            } else {
                let space = rest[..LONGEST].iter().rposition(|id| Some(*id) == space);
                space.map_or(LONGEST, |place| place + 1)
            };
            let (part, after) = rest.split_at(cut);
            parts.push(std::iter::once(SILENCE).chain(part.iter().copied()).chain([SILENCE]).collect());
            rest = after;
        }
        parts
    }

    /// The number of a phoneme or mark, if the model has it.
    pub fn id(&self, phoneme: char) -> Option<i32> {
        self.vocabulary.get(&phoneme).copied()
    }
}
