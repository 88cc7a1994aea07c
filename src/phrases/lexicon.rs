//! Words with a pronunciation given in `[pronounce]`, applied to a text that is already written out.

use super::Phrases;
use super::clean::is_letter;
use crate::routine::pronounce::Pronounce;

/// The pronunciations of a session, prepared for searching its texts.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// The longest first: "child's pose" comes before "pose".
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// In lowercase, written out as texts are.
    word: Vec<char>,
    say: Option<String>,
    phonemes: Option<String>,
}

/// A text with its words replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The text that every voice gets.
    pub text: String,
    /// Its words with given sounds, each once.
    pub phonemes: Vec<(String, String)>,
}

impl Lexicon {
    /// The words of `pronounce`. `phrases` writes words and respellings out, as it does texts.
    pub fn new(pronounce: &Pronounce, phrases: &Phrases) -> Self {
        let plain = |text: &str| phrases.spoken(text).trim_end_matches('.').to_owned();
        let entry = |word: &crate::routine::pronounce::Word| Entry {
            word: plain(&word.word).to_lowercase().chars().collect(),
            // Capitals in a respelling mean stress, so it must not be capitalised like a sentence.
            say: word.say.as_deref().map(plain),
            phonemes: word.phonemes.clone(),
        };
        let mut entries: Vec<Entry> = pronounce.words().iter().map(entry).collect();
        entries.retain(|entry| !entry.word.is_empty() && entry.say.as_deref() != Some(""));
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.word.len()));
        Self { entries }
    }

    /// `text` with its words replaced; no replacement is replaced again.
    pub(crate) fn apply(&self, text: &str) -> Said {
        let chars: Vec<char> = text.chars().collect();
        let mut said = Said::default();
        let mut place = 0;
        while let Some(&c) = chars.get(place) {
            let Some(entry) = self.entries.iter().find(|entry| entry.stands(&chars, place)) else {
                said.text.push(c);
                place += 1;
                continue;
            };
            let end = place + entry.word.len();
            let word = entry.say.clone().unwrap_or_else(|| chars[place..end].iter().collect());
            said.text.push_str(&word);
            if let Some(phonemes) = &entry.phonemes {
                let pair = (word, phonemes.clone());
                if !said.phonemes.contains(&pair) {
                    said.phonemes.push(pair);
                }
            }
            place = end;
        }
        said
    }
}

impl Entry {
    /// Whether the word is at `place` as a whole word, in any case.
    fn stands(&self, chars: &[char], place: usize) -> bool {
        let end = place + self.word.len();
        let Some(there) = chars.get(place..end) else { return false };
        let goes_on = |place: Option<usize>| {
            place.and_then(|place| chars.get(place)).is_some_and(|c| c.is_alphanumeric())
        };
        !goes_on(place.checked_sub(1))
            && !goes_on(Some(end))
            && there.iter().zip(&self.word).all(|(c, wanted)| is_letter(*c, *wanted))
    }
}
