//! Sound in memory, ready to be mixed: trimmed to its onset, faded at both ends, levelled, and at the
//! session's rate.

use std::time::Duration;

use rubato::audioadapter::Adapter;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::loudness::{true_peak, voice_loudness};
use crate::units::{Decibels, Frame, Frames, SampleRate, is_sample};

/// A voice starts where it rises to 40 dB below its peak: breath and dither lie below that.
const ONSET_LEVEL: Decibels = Decibels(-40.0);
/// It ends where it falls to 50 dB below its peak.
const END_LEVEL: Decibels = Decibels(-50.0);
/// Kept before the onset, so that a soft consonant is not cut off.
const PRE_ROLL: Duration = Duration::from_millis(15);
/// Every sound fades in over 20 ms, most of it before the onset: no click, no lost consonant.
const FADE: Duration = Duration::from_millis(20);
/// No inter-sample peak of a clip is above this; the ambience may add a little to it.
pub(crate) const CEILING: Decibels = Decibels(-1.5);

/// An engine's output: mono samples (full scale ±1), neither trimmed nor levelled.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The samples.
    pub samples: Vec<f32>,
    /// Their rate.
    pub rate: SampleRate,
    /// The sample that belongs on a beat, such as the onset of the vowel, if the engine knows it.
    pub beat: Option<usize>,
}

/// Samples with one or two channels.
#[derive(Clone, Debug, PartialEq)]
enum Samples {
    /// A voice, which is kept far ahead: each sample is a multiple of the step, and takes half of what a float takes.
    Voice(Box<[i16]>, f32),
    Mono(Box<[f32]>),
    Stereo(Box<[Frame]>),
}

/// Sound in memory at the session's rate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Clip {
    samples: Samples,
    onset: Frames,
}

impl Clip {
    /// A mono clip as it is, sounding from its first sample.
    pub(crate) fn mono(samples: Vec<f32>) -> Self {
        Self { samples: Samples::Mono(samples.into()), onset: Frames::ZERO }
    }

    /// A voice in multiples of `step`, whose sound begins at `onset`.
    pub(crate) fn voice(samples: Vec<i16>, step: f32, onset: Frames) -> Self {
        Self { samples: Samples::Voice(samples.into(), step), onset }
    }

    /// The samples of a voice, and their step.
    pub(crate) fn as_voice(&self) -> Option<(&[i16], f32)> {
        match &self.samples {
            Samples::Voice(samples, step) => Some((samples, *step)),
            Samples::Mono(_) | Samples::Stereo(_) => None,
        }
    }

    /// A stereo clip as it is, sounding from its first frame.
    pub(crate) fn stereo(frames: Vec<Frame>) -> Self {
        Self { samples: Samples::Stereo(frames.into()), onset: Frames::ZERO }
    }

    /// Makes a clip from a recorded voice: resampled once to `rate`, trimmed, faded, and brought to
    /// `loudness` (LUFS when played on both sides). A clip whose true peak would exceed [`CEILING`] is
    /// turned down as a whole. It is rounded to 16 bits, and what that adds lies 101 dB below its peak.
    ///
    /// # Errors
    /// When the recording is silent, no sound at all, or its rate is absurd: a sentence that says so.
    pub(crate) fn from_recording(
        recording: &Recording,
        loudness: Decibels,
        rate: SampleRate,
    ) -> Result<Self, String> {
        if !recording.samples.iter().copied().all(is_sample) {
            return Err("the sound has samples that are no numbers, or far beyond full scale".to_owned());
        }
        let peak = recording.samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
        if Decibels::of_amplitude(peak) <= Decibels(-80.0) {
            return Err("the sound is silent".to_owned());
        }
        // Some programs write floats with the full scale of integers.
        let full_scale = peak.max(1.0);
        let samples: Vec<f32> = recording.samples.iter().map(|sample| sample / full_scale).collect();
        let samples = resampled(&samples, recording.rate, rate)?;
        let beat = recording.beat.map(|beat| {
            let seconds = beat as f64 / f64::from(recording.rate.hz());
            (seconds * f64::from(rate.hz())).round() as usize
        });
        let (samples, onset) = trimmed(&samples, beat, rate);
        let peak = Decibels::of_amplitude(true_peak(&samples, rate));
        let measured = voice_loudness(&samples, rate);
        let gain = measured.map_or(0.0, |measured| loudness.0 - measured.0);
        let gain = Decibels(gain.min(CEILING.0 - peak.0)).amplitude();
        let largest = samples.iter().fold(0f32, |largest, s| largest.max(s.abs()));
        let steps = f32::from(i16::MAX) / largest.max(f32::MIN_POSITIVE);
        let rounded = samples.iter().map(|sample| (sample * steps).round() as i16).collect();
        Ok(Self::voice(rounded, gain / steps, Frames(onset as u64)))
    }

