//! Opens sessions: of one routine, or of several in one go.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::Session;
use super::casting::Casting;
use super::in_force::{parsed, read_config, resolved, resolved_for_all, settings_of};
use super::outcome::SessionError;
use super::script::Script;
use super::selecting::{Own, Selected, selected};
use super::sources::Sources;
use crate::advice::Advice;
use crate::catalogue::{Shelf, Source};
use crate::config::{Choices, Config, Origin, Resolved};
use crate::folders::{Folders, home_expanded};
use crate::journal::Journal;
use crate::phrases::Notice;
use crate::routine::Routine;
use crate::settings::Settings;
use crate::sounds::{AmbienceChoice, Found, SoundError};
use crate::speech::clips::Clips;
use crate::speech::voices::Voices;

impl Session {
    /// Opens the built-in routine or the file that `routine` names, to be performed by `choices` and, where
    /// they say nothing, by the config in `folders`.
    ///
    /// # Errors
    /// When the routine, the config or the ambience can't be read or has mistakes.
    pub fn open(
        routine: impl AsRef<OsStr>,
        choices: Choices,
        folders: &Folders,
    ) -> Result<Self, SessionError> {
        Self::open_all(&[routine], choices, folders)
    }

    /// Opens several routines in one go: one welcome, one ending, all in one language. See [`Session::open`].
    ///
    /// # Errors
    /// As [`Session::open`]; when they have no language in common, and when there is none.
    pub fn open_all(
        routines: &[impl AsRef<OsStr>],
        choices: Choices,
        folders: &Folders,
    ) -> Result<Self, SessionError> {
        let sources = Shelf::new(&choices, &read_config(folders)?, folders).read_all(routines)?;
        let names = routines.iter().map(|name| name.as_ref().to_owned());
        Self::of_all(names.zip(sources).collect(), choices, folders)
    }

    /// Opens a text that was read already, and that the journal calls `name`.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn of(
        name: &OsStr,
        source: Source,
        choices: Choices,
        folders: &Folders,
    ) -> Result<Self, SessionError> {
        Self::of_all(vec![(name.to_owned(), source)], choices, folders)
    }

    /// Opens texts that were read already, in one go, each with the name that the journal calls it by.
    ///
    /// # Errors
    /// As [`Session::open_all`].
    pub fn of_all(
        routines: Vec<(OsString, Source)>,
        choices: Choices,
        folders: &Folders,
    ) -> Result<Self, SessionError> {
        Self::by(routines, choices, folders, read_config(folders)?)
    }

    /// The same for a file, which is heard at any time: it is made as by day.
    ///
    /// # Errors
    /// As [`Session::open_all`].
    pub fn for_a_file(
        routines: Vec<(OsString, Source)>,
        choices: Choices,
        folders: &Folders,
    ) -> Result<Self, SessionError> {
        Self::by(routines, choices, folders, read_config(folders)?.by_day())
    }

    fn by(
        routines: Vec<(OsString, Source)>,
        choices: Choices,
        folders: &Folders,
        config: Config,
    ) -> Result<Self, SessionError> {
        let (names, sources): (Vec<OsString>, Vec<Source>) = routines.into_iter().unzip();
        let read = sources.into_iter().map(|source| Ok((parsed(&source)?, source)));
        let read = read.collect::<Result<Vec<_>, SessionError>>()?;
        let in_force = resolved_for_all(&choices, &config, &read);
        let own = |(routine, source): &(Routine, Source)| Own {
            names: source.names(routine),
            in_force: resolved(&choices, &config, routine, source),
        };
        let parts: Vec<Own> = read.iter().map(own).collect();
        let called: Vec<Vec<String>> = parts.iter().map(|part| part.names.clone()).collect();
        let (routine, sources, ambience) = joined(read, &in_force)?;
        let Selected { routine, never, always_gentle, elsewhere } = selected(&routine, &parts, &choices)?;
        let unknown = |typed: bool, is_told: fn(Option<&str>) -> bool| {
            let wishes = elsewhere.iter().filter(|(.., is_typed)| *is_typed == typed);
            let wishes: Vec<(&str, &str)> =
                wishes.map(|(option, name, _)| (*option, name.as_str())).collect();
            super::never::unknown(&Shelf::new(&choices, &config, folders), &wishes, is_told)
        };
        if let Some(unknown) = unknown(true, |_| true).into_iter().next() {
            return Err(SessionError::Unfit(unknown));
        }
        // The config may name what only a file elsewhere has; but nothing is led because of a slip of a finger.
        let unknown = unknown(false, |nearest| nearest.is_some())
            .into_iter()
            .map(|unknown| format!("in the config, {unknown}"));
        let told = config.contradictions(&called, &choices).into_iter().chain(unknown).collect();
        let is_music = matches!(ambience.choice, AmbienceChoice::Files(_));
        let settings = Settings { never, always_gentle, is_music, ..settings_of(&in_force, &routine) };
        let voices = Voices::new(config.engines.clone(), Clips::of(folders));
        let (chosen, origin) = (in_force.voice.value.clone(), in_force.voice.origin.clone());
        let mut session = Self {
            names,
            casting: Casting::new(voices, &routine.language, chosen, origin),
            ambience,
            script: Script::new(sources, routine, settings),
            resolved: in_force,
            begin: None,
            minutes: None,
            told,
            journal: Journal::of(folders),
            choices: choices.lasting(),
        };
        if session.lacking().next().is_some() {
            let is_single = session.names.len() == 1;
            session.announce(if is_single { Notice::AnotherLanguage } else { Notice::NotAllInLanguage });
        }
        session.fit_to_minutes()?;
        Ok(session)
    }
}

/// All routines as one, with their texts and the ambience in force, which may be the first one's.
fn joined(
    read: Vec<(Routine, Source)>,
    in_force: &Resolved,
) -> Result<(Routine, Sources, Found), SessionError> {
    let (routines, sources): (Vec<Routine>, Vec<Source>) = read.into_iter().unzip();
    let mut routines = routines.into_iter();
    let (Some(first), Some(source)) = (routines.next(), sources.first()) else {
        return Err(SessionError::Unfit(Advice::new("no routine is named", "name at least one")));
    };
    let ambience = find_ambience(in_force, source).map_err(SessionError::Ambience)?;
    let sources = Sources::new(sources);
    let starts: Vec<usize> = sources.starts().skip(1).collect();
    Ok((first.followed_by(routines.zip(starts)), sources, ambience))
}

/// A routine's ambience file stands beside the routine; the listener's own is found from the current folder.
fn find_ambience(resolved: &Resolved, source: &Source) -> Result<Found, SoundError> {
    let chosen = &resolved.ambience;
    match chosen.origin {
        Origin::Routine => AmbienceChoice::find_within(&chosen.value, &source.folder),
        _ => AmbienceChoice::find(home_expanded(&chosen.value), Path::new("")),
    }
}
