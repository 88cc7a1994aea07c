//! What outlives a session: where to go on after it broke off, and which poses were left out. Files
//! of JSON in the user's state folder. Each is written under another name and then renamed, so that
//! a power cut leaves the old one or the new one, and never half of one.

mod identity;
mod os_text;
mod skipped;
mod writer;

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use self::skipped::{Skipped, under_ids};
use crate::advice::{Advice, Advise, advised};
use crate::folders::Folders;
use crate::routine::Id;
use crate::whole_file::{self, Manner, Refusal};

pub use self::identity::{Identity, hash};
pub use self::writer::Writer;

const RESUME: &str = "resume.json";
const SKIPPED: &str = "skipped.json";
/// A place in a session is nobody else's business, and outlives a power cut.
const MANNER: Manner = Manner { prefix: ".journal-", suffix: ".part", is_private: true, is_durable: true };
/// Grows when a file's meaning changes. A file of another version is set aside.
const VERSION: u32 = 1;
/// A longer file is not one of these.
const MAX_BYTES: u64 = 1 << 20;
/// More poses than these are not remembered; the oldest are forgotten.
const MAX_SKIPPED: usize = 500;

/// Where a session that broke off goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumePoint {
    /// The routine, as it was asked for: a built-in name or a path.
    #[serde(with = "os_text::word")]
    pub routine: OsString,
    /// Its id; `None` in a point that was written before there were ids.
    #[serde(default)]
    pub routine_id: Option<Id>,
    /// [`hash`] of its text, in a point that was written before there were ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine_hash: Option<String>,
    /// [`hash`] of what it means, in a point of later than 0.1 that was written before there were ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning_hash: Option<String>,
    /// The pose to go on with, from 1.
    pub pose: usize,
    /// Its id, to find it when the routine was changed; `None` in a point that was written before there were
    /// ids.
    #[serde(default)]
    pub pose_id: Option<Id>,
    /// Its name, to speak of it; `None` in a point that 0.1 wrote.
    #[serde(default)]
    pub pose_name: Option<String>,
    /// How many poses there were; 0 in a point that 0.1 wrote.
    #[serde(default)]
    pub poses: usize,
    /// How far the session was, in seconds.
    pub position_s: f64,
    /// The settings that were in force, as the command line has them.
    #[serde(with = "os_text::words")]
    pub options: Vec<OsString>,
    /// When this was written.
    pub at: Timestamp,
}

/// Why something could not be read or kept. A session plays without it.
#[derive(Debug)]
pub enum JournalError {
    /// The file is not what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It can't be written.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        refusal: Refusal,
    },
    /// The system refuses.
    Refused {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Advise for JournalError {
    fn advice(&self) -> Advice {
        match self {
            Self::Damaged { path, aside, reason } => {
                Advice::from(format!("{} is damaged ({reason})", path.display()))
                    .and(format!("it is kept as {} and not used", aside.display()))
            }
            Self::Unwritable { path, refusal } => {
                refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display()))
            }
            Self::Refused { what, path, error } => {
                let problem = format!("can't {what} {} ({error})", path.display());
                Advice::new(problem, "check its folder's permissions and space")
            }
        }
    }
}

advised!(JournalError);

/// A file's outer form.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    content: T,
}

/// The files.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
}

impl Journal {
    /// The one in the user's state folder; `None` without one.
    pub fn of(folders: &Folders) -> Option<Self> {
        folders.state.clone().map(Self::in_folder)
    }

    /// One in a folder, which is made when something is kept.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the last session broke off; `None` when it came to its end.
    ///
    /// # Errors
    /// When there is something that can't be read. What is damaged is set aside, so the next call
    /// finds nothing.
    pub fn resume_point(&self) -> Result<Option<ResumePoint>, JournalError> {
        let point: Option<ResumePoint> = self.read(RESUME)?;
        match point {
            Some(point) if point.pose == 0 || point.position_s < 0.0 => {
                Err(self.set_aside(RESUME, "there is no such pose".to_owned()))
            }
            point => Ok(point),
        }
    }

    /// Keeps where to go on, in place of what was kept before. It is on the disk when this returns,
    /// which takes as long as the disk does: not for a thread that somebody waits for.
    ///
    /// # Errors
    /// When the system refuses; what was kept before is still there.
    pub fn keep(&self, point: &ResumePoint) -> Result<(), JournalError> {
        self.write(RESUME, point)
    }

