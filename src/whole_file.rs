//! Writes a file completely or not at all: it is written under another name beside its target and renamed
//! when it is complete. Links are followed, and only a plain file is ever replaced.
//!
//! `tempfile` makes and removes the unfinished file. The crates for atomic writes (atomic-write-file,
//! atomicwrites) replace a link, a FIFO or a device with a plain file, which must not happen.

#[cfg(test)]
mod tests;
mod unfinished;

use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::io::Errno;
use tempfile::NamedTempFile;

use self::unfinished::Listed;
pub(crate) use self::unfinished::remove_unfinished;
use crate::advice::{Advice, Advise, NAME_A_FILE, advised};

/// More links in a row than the system follows (Linux: 40).
const MAX_LINKS: usize = 40;

/// Why a file can't be written: what is wrong, and what to do.
#[derive(Debug)]
pub struct Refusal {
    /// What is wrong, as a clause.
    pub problem: String,
    /// What to do, as an imperative clause.
    pub help: String,
}

impl Advise for Refusal {
    fn advice(&self) -> Advice {
        Advice::new(&self.problem, &self.help)
    }
}

advised!(Refusal);

impl Refusal {
    fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: help.into() }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        let help = match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room, or choose another folder",
            ErrorKind::FileTooLarge => "choose another folder, or raise the limit on the size of files",
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "check the permissions of the file and of its folder, or choose another folder"
            }
            _ => "check the folder, its permissions and the space on the disk",
        };
        Self::new(error.to_string(), help)
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::other(refusal.problem)
    }
}

/// What a path leads to once its links are followed.
#[derive(Debug)]
pub(crate) enum Found {
    /// A plain file, or a name that is still free.
    File(Target),
    /// A FIFO or a character device. It can be written to but must not be replaced.
    Stream,
}

/// Where a plain file is or will be.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    folder: PathBuf,
    before: Option<Owned>,
}

/// The owner and the permissions of a file.
#[derive(Clone, Copy, Debug)]
struct Owned {
    mode: u32,
    user: u32,
    group: u32,
}

/// Follows the links at `path` to something that can be written.
///
/// # Errors
/// When it can't be written: a folder, a socket, a disk, a read-only file, or a cycle of links.
pub(crate) fn follow(path: &Path) -> Result<Found, Refusal> {
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(Refusal::new("a name that ends in `/` is a folder's", "name a file in that folder"));
    }
    match existing(path) {
        // Or it existed, and another process has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(Found::File(Target::new(end_of_links(path), None)))
        }
        Err(error) if Errno::from_io_error(&error) == Some(Errno::LOOP) => {
            Err(Refusal::new("its links lead in a circle", "remove the link, or choose another name"))
        }
        found => found?,
    }
}

/// What exists there; the inner error is about its type.
fn existing(path: &Path) -> io::Result<Result<Found, Refusal>> {
    let refused = |problem: &str| Ok(Err(Refusal::new(problem, NAME_A_FILE)));
    let data = fs::metadata(path)?;
    let kind = data.file_type();
    if kind.is_fifo() || kind.is_char_device() {
        Ok(Ok(Found::Stream))
    } else if kind.is_dir() {
        Ok(Err(Refusal::new("it is a folder", "name a file in it")))
    } else if kind.is_socket() {
        refused("it is a socket")
    } else if kind.is_block_device() {
        refused("it is a disk, and everything on it would be lost")
    } else if data.permissions().readonly() {
        let help = "choose another name, or allow writing with `chmod u+w`";
        Ok(Err(Refusal::new("it is read-only", help)))
    } else {
        let before = Owned { mode: data.mode() & 0o777, user: data.uid(), group: data.gid() };
        let target = Target::new(fs::canonicalize(path)?, Some(before));
        // Renaming needs permission for the folder, not for the file. So the file is opened and left
        // unchanged: only the system knows everything that may forbid writing.
        File::options().write(true).open(&target.path)?;
        Ok(Ok(Found::File(target)))
    }
}

/// The plain file that `path` leads to, or where it will be.
///
/// # Errors
/// As [`follow`], and when something other than a plain file is there.
pub(crate) fn target(path: &Path) -> Result<Target, Refusal> {
    match follow(path)? {
        Found::File(target) => Ok(target),
        Found::Stream => {
            Err(Refusal::new("it is a pipe or a device and no plain file", "remove it, or put a file there"))
        }
    }
}

/// Opens the plain file that `path` leads to, for reading. It never blocks.
///
/// # Errors
/// When there is no plain file, or the system refuses.
pub(crate) fn readable(path: &Path) -> io::Result<File> {
    plain(path, OFlags::empty())
}

/// The same, and a link is refused.
///
/// # Errors
/// As those of [`readable`], and when there is a link.
pub(crate) fn readable_itself(path: &Path) -> io::Result<File> {
    plain(path, OFlags::NOFOLLOW)
}

fn plain(path: &Path, more: OFlags) -> io::Result<File> {
    let must_be_plain = |data: Metadata| match data.is_file() {
        true => Ok(()),
        false => Err(io::Error::other("it is no plain file")),
    };
    // Some devices act when they are opened, so the type is checked before, and again once it can no longer
    // change.
    must_be_plain(fs::metadata(path)?)?;
    let without_waiting = (OFlags::NONBLOCK | OFlags::NOCTTY | more).bits().cast_signed();
    let file = File::options().read(true).custom_flags(without_waiting).open(path)?;
    must_be_plain(file.metadata()?)?;
    Ok(file)
}

