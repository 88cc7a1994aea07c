//! What the commands share: the user's folders and config, opening a session and reporting its problems, and
//! the line on how a recorded session sounds.

use std::ffi::OsString;

use crate::args::dashes;
use crate::failure::Failure;
use crate::screen::{self, complain};
use supine::catalogue::{self, CatalogueError, Shelf, Source};
use supine::config::{Choices, Config, ForRoutine, Resolved};
use supine::folders::Folders;
use supine::remote;
use supine::session::Session;
use supine::session::outcome::SessionError;
use supine::session::report::Report;
use supine::speech::clips::Clips;
use supine::speech::voices::Voices;
use supine::units::Decibels;

/// The content of the config file; empty without a file.
pub fn read_config() -> Result<Config, Failure> {
    Ok(supine::session::read_config(&Folders::of_user())?)
}

/// The user's voices.
pub fn voices(config: &Config) -> Voices {
    Voices::new(config.engines.clone(), Clips::of(&Folders::of_user()))
}

/// The user's shelf of routines, with these choices.
pub fn shelf(choices: &Choices) -> Result<Shelf, Failure> {
    Ok(Shelf::new(choices, &read_config()?, &Folders::of_user()))
}

/// Opens a session, and reports what differs from what was asked for.
pub fn open_and_tell(routines: &[OsString], choices: Choices) -> Result<Session, Failure> {
    let session = open_all(read(routines, &choices)?, choices)?;
    tell_of_language(&session);
    tell_of_ambience(&session);
    Ok(session)
}

/// Reads the routines that are named, each with its name.
pub fn read(routines: &[OsString], choices: &Choices) -> Result<Vec<(OsString, Source)>, Failure> {
    // Where any number of routines may be named, an option with the wrong dash is taken for one.
    let mistyped = |error: CatalogueError| match dashes(std::env::args_os()) {
        Some(dashes) => SessionError::Unfit(dashes),
        None => error.into(),
    };
    let sources = shelf(choices)?.read_all(routines).map_err(mistyped)?;
    Ok(routines.iter().cloned().zip(sources).collect())
}

/// Opens a session for texts that were read already.
pub fn open_all(routines: Vec<(OsString, Source)>, choices: Choices) -> Result<Session, Failure> {
    Ok(Session::of_all(routines, choices, &Folders::of_user())?)
}

/// Opens a session for texts that were read already, to be made into a file or measured.
pub fn open_for_a_file(routines: Vec<(OsString, Source)>, choices: Choices) -> Result<Session, Failure> {
    Ok(Session::for_a_file(routines, choices, &Folders::of_user())?)
}

/// Reports a language that the routine lacks, or that has no phrases.
pub fn tell_of_language(session: &Session) {
    let language = &session.routine().language;
    for (name, lacks) in session.lacking() {
        let (which, it) = match session.routine().others.is_empty() {
            true => ("this routine".to_owned(), "it"),
            false => (format!("`{}`", name.display()), "all of it"),
        };
        complain(&format!("supine: {which} is not available in `{lacks}` yet; {it} will be in `{language}`"));
    }
    session.told().iter().for_each(|told| complain(&format!("supine: {told}")));
    if !session.has_phrases() {
        complain(&format!(
            "supine: there are no phrases in `{}` yet; counts and cues will be in English",
            language
        ));
    }
}

/// Reports files that can't be played.
pub fn tell_of_ambience(session: &Session) {
    session.left_out().iter().for_each(|left_out| complain(&format!("supine: {left_out}")));
}

/// Reports why clips could not be kept; to be called when a session has ended.
pub fn tell_of_clips(session: &Session) {
    session.clips_problem().iter().for_each(|problem| complain(&format!("supine: {problem}")));
}

/// How a recorded session sounds, in a line.
pub fn report_line(session: &Session, report: &Report) -> String {
    let settings = session.settings();
    let target: Decibels = settings.loudness + settings.voice_gain;
    let margin = match report.margin {
        Some(margin) => format!("at least {:.1} dB over the ambience", margin.0),
        None => "no ambience".to_owned(),
    };
    format!(
        "speech {:.1} LUFS (target {:.1}), overall {:.1} LUFS, true peak {:.1} dBTP, {margin}",
        report.speech.0, target.0, report.mix.0, report.true_peak.0
    )
}

/// Stops printing if that is chosen for the routines, as far as they are known by their names. The session reports a
/// config that can't be read.
pub fn silence_screen(choices: &Choices, routines: &[OsString]) {
    let config = read_config().unwrap_or_default();
    let names: Vec<&str> = routines.iter().filter_map(|name| catalogue::short_name(name)).collect();
    let for_routine = ForRoutine { names: &names, ..ForRoutine::default() };
    silence(&Resolved::new(choices, &config, for_routine));
}

/// Stops printing if that is in force.
pub fn silence(in_force: &Resolved) {
    let is_silent = in_force.silent_screen.value;
    screen::silence(is_silent);
    if is_silent {
        remote::leave_terminal_untouched();
    }
}
