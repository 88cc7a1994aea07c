//! Fractions: "a quarter turn", "media vuelta", "zwei Drittel".

use serde::Deserialize;

use super::number::{Before, Numbers};

/// How a language says a fraction; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fraction {
    /// "1/2"; "n/3" for any number of thirds; "n 1/2" for so many and a half.
    of: String,
    said: String,
    /// One of these words must come before it; if empty, any word may.
    #[serde(default)]
    after: Vec<String>,
    /// One of these words must come after it; if empty, any word may.
    #[serde(default)]
    before: Vec<String>,
    /// The gender of the word after it.
    #[serde(default)]
    gender: Option<Before>,
    /// Whether it must have no word after it.
    #[serde(default)]
    alone: bool,
}

/// The words around a fraction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The word before it, in lowercase.
    pub before: &'a str,
    /// The word after it.
    pub noun: &'a str,
    pub gender: Before,
}

impl Around<'_> {
    /// No words around it.
    pub(crate) const NOTHING: Self = Self { before: "", noun: "", gender: Before::Nothing };
}

impl Fraction {
    /// The first of `rules` that fits a fraction: a whole number, a numerator and a denominator.
    pub(crate) fn find<'a>(rules: &'a [Self], part: Part, around: &Around<'_>) -> Option<&'a Self> {
        rules.iter().find(|rule| rule.is_for(part) && rule.fits(around))
    }

    /// Whether a language has words for a fraction.
    pub(crate) fn is_known(rules: &[Self], over: (u32, u32)) -> bool {
        rules.iter().any(|rule| rule.is_for(Part { whole: None, over }))
    }

    /// Whether it includes the word after it.
    pub(crate) fn takes_noun(&self) -> bool {
        self.said.contains("{noun}")
    }

    /// Whether it requires a certain word before it, such as an article.
    pub(crate) fn needs_word_before(&self) -> bool {
        !self.after.is_empty()
    }

    /// The words; `noun` is the word after the fraction.
    pub(crate) fn words(&self, part: Part, noun: &str, numbers: &Numbers) -> String {
        numbers.fill(&self.said, part.whole.unwrap_or(part.over.0)).replace("{noun}", noun)
    }

    fn is_for(&self, Part { whole, over: (a, b) }: Part) -> bool {
        match whole {
            None => self.of == format!("{a}/{b}") || self.of == format!("n/{b}"),
            Some(_) => self.of == format!("n {a}/{b}"),
        }
    }

    fn fits(&self, around: &Around<'_>) -> bool {
        let noun = around.noun.to_lowercase();
        (self.after.is_empty() || self.after.iter().any(|word| word == around.before))
            && (self.before.is_empty() || self.before.contains(&noun))
            && self.gender.is_none_or(|gender| gender == around.gender)
            && (!self.alone || noun.is_empty())
            && (!self.takes_noun() || !noun.is_empty())
    }
}

/// A whole number, if any, and a numerator over a denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub whole: Option<u32>,
    pub over: (u32, u32),
}
