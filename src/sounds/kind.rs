//! The kind of a file that is not music, so that a message can name it.

use std::fs::FileType;
use std::path::Path;

use infer::MatcherType;

use super::SoundError;

/// The number of bytes at the start of a file that are enough to tell its kind.
pub(crate) const HEAD: u64 = 8_192;

/// The name of an endless source, or of something that is not a file; `None` for a file.
pub(crate) fn of_no_file(kind: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Some("a device");
        }
    }
    if kind.is_dir() {
        return Some("a folder");
    }
    (!kind.is_file()).then_some("something else")
}

/// An error that names the file's kind, if its first bytes show that it is not music.
pub(crate) fn other_than_sound(path: &Path, head: &[u8]) -> Option<SoundError> {
    let name = path.display().to_string();
    let (kind, help) = match infer::get(head).map(|kind| (kind.matcher_type(), kind.mime_type())) {
        Some((MatcherType::Audio, "audio/midi")) => {
            ("a MIDI file: notes without a sound".to_owned(), "use a recording of it".to_owned())
        }
        Some((MatcherType::Audio | MatcherType::Video, _)) => return None,
        Some((MatcherType::Image, _)) => ("a picture".to_owned(), music()),
        Some((MatcherType::Archive, mime)) if !is_text_of(head) => {
            (format!("an archive ({mime})"), "unpack it, and use the folder".to_owned())
        }
        Some((_, mime)) if !is_text_of(head) => (format!("no music ({mime})"), music()),
        _ if !is_text_of(head) => return None,
        _ if is_routine(path, head) => ("a routine".to_owned(), format!("`supine play {name}` plays it")),
        _ => ("a text".to_owned(), music()),
    };
    Some(SoundError::OtherKind { name, kind, help })
}

/// Whether a file begins like music or video.
pub(crate) fn is_sound(head: &[u8]) -> bool {
    let kind = infer::get(head).map(|kind| kind.matcher_type());
    matches!(kind, Some(MatcherType::Audio | MatcherType::Video))
}

/// Whether a file begins like something that is certainly not sound.
pub(crate) fn is_other(head: &[u8]) -> bool {
    is_text_of(head) || infer::get(head).is_some() && !is_sound(head)
}

fn music() -> String {
    "name a music file or a folder of them".to_owned()
}

/// Whether the first bytes are text: UTF-8 without control characters; the last character may be cut off.
fn is_text_of(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            // The bytes before the incomplete character were just found to be valid.
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace())
}

fn is_routine(path: &Path, head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head);
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
        || text.lines().any(|line| line.trim() == "[[pose]]")
}
