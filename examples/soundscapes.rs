//! Makes the sounds in `sounds/`: four seamless ambience loops and a bowl stroke.
//!
//! Run with `cargo run --release --example soundscapes [DIRECTORY]`. Every noise source has a fixed seed,
//! so each run writes the same bytes. Each sound is rendered with fundsp, brought to its level, encoded as
//! Ogg Vorbis and then read back through the player's own decoder: the figures that are printed and checked
//! are those that a listener gets.

// The results are printed.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::f64::consts::{FRAC_PI_2, PI, TAU};
use std::io::Cursor;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::{Path, PathBuf};

use ebur128::{EbuR128, Mode};
use fundsp::prelude64::*;
use rodio::Source;
use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Graph = Box<dyn AudioUnit>;
type Sound = fn() -> Graph;
/// Left and right samples.
type Stereo = [Vec<f32>; 2];

/// A generator of two channels: a sound, or a gain for one.
trait StereoNode: AudioNode<Inputs = U0, Outputs = U2> {}
impl<X: AudioNode<Inputs = U0, Outputs = U2>> StereoNode for X {}

const RATE: u32 = 48_000;
/// Long enough not to be recognised when it repeats, and also a whole number of frames at 44.1 kHz, so that
/// a resampled loop stays seamless.
const LOOP_SECONDS: usize = 64;
const FOLD_SECONDS: usize = 5;
/// Discarded, so that filters and reverberation have settled where the loop starts.
const PREROLL_SECONDS: usize = 2;
const BOWL_SECONDS: f64 = 9.5;
const TARGET_LUFS: f64 = -26.0;
const LUFS_TOLERANCE: f64 = 0.05;
/// Frames in a tenth of a second, and the tenths in the window of short-term loudness.
const TENTH: usize = RATE as usize / 10;
const WINDOW_TENTHS: usize = 30;
/// Steps of noise this far beyond their RMS would stand out at the seam.
const SEAM_LIMIT: f32 = 3.0;
const LICENCE: &str = "https://creativecommons.org/publicdomain/zero/1.0/";
/// Arbitrary, but fixed: a random serial would change the bytes with every run.
const STREAM_SERIAL: i32 = 0x5091;

#[derive(Clone, Copy, PartialEq)]
enum Play {
    Loop,
    Stroke,
}

const SOUNDS: [(&str, Sound, Play); 5] = [
    ("ocean", ocean, Play::Loop),
    ("rain", rain, Play::Loop),
    ("brown", brown_noise, Play::Loop),
    ("wind", wind, Play::Loop),
    ("bowl", bowl, Play::Stroke),
];

fn main() -> Result<()> {
    let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("sounds");
    let directory = std::env::args_os().nth(1).map_or(sounds, PathBuf::from);
    std::fs::create_dir_all(&directory)?;
    for (name, sound, play) in SOUNDS {
        let mut audio = render(sound, play);
        let lufs = measure(&audio, play)?.lufs;
        normalise(&mut audio, lufs);
        // The codec drops some of a noise, so the level is corrected by the loss.
        let heard = decode(&encode(name, &audio)?)?;
        normalise(&mut audio, measure(&heard, play)?.lufs);
        let encoded = encode(name, &audio)?;
        let report = check(&encoded, audio[0].len(), play)?;
        std::fs::write(directory.join(name).with_extension("ogg"), &encoded)?;
        println!("{name:5} {report}");
    }
    Ok(())
}

// Building blocks.

/// White noise. Seeds are hashed because fundsp's noise with seed n + 1 is its noise with
/// seed n one sample later, which in stereo would comb rather than decorrelate.
fn white(seed: u64) -> An<Noise> {
    noise().seed((rnd1(seed) * 2f64.powi(52)) as u64)
}

