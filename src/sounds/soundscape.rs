//! The endless stream of ambience: a built-in loop joined to itself, or the listener's own files
//! one after another with a crossfade; levelled and at the session's rate.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::tracks::TrackReader;
use super::{AmbienceChoice, BUILT_IN_LOUDNESS, BuiltIn, SoundError};
use crate::clip::raised_cosine;
use crate::mixer::Ambience;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// Between two of the listener's files, and between the end and the start of a single one.
const CROSSFADE: Duration = Duration::from_secs(4);
/// A file's loudness is judged by this much of its beginning.
const JUDGED: Duration = Duration::from_secs(60);
/// Input frames that are resampled at once.
const BLOCK: usize = 1024;

/// An endless, levelled stream of frames.
pub struct Soundscape {
    source: Source,
    target: Decibels,
    rate: SampleRate,
    track: Converter,
    ready: VecDeque<Frame>,
    crossfade: usize,
}

enum Source {
    Loop(LoopReader),
    Files { files: Vec<PathBuf>, next: usize, reader: TrackReader },
}

impl Soundscape {
    /// Opens the chosen ambience so that its integrated loudness is `loudness` (LUFS); `None` for
    /// none. Reads the beginning of the listener's own file to measure it.
    ///
    /// # Errors
    /// When the file can't be decoded.
    pub fn open(
        choice: &AmbienceChoice,
        loudness: Decibels,
        rate: SampleRate,
    ) -> Result<Option<Self>, SoundError> {
        let (source, native, measured) = match choice {
            AmbienceChoice::None => return Ok(None),
            AmbienceChoice::BuiltIn(built_in) => {
                let reader = LoopReader::open(*built_in)?;
                let native = reader.track.rate();
                (Source::Loop(reader), native, BUILT_IN_LOUDNESS)
            }
            AmbienceChoice::Files(files) => {
                let measured = loudness_of(TrackReader::open_file(&files[0])?);
                let reader = TrackReader::open_file(&files[0])?;
                let native = reader.rate();
                let files = files.clone();
                (Source::Files { files, next: 1, reader }, native, measured)
            }
        };
        Ok(Some(Self {
            track: Converter::new(native, rate, loudness - measured)?,
            source,
            target: loudness,
            rate,
            ready: VecDeque::new(),
            crossfade: Frames::at(CROSSFADE, rate).0 as usize,
        }))
    }

    /// Makes more frames ready.
    fn advance(&mut self) {
        let more = match &mut self.source {
            Source::Loop(reader) => self.track.convert(reader, &mut self.ready),
            Source::Files { reader, .. } => self.track.convert(reader, &mut self.ready),
        };
        if !more {
            self.next_file();
        }
    }

    /// Joins the next file to the end of this one. A file that has become unreadable is passed
    /// over; when none is left there is silence.
    fn next_file(&mut self) {
        let Source::Files { files, next, reader } = &mut self.source else { return };
        for _ in 0..files.len() {
            let path = &files[*next % files.len()];
            *next += 1;
            let Ok(measured) = TrackReader::open_loop(path).map(loudness_of) else { continue };
            let Ok(opened) = TrackReader::open_file(path) else { continue };
            let gain = self.target - measured;
            let Ok(track) = Converter::new(opened.rate(), self.rate, gain) else { continue };
            self.track = track;
            *reader = opened;
            let mut head = VecDeque::new();
            while head.len() < self.crossfade && self.track.convert(reader, &mut head) {}
            // At most half of a short file is overlapped, so that the stream always grows.
            let overlap = self.crossfade.min(self.ready.len()).min(head.len() / 2);
            crossfade(&mut self.ready, head, overlap);
            return;
        }
        self.ready.extend(std::iter::repeat_n([0.0; 2], self.crossfade.max(BLOCK)));
    }
}

impl Ambience for Soundscape {
    fn read(&mut self, out: &mut [Frame]) {
        // What may still be crossfaded into the next file is held back.
        let held_back = match self.source {
            Source::Loop(_) => 0,
            Source::Files { .. } => self.crossfade,
        };
        while self.ready.len() < out.len() + held_back {
            self.advance();
        }
        let ready = self.ready.drain(..out.len());
        for (frame, ready) in out.iter_mut().zip(ready) {
            *frame = ready;
        }
    }
}

/// Mixes `head` over the last `overlap` frames of `tail` with equal power, and appends the rest.
fn crossfade(tail: &mut VecDeque<Frame>, mut head: VecDeque<Frame>, overlap: usize) {
    let overlap = overlap.min(head.len());
    let start = tail.len() - overlap;
    for (place, frame) in head.drain(..overlap).enumerate() {
        let rising = raised_cosine(place, overlap).sqrt();
        let falling = (1.0 - rising * rising).sqrt();
        for (channel, sample) in frame.into_iter().enumerate() {
            let old = &mut tail[start + place][channel];
            *old = *old * falling + sample * rising;
        }
    }
    tail.extend(head);
}

