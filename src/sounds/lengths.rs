//! Lengths that a file declares but does not have. Symphonia 0.5.5 allocates memory before it reads, and a
//! program that asks for more than there is gets killed, so the lengths are checked first.

mod matroska;

use std::io::{Read, Result, Seek, SeekFrom};
use std::sync::LazyLock;

use symphonia::core::probe::Probe;
use symphonia::default::formats::{AdtsReader, AiffReader, MpaReader, OggReader, WavReader};
use symphonia::default::get_probe;
use symphonia_metadata::id3v2::Id3v2Reader;

/// More relevant atoms or chunks than any file has.
const MOST: usize = 100_000;
/// The tables of an MP4 file are five atoms deep.
const DEPTH: usize = 5;

/// Finds what asks for no memory merely because of a length that a file declares.
static WITHOUT_DECLARED: LazyLock<Probe> = LazyLock::new(|| {
    let mut probe = Probe::default();
    probe.register_all::<Id3v2Reader>();
    probe.register_all::<AdtsReader>();
    probe.register_all::<AiffReader>();
    probe.register_all::<MpaReader>();
    probe.register_all::<OggReader>();
    probe.register_all::<WavReader>();
    probe
});

/// What finds the sound in a file of `length` bytes; `None` if the tables declared by an MP4, CAF, FLAC or
/// Matroska file don't fit into it. These are looked for where the file begins, or the tags before it end: symphonia
/// would find them after anything else, too.
///
/// # Errors
/// When the file can't be read.
pub(crate) fn probe(file: &mut (impl Read + Seek), length: u64) -> Result<Option<&'static Probe>> {
    let found = after_tags(file, length)?.map(|start| declared(file, start, length)).transpose()?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match found {
        Some(Some(true)) => Some(get_probe()),
        Some(None) => Some(&*WITHOUT_DECLARED),
        Some(Some(false)) | None => None,
    })
}

/// Whether the lengths that a file declares from `start` on fit into it; `None` for a file of another kind.
fn declared(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<Option<bool>> {
    let head = bytes::<8>(file, start, length)?.unwrap_or_default();
    let mut left = MOST;
    Ok(Some(match &head {
        [b'c', b'a', b'f', b'f', ..] => caf(file, start, length)?,
        [b'f', b'L', b'a', b'C', ..] => flac(file, start, length)?,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => matroska::elements(file, start, length)?,
        [.., b'f', b't', b'y', b'p'] => atoms(file, start, length, DEPTH, &mut left)?,
        _ => return Ok(None),
    }))
}

/// The place after the tags at the beginning (ID3v2.4.0, 3); `None` if a frame in them is longer than its tag.
fn after_tags(file: &mut (impl Read + Seek), length: u64) -> Result<Option<u64>> {
    let mut place = 0;
    while let Some([b'I', b'D', b'3', version, _, flags, size @ ..]) = bytes::<10>(file, place, length)? {
        let size = size.iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f));
        let (body, end) = (place + 10, place + 10 + size);
        // Only in this version can a frame tell more than 256 MB. In a tag made free of false synchronisations, lengths
        // are those from before.
        if version == 3 && flags & 0x80 == 0 && !frames(file, body, end.min(length), flags & 0x40 != 0)? {
            return Ok(None);
        }
        let has_footer = version == 4 && flags & 0x10 != 0;
        place = end + if has_footer { 10 } else { 0 };
    }
    Ok(Some(place))
}

/// Whether the frames of a tag (ID3v2.3.0, 3.3) are inside it.
fn frames(file: &mut (impl Read + Seek), mut place: u64, end: u64, has_more_head: bool) -> Result<bool> {
    if has_more_head {
        let Some(size) = bytes(file, place, end)?.map(u32::from_be_bytes) else { return Ok(true) };
        place += 4 + u64::from(size);
    }
    while let Some([first, _, _, _, a, b, c, d, _, _]) = bytes::<10>(file, place, end)? {
        // What follows the last frame is 0.
        if first == 0 {
            break;
        }
        place += 10;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if size > end - place {
            return Ok(false);
        }
        place += size;
    }
    Ok(true)
}

/// The bytes at a place, if they end before `end`.
fn bytes<const N: usize>(file: &mut (impl Read + Seek), place: u64, end: u64) -> Result<Option<[u8; N]>> {
    let mut out = [0; N];
    if place.checked_add(N as u64).is_none_or(|last| last > end) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut out)?;
    Ok(Some(out))
}

