//! The table of options: what follows from a declaration by itself, so that no option is written twice.

use std::ffi::{OsStr, OsString};
use std::fmt::Debug;

use serde_json::Value as Json;

use super::values::{Choosable, Form};
use super::{Choices, OPTIONS, Resolved};
use crate::config::resolved::{InForce, Origin};
use crate::reader::{Problems, Value};

/// One option: what was declared, and what can be done with it whatever its type.
#[derive(Debug)]
pub struct Declared {
    /// Its name in a config and in the journal, such as `ambience_gain`.
    pub key: &'static str,
    /// Its name as a flag without the hyphens in front, such as `ambience-gain`.
    pub flag: &'static str,
    /// What it does, in one sentence: lines of a comment, joined.
    pub(super) help: &'static str,
    /// How a flag gives its value.
    pub form: Form,
    /// The rest of its declaration.
    pub details: Details,
    pub(super) slot: &'static dyn AnySlot,
    pub(super) row: fn(&Resolved) -> Row,
}

/// What a declaration may say besides name, type, help and default.
#[derive(Clone, Copy, Debug)]
pub struct Details {
    /// What stands for the value in the help.
    pub value_name: &'static str,
    /// A value as it is written in a config, for the help.
    pub example: &'static str,
    /// Whether the flag stands alone and means `true`.
    pub stands_alone: bool,
    /// Whether it matters only while a session plays, so that no other command takes it.
    pub while_playing: bool,
    /// The key of an option that can't be given together with this one. Where that one is chosen, this
    /// one, which stands alone, is off.
    pub excludes: Option<&'static str>,
    /// Where its row stands in `supine config`: rows are sorted by this, then as they are declared.
    pub row: u8,
}

/// Details that say nothing in particular.
pub(super) const PLAIN: Details = Details {
    value_name: "",
    example: "true",
    stands_alone: false,
    while_playing: false,
    excludes: None,
    row: 3,
};

/// What `supine config` shows of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The value as it is written in a config, or in words what an option that is left open comes to.
    pub value: String,
    /// Whether it is left open.
    pub is_open: bool,
    /// Where the value comes from.
    pub origin: Origin,
}

impl Row {
    pub(super) fn of<T: Choosable>(in_force: &InForce<T>) -> Self {
        Self { value: in_force.value.to_toml(), is_open: false, origin: in_force.origin.clone() }
    }

    pub(super) fn of_open<T: Choosable>(in_force: &InForce<Option<T>>, open: &str) -> Self {
        let origin = in_force.origin.clone();
        match &in_force.value {
            Some(value) => Self { value: value.to_toml(), is_open: false, origin },
            None => Self { value: open.to_owned(), is_open: true, origin },
        }
    }
}

impl Declared {
    /// What it does, in one sentence.
    pub fn help(&self) -> &'static str {
        self.help.trim_ascii()
    }

    /// Its row in `supine config`.
    pub fn row(&self, resolved: &Resolved) -> Row {
        (self.row)(resolved)
    }

    /// Whether it was chosen.
    pub fn is_chosen(&self, choices: &Choices) -> bool {
        self.slot.toml(choices).is_some()
    }

    /// The value chosen, as it is written in a config.
    pub fn toml(&self, choices: &Choices) -> Option<String> {
        self.slot.toml(choices)
    }

    /// Whether a flag may have this value.
    ///
    /// # Errors
    /// A sentence that says what it may have.
    pub fn check(&self, word: &OsStr) -> Result<(), String> {
        self.choose(&mut Choices::default(), word)
    }

    /// Chooses what a flag gives.
    ///
    /// # Errors
    /// As [`Declared::check`].
    pub fn choose(&self, choices: &mut Choices, word: &OsStr) -> Result<(), String> {
        self.slot.set_word(choices, word)
    }

    /// Reads its value in a config, and notes what is wrong with it.
    pub(crate) fn read(&self, choices: &mut Choices, value: Value<'_>, problems: &mut Problems) {
        self.slot.set_toml(choices, value, problems);
    }

    pub(super) fn excludes(&self, other: &Self) -> bool {
        self.details.excludes == Some(other.key) || other.details.excludes == Some(self.key)
    }

    /// The flag as a message names it, such as `--pace <PACE>`.
    fn usage(&self) -> String {
        match self.form {
            _ if self.details.stands_alone => format!("--{}", self.flag),
            Form::Truth => format!("--{}[=<{}>]", self.flag, self.details.value_name),
            _ => format!("--{} <{}>", self.flag, self.details.value_name),
        }
    }

    /// Why a value that was written down is not understood.
    fn refusal(&self, shown: &str, reason: &str) -> String {
        let refused = format!("invalid value '{shown}' for '{}'", self.usage());
        match self.form {
            Form::Words(_) | Form::Truth => refused,
            _ => format!("{refused}: {reason}"),
        }
    }
}

