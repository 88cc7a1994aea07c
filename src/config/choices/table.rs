//! The table of options: everything that follows from a declaration, so that no option is written twice. `C` is
//! the type of all choices, `R` that of all values in force; the declarations make both.

use std::ffi::OsStr;
use std::fmt::Debug;

use serde_json::Value as Json;

use super::values::{Choosable, Form};
use crate::config::origin::{InForce, Origin};
use crate::reader::{Problems, Value};

/// One option: its declaration, and what can be done with it whatever its type.
#[derive(Debug)]
pub struct Declared<C: 'static, R: 'static> {
    /// Its name in a config and in the journal, such as `ambience_gain`.
    pub key: &'static str,
    /// Its name as a flag, without the leading hyphens, such as `ambience-gain`.
    pub flag: &'static str,
    /// What it does, in one sentence; the lines of the declaration's comment, joined.
    pub(super) help: &'static str,
    /// The form of the flag's value.
    pub form: Form,
    /// The rest of its declaration.
    pub details: Details,
    pub(in crate::config) slot: &'static dyn AnySlot<C>,
    pub(super) row: fn(&R) -> Row,
}

/// The parts of a declaration besides name, type, help and default.
#[derive(Clone, Copy, Debug)]
pub struct Details {
    /// The name of the value in the help.
    pub value_name: &'static str,
    /// A value as it is written in a config, for the help.
    pub example: &'static str,
    /// Whether the flag stands alone and means `true`.
    pub stands_alone: bool,
    /// Whether it matters only while a session plays, so that no other command takes it.
    pub while_playing: bool,
    /// The key of an option that can't be given together with this one. Where that option is chosen, this one,
    /// a flag without a value, is off.
    pub excludes: Option<&'static str>,
    /// The place of its row in `supine config`: rows are sorted by this, then by the order of declarations.
    pub row: u8,
}

/// Details without anything special.
pub(super) const PLAIN: Details = Details {
    value_name: "",
    example: "true",
    stands_alone: false,
    while_playing: false,
    excludes: None,
    row: 3,
};

/// What `supine config` shows for an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The value as it is written in a config, or the result of an option that is left open, in words.
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

impl<C: Default, R> Declared<C, R> {
    /// What it does, in one sentence.
    pub fn help(&self) -> &'static str {
        self.help.trim_ascii()
    }

    /// Its row in `supine config`.
    pub fn row(&self, resolved: &R) -> Row {
        (self.row)(resolved)
    }

    /// Whether it was chosen.
    pub(crate) fn is_chosen(&self, choices: &C) -> bool {
        self.slot.toml(choices).is_some()
    }

    /// The value chosen, as it is written in a config.
    pub fn toml(&self, choices: &C) -> Option<String> {
        self.slot.toml(choices)
    }

    /// Whether a flag may have this value.
    ///
    /// # Errors
    /// A sentence that says which values are allowed.
    pub fn check(&self, word: &OsStr) -> Result<(), String> {
        self.choose(&mut C::default(), word)
    }

    /// Chooses the value that a flag gives.
    ///
    /// # Errors
    /// As [`Declared::check`].
    pub fn choose(&self, choices: &mut C, word: &OsStr) -> Result<(), String> {
        self.slot.set_word(choices, word)
    }

    /// Reads its value from a config, and notes the problems.
    pub(crate) fn read(&self, choices: &mut C, value: Value<'_>, problems: &mut Problems) {
        self.slot.set_toml(choices, value, problems);
    }

    pub(in crate::config) fn excludes(&self, other: &Self) -> bool {
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

    /// A sentence on why a written value is not understood.
    pub(in crate::config) fn refusal(&self, shown: &str, reason: &str) -> String {
        let refused = format!("invalid value '{shown}' for '{}'", self.usage());
        match self.form {
            Form::Words(_) | Form::Truth => refused,
            _ => format!("{refused}: {reason}"),
        }
    }
}

/// The field of an option, whatever its type.
pub(in crate::config) trait AnySlot<C>: Debug + Send + Sync {
    fn set_word(&self, choices: &mut C, word: &OsStr) -> Result<(), String>;
    fn set_json(&self, choices: &mut C, json: &Json) -> Result<(), String>;
    fn set_toml(&self, choices: &mut C, value: Value<'_>, problems: &mut Problems);
    fn toml(&self, choices: &C) -> Option<String>;
    fn json(&self, choices: &C) -> Option<Json>;
    fn inherit(&self, choices: &mut C, lower: &C);
    fn make_lasting(&self, choices: &mut C);
}

/// The field of an option.
#[derive(Debug)]
pub(super) struct Slot<C, T> {
    pub key: &'static str,
    pub example: &'static str,
    pub get: fn(&C) -> &Option<T>,
    pub get_mut: fn(&mut C) -> &mut Option<T>,
}

impl<C, T: Choosable> AnySlot<C> for Slot<C, T>
where
    Self: Debug,
{
    fn set_word(&self, choices: &mut C, word: &OsStr) -> Result<(), String> {
        *(self.get_mut)(choices) = Some(T::of_word(word)?);
        Ok(())
    }

    fn set_json(&self, choices: &mut C, json: &Json) -> Result<(), String> {
        *(self.get_mut)(choices) = Some(T::of_json(json)?);
        Ok(())
    }

    fn set_toml(&self, choices: &mut C, value: Value<'_>, problems: &mut Problems) {
        *(self.get_mut)(choices) = T::of_toml(value, self.key, self.example, problems);
    }

    fn toml(&self, choices: &C) -> Option<String> {
        (self.get)(choices).as_ref().map(T::to_toml)
    }

    fn json(&self, choices: &C) -> Option<Json> {
        (self.get)(choices).as_ref().map(T::to_json)
    }

    fn inherit(&self, choices: &mut C, lower: &C) {
        let field = (self.get_mut)(choices);
        *field = match (field.take(), (self.get)(lower).clone()) {
            (Some(value), Some(lower)) => Some(value.joined(lower)),
            (value, lower) => value.or(lower),
        };
    }

    fn make_lasting(&self, choices: &mut C) {
        let field = (self.get_mut)(choices);
        *field = field.take().map(T::lasting);
    }
}

/// A key with hyphens instead of underscores, for a flag.
pub(super) const fn hyphened<const N: usize>(key: &str) -> [u8; N] {
    let (key, mut flag, mut at) = (key.as_bytes(), [0; N], 0);
    while at < N {
        flag[at] = if key[at] == b'_' { b'-' } else { key[at] };
        at += 1;
    }
    flag
}
