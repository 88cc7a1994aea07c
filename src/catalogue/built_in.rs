//! The routines in the program: a folder each, with a shape and a text file for each language.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::merged::merged;
use super::source::SHAPE;

static ROUTINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/routines");

/// The language that every built-in routine has.
pub(super) const ENGLISH: &str = "en";

/// The names of the built-in routines.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        ROUTINES.dirs().filter_map(|folder| folder.path().file_name()?.to_str()).collect();
    names.sort_unstable();
    names
}

/// Whether there is a built-in routine of this name.
pub(super) fn exists(name: &str) -> bool {
    ROUTINES.get_dir(name).is_some()
}

/// The languages of a built-in routine, as their tags.
pub(super) fn languages(name: &str) -> Vec<&'static str> {
    let files = ROUTINES.get_dir(name).into_iter().flat_map(Dir::files);
    let mut languages: Vec<&str> = files
        .filter(|file| file.path().file_name().is_some_and(|name| name != SHAPE))
        .filter_map(|file| file.path().file_stem()?.to_str())
        .collect();
    languages.sort_unstable();
    languages
}

/// The routine file of a built-in routine in one of its languages.
pub(super) fn file(name: &str, language: &str) -> Option<String> {
    let text = |file: &str| ROUTINES.get_file(Path::new(name).join(file))?.contents_utf8();
    // A test merges every one of them.
    merged(text(SHAPE)?, text(&format!("{language}.toml"))?, language).ok()
}
