//! Values of a config file: each is read with every problem in it noted.

use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use toml::de::DeValue;

use super::{number_in, time_in};
use crate::reader::{Problems, Value, span_of};
use crate::units::Time;

/// Text.
pub fn word(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<String> {
    problems.string(value, &format!("`{key}`"), example).map(str::to_owned)
}

/// True or false.
pub fn truth(value: Value<'_>, key: &str, problems: &mut Problems) -> Option<bool> {
    let found = value.get_ref().as_bool();
    if found.is_none() {
        problems.wrong_type(value, &format!("`{key}`"), "true or false", &format!("{key} = false"));
    }
    found
}

/// A value that is written as text or as a number.
pub fn parsed<T: FromStr<Err = String>>(
    value: Value<'_>,
    example: &str,
    problems: &mut Problems,
) -> Option<T> {
    refused(as_text(value, example, problems)?.parse(), value, example, problems)
}

fn as_text(value: Value<'_>, example: &str, problems: &mut Problems) -> Option<String> {
    Some(match value.get_ref() {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => problems.string(value, &key_of(example), example)?.to_owned(),
    })
}

/// A time between two others, with its unit.
pub fn time(
    value: Value<'_>,
    range: (Duration, Duration),
    example: &str,
    problems: &mut Problems,
) -> Option<Time> {
    refused(time_in(&as_text(value, example, problems)?, range), value, example, problems)
}

/// A number between two others.
pub fn number(value: Value<'_>, range: (f64, f64), example: &str, problems: &mut Problems) -> Option<f64> {
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => {
            problems.wrong_type(value, &key_of(example), "a number", example);
            return None;
        }
    };
    refused(number_in(text, range.0, range.1), value, example, problems)
}

/// The key that an example sets, for a message.
fn key_of(example: &str) -> String {
    format!("`{}`", example.split(' ').next().unwrap_or_default())
}

/// What was read, or the problem with it.
fn refused<T>(
    result: Result<T, String>,
    value: Value<'_>,
    example: &str,
    problems: &mut Problems,
) -> Option<T> {
    result
        .map_err(|message| {
            problems.error(
                "out-of-range",
                &span_of(value),
                message,
                format!("write, for example, `{example}`"),
            );
        })
        .ok()
}

/// One of the words of an option.
pub fn variant<T: ValueEnum + Copy>(value: Value<'_>, key: &str, problems: &mut Problems) -> Option<T> {
    let set: Vec<(String, T)> = T::value_variants()
        .iter()
        .filter_map(|variant| Some((variant.to_possible_value()?.get_name().to_owned(), *variant)))
        .collect();
    let set: Vec<(&str, T)> = set.iter().map(|(name, variant)| (name.as_str(), *variant)).collect();
    problems.one_of(value, key, &set)
}
