//! Opus in Ogg (RFC 7845), by opus-pure. A page holds a second, so a stream is heard a second later; the length is
//! exact to the frame, and the loudness of a file is written into its head when it is known.

use opus_pure::{
    Application, Error, MAX_PACKET_BYTES, OggOpusWriter, OpusEncoder, OpusHead, OpusTags, RateControl,
};

use super::description::Description;
use super::encoder::{Encoder, Loudness};
use super::file::{Destination, FileError};
use super::sink::Sink;
use super::tags;
use crate::score::Score;
use crate::units::Frame;

/// The bitrate unless another is asked for, in kbit/s: 40 minutes take 11.6 MB. The speech is the same on both sides,
/// and the ambience is noise, for which the codec keeps the energy of each band and not the wave.
const BITRATE: u32 = 40;
/// Frames in a packet: 20 ms.
const PACKET: usize = 960;
/// Packets on a page.
const ON_PAGE: u32 = 50;
/// The most bytes on a page, by the format.
const MOST_BYTES: usize = 65_025;

/// Writes Opus to a destination.
pub(crate) struct Opus {
    out: Sink,
    bitrate: u32,
    begun: Option<Begun>,
}

/// What there is once the session is known.
struct Begun {
    encoder: OpusEncoder,
    ogg: OggOpusWriter<Vec<u8>>,
    head: OpusHead,
    tags: OpusTags,
    on_page: u32,
    /// Samples that do not fill a packet yet.
    pending: Vec<f32>,
    packet: Vec<u8>,
}

impl Opus {
    /// A writer that has not begun, at so many kbit/s.
    pub(crate) fn new(destination: Destination, bitrate: Option<u32>) -> Self {
        Self { out: Sink::new(destination), bitrate: bitrate.unwrap_or(BITRATE), begun: None }
    }

    /// Does something, and writes the pages that it has completed.
    fn coded(&mut self, work: impl FnOnce(&mut Begun) -> Result<(), Error>) -> Result<(), FileError> {
        let Some(begun) = &mut self.begun else { return Ok(()) };
        let coded = work(begun);
        self.out.attempt(|_| coded.map_err(std::io::Error::other))?;
        let Some(pages) = begun.ogg.get_mut() else { return Ok(()) };
        if !pages.is_empty() {
            self.out.write(pages)?;
            pages.clear();
            self.out.hand_over()?;
        }
        Ok(())
    }
}

impl Begun {
    fn new(bitrate: u32, about: &Description, score: &Score, is_stream: bool) -> Result<Self, Error> {
        let rate = score.rate.hz().cast_signed();
        let mut encoder = OpusEncoder::new(rate, 2, Application::Audio)?;
        encoder.bitrate_bps = (bitrate * 1000).cast_signed();
        encoder.rate_control = RateControl::Vbr;
        let head = OpusHead::for_encoder(&encoder, score.rate.hz());
        let mut tags = OpusTags::new();
        for (name, value) in tags::comments(about, score.rate) {
            tags.push(&name, &value)?;
        }
        // Whoever joins a stream late gets its head first, so that is short.
        if let Some(cover) = about.cover.as_ref().filter(|_| !is_stream) {
            use base64::Engine as _;
            let picture = base64::engine::general_purpose::STANDARD.encode(tags::picture(cover));
            tags.push("METADATA_BLOCK_PICTURE", &picture)?;
        }
        let described = tags.clone();
        if !is_stream {
            let (name, value) = tags::r128(None);
            tags.push(&name, &value)?;
        }
        let mut ogg = OggOpusWriter::with_tags(Vec::new(), head.clone(), tags)?;
        ogg.set_page_target(MOST_BYTES);
        let (pending, packet) = (Vec::new(), vec![0; MAX_PACKET_BYTES]);
        Ok(Self { encoder, ogg, head, tags: described, on_page: 0, pending, packet })
    }

    /// Encodes a packet that counts for `frames` of the session.
    fn put(&mut self, samples: &[f32], frames: u32) -> Result<(), Error> {
        let length = self.encoder.encode(samples, PACKET, &mut self.packet)?;
        if self.on_page == ON_PAGE {
            // The writer completes a page that is full enough before it takes the next packet.
            self.ogg.set_page_target(1);
            self.on_page = 0;
        }
        self.ogg.write_packet_with_duration(&self.packet[..length], frames)?;
        self.ogg.set_page_target(MOST_BYTES);
        self.on_page += 1;
        Ok(())
    }

    fn put_all(&mut self, frames: &[Frame]) -> Result<(), Error> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend_from_slice(frames.as_flattened());
        let packets = pending.chunks_exact(2 * PACKET);
        let rest = packets.remainder().len();
        for samples in packets {
            self.put(samples, PACKET as u32)?;
        }
        pending.drain(..pending.len() - rest);
        self.pending = pending;
        Ok(())
    }

    /// Encodes what is left, and silence until the codec has given back everything; the last packets count only for
    /// what is in them.
    fn put_last(&mut self, frames: u64) -> Result<(), Error> {
        let end = u64::from(self.head.pre_skip) + frames;
        loop {
            let left = end.saturating_sub(self.ogg.granule().cast_unsigned());
            if left == 0 {
                return Ok(());
            }
            let mut samples = std::mem::take(&mut self.pending);
            samples.resize(2 * PACKET, 0.0);
            self.put(&samples, left.min(PACKET as u64) as u32)?;
        }
    }

    /// The pages before the sound, with the loudness.
    fn head(&self, loudness: Loudness) -> Result<Vec<u8>, Error> {
        let mut tags = self.tags.clone();
        let (name, value) = tags::r128(Some(loudness));
        tags.push(&name, &value)?;
        let pages = OggOpusWriter::with_serial(Vec::new(), self.head.clone(), tags, self.ogg.serial())?;
        Ok(pages.get_ref().cloned().unwrap_or_default())
    }
}

impl Encoder for Opus {
    fn begin(&mut self, score: &Score, about: &Description) -> Result<(), FileError> {
        self.out.begin(score.rate);
        let is_stream = self.out.is_stream();
        let begun = Begun::new(self.bitrate, about, score, is_stream);
        self.out.attempt(|_| {
            self.begun = Some(begun.map_err(std::io::Error::other)?);
            Ok(())
        })?;
        self.coded(|_| Ok(()))
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        self.coded(|begun| begun.put_all(frames))?;
        self.out.advance(frames.len());
        Ok(())
    }

    fn wants_loudness(&self) -> bool {
        !self.out.is_stream()
    }

    fn finish(&mut self, loudness: Option<Loudness>) -> Result<(), FileError> {
        let frames = self.out.done().0;
        self.coded(|begun| begun.put_last(frames))?;
        let Some(begun) = self.begun.take() else { return Ok(()) };
        let head = loudness.map(|loudness| begun.head(loudness)).transpose();
        let last = begun.ogg.finish();
        let (mut head_bytes, mut last_bytes) = (None, Vec::new());
        self.out.attempt(|_| {
            head_bytes = head.map_err(std::io::Error::other)?;
            last_bytes = last.map_err(std::io::Error::other)?;
            Ok(())
        })?;
        self.out.write(&last_bytes)?;
        if let Some(bytes) = head_bytes {
            self.out.rewrite(&bytes)?;
        }
        self.out.finish()
    }
}
