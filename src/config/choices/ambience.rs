//! The ambience as a value: a built-in sound's name or a path, which need not be UTF-8.

use std::ffi::{OsStr, OsString};

use serde_json::Value as Json;

use super::values::{Choosable, Form};
use crate::folders::home_expanded;
use crate::os_text;
use crate::reader::{Problems, Value};
use crate::signs::toml_string;
use crate::sounds::AMBIENCES;

impl Choosable for OsString {
    const FORM: Form = Form::Bytes;

    fn of_word(word: &OsStr) -> Result<Self, String> {
        Ok(word.to_owned())
    }

    fn of_toml(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Self> {
        String::of_toml(value, key, example, problems).map(Self::from)
    }

    fn to_toml(&self) -> String {
        toml_string(&self.to_string_lossy())
    }

    fn to_json(&self) -> Json {
        // Text and numbers always have a JSON form.
        os_text::word::serialize(self, serde_json::value::Serializer).unwrap_or(Json::Null)
    }

    fn of_json(json: &Json) -> Result<Self, String> {
        os_text::word::deserialize(json).map_err(|_| format!("`{json}` is no path"))
    }

    /// A built-in sound by its name, everything else by a path that does not depend on the current folder.
    fn lasting(self) -> Self {
        if self == "none" || AMBIENCES.iter().any(|built_in| *built_in.name == *self) {
            return self;
        }
        let path = home_expanded(&self);
        // When a path can't be made absolute, its file does not exist either; opening it will report that.
        std::path::absolute(&path).map_or(path, Self::from)
    }
}
