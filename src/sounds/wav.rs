//! WAV files with wrong lengths: from recorders that lost power, programs that wrote to a pipe, or copies
//! that broke off. The sound that exists is played to its end.

use std::io::{Read, Result, Seek, SeekFrom};

use symphonia::core::audio::Position;

use super::downmix::usual;
use super::source::Spliced;

/// Lengths from here on mean "not known" if the file is shorter: programs use several such values.
const UNKNOWN: u64 = 0x7fff_0000;
/// The size of a chunk's name and length, and of RIFF's own header, in bytes.
const HEADER: u64 = 8;
const RIFF: u64 = 12;
/// The longest format chunk that is read: WAVE_FORMAT_EXTENSIBLE has 40 bytes.
const FORMAT: u64 = 1_024;
const EXTENSIBLE: u16 = 0xfffe;

/// A WAV file as it should have been written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wav {
    /// The header, with the sound's true length.
    head: Vec<u8>,
    start: u64,
    length: u64,
    /// The layout of the channels, if the file does not give it.
    pub layout: Option<Position>,
}

impl Wav {
    /// Reads the header of a file of `length` bytes; `None` when the file is not WAV, or has no format or
    /// no sound. Of a file in the 64-bit form (RF64, BW64) the first 4 GB are played.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn read(file: &mut (impl Read + Seek), length: u64) -> Result<Option<Self>> {
        let mut riff = [0; RIFF as usize];
        file.seek(SeekFrom::Start(0))?;
        if length < RIFF || file.read_exact(&mut riff).is_err() {
            return Ok(None);
        }
        if ![*b"RIFF", *b"RF64", *b"BW64"].contains(&[riff[0], riff[1], riff[2], riff[3]])
            || !riff.ends_with(b"WAVE")
        {
            return Ok(None);
        }
        let (mut place, mut format, mut long) = (RIFF, None, None);
        while place + HEADER <= length {
            let mut header = [0; HEADER as usize];
            file.seek(SeekFrom::Start(place))?;
            file.read_exact(&mut header)?;
            let [a, b, c, d, size @ ..] = header;
            let (size, body) = (u64::from(u32::from_le_bytes(size)), place + HEADER);
            match &[a, b, c, d] {
                b"fmt " => format = Some(part(file, size.min(FORMAT))?),
                b"ds64" => long = part(file, size.min(FORMAT))?.get(8..16).map(number),
                b"data" => {
                    let declared = if size == u64::from(u32::MAX) { long.unwrap_or(size) } else { size };
                    let empty = declared == 0 && is_chunk(file, body, length)?;
                    let sound = if empty { 0 } else { sound(declared, length - body) };
                    return Ok(format.and_then(|format| Self::of(&format, body, sound)));
                }
                _ => {}
            }
            // Chunks begin at even offsets.
            place = body + size + size % 2;
        }
        Ok(None)
    }

    /// A file with this format, and `available` bytes of sound from `start` on.
    fn of(format: &[u8], start: u64, available: u64) -> Option<Self> {
        let field = |place: usize| Some(u16::from_le_bytes([*format.get(place)?, *format.get(place + 1)?]));
        let (tag, channels, block) = (field(0)?, field(2)?, u64::from(field(12)?.max(1)));
        let room = u64::from(u32::MAX) - RIFF - 2 * HEADER - format.len() as u64;
        let length = available.min(room) / block * block;
        let is_told = tag == EXTENSIBLE && format.get(20..24).is_some_and(|mask| mask != [0; 4]);
        let all = 4 + HEADER + format.len() as u64 + HEADER + length;
        let mut head = Vec::with_capacity(64 + format.len());
        let sized = |head: &mut Vec<u8>, name: &[u8; 4], size: u64| {
            head.extend_from_slice(name);
            // `room` keeps it below 4 GB.
            head.extend_from_slice(&(size as u32).to_le_bytes());
        };
        sized(&mut head, b"RIFF", all);
        head.extend_from_slice(b"WAVE");
        sized(&mut head, b"fmt ", format.len() as u64);
        head.extend_from_slice(format);
        sized(&mut head, b"data", length);
        let layout = if is_told { None } else { usual(usize::from(channels)) };
        Some(Self { head, start, length, layout })
    }

    /// Whether there is any sound.
    pub(crate) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The file with a corrected header.
    pub(crate) fn repaired<R: Read + Seek>(self, file: R) -> Spliced<R> {
        Spliced::new(self.head, file, self.start, self.length)
    }
}

/// The number of available bytes that are sound, given the length that the header declares.
fn sound(declared: u64, available: u64) -> u64 {
    match declared {
        0 => available,
        declared if declared >= UNKNOWN || declared > available => declared.min(available),
        declared => declared,
    }
}

/// Whether a chunk that ends where the file does begins at `place`, or the file ends there: then a length
/// of zero is meant.
fn is_chunk(file: &mut (impl Read + Seek), place: u64, length: u64) -> Result<bool> {
    let mut header = [0; HEADER as usize];
    if place + HEADER > length {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut header)?;
    let [name @ .., a, b, c, d] = header;
    let end = place + HEADER + u64::from(u32::from_le_bytes([a, b, c, d]));
    Ok(name.iter().all(|c| c.is_ascii_graphic() || *c == b' ') && (length - 1..=length).contains(&end))
}

