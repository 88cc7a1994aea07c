//! The list of files that are being written, for a process that ends without unwinding.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// An unfinished file's entry in the list.
#[derive(Debug)]
pub(crate) struct Listed(PathBuf);

impl Listed {
    /// Adds the file at `path` to the list until this is dropped.
    pub(crate) fn new(path: &Path) -> Self {
        unfinished().insert(path.to_owned());
        Self(path.to_owned())
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        unfinished().remove(&self.0);
    }
}

fn unfinished() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes every file that is being written, for a process that is about to end without unwinding.
pub(crate) fn remove_unfinished() {
    for path in std::mem::take(&mut *unfinished()) {
        // There is nobody left to report an error to.
        let _ = fs::remove_file(path);
    }
}
