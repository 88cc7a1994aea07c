//! The shelf that a listener chooses from: the built-in routines, their own ones, and any file, each in the language
//! that they want to hear, as far as it has it.

use std::ffi::OsStr;
use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};

use super::source::{CatalogueError, PIPED, Place, STANDARD_INPUT, Source, is_folder, short_name};
use super::text::{bounded, bytes_of, is_prose, prose, text_of};
use super::wish::Wish;
use super::{built_in, folder};
use crate::advice::Advice;
use crate::config::{Choices, Config, ForRoutine, Resolved};
use crate::diagnostic::nearest;
use crate::folders::{Folders, home_expanded};
use crate::signs::printable;

/// The shelf of one listener.
#[derive(Clone, Debug)]
pub struct Shelf {
    choices: Choices,
    config: Config,
    /// The folder of their own routines.
    own: Option<PathBuf>,
    /// The language of the system.
    locale: String,
}

impl Shelf {
    /// The shelf for these choices; what they leave open is taken from the config.
    pub fn new(choices: &Choices, config: &Config, folders: &Folders) -> Self {
        let locale = sys_locale::get_locale().filter(|locale| locale != "C" && locale != "POSIX");
        Self {
            choices: choices.clone(),
            config: config.clone(),
            own: folders.routines(),
            locale: locale.unwrap_or_else(|| built_in::ENGLISH.to_owned()),
        }
    }

    /// The shelf of a listener who has chosen nothing and has no folders, in English whatever the system speaks.
    #[cfg(test)]
    pub(crate) fn english() -> Self {
        let locale = built_in::ENGLISH.to_owned();
        Self { locale, ..Self::new(&Choices::default(), &Config::default(), &Folders::default()) }
    }

    /// The language in force, where no routine's table says otherwise, as a tag.
    pub fn language(&self) -> String {
        self.wish(&[]).tag
    }

    /// The language in force for the routines of these names, by the table of the first that has one.
    pub(super) fn wish(&self, names: &[&str]) -> Wish {
        let for_routine = ForRoutine { names, ..ForRoutine::default() };
        match Resolved::new(&self.choices, &self.config, for_routine).language.value {
            Some(tag) => Wish { tag: tag.to_string(), is_chosen: true },
            None => Wish { tag: self.locale.clone(), is_chosen: false },
        }
    }

    /// Reads the routine that `name` means: a built-in one, one of the listener's own by its file's name, a file or
    /// folder, or standard input for `-`. A built-in name wins; `./NAME` is always a file.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn read(&self, name: impl AsRef<OsStr>) -> Result<Source, CatalogueError> {
        let name = name.as_ref();
        self.read_in(name, &self.wish(short_name(name).as_slice()))
    }

    /// Reads the routine that `name` means in the language that is wished for.
    pub(super) fn read_in(&self, name: &OsStr, wish: &Wish) -> Result<Source, CatalogueError> {
        if let Some(name) = name.to_str().filter(|name| built_in::exists(name)) {
            return Ok(built_in_source(name, wish));
        }
        if name == STANDARD_INPUT {
            return read_standard_input();
        }
        if let Some(path) = self.own_path(name) {
            return read_file(&path);
        }
        let path = PathBuf::from(home_expanded(name));
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => Err(self.unknown(name)),
            _ => read_at(&path, wish),
        }
    }

    /// Reads the file or folder at `path`, or the routine of that name when there is no such file.
    ///
    /// # Errors
    /// When there is neither, or it can't be read.
    pub fn read_path_or_name(&self, path: &Path) -> Result<Source, CatalogueError> {
        let is_named = path == Path::new(STANDARD_INPUT)
            || path.to_str().is_some_and(built_in::exists)
            || self.own_path(path.as_os_str()).is_some();
        let expanded = PathBuf::from(home_expanded(path));
        if (is_named && !path.exists()) || is_folder(&expanded) {
            return self.read(path);
        }
        read_at(&expanded, &self.wish(short_name(path.as_os_str()).as_slice()))
    }

    /// The names of the listener's own routines.
    pub fn own(&self) -> Vec<String> {
        let files = self.own.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
        let mut names: Vec<String> = files
            .map(|file| file.path())
            .filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "toml"))
            .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
            .filter(|name| !built_in::exists(name))
            .collect();
        names.sort_unstable();
        names
    }

    /// The file of one of the listener's own routines.
    fn own_path(&self, name: &OsStr) -> Option<PathBuf> {
        let mut components = Path::new(name).components();
        let is_plain = matches!(components.next(), Some(std::path::Component::Normal(only)) if only == name);
        let file = self.own.as_ref()?.join(format!("{}.toml", name.to_str()?));
        (is_plain && components.next().is_none() && file.is_file()).then_some(file)
    }

    fn unknown(&self, name: &OsStr) -> CatalogueError {
        let name = name.to_string_lossy();
        let is_path = name.contains('/') || name.ends_with(".toml");
        if is_path && !name.starts_with('~') {
            return CatalogueError::NoFile(name.into_owned());
        }
        let here = format!("./{name}.toml");
        if Path::new(&here).is_file() {
            let help = format!("there is a file of that name here: did you mean `{here}`?");
            return CatalogueError::Unknown { name: name.into_owned(), help };
        }
        let mut names: Vec<String> = built_in::names().into_iter().map(str::to_owned).collect();
        names.extend(self.own());
        let help = match nearest(&name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? {BY_PATH}"),
            None if name.starts_with('~') => "only `~/` is known here; write the whole path".to_owned(),
            None => format!("`supine list` lists those that there are. {BY_PATH}"),
        };
        CatalogueError::Unknown { name: name.into_owned(), help }
    }
}

