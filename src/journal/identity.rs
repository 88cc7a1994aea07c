//! What the journal knows a routine by, and how it finds what it kept before routines had ids.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::routine::{Id, Routine};

/// Hashes of the texts that built-in routines had before they had ids, when the journal knew a routine by
/// its text alone.
const FORMER_TEXTS: [(&str, &str); 2] = [
    ("bedtime-back", "a8e42114a1261a26f55e906f6d2536773691c73a29a613d86f933bab8fc17dd1"),
    ("bedtime-back", "b147af6db294d95a78ca2f75c82d6e7bf2fd0869560a4c670e11c1edca2e8ddc"),
];

/// What a routine is known by.
///
/// A routine that gives its id is known by that alone, wherever its file stands and whatever is in it: two
/// files with one id are one routine, as a translation is. An id that was made of the title is not enough,
/// since many a file is called "Evening" and nobody meant them to be one; so there the file counts as well.
/// Neither editing the title (the file is the same) nor moving the file (the id is the same, and the file
/// that it stood in is gone) makes another routine of it, and nor does giving it an id.
#[derive(Clone, Debug)]
pub struct Identity {
    id: Id,
    is_id_given: bool,
    file: Option<PathBuf>,
    /// [`hash`] of the text, and of its meaning: what the journal knew it by before there were ids.
    hashes: [String; 2],
    /// The poses, each with its name.
    poses: Vec<(Id, String)>,
}

impl Identity {
    /// What `routine` is known by, which was read from `text`, in `file` where that is one that stays.
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

    /// Its poses in their order, each with its name.
    pub(crate) fn poses(&self) -> &[(Id, String)] {
        &self.poses
    }

    /// The file that counts beside the id.
    pub(super) fn key_file(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|_| !self.is_id_given)
    }

    /// Whether something kept under `id`, and for `file` where that counted, is this routine's.
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

    /// The pose that something was kept under `id` for, from 0: the one of this id, or else the one that had
    /// it before it was given one of its own.
    pub(crate) fn pose(&self, id: &Id) -> Option<usize> {
        let is_known = |(known, _): &(Id, String)| known == id;
        let is_named = |(_, name): &(Id, String)| Id::of(name) == *id;
        self.poses.iter().position(is_known).or_else(|| self.poses.iter().position(is_named))
    }
}

/// What a routine's text, or its meaning, was known by (SHA-256, in hexadecimal).
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
