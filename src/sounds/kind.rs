//! What a file is that is no music, so that a message can name it.

use std::fs::FileType;
use std::path::Path;

use infer::MatcherType;

use super::SoundError;

/// As much of a file's beginning tells its kind, in bytes.
pub(crate) const HEAD: u64 = 8_192;

/// What has no end or is no file; `None` for a file.
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

/// A refusal that names what a file is, when its first bytes say that it is no music.
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

/// Whether a file begins as music or video does.
pub(crate) fn is_sound(head: &[u8]) -> bool {
    let kind = infer::get(head).map(|kind| kind.matcher_type());
    matches!(kind, Some(MatcherType::Audio | MatcherType::Video))
}

/// Whether a file begins as something that certainly is no sound.
pub(crate) fn is_other(head: &[u8]) -> bool {
    is_text_of(head) || infer::get(head).is_some() && !is_sound(head)
}

fn music() -> String {
    "name a music file or a folder of them".to_owned()
}

/// Whether the first bytes are text: UTF-8, which may break off in a letter, without control characters.
fn is_text_of(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            // What comes before the broken letter was just found to be text.
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