/// The MP4 atoms between two places (ISO/IEC 14496-12, 4.2), down to the sample tables.
fn atoms(
    file: &mut (impl Read + Seek),
    mut place: u64,
    end: u64,
    depth: usize,
    left: &mut usize,
) -> Result<bool> {
    while let Some([a, b, c, d, name @ ..]) = bytes::<8>(file, place, end)? {
        *left = left.saturating_sub(1);
        let (short, mut body) = (u64::from(u32::from_be_bytes([a, b, c, d])), place + 8);
        let size = match short {
            0 => end - place,
            1 => {
                body += 8;
                bytes(file, place + 8, end)?.map_or(0, u64::from_be_bytes)
            }
            size => size,
        };
        if *left == 0 || size < body - place || size > end - place {
            // A truncated file may still have a valid start, and the decoder deals with small errors; but a
            // 64-bit length could ask for any amount of memory.
            return Ok(size <= u64::from(u32::MAX) || &name == b"mdat");
        }
        let last = place + size;
        let inside = match &name {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" if depth > 0 => {
                atoms(file, body, last, depth - 1, left)?
            }
            b"stts" | b"co64" => table(file, body + 4, last, 8)?,
            b"stsc" => table(file, body + 4, last, 12)?,
            b"stco" => table(file, body + 4, last, 4)?,
            // If all samples have one size, there is no table.
            b"stsz" if bytes(file, body + 4, last)? == Some([0; 4]) => table(file, body + 8, last, 4)?,
            _ => true,
        };
        if !inside {
            return Ok(false);
        }
        place = last;
    }
    Ok(true)
}

/// Whether the number of entries declared at `place` fits after it.
fn table(file: &mut (impl Read + Seek), place: u64, end: u64, entry: u64) -> Result<bool> {
    let count = bytes(file, place, end)?.map(u32::from_be_bytes);
    Ok(count.is_some_and(|count| u64::from(count) * entry <= end - place - 4))
}

