//! The listener's choices: from the command line, the config file, the routine and the defaults, in this order,
//! each with the place that it comes from.

pub mod choices;
mod engines;
mod file;
mod night;
mod origin;
mod resolved;
mod routines;
mod several;
mod written;

use jiff::civil::Time;
use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::reader::{self, Keys, Problems, Value};
use crate::routine::pronounce::Pronounce;
use crate::signs::layout::legible;
use crate::speech::command::Engine;

use self::choices::values::Choosable;
pub use self::choices::{Choices, DEFAULT_AMBIENCE, Resolved};
pub use self::file::remember;
pub use self::night::Night;
pub use self::origin::{InForce, Origin, header};
pub use self::resolved::ForRoutine;
use self::routines::options;

/// The content of a config file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The listener's choices for every routine.
    pub choices: Choices,
    /// The listener's choices for one routine, by its name, in the order of the file.
    pub routines: Vec<(String, Choices)>,
    /// What holds instead at night.
    pub night: Option<Night>,
    /// How the listener wants words pronounced, in every routine.
    pub pronounce: Pronounce,
    /// The engines that the listener has added, by name.
    pub engines: Vec<Engine>,
    /// `false` when the listener does not want to be asked at the first start.
    pub setup: Option<bool>,
}

impl Config {
    /// The same config at this time of day: whether it is night decides what is in force.
    #[must_use]
    pub fn at(mut self, now: Time) -> Self {
        self.night.iter_mut().for_each(|night| night.is_now = night.has(now));
        self
    }

    /// The same config as by day.
    #[must_use]
    pub fn by_day(mut self) -> Self {
        self.night.iter_mut().for_each(|night| night.is_now = false);
        self
    }
}

/// Reads the text of a config file.
///
/// # Errors
/// Every problem in it.
pub(crate) fn parse(source: &str) -> Result<Config, Vec<Diagnostic>> {
    let source = legible(source);
    let table: Spanned<DeTable<'_>> = reader::table(&source)?;
    let mut problems = Problems::default();
    let mut keys = Keys::new(table.get_ref(), "the config");
    let choices = options(&mut keys, &mut problems);
    let mut get = |key| keys.get(key);
    let config = Config {
        choices,
        night: get("night").and_then(|value| night::night(value, &mut problems)),
        pronounce: get("pronounce").map(|value| Pronounce::read(value, &mut problems)).unwrap_or_default(),
        engines: get("engines").map(|value| engines::engines(value, &mut problems)).unwrap_or_default(),
        setup: get("setup").and_then(|value: Value<'_>| bool::of_toml(value, "setup", "", &mut problems)),
        routines: get("routine").map(|value| routines::routines(value, &mut problems)).unwrap_or_default(),
    };
    keys.finish(&mut problems);
    problems.0.sort_by_key(|problem| problem.span.0.start);
    if problems.0.is_empty() { Ok(config) } else { Err(problems.0) }
}

#[cfg(test)]
mod tests;
