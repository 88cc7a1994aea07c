//! The elements of a Matroska or WebM file (RFC 9559), which are EBML (RFC 8794).

use std::io::{Read, Result, Seek, SeekFrom};

/// So many elements are looked at: hours of sound.
const MOST: usize = 1_000_000;
/// The elements that are made of elements, by their ids: those that symphonia looks into.
const MASTERS: [u32; 30] = [
    0x1A45_DFA3,
    0x1853_8067,
    0x114D_9B74,
    0x4DBB,
    0x1549_A966,
    0x1F43_B675,
    0xA0,
    0x75A1,
    0xA6,
    0x1654_AE6B,
    0xAE,
    0xE0,
    0xE1,
    0x6D80,
    0x6240,
    0x5035,
    0x47E7,
    0x55B0,
    0x55D0,
    0x1C53_BB6B,
    0xBB,
    0xB7,
    0x1043_A770,
    0x45B9,
    0xB6,
    0x80,
    0x1254_C367,
    0x7373,
    0x63C0,
    0x67C8,
];
/// The element that holds all of the sound.
const SEGMENT: u32 = 0x1853_8067;
/// `Block` and `SimpleBlock`: the sound.
const BLOCKS: [u32; 2] = [0xA1, 0xA3];
/// How much longer than the file an element may be: a file that broke off has an unfinished one at its end.
const UNFINISHED: u64 = 64 << 20;
/// The most bytes that say how a block is divided: 255 lengths of 8 bytes, after the number of the track, the
/// time, the flags and their count.
const DIVIDED: u64 = 8 + 2 + 1 + 1 + 255 * 8;

/// Whether the elements from `place` on are one behind the other and inside each other as their lengths say, and
/// whether each of them, and every part of a block, fits into the `length` bytes of a file. Where they are not,
/// symphonia would look for something to go on with, at places that nobody has looked at.
pub(super) fn elements(file: &mut (impl Read + Seek), mut place: u64, length: u64) -> Result<bool> {
    let mut ends = Vec::new();
    let mut segment_end = u64::MAX;
    for _ in 0..MOST {
        while ends.last() == Some(&place) {
            ends.pop();
        }
        let end = ends.last().copied().unwrap_or(u64::MAX);
        let head = some(file, place, length, 12)?;
        let Some((id, size, is_open, taken)) = element(&head) else {
            // A file may break off anywhere, and anything may follow its sound.
            return Ok(head.len() < 12 || place >= segment_end);
        };
        place += taken;
        let is_master = MASTERS.contains(&id);
        // An open length is that of a live recording; such an element ends where its last one does.
        let size = if is_master && is_open { 0 } else { size };
        let last = place.saturating_add(size);
        if place > end || last > end || size == u64::MAX {
            return Ok(false);
        }
        if id == SEGMENT && !is_open {
            segment_end = last;
        }
        if is_master {
            ends.extend((size > 0).then_some(last));
            continue;
        }
        if size > length.saturating_sub(place) {
            return Ok(size <= UNFINISHED);
        }
        if BLOCKS.contains(&id) && !is_divided_well(&some(file, place, place + size, DIVIDED)?, size) {
            return Ok(false);
        }
        place += size;
    }
    Ok(true)
}

/// At most `most` bytes between two places.
fn some(file: &mut (impl Read + Seek), place: u64, end: u64, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.take(end.saturating_sub(place).min(most)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The id and the size of the element that begins here, whether its size is left open, and how many bytes they take;
/// `None` where none begins. To symphonia an open size of one byte is 0, and a longer one is a number.
fn element(head: &[u8]) -> Option<(u32, u64, bool, u64)> {
    let width = head.first()?.leading_zeros() as usize + 1;
    let id = head.get(..width).filter(|_| width <= 4)?;
    let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let (size, taken) = number(&head[width..])?;
    let is_open = size == (1 << (7 * taken)) - 1;
    Some((id, if is_open && taken == 1 { 0 } else { size }, is_open, (width + taken) as u64))
}

/// A number of variable length, and how many bytes it takes. Too many bytes are no length that a file has.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    if width > 8 {
        return Some((u64::MAX, 1));
    }
    let rest = bytes.get(1..width)?;
    let first = u64::from(first) & (0x7f >> (width - 1));
    Some((rest.iter().fold(first, |number, byte| number << 8 | u64::from(*byte)), width))
}

