//! The phrases that supine speaks itself, such as counts and the welcome: a data file for each language.

mod agreement;
mod choosing;
mod clean;
mod counted;
mod fraction;
mod history;
pub mod lexicon;
pub mod notation;
mod number;
mod offers;
mod quantity;
mod several;
mod short;
mod spoken;
mod whereabouts;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use crate::language;
use crate::routine::Side;
use crate::routine::text::fill_sides;
pub use choosing::{Setup, ShelfPhrases};
pub use history::{HistoryPhrases, time};
use number::Numbers;
use short::Short;
use spoken::{capitalized, spoken};
use unicode_segmentation::UnicodeSegmentation;
pub(crate) use whereabouts::Left;

/// The phrases of one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field is the phrase of its name; the files explain them
pub struct Phrases {
    pub language: String,
    right: String,
    left: String,
    list_end: String,
    welcome: Vec<String>,
    start_until: String,
    start_into: String,
    moving: String,
    still: String,
    settle: String,
    several_first: String,
    several_then: String,
    now: String,
    pub own_breath: Vec<String>,
    pub own_breath_unclear: String,
    never: String,
    always_gentle: String,
    voice_instead: String,
    not_in_language: String,
    not_all_in_language: String,
    no_keys: String,
    no_control: String,
    no_memory: String,
    no_sound: String,
    pub voice_lost: String,
    pub close_asleep: Vec<String>,
    pub close_awake: Vec<String>,
    pub chapter_welcome: String,
    pub chapter_close: String,
    until_position: String,
    into_position: String,
    position_endings: Vec<String>,
    position_words: Vec<String>,
    other_side: String,
    hold_count: String,
    hold_breaths: Plural,
    hold_sway: Plural,
    hold_seconds: Plural,
    hold_minutes: Plural,
    minutes: Plural,
    seconds: Plural,
    pub breathe_in: String,
    pub breathe_out: String,
    count_in: String,
    pub count_out: String,
    pub last_in: String,
    pub last_out: String,
    pub hold_in: String,
    pub hold_out: String,
    pub unheld: String,
    pub sway_in: String,
    pub sway_out: String,
    pub sway_more_in: String,
    pub sway_more_out: String,
    pub halfway: String,
    where_side: String,
    where_counts: Plural,
    where_breaths: Plural,
    where_seconds: Plural,
    where_minutes: Plural,
    where_session: String,
    pub slower: String,
    pub faster: String,
    pub left_out: String,
    pub resumed: String,
    pub invitation: String,
    pub gentler: String,
    pub serving: String,
    pub setup: Setup,
    pub shelf: ShelfPhrases,
    pub history: HistoryPhrases,
    ambiences: BTreeMap<String, String>,
    numbers: Numbers,
    short: Short,
    /// Whether these phrases stand in for another language, whose texts they can't write out.
    #[serde(skip)]
    stands_in: bool,
    /// The notices that are said first.
    #[serde(skip)]
    announced: Vec<String>,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// The text as written.
    pub text: String,
    /// The text that an engine gets.
    pub spoken: String,
}

/// A notice that is spoken first when a session starts with less than was asked for. Notices are spoken in
/// this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// The routine does not have the language that the listener wants.
    AnotherLanguage,
    /// One of several routines does not have the language that the listener wants.
    NotAllInLanguage,
    /// The chosen voice does not answer, and another one speaks.
    AnotherVoice,
    /// The program can't listen to the keyboard.
    NoKeys,
    /// `supine ctl` and other programs can't reach the session.
    NoControl,
    /// It is not known which poses were left out last time.
    NoMemory,
    /// A file of the chosen folder can't be played.
    NoSound,
}

/// The facts about a routine that the welcome mentions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Welcome<'a> {
    /// Its name, or the names of several routines, without full stops.
    pub titles: &'a [&'a str],
    /// How long it takes.
    pub minutes: u32,
    /// What to have at hand.
    pub props: &'a [&'a str],
    /// Its first position, if it names one.
    pub start: Option<&'a str>,
    /// The names of the poses that are left out because the listener never wants them.
    pub never: &'a [&'a str],
    /// The names of the poses that are gentle because the listener always wants that.
    pub gently: &'a [&'a str],
    /// Whether the listener only lies there.
    pub is_still: bool,
    /// What to look out for, if anything.
    pub cautions: &'a [&'a str],
}

