//! The listener's choices: from the command line, the config file, the routine and the defaults,
//! in this order, each remembered with where it came from.

pub mod choices;
mod engines;
mod file;
mod resolved;
mod routines;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::reader::{self, Keys, Problems, Value};
use crate::routine::pronounce::Pronounce;
use crate::signs::layout::legible;
use crate::signs::toml_string;
use crate::speech::command::Engine;

use self::choices::OPTIONS;
use self::choices::values::Choosable;
pub use self::choices::{Choices, DEFAULT_AMBIENCE, Resolved};
pub use self::file::remember;
pub use self::resolved::{ForRoutine, InForce, Origin};

/// What a config file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The listener's choices for every routine.
    pub choices: Choices,
    /// The listener's choices for one routine, by its name, in the order of the file.
    pub routines: Vec<(String, Choices)>,
    /// How the listener has words said, in every routine.
    pub pronounce: Pronounce,
    /// The engines that the listener has added, by name.
    pub engines: Vec<Engine>,
    /// `false` when the listener does not want to be asked at the first start.
    pub setup: Option<bool>,
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

/// Reads the text of a config file.
///
/// # Errors
/// Every problem in it.
pub fn parse(source: &str) -> Result<Config, Vec<Diagnostic>> {
    let source = legible(source);
    let table: Spanned<DeTable<'_>> = reader::table(&source)?;
    let mut problems = Problems::default();
    let mut keys = Keys::new(table.get_ref(), "the config");
    let choices = options(&mut keys, &mut problems);
    let mut get = |key| keys.get(key);
    let config = Config {
        choices,
        pronounce: get("pronounce").map(|value| Pronounce::read(value, &mut problems)).unwrap_or_default(),
        engines: get("engines").map(|value| engines::engines(value, &mut problems)).unwrap_or_default(),
        setup: get("setup").and_then(|value: Value<'_>| bool::of_toml(value, "setup", "", &mut problems)),
        routines: get("routine").map(|value| routines::routines(value, &mut problems)).unwrap_or_default(),
    };
    keys.finish(&mut problems);
    problems.0.sort_by_key(|problem| problem.span.0.start);
    if problems.0.is_empty() { Ok(config) } else { Err(problems.0) }
}

/// Reads the options of a table.
fn options(keys: &mut Keys<'_>, problems: &mut Problems) -> Choices {
    let mut choices = Choices::default();
    for option in OPTIONS {
        if let Some(value) = keys.get(option.key) {
            option.read(&mut choices, value, problems);
        }
    }
    choices
}

#[cfg(test)]
mod tests;