/// Three noises, one common and one of each side's own, mixed so that left and right have the
/// given `correlation`: wide in stereo, and only a little quieter when summed to mono.
fn spread<X: AudioNode<Inputs = U0, Outputs = U1>>(
    correlation: f32,
    seed: u64,
    voice: impl Fn(u64) -> An<X>,
) -> An<impl StereoNode> {
    let (common, own) = (correlation.sqrt(), (1.0 - correlation).sqrt());
    let voices = voice(seed * 3) | voice(seed * 3 + 1) | voice(seed * 3 + 2);
    voices >> map(move |v: &Frame<f32, U3>| (common * v[0] + own * v[1], common * v[0] + own * v[2]))
}

/// A slow irregular movement of about -1..1. Its harmonics are whole fractions of the loop, so
/// both ends of the fold have the same gain and the level does not step at the seam.
fn wander(seed: u64, slowest: f64, fastest: f64) -> impl Fn(f64) -> f64 + Clone + Send + Sync {
    let period = LOOP_SECONDS as f64;
    let harmonics: Vec<(f64, f64)> = ((period / slowest) as u64..=(period / fastest) as u64)
        .map(|k| (k as f64 * TAU / period, rnd1(seed * 1000 + k) * TAU))
        .collect();
    let scale = 1.0 / (harmonics.len() as f64).sqrt();
    move |t| {
        let waves = harmonics.iter().map(|(w, p)| (w * t + p).sin());
        scale * waves.sum::<f64>()
    }
}