    /// A session came to its end, so there is nothing to go on with.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn clear(&self) -> Result<(), JournalError> {
        match std::fs::remove_file(self.behind_links(RESUME)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.refused("remove", RESUME, error))
            }
            _ => Ok(()),
        }
    }

    /// The poses of a routine that were left out: their gentler form is offered first. What was kept before
    /// there were ids, or under others, is kept under those of now; what is no routine's that has been played
    /// since stays as it is until one is.
    ///
    /// # Errors
    /// When there is something that can't be read; what is damaged is set aside.
    pub fn skipped(&self, routine: &Identity) -> Result<Vec<Id>, JournalError> {
        let before = self.all_skipped()?;
        let after = under_ids(before.clone(), routine);
        if after != before {
            // What was read counts. Where nothing can be written, the place of this session can't be kept
            // either, which is told.
            let _ = self.write(SKIPPED, &after);
        }
        Ok(after.iter().filter_map(|one| one.pose_of(routine)).cloned().collect())
    }

    /// Remembers that a pose was left out.
    ///
    /// # Errors
    /// When the system refuses, or what was remembered before was damaged; this one is kept then.
    pub fn skip(&self, routine: &Identity, pose: &Id) -> Result<(), JournalError> {
        let new = Skipped::new(routine, pose.clone());
        self.change_skipped(routine, |skipped| {
            skipped.retain(|one| *one != new);
            skipped.push(new);
            let surplus = skipped.len().saturating_sub(MAX_SKIPPED);
            skipped.drain(..surplus);
        })
    }

    /// Forgets that a pose was left out: it was done.
    ///
    /// # Errors
    /// As [`Journal::skip`].
    pub fn done(&self, routine: &Identity, pose: &Id) -> Result<(), JournalError> {
        let done = Skipped::new(routine, pose.clone());
        self.change_skipped(routine, |skipped| skipped.retain(|one| *one != done))
    }

    fn all_skipped(&self) -> Result<Vec<Skipped>, JournalError> {
        Ok(self.read(SKIPPED)?.unwrap_or_default())
    }

    fn change_skipped(
        &self,
        routine: &Identity,
        change: impl FnOnce(&mut Vec<Skipped>),
    ) -> Result<(), JournalError> {
        let (before, damaged) = match self.all_skipped() {
            Ok(before) => (before, None),
            // It was set aside, and is begun anew.
            Err(error @ JournalError::Damaged { .. }) => (Vec::new(), Some(error)),
            Err(error) => return Err(error),
        };
        let mut after = under_ids(before.clone(), routine);
        change(&mut after);
        if after != before {
            self.write(SKIPPED, &after)?;
        }
        damaged.map_or(Ok(()), Err)
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, JournalError> {
        let mut bytes = Vec::new();
        // It may be a link to a file elsewhere, and a pipe would be waited for.
        let found = whole_file::readable(&self.folder.join(name));
        match found.and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.refused("read", name, error)),
        }
        let reason = match serde_json::from_slice(&bytes) {
            Ok(Versioned { version: VERSION, content }) => return Ok(Some(content)),
            Ok(Versioned { version, .. }) => format!("it is of version {version}"),
            Err(_) if bytes.len() as u64 > MAX_BYTES => "it is too long".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(self.set_aside(name, reason))
    }

    fn write<T: Serialize>(&self, name: &str, content: &T) -> Result<(), JournalError> {
        let path = self.folder.join(name);
        self.replace(&path, content).map_err(|refusal| JournalError::Unwritable { path, refusal })
    }

    fn replace<T: Serialize>(&self, path: &Path, content: &T) -> Result<(), Refusal> {
        let mut bytes =
            serde_json::to_vec_pretty(&Versioned { version: VERSION, content }).map_err(io::Error::from)?;
        bytes.push(b'\n');
        whole_file::target(path)?.write(&bytes, MANNER)
    }

    fn set_aside(&self, name: &str, reason: String) -> JournalError {
        let path = self.behind_links(name);
        let aside = path.with_file_name(format!("{name}.damaged"));
        match std::fs::rename(&path, &aside) {
            Ok(()) => JournalError::Damaged { path, aside, reason },
            Err(error) => JournalError::Refused { what: "set aside the damaged", path, error },
        }
    }

    /// A file, or what it is a link to.
    fn behind_links(&self, name: &str) -> PathBuf {
        let path = self.folder.join(name);
        std::fs::canonicalize(&path).unwrap_or(path)
    }

    fn refused(&self, what: &'static str, name: &str, error: io::Error) -> JournalError {
        JournalError::Refused { what, path: self.folder.join(name), error }
    }
}

#[cfg(test)]
mod tests;
