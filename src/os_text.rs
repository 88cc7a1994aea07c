//! Command-line words in JSON. Paths are bytes: valid UTF-8 is written as text, anything else as a list of
//! its bytes, so that the path can be restored exactly.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

impl From<&OsString> for Written {
    fn from(word: &OsString) -> Self {
        match word.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(word.as_bytes().to_vec()),
        }
    }
}

impl From<Written> for OsString {
    fn from(written: Written) -> Self {
        match written {
            Written::Text(text) => text.into(),
            Written::Bytes(bytes) => Self::from_vec(bytes),
        }
    }
}

/// One word, for `#[serde(with)]`.
pub(crate) mod word {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(word: &OsString, to: S) -> Result<S::Ok, S::Error> {
        Written::from(word).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<OsString, D::Error> {
        Written::deserialize(from).map(OsString::from)
    }
}

/// Several words, for `#[serde(with)]`.
pub(crate) mod words {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(words: &[OsString], to: S) -> Result<S::Ok, S::Error> {
        words.iter().map(Written::from).collect::<Vec<_>>().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<OsString>, D::Error> {
        let written = Vec::<Written>::deserialize(from)?;
        Ok(written.into_iter().map(OsString::from).collect())
    }
}
