//! Where routines come from: the built-in ones, and files.

mod kind;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{ErrorKind, IsTerminal, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::advice::{Advice, Advise, CHECK_PATH, NAME_A_FILE, advised};
use crate::diagnostic::nearest;
use crate::folders::home_expanded;
use crate::routine::Routine;
use crate::routine::parse::MAX_BYTES;
use crate::signs::layout::{decode, legible};
use crate::signs::printable;

static ROUTINES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/routines");

/// The routine that plays when none is named.
pub const DEFAULT: &str = "bedtime-back";

/// Where a text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the program, under this name.
    BuiltIn(String),
    /// In a file, at the path by which it was asked for.
    File(PathBuf),
    /// Nowhere: it came through a pipe.
    Pipe,
}

/// The text of a routine and where it came from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name in messages: a path, or `routines/NAME.toml` of a built-in one.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// The folder that its own files are looked for in.
    pub folder: PathBuf,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The file that it stands in, with its path from the root and through all links; `None` when that can't
    /// be read another time.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::File(path) if is_lasting_file(path) => path.canonicalize().ok(),
            _ => None,
        }
    }

    /// What `routine`, which was read from this, may be called: its id, its built-in name, and its file's
    /// name without the ending. Each stands there once.
    pub(crate) fn names(&self, routine: &Routine) -> Vec<String> {
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
    /// Neither a built-in name nor a file.
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file can't be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        why: Advice,
    },
}

impl Advise for CatalogueError {
    fn advice(&self) -> Advice {
        match self {
            Self::Unknown { name, help } => {
                Advice::new(format!("there is no routine called `{}`", printable(name)), help)
            }
            Self::Unreadable { path, why } => {
                let path = path.to_string_lossy();
                why.clone().about(|problem| format!("can't read {}: {problem}", printable(&path)))
            }
        }
    }
}

advised!(CatalogueError);

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

/// The name of standard input, and what it is called in messages.
const STANDARD_INPUT: &str = "-";
const PIPED: &str = "standard input";

/// Reads the built-in routine or the file that `name` means, or standard input for `-`. A built-in name
/// wins; `./NAME` is always a file.
///
/// # Errors
/// When there is none, or it can't be read.
pub fn read(name: impl AsRef<OsStr>) -> Result<Source, CatalogueError> {
    let name = name.as_ref();
    let built_in = |name: &str| Some((name.to_owned(), ROUTINES.get_file(format!("{name}.toml"))?));
    if let Some((name, file)) = name.to_str().and_then(built_in) {
        return Ok(Source {
            path: format!("routines/{name}.toml"),
            place: Place::BuiltIn(name),
            folder: PathBuf::from("."),
            text: file.contents_utf8().unwrap_or_default().to_owned(),
        });
    }
    if name == STANDARD_INPUT {
        return read_standard_input();
    }
    let path = PathBuf::from(home_expanded(name));
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(unknown(name)),
        _ => read_file(&path),
    }
}

/// How a file is named, for a listener who gave only its name.
const BY_PATH: &str = "A file is named by its path";

fn unknown(name: &OsStr) -> CatalogueError {
    let name = name.to_string_lossy();
    let names = names();
    let help = match nearest(&name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {BY_PATH}"),
        None if name.starts_with('~') => "only `~/` is known here; write the whole path".to_owned(),
        None => format!("built in: {}. {BY_PATH}", names.join(", ")),
    };
    CatalogueError::Unknown { name: name.into_owned(), help }
}

/// Whether the routine called `name` is still there when its session has ended. A pipe is not.
pub(crate) fn is_lasting(name: &OsStr) -> bool {
    let is_built_in = |name: &str| names().contains(&name);
    if name.to_str().is_some_and(is_built_in) {
        return true;
    }
    is_lasting_file(Path::new(&home_expanded(name)))
}

fn is_lasting_file(path: &Path) -> bool {
    // `/dev/stdin` may be a file now, and is another one tomorrow.
    path.is_file() && !path.starts_with("/dev") && !path.starts_with("/proc")
}

/// A routine by its name, or by a path that does not begin where the listener happens to be.
pub(crate) fn from_anywhere(routine: &OsStr) -> OsString {
    if names().iter().any(|name| *name == routine) {
        return routine.to_owned();
    }
    let path = home_expanded(routine);
    // It was read a moment ago, so it can be made absolute.
    std::path::absolute(&path).map_or(path, OsString::from)
}

/// Reads the file at `path`, or the built-in routine of that name when there is no such file.
///
/// # Errors
/// When there is neither, or it can't be read.
pub fn read_path_or_name(path: &Path) -> Result<Source, CatalogueError> {
    let is_routine = path.to_str().is_some_and(|name| name == STANDARD_INPUT || names().contains(&name));
    if is_routine && !path.exists() { read(path) } else { read_file(Path::new(&home_expanded(path))) }
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
    })
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
    })
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
    Ok(Source { path: PIPED.to_owned(), place: Place::Pipe, folder: PathBuf::from("."), text })
}

