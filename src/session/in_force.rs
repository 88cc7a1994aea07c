//! What is in force for a session: the config, the choices for its routines, and the settings that follow from them.

use super::outcome::SessionError;
use crate::catalogue::{self, Source};
use crate::clock::local_now;
use crate::config::{self, Choices, Config, ForRoutine, Resolved};
use crate::folders::Folders;
use crate::routine::Routine;
use crate::routine::parse::parse;
use crate::settings::Settings;

/// The content of the config file, at this time of day; empty without a file.
///
/// # Errors
/// When the file can't be read or has mistakes.
pub fn read_config(folders: &Folders) -> Result<Config, SessionError> {
    let Some(path) = folders.config_file().filter(|path| path.exists()) else { return Ok(Config::default()) };
    let source = catalogue::read_config(&path)?;
    let config = config::parse(&source.text);
    config
        .map(|config| config.at(local_now().time()))
        .map_err(|problems| SessionError::Mistakes(Box::new(source), problems))
}

/// The routine that a text is.
///
/// # Errors
/// When it has mistakes.
pub fn parsed(source: &Source) -> Result<Routine, SessionError> {
    parse(&source.text).map_err(|problems| SessionError::Mistakes(Box::new(source.clone()), problems))
}

/// The choices in force for a routine with these choices and this config, which may have a table for it.
pub fn resolved(choices: &Choices, config: &Config, routine: &Routine, source: &Source) -> Resolved {
    let names = source.names(routine);
    Resolved::new(choices, config, for_routine(routine, &strs(&names)))
}

/// The choices in force for routines that are done in one go, each with its source: their tables hold for all of them, an
/// earlier one's before a later one's, except for what is for one routine alone.
pub fn resolved_for_all(choices: &Choices, config: &Config, routines: &[(Routine, Source)]) -> Resolved {
    match routines {
        [(only, source)] => resolved(choices, config, only, source),
        several => {
            let names: Vec<String> =
                several.iter().flat_map(|(routine, source)| source.names(routine)).collect();
            let names = strs(&names);
            let none = ForRoutine { names: &names, ..ForRoutine::default() };
            let Some((first, _)) = several.first() else { return config.resolved_for(choices, none) };
            let for_first = for_routine(first, &names);
            // Each has its own breath, which is none of the session's choices.
            let is_same = several.iter().all(|(other, _)| other.breath == first.breath);
            let breath = for_first.breath.filter(|_| is_same);
            config.resolved_for(choices, ForRoutine { breath, ..for_first })
        }
    }
}

fn for_routine<'a>(routine: &'a Routine, names: &'a [&'a str]) -> ForRoutine<'a> {
    let ambience = routine.ambience.as_ref().map(|(name, _)| name.as_str());
    ForRoutine { names, ambience, breath: routine.breath }
}

fn strs(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// The settings for the plan of a routine.
pub(crate) fn settings_of(resolved: &Resolved, routine: &Routine) -> Settings {
    let mut settings = resolved.settings(routine.last_ending());
    settings.hush(routine.quieter_by);
    settings
}
