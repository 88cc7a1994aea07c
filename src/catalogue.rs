//! Where routines come from: the built-in ones, and files.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::diagnostic::nearest;
use crate::routine::parse::MAX_BYTES;
use crate::signs::layout::decode;
use crate::signs::printable;

static ROUTINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/routines");

/// The routine that plays when none is named.
pub const DEFAULT: &str = "bedtime-back";

/// The text of a routine and where it came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in messages: a path, or `routines/NAME.toml` of a built-in one.
    pub path: String,
    /// The folder that its own files are looked for in.
    pub folder: PathBuf,
    /// Its text.
    pub text: String,
}

/// Why there is no routine.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Neither a built-in name nor a file.
    #[error("there is no routine called `{}`; {help}", printable(name))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file can't be read.
    #[error("can't read {}: {problem}", printable(&path.to_string_lossy()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
}

/// The names of the built-in routines.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ROUTINES
        .files()
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"))
        .filter_map(|file| file.path().file_stem()?.to_str())
        .collect();
    names.sort_unstable();
    names
}

/// Reads the built-in routine or the file that `name` means. A built-in name wins; `./NAME` is
/// always a file.
///
/// # Errors
/// When there is none, or it can't be read.
pub fn read(name: &str) -> Result<Source, CatalogueError> {
    if let Some(file) = ROUTINES.get_file(format!("{name}.toml")) {
        return Ok(Source {
            path: format!("routines/{name}.toml"),
            folder: PathBuf::from("."),
            text: file.contents_utf8().unwrap_or_default().to_owned(),
        });
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(unknown(name));
    }
    read_file(path)
}

fn unknown(name: &str) -> CatalogueError {
    let names = names();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? A file is named by its path"),
        None => format!("built in: {}. A file is named by its path", names.join(", ")),
    };
    CatalogueError::Unknown { name: name.to_owned(), help }
}

/// Reads the file at `path`, or the built-in routine of that name when there is no such file.
///
/// # Errors
/// When there is neither, or it can't be read.
pub fn read_path_or_name(path: &Path) -> Result<Source, CatalogueError> {
    let name = path.to_string_lossy();
    if !path.exists() && names().contains(&name.as_ref()) { read(&name) } else { read_file(path) }
}

/// Reads a routine file.
///
/// # Errors
/// When it can't be read, is too large, or is neither UTF-8 nor UTF-16.
pub fn read_file(path: &Path) -> Result<Source, CatalogueError> {
    let unreadable = |problem: String| CatalogueError::Unreadable { path: path.to_owned(), problem };
    if !path.exists() {
        return Err(unreadable("there is no such file; check the path".to_owned()));
    }
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if size.is_dir() {
        return Err(unreadable("it is a folder; name a routine file in it".to_owned()));
    }
    if size.len() > MAX_BYTES as u64 {
        let problem = format!("it has {} bytes, {MAX_BYTES} are the most; split it", size.len());
        return Err(unreadable(problem));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let text = decode(bytes).map_err(unreadable)?;
    Ok(Source {
        path: printable(&path.to_string_lossy()).into_owned(),
        folder: path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned),
        text,
    })
}
