//! The text of a file: what can be read to an end, is no longer than a routine may be, and is a text.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::kind;
use crate::advice::{Advice, CHECK_PATH, NAME_A_FILE};
use crate::routine::parse::MAX_BYTES;
use crate::signs::layout::{decode, legible};

/// What can be read to an end.
pub(super) enum Kind {
    /// So many bytes.
    File(u64),
    Pipe,
}

pub(super) fn kind_of(path: &Path) -> Result<Kind, Advice> {
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

pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, Advice> {
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
pub(super) fn bounded(from: impl Read) -> Result<Vec<u8>, Advice> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Advice::from(error.to_string()))?;
    Ok(bytes)
}

/// The text of a `wanted` file.
pub(super) fn text_of(bytes: Vec<u8>, wanted: &str) -> Result<String, Advice> {
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
pub(super) fn prose() -> Advice {
    Advice::from("it is a text and not a routine")
        .and("a routine is TOML, with lines such as `title = \"For the back\"`")
}

/// Whether it is no TOML at all, rather than one with a mistake.
pub(super) fn is_prose(text: &str) -> bool {
    !text.contains(['=', '\u{ff1d}']) && toml::de::DeTable::parse(&legible(text)).is_err()
}
