//! The values of options: how they are read from a flag, a config and the journal, and how they are written
//! again. Each kind of value is written once here, however many options have it.

use std::ffi::OsStr;
use std::time::Duration;

use serde_json::Value as Json;
use toml::de::DeValue;

use crate::reader::{Problems, Value, span_of};
use crate::signs::{toml_string, typed};
use crate::units::{Decibels, Time};

/// How a flag gives its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Any bytes, since paths are bytes.
    Bytes,
    /// Any text.
    Text,
    /// Text that is checked.
    Checked,
    /// Text that is checked and may begin with a minus.
    Signed,
    /// Text that is checked; given several times, or with commas in it, it is a list.
    List,
    /// One of some words, each with its help.
    Words(&'static [(&'static str, &'static str)]),
    /// `true` or `false`.
    Truth,
}

/// A type that the value of an option can have.
pub(crate) trait Choosable: Clone + PartialEq + Send + Sync + 'static {
    /// The form of the flag's value.
    const FORM: Form;

    /// Reads the value that a flag gives.
    ///
    /// # Errors
    /// A sentence that says which values are allowed, such as the range.
    fn of_word(word: &OsStr) -> Result<Self, String>;

    /// Reads the value of `key` from a config, and notes the problems. `example` is a value to show in the
    /// help.
    fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self>;

    /// The value as it is written in a config.
    fn to_toml(&self) -> String;

    /// The value as it is written in the journal.
    fn to_json(&self) -> Json;

    /// Reads what [`Choosable::to_json`] wrote.
    ///
    /// # Errors
    /// As [`Choosable::of_word`].
    fn of_json(json: &Json) -> Result<Self, String> {
        let word = match json {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        Self::of_word(word.as_ref())
    }

    /// This value, where another place with less weight has a value too.
    fn joined(self, _lower: Self) -> Self {
        self
    }

    /// The value in a form that stays the same when a later session starts in another folder.
    fn lasting(self) -> Self {
        self
    }
}

/// The text of a word.
pub(super) fn text_of(word: &OsStr) -> Result<&str, String> {
    word.to_str().ok_or_else(|| format!("`{}` is not UTF-8", word.display()))
}

/// The value that was read; a problem is noted instead.
fn in_range<T>(
    result: Result<T, String>,
    value: Value<'_>,
    example: &str,
    problems: &mut Problems,
) -> Option<T> {
    let help = || format!("write, for example, `{example}`");
    result.map_err(|message| problems.error("out-of-range", &span_of(value), message, help())).ok()
}

/// A value that is written as text or as a number.
pub(super) fn read_parsed<T: Choosable>(
    value: Value<'_>,
    key: &str,
    example: &str,
    problems: &mut Problems,
) -> Option<T> {
    let example = format!("{key} = {example}");
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => problems.string(value, &format!("`{key}`"), &example)?,
    };
    in_range(T::of_word(text.as_ref()), value, &example, problems)
}

/// A value that is written as a number only.
pub(super) fn read_number<T: Choosable>(
    value: Value<'_>,
    key: &str,
    example: &str,
    problems: &mut Problems,
) -> Option<T> {
    if matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_)) {
        return read_parsed(value, key, example, problems);
    }
    problems.wrong_type(value, &format!("`{key}`"), "a number", &format!("{key} = {example}"));
    None
}

/// Reads a number from `least` to `most`.
pub(super) fn number_in(word: &OsStr, least: f64, most: f64) -> Result<f64, String> {
    let text = text_of(word)?;
    typed(text)
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("`{text}` is not a number from {least} to {most}"))
}

/// Reads a time from `least` to `most`.
pub(super) fn time_in(word: &OsStr, least: Duration, most: Duration) -> Result<Time, String> {
    let text = text_of(word)?;
    let time: Time = text.parse()?;
    if (least..=most).contains(&time.0) {
        return Ok(time);
    }
    Err(format!("`{text}` is not a time from {} to {}", Time(least), Time(most)))
}

/// A quantity that an option's number stands for.
pub(super) trait Quantity: Copy {
    fn of_number(number: f64) -> Self;
    /// The shortest way to write it.
    fn shown(self) -> String;
}

impl Quantity for f64 {
    fn of_number(number: f64) -> Self {
        number
    }

    fn shown(self) -> String {
        self.to_string()
    }
}

