//! A track at the session's rate and level.

use std::collections::VecDeque;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use super::SoundError;
use crate::units::{Decibels, Frame, SampleRate};

/// Input frames resampled at once.
const BLOCK: usize = 1024;

/// Brings a track to the session's rate and level.
pub(crate) struct Converter {
    resampler: Option<Fft<f32>>,
    gain: f32,
    input: Vec<f32>,
    output: Vec<f32>,
    /// Frames of the resampler's delay still to be dropped.
    delay: usize,
    /// The numbers of frames read and produced.
    read: u64,
    made: u64,
}

impl Converter {
    /// A converter between two rates that also applies `gain`.
    ///
    /// # Errors
    /// When the rates can't be converted into each other.
    pub(crate) fn new(from: SampleRate, to: SampleRate, gain: Decibels) -> Result<Self, SoundError> {
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
            gain: gain.factor(),
            input: Vec::new(),
            output: vec![0.0; room],
            read: 0,
            made: 0,
        })
    }

    /// The gain, if nothing else is to be done.
    pub(crate) fn gain_alone(&self) -> Option<f32> {
        self.resampler.is_none().then_some(self.gain)
    }

    /// Converts one block; false when the track has ended.
    pub(crate) fn convert(
        &mut self,
        track: &mut impl Iterator<Item = Frame>,
        out: &mut VecDeque<Frame>,
    ) -> bool {
        let Some(resampler) = &self.resampler else {
            let before = out.len();
            out.extend(track.take(BLOCK).map(|frame| frame.map(|sample| sample * self.gain)));
            return out.len() - before == BLOCK;
        };
        let (wanted, ratio) = (resampler.input_frames_next(), resampler.resample_ratio());
        self.input.clear();
        self.input.extend(track.by_ref().take(wanted).flatten().map(|sample| sample * self.gain));
        let got = self.input.len() / 2;
        self.read += got as u64;
        if got == wanted {
            self.resample(out, u64::MAX);
            return true;
        }
        // Silence pushes the last frames out of the resampler, exactly to the end.
        let end = (self.read as f64 * ratio).round() as u64;
        self.input.resize(wanted * 2, 0.0);
        while self.made < end && self.resample(out, end) {
            self.input.fill(0.0);
        }
        false
    }

    /// Resamples the input, and keeps the frames after the delay and before frame `end`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sounds::level;
    use crate::sounds::tracks::TrackReader;

    const HZ: u32 = 44_100;

    /// A file with a second of floats, brought to 48 kHz and to the level of an ambience.
    fn converted(sample: impl Fn(u32) -> f32) -> VecDeque<Frame> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: HZ,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let file = tempfile::Builder::new().suffix(".wav").tempfile().unwrap();
        let mut writer = hound::WavWriter::create(file.path(), spec).unwrap();
        (0..HZ).for_each(|n| writer.write_sample(sample(n)).unwrap());
        writer.finalize().unwrap();
        let gain = level::gain(file.path(), Decibels(-30.0)).unwrap();
        let mut track = TrackReader::open_file(file.path()).unwrap();
        let mut converter = Converter::new(track.rate(), SampleRate::HZ_48000, gain).unwrap();
        let mut out = VecDeque::new();
        while converter.convert(&mut track, &mut out) {}
        assert_eq!(out.len(), 48_000);
        out
    }

    fn loudest(out: &VecDeque<Frame>, range: std::ops::Range<usize>) -> f32 {
        out.range(range).fold(0f32, |most, frame| most.max(frame[0].abs()))
    }

    fn tone(n: u32) -> f32 {
        (n as f32 * 0.1).sin() / 2.0
    }

    #[test]
    fn what_is_no_sample_is_silent_and_harms_nothing_after_it() {
        for wrong in [f32::MAX, f32::INFINITY, f32::NAN, 1e12] {
            let out = converted(|n| if n < HZ / 2 { wrong } else { tone(n) });
            let (before, after) = (loudest(&out, 0..23_000), loudest(&out, 25_000..47_000));
            assert!(before < after / 100.0 && after > 0.01, "{wrong}: {before}, then {after}");
        }
    }

    #[test]
    fn music_with_the_full_scale_of_integers_is_as_loud_as_any() {
        let usual = loudest(&converted(tone), 1_000..47_000);
        for scale in [32_768.0, 8_388_608.0, 4e9] {
            let peak = loudest(&converted(|n| tone(n) * scale), 1_000..47_000);
            assert!((peak / usual - 1.0).abs() < 0.01, "{scale}: {peak} and not {usual}");
        }
    }
}
