//! WAV files as engines write them: read into a recording, or refused with a sentence that says why.

use std::io::Cursor;
use std::time::Duration;

use hound::{SampleFormat, WavReader, WavSpec};

use super::Recording;
use crate::units::{Frames, SampleRate, is_sample};

/// The sample rates that an engine may use, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// The longest sound of a sentence.
const MAX_LENGTH: Duration = Duration::from_secs(5 * 60);
/// Lengths from here on mean "not known": programs that write to a pipe use several such values.
const UNKNOWN: u32 = 0x7fff_0000;
/// The size of a chunk's name and length, and of RIFF's own header, in bytes.
const HEADER: usize = 8;
const RIFF: usize = 12;

/// Reads WAV: integers of 8, 16, 24 or 32 bits or floats of 32, any number of channels (which are mixed
/// into one), 8 to 192 kHz.
///
/// # Errors
/// What is wrong, as the end of a sentence about the engine.
pub(crate) fn decode(wav: &[u8]) -> Result<Recording, String> {
    if wav.is_empty() {
        return Err("it wrote nothing".to_owned());
    }
    let reader = WavReader::new(Cursor::new(bare(wav)));
    let reader = reader.map_err(|error| format!("it is not WAV ({})", words(&error)))?;
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let rate = SampleRate::new(spec.sample_rate).filter(|rate| RATES.contains(&rate.hz()));
    let rate = rate.ok_or_else(|| format!("its rate of {} Hz is not 8 to 192 kHz", spec.sample_rate))?;
    let frames = Frames(u64::from(reader.duration()));
    if frames == Frames::ZERO || channels == 0 {
        return Err("there is no sound in it".to_owned());
    }
    if frames > Frames::at(MAX_LENGTH, rate) {
        return Err(format!("it is {:.0} minutes long", frames.to_seconds(rate) / 60.0));
    }
    let samples = samples(reader, spec).map_err(|error| format!("it is cut off ({})", words(&error)))?;
    if !samples.iter().copied().all(is_sample) {
        return Err("it has samples that are no numbers, or far beyond full scale".to_owned());
    }
    let mono = |frame: &[f32]| frame.iter().sum::<f32>() / frame.len() as f32;
    Ok(Recording { samples: samples.chunks(channels).map(mono).collect(), rate, beat: None })
}

/// All samples, with full scale at ±1.
fn samples(reader: WavReader<Cursor<Vec<u8>>>, spec: WavSpec) -> hound::Result<Vec<f32>> {
    match spec.sample_format {
        SampleFormat::Float => reader.into_samples::<f32>().collect(),
        SampleFormat::Int => {
            // The bits are 8 to 32; hound would have refused others.
            let scale = 1.0 / f64::from(1u32 << (spec.bits_per_sample - 1).min(31));
            let float = |sample: i32| (f64::from(sample) * scale) as f32;
            reader.into_samples::<i32>().map(|sample| sample.map(float)).collect()
        }
    }
}

/// hound's message, in one line and without its own prefix.
fn words(error: &hound::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("Ill-formed WAVE file: ").unwrap_or(&text).to_owned()
}

/// The file reduced to its format and its sound: other chunks carry no sound, and hound stumbles over some.
/// A program that writes to a pipe does not know the length when it writes the header, so a length that
/// can't be right is replaced by the size of the data. A length that is merely too large is left alone,
/// since then data is missing.
fn bare(wav: &[u8]) -> Vec<u8> {
    let mut out = wav[..wav.len().min(RIFF)].to_vec();
    let mut place = RIFF;
    while let Some(header) = wav.get(place..place.saturating_add(HEADER)) {
        let body = &wav[place + HEADER..];
        // Four bytes, as the slice is eight long.
        let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
        if header.starts_with(b"data") {
            let known = length != 0 && length < UNKNOWN;
            let whole = u32::try_from(body.len() - body.len() % block(&out)).unwrap_or(u32::MAX);
            out.extend_from_slice(b"data");
            out.extend_from_slice(&if known { length } else { whole }.to_le_bytes());
            out.extend_from_slice(body);
            break;
        }
        let length = length as usize;
        if header.starts_with(b"fmt ") {
            out.extend_from_slice(header);
            out.extend_from_slice(&body[..length.min(body.len())]);
        }
        // Chunks begin at even offsets.
        place = place.saturating_add(HEADER + length + length % 2);
    }
    out
}

