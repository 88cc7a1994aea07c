//! The kinds of file that may be mistaken for a text: music, a picture, a document. The signatures are those of
//! the crate infer, which is small, pure Rust and looks only at bytes.

use infer::MatcherType;

/// A file that is not a text in UTF-8 or UTF-16.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Other {
    /// Its kind, as in "it is ...".
    pub what: String,
    /// What to do with it, as an imperative clause.
    pub help: &'static str,
}

/// The kind of `bytes`, or of a file that begins with them, when they are not a text, or are a text that cannot
/// begin a TOML file.
pub(crate) fn other(bytes: &[u8]) -> Option<Other> {
    let other = |what: &str, help| Some(Other { what: what.to_owned(), help });
    if is_utf_16(bytes) {
        return None; // UTF-16 is a text, too
    }
    let is_text = is_utf_8(bytes) && !bytes.contains(&0);
    let first = bytes.trim_ascii_start().first();
    // Many signatures are plain letters, and a TOML file may begin with them: BM is a picture, MZ a program.
    if is_text && !first.is_some_and(|first| b"{<%".contains(first)) {
        return None;
    }
    if let Some(kind) = infer::get(bytes) {
        return Some(named(&kind));
    }
    if is_text && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() {
        return other("JSON", "write it as TOML");
    }
    (!is_text && bytes.contains(&0)).then(|| Other { what: "no text".to_owned(), help: ANOTHER })
}

const ANOTHER: &str = "name another file";

fn named(kind: &infer::Type) -> Other {
    let ending = kind.extension();
    let (what, help) = match (kind.matcher_type(), ending) {
        (MatcherType::Audio, _) => ("music", "to hear it under the voice, give it to `--ambience`"),
        // Whether it is music or a video is written far inside the file.
        (_, "mp4") => ("music or a video", "to hear music under the voice, give it to `--ambience`"),
        (MatcherType::Video, _) => ("a video", ANOTHER),
        (MatcherType::Image, _) => ("a picture", ANOTHER),
        (MatcherType::Doc, _) | (_, "pdf" | "rtf" | "ps") => ("a document", "save its text as TOML"),
        (MatcherType::Text, _) => ("a page of the web", "save its text as TOML"),
        (MatcherType::Book, _) | (_, "epub") => ("a book", ANOTHER),
        (_, "sqlite") => ("a database", ANOTHER),
        (MatcherType::Archive, _) => ("an archive", "unpack it, and name a file of it"),
        (MatcherType::Font, _) => ("a font", ANOTHER),
        _ => ("a program or its data", ANOTHER),
    };
    Other { what: format!("{what} ({})", ending.to_uppercase()), help }
}

/// Whether the bytes are UTF-8; their end may be cut in the middle of a character.
fn is_utf_8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).err().is_none_or(|error| error.error_len().is_none())
}

/// Whether the bytes are UTF-16: by their mark or, without one, because every other byte at the beginning is 0.
fn is_utf_16(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    let has_zeros = |odd| {
        start.len() >= 8 && start.iter().enumerate().all(|(place, byte)| (place % 2 == odd) == (*byte == 0))
    };
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || has_zeros(0) || has_zeros(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_never_taken_for_something_else() {
        for text in [
            "",
            "BM = 1",
            "MZ = \"\"",
            "ID3 = 1",
            "# {",
            "[[pose]]",
            "title = \"Ünruhe\"",
            "OggS",
            "\u{feff}a = 1",
        ] {
            assert_eq!(other(text.as_bytes()), None, "{text}");
        }
        let utf_16: Vec<u8> = "title = \"A\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(other(&utf_16), None);
        assert_eq!(other(&[b"\xff\xfe", utf_16.as_slice()].concat()), None);
        // The bytes are cut in the middle of a character.
        assert_eq!(other(&"title = \"ü".as_bytes()[..10]), None);
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, what) in [
            (&b"fLaC\0\0\0\x22"[..], "music (FLAC)"),
            (b"ID3\x04\0\0\0\0\0\0", "music (MP3)"),
            (b"OggS\0\x02\0\0", "music (OGG)"),
            (b"RIFF\0\0\0\0WAVEfmt ", "music (WAV)"),
            (b"\0\0\0\x20ftypM4A \0\0\0\0", "music (M4A)"),
            (b"\0\0\0\x20ftypisom\0\0\0\0isomiso2", "music or a video (MP4)"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPG)"),
            (b"%PDF-1.7\n%abc\n", "a document (PDF)"),
            (b"{\\rtf1 Lie down.}", "a document (RTF)"),
            (b"PK\x03\x04\x14\0\0\0\x08\0", "an archive (ZIP)"),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a program or its data (ELF)"),
            (b"<!DOCTYPE html><html>", "a page of the web (HTML)"),
            (b" {\"title\": \"Mine\"}\n", "JSON"),
            (b"\x01\0\x02\x03", "no text"),
        ] {
            assert_eq!(other(bytes).map(|other| other.what).as_deref(), Some(what));
        }
    }
}
