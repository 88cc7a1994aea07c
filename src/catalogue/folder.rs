//! A routine in several languages that stands in a folder, as the built-in ones do.

use std::path::Path;

use toml_edit::DocumentMut;

use super::built_in::ENGLISH;
use super::merged::merged;
use super::source::{CatalogueError, Place, SHAPE, Source};
use super::text::{bytes_of, text_of};
use super::wish::Wish;
use crate::advice::Advice;
use crate::signs::layout::legible;
use crate::signs::printable;

/// Reads the routine in a folder, in the language that is wished for, or else in English or its first one.
///
/// # Errors
/// When a file can't be read, or the texts don't fit the shape.
pub(super) fn read(path: &Path, wish: &Wish) -> Result<Source, CatalogueError> {
    let unreadable = |why| CatalogueError::Unreadable { path: path.to_owned(), why };
    let languages = languages(path);
    let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
    let best = wish.best(&languages);
    let Some(language) =
        best.or_else(|| languages.iter().copied().find(|tag| *tag == ENGLISH)).or(languages.first().copied())
    else {
        return Err(unreadable(Advice::new(
            "it has no texts",
            "put the texts of a language beside the shape, such as en.toml",
        )));
    };
    let text = |file: &str| {
        let text = bytes_of(&path.join(file)).and_then(|bytes| text_of(bytes, "routine"));
        text.map(|text| legible(&text).into_owned())
            .map_err(|why| why.about(|problem| format!("{file}: {problem}")))
    };
    let texts = text(&format!("{language}.toml")).map_err(unreadable)?;
    let text = merged(&text(SHAPE).map_err(unreadable)?, &texts, language)
        .map_err(|problem| unreadable(Advice::new(problem, "give every key of the shape a text")))?;
    Ok(Source {
        path: format!("{}/{language}.toml", printable(&path.to_string_lossy())),
        place: Place::File(path.to_owned()),
        folder: path.to_owned(),
        text,
        lacks: best.is_none().then(|| wish.clone()).and_then(Wish::missed),
    })
}

/// The folder whose routine the file at `path` is a part of, and the language where it holds the texts of one. A shape has
/// no title: with one, it is a routine by itself.
pub(super) fn around(path: &Path) -> Option<(&Path, Option<&str>)> {
    let (folder, stem) = (path.parent()?, path.file_stem()?.to_str()?);
    let languages = languages(folder);
    let is_shape = path.file_name()? == SHAPE;
    if languages.is_empty() || !(is_shape || languages.iter().any(|language| language == stem)) {
        return None;
    }
    let shape = bytes_of(&folder.join(SHAPE)).and_then(|bytes| text_of(bytes, "routine")).ok()?;
    let shape: DocumentMut = legible(&shape).parse().ok()?;
    (!shape.contains_key("title")).then_some((folder, (!is_shape).then_some(stem)))
}

/// The languages of the routine in a folder, as their tags.
pub(super) fn languages(path: &Path) -> Vec<String> {
    let files = path.read_dir().into_iter().flatten().flatten().map(|file| file.path());
    let mut languages: Vec<String> = files
        .filter(|file| {
            file.extension().is_some_and(|ending| ending == "toml")
                && file.file_name().is_some_and(|name| name != SHAPE)
        })
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()))
        .collect();
    languages.sort_unstable();
    languages
}
