//! The text that an engine gets: numbers, units, abbreviations and signs written out in the language of the
//! catalogue, so that no engine has to guess. The text that is shown stays as written.

use std::collections::BTreeMap;

use super::clean::{clean, is_letter};
use super::number::{Before, Numbers};
use super::quantity::Quantity;
use super::short::{Letters, Ordinals, Short, Unit};

/// A text as words.
#[derive(Clone, Debug, Default)]
pub(super) struct Spoken {
    pub text: String,
    /// Its ambiguous notations.
    pub doubts: Vec<Doubt>,
}

/// An ambiguous notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    pub written: String,
    pub said: String,
    /// An unambiguous way to write it, if that is short.
    pub write: Option<String>,
}

/// `text` written out. It contains no digit and none of `/ & % + °`, and writing it out again changes
/// nothing.
pub(super) fn spoken(text: &str, short: &Short, numbers: &Numbers) -> Spoken {
    let first = written_out(text, short, numbers);
    // The output of one rule may be input for another: "R s. 4" is a side of page four.
    let mut text = first.text;
    for _ in 0..AGAIN {
        let again = written_out(&text, short, numbers).text;
        if again == text {
            break;
        }
        text = again;
    }
    Spoken { text, ..first }
}

/// The most times that a text is written out again. None has needed more than one.
const AGAIN: usize = 2;

fn written_out(text: &str, short: &Short, numbers: &Numbers) -> Spoken {
    let source: Vec<char> = clean(text, true).chars().collect();
    let mut writer = Writer {
        source: &source,
        at: 0,
        out: String::new(),
        short,
        numbers,
        counted: None,
        doubts: Vec::new(),
    };
    while writer.at < source.len() {
        writer.step();
    }
    Spoken { text: clean(&writer.out, false), doubts: writer.doubts }
}

/// Signs before which a sentence does not end.
const JOINING: [char; 8] = ['&', '+', '/', ',', ';', ':', '–', '='];

/// Writes a text out from left to right. `counted` deals with numbers.
pub(super) struct Writer<'a> {
    pub source: &'a [char],
    pub at: usize,
    pub out: String,
    pub short: &'a Short,
    pub numbers: &'a Numbers,
    /// The last quantity that was written.
    pub counted: Option<Counted<'a>>,
    pub doubts: Vec<Doubt>,
}

/// A quantity that was written.
#[derive(Clone, Debug)]
pub(super) struct Counted<'a> {
    pub quantity: Quantity,
    pub unit: Option<&'a Unit>,
    /// Where it ends.
    pub end: usize,
}

