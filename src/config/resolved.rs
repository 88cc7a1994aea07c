//! What is in force for a session: flags win over the config's table for the routine, that over the rest
//! of the config, the config over the routine, the routine over the defaults.

use std::sync::Arc;

use super::choices::{Choices, Resolved};
use super::{Config, header};
use crate::routine::Ending;
use crate::settings::{Settings, WindDown};

/// Where a choice comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The config's table for the routine of this name.
    RoutineTable(Arc<str>),
    /// The config file.
    Config,
    /// The routine.
    Routine,
    /// Nobody said anything.
    Default,
}

impl Origin {
    /// Whether it stands in the config file: for every routine or for one.
    pub fn is_in_config(&self) -> bool {
        matches!(self, Self::Config | Self::RoutineTable(_))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::RoutineTable(name) => write!(f, "config file, {}", header(name)),
            Self::Config => f.write_str("config file"),
            Self::Routine => f.write_str("routine"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value in force.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub origin: Origin,
}

impl<T> InForce<Option<T>> {
    /// What was chosen, or nothing by default.
    pub(super) fn of_open(chosen: Option<InForce<T>>) -> Self {
        match chosen {
            Some(InForce { value, origin }) => Self { value: Some(value), origin },
            None => Self { value: None, origin: Origin::Default },
        }
    }
}

/// The routine that choices are made for; the default is none in particular.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForRoutine<'a> {
    /// The names by which the config may have a table for it, the first one first.
    pub names: &'a [&'a str],
    /// The ambience that it asks for.
    pub ambience: Option<&'a str>,
}

/// Choices from every place, those that win first.
pub(super) struct Layers(Vec<(Choices, Origin)>);

impl Layers {
    fn new(flags: &Choices, config: &Config, routine: ForRoutine<'_>) -> Self {
        // A time that is asked for here does not mean the morning that is asked for further down.
        let mut layers = vec![(flags.decided(), Origin::Flag)];
        for name in routine.names {
            let table = config.routines.iter().find(|(of, _)| of == name);
            layers
                .extend(table.map(|(of, table)| (table.decided(), Origin::RoutineTable(of.as_str().into()))));
        }
        layers.push((config.choices.clone(), Origin::Config));
        let of_routine = Choices { ambience: routine.ambience.map(Into::into), ..Choices::default() };
        layers.push((of_routine, Origin::Routine));
        Self(layers)
    }

    /// The first value that was chosen.
    pub(super) fn pick<T: Clone>(&self, get: fn(&Choices) -> &Option<T>) -> Option<InForce<T>> {
        self.0.iter().find_map(|(choices, origin)| {
            let value = get(choices).clone()?;
            Some(InForce { value, origin: origin.clone() })
        })
    }
}

impl Resolved {
    /// What is in force for a routine with these flags and this config.
    pub fn new(flags: &Choices, config: &Config, routine: ForRoutine<'_>) -> Self {
        Self::of_layers(&Layers::new(flags, config, routine), config.pronounce.clone())
    }

    /// The settings that a plan of a routine with this ending is made with: a session that ends asleep
    /// winds down unless told otherwise.
    pub fn settings(&self, ending: Ending) -> Settings {
        let ending = self.ending.value.unwrap_or(ending);
        Settings {
            pace: self.pace.value,
            holds: self.holds.value.get(),
            counting: self.counting.value,
            level: self.level.value,
            words: self.words.value,
            breath: self.breath.value,
            loudness: self.loudness.value.get(),
            ambience_gain: self.ambience_gain.value.get(),
            wind_down: self.wind_down.value.unwrap_or_else(|| WindDown::by(ending)),
            voice_gain: self.voice_gain.value.get(),
            ambience: self.ambience.value != "none",
            pronounce: self.pronounce.clone(),
            ending: self.ending.value,
            sleep_timer: self.sleep_timer.value.get(),
            until_morning: self.until_morning.value,
            settle: self.settle.value.get(),
            gentler: Vec::new(),
        }
    }
}