fn decibels(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Equal-power gains of left and right for a `pan` of -1..1.
fn balance(pan: f64) -> (f64, f64) {
    let angle = PI / 4.0 * (1.0 + pan);
    (angle.cos() * 2f64.sqrt(), angle.sin() * 2f64.sqrt())
}

/// A smooth step from 0 to 1 while `x` goes from 0 to 1.
fn ease(x: f64) -> f64 {
    (FRAC_PI_2 * x.clamp(0.0, 1.0)).sin().powi(2)
}

/// Gain of both sides as a function of time.
fn gain(curve: impl Fn(f64) -> f64 + Clone + Send + Sync) -> An<impl StereoNode> {
    lfo(move |t| (curve(t), curve(t)))
}

/// Gain that moves by about `depth_db` up and down, and by `width` from side to side.
fn breathing(seed: u64, depth_db: f64, width: f64) -> An<impl StereoNode> {
    let (level, pan) = (wander(seed, 30.0, 9.0), wander(seed + 1, 64.0, 14.0));
    lfo(move |t| {
        let gain = decibels(depth_db * level(t));
        let (left, right) = balance(width * pan(t));
        (gain * left, gain * right)
    })
}

// The sounds.

/// The waves that make one loop: they last 64 s together, at the pace of calm breath.
const WAVE_SECONDS: [f64; 6] = [10.5, 12.5, 9.0, 11.0, 8.5, 12.5];
const WAVE_HEIGHTS: [f64; 6] = [0.9, 1.0, 0.75, 0.95, 0.7, 0.9];

/// Height of the wave at the shore, 0..1: it gathers a little faster than it drains.
fn swell(t: f64) -> f64 {
    let mut t = t.rem_euclid(LOOP_SECONDS as f64);
    for (seconds, height) in WAVE_SECONDS.into_iter().zip(WAVE_HEIGHTS) {
        if t < seconds {
            return height * (PI * (t / seconds).powf(0.8)).sin().powi(2);
        }
        t -= seconds;
    }
    0.0
}

fn ocean() -> Graph {
    let rumble = spread(0.6, 11, |seed| {
        white(seed) >> lowpole_hz(70.0) >> lowpole_hz(300.0) >> highpass_hz(35.0, 0.7)
    });
    let body =
        spread(0.4, 12, |seed| white(seed) >> pinkpass() >> highpass_hz(120.0, 0.6) >> lowpole_hz(800.0));
    let hiss =
        spread(0.15, 14, |seed| white(seed) >> pinkpass() >> highpass_hz(500.0, 0.5) >> lowpole_hz(2200.0));
    let drift = wander(13, 32.0, 10.0);
    // Foam follows the crest, and runs out slower than the water under it.
    let foam = lfo(move |t| {
        let height = 0.25 + 0.9 * swell(t - 1.1).powf(1.3) + 0.3 * swell(t - 2.6);
        let (left, right) = balance(0.35 * drift(t));
        (1.5 * height * left, 1.5 * height * right)
    });
    Box::new(
        rumble * gain(|t| 4.0 * decibels(3.0 * swell(t + 0.8)))
            + body * gain(|t| 1.5 * decibels(5.5 * swell(t)))
            + hiss * foam,
    )
}

/// Drops on one spot: impulses at random times and of random size ring a damped resonance.
fn drops(seed: u64, per_second: f64, pitch: f64, q: f32) -> An<impl StereoNode> {
    let threshold = (1.0 - 2.0 * per_second / f64::from(RATE)) as f32;
    let size = move |u: f32| ((u - threshold) / (1.0 - threshold)).max(0.0);
    // Squared: many fine drops to a heavy one.
    let impulses = white(seed) >> map(move |v: &Frame<f32, U1>| size(v[0]).powi(2));
    // The golden ratio spreads successive spots evenly from side to side.
    let side = 1.6 * (seed as f64 * 0.618_034).fract() - 0.8;
    impulses >> bandpass_hz(pitch as f32, q) >> lowpole_hz(2400.0) >> pan(side as f32)
}

fn rain() -> Graph {
    let bed =
        spread(0.3, 21, |seed| white(seed) >> pinkpass() >> highpass_hz(110.0, 0.6) >> lowpole_hz(950.0));
    let leaves = |i| drops(2200 + i, 20.0, 800.0 * 4f64.powf(i as f64 / 31.0), 2.5);
    let roof = |i| drops(2300 + i, 6.0, 320.0 * 2.5f64.powf(i as f64 / 11.0), 3.0);
    let patter = ((busi::<U32, _, _>(leaves) * 2.5) & (busi::<U12, _, _>(roof) * 2.6))
        >> (multipass::<U2>() & (0.3 * reverb3_stereo(0.5, 0.7, lowpole_hz(2000.0))));
    // Leaves room for the voice, whose consonants lie above.
    let shelf = || highshelf_hz(1500.0, 0.6, decibels(-4.0) as f32);
    let rain = (bed + patter) >> (shelf() | shelf());
    Box::new(rain * breathing(24, 0.4, 0.04))
}

fn brown_noise() -> Graph {
    Box::new(spread(0.4, 31, |seed| {
        white(seed) >> lowpole_hz(80.0) >> highpass_hz(30.0, 0.7) >> lowpole_hz(2500.0)
    }))
}

/// Wind through one opening: noise in a band whose centre wanders within `span` of `pitch`.
fn gust(seed: u64, pitch: f64, span: f64, q: f32) -> An<impl StereoNode> {
    let centre = wander(seed + 50, 32.0, 7.0);
    let centre = move |t: f64| pitch * span.powf(centre(t));
    spread(0.3, seed, move |seed| (white(seed) >> pinkpass() | lfo(centre.clone())) >> bandpass_q(q))
}

fn wind() -> Graph {
    let air =
        spread(0.5, 40, |seed| white(seed) >> pinkpass() >> highpass_hz(60.0, 0.6) >> lowpass_hz(300.0, 0.5))
            * breathing(42, 1.0, 0.1);
    let low = gust(43, 200.0, 1.4, 0.9) * breathing(44, 2.5, 0.15);
    let middle = gust(45, 430.0, 1.4, 1.6) * breathing(46, 3.5, 0.22);
    let high = gust(47, 880.0, 1.3, 2.0) * breathing(48, 4.0, 0.28);
    Box::new(air * 0.9 + low + middle * 0.9 + high * 0.35)
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

fn render(sound: Sound, play: Play) -> Stereo {
    let seconds = match play {
        Play::Loop => (PREROLL_SECONDS + LOOP_SECONDS + FOLD_SECONDS) as f64,
        Play::Stroke => BOWL_SECONDS,
    };
    let wave = Wave::render(f64::from(RATE), seconds, sound().as_mut());
    [0, 1].map(|c| match play {
        Play::Loop => fold(&wave.channel(c)[PREROLL_SECONDS * RATE as usize..]),
        Play::Stroke => wave.channel(c).clone(),
    })
}

/// Crossfades the sound after the loop's end into its start. The crossfade has equal power, since the two
/// are uncorrelated noise.
fn fold(rendered: &[f32]) -> Vec<f32> {
    let (body, tail) = rendered.split_at(LOOP_SECONDS * RATE as usize);
    let mut folded = body.to_vec();
    for (i, (sample, after)) in folded.iter_mut().zip(tail).enumerate() {
        let angle = FRAC_PI_2 * i as f64 / tail.len() as f64;
        *sample = *sample * angle.sin() as f32 + after * angle.cos() as f32;
    }
    folded
}

/// Loudness in LUFS, true peak in dBTP, loudness range in LU and the extremes of the
/// short-term (3 s) loudness.
struct Loudness {
    lufs: f64,
    peak: f64,
    range: f64,
    quietest: f64,
    loudest: f64,
}

fn measure(audio: &Stereo, play: Play) -> Result<Loudness> {
    let mut meter = EbuR128::new(2, RATE, Mode::I | Mode::S | Mode::LRA | Mode::TRUE_PEAK)?;
    let tenths: Vec<_> = audio[0].chunks(TENTH).zip(audio[1].chunks(TENTH)).collect();
    let mut short_term = Vec::new();
    for (left, right) in &tenths {
        meter.add_frames_planar_f32(&[left, right])?;
        short_term.push(meter.loudness_shortterm()?);
    }
    // Read before the short-term window continues across the seam into the second round.
    let (lufs, range) = (meter.loudness_global()?, meter.loudness_range()?);
    if play == Play::Loop {
        for (left, right) in &tenths[..WINDOW_TENTHS] {
            meter.add_frames_planar_f32(&[left, right])?;
            short_term.push(meter.loudness_shortterm()?);
        }
    }
    let full = &short_term[WINDOW_TENTHS - 1..];
    Ok(Loudness {
        // A stroke that dies away has no steady level: its first three seconds stand for it.
        lufs: if play == Play::Loop { lufs } else { full[0] },
        peak: 20.0 * meter.true_peak(0)?.max(meter.true_peak(1)?).log10(),
        range,
        quietest: full.iter().copied().fold(f64::INFINITY, f64::min),
        loudest: full.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    })
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
    let target_quality = 0.45; // of -0.2..=1: about 1 MB a loop
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

/// Step between the last and first sample, in multiples of the typical (RMS) step.
fn seam_step(audio: &Stereo) -> f32 {
    let ratio = |channel: &Vec<f32>| {
        let steps: f32 = channel.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum();
        (channel[0] - channel[channel.len() - 1]).abs() / (steps / channel.len() as f32).sqrt()
    };
    ratio(&audio[0]).max(ratio(&audio[1]))
}

/// Measures what a player would hear, and fails on a wrong length, level, peak or seam.
fn check(encoded: &[u8], frames: usize, play: Play) -> Result<String> {
    let audio = decode(encoded)?;
    let loudness = measure(&audio, play)?;
    let (lufs, peak, step) = (loudness.lufs, loudness.peak, seam_step(&audio));
    let peak_limit = if play == Play::Loop { -6.0 } else { -8.0 };
    let passes = audio.iter().all(|channel| channel.len() == frames)
        && (lufs - TARGET_LUFS).abs() < LUFS_TOLERANCE
        && peak <= peak_limit
        && step <= SEAM_LIMIT;
    let (low, high) = (loudness.quietest, loudness.loudest);
    let report = format!(
        "{} frames  {lufs:6.2} LUFS  {peak:6.2} dBTP  LRA {:4.1} LU  \
         short-term {low:6.2}..{high:6.2}  seam {step:4.2} x RMS step  {} bytes",
        audio[0].len(),
        loudness.range,
        encoded.len(),
    );
    if passes { Ok(report) } else { Err(format!("refused: {report}").into()) }
}
