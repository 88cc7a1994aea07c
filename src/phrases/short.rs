//! The abbreviations and notations of a language, from its data file; the files explain each table.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::agreement::Nouns;
use super::fraction::Fraction;
use super::number::{Before, Numbers};

/// How a language joins numbers; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Joins {
    pub grouping: String,
    pub decimal: String,
    pub range: String,
    pub ratio: String,
    pub either: String,
    pub mixed: String,
    /// A fraction after a unit: "dos horas y un cuarto". Without it the fraction comes before the unit.
    pub mixed_unit: Option<String>,
    /// A number of a unit and of its sixtieths: {a} and {b} include their units, {n} does not.
    pub sixty: String,
}

/// The table `short` of a language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Short {
    /// Whether everything below two takes the singular.
    pub below_two_is_one: bool,
    /// Words of a sentence that expects a time: "hold", "rest".
    pub holding: Vec<String>,
    pub signs: BTreeMap<char, String>,
    pub joins: Joins,
    pub clock: Clock,
    pub abbreviations: BTreeMap<String, String>,
    pub may_end: BTreeMap<String, String>,
    pub before_number: BTreeMap<String, String>,
    pub before_name: BTreeMap<String, String>,
    #[serde(default)]
    pub after_name: BTreeMap<String, String>,
    pub nouns: Nouns,
    pub letters: Vec<Letters>,
    pub ordinals: Vec<Ordinals>,
    pub fractions: Vec<Fraction>,
    pub per: Vec<Per>,
    pub sets: Sets,
    pub doubtful: Vec<Doubtful>,
    pub units: Vec<Unit>,
}

/// Times of day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    /// Words before it that make it a time of day, whatever follows.
    pub after: Vec<String>,
    /// A mark of the unit of its first number, in a sentence that expects a time.
    pub unit: String,
    /// Marks after it that its words already include.
    pub marks: Vec<String>,
    pub one: String,
    pub other: String,
    pub full_one: String,
    pub full_other: String,
    /// For less than ten minutes; if empty, like the others.
    pub below_ten: String,
}

/// Abbreviations of a side that agree with the word beside them: "R knee".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letters {
    pub before_the_word: bool,
    /// One of these words must come before it; if empty, any word may.
    #[serde(default)]
    pub after: Vec<String>,
    pub letters: BTreeMap<String, String>,
    /// The words beside it.
    pub words: Vec<String>,
}

/// Ordinal numbers or decades: "2nd", "60s".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordinals {
    pub marks: Vec<String>,
    /// One of these words must come before it ("" means no word); if empty, any word may.
    pub after: Vec<String>,
    /// One of these words must come after it; if empty, any word may.
    #[serde(default)]
    pub before: Vec<String>,
    /// The gender of the word after it, where it matters.
    #[serde(default)]
    pub gender: Option<Before>,
    /// The step between the words: 10 for decades.
    #[serde(default = "one")]
    pub step: u32,
    pub words: Vec<String>,
}

const fn one() -> u32 {
    1
}

/// The word for a slash after a number before one of these nouns: "2x/day".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Per {
    pub said: String,
    pub nouns: Vec<String>,
}

/// "3 sets x 10": the words before the sign, and the words for the sign there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sets {
    pub of: String,
    pub words: Vec<String>,
}

/// An ambiguous mark, and the unit that it is taken for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Doubtful {
    pub mark: String,
    /// A mark of that unit.
    pub unit: String,
    /// The notation that `check` suggests, if it is not the unit.
    #[serde(default)]
    pub or: Option<String>,
    /// Only in a sentence that expects a time.
    #[serde(default)]
    pub holding: bool,
    /// One of these words must come after it; if empty, any word may.
    #[serde(default)]
    pub before: Vec<String>,
    /// Said in the singular: "a four inch block".
    #[serde(default)]
    pub singular: bool,
}

/// A unit: how it is written after digits, and how it is said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub marks: Vec<String>,
    /// The unit in full, which is read only after a number that is not plain: "1/2 hour".
    #[serde(default)]
    pub words: Vec<String>,
    pub one: String,
    pub other: String,
    /// For a fraction of it: "a quarter of an hour".
    pub part: Option<String>,
    /// For a number and a half.
    pub and_a_half: Option<Forms>,
    /// Numbers that are said in a special way, as written.
    #[serde(default)]
    pub exactly: BTreeMap<String, String>,
    /// A mark of the unit that is a sixtieth of this one: "1:30 min".
    pub sixty: Option<String>,
    /// The range of numbers for which it is said like this.
    pub between: Option<(u32, u32)>,
}

/// Words for one, and for every other number.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forms {
    pub one: String,
    pub other: String,
}

impl Clock {
    /// `a` o'clock and `b` minutes.
    pub(crate) fn words(&self, a: u32, b: u32, numbers: &Numbers) -> String {
        let template = match (a, b) {
            (1, 0) => &self.full_one,
            (_, 0) => &self.full_other,
            (_, 1..10) if !self.below_ten.is_empty() => &self.below_ten,
            (1, _) => &self.one,
            _ => &self.other,
        };
        let fill = |text: String, name: &str, n: u32| {
            Before::PLACES.iter().fold(text, |text, (place, before)| {
                text.replace(&place.replacen('n', name, 1), &numbers.words(n, *before))
            })
        };
        fill(fill(template.clone(), "a", a), "b", b)
    }
}

impl Unit {
    /// The form that it requires of a number before it.
    pub(crate) fn gender(&self) -> Before {
        let place = Before::PLACES.iter().find(|(place, _)| self.other.contains(place));
        place.map_or(Before::Nothing, |(_, before)| *before)
    }

    /// One of it, or the fraction of one in `words`.
    pub(crate) fn one_of(&self, words: &str) -> String {
        Before::PLACES.iter().fold(self.one.clone(), |text, (place, _)| text.replace(place, words))
    }

    /// Whether a quantity of it and one of `other` may form a range.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        let sixtieth =
            |large: &Self, small: &Self| large.sixty.as_ref().is_some_and(|mark| small.marks.contains(mark));
        self.marks == other.marks || sixtieth(self, other) || sixtieth(other, self)
    }
}
