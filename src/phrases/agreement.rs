//! The agreement of a number with the word after it: "una respiración", "un segundo", "einen Atemzug".

use std::collections::BTreeMap;

use serde::Deserialize;

use super::number::Before;

/// How a word's gender is found; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nouns {
    capitals: bool,
    masculine: Vec<String>,
    feminine: Vec<String>,
    #[serde(default)]
    neuter: Vec<String>,
    except: Vec<String>,
    adjectives: Vec<String>,
    /// Words between two numbers, of which only the second has the noun: "1 o 2 veces".
    pub joining: Vec<String>,
    /// Plural endings, with their singular endings.
    singular: BTreeMap<String, String>,
    #[serde(default)]
    accusative_after: Vec<String>,
    #[serde(default)]
    accusative_before: Vec<String>,
}

impl Nouns {
    /// The gender of `word`, from the longest ending that fits.
    pub(crate) fn gender(&self, word: &str) -> Before {
        let small = word.to_lowercase();
        if small.is_empty()
            || self.except.contains(&small)
            || self.joining.contains(&small)
            || self.capitals && !word.starts_with(char::is_uppercase)
        {
            return Before::Nothing;
        }
        let one = self.singular(&small);
        let lists = [
            (&self.neuter, Before::Neuter),
            (&self.masculine, Before::Masculine),
            (&self.feminine, Before::Feminine),
        ];
        let endings = lists.into_iter().flat_map(|(list, gender)| list.iter().map(move |end| (end, gender)));
        let fitting = endings.filter(|(end, _)| small.ends_with(*end) || one.ends_with(*end));
        fitting.max_by_key(|(end, _)| end.len()).map_or(Before::Nothing, |(_, gender)| gender)
    }

    /// The gender of the first noun among the words after a number; an adjective may come first.
    pub(crate) fn gender_of(&self, words: &[String]) -> Before {
        let [first, rest @ ..] = words else { return Before::Nothing };
        let small = first.to_lowercase();
        match self.gender(first) {
            Before::Nothing
                if !self.except.contains(&small)
                    && !self.joining.contains(&small)
                    && self.adjectives.iter().any(|ending| small.ends_with(ending)) =>
            {
                rest.first().map_or(Before::Nothing, |second| self.gender(second))
            }
            gender => gender,
        }
    }

    /// `gender`, or the accusative where the word before the number or one of those after it requires it.
    pub(crate) fn in_case(&self, gender: Before, before: &str, behind: &[String]) -> Before {
        let asked = self.accusative_after.iter().any(|word| word == before)
            || behind.iter().skip(1).take(2).any(|word| self.accusative_before.contains(word));
        if gender == Before::Masculine && asked { Before::Accusative } else { gender }
    }

    /// The singular of `word`, as far as its ending shows it.
    pub(crate) fn singular(&self, word: &str) -> String {
        let fitting = self.singular.iter().filter(|(several, _)| word.ends_with(several.as_str()));
        match fitting.max_by_key(|(several, _)| several.len()) {
            Some((several, one)) => format!("{}{one}", &word[..word.len() - several.len()]),
            None => word.to_owned(),
        }
    }
}
