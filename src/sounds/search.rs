//! Searches a folder or a playlist for the listener's music, in the order of play.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use walkdir::{DirEntry, WalkDir};

use super::SoundError;
use super::kind::{HEAD, is_other};
use super::playlist::{self, Entry, is_playlist};
use super::tracks::TrackReader;

/// The greatest depth of folders that are searched.
pub const DEPTH: usize = 8;
/// The most files and folders that are looked at, so that naming the whole disk does not cause an endless
/// wait.
const MOST: usize = 50_000;
/// This many files are opened before a session starts, and more while it takes no longer than the time
/// below. The others are opened when their turn comes, and skipped if they can't be played.
const TRIED: usize = 20;
const TRYING: Duration = Duration::from_millis(250);

/// A file that is not played, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// A path, or a name in a playlist.
    pub name: String,
    /// The reason, as the end of a sentence.
    pub why: String,
}

/// Collects music.
pub(crate) struct Search {
    /// A routine's own music must lie inside this folder.
    within: Option<PathBuf>,
    files: VecDeque<PathBuf>,
    left_out: Vec<LeftOut>,
    /// Folders and playlists already searched: none is searched twice.
    seen: HashSet<PathBuf>,
    /// The number of files and folders looked at.
    looked: usize,
}

impl Search {
    /// A search inside a folder (a path with every link resolved) or anywhere.
    pub(crate) fn new(within: Option<PathBuf>) -> Self {
        Self { within, files: VecDeque::new(), left_out: Vec::new(), seen: HashSet::new(), looked: 0 }
    }

    /// Whether a path is where music may be, after all links are resolved.
    pub(crate) fn may_be(&self, path: &Path) -> bool {
        let Some(folder) = &self.within else { return true };
        path.canonicalize().is_ok_and(|path| path.starts_with(folder))
    }

    /// Adds the music in a folder and below it. Hidden files and folders are skipped, links are followed,
    /// and names with numbers are sorted by number.
    ///
    /// # Errors
    /// When the folder itself can't be read.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<(), SoundError> {
        let unreadable = |error| SoundError::Unreadable { path: folder.to_owned(), error };
        std::fs::read_dir(folder).map_err(unreadable)?;
        let order = |a: &DirEntry, b: &DirEntry| {
            let [left, right] = [a, b].map(|entry| entry.file_name().to_string_lossy().into_owned());
            natord::compare_ignore_case(&left, &right).then_with(|| a.file_name().cmp(b.file_name()))
        };
        let walk = WalkDir::new(folder).follow_links(true).max_depth(DEPTH + 1).sort_by(order);
        let mut walk = walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
        while let Some(entry) = walk.next() {
            self.looked += 1;
            if self.looked > MOST {
                self.leave_out(folder, &format!("only the first {MOST} files in it were looked at"));
                break;
            }
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    if entry.depth() > DEPTH {
                        self.leave_out(entry.path(), &format!("it is more than {DEPTH} folders deep"));
                    } else if !self.enter(entry.path()) {
                        walk.skip_current_dir();
                    }
                }
                Ok(entry) if entry.file_type().is_file() && may_be_music(entry.path()) => {
                    self.file(entry.into_path());
                }
                Ok(_) => {}
                // A link to an enclosing folder, which is already being searched.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.leave_out(&path, &why);
                }
            }
        }
        Ok(())
    }

    /// Adds the entries of a playlist, in order: files, folders and other playlists.
    ///
    /// # Errors
    /// When the playlist can't be read.
    pub(crate) fn playlist(&mut self, path: &Path) -> Result<(), SoundError> {
        let entries = playlist::read(path)?;
        self.enter(path);
        let folder = path.parent().unwrap_or(Path::new(""));
        for entry in entries {
            self.looked += 1;
            if self.looked > MOST {
                self.leave_out(path, &format!("only its first {MOST} entries were looked at"));
                break;
            }
            let paths = match entry {
                Entry::Remote(uri) => {
                    self.left_out
                        .push(LeftOut { name: uri, why: "only files on this machine are played".into() });
                    continue;
                }
                Entry::Paths(paths) => paths,
            };
            match paths.iter().map(|path| folder.join(path)).find(|path| path.exists()) {
                Some(found) => self.named(found),
                None => {
                    let missing = paths.first().map(|path| folder.join(path)).unwrap_or_default();
                    self.leave_out(&missing, "it is not there");
                }
            }
        }
        Ok(())
    }

    /// Adds an entry of a playlist.
    fn named(&mut self, path: PathBuf) {
        let is_folder = path.is_dir();
        if !is_folder && !is_playlist(&path) {
            return self.file(path);
        }
        // Each playlist is read once; otherwise playlists that name each other would never end.
        if self.seen.contains(&canonical(&path)) || !self.is_allowed(&path) {
            return;
        }
        let added = if is_folder { self.folder(&path) } else { self.playlist(&path) };
        if let Err(error) = added {
            self.leave_out(&path, &error.reason());
        }
    }

    fn file(&mut self, path: PathBuf) {
        if self.is_allowed(&path) {
            self.files.push_back(path);
        }
    }

    /// Whether to search a folder: only once, and only where music may be.
    fn enter(&mut self, path: &Path) -> bool {
        self.is_allowed(path) && self.seen.insert(canonical(path))
    }

    fn is_allowed(&mut self, path: &Path) -> bool {
        let allowed = self.may_be(path);
        if !allowed {
            self.leave_out(path, "it leads out of the routine's folder");
        }
        allowed
    }

    fn leave_out(&mut self, path: &Path, why: &str) {
        self.left_out.push(LeftOut { name: path.display().to_string(), why: why.to_owned() });
    }

    /// The files to play, and the files left out. At least the first file has been opened; of thousands,
    /// most have not.
    pub(crate) fn played(mut self) -> (Vec<PathBuf>, Vec<LeftOut>) {
        let began = Instant::now();
        let mut played = Vec::with_capacity(self.files.len());
        let mut tried = 0;
        while let Some(path) = self.files.pop_front() {
            if !played.is_empty() && tried >= TRIED && began.elapsed() > TRYING {
                played.push(path);
                played.extend(self.files.drain(..));
                break;
            }
            tried += 1;
            match TrackReader::open_loop(&path) {
                Ok(_) => played.push(path),
                Err(error) => self.leave_out(&path, &error.reason()),
            }
        }
        (played, self.left_out)
    }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// Whether a file in a folder, judged by its name or else by its first bytes, may be music: nobody expects