impl Writer<'_> {
    /// Writes one word, number or sign.
    fn step(&mut self) {
        let c = self.source[self.at];
        if c.is_ascii_digit() {
            self.quantity();
        } else if self.times() || self.per() || self.span() {
            // Already written.
        } else if let Some(word) = self.short.signs.get(&c) {
            self.put(word, self.at + 1);
        } else if !self.starts_word() || !self.abbreviation() {
            self.out.push(c);
            self.at += 1;
        }
    }

    /// Writes `words` for the source up to `end`. At the start of a sentence they are capitalised if digits
    /// or capitals were there, so that the following text is still recognised as a sentence.
    pub(crate) fn put(&mut self, words: &str, end: usize) {
        let first = self.source[self.at];
        let out = self.out.trim_end_matches([' ', '"', '\'', '¿', '¡']);
        let gap = out.len() < self.out.len();
        let starts = out.is_empty() || gap && out.ends_with(['.', '!', '?']) && !self.names(out);
        if self.out.ends_with(char::is_alphanumeric) {
            self.out.push(' ');
        }
        if starts && !first.is_lowercase() {
            self.out.push_str(&capitalized(words.to_owned()));
        } else {
            self.out.push_str(words);
        }
        if self.source.get(end).is_some_and(|c| c.is_alphanumeric()) {
            self.out.push(' ');
        }
        self.at = end;
    }

    /// Whether `out` ends in an abbreviation that means a word before a capital ("St.").
    fn names(&self, out: &str) -> bool {
        let out = out.to_lowercase();
        let mut before = self.short.before_name.keys().filter_map(|key| out.strip_suffix(key.as_str()));
        before.any(|before| !before.ends_with(char::is_alphanumeric))
    }

    pub(crate) fn ordinal(&self, quantity: &Quantity, at: usize) -> Option<(String, usize)> {
        let n = quantity.whole()?;
        self.short.ordinals.iter().find_map(|ordinals| {
            let end = ordinals.marks.iter().filter_map(|mark| self.matched(mark, at)).max()?;
            if !self.fits(ordinals, end) {
                return None;
            }
            let place = usize::try_from(n / ordinals.step).ok().filter(|_| n.is_multiple_of(ordinals.step));
            let word =
                place.and_then(|place| place.checked_sub(1)).and_then(|place| ordinals.words.get(place));
            // "90º" means 90°, and "40s" are seconds wherever they are not a decade.
            if word.is_none() && (ordinals.step > 1 || self.unit(quantity, at, false).is_some()) {
                return None;
            }
            Some((word.cloned().unwrap_or_else(|| self.numbers.words(n, Before::Nothing)), end))
        })
    }

    /// Whether the words around a number that ends at `end` match `ordinals`.
    fn fits(&self, ordinals: &Ordinals, end: usize) -> bool {
        let behind = self.words_after(end, 1).into_iter().next().unwrap_or_default();
        (ordinals.after.is_empty() || ordinals.after.iter().any(|words| self.follows(words)))
            && (ordinals.before.is_empty() || ordinals.before.contains(&behind.to_lowercase()))
            && ordinals.gender.is_none_or(|gender| gender == self.short.nouns.gender(&behind))
    }

    /// Whether `words`, in lowercase, come directly before; if empty, whether no word does.
    fn follows(&self, words: &str) -> bool {
        if words.is_empty() {
            return self.word_before(self.at).is_empty();
        }
        let before: String = self.source[..self.at].iter().collect::<String>().to_lowercase();
        let rest = before.trim_end_matches([' ', '-']).strip_suffix(words);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    }

    /// Writes the abbreviation that begins here, if any. The longest wins.
    fn abbreviation(&mut self) -> bool {
        let short = self.short;
        let longest = |table: &'_ BTreeMap<String, String>| {
            let found =
                table.iter().filter_map(|(key, words)| Some((self.matched(key, self.at)?, words.clone())));
            found.max_by_key(|(end, _)| *end)
        };
        let candidates = [
            longest(&short.abbreviations).map(|(end, words)| (end, words, self.text_ends(end))),
            longest(&short.may_end).map(|(end, words)| (end, words, self.sentence_ends(end, true))),
            longest(&short.before_number)
                .filter(|(end, _)| self.digit_follows(*end))
                .map(|(end, words)| (end, words, false)),
            longest(&short.before_name)
                .filter(|(end, _)| self.name_follows(*end))
                .map(|(end, words)| (end, words, false)),
            longest(&short.after_name)
                .filter(|_| self.name_before())
                .map(|(end, words)| (end, words, self.sentence_ends(end, true))),
            self.letter(),
        ];
        let Some((end, words, ends)) = candidates.into_iter().flatten().max_by_key(|(end, ..)| *end) else {
            return false;
        };
        self.put(&words, end);
        if ends && self.source[end - 1] == '.' {
            self.out.push('.');
        }
        true
    }

    /// The abbreviation of a side that begins here, in the form that the word beside it requires. Also
    /// returns whether its full stop ends the sentence.
    fn letter(&self) -> Option<(usize, String, bool)> {
        let found = self.short.letters.iter().flat_map(|letters| {
            letters.letters.iter().filter_map(move |(key, words)| {
                let end = self.letter_end(key)?;
                let ends = self.text_ends(end) || !letters.before_the_word && self.sentence_ends(end, true);
                self.beside(letters, end).then(|| (end, words.clone(), ends))
            })
        });
        // Of several with the same length, the first rule of the file wins.
        found.fold(None, |best, found| match best {
            Some((end, ..)) if end >= found.0 => best,
            _ => Some(found),
        })
    }

    fn letter_end(&self, key: &str) -> Option<usize> {
        let end = self.matched(key, self.at)?;
        if self.source.get(end).is_some_and(|c| c.is_alphanumeric() || *c == '\'') {
            return None;
        }
        let dotted = key.chars().count() == 1 && self.source.get(end) == Some(&'.');
        Some(end + usize::from(dotted && !self.text_ends(end + 1)))
    }

    /// Whether the abbreviation of a side that ends at `end` has one of the words of `letters` beside it.
    fn beside(&self, letters: &Letters, end: usize) -> bool {
        let before = self.word_before(self.at);
        let behind = self.words_after(end, 1).into_iter().next().unwrap_or_default();
        let word = if letters.before_the_word { behind.to_lowercase() } else { before.clone() };
        let known =
            || letters.words.contains(&word) || letters.words.contains(&self.short.nouns.singular(&word));
        (letters.after.is_empty() || letters.after.contains(&before)) && known()
    }

    /// Whether a name follows: a capitalised word.
    fn name_follows(&self, at: usize) -> bool {
        self.source[at..].iter().find(|c| !matches!(c, ' ' | '-')).is_some_and(|c| c.is_uppercase())
    }

    /// Whether a name comes before: a capitalised word that does not begin the sentence.
    fn name_before(&self) -> bool {
        let before: String = self.source[..self.at].iter().collect();
        let sentence = before.rsplit(['.', '!', '?', ':']).next().unwrap_or_default();
        let words: Vec<&str> = sentence.split_whitespace().collect();
        words.len() > 1 && words.last().is_some_and(|word| word.starts_with(char::is_uppercase))
    }

    /// Where `key` ends if it is at `at` as a whole word. Case matters only where the key has capitals; a
    /// space may follow a full stop inside it ("z. B.").
    pub(crate) fn matched(&self, key: &str, at: usize) -> Option<usize> {
        // Most keys begin with another letter.
        let first = key.chars().next()?;
        if !self.source.get(at).is_some_and(|c| is_letter(*c, first.to_ascii_lowercase()) || *c == first) {
            return None;
        }
        let exact = key.chars().any(char::is_uppercase);
        let mut place = at;
        let mut last = ' ';
        for wanted in key.chars() {
            if last == '.' && self.source.get(place) == Some(&' ') {
                place += 1;
            }
            let c = *self.source.get(place)?;
            if !(c == wanted || !exact && is_letter(c, wanted)) {
                return None;
            }
            last = c;
            place += 1;
        }
        let goes_on = last.is_alphanumeric() && self.source.get(place).is_some_and(|c| c.is_alphabetic());
        (!goes_on).then_some(place)
    }

    pub(crate) fn starts_word(&self) -> bool {
        !self.at.checked_sub(1).is_some_and(|before| self.source[before].is_alphabetic())
    }

    fn text_ends(&self, at: usize) -> bool {
        self.source[at..].iter().all(|c| !c.is_alphanumeric())
    }

    /// Whether a sentence ends at `at`, after a full stop: at the end of the text, or before a capital.
    pub(crate) fn sentence_ends(&self, at: usize, before_digit: bool) -> bool {
        let rest = &self.source[at..];
        let Some(next) = rest.iter().position(|c| c.is_alphanumeric()) else { return true };
        let spaced = rest.first().is_some_and(|c| c.is_whitespace());
        let joined = rest[..next].iter().any(|c| JOINING.contains(c));
        let c = rest[next];
        spaced && !joined && (c.is_uppercase() || before_digit && c.is_ascii_digit())
    }

    pub(crate) fn digit_follows(&self, at: usize) -> bool {
        self.source[at..].iter().find(|c| !c.is_whitespace()).is_some_and(char::is_ascii_digit)
    }

    /// The word that ends before `at` and a space, in lowercase; empty if there is none.
    pub(crate) fn word_before(&self, at: usize) -> String {
        let Some([before @ .., ' ']) = self.source.get(..at) else { return String::new() };
        let start = before.iter().rposition(|c| !c.is_alphanumeric()).map_or(0, |place| place + 1);
        before[start..].iter().collect::<String>().to_lowercase()
    }

    /// Up to `most` words that follow at `at`, each after a single space, as written.
    pub(crate) fn words_after(&self, at: usize, most: usize) -> Vec<String> {
        let mut words = Vec::new();
        let mut at = at;
        while words.len() < most && self.source.get(at) == Some(&' ') {
            let word: String = self.source[at + 1..].iter().take_while(|c| c.is_alphanumeric()).collect();
            if word.is_empty() {
                break;
            }
            at += 1 + word.chars().count();
            words.push(word);
        }
        words
    }
}

/// A text with its first letter capitalised.
pub(super) fn capitalized(text: String) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