fn part(file: &mut impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const BLOCK: u16 = 4;

    /// A PCM file with two channels of 16 bits, and `sound` after a declared length.
    fn file(chunks: &[u8], declared: u32, sound: &[u8]) -> Vec<u8> {
        let mut out = b"RIFF\0\0\0\0WAVE".to_vec();
        out.extend_from_slice(chunks);
        out.extend_from_slice(b"fmt \x10\0\0\0\x01\0\x02\0\x80\xbb\0\0\0\xee\x02\0");
        out.extend_from_slice(&BLOCK.to_le_bytes());
        out.extend_from_slice(&[16, 0]);
        out.extend_from_slice(b"data");
        out.extend_from_slice(&declared.to_le_bytes());
        out.extend_from_slice(sound);
        out
    }

    fn played(file: &[u8]) -> Option<Vec<u8>> {
        let wav = Wav::read(&mut Cursor::new(file), file.len() as u64).unwrap()?;
        let mut out = Vec::new();
        wav.repaired(Cursor::new(file)).read_to_end(&mut out).unwrap();
        // The lengths fit.
        let size = |place: usize| u32::from_le_bytes(out[place..place + 4].try_into().unwrap()) as usize;
        assert_eq!((size(4) + 8, size(40) + 44), (out.len(), out.len()));
        Some(out.split_off(44))
    }

    #[test]
    fn a_wrong_length_is_taken_from_what_is_there() {
        let sound: Vec<u8> = (0..40).collect();
        for declared in [0, 40, 42, 41, 1_000, 0x7fff_0000, 0x7fff_ffff, 0x8000_0000, u32::MAX - 1, u32::MAX]
        {
            assert_eq!(played(&file(b"", declared, &sound)).unwrap(), sound, "{declared:#x}");
        }
        // Half a frame is dropped.
        for cut in [36, 37, 38, 39] {
            assert_eq!(played(&file(b"", 40, &sound[..cut])).unwrap(), sound[..36], "{cut} bytes");
        }
        assert_eq!(played(&file(b"", 30, &sound)).unwrap(), sound[..28], "a length of no whole frames");
    }

    #[test]
    fn what_stands_behind_the_sound_is_not_played() {
        let sound: Vec<u8> = (0..40).collect();
        let with_more = [sound.as_slice(), b"LIST\x04\0\0\0INFO"].concat();
        assert_eq!(played(&file(b"", 40, &with_more)).unwrap(), sound);
        assert_eq!(played(&file(b"", 0, b"LIST\x04\0\0\0INFO")).unwrap(), b"", "there is none");
        assert_eq!(played(&file(b"", 0, b"")).unwrap(), b"");
    }

    #[test]
    fn chunks_before_the_sound_are_stepped_over() {
        let sound: Vec<u8> = (0..40).collect();
        for chunks in [b"LIST\x03\0\0\0abc\0".as_slice(), b"JUNK\0\0\0\0", b"bext\x02\0\0\0ab"] {
            assert_eq!(played(&file(chunks, u32::MAX, &sound)).unwrap(), sound);
        }
    }

    #[test]
    fn the_length_of_a_64_bit_file_stands_in_a_chunk_of_its_own() {
        let sound: Vec<u8> = (0..40).collect();
        let mut ds64 = b"ds64\x1c\0\0\0".to_vec();
        ds64.extend_from_slice(&[0; 8]);
        ds64.extend_from_slice(&32u64.to_le_bytes());
        ds64.extend_from_slice(&[0; 12]);
        let mut long = file(&ds64, u32::MAX, &sound);
        for name in [b"RF64", b"BW64"] {
            long[..4].copy_from_slice(name);
            assert_eq!(played(&long).unwrap(), sound[..32]);
        }
    }

    #[test]
    fn what_is_no_wav_is_left_alone() {
        let whole = file(b"", 40, &[1; 40]);
        for length in 0..44 {
            assert_eq!(played(&whole[..length]), None, "{length} bytes");
        }
        assert_eq!(played(b"RIFF\0\0\0\0AVI LIST\0\0\0\0data\0\0\0\0"), None);
        assert_eq!(played(b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd"), None, "no format");
        assert_eq!(played(b"RIFF\0\0\0\0WAVEJUNK\xff\xff\xff\xff"), None, "a chunk behind the end");
    }

    #[test]
    fn channels_have_their_usual_places_where_the_file_does_not_tell() {
        let layout = |tag: u16, channels: u8, mask: u32| {
            let mut format = vec![0; 40];
            format[..2].copy_from_slice(&tag.to_le_bytes());
            format[2] = channels;
            format[20..24].copy_from_slice(&mask.to_le_bytes());
            Wav::of(&format, 0, 0).unwrap().layout
        };
        let quad = Position::FRONT_LEFT | Position::FRONT_RIGHT | Position::REAR_LEFT | Position::REAR_RIGHT;
        assert_eq!(layout(1, 4, 0), Some(quad));
        assert_eq!(layout(EXTENSIBLE, 4, 0), Some(quad));
        assert_eq!(layout(EXTENSIBLE, 4, 0xf), None, "it tells");
    }
}