/// Integrated loudness in LUFS of a track's beginning; of one too quiet to measure, the target of
/// -20 so that it is not lifted out of its noise.
fn loudness_of(track: TrackReader) -> Decibels {
    let rate = track.rate();
    let frames: Vec<Frame> = track.take(Frames::at(JUDGED, rate).0 as usize).collect();
    crate::loudness::loudness(&frames, rate).unwrap_or(crate::settings::DEFAULT_LOUDNESS)
}

/// A built-in loop: decoded while it is first played, then kept in 16 bits, so that a long
/// session does not decode the same minute again and again.
struct LoopReader {
    track: TrackReader,
    heard: Vec<[i16; 2]>,
    replay: Option<usize>,
}

impl LoopReader {
    fn open(built_in: BuiltIn) -> Result<Self, SoundError> {
        Ok(Self {
            track: TrackReader::open_bytes(built_in.name, built_in.bytes())?,
            heard: Vec::new(),
            replay: None,
        })
    }
}

impl Iterator for LoopReader {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        let place = match self.replay {
            Some(place) => place % self.heard.len(),
            None => {
                if let Some(frame) = self.track.next() {
                    self.heard.push(frame.map(|sample| (sample * 32_767.0).round() as i16));
                    return self.heard.last().map(|frame| unpacked(*frame));
                }
                self.heard.shrink_to_fit();
                0
            }
        };
        self.replay = Some(place + 1);
        self.heard.get(place).map(|frame| unpacked(*frame))
    }
}

fn unpacked(frame: [i16; 2]) -> Frame {
    frame.map(|sample| f32::from(sample) / 32_767.0)
}

/// Brings a track to the session's rate and level.
struct Converter {
    resampler: Option<Fft<f32>>,
    gain: f32,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Frames of the resampler's delay that are still to be left out.
    delay: usize,
    /// Frames read, and frames made of them.
    read: u64,
    made: u64,
}

impl Converter {
    fn new(from: SampleRate, to: SampleRate, gain: Decibels) -> Result<Self, SoundError> {
        let resampler = if from == to {
            None
        } else {
            let made = Fft::new(from.hz() as usize, to.hz() as usize, BLOCK, 2, FixedSync::Input);
            Some(made.map_err(|error| SoundError::Undecodable {
                name: "the ambience".to_owned(),
                problem: format!("its rate of {} Hz can't be brought to {} Hz ({error})", from.hz(), to.hz()),
            })?)
        };
        let room = resampler.as_ref().map_or(0, |resampler| resampler.output_frames_max() * 2);
        Ok(Self {
            delay: resampler.as_ref().map_or(0, Resampler::output_delay),
            resampler,
            gain: gain.amplitude(),
            input: Vec::new(),
            output: vec![0.0; room],
            read: 0,
            made: 0,
        })
    }

    /// Converts one block; false when the track has ended.
    fn convert(&mut self, track: &mut impl Iterator<Item = Frame>, out: &mut VecDeque<Frame>) -> bool {
        let wanted = self.resampler.as_ref().map_or(BLOCK, Resampler::input_frames_next);
        self.input.clear();
        self.input.extend(track.by_ref().take(wanted).flatten().map(|sample| sample * self.gain));
        let got = self.input.len() / 2;
        self.read += got as u64;
        let Some(ratio) = self.resampler.as_ref().map(Resampler::resample_ratio) else {
            out.extend(self.input.as_chunks::<2>().0);
            return got == wanted;
        };
        if got == wanted {
            self.resample(out, u64::MAX);
            return true;
        }
        // What the resampler still holds of the end is pushed out with silence, to the frame.
        let end = (self.read as f64 * ratio).round() as u64;
        self.input.resize(wanted * 2, 0.0);
        while self.made < end && self.resample(out, end) {
            self.input.fill(0.0);
        }
        false
    }

    /// Resamples the input, and keeps what comes after the delay and before frame `end`.
    fn resample(&mut self, out: &mut VecDeque<Frame>, end: u64) -> bool {
        let Some(resampler) = &mut self.resampler else { return false };
        let (frames, room) = (self.input.len() / 2, self.output.len() / 2);
        let resampled = InterleavedSlice::new(&self.input, 2, frames).ok().and_then(|input| {
            let mut output = InterleavedSlice::new_mut(&mut self.output, 2, room).ok()?;
            resampler.process_into_buffer(&input, &mut output, None).ok()
        });
        let Some((_, made)) = resampled else { return false };
        let late = self.delay.min(made);
        self.delay -= late;
        let kept = ((made - late) as u64).min(end - self.made);
        self.made += kept;
        out.extend(self.output.as_chunks::<2>().0[late..made].iter().take(kept as usize));
        true
    }
}
