//! Playlists: M3U, M3U8 and PLS. Written by hand, because the crates for them read HLS, or only UTF-8, and
//! stop at the first line that they do not know.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::WINDOWS_1252;
use percent_encoding::percent_decode;
use unicode_normalization::UnicodeNormalization;

use super::SoundError;

/// The longest playlist that is read, in bytes.
const LONGEST: u64 = 4 << 20;

/// The content of one line of a playlist.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A file or folder: the first of these paths that exists. The first one is as written.
    Paths(Vec<PathBuf>),
    /// Something that is not stored on this machine.
    Remote(String),
}

/// Whether a file is a playlist, judged by its name.
pub(crate) fn is_playlist(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    matches!(extension.as_deref(), Some("m3u" | "m3u8" | "pls"))
}

/// The entries of a playlist, in order.
///
/// # Errors
/// When the playlist can't be read.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>, SoundError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes));
    read.map_err(|error| SoundError::Unreadable { path: path.to_owned(), error })?;
    Ok(entries(&bytes))
}

fn entries(bytes: &[u8]) -> Vec<Entry> {
    // Windows calls UTF-16 with a byte-order mark "Unicode".
    let bytes = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, length)) => match encoding.decode_without_bom_handling(&bytes[length..]).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        None => Cow::Borrowed(bytes),
    };
    let lines: Vec<&[u8]> =
        bytes.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii).collect();
    let is_pls = lines.iter().any(|line| line.eq_ignore_ascii_case(b"[playlist]"));
    let named = |line: &&[u8]| !line.is_empty() && !line.starts_with(b"#");
    match is_pls {
        true => lines.iter().filter_map(|line| file_of_pls(line)).map(entry).collect(),
        false => lines.iter().filter(|line| named(line)).map(|line| entry(line)).collect(),
    }
}

/// The value of "File3=value".
fn file_of_pls(line: &[u8]) -> Option<&[u8]> {
    let place = line.iter().position(|byte| *byte == b'=')?;
    let (key, value) = (line[..place].trim_ascii(), line[place + 1..].trim_ascii());
    let number = key.get(4..).filter(|_| key[..4].eq_ignore_ascii_case(b"file"))?;
    (!value.is_empty() && number.iter().all(u8::is_ascii_digit)).then_some(value)
}

fn entry(line: &[u8]) -> Entry {
    if let Some(path) = strip_scheme(line, b"file:") {
        // file:/path, file:///path and file://localhost/path.
        let path = path.strip_prefix(b"//").map_or(path, |rest| {
            let slash = rest.iter().position(|byte| *byte == b'/').unwrap_or(0);
            &rest[slash..]
        });
        return Entry::Paths(vec![as_path(&percent_decode(path).collect::<Vec<u8>>())]);
    }
    if let Some(end) = line.windows(3).position(|three| three == b"://") {
        let scheme = &line[..end];
        if !scheme.is_empty() && scheme.iter().all(u8::is_ascii_alphanumeric) {
            return Entry::Remote(String::from_utf8_lossy(line).into_owned());
        }
    }
    // On Unix a path is bytes. They are tried unchanged, then as a Windows text with Windows separators,
    // then as part of a URI, and with both ways of encoding an accent.
    let text = match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0,
    };
    let unix = text.replace('\\', "/");
    let decoded: Vec<u8> = percent_decode(line).collect();
    let mut paths = vec![as_path(line)];
    let others = [
        PathBuf::from(text.as_ref()),
        PathBuf::from(&unix),
        as_path(&decoded),
        PathBuf::from(unix.nfc().collect::<String>()),
        PathBuf::from(unix.nfd().collect::<String>()),
    ];
    for other in others {
        if !paths.contains(&other) {
            paths.push(other);
        }
    }
    Entry::Paths(paths)
}

fn strip_scheme<'a>(line: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = line.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last path that is tried for each entry.
    fn last(bytes: &[u8]) -> Vec<String> {
        let last = |entry| match entry {
            Entry::Paths(paths) => paths.last().unwrap().display().to_string(),
            Entry::Remote(uri) => format!("<{uri}>"),
        };
        entries(bytes).into_iter().map(last).collect()
    }

    #[test]
    fn comments_and_empty_lines_are_no_entries_whatever_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let lines =
                ["#EXTM3U", "#EXTINF:12,A, or b", "a.flac", "", "  b.flac  ", "# c.flac", "/d/e.flac"];
            assert_eq!(last(lines.join(end).as_bytes()), ["a.flac", "b.flac", "/d/e.flac"], "{end:?}");
        }
        assert_eq!(last(b"\xef\xbb\xbfa.flac\n"), ["a.flac"]);
        assert_eq!(last(b"\xff\xfea\0.\0f\0\n\0b\0"), ["a.f", "b"]);
        assert_eq!(last(b""), [""; 0]);
    }

    #[test]
    fn a_uri_of_a_file_is_a_path_and_others_are_not_here() {
        for uri in ["file:///m/a%20b.flac", "FILE://localhost/m/a%20b.flac", "file:/m/a%20b.flac"] {
            assert_eq!(last(uri.as_bytes()), ["/m/a b.flac"], "{uri}");
        }
        assert_eq!(
            last(b"https://example.org/a.mp3\nspotify://x"),
            ["<https://example.org/a.mp3>", "<spotify://x>"]
        );
    }

    #[test]
    fn a_path_is_tried_as_bytes_as_windows_wrote_it_and_as_a_part_of_a_uri() {
        let paths = |line: &[u8]| match entry(line) {
            Entry::Paths(paths) => paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            Entry::Remote(uri) => panic!("{uri}"),
        };
        assert_eq!(paths(b"a.flac"), ["a.flac"]);
        let latin = paths(b"Caf\xe9\\Don\x92t.mp3");
        assert_eq!(latin[1..3], ["Caf\u{e9}\\Don\u{2019}t.mp3", "Caf\u{e9}/Don\u{2019}t.mp3"]);
        assert!(paths(b"a%20b.flac").contains(&"a b.flac".to_owned()));
        assert!(paths("caf\u{e9}".as_bytes()).contains(&"cafe\u{301}".to_owned()));
        assert_eq!(paths(b"#no.flac")[0], "#no.flac");
    }

    #[test]
    fn of_a_pls_the_files_are_entries() {
        let text = b"[playlist]\nFile1=a.flac\nTitle1=file9=b\nLength1=-1\nfile2 = http://x/y\nNumberOfEntries=2\nFile=\n";
        assert_eq!(last(text), ["a.flac", "<http://x/y>"]);
    }
}
