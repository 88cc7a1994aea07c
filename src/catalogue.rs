//! Where routines come from: the built-in ones, the listener's own ones, and files.

mod built_in;
mod folder;
mod kind;
pub(crate) mod merged;
mod several;
mod shelf;
mod source;
mod text;
mod wish;

use std::path::{Path, PathBuf};

use crate::advice::Advice;
use crate::signs::printable;
#[cfg(test)]
pub(crate) use shelf::read_file;
pub use shelf::{Shelf, read_text};
pub use source::{CatalogueError, Place, Source, short_name};
pub(crate) use source::{from_anywhere, is_lasting};
use text::{Kind, bytes_of, kind_of, text_of};

/// The routine that plays when none is named.
pub const DEFAULT: &str = "bedtime-back";

/// The names of the built-in routines.
pub fn names() -> Vec<&'static str> {
    built_in::names()
}

/// The languages of a built-in routine, as their tags; none if there is no such routine.
pub fn languages(name: &str) -> Vec<&'static str> {
    built_in::languages(name)
}

/// Reads a config file. Nothing is waited for.
///
/// # Errors
/// When it is no plain file, can't be read, is too large, or is no text in UTF-8.
pub(crate) fn read_config(path: &Path) -> Result<Source, CatalogueError> {
    let unreadable = |why| CatalogueError::Unreadable { path: path.to_owned(), why };
    let must_be_plain = || {
        // Whoever wants no config may link it there.
        if path.canonicalize().is_ok_and(|path| path == Path::new("/dev/null")) {
            return Ok(Vec::new());
        }
        match kind_of(path)? {
            Kind::File(_) => bytes_of(path),
            Kind::Pipe => Err(Advice::new("it is a pipe, and a config is a file", "put a file there")),
        }
    };
    let text = must_be_plain().and_then(|bytes| text_of(bytes, "config")).map_err(unreadable)?;
    Ok(Source {
        path: printable(&path.to_string_lossy()).into_owned(),
        place: Place::File(path.to_owned()),
        folder: PathBuf::from("."),
        text,
        lacks: None,
    })
}

#[cfg(test)]
mod tests;
