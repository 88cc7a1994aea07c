//! Several routines that are done in one go: all in one language.

use std::ffi::OsStr;

use super::source::{CatalogueError, Place, STANDARD_INPUT, Source, is_folder, short_name};
use super::wish::Wish;
use super::{Shelf, built_in, folder};
use crate::advice::Advice;
use crate::language::is_same;
use crate::routine::parse::parse;

impl Shelf {
    /// Reads the routines that these names mean, as [`Shelf::read`] does. All of them are in one language: the one in
    /// force, if every one of them has it; else English, else the first that all of them have.
    ///
    /// # Errors
    /// When one can't be read, or they have no language in common.
    pub fn read_all(&self, names: &[impl AsRef<OsStr>]) -> Result<Vec<Source>, CatalogueError> {
        let names: Vec<&OsStr> = names.iter().map(AsRef::as_ref).collect();
        if let [only] = names[..] {
            return Ok(vec![self.read(only)?]);
        }
        if names.iter().filter(|name| **name == STANDARD_INPUT).count() > 1 {
            let help = "name standard input once";
            return Err(not_together("standard input can be read only once".to_owned(), help));
        }
        let short: Vec<&str> = names.iter().filter_map(|name| short_name(name)).collect();
        let wish = self.wish(&short);
        let read = |name: &&OsStr| self.read_in(name, &wish).map(|source| (languages(&source), source));
        let read: Vec<(Vec<String>, Source)> = names.iter().map(read).collect::<Result<_, _>>()?;
        let common = common(&wish, &read).ok_or_else(|| nothing_in_common(&names, &read))?;
        // A routine of one file is in the language that it is in; but where another one could have been heard in the
        // language that is wanted, the listener is told why it is not.
        let is_turned_away =
            read.iter().any(|(languages, _)| languages.len() > 1 && has(languages, &wish.tag));
        let one = |(name, (languages, source)): (&&OsStr, (Vec<String>, Source))| {
            let is_lacking = !has(&languages, &wish.tag) && (languages.len() > 1 || is_turned_away);
            let chosen = Wish { tag: common.clone(), ..wish.clone() };
            let source = if languages.len() > 1 { self.read_in(name, &chosen)? } else { source };
            Ok(Source { lacks: is_lacking.then(|| wish.clone()).and_then(Wish::missed), ..source })
        };
        names.iter().zip(read).map(one).collect()
    }
}

/// The languages that a routine is in. One with mistakes is in none that is known, and is reported later.
fn languages(source: &Source) -> Vec<String> {
    match &source.place {
        Place::BuiltIn(name) => built_in::languages(name).into_iter().map(str::to_owned).collect(),
        Place::File(path) if is_folder(path) => folder::languages(path),
        _ => parse(&source.text).map(|routine| vec![routine.language]).unwrap_or_default(),
    }
}

fn has(languages: &[String], tag: &str) -> bool {
    languages.is_empty() || languages.iter().any(|language| is_same(language, tag))
}

/// The language that all of them are heard in.
fn common(wish: &Wish, read: &[(Vec<String>, Source)]) -> Option<String> {
    let first = read.iter().flat_map(|(languages, _)| languages);
    let mut wanted = [wish.tag.as_str(), built_in::ENGLISH].into_iter().chain(first.map(String::as_str));
    wanted.find(|tag| read.iter().all(|(languages, _)| has(languages, tag))).map(str::to_owned)
}

fn nothing_in_common(names: &[&OsStr], read: &[(Vec<String>, Source)]) -> CatalogueError {
    let one = |(name, (languages, _)): (&&OsStr, &(Vec<String>, Source))| {
        format!("`{}` is in {}", name.to_string_lossy(), languages.join(", "))
    };
    let each: Vec<String> = names.iter().zip(read).map(one).collect();
    not_together(
        format!("there is no language that all of them are in: {}", each.join(", ")),
        "choose routines of one language",
    )
}

fn not_together(problem: String, help: &str) -> CatalogueError {
    CatalogueError::NotTogether(Advice::new(problem, help))
}