fn unknown(flag: &str) -> String {
    format!("unexpected argument '--{flag}' found")
}

impl Choices {
    /// Reads the flags that supine 0.1 wrote into the journal, each with its value in one word.
    ///
    /// # Errors
    /// A sentence, when there is one that is not known any more, or its value is not.
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

    /// Reads what is in the journal.
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

    /// Every value chosen by its key, for the journal.
    pub(super) fn json(&self) -> impl Iterator<Item = (&'static str, Json)> + '_ {
        OPTIONS.iter().filter_map(|option| Some((option.key, option.slot.json(self)?)))
    }

    /// These choices, and those of `lower` where nothing is chosen here or excludes them.
    #[must_use]
    pub fn over(mut self, lower: &Self) -> Self {
        let chosen: Vec<&Declared> = OPTIONS.iter().filter(|option| option.is_chosen(&self)).collect();
        for option in OPTIONS {
            if !chosen.iter().any(|chosen| chosen.excludes(option)) {
                option.slot.inherit(&mut self, lower);
            }
        }
        self
    }

    /// The same choices for a session another time, in whatever folder it is started.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        OPTIONS.iter().for_each(|option| option.slot.make_lasting(&mut self));
        self
    }

    /// These choices with those turned off that they exclude, whatever is chosen elsewhere.
    pub(crate) fn decided(&self) -> Self {
        let mut decided = self.clone();
        for option in OPTIONS.iter().filter(|option| !option.is_chosen(self)) {
            let excluding = OPTIONS.iter().find(|other| option.details.excludes == Some(other.key));
            if excluding.is_some_and(|other| other.is_chosen(self)) {
                // What excludes another option stands alone, so it is on or off.
                let _ = option.choose(&mut decided, "false".as_ref());
            }
        }
        decided
    }
}

/// A word from a byte on, which is the one after an `=`.
fn after(word: &OsStr, byte: usize) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(&word.as_bytes()[byte..]).to_owned()
}

/// The field of an option, whatever its type.
pub(super) trait AnySlot: Debug + Send + Sync {
    fn set_word(&self, choices: &mut Choices, word: &OsStr) -> Result<(), String>;
    fn set_json(&self, choices: &mut Choices, json: &Json) -> Result<(), String>;
    fn set_toml(&self, choices: &mut Choices, value: Value<'_>, problems: &mut Problems);
    fn toml(&self, choices: &Choices) -> Option<String>;
    fn json(&self, choices: &Choices) -> Option<Json>;
    fn inherit(&self, choices: &mut Choices, lower: &Choices);
    fn make_lasting(&self, choices: &mut Choices);
}

/// The field of an option.
#[derive(Debug)]
pub(super) struct Slot<T> {
    pub key: &'static str,
    pub example: &'static str,
    pub get: fn(&Choices) -> &Option<T>,
    pub get_mut: fn(&mut Choices) -> &mut Option<T>,
}

impl<T: Choosable> AnySlot for Slot<T>
where
    Self: Debug,
{
    fn set_word(&self, choices: &mut Choices, word: &OsStr) -> Result<(), String> {
        *(self.get_mut)(choices) = Some(T::of_word(word)?);
        Ok(())
    }

    fn set_json(&self, choices: &mut Choices, json: &Json) -> Result<(), String> {
        *(self.get_mut)(choices) = Some(T::of_json(json)?);
        Ok(())
    }

    fn set_toml(&self, choices: &mut Choices, value: Value<'_>, problems: &mut Problems) {
        *(self.get_mut)(choices) = T::of_toml(value, self.key, self.example, problems);
    }

    fn toml(&self, choices: &Choices) -> Option<String> {
        (self.get)(choices).as_ref().map(T::to_toml)
    }

    fn json(&self, choices: &Choices) -> Option<Json> {
        (self.get)(choices).as_ref().map(T::to_json)
    }

    fn inherit(&self, choices: &mut Choices, lower: &Choices) {
        let field = (self.get_mut)(choices);
        if field.is_none() {
            field.clone_from((self.get)(lower));
        }
    }

    fn make_lasting(&self, choices: &mut Choices) {
        let field = (self.get_mut)(choices);
        *field = field.take().map(T::lasting);
    }
}

/// A key with hyphens, for a flag.
pub(super) const fn hyphened<const N: usize>(key: &str) -> [u8; N] {
    let (key, mut flag, mut at) = (key.as_bytes(), [0; N], 0);
    while at < N {
        flag[at] = if key[at] == b'_' { b'-' } else { key[at] };
        at += 1;
    }
    flag
}
