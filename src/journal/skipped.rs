//! The poses that were left out, each under its routine's id and its own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::routine::Id;

/// A pose that was left out by "skip tonight".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Skipped {
    /// Under ids; a routine that does not give its id also has its file.
    Known {
        /// The routine's id.
        routine: Id,
        /// The routine's file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<LogFile>,
        /// The pose's id.
        pose: Id,
    },
    /// In the form from before there were ids.
    Old {
        /// [`hash`](super::hash) of the routine's meaning, or of its text.
        routine_hash: String,
        /// The pose's name.
        pose: String,
    },
}

/// The path of a file, which may hold any bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogFile(#[serde(with = "crate::os_text::word")] OsString);

impl LogFile {
    /// The path of a routine's file.
    pub(super) fn of(path: &Path) -> Self {
        Self(path.as_os_str().to_owned())
    }

    /// The path.
    pub(super) fn path(&self) -> PathBuf {
        PathBuf::from(&self.0)
    }
}

impl Skipped {
    /// An entry for a pose of `routine` that was left out.
    pub(crate) fn new(routine: &Identity, pose: Id) -> Self {
        let file = routine.key_file().map(|file| LogFile::of(file));
        Self::Known { routine: routine.id().clone(), file, pose }
    }

    /// This entry under the ids that `routine` has now; unchanged when it belongs to another routine, or to a
    /// pose that is no longer there. A name stood for every pose of that name.
    fn under_ids(self, routine: &Identity) -> Vec<Self> {
        let poses = match &self {
            Self::Known { routine: id, file, pose } => {
                let file = file.as_ref().map(LogFile::path);
                let place = routine.is(id, file.as_ref()).then(|| routine.pose(pose)).flatten();
                place.map(|place| &routine.poses()[place]).into_iter().collect()
            }
            Self::Old { routine_hash, pose } if routine.has_hash(routine_hash) => {
                routine.poses().iter().filter(|(_, name)| name == pose).collect()
            }
            Self::Old { .. } => Vec::new(),
        };
        if poses.is_empty() {
            return vec![self];
        }
        poses.into_iter().map(|(id, _)| Self::new(routine, id.clone())).collect()
    }

    /// The pose, when it belongs to `routine` and is stored under the ids of now.
    pub(crate) fn pose_of(&self, routine: &Identity) -> Option<&Id> {
        match self {
            Self::Known { pose, .. } if *self == Self::new(routine, pose.clone()) => Some(pose),
            _ => None,
        }
    }
}

/// `skipped`, with the entries of `routine` under its ids of now, each pose once; the others unchanged.
pub(crate) fn under_ids(skipped: Vec<Skipped>, routine: &Identity) -> Vec<Skipped> {
    let mut kept: Vec<Skipped> = Vec::with_capacity(skipped.len());
    for one in skipped.into_iter().flat_map(|one| one.under_ids(routine)) {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}
