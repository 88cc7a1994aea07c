//! Poses as a value: ids or names, in a list.

use std::ffi::OsStr;

use serde_json::Value as Json;
use toml::de::DeValue;

use super::values::{Choosable, Form, text_of};
use crate::reader::{Problems, Value, span_of};
use crate::signs::toml_string;

/// Poses by their ids or names, at least one. Where several places name poses, all of them are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poses(Vec<String>);

/// Poses by their ids or names, at least one. The first place that names any decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlyPoses(Poses);

impl Poses {
    /// The ids or names, as they were written.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    fn of_names<'a>(names: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        if names.is_empty() { Err("it names no pose".to_owned()) } else { Ok(Self(names)) }
    }

    fn and(mut self, more: Self) -> Self {
        for name in more.0 {
            if !self.0.contains(&name) {
                self.0.push(name);
            }
        }
        self
    }
}

impl OnlyPoses {
    /// The ids or names, as they were written.
    pub fn names(&self) -> &[String] {
        self.0.names()
    }
}

impl Choosable for Poses {
    const FORM: Form = Form::List;

    fn of_word(word: &OsStr) -> Result<Self, String> {
        Self::of_names(text_of(word)?.split(','))
    }

    fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
        let example = format!("{key} = {example}");
        let what = format!("`{key}`");
        let DeValue::Array(array) = value.get_ref() else {
            problems.wrong_type(value, &what, "a list of poses", &example);
            return None;
        };
        let names: Option<Vec<&str>> =
            array.iter().map(|value| problems.string(value, "a pose", &example)).collect();
        // An empty list chooses nothing.
        let names = names.filter(|names| !names.is_empty())?;
        Self::of_names(names.into_iter())
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

    fn to_toml(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|name| toml_string(name)).collect();
        format!("[{}]", names.join(", "))
    }

    fn to_json(&self) -> Json {
        Json::from(self.0.clone())
    }

    fn of_json(json: &Json) -> Result<Self, String> {
        match json {
            Json::Array(names) => Self::of_names(names.iter().filter_map(Json::as_str)),
            other => Self::of_word(other.as_str().unwrap_or_default().as_ref()),
        }
    }

    fn joined(self, lower: Self) -> Self {
        self.and(lower)
    }
}

impl Choosable for OnlyPoses {
    const FORM: Form = Form::List;

    fn of_word(word: &OsStr) -> Result<Self, String> {
        Poses::of_word(word).map(Self)
    }

    fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
        Poses::of_toml(value, key, example, problems).map(Self)
    }

    fn to_toml(&self) -> String {
        self.0.to_toml()
    }

    fn to_json(&self) -> Json {
        self.0.to_json()
    }

    fn of_json(json: &Json) -> Result<Self, String> {
        Poses::of_json(json).map(Self)
    }
}