    /// Where its sound begins: the frame that is placed on an event's onset.
    pub(crate) fn onset(&self) -> Frames {
        self.onset
    }

    /// The number of all its frames.
    pub(crate) fn frames(&self) -> Frames {
        Frames(match &self.samples {
            Samples::Voice(samples, _) => samples.len() as u64,
            Samples::Mono(samples) => samples.len() as u64,
            Samples::Stereo(frames) => frames.len() as u64,
        })
    }

    /// The length from its onset to its last frame.
    pub(crate) fn length(&self) -> Frames {
        self.frames().saturating_sub(self.onset)
    }

    /// Adds frames from `start` on to `out`; nothing is added past the end.
    pub(crate) fn add_to(&self, out: &mut [Frame], start: usize) {
        match &self.samples {
            Samples::Voice(samples, step) => {
                for (frame, sample) in out.iter_mut().zip(samples.iter().skip(start)) {
                    let sample = f32::from(*sample) * step;
                    frame[0] += sample;
                    frame[1] += sample;
                }
            }
            Samples::Mono(samples) => {
                for (frame, sample) in out.iter_mut().zip(samples.iter().skip(start)) {
                    frame[0] += sample;
                    frame[1] += sample;
                }
            }
            Samples::Stereo(frames) => {
                for (frame, add) in out.iter_mut().zip(frames.iter().skip(start)) {
                    frame[0] += add[0];
                    frame[1] += add[1];
                }
            }
        }
    }
}

/// Mono samples at another rate, band-limited.
///
/// # Errors
/// When the resampler refuses the rates.
pub(crate) fn resampled(samples: &[f32], from: SampleRate, to: SampleRate) -> Result<Vec<f32>, String> {
    if from == to || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let failed = |error: &dyn std::fmt::Display| {
        format!("its rate of {} Hz can't be brought to {} Hz ({error})", from.hz(), to.hz())
    };
    let mut resampler = Fft::<f32>::new(from.hz() as usize, to.hz() as usize, 1024, 1, FixedSync::Both)
        .map_err(|error| failed(&error))?;
    let input = InterleavedSlice::new(samples, 1, samples.len()).map_err(|error| failed(&error))?;
    let output = resampler.process_all(&input, samples.len(), None).map_err(|error| failed(&error))?;
    Ok((0..output.frames()).filter_map(|frame| output.read_sample(0, frame)).collect())
}

/// Cuts silence off both ends and fades them. Also returns the place of the beat: the known one, or else
/// where the sound begins.
fn trimmed(samples: &[f32], beat: Option<usize>, rate: SampleRate) -> (Vec<f32>, usize) {
    let peak = samples.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    let above = |level: Decibels| move |s: &f32| s.abs() > peak * level.amplitude();
    let frames = |time| Frames::at(time, rate).0 as usize;
    let (pre_roll, fade) = (frames(PRE_ROLL), frames(FADE));
    let sounding = samples.iter().position(above(ONSET_LEVEL)).unwrap_or(0);
    let last = samples.iter().rposition(above(END_LEVEL)).unwrap_or(0);
    let end = (last + 1 + fade).min(samples.len());
    // If the recording is too short before its onset, silence is added.
    let missing = pre_roll.saturating_sub(sounding);
    let mut kept = vec![0.0; missing];
    kept.extend_from_slice(&samples[(sounding + missing).saturating_sub(pre_roll)..end]);
    let length = kept.len();
    for place in 0..fade.min(length) {
        let gain = raised_cosine(place, fade);
        kept[place] *= gain;
        kept[length - 1 - place] *= gain;
    }
    let lead = beat.map_or(0, |beat| beat.saturating_sub(sounding));
    (kept, (pre_roll + lead).min(length.saturating_sub(1)))
}

