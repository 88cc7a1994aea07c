//! The text of a routine, where it stands, and why there is none.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::advice::{Advice, Advise, advised};
use crate::folders::home_expanded;
use crate::routine::Routine;
use crate::signs::printable;

/// The file of a routine's folder that holds its shape.
pub(super) const SHAPE: &str = "routine.toml";

/// The name of standard input, and what it is called in messages.
pub(super) const STANDARD_INPUT: &str = "-";
pub(super) const PIPED: &str = "standard input";

/// Where a text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the program, under this name.
    BuiltIn(String),
    /// In a file or folder, at the path by which it was asked for.
    File(PathBuf),
    /// Nowhere: it came through a pipe.
    Pipe,
}

/// The text of a routine and where it came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in messages: a path, or `routines/NAME/LANGUAGE.toml` of a built-in one.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// The folder that its own files are looked for in.
    pub folder: PathBuf,
    /// Its text.
    pub text: String,
    /// The language that the listener wants and the routine does not have.
    pub lacks: Option<String>,
}

impl Source {
    /// The file or folder that it stands in, with its path from the root and through all links; `None` when that
    /// can't be read another time.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::File(path) if is_lasting_file(path) => path.canonicalize().ok(),
            _ => None,
        }
    }

    /// What `routine`, which was read from this, may be called: its id, its built-in name, and its file's
    /// name without the ending. Each stands there once.
    pub fn names(&self, routine: &Routine) -> Vec<String> {
        let other = match &self.place {
            Place::BuiltIn(name) => Some(name.clone()),
            Place::File(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Place::Pipe => None,
        };
        let id = routine.id.to_string();
        let other = other.filter(|name| *name != id);
        [id].into_iter().chain(other).collect()
    }
}

/// The name by which a config may have options for a routine that is asked for by `name`, before it is read: that
/// of a built-in one, or a file's without its ending. `None` for standard input and what is not UTF-8.
pub fn short_name(name: &OsStr) -> Option<&str> {
    if name == STANDARD_INPUT { None } else { Path::new(name).file_stem()?.to_str() }
}

/// Why there is no routine.
#[derive(Debug)]
pub enum CatalogueError {
    /// Neither a name nor a file.
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        help: String,
    },
    /// A path, and nothing there.
    NoFile(String),
    /// The file can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: Advice,
    },
    /// Each of them may be read, but not all of them for one session.
    NotTogether(Advice),
}

impl Advise for CatalogueError {
    fn advice(&self) -> Advice {
        match self {
            Self::NotTogether(advice) => advice.clone(),
            Self::Unknown { name, help } => {
                Advice::new(format!("there is no routine called `{}`", printable(name)), help)
            }
            Self::NoFile(path) => {
                Advice::new(format!("there is no file called `{}`", printable(path)), "check the path")
            }
            Self::Unreadable { path, why } => {
                let path = path.to_string_lossy();
                why.clone().about(|problem| format!("can't read {}: {problem}", printable(&path)))
            }
        }
    }
}

advised!(CatalogueError);

/// Whether the routine called `name` is still there when its session has ended. A pipe is not.
pub(crate) fn is_lasting(source: &Source) -> bool {
    match &source.place {
        Place::BuiltIn(_) => true,
        Place::File(path) => is_lasting_file(path),
        Place::Pipe => false,
    }
}

fn is_lasting_file(path: &Path) -> bool {
    // `/dev/stdin` may be a file now, and is another one tomorrow.
    let exists = path.is_file() || is_folder(path);
    exists && !path.starts_with("/dev") && !path.starts_with("/proc")
}

/// The name by which a routine can be read from any folder.
pub(crate) fn from_anywhere(name: &OsStr, source: &Source) -> OsString {
    match &source.place {
        Place::BuiltIn(name) => name.into(),
        // It was read a moment ago, so it can be made absolute.
        Place::File(path) => std::path::absolute(path).map_or_else(|_| path.clone().into(), OsString::from),
        Place::Pipe => home_expanded(name),
    }
}

/// Whether `path` is a folder with a routine's shape.
pub(super) fn is_folder(path: &Path) -> bool {
    path.join(SHAPE).is_file()
}
