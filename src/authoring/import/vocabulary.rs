//! What people write on sheets of exercises, in each language: data in `words/`, made into patterns.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

use crate::phrases::Phrases;

/// The languages and their files.
pub(super) const FILES: [(&str, &str); 5] = [
    ("en", include_str!("words/en.toml")),
    ("de", include_str!("words/de.toml")),
    ("es", include_str!("words/es.toml")),
    ("fr", include_str!("words/fr.toml")),
    ("pt", include_str!("words/pt.toml")),
];
/// The highest number that is known as a word.
const HIGHEST: u32 = 120;
/// A line with a name and a date has at most so many words.
const MAX_PERSONAL_WORDS: usize = 10;
/// A date in numbers.
const DATE: &str = r"\b(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2})\b";

/// A file of words; each text is a regular expression.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    common: Vec<String>,
    vague: Vec<(String, u32)>,
    exact: Vec<(String, u32)>,
    halves: Vec<String>,
    pub at_least: String,
    pub at_most: String,
    about: String,
    to: String,
    pub breaths: String,
    pub seconds: String,
    pub minutes: String,
    pub times: String,
    pub sets: String,
    twice: Vec<(String, u32)>,
    pub before_amount: String,
    pub no_hold: String,
    pub count: String,
    pub counts: String,
    pub hold: String,
    only_hold: String,
    pub repeat: String,
    rest_between: String,
    other_side: String,
    both_sides: String,
    /// The words for the right and the left, in their forms.
    pub sides: Vec<(String, String)>,
    no_side: String,
    one_of_two: Vec<(String, String)>,
    positions: Vec<(String, String)>,
    begins: String,
    hint: String,
    deeper: String,
    gentle: String,
    release: String,
    sway: String,
    talk: String,
    for_eyes: String,
    no_pose: String,
    props: String,
    the_end: String,
    numbering: String,
    /// A sentence with both a word of `stop` and one of `danger` is about safety.
    stop: String,
    danger: String,
    how_often: String,
    personal: String,
    filler: String,
}

/// The words of a language as patterns.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub words: Words,
    pub phrases: Phrases,
    numbers: HashMap<String, (f64, bool)>,
    pub only_hold: Regex,
    pub no_hold: Regex,
    pub rest_between: Regex,
    pub other_side: Regex,
    pub both_sides: Regex,
    pub no_side: Regex,
    /// What stands for one of two sides, and how it is written with a placeholder.
    pub one_of_two: Vec<(Regex, String)>,
    pub positions: Vec<(Regex, String)>,
    pub begins: Regex,
    pub hint: Regex,
    pub deeper: Regex,
    pub gentle: Regex,
    pub release: Regex,
    pub sway: Regex,
    pub talk: Regex,
    pub for_eyes: Regex,
    pub no_pose: Regex,
    pub props: Regex,
    pub the_end: Regex,
    pub numbering: Regex,
    stop: Regex,
    danger: Regex,
    /// How often the whole is to be done, as in "twice a day".
    pub how_often: Regex,
    personal: Regex,
    /// Words around an amount that say nothing.
    pub filler: Regex,
}

/// A pattern that is valid because it is part of the program; tests compile every one.
pub(super) fn pattern(text: &str) -> Regex {
    let text = text.replace(' ', r"\s+");
    RegexBuilder::new(&text).case_insensitive(true).build().expect("the pattern is valid")
}

impl Vocabulary {
    /// The vocabulary of a language; English where there is none.
    pub(super) fn of(tag: &str) -> Self {
        let (language, file) = FILES[Self::place(tag)];
        let words: Words = toml::from_str(file).expect("a file of words is valid");
        let (phrases, _) = Phrases::for_language(language);
        let whole = |text: &str| pattern(&format!(r"\b(?:{text})(?:\b|$)"));
        let first = |text: &str| pattern(&format!(r"^(?:{text})(?:\b|\s|$)"));
        let pairs = |pairs: &[(String, String)]| -> Vec<(Regex, String)> {
            pairs.iter().map(|(one, other)| (pattern(&format!(r"\b(?:{one})")), other.clone())).collect()
        };
        Self {
            numbers: numbers(&words, &phrases),
            only_hold: pattern(&format!(r"^(?:{})\W*$", words.only_hold)),
            no_hold: pattern(&format!(r"\b(?:{})\W*$", words.no_hold)),
            rest_between: first(&words.rest_between),
            other_side: whole(&words.other_side),
            both_sides: whole(&words.both_sides),
            no_side: whole(&words.no_side),
            one_of_two: pairs(&words.one_of_two),
            positions: pairs(&words.positions),
            begins: first(&words.begins),
            hint: first(&words.hint),
            deeper: first(&words.deeper),
            gentle: first(&words.gentle),
            release: first(&words.release),
            sway: whole(&words.sway),
            talk: whole(&words.talk),
            for_eyes: pattern(&words.for_eyes),
            no_pose: first(&words.no_pose),
            props: first(&words.props),
            the_end: first(&words.the_end),
            numbering: pattern(&format!(r"^(?:{})\s*", words.numbering)),
            stop: whole(&words.stop),
            danger: whole(&words.danger),
            how_often: whole(&words.how_often),
            personal: pattern(&format!(r"^(?:{})|{DATE}", words.personal)),
            filler: pattern(&format!(r"^(?:\W|\b(?:{})\b)*$", words.filler)),
            words,
            phrases,
        }
    }

