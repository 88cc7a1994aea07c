//! The atoms of an MP4 file (ISO/IEC 14496-12, 4.2). mp4ameta makes room for what an atom tells of its length before
//! it reads, and a program that asks for more memory than there is gets killed.

use std::io::{Read, Result, Seek, SeekFrom};

/// More atoms than any file has whose sound can be played.
const MOST: usize = 100_000;
/// Atoms are at most so deep in each other: a chapter's text is in eight.
const DEPTH: usize = 12;

/// Whether each atom of a file fits into the one around it, as far as mp4ameta looks into them. The sound may break
/// off.
///
/// # Errors
/// When the file can't be read.
pub(super) fn fit(file: &mut (impl Read + Seek)) -> Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut left = MOST;
    let fit = fit_between(file, 0, length, b"file", &mut left, DEPTH)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(fit)
}

fn fit_between(
    file: &mut (impl Read + Seek),
    mut place: u64,
    end: u64,
    around: &[u8; 4],
    left: &mut usize,
    depth: usize,
) -> Result<bool> {
    while end.saturating_sub(place) >= 8 {
        let [a, b, c, d, name @ ..] = bytes::<8>(file, place)?;
        let (size, head) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (end - place, 8),
            1 if end - place >= 16 => (u64::from_be_bytes(bytes(file, place + 8)?), 16),
            size => (u64::from(size), 8),
        };
        *left = left.saturating_sub(1);
        if &name == b"mdat" && size > end - place {
            return Ok(true);
        }
        if *left == 0 || depth == 0 || size < head || size > end - place {
            return Ok(false);
        }
        if let Some(fields) = fields(&name, around) {
            let (first, last) = (place + head + fields, place + size);
            if !fit_between(file, first, last, &name, left, depth - 1)? {
                return Ok(false);
            }
        }
        place += size;
    }
    Ok(true)
}

/// How many bytes stand before the atoms inside an atom; `None` where there are none.
fn fields(name: &[u8; 4], around: &[u8; 4]) -> Option<u64> {
    match name {
        b"moov" | b"trak" | b"tref" | b"mdia" | b"minf" | b"gmhd" | b"dinf" | b"stbl" | b"udta" | b"ilst" => {
            Some(0)
        }
        b"meta" => Some(4),
        b"stsd" | b"dref" => Some(8),
        // A tag, of any name.
        _ if around == b"ilst" => Some(0),
        _ => None,
    }
}

fn bytes<const N: usize>(file: &mut (impl Read + Seek), place: u64) -> Result<[u8; N]> {
    let mut out = [0; N];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes(), name.as_slice(), body].concat()
    }

    fn all_fit(bytes: &[u8]) -> bool {
        fit(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn real_files_fit_and_so_does_one_whose_sound_breaks_off() {
        for name in ["tone.m4a", "alac.m4a", "six.m4a", "opus.mp4"] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/music").join(name);
            assert!(all_fit(&std::fs::read(path).unwrap()), "{name}");
        }
        let sound = atom(b"mdat", &[0; 40]);
        assert!(all_fit(&[atom(b"ftyp", b"M4A \0\0\0\0"), sound[..20].to_vec()].concat()));
        assert!(all_fit(b"") && all_fit(b"\0\0\0"));
    }

    #[test]
    fn an_atom_that_is_longer_than_the_one_around_it_does_not() {
        let tag = |data: &[u8]| {
            let meta = [&[0; 4][..], &atom(b"ilst", &atom(b"\xa9nam", data))].concat();
            atom(b"moov", &atom(b"udta", &atom(b"meta", &meta)))
        };
        let text = atom(b"data", b"\0\0\0\x01\0\0\0\0Rest");
        assert!(all_fit(&tag(&text)));
        let longer = |by: u8| [&[0, 0, 0, text.len() as u8 + by], &text[4..]].concat();
        assert!(!all_fit(&tag(&longer(1))) && all_fit(&tag(&longer(0))));
        let huge = [&[0, 0, 0, 1], b"data".as_slice(), &(1_u64 << 40).to_be_bytes(), &[0; 8]].concat();
        assert!(!all_fit(&tag(&huge)) && !all_fit(&[&[0, 0, 0, 1], b"ftyp".as_slice(), &[0xff; 8]].concat()));
    }
}
