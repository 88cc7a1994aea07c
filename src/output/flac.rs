//! FLAC: the same 24 bits as WAV, without loss, by flacenc. Two threads compress; checksum, lengths, loudness and the
//! table for jumping are written into the head when they are known.

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, Frame as Compressed, StreamInfo};
use flacenc::config::Encoder as Config;
use flacenc::constant::MIN_BLOCK_SIZE;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Context, Fill, FrameBuf};

use super::description::Description;
use super::encoder::{Encoder, Loudness};
use super::file::{Destination, FileError};
use super::sink::Sink;
use super::{pcm, tags};
use crate::score::Score;
use crate::units::{Frame, Frames};

/// Frames that are compressed together.
const BLOCK: usize = 4096;
/// Blocks that each thread compresses at a time.
const BATCH: usize = 8;
const THREADS: usize = 2;
/// A higher order takes half as long again and saves 0.1 % of a session.
const ORDER: usize = 6;
const BITS: usize = 24;
/// Frames from one entry of the table for jumping to the next: ten seconds.
const SEEK_STEP: u64 = 480_000;
/// The kinds of block in the head (RFC 9639, 8.1).
const STREAM_INFO: u8 = 0;
const SEEK_TABLE: u8 = 3;
const COMMENTS: u8 = 4;
const PICTURE: u8 = 6;

/// What flacenc says, whose errors may not go from thread to thread.
type Failure = String;

fn said(error: impl std::fmt::Display) -> Failure {
    error.to_string()
}

/// Writes FLAC to a destination.
pub(crate) struct Flac {
    out: Sink,
    begun: Option<Begun>,
}

/// What there is once the session is known.
struct Begun {
    config: Verified<Config>,
    info: StreamInfo,
    checksum: Context,
    comments: Vec<(String, String)>,
    /// Blocks of the head that do not change any more, in order.
    picture: Option<Vec<u8>>,
    seek: SeekTable,
    /// Samples that are not compressed yet.
    pending: Vec<i32>,
    /// The number of the next block.
    number: usize,
}

/// Where to find every tenth second.
struct SeekTable {
    points: Vec<(u64, u64)>,
    capacity: usize,
    /// The next frame to have an entry.
    next: u64,
    /// The bytes of sound so far.
    bytes: u64,
}

impl Flac {
    /// A writer that has not begun.
    pub(crate) fn new(destination: Destination) -> Self {
        Self { out: Sink::new(destination), begun: None }
    }

    /// Compresses so many of the samples that wait.
    fn compress(&mut self, samples: usize) -> Result<(), FileError> {
        let Some(begun) = &mut self.begun else { return Ok(()) };
        let compressed = begun.compressed(samples);
        let mut bytes = Vec::new();
        self.out.attempt(|_| {
            bytes = compressed.map_err(std::io::Error::other)?;
            Ok(())
        })?;
        self.out.write(&bytes)
    }
}

impl Begun {
    fn new(score: &Score, about: &Description) -> Result<Self, Failure> {
        let hz = score.rate.hz() as usize;
        let mut config = Config::default();
        config.block_size = BLOCK;
        config.subframe_coding.qlpc.lpc_order = ORDER;
        let mut info = StreamInfo::new(hz, 2, BITS).map_err(said)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(said)?;
        Ok(Self {
            config: config.into_verified().map_err(|(_, error)| said(error))?,
            info,
            checksum: Context::new(BITS, 2),
            comments: tags::comments(about, score.rate),
            picture: about.cover.as_ref().map(tags::picture),
            seek: SeekTable::new(score.length),
            pending: Vec::new(),
            number: 0,
        })
    }

    /// Compresses so many of the samples that wait; each thread gets every other part.
    fn compressed(&mut self, samples: usize) -> Result<Vec<u8>, Failure> {
        let mut pending = std::mem::take(&mut self.pending);
        let now = &pending[..samples];
        self.checksum.fill_interleaved(now).map_err(said)?;
        let (config, info, first) = (&self.config, &self.info, self.number);
        let blocks: Vec<(usize, &[i32])> = (first..).zip(now.chunks(2 * BLOCK)).collect();
        let parts: Vec<_> = blocks.chunks(BATCH).collect();
        let done = std::thread::scope(|scope| {
            let threads: Vec<_> =
                parts.iter().map(|part| scope.spawn(move || part_compressed(config, info, part))).collect();
            threads
                .into_iter()
                // A panic on another thread is a bug, so it is passed on.
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect::<Result<Vec<_>, Failure>>()
        })?;
        let mut out = Vec::new();
        for ((number, _), (block, bytes)) in blocks.iter().zip(done.into_iter().flatten()) {
            self.info.update_frame_info(&block);
            self.seek.note((number * BLOCK) as u64, bytes.len());
            out.extend(bytes);
        }
        self.number += blocks.len();
        pending.drain(..samples);
        self.pending = pending;
        Ok(out)
    }

