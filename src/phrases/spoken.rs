//! The text that an engine gets: numbers, units, abbreviations and signs written out, in the
//! language of the catalogue, so that no engine has to guess. What is shown stays as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::clean::clean;
use super::number::{Before, Numbers};
use super::quantity::{Halves, Joins, Quantity};

/// What a language writes short; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Short {
    below_two_is_one: bool,
    signs: BTreeMap<char, String>,
    joins: Joins,
    abbreviations: BTreeMap<String, String>,
    may_end: BTreeMap<String, String>,
    before_number: BTreeMap<String, String>,
    nouns: Nouns,
    letters: Vec<Letters>,
    ordinals: Vec<Ordinals>,
    units: Vec<Unit>,
}

/// How a word tells its gender.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nouns {
    capitals: bool,
    masculine: Vec<String>,
    feminine: Vec<String>,
    except: Vec<String>,
}

/// Single letters that are words beside certain others: "R knee".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letters {
    before_the_word: bool,
    letters: BTreeMap<char, String>,
    words: Vec<String>,
}

/// Numbers in an order: the marks behind the digits, the words for 1 and on, and the words one of
/// which has to stand before it, if that matters.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordinals {
    marks: Vec<String>,
    after: Vec<String>,
    words: Vec<String>,
}

/// What is counted: how it is written behind digits, and how it is said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unit {
    marks: Vec<String>,
    one: String,
    other: String,
    half: Option<String>,
    and_a_half: Option<String>,
}

/// `text` written out. It has no digit and none of `/ & % + °` left, and writing it out again
/// changes nothing.
pub(super) fn spoken(text: &str, short: &Short, numbers: &Numbers) -> String {
    let source: Vec<char> = clean(text, true).chars().collect();
    let mut writer = Writer { source: &source, at: 0, out: String::new(), short, numbers };
    while writer.at < source.len() {
        writer.step();
    }
    clean(&writer.out, false)
}

struct Writer<'a> {
    source: &'a [char],
    at: usize,
    out: String,
    short: &'a Short,
    numbers: &'a Numbers,
}

