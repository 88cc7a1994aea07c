//! What supine says by itself: counts, breath cues, the welcome and the close. One data file a
//! language, which a translator can edit.

use serde::Deserialize;

use crate::routine::Side;

/// The phrases of one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field is the phrase of its name; the file explains them
pub struct Phrases {
    pub language: String,
    right: String,
    left: String,
    and: String,
    pub welcome: Vec<String>,
    pub close_asleep: Vec<String>,
    pub close_awake: Vec<String>,
    until_position: String,
    into_position: String,
    participle_ending: String,
    prepositions: Vec<String>,
    other_side: String,
    hold_count: String,
    hold_breaths: Plural,
    hold_sway: Plural,
    hold_seconds: Plural,
    hold_minutes: Plural,
    minutes: Plural,
    pub breathe_in: String,
    pub breathe_out: String,
    count_in: String,
    pub count_out: String,
    pub last_in: String,
    pub last_out: String,
    pub sway_in: String,
    pub sway_out: String,
    pub sway_more_in: String,
    pub sway_more_out: String,
    pub halfway: String,
}

/// A phrase that differs between one and several.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plural {
    one: String,
    other: String,
}

impl Plural {
    fn of(&self, n: u32) -> String {
        if n == 1 { self.one.clone() } else { capitalized(self.other.replace("{n}", &number(n))) }
    }
}

impl Phrases {
    /// The phrases for a language tag, and whether they are in that language: English serves
    /// where there is no catalogue.
    pub fn for_language(tag: &str) -> (Self, bool) {
        // The file is built in, and a test reads it.
        let english: Self = toml::from_str(include_str!("phrases/en.toml")).expect("en.toml is valid");
        let fits = tag.split('-').next() == Some(english.language.as_str());
        (english, fits)
    }

    /// The word for a side.
    pub fn side(&self, side: Side) -> &str {
        match side {
            Side::Right => &self.right,
            Side::Left => &self.left,
        }
    }

    /// The change of side.
    pub fn other_side(&self, side: Side) -> String {
        self.other_side.replace("{side}", self.side(side))
    }

    /// The change to a position.
    pub fn position(&self, position: &str) -> String {
        let first = position.split_whitespace().next().unwrap_or_default().to_lowercase();
        let reads_on = first.ends_with(&self.participle_ending) || self.prepositions.contains(&first);
        let template = if reads_on { &self.until_position } else { &self.into_position };
        template.replace("{position}", position)
    }

    /// The welcome; the sentence about props is left out when there are none.
    pub fn welcome(&self, title: &str, minutes: u32, props: &[&str]) -> Vec<String> {
        let props = self.list(props);
        self.welcome
            .iter()
            .filter(|phrase| !(props.is_empty() && phrase.contains("{props}")))
            .map(|phrase| {
                phrase
                    .replace("{title}", title)
                    .replace("{minutes}", &self.minutes.of(minutes).to_lowercase())
                    .replace("{props}", &props)
            })
            .collect()
    }

    /// "a", "a, and b", "a, b, and c".
    fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [most @ .., last] => format!("{}, {} {last}", most.join(", "), self.and),
        }
    }

    /// A count, as it is spoken.
    pub fn count(&self, n: u32) -> String {
        capitalized(format!("{}.", number(n)))
    }

    /// Announces a counted hold that will not be counted aloud.
    pub fn hold_count(&self, n: u32) -> String {
        self.hold_count.replace("{n}", &number(n))
    }

    /// Announces a hold of breaths.
    pub fn hold_breaths(&self, n: u32) -> String {
        self.hold_breaths.of(n)
    }

    /// Announces a sway.
    pub fn hold_sway(&self, n: u32) -> String {
        self.hold_sway.of(n)
    }

    /// Announces a plain hold: in seconds, from two minutes on in whole minutes.
    pub fn hold_seconds(&self, seconds: u32) -> String {
        if seconds >= 120 { self.hold_minutes.of((seconds + 30) / 60) } else { self.hold_seconds.of(seconds) }
    }

    /// The in-breath with its number.
    pub fn count_in(&self, n: u32) -> String {
        self.count_in.replace("{n}", &number(n))
    }
}

/// A number in words, so that no engine has to guess.
fn number(n: u32) -> String {
    num2words::Num2Words::new(i64::from(n)).to_words().unwrap_or_else(|_| n.to_string())
}

fn capitalized(text: String) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_a_catalogue_is_guided_in_english_and_says_so() {
        assert!(Phrases::for_language("en-GB").1);
        let (phrases, fits) = Phrases::for_language("ja");
        assert_eq!((phrases.language.as_str(), fits), ("en", false));
    }

    #[test]
    fn one_is_singular_and_numbers_are_words() {
        let (phrases, _) = Phrases::for_language("en");
        assert_eq!(phrases.hold_breaths(1), "One slow breath.");
        assert_eq!(phrases.hold_breaths(20), "Twenty slow breaths.");
        assert_eq!(phrases.hold_seconds(20), "Stay for twenty seconds.");
        assert_eq!(phrases.hold_seconds(120), "Stay for two minutes.");
        assert_eq!(phrases.count(10), "Ten.");
    }

    #[test]
    fn a_position_reads_as_a_sentence() {
        let (phrases, _) = Phrases::for_language("en");
        let expected = [
            ("lying on your back", "Take your time, and move until you are lying on your back."),
            ("on all fours", "Take your time, and move until you are on all fours."),
            ("child's pose", "Take your time, and move into child's pose."),
        ];
        for (position, sentence) in expected {
            assert_eq!(phrases.position(position), sentence);
        }
    }
}