/// From 0 to 1 over `length` places, without a corner at either end.
pub(crate) fn raised_cosine(place: usize, length: usize) -> f32 {
    let phase = (place as f32 + 0.5) / length as f32;
    0.5 - 0.5 * (std::f32::consts::PI * phase.min(1.0)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: SampleRate = SampleRate::HZ_48000;
    const LOUDNESS: Decibels = Decibels(-20.0);

    fn sine(frames: usize, hz: f32, rate: u32) -> Vec<f32> {
        let step = std::f64::consts::TAU * f64::from(hz) / f64::from(rate);
        (0..frames).map(|n| (0.5 * (step * n as f64).sin()) as f32).collect()
    }

    /// The amplitude of a tone in samples at 48 kHz, fitted at any phase, and how far below it the rest lies, in
    /// decibels.
    fn tone(samples: &[f32], hz: f64) -> (f64, f64) {
        let step = std::f64::consts::TAU * hz / 48_000.0;
        let correlate = |wave: fn(f64) -> f64| {
            let sum: f64 =
                samples.iter().enumerate().map(|(n, s)| f64::from(*s) * wave(step * n as f64)).sum();
            sum * 2.0 / samples.len() as f64
        };
        let (re, im) = (correlate(f64::cos), correlate(f64::sin));
        let fitted = |n: usize| re * (step * n as f64).cos() + im * (step * n as f64).sin();
        let rest: f64 = samples.iter().enumerate().map(|(n, s)| (f64::from(*s) - fitted(n)).powi(2)).sum();
        let amplitude = re.hypot(im);
        (amplitude, 10.0 * (samples.len() as f64 * amplitude.powi(2) / 2.0 / rest).log10())
    }

    fn recording(samples: Vec<f32>) -> Recording {
        Recording { samples, rate: RATE, beat: None }
    }

    fn rendered(clip: &Clip) -> Vec<f32> {
        let mut out = vec![[0.0; 2]; clip.frames().0 as usize];
        clip.add_to(&mut out, 0);
        out.iter().map(|frame| frame[0]).collect()
    }

    #[test]
    fn leading_silence_is_cut_so_that_the_sound_is_on_its_onset() {
        let mut samples = vec![0.0; 2_400];
        samples.extend(vec![0.5; 4_800]);
        samples.extend(vec![0.0; 9_600]);
        let clip = Clip::from_recording(&recording(samples), LOUDNESS, RATE).unwrap();
        let out = rendered(&clip);
        let onset = clip.onset().0 as usize;
        assert!(out[onset - 1].abs() < 1e-4 && out[onset] > 0.3, "{} {}", out[onset - 1], out[onset]);
        assert!(clip.length().0 < 4_800 + 1_000, "{:?}", clip.length());
    }

    #[test]
    fn an_abrupt_sound_keeps_its_onset_and_loses_its_click() {
        let clip = Clip::from_recording(&recording(vec![0.5; 4_800]), LOUDNESS, RATE).unwrap();
        let out = rendered(&clip);
        assert_eq!(clip.onset(), Frames(720));
        assert!(out[719] == 0.0 && out[720] > 0.0);
        assert!(out.last().unwrap().abs() < 1e-3);
    }

    #[test]
    fn the_rounding_of_a_voice_lies_far_below_it_however_quiet_it_was() {
        for level in [1.0, 1e-3] {
            let made = sine(48_000, 1_000.0, 48_000).into_iter().map(|sample| sample * level).collect();
            let out = rendered(&Clip::from_recording(&recording(made), LOUDNESS, RATE).unwrap());
            let (_, snr) = tone(&out[4_800..43_200], 1_000.0);
            assert!(snr > 95.0, "{snr} dB");
        }
    }

    #[test]
    fn a_clip_never_passes_the_ceiling() {
        let clip =
            Clip::from_recording(&recording(sine(9_600, 997.0, 48_000)), Decibels(30.0), RATE).unwrap();
        let peak = Decibels::of_amplitude(true_peak(&rendered(&clip), RATE));
        assert!(peak.0 <= CEILING.0 + 0.1, "{peak:?}");
    }

    #[test]
    fn resampling_keeps_a_tone_and_its_length() {
        let from = SampleRate::new(22_050).unwrap();
        let out = resampled(&sine(22_050, 1_000.0, 22_050), from, RATE).unwrap();
        assert!(out.len().abs_diff(48_000) <= 1, "{}", out.len());
        let (amplitude, snr) = tone(&out[4_800..43_200], 1_000.0);
        assert!((amplitude - 0.5).abs() < 0.005, "{amplitude}");
        assert!(snr > 60.0, "{snr} dB");
    }

    #[test]
    fn an_engine_with_another_full_scale_is_as_loud_as_others_and_what_is_no_sound_is_refused() {
        let played = |scale: f32| {
            let samples = sine(22_050, 1_000.0, 22_050).into_iter().map(|sample| sample * scale).collect();
            let recording = Recording { rate: SampleRate::new(22_050).unwrap(), ..recording(samples) };
            let clip = Clip::from_recording(&recording, LOUDNESS, RATE)?;
            Ok::<_, String>(rendered(&clip).into_iter().fold(0f32, f32::max))
        };
        let usual = played(1.0).unwrap();
        for scale in [32_768.0, 8_388_608.0, 4e9] {
            let peak = played(scale).unwrap();
            assert!((peak / usual - 1.0).abs() < 0.01, "{scale}: {peak} and not {usual}");
        }
        for scale in [1e12, f32::MAX, f32::INFINITY, f32::NAN] {
            assert!(played(scale).unwrap_err().contains("no numbers"), "{scale}");
        }
    }

    #[test]
    fn silence_is_refused() {
        assert!(Clip::from_recording(&recording(vec![0.0; 48_000]), LOUDNESS, RATE).is_err());
        assert!(Clip::from_recording(&recording(Vec::new()), LOUDNESS, RATE).is_err());
    }
}