/// The chunks of a CAF file. Only the sound data may be longer than the file, or of unknown length.
fn caf(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<bool> {
    let mut place = start + 8;
    for _ in 0..MOST {
        let Some([a, b, c, d, size @ ..]) = bytes::<12>(file, place, length)? else { return Ok(true) };
        let (body, size) = (place + 12, u64::from_be_bytes(size));
        if size > length - body {
            return Ok([a, b, c, d] == *b"data");
        }
        // Each packet has at least one byte.
        let packets = bytes(file, body, body + size)?.map_or(0, u64::from_be_bytes);
        if [a, b, c, d] == *b"pakt" && packets > length {
            return Ok(false);
        }
        place = body + size;
    }
    Ok(false)
}

/// The comments of a FLAC file (RFC 9639, 8.6).
fn flac(file: &mut (impl Read + Seek), start: u64, length: u64) -> Result<bool> {
    let mut place = start + 4;
    for _ in 0..MOST {
        let Some([kind, size @ ..]) = bytes::<4>(file, place, length)? else { return Ok(true) };
        let [a, b, c] = size;
        let end = (place + 4 + u64::from(u32::from_be_bytes([0, a, b, c]))).min(length);
        if kind & 0x7f == 4 && !comments(file, place + 4, end)? {
            return Ok(false);
        }
        if kind & 0x80 != 0 {
            return Ok(true);
        }
        place = end;
    }
    Ok(false)
}

fn comments(file: &mut (impl Read + Seek), place: u64, end: u64) -> Result<bool> {
    let text = |file: &mut _, place| -> Result<Option<u64>> {
        let size = bytes(file, place, end)?.map(u32::from_le_bytes);
        Ok(size.map(|size| place + 4 + u64::from(size)).filter(|last| *last <= end))
    };
    let Some(mut place) = text(file, place)? else { return Ok(false) };
    let count = bytes(file, place, end)?.map_or(0, u32::from_le_bytes);
    place += 4;
    for _ in 0..count {
        match text(file, place)? {
            Some(next) => place = next,
            None => return Ok(false),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::path::Path;

    use super::*;

    fn stored(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/music").join(name)).unwrap()
    }

    fn is_plausible(bytes: &[u8]) -> bool {
        probe(&mut Cursor::new(bytes), bytes.len() as u64).unwrap().is_some()
    }

    /// A stored file in which the bytes at some distance after a name are replaced.
    fn changed(name: &str, after: &[u8], distance: usize, with: &[u8]) -> Vec<u8> {
        let mut bytes = stored(name);
        let place = bytes.windows(after.len()).position(|window| window == after).unwrap() + distance;
        bytes[place..place + with.len()].copy_from_slice(with);
        bytes
    }

    #[test]
    fn good_files_are_plausible_and_so_are_those_that_broke_off() {
        for name in
            ["tone.m4a", "alac.m4a", "opus.mp4", "six.m4a", "tone.caf", "tone.flac", "tone.ogg", "tone.mp3"]
        {
            assert!(is_plausible(&stored(name)), "{name}");
        }
        for name in ["tone.flac", "tone.caf", "tone.mp3"] {
            let whole = stored(name);
            assert!(is_plausible(&whole[..whole.len() / 2]), "{name}");
        }
        assert!(is_plausible(b"") && is_plausible(b"fLaC") && is_plausible(b"caff\0\x01\0\0"));
    }

    #[test]
    fn tables_without_room_in_the_file_are_not() {
        let most = [0xff; 4];
        for (name, distance) in [(b"stsz", 12), (b"stts", 8), (b"stco", 8), (b"stsc", 8)] {
            assert!(!is_plausible(&changed("tone.m4a", name, distance, &most)), "{}", name.escape_ascii());
        }
        let mut cookie = stored("tone.caf");
        let desc = cookie.windows(4).position(|name| name == b"desc").unwrap();
        cookie.splice(desc..desc, [b"kuki".as_slice(), &[0x7f; 8]].concat());
        assert!(!is_plausible(&cookie));
        let mut comment = stored("tone.flac");
        let vendor = comment.windows(6).position(|name| name == b"ffmpeg").unwrap();
        comment[vendor - 4..vendor].copy_from_slice(&[0xff; 4]);
        assert!(!is_plausible(&comment));
    }

    /// Whether something with declared lengths is looked for in a file.
    fn is_searched(bytes: &[u8]) -> bool {
        let probe = probe(&mut Cursor::new(bytes), bytes.len() as u64).unwrap();
        probe.is_some_and(|probe| std::ptr::eq(probe, get_probe()))
    }

    #[test]
    fn tables_are_looked_for_where_the_file_or_its_tags_begin_and_nowhere_else() {
        let tag = |size: u8| [b"ID3\x04\0\0\0\0\0".as_slice(), &[size], &vec![0; size.into()]].concat();
        for name in ["tone.m4a", "tone.caf", "tone.flac", "tone.mka", "tone.webm"] {
            let whole = stored(name);
            assert!(is_searched(&whole) && is_searched(&[tag(9), tag(0), whole.clone()].concat()), "{name}");
            assert!(!is_searched(&[b"anything".as_slice(), &whole].concat()), "{name}");
            assert!(!is_searched(&[tag(9), vec![0], whole].concat()), "{name}");
        }
        assert!(!is_searched(&stored("tone.mp3")) && !is_searched(&stored("tone.ogg")));
        let most = [0xff; 4];
        let table = changed("tone.m4a", b"stsc", 8, &most);
        assert!(!is_searched(&[b"anything".as_slice(), &table].concat()));
        assert!(!is_plausible(&[tag(9), table].concat()));
    }

    #[test]
    fn elements_and_frames_longer_than_what_they_are_in_are_not_plausible() {
        for name in ["tone.mka", "tone.webm"] {
            let whole = stored(name);
            assert!(is_plausible(&whole) && is_plausible(&whole[..whole.len() / 2]), "{name}");
            // The private data of the codec, with a length of seven bytes.
            let place = whole.windows(2).position(|id| id == [0x63, 0xA2]).unwrap();
            let mut long = whole.clone();
            long.splice(place + 2..place + 3, [0x01, 0x7f, 0, 0, 0, 0, 0, 0]);
            assert!(!is_plausible(&long), "{name}");
        }
        let tag = |frame: [u8; 4]| {
            let frame = [b"TIT2".as_slice(), &frame, &[0, 0], b"\0abc"].concat();
            [b"ID3\x03\0\0\0\0\0".as_slice(), &[frame.len() as u8], &frame, &stored("tone.mp3")].concat()
        };
        assert!(is_plausible(&tag([0, 0, 0, 4])) && !is_plausible(&tag([0xff; 4])));
    }
}
