//! Waits for files to be saved. Their folders are watched, since many editors put a new file in the place of the old
//! one.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use supine::advice::Advice;

/// A file is saved when nothing has happened to it for so long: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(150);

/// Files that are watched.
pub struct Watching {
    files: Vec<Watched>,
    events: Receiver<notify::Result<Event>>,
    _watcher: RecommendedWatcher,
}

struct Watched {
    path: PathBuf,
    /// Its own name, and that of the file which it leads to.
    names: BTreeSet<OsString>,
    /// What was in it when it was looked at last.
    before: Option<Vec<u8>>,
}

impl Watching {
    /// Begins to watch.
    ///
    /// # Errors
    /// When the system can't watch a folder.
    pub fn of(paths: &[PathBuf]) -> Result<Self, Advice> {
        let (sender, events) = channel();
        let mut watcher =
            notify::recommended_watcher(sender).map_err(|error| problem(Path::new("."), &error))?;
        let mut folders = BTreeSet::new();
        let mut files = Vec::new();
        for path in paths {
            let real = path.canonicalize().unwrap_or_else(|_| path.clone());
            let places = [path, &real];
            folders.extend(places.iter().map(|path| folder_of(path)));
            let names = places.iter().filter_map(|path| path.file_name().map(OsString::from)).collect();
            files.push(Watched { path: path.clone(), names, before: std::fs::read(path).ok() });
        }
        for folder in folders {
            watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(|error| problem(&folder, &error))?;
        }
        Ok(Self { files, events, _watcher: watcher })
    }

    /// Waits until a file has other content than before, and returns all such files; none when `is_over` says so first.
    ///
    /// # Errors
    /// When the system no longer watches.
    pub fn next(&mut self, is_over: &dyn Fn() -> bool) -> Result<Vec<PathBuf>, Advice> {
        while !is_over() {
            let mut touched = self.touched(QUIET)?;
            if touched.is_empty() {
                continue;
            }
            // Other files in the folder may never be quiet.
            let mut until = Instant::now() + QUIET;
            while let Some(left) = until.checked_duration_since(Instant::now()) {
                let more = self.touched(left)?;
                if !more.is_empty() {
                    until = Instant::now() + QUIET;
                    touched.extend(more);
                }
            }
            let changed: Vec<PathBuf> = self
                .files
                .iter_mut()
                .filter(|file| !file.names.is_disjoint(&touched))
                .filter_map(Watched::changed)
                .collect();
            if !changed.is_empty() {
                return Ok(changed);
            }
        }
        Ok(Vec::new())
    }
}

impl Watching {
    /// The names of the files that the next event is about; none when it does not come in time, or does not matter.
    fn touched(&self, limit: Duration) -> Result<BTreeSet<OsString>, Advice> {
        let Ok(event) = self.events.recv_timeout(limit) else { return Ok(BTreeSet::new()) };
        let event = event.map_err(|error| problem(Path::new("."), &error))?;
        // Whoever only reads a file changes nothing; that may be supine itself.
        if event.kind.is_access() {
            return Ok(BTreeSet::new());
        }
        let names = event.paths.iter().filter_map(|path| path.file_name().map(OsString::from));
        Ok(names.filter(|name| self.files.iter().any(|file| file.names.contains(name))).collect())
    }
}

impl Watched {
    /// Its path, if there is something else in it now. A file that is gone for a moment comes back.
    fn changed(&mut self) -> Option<PathBuf> {
        let now = std::fs::read(&self.path).ok()?;
        let is_other = self.before.as_ref() != Some(&now);
        self.before = Some(now);
        is_other.then(|| self.path.clone())
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn problem(folder: &Path, error: &notify::Error) -> Advice {
    let folder = folder.display();
    Advice::new(format!("can't watch {folder}: {error}"), "run `supine check` by hand instead")
}
