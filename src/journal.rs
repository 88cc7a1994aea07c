//! What outlives a session: where to resume after it broke off, which poses were left out, and what was practised. The
//! files are JSON in the user's state folder, and nobody else may read them. All but the log, which grows, are whole: each is written under another name and then renamed, so that a power cut
//! leaves the old file or the new one, and never half a file.

mod chosen;
mod identity;
pub mod log;
mod muscles;
pub(crate) mod needs;
pub mod practice;
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
use crate::config::Choices;
use crate::folders::Folders;
use crate::routine::Id;
use crate::settings::OwnBreath;
use crate::whole_file::{self, Manner, Refusal};

pub use self::identity::{Identity, hash};
pub use self::muscles::Muscles;
pub(crate) use self::writer::{HowLed, Writer};

const RESUME: &str = "resume.json";
const SKIPPED: &str = "skipped.json";
/// The place in a session is private, and has to survive a power cut.
const MANNER: Manner = Manner { prefix: ".journal-", suffix: ".part", is_private: true, is_durable: true };
/// Grows when the meaning of a file changes. A file of another version is set aside.
const VERSION: u32 = 1;
/// A longer file can't be one of the journal's.
const MAX_BYTES: u64 = 1 << 20;
/// At most this many poses are remembered; the oldest are forgotten.
const MAX_SKIPPED: usize = 500;

/// Where to resume a session that broke off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumePoint {
    /// The routine as it was named: a built-in name or a path.
    #[serde(with = "crate::os_text::word")]
    pub routine: OsString,
    /// The routines after it, when several were done in one go.
    #[serde(with = "crate::os_text::words", default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<OsString>,
    /// Which of them the pose is of, from 0.
    #[serde(default, skip_serializing_if = "is_first")]
    pub part: usize,
    /// The id of the pose's routine; `None` in a point from before there were ids.
    #[serde(default)]
    pub routine_id: Option<Id>,
    /// [`hash`] of the routine's text, in a point from before there were ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine_hash: Option<String>,
    /// [`hash`] of the routine's meaning, in a point from after 0.1 and before there were ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning_hash: Option<String>,
    /// The pose to resume at, from 1, counted through all routines.
    pub pose: usize,
    /// The pose's id in its routine, to find it after the routine has changed; `None` in a point from before there were ids.
    #[serde(default)]
    pub pose_id: Option<Id>,
    /// The pose's name, for messages; `None` in a point that 0.1 wrote.
    #[serde(default)]
    pub pose_name: Option<String>,
    /// The number of poses; 0 in a point that 0.1 wrote.
    #[serde(default)]
    pub poses: usize,
    /// The position of the session, in seconds.
    pub position_s: f64,
    /// The listener's own breath, if the session began at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_breath: Option<OwnBreath>,
    /// The choices of the command line, or why they are no longer understood.
    #[serde(with = "chosen", alias = "options")]
    pub choices: Result<Choices, String>,
    /// When the point was written.
    pub at: Timestamp,
}

impl ResumePoint {
    /// Every routine of the session, in order, as each was named.
    pub fn routines(&self) -> Vec<OsString> {
        std::iter::once(&self.routine).chain(&self.then).cloned().collect()
    }
}

/// Whether a part is the first one, as in every point of a single routine.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference over
fn is_first(part: &usize) -> bool {
    *part == 0
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
    /// The last line of the log was not whole. What was to be written is written.
    CutShort {
        /// The file.
        path: PathBuf,
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

impl JournalError {
    /// The file that it is about.
    fn path(&self) -> &Path {
        match self {
            Self::Damaged { path, .. }
            | Self::Unwritable { path, .. }
            | Self::CutShort { path }
            | Self::Refused { path, .. } => path,
        }
    }
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
            Self::CutShort { path } => {
                let problem = format!("the last line of {} is cut short, and is not counted", path.display());
                Advice::from(problem).and("the power may have failed; the log goes on behind it")
            }
            Self::Refused { what, path, error } => {
                let problem = format!("can't {what} {} ({error})", path.display());
                Advice::new(problem, "check its folder's permissions and space")
            }
        }
    }
}

advised!(JournalError);

/// The outer form of a file.
#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    version: u32,
    content: T,
}

/// The journal's files.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
}

impl Journal {
    /// The journal in the user's state folder; `None` when there is no such folder.
    pub fn of(folders: &Folders) -> Option<Self> {
        folders.state.clone().map(Self::in_folder)
    }

    /// A journal in a folder, which is created when something is kept.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where the last session broke off; `None` when it came to its end.
    ///
    /// # Errors
    /// When the file can't be read. A damaged file is set aside, so the next call finds nothing.
    pub fn resume_point(&self) -> Result<Option<ResumePoint>, JournalError> {
        let point: Option<ResumePoint> = self.read(RESUME)?;
        match point {
            Some(point) if point.pose == 0 || point.position_s < 0.0 => {
                Err(self.set_aside(RESUME, "there is no such pose".to_owned()))
            }
            point => Ok(point),
        }
    }

    /// Keeps a resume point in place of the one before. It is on the disk when this returns, which takes as
    /// long as the disk needs, so no thread that others wait for should call it.
    ///
    /// # Errors
    /// When the system refuses; the point before is still there.
    pub(crate) fn keep(&self, point: &ResumePoint) -> Result<(), JournalError> {
        self.write(RESUME, point)
    }

    /// Forgets the resume point, because the session came to its end.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn clear(&self) -> Result<(), JournalError> {
        match std::fs::remove_file(self.behind_links(RESUME)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.refused("remove", RESUME, error))
            }
            _ => Ok(()),
        }
    }

    /// The poses of a routine that were left out last time, which are led gently now. Entries from before there
    /// were ids, or under former ids, are rewritten under the present ones; entries of routines that have not
    /// been played since stay as they are.
    ///
    /// # Errors
    /// When the file can't be read; a damaged file is set aside.
    pub(crate) fn skipped(&self, routine: &Identity) -> Result<Vec<Id>, JournalError> {
        let before = self.all_skipped()?;
        let after = under_ids(before.clone(), routine);
        if after != before {
            // The entries that were read are what matters. When nothing can be written, the place of this
            // session can't be kept either, and that is reported.
            let _ = self.write(SKIPPED, &after);
        }
        Ok(after.iter().filter_map(|one| one.pose_of(routine)).cloned().collect())
    }

    /// Remembers that a pose was left out.
    ///
    /// # Errors
    /// When the system refuses, or when the former entries were damaged; the new entry is kept even then.
    pub(crate) fn skip(&self, routine: &Identity, pose: &Id) -> Result<(), JournalError> {
        let new = Skipped::new(routine, pose.clone());
        self.change_skipped(routine, |skipped| {
            skipped.retain(|one| *one != new);
            skipped.push(new);
            let surplus = skipped.len().saturating_sub(MAX_SKIPPED);
            skipped.drain(..surplus);
        })
    }

    /// Forgets that a pose was left out, because it was done.
    ///
    /// # Errors
    /// As [`Journal::skip`].
    pub(crate) fn done(&self, routine: &Identity, pose: &Id) -> Result<(), JournalError> {
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
            // The damaged file was set aside, and a new one is begun.
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
        // The file may be a link to one elsewhere, and a pipe would block the read.
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

    /// The path of a file, or of the file that it links to.
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