/// How a file is named, for a listener who gave only its name.
const BY_PATH: &str = "A file is named by its path";

fn built_in_source(name: &str, wish: &Wish) -> Source {
    let best = wish.best(&built_in::languages(name));
    let language = best.unwrap_or(built_in::ENGLISH);
    Source {
        path: format!("routines/{name}/{language}.toml"),
        place: Place::BuiltIn(name.to_owned()),
        folder: PathBuf::from("."),
        text: built_in::file(name, language).unwrap_or_default(),
        lacks: best.is_none().then(|| wish.clone()).and_then(Wish::missed),
    }
}

/// Reads a routine file. A pipe is read to its end, which may be waited for.
///
/// # Errors
/// When it can't be read, is too large, or is neither UTF-8 nor UTF-16.
pub(crate) fn read_file(path: &Path) -> Result<Source, CatalogueError> {
    let unreadable = |why| CatalogueError::Unreadable { path: path.to_owned(), why };
    let text = bytes_of(path).and_then(|bytes| text_of(bytes, "routine")).map_err(unreadable)?;
    if is_prose(&text) {
        return Err(unreadable(prose()));
    }
    Ok(Source {
        path: printable(&path.to_string_lossy()).into_owned(),
        place: Place::File(path.to_owned()),
        folder: path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned),
        text,
        lacks: None,
    })
}

/// Reads a text that is no routine yet: a file, or standard input for `-`.
///
/// # Errors
/// When it can't be read, is too long, or is no text.
pub fn read_text(path: &Path) -> Result<String, CatalogueError> {
    let is_piped = path == Path::new(STANDARD_INPUT);
    let stdin = std::io::stdin();
    let bytes = match is_piped {
        true if stdin.is_terminal() => {
            Err(Advice::new("it is the terminal", "write the text into it with `|` or `<`, or name a file"))
        }
        true => bounded(stdin.lock()),
        false => bytes_of(Path::new(&home_expanded(path))),
    };
    let name = if is_piped { Path::new(PIPED) } else { path };
    bytes
        .and_then(|bytes| text_of(bytes, "text"))
        .map_err(|why| CatalogueError::Unreadable { path: name.to_owned(), why })
}

/// Reads the routine at `path`: in a folder, in a file, or in the folder that the file is a part of.
fn read_at(path: &Path, wish: &Wish) -> Result<Source, CatalogueError> {
    if is_folder(path) {
        return folder::read(path, wish);
    }
    match folder::around(path) {
        None => read_file(path),
        Some((folder, None)) => folder::read(folder, wish),
        Some((folder, Some(tag))) => folder::read(folder, &Wish { tag: tag.to_owned(), is_chosen: true }),
    }
}

fn read_standard_input() -> Result<Source, CatalogueError> {
    let unreadable = |why| CatalogueError::Unreadable { path: PIPED.into(), why };
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let help = "write the routine into it with `|` or `<`, or name a file";
        return Err(unreadable(Advice::new("it is the terminal", help)));
    }
    let text = bounded(stdin.lock()).and_then(|bytes| text_of(bytes, "routine")).map_err(unreadable)?;
    if is_prose(&text) {
        return Err(unreadable(prose()));
    }
    Ok(Source { path: PIPED.to_owned(), place: Place::Pipe, folder: PathBuf::from("."), text, lacks: None })
}
