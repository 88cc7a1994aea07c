//! The log of what was practised: a line of JSON for each pose, appended when it has been done or left out, so that a
//! session that broke off counts for what was done.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::skipped::LogFile;
use super::{Identity, Journal, JournalError};
use crate::routine::Id;
use crate::whole_file;

const PRACTICE: &str = "practice.jsonl";
/// Twenty years of evenings are shorter; what is beyond this is not read.
const MAX_BYTES: u64 = 64 << 20;
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
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When the session began: one session's entries have this in common.
    pub session: Timestamp,
    /// When the pose was over.
    pub at: Timestamp,
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
            routine: routine.id().clone(),
            file,
            pose,
            fate,
            seconds,
            step: None,
        }
    }

    pub(super) fn is_of(&self, routine: &Identity) -> bool {
        routine.is(&self.routine, self.file.as_ref().map(LogFile::path).as_ref())
    }
}

/// How well a listener knows a pose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Familiarity {
    /// How often it was done, since it was last left out or not done for a month.
    pub times: u32,
}

impl Journal {
    /// Appends an entry. What another process appends at the same time stands before or after it, and never in it.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn log(&self, entry: &Entry) -> Result<(), JournalError> {
        self.append(entry).map_err(|error| self.refused("write", PRACTICE, error))
    }

    fn append(&self, entry: &Entry) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let path = self.behind_links(PRACTICE);
        if path.exists() {
            whole_file::readable(&path)?; // Only a plain file is written to.
        }
        let mut file = File::options().create(true).append(true).read(true).mode(0o600).open(&path)?;
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        if !ends_a_line(&mut file)? {
            // A power cut has left half a line, which must not spoil this one.
            line.insert(0, b'\n');
        }
        file.write_all(&line)
    }

    /// The whole log, oldest entries first. Lines that are damaged are passed over.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn practised(&self) -> Result<Vec<Entry>, JournalError> {
        let mut bytes = Vec::new();
        let found = whole_file::readable(&self.folder.join(PRACTICE));
        match found.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.refused("read", PRACTICE, error)),
        }
        let lines = bytes.split(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
    }

    /// When a pose of each routine was last done, by the routines' ids.
    ///
    /// # Errors
    /// As [`Journal::practised`].
    pub fn last_practised(&self) -> Result<BTreeMap<Id, Timestamp>, JournalError> {
        let done = self.practised()?.into_iter().filter(|entry| entry.fate == Fate::Done);
        Ok(done.fold(BTreeMap::new(), |mut last, entry| {
            let at = last.entry(entry.routine).or_insert(entry.at);
            *at = entry.at.max(*at);
            last
        }))
    }

    /// How well the listener knows each pose of a routine. A pose that they left out, or have not done for a month, is
    /// new to them again.
    ///
    /// # Errors
    /// As [`Journal::practised`].
    pub(crate) fn familiarity(
        &self,
        routine: &Identity,
        now: Timestamp,
    ) -> Result<Vec<(Id, Familiarity)>, JournalError> {
        let entries = self.practised()?;
        let of_pose = |place: usize| {
            let here = |entry: &&Entry| entry.is_of(routine) && routine.pose(&entry.pose) == Some(place);
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
            Fate::NeededTime => continue,
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

/// Whether a file is empty or ends with the end of a line.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