impl Quantity for Decibels {
    fn of_number(number: f64) -> Self {
        Self(number as f32)
    }

    fn shown(self) -> String {
        self.0.to_string()
    }
}

/// Types of numbers, each with its range.
macro_rules! numbers {
    ($($(#[$doc:meta])+ $name:ident($quantity:ty): $least:literal to $most:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name($quantity);

        impl $name {
            /// The number.
            pub fn get(self) -> $quantity {
                self.0
            }
        }

        impl Choosable for $name {
            const FORM: Form = if $least < 0.0 { Form::Signed } else { Form::Checked };

            fn of_word(word: &OsStr) -> Result<Self, String> {
                values::number_in(word, $least, $most).map(|number| Self(Quantity::of_number(number)))
            }

            fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
                values::read_number(value, key, example, problems)
            }

            fn to_toml(&self) -> String {
                self.0.shown()
            }

            fn to_json(&self) -> Json {
                // Written in its shortest form, so that -6.3 dB is not kept as -6.300000190734863.
                self.0.shown().parse::<f64>().map_or(Json::Null, Json::from)
            }
        }
    )+};
}
pub(super) use numbers;

/// Types of times, each with its range in seconds.
macro_rules! times {
    ($($(#[$doc:meta])+ $name:ident: $least:literal s to $most:literal s;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(Duration);

        impl $name {
            /// The time.
            pub fn get(self) -> Duration {
                self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let (least, most) = (Duration::from_secs($least), Duration::from_secs($most));
                values::time_in(text.as_ref(), least, most).map(|time| Self(time.0))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Time(self.0).fmt(f)
            }
        }

        parsed! { $name }
    )+};
}
pub(super) use times;

/// Values that are read from text and written as text.
macro_rules! parsed {
    ($($type:ty),+) => {$(
        impl Choosable for $type {
            const FORM: Form = Form::Checked;

            fn of_word(word: &OsStr) -> Result<Self, String> {
                values::text_of(word)?.parse()
            }

            fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
                values::read_parsed(value, key, example, problems)
            }

            fn to_toml(&self) -> String {
                toml_string(&self.to_string())
            }

            fn to_json(&self) -> Json {
                Json::String(self.to_string())
            }
        }
    )+};
}
pub(super) use parsed;

/// Enumerations, each value with its word and its help.
macro_rules! words {
    ($($type:ty { $($value:path = $word:literal: $help:literal),+ $(,)? })+) => {$(
        impl Choosable for $type {
            const FORM: Form = Form::Words(&[$(($word, $help)),+]);

            fn of_word(word: &OsStr) -> Result<Self, String> {
                match values::text_of(word)? {
                    $($word => Ok($value),)+
                    other => Err(suggest(other, &[$($word),+])),
                }
            }

            fn of_toml(value: Value<'_>, key: &str, _: &str, problems: &mut Problems) -> Option<Self> {
                problems.one_of(value, key, &[$(($word, $value)),+])
            }

            fn to_toml(&self) -> String {
                let word = match self {
                    $($value => $word,)+
                };
                toml_string(word)
            }

            fn to_json(&self) -> Json {
                let word = match self {
                    $($value => $word,)+
                };
                Json::from(word)
            }
        }
    )+};
}
pub(super) use words;

impl Choosable for bool {
    const FORM: Form = Form::Truth;

    fn of_word(word: &OsStr) -> Result<Self, String> {
        let text = text_of(word)?;
        text.parse().map_err(|_| format!("`{text}` is neither `true` nor `false`"))
    }

    fn of_toml(value: Value<'_>, key: &str, _: &str, problems: &mut Problems) -> Option<Self> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            problems.wrong_type(value, &format!("`{key}`"), "true or false", &format!("{key} = false"));
        }
        found
    }

    fn to_toml(&self) -> String {
        self.to_string()
    }

    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Choosable for String {
    const FORM: Form = Form::Text;

    fn of_word(word: &OsStr) -> Result<Self, String> {
        text_of(word).map(str::to_owned)
    }

    fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
        problems.string(value, &format!("`{key}`"), &format!("{key} = {example}")).map(str::to_owned)
    }

    fn to_toml(&self) -> String {
        toml_string(self)
    }

    fn to_json(&self) -> Json {
        Json::from(self.as_str())
    }
}
