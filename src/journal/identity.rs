//! How the journal recognises a routine, and how it finds entries from before routines had ids.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::routine::{Id, Routine};

/// Hashes of the texts that the built-in routines had before they had ids, when the journal recognised a
/// routine by its text alone.
const FORMER_TEXTS: [(&str, &str); 2] = [
    ("bedtime-back", "a8e42114a1261a26f55e906f6d2536773691c73a29a613d86f933bab8fc17dd1"),
    ("bedtime-back", "b147af6db294d95a78ca2f75c82d6e7bf2fd0869560a4c670e11c1edca2e8ddc"),
];

/// The identity of a routine.
///
/// When a routine gives its id, the id alone is its identity, wherever its file is and whatever the file says:
/// two files with one id are one routine, as a routine and its translation are. An id that was made from the
/// title is not enough, since many files are called "Evening" without being meant as one routine; so in that
/// case the file counts as well. Neither a new title (the file is the same) nor another place for the file (the
/// id is the same, and the former file is gone) makes another routine of it, and neither does giving it an id.
#[derive(Clone, Debug)]
pub struct Identity {
    id: Id,
    is_id_given: bool,
    file: Option<PathBuf>,
    /// [`hash`] of the text, and of its meaning: the routine's identity before there were ids.
    hashes: [String; 2],
    /// The poses' ids and names, in their order.
    poses: Vec<(Id, String)>,
}

impl Identity {
    /// The identity of `routine`, which was read from `text`; `file` is its file, if that one lasts.
    pub(crate) fn new(routine: &Routine, text: &str, file: Option<PathBuf>) -> Self {
        let poses = routine.poses.iter().map(|pose| (pose.id.clone(), pose.name.as_str().to_owned()));
        Self {
            id: routine.id.clone(),
            is_id_given: routine.is_id_given,
            file,
            hashes: [hash(text), hash(&routine.meaning())],
            poses: poses.collect(),
        }
    }

    /// The routine's id.
    pub(crate) fn id(&self) -> &Id {
        &self.id
    }

    /// The ids and names of its poses, in their order.
    pub(crate) fn poses(&self) -> &[(Id, String)] {
        &self.poses
    }

    /// The file that is part of the identity.
    pub(super) fn key_file(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|_| !self.is_id_given)
    }

    /// Whether an entry under `id`, and under `file` where that counted, belongs to this routine.
    pub(super) fn is(&self, id: &Id, file: Option<&PathBuf>) -> bool {
        match file {
            None => self.id == *id && self.key_file().is_none(),
            Some(file) => self.file.as_ref() == Some(file) || (self.id == *id && !file.exists()),
        }
    }

    /// Whether `hash` is that of its text or of its meaning, as the journal wrote it before there were ids.
    pub(crate) fn has_hash(&self, hash: &str) -> bool {
        let is_former = || FORMER_TEXTS.contains(&(self.id.as_str(), hash)) && self.is_id_given;
        self.hashes.iter().any(|known| known == hash) || is_former()
    }

    /// The pose (from 0) of an entry under `id`: the pose with this id, or else the one that had this id before
    /// it was given its own.
    pub(crate) fn pose(&self, id: &Id) -> Option<usize> {
        let is_known = |(known, _): &(Id, String)| known == id;
        let is_named = |(_, name): &(Id, String)| Id::of(name) == *id;
        self.poses.iter().position(is_known).or_else(|| self.poses.iter().position(is_named))
    }
}

/// The hash of a routine's text or meaning (SHA-256, in hexadecimal).
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