/// What can be read to an end.
enum Kind {
    /// So many bytes.
    File(u64),
    Pipe,
}

fn kind_of(path: &Path) -> Result<Kind, Advice> {
    let data = match path.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(match path.read_link() {
                Ok(to) => {
                    let problem = format!("it is a link to {}, and nothing is there", to.display());
                    Advice::new(problem, "mend the link")
                }
                Err(_) => Advice::new("there is no such file", "check the path"),
            });
        }
        data => data.map_err(|error| Advice::new(error.to_string(), CHECK_PATH))?,
    };
    let kind = data.file_type();
    let not_a_file = |what: &str| Err(Advice::new(format!("it is {what}"), NAME_A_FILE));
    if kind.is_dir() {
        Err(Advice::new("it is a folder", "name a routine file in it"))
    } else if kind.is_fifo() {
        Ok(Kind::Pipe)
    } else if kind.is_socket() {
        not_a_file("a socket")
    } else if kind.is_block_device() || kind.is_char_device() {
        not_a_file("a device")
    } else {
        Ok(Kind::File(data.len()))
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Advice> {
    let kind = kind_of(path)?;
    let file = File::open(path).map_err(|error| Advice::new(error.to_string(), "check its permissions"))?;
    let bytes = bounded(file)?;
    match kind {
        Kind::File(size) if size > MAX_BYTES as u64 && kind::other(&bytes).is_none() => {
            Err(Advice::new(format!("it has {size} bytes, {MAX_BYTES} are the most"), SPLIT))
        }
        _ => Ok(bytes),
    }
}

/// Reads to the end, or one byte further than a routine may go.
fn bounded(from: impl Read) -> Result<Vec<u8>, Advice> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Advice::from(error.to_string()))?;
    Ok(bytes)
}

/// The text of a `wanted` file.
fn text_of(bytes: Vec<u8>, wanted: &str) -> Result<String, Advice> {
    if let Some(kind::Other { what, help }) = kind::other(&bytes) {
        return Err(Advice::new(format!("it is {what} and not a {wanted}"), help));
    }
    if bytes.len() > MAX_BYTES {
        return Err(Advice::new(format!("it goes on after {MAX_BYTES} bytes, which are the most"), SPLIT));
    }
    decode(bytes)
}

/// What to do with a routine that is too long.
const SPLIT: &str = "split it";

/// That a text is no TOML.
fn prose() -> Advice {
    Advice::from("it is a text and not a routine")
        .and("a routine is TOML, with lines such as `title = \"For the back\"`")
}

/// Whether it is no TOML at all, rather than one with a mistake.
fn is_prose(text: &str) -> bool {
    !text.contains(['=', '\u{ff1d}']) && toml::de::DeTable::parse(&legible(text)).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::parse::parse;

    #[test]
    fn a_routine_answers_to_its_id_and_to_where_it_stands() {
        let names = |place: Place, text: &str| {
            let source = Source { path: String::new(), place, folder: PathBuf::new(), text: text.to_owned() };
            source.names(&parse(text).unwrap())
        };
        let text = "title = \"For the back\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n";
        let given = format!("id = \"mine\"\n{text}");
        let file = || Place::File("a/mine.toml".into());
        assert_eq!(names(file(), text), ["for-the-back", "mine"]);
        assert_eq!(names(file(), &given), ["mine"]);
        assert_eq!(names(Place::Pipe, &given), ["mine"]);
        assert_eq!(names(Place::BuiltIn("back".to_owned()), text), ["for-the-back", "back"]);
    }

    #[test]
    fn every_built_in_routine_and_each_of_its_poses_has_an_id_for_ever() {
        for name in names() {
            let source = read(name).unwrap();
            let routine = parse(&source.text).unwrap();
            assert_eq!(routine.id.as_str(), name);
            let given = source.text.lines().filter(|line| line.starts_with("id = ")).count();
            assert_eq!(given, 1 + routine.poses.len(), "{name}");
        }
        let back = parse(&read(DEFAULT).unwrap().text).unwrap();
        let ids: Vec<&str> = back.poses.iter().map(|pose| pose.id.as_str()).collect();
        let expected = [
            "knee-hugs",
            "thread-the-needle",
            "gentle-bridge",
            "knees-together-sway",
            "soles-of-the-feet-together",
            "childs-pose",
            "pigeon",
            "spinal-twist",
        ];
        assert_eq!(ids, expected, "people's journals know them by these");
    }
}
