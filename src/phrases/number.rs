//! Numbers as words, from a catalogue's lists; the method is the same for every language.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The words that make up numbers; the data files explain them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Numbers {
    /// Whether the masculine form is used only directly before its noun.
    #[serde(default)]
    apocope: bool,
    below_hundred: [[String; 10]; 10],
    hundreds: [String; 9],
    hundreds_and: [String; 9],
    thousand: String,
    thousands: String,
    thousands_and: String,
    thousands_and_round: String,
    thousands_and_small: String,
    before_thousand: BTreeMap<String, String>,
    masculine: BTreeMap<String, String>,
    feminine: BTreeMap<String, String>,
    #[serde(default)]
    neuter: BTreeMap<String, String>,
    #[serde(default)]
    accusative: BTreeMap<String, String>,
}

/// The kind of word after a number, on which some languages make its form depend ("veintiún segundos",
/// "veintiuna respiraciones", "veintiuno").
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Before {
    /// No word: it is counted, or it is a name.
    Nothing,
    /// A masculine noun.
    Masculine,
    /// A feminine noun.
    Feminine,
    /// A neuter noun.
    Neuter,
    /// A masculine noun as a direct object, if that has a form of its own: "einen Gurt".
    Accusative,
}

impl Before {
    /// The placeholders for a number.
    pub(crate) const PLACES: [(&str, Self); 4] = [
        ("{n}", Self::Nothing),
        ("{n:m}", Self::Masculine),
        ("{n:f}", Self::Feminine),
        ("{n:n}", Self::Neuter),
    ];

    /// The form of a number that the noun does not follow directly: "uno o dos minutos".
    pub(crate) fn apart(self, numbers: &Numbers) -> Self {
        if self == Self::Masculine && numbers.apocope { Self::Nothing } else { self }
    }
}

impl Numbers {
    /// `n` as words, for every `n`.
    pub(crate) fn words(&self, n: u32, before: Before) -> String {
        let counted = self.counted(n);
        match before {
            Before::Nothing => counted,
            Before::Masculine => reworded(&counted, &self.masculine),
            Before::Feminine => reworded(&counted, &self.feminine),
            Before::Neuter => reworded(&counted, &self.neuter),
            Before::Accusative => reworded(&counted, &self.accusative),
        }
    }

    /// `template` with `{n}`, `{n:m}`, `{n:f}` and `{n:n}` filled in.
    pub(crate) fn fill(&self, template: &str, n: u32) -> String {
        Before::PLACES
            .into_iter()
            .filter(|(place, _)| template.contains(place))
            .fold(template.to_owned(), |text, (place, before)| text.replace(place, &self.words(n, before)))
    }

    fn counted(&self, n: u32) -> String {
        if n >= 1000 { self.thousands(n / 1000, n % 1000) } else { self.below_thousand(n as usize) }
    }

    fn below_thousand(&self, n: usize) -> String {
        let below_hundred = || self.below_hundred[n / 10 % 10][n % 10].clone();
        match (n / 100, n % 100) {
            (0, _) => below_hundred(),
            (hundreds, 0) => self.hundreds[hundreds - 1].clone(),
            (hundreds, _) => self.hundreds_and[hundreds - 1].replace("{rest}", &below_hundred()),
        }
    }

    fn thousands(&self, thousands: u32, rest: u32) -> String {
        let words = match thousands {
            1 => self.thousand.clone(),
            _ => {
                let words = reworded(&self.counted(thousands), &self.before_thousand);
                self.thousands.replace("{n}", &words)
            }
        };
        let template = match rest {
            0 => return words,
            _ if rest < 100 => &self.thousands_and_small,
            _ if rest.is_multiple_of(100) => &self.thousands_and_round,
            _ => &self.thousands_and,
        };
        template.replace("{thousands}", &words).replace("{rest}", &self.counted(rest))
    }
}

/// `words` with the replacements in `changes`.
fn reworded(words: &str, changes: &BTreeMap<String, String>) -> String {
    let changed = words.split(' ').map(|word| changes.get(word).map_or(word, String::as_str));
    changed.collect::<Vec<_>>().join(" ")
}
