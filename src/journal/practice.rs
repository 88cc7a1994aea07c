//! The log of what was practised: an entry for each pose, appended when it has been done or left out, so that a session
//! that broke off counts for what was done. `log` is its file.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::muscles::Muscles;
use super::skipped::LogFile;
use super::{Identity, Journal, JournalError};
use crate::routine::{Id, Muscle};

/// A pose that was not done for so long is told in full again.
const A_MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What became of a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was led to its end.
    Done,
    /// The listener left it out.
    LeftOut,
    /// The listener asked for more time at one of its steps.
    NeededTime,
    /// It was begun, and not led to its end: the listener went on, or left the session.
    Partly,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When the session began: one session's entries have this in common.
    pub session: Timestamp,
    /// When the pose was over.
    pub at: Timestamp,
    /// How far local time was ahead of UTC when the session began, in seconds: the day of an entry is that of the place
    /// where it was practised. `None` in an entry of an older version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset_s: Option<i32>,
    /// The routine's id.
    pub routine: Id,
    /// The routine's file, where the id alone is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<LogFile>,
    /// The pose's id.
    pub pose: Id,
    /// What became of it.
    pub fate: Fate,
    /// How long the session was at it, in seconds.
    pub seconds: f64,
    /// Whether it was led gently.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gentle: bool,
    /// What its holds stretch or work.
    #[serde(default, skip_serializing_if = "Muscles::is_empty")]
    pub muscles: Muscles,
    /// How long it was held on the right and on the left, in seconds.
    #[serde(default, skip_serializing_if = "is_unheld")]
    pub held: [f64; 2],
    /// The hash of the step's text, if the entry is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

impl Entry {
    /// An entry about a pose of `routine`.
    pub(super) fn new(routine: &Identity, session: Timestamp, pose: Id, fate: Fate, seconds: f64) -> Self {
        let file = routine.key_file().map(|file| LogFile::of(file));
        Self {
            session,
            at: Timestamp::now(),
            offset_s: Some(TimeZone::system().to_offset(session).seconds()),
            routine: routine.id().clone(),
            file,
            pose,
            fate,
            seconds: tenths(seconds),
            gentle: false,
            muscles: Muscles::default(),
            held: [0.0; 2],
            step: None,
        }
    }

    /// The same about a pose that was led so, and held for so long on the right and on the left.
    pub(super) fn led(self, led: &Led, held: [f64; 2]) -> Self {
        Self {
            gentle: led.gentle,
            muscles: led.muscles.iter().copied().collect(),
            held: held.map(tenths),
            ..self
        }
    }

    pub(super) fn is_of(&self, routine: &Identity) -> bool {
        routine.is(&self.routine, self.file.as_ref().map(LogFile::path).as_ref())
    }
}

/// What tells whose entry a line is.
#[derive(Deserialize)]
struct Key<'a> {
    routine: &'a str,
    #[serde(default)]
    file: Option<IgnoredAny>,
}

fn is_unheld(held: &[f64; 2]) -> bool {
    *held == [0.0; 2]
}

fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}

/// How a pose of a session is led.
#[derive(Clone, Debug)]
pub(crate) struct Led {
    /// Whether it is led gently.
    pub gentle: bool,
    /// What its holds stretch or work.
    pub muscles: Vec<Muscle>,
}

/// How well a listener knows a pose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Familiarity {
    /// How often it was done, since it was last left out or not done for a month.
    pub times: u32,
}

impl Journal {
    /// The entries about a routine, oldest first.
    pub(super) fn of_routine(&self, routine: &Identity) -> Result<Vec<Entry>, JournalError> {
        let mut entries = Vec::new();
        self.all_lines(&mut |line| {
            // Most lines of a long log are about others, and are not worth a copy.
            let Ok(key) = serde_json::from_slice::<Key<'_>>(line) else { return };
            if key.routine == routine.id().as_str() || key.file.is_some() {
                let entry = serde_json::from_slice::<Entry>(line).ok();
                entries.extend(entry.filter(|entry| entry.is_of(routine)));
            }
        })?;
        Ok(entries)
    }

    /// When a pose of each routine was last done, by the routines' ids.
    ///
    /// # Errors
    /// As [`Journal::read_log`].
    pub fn last_practised(&self) -> Result<BTreeMap<Id, Timestamp>, JournalError> {
        let mut last: BTreeMap<Id, Timestamp> = BTreeMap::new();
        self.read_log(&mut |line| {
            let is_done = line.fate == Fate::Done;
            let Some(at) = line.at.parse::<Timestamp>().ok().filter(|_| is_done) else { return };
            match last.iter_mut().find(|(routine, _)| routine.as_str() == line.routine) {
                Some((_, last)) => *last = at.max(*last),
                None => last.extend(line.routine.parse().ok().map(|routine: Id| (routine, at))),
            }
        })?;
        Ok(last)
    }

    /// How well the listener knows each pose of a routine. A pose that they left out, or have not done for a month, is
    /// new to them again.
    ///
    /// # Errors
    /// As [`Journal::read_log`].
    pub(crate) fn familiarity(
        &self,
        routine: &Identity,
        now: Timestamp,
    ) -> Result<Vec<(Id, Familiarity)>, JournalError> {
        let entries = self.of_routine(routine)?;
        let of_pose = |place: usize| {
            let here = |entry: &&Entry| routine.pose(&entry.pose) == Some(place);
            known(entries.iter().filter(here), now)
        };
        Ok(routine.poses().iter().enumerate().map(|(place, (id, _))| (id.clone(), of_pose(place))).collect())
    }
}

/// How well a pose is known after these entries about it.
fn known<'a>(entries: impl Iterator<Item = &'a Entry>, now: Timestamp) -> Familiarity {
    let mut known = Familiarity::default();
    let mut last: Option<&Entry> = None;
    for entry in entries {
        let is_late = last.is_some_and(|last| entry.at.duration_since(last.at) > A_MONTH);
        // A pose that is done twice in one evening, after going back, is done once.
        let is_again = last.is_some_and(|last| last.session == entry.session && last.fate == Fate::Done);
        match entry.fate {
            Fate::NeededTime | Fate::Partly => continue,
            Fate::LeftOut => known.times = 0,
            Fate::Done if is_late => known.times = 1,
            Fate::Done if is_again => {}
            Fate::Done => known.times += 1,
        }
        last = Some(entry);
    }
    match last {
        Some(last) if now.duration_since(last.at) <= A_MONTH => known,
        _ => Familiarity::default(),
    }
}
