//! misaki-rs as a whole, which our reader is compared with.

use std::collections::HashMap;

use misaki_rs::fallback::{Fallback, FallbackError};
use misaki_rs::{G2P, Language, MToken};

use super::assets::{LETTERS, UNKNOWN, VOCABULARY};
use super::reader::written;
use super::text;
use super::unknown::Unknown;
use crate::speech::script::is_letter;

/// It reads the words that its lexicon lacks with our net.
struct Net(Unknown);

impl Fallback for Net {
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        self.0.read(word).map_err(|_| FallbackError::NoPhonemes { word: word.to_owned() })
    }
}

/// The reference.
pub(crate) struct Misaki {
    g2p: G2P,
    vocabulary: HashMap<char, i32>,
}

impl Misaki {
    pub(crate) fn load() -> Self {
        let net = Net(Unknown::new(UNKNOWN, LETTERS).unwrap());
        let g2p = G2P::with_fallback(Language::EnglishUS, Some(Box::new(net)));
        Self { g2p, vocabulary: serde_json::from_str(VOCABULARY).unwrap() }
    }

    /// The phonemes of each sentence of a text, without those that have none; nothing if part of it is not
    /// read.
    pub(crate) fn phonemes(&self, text: &str) -> Vec<String> {
        let text = text::without_brackets(text);
        let sentences: Option<Vec<String>> =
            text::sentences(&text).into_iter().map(|sentence| self.sentence(sentence)).collect();
        let mut sentences = sentences.unwrap_or_default();
        sentences.retain(|phonemes| phonemes.chars().any(char::is_alphabetic));
        sentences
    }

    fn sentence(&self, sentence: &str) -> Option<String> {
        let (phonemes, tokens) = self.g2p.g2p(&text::plain(sentence)).unwrap();
        let is_read = |token: &MToken| {
            let read = token.phonemes.as_deref().unwrap_or_default();
            read.chars().any(char::is_alphabetic)
                || !token.text.chars().any(|c| is_letter(c) || c.is_numeric())
        };
        tokens.iter().all(is_read).then(|| written(&phonemes, &self.vocabulary))
    }
}
