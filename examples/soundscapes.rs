//! Makes the recorded sound in `sounds/`: a bowl stroke. The ambiences are made while they play, in
//! `src/sounds/synthesis`.
//!
//! Run with `cargo run --release --example soundscapes [DIRECTORY]`. Nothing in it is random, so each run
//! writes the same bytes. The sound is rendered with fundsp, brought to its level, encoded as Ogg Vorbis and
//! then read back through the player's own decoder: the figures that are printed and checked are those that
//! a listener gets.

// The results are printed.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::f64::consts::FRAC_PI_2;
use std::io::Cursor;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::{Path, PathBuf};

use ebur128::{EbuR128, Mode};
use fundsp::prelude64::*;
use rodio::Source;
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Graph = Box<dyn AudioUnit>;
/// Left and right samples.
type Stereo = [Vec<f32>; 2];

/// A generator of two channels: a sound, or a gain for one.
trait StereoNode: AudioNode<Inputs = U0, Outputs = U2> {}
impl<X: AudioNode<Inputs = U0, Outputs = U2>> StereoNode for X {}

const RATE: u32 = 48_000;
const BOWL_SECONDS: f64 = 9.5;
const TARGET_LUFS: f64 = -26.0;
const LUFS_TOLERANCE: f64 = 0.05;
/// A chime is heard over an ambience, and startles nobody.
const HIGHEST_PEAK: f64 = -8.0;
/// A stroke dies away and has no steady level: its first three seconds stand for it.
const STROKE_FRAMES: usize = 3 * RATE as usize;
const LICENCE: &str = "https://creativecommons.org/publicdomain/zero/1.0/";
/// Arbitrary, but fixed: a random serial would change the bytes with every run.
const STREAM_SERIAL: i32 = 0x5091;

