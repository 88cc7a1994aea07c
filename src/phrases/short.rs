//! What a language writes short, as its data file has it; the files explain each table.

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
    /// A part behind a unit: "dos horas y un cuarto". Without it the part stands before the unit.
    pub mixed_unit: Option<String>,
    /// So many of a unit, and so many sixtieths: {a} and {b} with their units, {n} without.
    pub sixty: String,
}

/// The table `short` of a language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Short {
    /// Whether everything below two takes the singular.
    pub below_two_is_one: bool,
    /// Words of a sentence that asks for a time: "hold", "rest".
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
    /// Words before it that make it a time of day whatever follows.
    pub after: Vec<String>,
    /// A mark of the unit that its first number is of in a sentence that asks for a time.
    pub unit: String,
    /// Marks behind it that its words already say.
    pub marks: Vec<String>,
    pub one: String,
    pub other: String,
    pub full_one: String,
    pub full_other: String,
    /// With less than ten minutes; empty: like the others.
    pub below_ten: String,
}

/// Short words for a side that bend with the word beside them: "R knee".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Letters {
    pub before_the_word: bool,
    /// Words of which one stands before it; none: any.
    #[serde(default)]
    pub after: Vec<String>,
    pub letters: BTreeMap<String, String>,
    /// The words beside it.
    pub words: Vec<String>,
}

/// Numbers in an order, or in tens: "2nd", "60s".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordinals {
    pub marks: Vec<String>,
    /// Words of which one stands before it ("" is nothing); none: any.
    pub after: Vec<String>,
    /// Words of which one stands behind it; none: any.
    #[serde(default)]
    pub before: Vec<String>,
    /// The gender of the word behind it, where that matters.
    #[serde(default)]
    pub gender: Option<Before>,
    /// How far the words are apart: 10 for tens.
    #[serde(default = "one")]
    pub step: u32,
    pub words: Vec<String>,
}

const fn one() -> u32 {
    1
}

/// What a stroke behind a number stands for before one of these nouns: "2x/day".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Per {
    pub said: String,
    pub nouns: Vec<String>,
}

/// "3 sets x 10": the words before the sign, and what the sign says there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sets {
    pub of: String,
    pub words: Vec<String>,
}

/// A mark with more than one meaning, and the unit that it is taken for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Doubtful {
    pub mark: String,
    /// A mark of that unit.
    pub unit: String,
    /// What `check` asks to write, where that is not the unit.
    #[serde(default)]
    pub or: Option<String>,
    /// Only in a sentence that asks for a time.
    #[serde(default)]
    pub holding: bool,
    /// Words of which one stands behind it; none: any.
    #[serde(default)]
    pub before: Vec<String>,
    /// Said in the singular: "a four inch block".
    #[serde(default)]
    pub singular: bool,
}

/// What is counted: how it is written behind digits, and how it is said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub marks: Vec<String>,
    /// The unit in full, which is read only where a number is no plain one: "1/2 hour".
    #[serde(default)]
    pub words: Vec<String>,
    pub one: String,
    pub other: String,
    /// For a part of it: "a quarter of an hour".
    pub part: Option<String>,
    /// For so many and a half.
    pub and_a_half: Option<Forms>,
    /// Numbers that are said in a way of their own, as they are written.
    #[serde(default)]
    pub exactly: BTreeMap<String, String>,
    /// A mark of the unit of which sixty make one: "1:30 min".
    pub sixty: Option<String>,
    /// From which number to which it is said like this.
    pub between: Option<(u32, u32)>,
}

/// Words for one, and for any other number.
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
    /// What it asks of a number before it.
    pub(crate) fn gender(&self) -> Before {
        let place = Before::PLACES.iter().find(|(place, _)| self.other.contains(place));
        place.map_or(Before::Nothing, |(_, before)| *before)
    }

    /// One of it, or a part of one that `words` say.
    pub(crate) fn one_of(&self, words: &str) -> String {
        Before::PLACES.iter().fold(self.one.clone(), |text, (place, _)| text.replace(place, words))
    }

    /// Whether a quantity of it and one of `other` may be the ends of one range.
    pub(crate) fn goes_with(&self, other: &Self) -> bool {
        let sixtieth =
            |large: &Self, small: &Self| large.sixty.as_ref().is_some_and(|mark| small.marks.contains(mark));
        self.marks == other.marks || sixtieth(self, other) || sixtieth(other, self)
    }
}