/// The bytes of a frame; 1 if the format has not been seen yet.
fn block(wav: &[u8]) -> usize {
    match wav.get(12..34) {
        Some(format) if format.starts_with(b"fmt ") => {
            usize::from(u16::from_le_bytes([format[20], format[21]])).max(1)
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(channels: u16, sample_rate: u32, bits_per_sample: u16, sample_format: SampleFormat) -> WavSpec {
        WavSpec { channels, sample_rate, bits_per_sample, sample_format }
    }

    /// A file whose first channel is at `level` of full scale and whose other channels are silent.
    fn wav(spec: WavSpec, frames: usize, level: f32) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut out, spec).unwrap();
        for n in 0..frames * usize::from(spec.channels) {
            let level = if n.is_multiple_of(usize::from(spec.channels)) { level } else { 0.0 };
            match spec.sample_format {
                SampleFormat::Float => writer.write_sample(level).unwrap(),
                SampleFormat::Int => {
                    let full = (1u64 << (spec.bits_per_sample - 1)) as f64;
                    writer.write_sample((f64::from(level) * full) as i32).unwrap();
                }
            }
        }
        writer.finalize().unwrap();
        out.into_inner()
    }

    fn mono_16(frames: usize) -> Vec<u8> {
        wav(spec(1, 22_050, 16, SampleFormat::Int), frames, 0.5)
    }

    /// Replaces the length of the sound, which is at the end of the header.
    fn with_length(mut wav: Vec<u8>, length: u32) -> Vec<u8> {
        wav[40..44].copy_from_slice(&length.to_le_bytes());
        wav
    }

    #[test]
    fn every_width_and_number_of_channels_becomes_one_channel_of_the_same_level() {
        for channels in [1, 2, 6] {
            for (bits, format) in [8, 16, 24, 32]
                .map(|bits| (bits, SampleFormat::Int))
                .into_iter()
                .chain([(32, SampleFormat::Float)])
            {
                for rate in [8_000, 16_000, 22_050, 48_000, 192_000] {
                    let recording = decode(&wav(spec(channels, rate, bits, format), 100, 0.5)).unwrap();
                    assert_eq!((recording.samples.len(), recording.rate.hz()), (100, rate));
                    let level = recording.samples[50] * f32::from(channels);
                    assert!((level - 0.5).abs() < 1e-6, "{channels} channels of {bits} bits: {level}");
                }
            }
        }
    }

    #[test]
    fn a_length_that_was_not_known_is_taken_from_what_has_come() {
        for length in [0, 0x7fff_f000, 0x8000_0000, u32::MAX] {
            let mut wav = with_length(mono_16(100), length);
            // An odd byte at the end: half a sample.
            wav.push(7);
            assert_eq!(decode(&wav).unwrap().samples, vec![0.5; 100], "{length:#x}");
        }
    }

    #[test]
    fn a_chunk_before_the_sound_is_stepped_over() {
        let mut wav = with_length(mono_16(100), u32::MAX);
        wav.splice(36..36, *b"LIST\x03\x00\x00\x00abc\0");
        assert_eq!(decode(&wav).unwrap().samples.len(), 100);
    }

    #[test]
    fn what_is_no_sound_is_refused_in_words() {
        let whole = mono_16(100);
        let slow = wav(spec(1, 4_000, 16, SampleFormat::Int), 100, 0.5);
        let nan = wav(spec(1, 48_000, 32, SampleFormat::Float), 100, f32::NAN);
        let huge = wav(spec(2, 44_100, 32, SampleFormat::Float), 100, f32::MAX);
        let long = wav(spec(1, 8_000, 8, SampleFormat::Int), 8_000 * 301, 0.5);
        let cases = [
            (Vec::new(), "wrote nothing"),
            (b"no such thing".to_vec(), "not WAV"),
            (whole[..20].to_vec(), "not WAV"),
            (whole[..44].to_vec(), "cut off"),
            (whole[..200].to_vec(), "cut off"),
            (mono_16(0), "no sound in it"),
            (slow, "4000 Hz"),
            (nan, "no numbers"),
            (huge, "beyond full scale"),
            (long, "5 minutes long"),
        ];
        for (wav, words) in cases {
            let length = wav.len();
            let problem = decode(&wav).unwrap_err();
            assert!(problem.contains(words), "{length} bytes: {problem}");
        }
    }
}