impl Writer<'_> {
    /// Writes one word, number or sign.
    fn step(&mut self) {
        let c = self.source[self.at];
        if c.is_ascii_digit() {
            self.quantity();
        } else if let Some(word) = self.short.signs.get(&c) {
            self.put(word, self.at + 1);
        } else if !self.starts_word() || !self.abbreviation() {
            self.out.push(c);
            self.at += 1;
        }
    }

    /// Writes `words` for the source up to `end`. At the start of a sentence they are capitalised,
    /// where digits and capitals were: what follows is seen as a sentence by that.
    fn put(&mut self, words: &str, end: usize) {
        let first = self.source[self.at];
        let out = self.out.trim_end_matches([' ', '"', '\'', '¿', '¡']);
        let starts = out.is_empty() || out.ends_with(['.', '!', '?']);
        if self.out.ends_with(char::is_alphanumeric) {
            self.out.push(' ');
        }
        if starts && !first.is_lowercase() {
            self.out.push_str(&super::capitalized(words.to_owned()));
        } else {
            self.out.push_str(words);
        }
        if self.source.get(end).is_some_and(|c| c.is_alphanumeric()) {
            self.out.push(' ');
        }
        self.at = end;
    }

    fn quantity(&mut self) {
        let (quantity, end) = Quantity::read(self.source, self.at, &self.short.joins);
        if let Some((words, end)) = self.ordinal(&quantity, end) {
            return self.put(&words, end);
        }
        let (words, end) = match self.unit(end) {
            Some((unit, end)) => (self.counted(unit, &quantity), end),
            None => (quantity.words(self.noun(end), self.numbers, &self.short.joins), end),
        };
        self.put(&words, end);
    }

    fn counted(&self, unit: &Unit, quantity: &Quantity) -> String {
        match (quantity.halves(), &unit.half, &unit.and_a_half) {
            (Halves::Half, Some(half), _) => return half.clone(),
            (Halves::AndAHalf(n), _, Some(template)) => return self.numbers.fill(template, n),
            _ => {}
        }
        let template = if quantity.is_one(self.short.below_two_is_one) { &unit.one } else { &unit.other };
        Before::PLACES.iter().fold(template.clone(), |text, (place, before)| {
            text.replace(place, &quantity.words(*before, self.numbers, &self.short.joins))
        })
    }

    /// The unit behind a number that ends at `at`, and where it ends. The longest mark wins.
    fn unit(&self, at: usize) -> Option<(&Unit, usize)> {
        let start = at + usize::from(self.source.get(at) == Some(&' '));
        let marks = self.short.units.iter().flat_map(|unit| unit.marks.iter().map(move |mark| (unit, mark)));
        let found = marks.filter_map(|(unit, mark)| {
            let end = self.matched(mark, start)?;
            // "in." may be an inch or the end of a sentence; "min." is a minute in both cases.
            if mark.ends_with('.') {
                return (!self.sentence_ends(end, false)).then_some((unit, end));
            }
            let dotted = self.source.get(end) == Some(&'.') && mark.ends_with(char::is_alphabetic);
            let end = if dotted && !self.sentence_ends(end + 1, false) { end + 1 } else { end };
            Some((unit, end))
        });
        found.max_by_key(|(_, end)| *end)
    }

    /// What the word behind a bare number that ends at `at` asks of it.
    fn noun(&self, at: usize) -> Before {
        let nouns = &self.short.nouns;
        let word = self.word_after(at);
        let ends = |endings: &[String]| endings.iter().any(|ending| word.ends_with(ending));
        let small = !self.source.get(at + 1).is_some_and(|c| c.is_uppercase());
        match () {
            () if word.is_empty() || nouns.except.contains(&word) || nouns.capitals && small => {
                Before::Nothing
            }
            () if ends(&nouns.feminine) => Before::Feminine,
            () if ends(&nouns.masculine) => Before::Masculine,
            () => Before::Nothing,
        }
    }

    fn ordinal(&self, quantity: &Quantity, at: usize) -> Option<(String, usize)> {
        let n = quantity.whole()?;
        let before = self.word_before(self.at);
        let fits = |ordinals: &&Ordinals| ordinals.after.is_empty() || ordinals.after.contains(&before);
        self.short.ordinals.iter().filter(fits).find_map(|ordinals| {
            let end = ordinals.marks.iter().filter_map(|mark| self.matched(mark, at)).max()?;
            let word = usize::try_from(n).ok()?.checked_sub(1).and_then(|place| ordinals.words.get(place));
            let words = word.cloned().unwrap_or_else(|| self.numbers.words(n, Before::Nothing));
            Some((words, end))
        })
    }

    /// Writes the abbreviation that begins here, if one does. The longest wins.
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
            self.letter().map(|(end, words)| (end, words, self.text_ends(end))),
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

    fn letter(&self) -> Option<(usize, String)> {
        let letter = self.source[self.at];
        let after = self.at + 1;
        if self.source.get(after).is_some_and(|c| c.is_alphanumeric() || *c == '\'') {
            return None;
        }
        let end = after + usize::from(self.source.get(after) == Some(&'.') && !self.text_ends(after + 1));
        let (before, behind) = (self.word_before(self.at), self.word_after(end));
        let beside = |letters: &&Letters| {
            letters.words.contains(if letters.before_the_word { &behind } else { &before })
        };
        let found = self.short.letters.iter().filter(beside).find_map(|letters| letters.letters.get(&letter));
        found.map(|words| (end, words.clone()))
    }

    /// Where `key` ends when it stands at `at` as a whole. Case matters only where it has capitals;
    /// a space may follow a full stop inside it ("z. B.").
    fn matched(&self, key: &str, at: usize) -> Option<usize> {
        let exact = key.chars().any(char::is_uppercase);
        let mut place = at;
        let mut last = ' ';
        for wanted in key.chars() {
            if last == '.' && self.source.get(place) == Some(&' ') {
                place += 1;
            }
            let c = *self.source.get(place)?;
            if !(c == wanted || !exact && c.to_lowercase().eq([wanted])) {
                return None;
            }
            last = c;
            place += 1;
        }
        let goes_on = last.is_alphanumeric() && self.source.get(place).is_some_and(|c| c.is_alphabetic());
        (!goes_on).then_some(place)
    }

    fn starts_word(&self) -> bool {
        !self.at.checked_sub(1).is_some_and(|before| self.source[before].is_alphabetic())
    }

    fn text_ends(&self, at: usize) -> bool {
        self.source[at..].iter().all(|c| !c.is_alphanumeric())
    }

    /// Whether a sentence ends at `at`, behind a full stop: with the text, or before a capital.
    fn sentence_ends(&self, at: usize, before_digit: bool) -> bool {
        let next = self.source[at..].iter().find(|c| c.is_alphanumeric());
        let spaced = self.source.get(at).is_some_and(|c| c.is_whitespace());
        next.is_none_or(|c| spaced && (c.is_uppercase() || before_digit && c.is_ascii_digit()))
    }

    fn digit_follows(&self, at: usize) -> bool {
        self.source[at..].iter().find(|c| !c.is_whitespace()).is_some_and(char::is_ascii_digit)
    }

    /// The word that ends before `at` and a space, in small letters; empty when there is none.
    fn word_before(&self, at: usize) -> String {
        let Some([before @ .., ' ']) = self.source.get(..at) else { return String::new() };
        let start = before.iter().rposition(|c| !c.is_alphanumeric()).map_or(0, |place| place + 1);
        before[start..].iter().collect::<String>().to_lowercase()
    }

    /// The word that begins behind a space at `at`, in small letters; empty when there is none.
    fn word_after(&self, at: usize) -> String {
        let Some([' ', after @ ..]) = self.source.get(at..) else { return String::new() };
        after.iter().take_while(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
    }
}