    /// The head of the file, as far as everything is known. It always takes the same room.
    fn head(&self, loudness: Option<Loudness>) -> Result<Vec<u8>, Failure> {
        let mut info = ByteSink::new();
        self.info.write(&mut info).map_err(said)?;
        let gains = tags::replaygain(loudness);
        let mut blocks = vec![
            (STREAM_INFO, info.as_slice().to_vec()),
            (SEEK_TABLE, self.seek.block()),
            (COMMENTS, comments(self.comments.iter().chain(&gains))),
        ];
        blocks.extend(self.picture.iter().map(|picture| (PICTURE, picture.clone())));
        let last = blocks.len() - 1;
        let mut head = b"fLaC".to_vec();
        for (place, (kind, bytes)) in blocks.into_iter().enumerate() {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
            if length[0] > 0 {
                return Err("the picture is too large for FLAC".into());
            }
            head.push(if place == last { kind | 0x80 } else { kind });
            head.extend(&length[1..]);
            head.extend(bytes);
        }
        Ok(head)
    }
}

/// Compresses blocks, each with its number.
fn part_compressed(
    config: &Verified<Config>,
    info: &StreamInfo,
    blocks: &[(usize, &[i32])],
) -> Result<Vec<(Compressed, Vec<u8>)>, Failure> {
    let compress = |(number, samples): &(usize, &[i32])| {
        let mut block = FrameBuf::with_size(2, (samples.len() / 2).max(MIN_BLOCK_SIZE)).map_err(said)?;
        block.fill_interleaved(samples).map_err(said)?;
        let block = flacenc::encode_fixed_size_frame(config, &block, *number, info).map_err(said)?;
        let mut bytes = ByteSink::with_capacity(block.count_bits());
        block.write(&mut bytes).map_err(said)?;
        Ok((block, bytes.into_inner()))
    };
    blocks.iter().map(compress).collect()
}

impl SeekTable {
    fn new(length: Frames) -> Self {
        let capacity = length.0.div_ceil(SEEK_STEP) as usize;
        Self { points: Vec::with_capacity(capacity), capacity, next: 0, bytes: 0 }
    }

    /// Notes that the block of this first frame takes so many bytes.
    fn note(&mut self, frame: u64, bytes: usize) {
        if frame >= self.next && self.points.len() < self.capacity {
            self.points.push((frame, self.bytes));
            self.next += SEEK_STEP;
        }
        self.bytes += bytes as u64;
    }

    /// The table as bytes (RFC 9639, 8.5); entries that are not known yet are marked as such.
    fn block(&self) -> Vec<u8> {
        let known = self.points.iter().map(|(frame, byte)| (*frame, *byte, BLOCK as u16));
        let unknown = std::iter::repeat_n((u64::MAX, 0, 0), self.capacity - self.points.len());
        let entry = |(frame, byte, length): (u64, u64, u16)| {
            let parts = [&frame.to_be_bytes()[..], &byte.to_be_bytes(), &length.to_be_bytes()];
            parts.concat()
        };
        known.chain(unknown).flat_map(entry).collect()
    }
}

/// Vorbis comments as FLAC holds them (RFC 9639, 8.6).
fn comments<'a>(comments: impl Iterator<Item = &'a (String, String)>) -> Vec<u8> {
    let text = |text: &str| {
        let mut bytes = u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes
    };
    let lines: Vec<Vec<u8>> = comments.map(|(name, value)| text(&format!("{name}={value}"))).collect();
    let mut block = text(tags::WRITER);
    block.extend(u32::try_from(lines.len()).unwrap_or(u32::MAX).to_le_bytes());
    block.extend(lines.concat());
    block
}

impl Encoder for Flac {
    fn begin(&mut self, score: &Score, about: &Description) -> Result<(), FileError> {
        self.out.begin(score.rate);
        let begun = Begun::new(score, about).and_then(|begun| Ok((begun.head(None)?, begun)));
        let mut head = Vec::new();
        self.out.attempt(|_| {
            let (bytes, begun) = begun.map_err(std::io::Error::other)?;
            (head, self.begun) = (bytes, Some(begun));
            Ok(())
        })?;
        self.out.write(&head)
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        const FULL: usize = 2 * BLOCK * BATCH * THREADS;
        let Some(begun) = &mut self.begun else { return Ok(()) };
        begun.pending.extend(frames.as_flattened().iter().map(|sample| pcm::number(*sample)));
        while self.begun.as_ref().is_some_and(|begun| begun.pending.len() >= FULL) {
            self.compress(FULL)?;
        }
        self.out.advance(frames.len());
        Ok(())
    }

    fn wants_loudness(&self) -> bool {
        true
    }

    fn finish(&mut self, loudness: Option<Loudness>) -> Result<(), FileError> {
        let rest = self.begun.as_ref().map_or(0, |begun| begun.pending.len());
        self.compress(rest)?;
        let Some(begun) = &mut self.begun else { return Ok(()) };
        begun.info.set_total_samples(self.out.done().0 as usize);
        begun.info.set_md5_digest(&begun.checksum.md5_digest());
        // The last block is shorter, and does not count (RFC 9639, 8.2).
        let sized = begun.info.set_block_sizes(BLOCK, BLOCK).map(|_| ()).map_err(said);
        let head = sized.and_then(|()| begun.head(loudness));
        let mut bytes = Vec::new();
        self.out.attempt(|_| {
            bytes = head.map_err(std::io::Error::other)?;
            Ok(())
        })?;
        self.out.rewrite(&bytes)?;
        self.out.finish()
    }
}