fn main() -> Result<()> {
    let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("sounds");
    let directory = std::env::args_os().nth(1).map_or(sounds, PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    let mut audio = render(bowl());
    let lufs = measure(&audio)?.0;
    normalise(&mut audio, lufs);
    // The codec drops a little, so the level is corrected by the loss.
    let heard = decode(&encode("bowl", &audio)?)?;
    normalise(&mut audio, measure(&heard)?.0);
    let encoded = encode("bowl", &audio)?;
    let report = check(&encoded, audio[0].len())?;
    std::fs::write(directory.join("bowl.ogg"), &encoded)?;
    println!("bowl  {report}");
    Ok(())
}

fn decibels(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// A smooth step from 0 to 1 while `x` goes from 0 to 1.
fn ease(x: f64) -> f64 {
    (FRAC_PI_2 * x.clamp(0.0, 1.0)).sin().powi(2)
}

/// Gain of both sides as a function of time.
fn gain(curve: impl Fn(f64) -> f64 + Clone + Send + Sync) -> An<impl StereoNode> {
    lfo(move |t| (curve(t), curve(t)))
}

/// Ratio to the fundamental, level, time constant in seconds and beat in hertz of each mode.
/// The ratios are those of a thick hand-beaten bowl, whose modes are not harmonic.
const BOWL_MODES: [(f64, f64, f64, f64); 4] =
    [(1.0, 1.0, 2.6, 0.45), (2.74, 0.28, 1.8, 0.7), (5.14, 0.06, 0.9, 1.1), (8.05, 0.012, 0.45, 1.5)];
const BOWL_HERTZ: f64 = 198.0;
/// In seconds: a soft mallet, which startles nobody.
const BOWL_ATTACK: f64 = 0.09;

/// One of the two detuned halves of a mode. The weaker half lies to one side, so the beat
/// sways rather than pulses, and never closes to silence.
fn bowl_partial(i: u64) -> An<impl StereoNode> {
    let (ratio, level, decay, beat) = BOWL_MODES[i as usize / 2];
    let (side, share, place) = [(-0.5, 1.0, 0.06), (0.5, 0.33, 0.35)][i as usize % 2];
    let hertz = BOWL_HERTZ * ratio + side * beat;
    let envelope = lfo(move |t: f64| share * level * ease(t / BOWL_ATTACK) * (-t / decay).exp());
    (sine_hz(hertz as f32) * envelope) >> pan(place)
}

fn bowl() -> Graph {
    let strike = busi::<U8, _, _>(bowl_partial);
    let fade = gain(|t| ease((BOWL_SECONDS - 0.05 - t) / 3.0));
    let room = multipass::<U2>() & (0.2 * reverb3_stereo(1.8, 0.7, lowpole_hz(1500.0)));
    Box::new((strike >> room) * fade)
}

// Rendering, level and encoding.

fn render(mut sound: Graph) -> Stereo {
    let wave = Wave::render(f64::from(RATE), BOWL_SECONDS, sound.as_mut());
    [0, 1].map(|c| wave.channel(c).clone())
}

/// Loudness in LUFS of the stroke, and true peak in dBTP of the whole.
fn measure(audio: &Stereo) -> Result<(f64, f64)> {
    let mut meter = EbuR128::new(2, RATE, Mode::S | Mode::TRUE_PEAK)?;
    let (stroke, rest) = (0..STROKE_FRAMES, STROKE_FRAMES..audio[0].len());
    meter.add_frames_planar_f32(&[&audio[0][stroke.clone()], &audio[1][stroke]])?;
    let lufs = meter.loudness_shortterm()?;
    meter.add_frames_planar_f32(&[&audio[0][rest.clone()], &audio[1][rest]])?;
    Ok((lufs, 20.0 * meter.true_peak(0)?.max(meter.true_peak(1)?).log10()))
}

/// Brings audio that measures `lufs` to the target.
fn normalise(audio: &mut Stereo, lufs: f64) {
    let gain = decibels(TARGET_LUFS - lufs) as f32;
    for sample in audio.iter_mut().flatten() {
        *sample *= gain;
    }
}

fn encode(name: &str, audio: &Stereo) -> Result<Vec<u8>> {
    let rate = NonZeroU32::new(RATE).ok_or("a zero sample rate")?;
    let channels = NonZeroU8::new(2).ok_or("no channels")?;
    let target_quality = 0.45; // of -0.2..=1
    let strategy = VorbisBitrateManagementStrategy::QualityVbr { target_quality };
    let mut builder = VorbisEncoderBuilder::new_with_serial(rate, channels, Vec::new(), STREAM_SERIAL);
    builder.bitrate_management_strategy(strategy);
    builder.comment_tags([("TITLE", name), ("LICENSE", LICENCE)])?;
    let mut encoder = builder.build()?;
    for (left, right) in audio[0].chunks(1024).zip(audio[1].chunks(1024)) {
        encoder.encode_audio_block([left, right])?;
    }
    Ok(encoder.finish()?)
}

fn decode(encoded: &[u8]) -> Result<Stereo> {
    let decoder = rodio::Decoder::builder()
        .with_data(Cursor::new(encoded.to_vec()))
        .with_byte_len(encoded.len() as u64)
        .with_gapless(true)
        .build()?;
    if (decoder.sample_rate().get(), decoder.channels().get()) != (RATE, 2) {
        return Err("decoded to another format".into());
    }
    let samples: Vec<f32> = decoder.collect();
    Ok([0, 1].map(|c| samples.iter().skip(c).step_by(2).copied().collect()))
}

/// Measures what a player would hear, and fails on a wrong length, level or peak.
fn check(encoded: &[u8], frames: usize) -> Result<String> {
    let audio = decode(encoded)?;
    let (lufs, peak) = measure(&audio)?;
    let passes = audio.iter().all(|channel| channel.len() == frames)
        && (lufs - TARGET_LUFS).abs() < LUFS_TOLERANCE
        && peak <= HIGHEST_PEAK;
    let size = encoded.len();
    let report = format!("{} frames  {lufs:6.2} LUFS  {peak:6.2} dBTP  {size} bytes", audio[0].len());
    if passes { Ok(report) } else { Err(format!("refused: {report}").into()) }
}