/// Whether the parts into which a block of `size` bytes is divided (RFC 9559, 10.3) are inside it, as far as the
/// block tells their lengths.
fn is_divided_well(head: &[u8], size: u64) -> bool {
    let Some((number_of_track, track)) = number(head) else { return true };
    if number_of_track == u64::MAX {
        return false;
    }
    let Some((flags, rest)) = head.get(track + 2..).and_then(<[u8]>::split_first) else { return true };
    let Some((count, mut rest)) = rest.split_first() else { return true };
    match flags >> 1 & 3 {
        // Each byte of 255 adds as much to a length.
        1 => {
            let lengths = rest.iter().scan(0, |ended, byte| {
                let is_one = *ended < u64::from(*count);
                *ended += u64::from(*byte != 255);
                is_one.then_some(u64::from(*byte))
            });
            lengths.sum::<u64>() <= size
        }
        3 => {
            let mut length = None;
            for _ in 0..*count {
                let Some((number, taken)) = number(rest) else { return true };
                rest = &rest[taken..];
                // All but the first are told by how much they differ.
                let middle = (1_i64 << (7 * taken - 1)) - 1;
                let next = match length {
                    None => i64::try_from(number).ok(),
                    Some(length) => {
                        i64::try_from(number).ok().and_then(|number| (number - middle).checked_add(length))
                    }
                };
                length = next.filter(|next| u64::try_from(*next).is_ok_and(|next| next <= size));
                if length.is_none() {
                    return false;
                }
            }
            true
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_elements_are_read() {
        assert_eq!(number(&[0x82]), Some((2, 1)));
        assert_eq!(number(&[0x40, 0x02]), Some((2, 2)));
        assert_eq!(number(&[0x01, 0, 0, 0, 0, 0, 1, 2]), Some((258, 8)));
        assert_eq!(number(&[0x40]), None);
        assert_eq!(element(&[0x1A, 0x45, 0xDF, 0xA3, 0x84, 0]), Some((0x1A45_DFA3, 4, false, 5)));
        assert_eq!(element(&[0xA3, 0xff]), Some((0xA3, 0, true, 2)));
        assert_eq!(element(&[0, 1]), None);
    }

    #[test]
    fn elements_fill_what_they_are_in() {
        let fit = |bytes: &[u8]| {
            let mut file = std::io::Cursor::new(bytes);
            elements(&mut file, 0, bytes.len() as u64).unwrap()
        };
        // A cluster with two elements that are no masters, and one more after it.
        let cluster = |size: u8| {
            [&[0x1F, 0x43, 0xB6, 0x75, size, 0xE7, 0x81, 0, 0xEC, 0x82, 0, 0], &[0xEC; 14][..]].concat()
        };
        let ended = |mut bytes: Vec<u8>| {
            bytes.truncate(12);
            [bytes, [0xEC, 0x8A].to_vec(), [0; 10].to_vec()].concat()
        };
        assert!(fit(&ended(cluster(0x87))) && fit(&ended(cluster(0xff))));
        // A length that is left open in eight bytes, as live recordings have it, and one of another element.
        let open = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let live = [&[0x18, 0x53, 0x80, 0x67][..], &open, &[0x1F, 0x43, 0xB6, 0x75], &open, &[0xE7, 0x81, 0]]
            .concat();
        assert!(fit(&live) && !fit(&[&[0xA3][..], &open, &[0; 9]].concat()));
        assert!(!fit(&ended(cluster(0x86))) && !fit(&ended(cluster(0x85))));
        // Something that is no element stands where one should.
        assert!(!fit(&[&[0x1F, 0x43, 0xB6, 0x75, 0xA0, 0xE7, 0x81, 0][..], &[0; 32]].concat()));
        // Nor may it stand behind the head of the file, or in a segment of open length; behind a closed one it may.
        let head = [0x1A, 0x45, 0xDF, 0xA3, 0x80];
        let segment = |size| [&head[..], &[0x18, 0x53, 0x80, 0x67, size, 0xE7, 0x81, 0], &[0; 12]].concat();
        assert!(!fit(&[&head[..], &[0; 12]].concat()) && !fit(&segment(0xff)) && fit(&segment(0x83)));
        // Sizes have eight bytes at most.
        assert!(!fit(&[&[0x18, 0x53, 0x80, 0x67][..], &[0; 12]].concat()));
        // What broke off.
        assert!(fit(&[0x1F, 0x43, 0xB6, 0x75, 0xA0, 0xE7, 0x81, 0, 0xEC, 0x90, 0, 0]));
    }

    #[test]
    fn the_parts_of_a_block_are_inside_it() {
        let block = |flags: u8, rest: &[u8]| [&[0x81, 0, 0, flags], rest].concat();
        let fits = |flags, rest: &[u8]| is_divided_well(&block(flags, rest), 600);
        assert!(fits(0, &[0xff; 9]) && fits(4, &[0xff; 9]));
        // Two lengths, 510 and 90; one of them more, and the sum is too much.
        assert!(fits(2, &[2, 255, 255, 0, 90]) && !fits(2, &[2, 255, 255, 0, 91]));
        // A length of 200, and one that is 10 less; one that is below nothing, and one beyond the block.
        assert!(fits(6, &[2, 0x40, 200, 0xB5]) && !fits(6, &[2, 0x85, 0x80]));
        assert!(!is_divided_well(&[0; 12], 600));
        assert!(!fits(6, &[1, 0x01, 0x7f, 0, 0, 0, 0, 0, 0]));
    }
}
