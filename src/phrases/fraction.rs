//! Parts of a whole: "a quarter turn", "media vuelta", "zwei Drittel".

use serde::Deserialize;

use super::number::{Before, Numbers};

/// How a language says a part; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fraction {
    /// "1/2"; "n/3" for any number of thirds; "n 1/2" for so many and a half.
    of: String,
    said: String,
    /// Words of which one stands before it; none: any.
    #[serde(default)]
    after: Vec<String>,
    /// Words of which one stands behind it; none: any.
    #[serde(default)]
    before: Vec<String>,
    /// The gender of the word behind it.
    #[serde(default)]
    gender: Option<Before>,
    /// Whether no word stands behind it.
    #[serde(default)]
    alone: bool,
}

/// What stands around a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The word before it, in small letters.
    pub before: &'a str,
    /// The word behind it.
    pub noun: &'a str,
    pub gender: Before,
}

impl Around<'_> {
    /// Nothing stands around it.
    pub(crate) const NOTHING: Self = Self { before: "", noun: "", gender: Before::Nothing };
}

impl Fraction {
    /// The first of `rules` that fits a part: `whole` and numerator over denominator.
    pub(crate) fn find<'a>(rules: &'a [Self], part: Part, around: &Around<'_>) -> Option<&'a Self> {
        rules.iter().find(|rule| rule.is_for(part) && rule.fits(around))
    }

    /// Whether a language has words for a part.
    pub(crate) fn is_known(rules: &[Self], over: (u32, u32)) -> bool {
        rules.iter().any(|rule| rule.is_for(Part { whole: None, over }))
    }

    /// Whether the word behind it belongs to it.
    pub(crate) fn takes_noun(&self) -> bool {
        self.said.contains("{noun}")
    }

    /// Whether a certain word has to stand before it, such as an article.
    pub(crate) fn needs_word_before(&self) -> bool {
        !self.after.is_empty()
    }

    /// The words; `noun` is the one behind it.
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

/// A whole number, if there is one, and a numerator over a denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub whole: Option<u32>,
    pub over: (u32, u32),
}
