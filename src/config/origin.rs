//! The places that values in force come from, and which of several places wins.

use std::sync::Arc;

use super::choices::values::Choosable;
use crate::signs::toml_string;

/// Where a choice comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The config's table for the routine of this name.
    RoutineTable(Arc<str>),
    /// The config's table for the night.
    Night,
    /// The config file.
    Config,
    /// The routine.
    Routine,
    /// No place had a value.
    Default,
}

impl Origin {
    /// Whether the choice is in the config file, for every routine or for one.
    #[cfg(test)]
    pub(crate) fn is_in_config(&self) -> bool {
        matches!(self, Self::Config | Self::Night | Self::RoutineTable(_))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::RoutineTable(name) => write!(f, "config file, {}", header(name)),
            Self::Night => f.write_str("config file, [night]"),
            Self::Config => f.write_str("config file"),
            Self::Routine => f.write_str("routine"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value in force.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce<T> {
    /// The value itself.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> InForce<Option<T>> {
    /// The choice; without one, an empty value by default.
    pub(super) fn of_open(chosen: Option<InForce<T>>) -> Self {
        match chosen {
            Some(InForce { value, origin }) => Self { value: Some(value), origin },
            None => Self { value: None, origin: Origin::Default },
        }
    }
}

/// Choices from every place, the winning places first.
pub(super) struct Layers<C>(pub(super) Vec<(C, Origin)>);

impl<C> Layers<C> {
    /// The first value that was chosen, with the later ones where they are joined.
    pub(super) fn pick<T: Choosable>(&self, get: fn(&C) -> &Option<T>) -> Option<InForce<T>> {
        let chosen = self.0.iter().filter_map(|(choices, origin)| Some((get(choices).clone()?, origin)));
        chosen.fold(None, |found: Option<InForce<T>>, (value, origin)| match found {
            Some(found) => Some(InForce { value: found.value.joined(value), ..found }),
            None => Some(InForce { value, origin: origin.clone() }),
        })
    }
}

/// The head of the table of a routine in a config, such as `[routine.bedtime-back]`.
pub fn header(routine: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !routine.is_empty() && routine.chars().all(is_bare) {
        format!("[routine.{routine}]")
    } else {
        format!("[routine.{}]", toml_string(routine))
    }
}
