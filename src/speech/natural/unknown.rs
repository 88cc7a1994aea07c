//! Words that the lexicon lacks: a small net reads their letters, so that no word is dropped.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::model::{Net, options};
use crate::speech::script::base;

/// The letters that the net reads, the phonemes that it writes, and the most letters that it takes at once.
#[derive(Deserialize)]
struct Alphabets {
    r#in: Vec<char>,
    out: Vec<char>,
    maxlen: usize,
}

/// What reads them. The net is loaded for the first word: most sessions have none, and it takes 6 MB.
pub(crate) struct Unknown {
    data: &'static [u8],
    net: OnceLock<Result<Net, String>>,
    letters: HashMap<char, i32>,
    phonemes: Vec<char>,
    longest: usize,
}

impl Unknown {
    /// With the net in ONNX `data`, and its alphabets as JSON.
    ///
    /// # Errors
    /// What is wrong with the alphabets, as text.
    pub(crate) fn new(data: &'static [u8], alphabets: &str) -> Result<Self, String> {
        let alphabets: Alphabets = serde_json::from_str(alphabets).map_err(|error| error.to_string())?;
        if alphabets.maxlen == 0 {
            return Err("it reads no letters".to_owned());
        }
        // In both alphabets the number 0 stands for padding.
        let letters = alphabets.r#in.iter().copied().zip(1..).collect();
        let (phonemes, longest) = (alphabets.out, alphabets.maxlen);
        Ok(Self { data, net: OnceLock::new(), letters, phonemes, longest })
    }

    /// The phonemes of a word, or of several words with other marks between them; empty when the net knows
    /// none of the letters.
    ///
    /// # Errors
    /// What kept the net from being loaded or from running, as text.
    pub(crate) fn read(&self, word: &str) -> Result<String, String> {
        let possessive = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
        let mut read = Vec::new();
        for piece in possessive.unwrap_or(word).split(|c: char| !c.is_alphabetic()) {
            let letters: Vec<i32> = piece.chars().filter_map(|c| self.letter(c)).collect();
            let parts: Result<String, String> =
                parts(&letters, self.longest).map(|part| self.run(part)).collect();
            read.push(parts?);
        }
        read.retain(|phonemes| !phonemes.is_empty());
        let mut read = read.join(" ");
        if possessive.is_some() {
            read.push_str(possessive_ending(&read));
        }
        Ok(read)
    }

    /// The number of a letter, or of its base letter without marks.
    fn letter(&self, c: char) -> Option<i32> {
        self.letters.get(&c).or_else(|| self.letters.get(&base(c))).copied()
    }

    /// For every letter the net gives a few phonemes or blanks, in time order (connectionist temporal classification:
    /// repeats count as one, blanks are dropped).
    fn run(&self, letters: &[i32]) -> Result<String, String> {
        let load = || Net::load(&options(), self.data, ["chars", "ids"]);
        let net = self.net.get_or_init(load).as_ref().map_err(Clone::clone)?;
        let mut numbers = net.run::<2, 2>([1, letters.len()], letters.to_vec())?;
        numbers.dedup();
        let phoneme = |number: i32| {
            let place = usize::try_from(number).ok()?.checked_sub(1)?;
            self.phonemes.get(place).copied()
        };
        // The net also learnt a few marks that are not phonemes.
        let spoken = |c: &char| !matches!(c, ' ' | '(' | ')' | '-' | '1');
        Ok(numbers.into_iter().filter_map(phoneme).filter(spoken).collect())
    }
}

/// The letters that the net with these alphabets (JSON) reads; empty when the JSON is broken.
pub(crate) fn letters_read(alphabets: &str) -> HashSet<char> {
    serde_json::from_str::<Alphabets>(alphabets)
        .map(|known| known.r#in.into_iter().collect())
        .unwrap_or_default()
}

/// The sound of a possessive's s after `phonemes`.
pub(crate) fn possessive_ending(phonemes: &str) -> &'static str {
    match phonemes.chars().last() {
        None => "",
        Some('p' | 't' | 'k' | 'f' | 'θ') => "s",
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => "ᵻz",
        Some(_) => "z",
    }
}

/// Splits a word that is too long for the net into parts of nearly equal length.
fn parts(letters: &[i32], longest: usize) -> std::slice::Chunks<'_, i32> {
    let count = letters.len().div_ceil(longest).max(1);
    letters.chunks(letters.len().div_ceil(count).max(1))
}

#[cfg(test)]
mod tests {
    use super::super::assets::{LETTERS, UNKNOWN};
    use super::*;

    #[test]
    fn a_broken_net_is_told_when_a_word_needs_it() {
        let read = |net| Unknown::new(net, LETTERS).unwrap().read("zorply");
        assert!(read(b"\x08\x08not a model").is_err_and(|problem| !problem.is_empty()));
        assert!(read(UNKNOWN).is_ok_and(|phonemes| !phonemes.is_empty()));
    }
}
