//! The poses that were left out, each under the ids of its routine and of itself.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::identity::Identity;
use crate::routine::Id;

/// A pose that was left out, "skip tonight".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Skipped {
    /// Under the ids, and the file of a routine that gives none.
    Known {
        /// The routine's.
        routine: Id,
        /// The routine's file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<File>,
        /// The pose's.
        pose: Id,
    },
    /// As it was written before there were ids.
    Old {
        /// Of the routine's meaning, or of its text.
        routine_hash: String,
        /// The pose's name.
        pose: String,
    },
}

/// The path of a file, which may be any bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File(#[serde(with = "crate::os_text::word")] OsString);

impl Skipped {
    /// That a pose of `routine` was left out.
    pub(crate) fn new(routine: &Identity, pose: Id) -> Self {
        let file = routine.key_file().map(|file| File(file.clone().into_os_string()));
        Self::Known { routine: routine.id().clone(), file, pose }
    }

    /// What this is under the ids that `routine` has now; itself when it is another routine's, or a pose's
    /// that is not in it. A name stood for every pose of that name.
    fn under_ids(self, routine: &Identity) -> Vec<Self> {
        let poses = match &self {
            Self::Known { routine: id, file, pose } => {
                let file = file.as_ref().map(|file| PathBuf::from(&file.0));
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

    /// The pose, when it is one of `routine` and stands under its ids.
    pub(crate) fn pose_of(&self, routine: &Identity) -> Option<&Id> {
        match self {
            Self::Known { pose, .. } if *self == Self::new(routine, pose.clone()) => Some(pose),
            _ => None,
        }
    }
}

/// `skipped` with what is `routine`'s under the ids that it has now, each pose once; the rest as it is.
pub(crate) fn under_ids(skipped: Vec<Skipped>, routine: &Identity) -> Vec<Skipped> {
    let mut kept: Vec<Skipped> = Vec::with_capacity(skipped.len());
    for one in skipped.into_iter().flat_map(|one| one.under_ids(routine)) {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}