/// The final target of a link that leads to nothing.
fn end_of_links(path: &Path) -> PathBuf {
    let mut end = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&end) {
            Ok(next) => end = end.with_file_name(next),
            Err(_) => break,
        }
    }
    end
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// How a file is to be written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// The prefix of the unfinished file's name.
    pub prefix: &'static str,
    /// Its suffix.
    pub suffix: &'static str,
    /// Only the user may read a new file. An existing file keeps its permissions.
    pub is_private: bool,
    /// The file is on the disk when it is finished; this takes as long as the disk needs.
    pub is_durable: bool,
}

/// Writes a new file, and makes the folders above it. A file that is there already stays as it is.
///
/// # Errors
/// When something of that name is there, or the system refuses.
pub fn create(path: &Path, text: &str) -> Result<(), Refusal> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(Refusal::new("there is a file of this name already", "choose another name"));
    }
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut part = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
    part.write_all(text.as_bytes())?;
    part.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file, a FIFO or a device. A file that is there already is replaced, links are followed.
///
/// # Errors
/// When something else of that name is there, its folder is missing, or the system refuses.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Refusal> {
    match follow(path)? {
        Found::File(target) => {
            let mut file =
                target.begin(Manner { prefix: ".supine-", suffix: ".part", ..Manner::default() })?;
            file.write_all(bytes)?;
            file.finish()
        }
        Found::Stream => Ok(OpenOptions::new().write(true).open(path)?.write_all(bytes)?),
    }
}

/// Writes a file that only its owner may read, and makes the folders above it.
///
/// # Errors
/// As those of [`write()`].
pub fn write_private(path: &Path, text: &str) -> Result<(), Refusal> {
    target(path)?.write(text.as_bytes(), Manner { prefix: ".supine-", is_private: true, ..Manner::default() })
}

impl Target {
    fn new(path: PathBuf, before: Option<Owned>) -> Self {
        let folder = folder_of(&path).to_owned();
        Self { path, folder, before }
    }

    /// The path, with links followed.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Starts writing the file. Nothing changes at its name until [`WholeFile::finish`].
    ///
    /// # Errors
    /// When its folder does not exist or can't be written.
    pub(crate) fn begin(self, manner: Manner) -> Result<WholeFile, Refusal> {
        if !self.folder.is_dir() {
            let problem = format!("there is no folder {}", self.folder.display());
            let help = match self.folder.as_os_str().as_encoded_bytes().first() {
                Some(b'~') => "only `~/` is known here, so write the whole path",
                _ => "make it, or name another one",
            };
            return Err(Refusal::new(problem, help));
        }
        // The file to be replaced may be private, so others can read the new one only once it is finished.
        let mode = if manner.is_private || self.before.is_some() { 0o600 } else { 0o666 };
        let part = tempfile::Builder::new()
            .prefix(manner.prefix)
            .suffix(manner.suffix)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(&self.folder)?;
        let _listed = Listed::new(part.path());
        Ok(WholeFile { part, target: self, manner, _listed })
    }

    /// Writes the file in one call; missing folders are created.
    ///
    /// # Errors
    /// When the system refuses; everything then stays as it was.
    pub(crate) fn write(self, bytes: &[u8], manner: Manner) -> Result<(), Refusal> {
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true).mode(if manner.is_private { 0o700 } else { 0o777 }).create(&self.folder)?;
        let mut file = self.begin(manner)?;
        file.write_all(bytes)?;
        file.finish()
    }

    /// Gives a file the owner and the permissions of the one that it replaces.
    fn pass_on(&self, file: &File) -> io::Result<()> {
        let Some(before) = &self.before else { return Ok(()) };
        let now = file.metadata()?;
        if (now.uid(), now.gid()) != (before.user, before.group) {
            // Only root may give a file away; otherwise it belongs to the writer from now on.
            let _ = fchown(file, Some(before.user), Some(before.group));
        }
        file.set_permissions(Permissions::from_mode(before.mode))
    }
}

/// A file that is being written. If it is dropped before it is finished, nothing remains.
#[derive(Debug)]
pub(crate) struct WholeFile {
    part: NamedTempFile,
    target: Target,
    manner: Manner,
    _listed: Listed,
}

impl WholeFile {
    /// Puts the file in its place, with the owner and the permissions of the one that it replaces.
    ///
    /// # Errors
    /// When the system refuses, or something other than a plain file has appeared there meanwhile;
    /// everything then stays as it was.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let Self { part, target, manner, _listed } = self;
        target.pass_on(part.as_file())?;
        if manner.is_durable {
            part.as_file().sync_all()?;
        }
        if fs::symlink_metadata(&target.path).is_ok_and(|there| !there.is_file()) {
            return Err(Refusal::new("something else has come there meanwhile", "choose another name"));
        }
        part.persist(&target.path).map_err(|error| error.error)?;
        if manner.is_durable {
            // A new name is on the disk once its folder is.
            File::open(&target.folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl WholeFile {
    /// Where it is while it is unfinished.
    pub(crate) fn unfinished(&self) -> &Path {
        self.part.path()
    }

    /// Writes `bytes` at its beginning, over what stands there, and goes on at its end.
    pub(crate) fn rewrite(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.part.rewind()?;
        self.part.write_all(bytes)?;
        self.part.seek(io::SeekFrom::End(0)).map(drop)
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.part.flush()
    }
}
