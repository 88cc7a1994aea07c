//! Choices that are written down for a later session: in the journal by their keys; supine 0.1 wrote them as
//! the words of a command line.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use super::choices::{Choices, OPTIONS};

fn unknown(flag: &str) -> String {
    format!("unexpected argument '--{flag}' found")
}

impl Choices {
    /// Reads the flags that supine 0.1 wrote into the journal, each with its value in one word.
    ///
    /// # Errors
    /// A sentence, when a flag or its value is no longer known.
    pub fn of_words(words: &[OsString]) -> Result<Self, String> {
        let mut choices = Self::default();
        for word in words {
            let bytes = word.as_encoded_bytes();
            let end = bytes.iter().position(|byte| *byte == b'=');
            let name = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]);
            let flag = name.trim_start_matches("--");
            let option = OPTIONS.iter().find(|option| option.flag == flag).ok_or_else(|| unknown(flag))?;
            let value = match end {
                Some(end) => after(word, end + 1),
                None => "true".into(),
            };
            let refused = |reason: String| option.refusal(&value.to_string_lossy(), &reason);
            option.choose(&mut choices, &value).map_err(refused)?;
        }
        Ok(choices)
    }

    /// Reads choices from the journal.
    ///
    /// # Errors
    /// As [`Choices::of_words`].
    pub(super) fn of_json(chosen: &serde_json::Map<String, Json>) -> Result<Self, String> {
        let mut choices = Self::default();
        for (key, json) in chosen {
            let option = OPTIONS.iter().find(|option| option.key == key);
            let option = option.ok_or_else(|| unknown(&key.replace('_', "-")))?;
            let shown = || json.as_str().map_or_else(|| json.to_string(), str::to_owned);
            let refused = |reason: String| option.refusal(&shown(), &reason);
            option.slot.set_json(&mut choices, json).map_err(refused)?;
        }
        Ok(choices)
    }

    /// Every chosen value with its key, for the journal.
    pub(super) fn json(&self) -> impl Iterator<Item = (&'static str, Json)> + '_ {
        OPTIONS.iter().filter_map(|option| Some((option.key, option.slot.json(self)?)))
    }

    /// The same choices for a later session, whichever folder it starts in.
    #[must_use]
    pub(crate) fn lasting(mut self) -> Self {
        OPTIONS.iter().for_each(|option| option.slot.make_lasting(&mut self));
        self
    }
}

/// The rest of a word from a byte on; the byte comes after an `=`.
fn after(word: &OsStr, byte: usize) -> OsString {
    OsStr::from_bytes(&word.as_bytes()[byte..]).to_owned()
}

impl Serialize for Choices {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.json())
    }
}

impl<'de> Deserialize<'de> for Choices {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let chosen = serde_json::Map::deserialize(from)?;
        Self::of_json(&chosen).map_err(serde::de::Error::custom)
    }
}