/// sound from a cover, a text or a playlist beside it.
fn may_be_music(path: &Path) -> bool {
    if is_playlist(path) {
        return false;
    }
    match mime_guess::from_path(path).first_raw() {
        Some(kind) => !["image/", "text/", "application/"].iter().any(|other| kind.starts_with(other)),
        None => {
            let mut head = Vec::new();
            let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
            read.is_err() || !is_other(&head)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, files: &VecDeque<PathBuf>) -> Vec<String> {
        files.iter().map(|path| path.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    fn made(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, [0, 1, 2]).unwrap();
        }
        folder
    }

    #[test]
    fn names_with_numbers_stand_in_the_order_of_the_numbers() {
        let folder =
            made(&["10 z.flac", "9 b.flac", "CD 2/1.flac", "CD 10/1.flac", "a.flac", "B.flac", "1 a.flac"]);
        let mut search = Search::new(None);
        search.folder(folder.path()).unwrap();
        let order = ["1 a.flac", "9 b.flac", "10 z.flac", "a.flac", "B.flac", "CD 2/1.flac", "CD 10/1.flac"];
        assert_eq!(names(folder.path(), &search.files), order);
    }

    #[test]
    fn a_folder_is_searched_eight_folders_deep_and_told_to_be_deeper() {
        let folder = made(&["1/2/3/4/5/6/7/8/a.flac", "1/2/3/4/5/6/7/8/9/b.flac"]);
        let mut search = Search::new(None);
        search.folder(folder.path()).unwrap();
        assert_eq!(names(folder.path(), &search.files), ["1/2/3/4/5/6/7/8/a.flac"]);
        assert_eq!(search.left_out.len(), 1);
        assert!(search.left_out[0].name.ends_with("/9") && search.left_out[0].why.contains("8 folders deep"));
    }

    #[test]
    fn beside_the_music_only_what_may_be_sound_is_taken() {
        let folder = made(&["a.opus", "b.mkv", "c.jpg", "d.pdf", "e.m3u", "f.unknown", "g.MP3", "h.txt"]);
        std::fs::write(folder.path().join("album.cue"), "FILE \"a.wav\" WAVE\n").unwrap();
        std::fs::write(folder.path().join("rip.log"), "all is well\n").unwrap();
        let mut search = Search::new(None);
        search.folder(folder.path()).unwrap();
        assert_eq!(names(folder.path(), &search.files), ["a.opus", "b.mkv", "f.unknown", "g.MP3"]);
    }

    #[test]
    fn what_can_not_be_played_is_left_out_with_its_reason() {
        let folder = made(&["a.flac", "b.mp3"]);
        let mut search = Search::new(None);
        search.folder(folder.path()).unwrap();
        let (played, left_out) = search.played();
        assert_eq!((played.len(), left_out.len()), (0, 2));
        assert!(left_out.iter().all(|one| !one.why.is_empty()), "{left_out:?}");
    }

    proptest::proptest! {
        #[test]
        fn any_names_can_be_put_in_order(mut names in proptest::collection::vec("[0-9a-b 0é]{0,6}", 0..40)) {
            // A comparison that is not a total order would panic here.
            names.sort_by(|a, b| natord::compare_ignore_case(a, b).then_with(|| a.cmp(b)));
        }
    }
}