/// A phrase with a singular and a plural. The five languages have no further forms (in French and
/// Portuguese CLDR counts 0 as singular, but nothing here is ever done zero times).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plural {
    one: String,
    other: String,
}

/// The catalogues: the primary subtag and the file of each. English comes first, since it serves where
/// there is no other.
const CATALOGUES: [(&str, &str); 5] = [
    ("en", include_str!("phrases/en.toml")),
    ("es", include_str!("phrases/es.toml")),
    ("de", include_str!("phrases/de.toml")),
    ("fr", include_str!("phrases/fr.toml")),
    ("pt", include_str!("phrases/pt.toml")),
];

impl Phrases {
    /// The phrases for a language tag, and whether they are in that language: English serves
    /// where there is no catalogue.
    pub fn for_language(tag: &str) -> (Self, bool) {
        let found = CATALOGUES.iter().find(|(known, _)| language::is_same(known, tag));
        let (_, file) = found.unwrap_or(&CATALOGUES[0]);
        // The files are compiled in, and a test reads each of them.
        let phrases: Self = toml::from_str(file).expect("a built-in catalogue is valid");
        (Self { stands_in: found.is_none(), ..phrases }, found.is_some())
    }

    /// The languages with phrases, as primary subtags.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        CATALOGUES.iter().map(|(language, _)| *language)
    }

    /// `text` as an engine gets it: numbers, units, abbreviations and signs as words of this language. No
    /// digit is left, and none of `/ & % + °`; writing it out again changes nothing. If these phrases stand
    /// in for another language, the text stays as it is.
    pub(crate) fn spoken(&self, text: &str) -> String {
        if self.stands_in { text.trim().to_owned() } else { spoken(text, &self.short, &self.numbers).text }
    }

    /// The sentences of a text, each with at least one letter. An abbreviation's full stop does not end a
    /// sentence.
    pub(crate) fn sentences(&self, text: &str) -> Vec<Sentence> {
        let count = |text: &str| self.spoken(text).unicode_sentences().count();
        let mut sentences: Vec<String> = Vec::new();
        for part in text.split_sentence_bounds() {
            match sentences.last_mut() {
                // It counts as a sentence only if it still is one with everything written out.
                Some(last) if count(&format!("{last}{part}")) <= count(last) => last.push_str(part),
                _ => sentences.push(part.to_owned()),
            }
        }
        let spoken = |text: &String| Sentence { text: text.trim().to_owned(), spoken: self.spoken(text) };
        sentences.iter().map(spoken).filter(|said| said.spoken.chars().any(char::is_alphanumeric)).collect()
    }

    /// A text with its `{side}` and `{other}` filled in for a side.
    pub(crate) fn sided(&self, text: &str, side: Side) -> String {
        fill_sides(text, side, &self.right, &self.left)
    }

    /// Announces the change of side.
    pub(crate) fn other_side(&self, side: Side) -> String {
        self.sided(&self.other_side, side)
    }

    /// Announces the change to a position.
    pub(crate) fn position(&self, position: &str) -> String {
        self.placed(position, &self.until_position, &self.into_position)
    }

    /// A sentence with a position: `until` for a phrase that reads on, `into` for a name.
    fn placed(&self, position: &str, until: &str, into: &str) -> String {
        let first = position.split_whitespace().next().unwrap_or_default().to_lowercase();
        let reads_on = self.position_words.contains(&first)
            || self.position_endings.iter().any(|ending| first.ends_with(ending));
        let template = if reads_on { until } else { into };
        template.replace("{position}", position)
    }

    /// Tells the position that a routine begins in.
    pub(crate) fn start(&self, position: &str) -> String {
        self.placed(position, &self.start_until, &self.start_into)
    }

    /// The welcome; sentences about props or a position are left out when there are none.
    pub(crate) fn welcome(&self, about: &Welcome<'_>) -> Vec<String> {
        let start = about.start.map(|start| self.start(start));
        let way = if about.is_still { &self.still } else { &self.moving };
        let known = [
            ("{title}", self.titles(about.titles)),
            ("{minutes}", self.plural(&self.minutes, about.minutes)),
            ("{props}", self.list(about.props)),
            ("{start}", start.unwrap_or_default()),
            ("{never}", self.of_poses(&self.never, about.never)),
            ("{always_gentle}", self.of_poses(&self.always_gentle, about.gently)),
            ("{way}", way.clone()),
            ("{caution}", Self::in_a_row(about.cautions)),
        ];
        let says_nothing =
            |phrase: &str| known.iter().any(|(name, text)| text.is_empty() && phrase.contains(name));
        let filled = |phrase: &String| {
            known.iter().fold(phrase.clone(), |phrase, (name, text)| phrase.replace(name, text))
        };
        let welcome = self.welcome.iter().filter(|phrase| !says_nothing(phrase)).map(filled);
        self.announced.iter().cloned().chain(welcome).collect()
    }

    /// Announces the time to settle in: whole minutes as minutes, any other time in seconds.
    pub(crate) fn settle(&self, time: Duration) -> String {
        let seconds = time.as_secs_f64().round().max(1.0) as u32; // at most ten minutes
        let time = match seconds % 60 {
            0 => self.plural(&self.minutes, seconds / 60),
            _ => self.plural(&self.seconds, seconds),
        };
        self.settle.replace("{time}", &time)
    }

    /// The phrase for a notice.
    pub(crate) fn notice(&self, notice: Notice) -> &str {
        match notice {
            Notice::AnotherLanguage => &self.not_in_language,
            Notice::NotAllInLanguage => &self.not_all_in_language,
            Notice::AnotherVoice => &self.voice_instead,
            Notice::NoKeys => &self.no_keys,
            Notice::NoControl => &self.no_control,
            Notice::NoMemory => &self.no_memory,
            Notice::NoSound => &self.no_sound,
        }
    }

    /// These phrases, with the notices that are said before everything else.
    pub(crate) fn announcing(mut self, notices: impl IntoIterator<Item = Notice>) -> Self {
        self.announced = notices.into_iter().map(|notice| self.notice(notice).to_owned()).collect();
        self
    }

    /// What is said before everything else.
    pub(crate) fn notices(&self) -> &[String] {
        &self.announced
    }

    /// A count, as it is spoken.
    pub(crate) fn count(&self, n: u32) -> String {
        self.sentence("{n}.", n)
    }

    /// Announces a counted hold that will not be counted aloud.
    pub(crate) fn hold_count(&self, n: u32) -> String {
        self.sentence(&self.hold_count, n)
    }

    /// Announces a hold of breaths.
    pub(crate) fn hold_breaths(&self, n: u32) -> String {
        capitalized(self.plural(&self.hold_breaths, n))
    }

    /// Announces a sway.
    pub(crate) fn hold_sway(&self, n: u32) -> String {
        capitalized(self.plural(&self.hold_sway, n))
    }

    /// Announces a plain hold in seconds; from two minutes on, in whole minutes.
    pub(crate) fn hold_seconds(&self, seconds: u32) -> String {
        let (phrase, n) = match seconds {
            120.. => (&self.hold_minutes, seconds.saturating_add(30) / 60),
            _ => (&self.hold_seconds, seconds),
        };
        capitalized(self.plural(phrase, n))
    }

    /// The in-breath with its number.
    pub(crate) fn count_in(&self, n: u32) -> String {
        self.sentence(&self.count_in, n)
    }

    fn sentence(&self, template: &str, n: u32) -> String {
        capitalized(self.numbers.fill(template, n))
    }

    /// Numbers are written as words, so that no engine has to guess.
    fn plural(&self, phrase: &Plural, n: u32) -> String {
        self.numbers.fill(if n == 1 { &phrase.one } else { &phrase.other }, n)
    }
}

#[cfg(test)]
mod tests;
