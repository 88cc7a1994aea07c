//! The choices of a session in its resume point, or the reason why they are not understood. supine 0.1 wrote
//! them as the words of a command line.

use serde::de::{Deserializer, Error};
use serde::ser::{self, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Choices;
use crate::os_text;

pub(crate) fn serialize<S: Serializer>(choices: &Result<Choices, String>, to: S) -> Result<S::Ok, S::Error> {
    choices.as_ref().map_err(ser::Error::custom)?.serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Result<Choices, String>, D::Error> {
    match Value::deserialize(from)? {
        words @ Value::Array(_) => {
            let words = os_text::words::deserialize(words).map_err(D::Error::custom)?;
            Ok(Choices::of_words(&words))
        }
        chosen => Ok(Choices::deserialize(chosen).map_err(|error| error.to_string())),
    }
}