    /// Whether a sentence says when to stop, or what is not to be done.
    pub(super) fn is_safety(&self, sentence: &str) -> bool {
        self.stop.is_match(sentence) && self.danger.is_match(sentence)
    }

    /// Whether a line is a date, or says whose sheet it is.
    pub(super) fn is_personal(&self, line: &str) -> bool {
        line.split_whitespace().count() <= MAX_PERSONAL_WORDS && self.personal.is_match(line)
    }

    /// The language of a text, by its most common words; English when nothing tells.
    pub(super) fn language_of(text: &str) -> &'static str {
        let text = text.to_lowercase();
        let mut counted: HashMap<&str, usize> = HashMap::new();
        for word in text.split(|c: char| !c.is_alphabetic()) {
            *counted.entry(word).or_default() += 1;
        }
        static COMMON: OnceLock<Vec<(&str, Vec<String>)>> = OnceLock::new();
        let read = |(language, file): &(&'static str, &str)| {
            let words: Words = toml::from_str(file).expect("a file of words is valid");
            (*language, words.common)
        };
        let common = COMMON.get_or_init(|| FILES.iter().map(read).collect());
        let score =
            |words: &[String]| -> usize { words.iter().filter_map(|word| counted.get(word.as_str())).sum() };
        // Of equal scores the last is taken, and English comes first.
        common.iter().rev().max_by_key(|(_, words)| score(words)).map_or("en", |(language, _)| language)
    }

    /// The place of a language among those with a vocabulary; English where there is none.
    pub(super) fn place(tag: &str) -> usize {
        FILES.iter().position(|(language, _)| crate::language::is_same(language, tag)).unwrap_or(0)
    }

    /// A pattern for any number, with the longest words first.
    pub(super) fn number(&self) -> String {
        let mut words: Vec<String> = self.numbers.keys().map(|word| regex::escape(word)).collect();
        words.sort_by_key(|word| (std::cmp::Reverse(word.len()), word.clone()));
        format!(r"(?:\d+(?:[.,]\d+)?|\b(?:{})\b)", words.join("|"))
    }

    /// A pattern for an amount: a number or a range, with what bounds it.
    pub(super) fn amount(&self) -> String {
        let Words { at_least, at_most, about, to, .. } = &self.words;
        let number = self.number();
        format!(
            r"(?:(?P<least>{at_least})\s+)?(?:(?P<most>{at_most})\s+)?(?:{about}\s+)?(?P<n>{number})(?:\s*(?:[-–—]|\b{to}\b)\s*(?P<m>{number}))?"
        )
    }

    /// The number that a text stands for, and whether it is vague.
    pub(super) fn value(&self, text: &str) -> Option<(f64, bool)> {
        let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let digits = || text.replace(',', ".").parse().ok().map(|n| (n, false));
        self.numbers.get(&text).copied().or_else(digits)
    }

    /// The value of a group of a match.
    pub(super) fn value_of(&self, found: &Captures<'_>, group: &str) -> Option<(f64, bool)> {
        self.value(found.name(group)?.as_str())
    }
}

/// Numbers as words, as supine itself would say them, and what people write instead of numbers.
fn numbers(words: &Words, phrases: &Phrases) -> HashMap<String, (f64, bool)> {
    let counted = (1..=HIGHEST).map(|n| (phrases.count(n).trim_end_matches('.').to_lowercase(), n));
    let mut numbers: HashMap<String, (f64, bool)> =
        counted.map(|(word, n)| (word, (f64::from(n), false))).collect();
    let exact = words.exact.iter().chain(&words.twice);
    numbers.extend(exact.map(|(word, n)| (word.clone(), (f64::from(*n), false))));
    numbers.extend(words.vague.iter().map(|(word, n)| (word.clone(), (f64::from(*n), true))));
    numbers.extend(words.halves.iter().map(|word| (word.clone(), (0.5, false))));
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_its_words_and_its_numbers() {
        for (language, _) in FILES {
            let vocabulary = Vocabulary::of(language);
            let ten = vocabulary.phrases.count(10);
            assert_eq!(vocabulary.value(ten.trim_end_matches('.')), Some((10.0, false)), "{language}");
            pattern(&vocabulary.amount());
        }
    }

    #[test]
    fn the_language_of_a_text_is_known_by_its_words() {
        for (language, text) in [
            ("en", "Lie on your back and bring the knee to the chest."),
            ("de", "Leg dich auf den Rücken und zieh das Knie zur Brust."),
            ("es", "Acuéstate sobre la espalda y lleva la rodilla al pecho."),
            ("fr", "Allongez-vous sur le dos et ramenez le genou vers la poitrine."),
            ("pt", "Deite de costas e traga o joelho para o peito, com calma."),
            ("en", "12345"),
        ] {
            assert_eq!(Vocabulary::language_of(text), language, "{text}");
        }
    }
}
