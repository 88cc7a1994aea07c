//! The built-in ambiences as they are heard: their level, their colour, no clicks, nothing that stands out, and
//! that they do not come round within an hour.

use std::sync::Arc;
use std::time::Instant;

use realfft::RealFftPlanner;
use supine::loudness::{Meter, PeakMeter};
use supine::mixer::Ambience;
use supine::phrases::Phrases;
use supine::sounds::soundscape::Soundscape;
use supine::sounds::{AMBIENCES, AmbienceChoice, BUILT_IN_LOUDNESS};
use supine::units::{Frame, SampleRate};

use crate as supine;

const RATE: SampleRate = SampleRate::HZ_48000;
const SECOND: usize = 48_000;
const TENTH: usize = SECOND / 10;

/// An ambience from its beginning, at the level at which it is made.
fn opened(name: &str) -> Soundscape {
    let choice = AmbienceChoice::find(name, std::path::Path::new(".")).unwrap().choice;
    Soundscape::open(&choice, BUILT_IN_LOUDNESS, RATE, Arc::new(|_: String| {})).unwrap().unwrap()
}

/// The first seconds of an ambience.
fn heard(name: &str, seconds: usize) -> Vec<Frame> {
    let mut frames = vec![[0.0; 2]; seconds * SECOND];
    opened(name).read(&mut frames);
    frames
}

fn names() -> impl Iterator<Item = &'static str> {
    AMBIENCES.iter().map(|ambience| ambience.name)
}

/// The mean power of a sample.
fn power(frames: &[Frame]) -> f64 {
    let samples = frames.as_flattened();
    samples.iter().map(|sample| f64::from(sample * sample)).sum::<f64>() / samples.len() as f64
}

#[test]
fn an_ambience_has_a_name_in_each_language() {
    for language in ["en", "de", "es", "fr", "pt"] {
        let (phrases, _) = Phrases::for_language(language);
        let unnamed = names().find(|name| phrases.ambience(name) == *name);
        assert_eq!(unnamed, None, "in {language}");
    }
}

#[test]
fn an_ambience_is_the_same_each_time_however_much_is_read_at_once() {
    for name in names() {
        let whole = heard(name, 8);
        for length in [1, 479, 4_096] {
            let mut again = opened(name);
            let mut frames = vec![[0.0; 2]; whole.len()];
            frames.chunks_mut(length).for_each(|chunk| again.read(chunk));
            assert!(frames == whole, "{name}, {length} at once");
        }
    }
}

#[test]
fn ambiences_are_equally_loud_and_nothing_in_them_stands_out() {
    for name in names() {
        let frames = heard(name, 180);
        let (mut meter, mut peak) = (Meter::new(RATE), PeakMeter::new(RATE));
        let mut momentary = Vec::new();
        for tenth in frames.chunks(TENTH) {
            meter.add(tenth);
            peak.add(tenth);
            momentary.push(10.0 * meter.momentary().log10());
        }
        let momentary = &momentary[4..];
        let (whole, peak) = (meter.integrated().0, peak.true_peak().0);
        assert!((whole - BUILT_IN_LOUDNESS.0).abs() < 0.5, "{name}: {whole} LUFS");
        assert!(peak < -9.0, "{name}: {peak} dBTP");
        let most = momentary.iter().fold(f64::MIN, |most, now| most.max(*now)) - f64::from(whole);
        let least = momentary.iter().fold(f64::MAX, |least, now| least.min(*now)) - f64::from(whole);
        assert!(most < 4.5 && least > -6.0, "{name}: from {least} to {most} LU around its loudness");
        // Onsets wake, where they are above what has been heard all the time.
        let rise = momentary
            .windows(5)
            .map(|now| now[4] - now[0].max(f64::from(whole) - 2.0))
            .fold(f64::MIN, f64::max);
        assert!(rise < 4.0, "{name}: it rises by {rise} LU within 0.4 s");
        println!(
            "{name:>6}: {whole:.2} LUFS, {peak:.1} dBTP, {least:.1} to {most:.1} LU, rises by {rise:.1} LU"
        );
    }
}

#[test]
fn pieces_are_joined_without_a_click_or_a_gap() {
    for name in names() {
        let frames = heard(name, 180);
        let whole = power(&frames);
        for (number, second) in frames.chunks(SECOND).enumerate() {
            let steps = |side: usize| second.windows(2).map(move |pair| pair[1][side] - pair[0][side]);
            for side in 0..2 {
                let typical = (steps(side).map(|step| step * step).sum::<f32>() / SECOND as f32).sqrt();
                let largest = steps(side).fold(0f32, |most, step| most.max(step.abs()));
                // Steps of noise reach 5 times the typical one in a second; a drop begins harder.
                let limit = if name == "rain" { 14.0 } else { 9.0 };
                assert!(largest < limit * typical, "{name}: {} in second {number}", largest / typical);
            }
            let level = 10.0 * (power(second) / whole).log10();
            assert!(level > -8.0, "{name}: {level} dB in second {number}");
        }
    }
}

/// The level of each octave around 63 Hz to 8 kHz, in dB.
fn octaves(frames: &[Frame]) -> Vec<f64> {
    const LENGTH: usize = 1 << 14;
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(LENGTH);
    let mut powers = vec![0f64; 8];
    for piece in frames.chunks_exact(LENGTH) {
        // A window, since some are 60 dB stronger at one end than at the other.
        let window = |n: usize| (std::f32::consts::PI * n as f32 / LENGTH as f32).sin().powi(2);
        let mut input: Vec<f32> = piece.iter().enumerate().map(|(n, frame)| frame[0] * window(n)).collect();
        let mut output = transform.make_output_vec();
        transform.process(&mut input, &mut output).unwrap();
        for (octave, power) in powers.iter_mut().enumerate() {
            let bin = |hz: f64| (hz * LENGTH as f64 / SECOND as f64) as usize;
            let centre = 62.5 * f64::from(1 << octave);
            let band = &output[bin(centre / 2f64.sqrt())..bin(centre * 2f64.sqrt())];
            *power += band.iter().map(|bin| f64::from(bin.norm_sqr())).sum::<f64>();
        }
    }
    powers.into_iter().map(|power| 10.0 * power.log10()).collect()
}

/// The slope of the power in a hertz over octaves, in dB an octave: the best straight line.
fn slope(octaves: &[f64]) -> f64 {
    let (mean, middle) =
        (octaves.iter().sum::<f64>() / octaves.len() as f64, (octaves.len() - 1) as f64 / 2.0);
    let offset = |n: usize| n as f64 - middle;
    let squares: f64 = (0..octaves.len()).map(|n| offset(n).powi(2)).sum();
    // An octave is twice as broad as the one below.
    octaves.iter().enumerate().map(|(n, level)| offset(n) * (level - mean)).sum::<f64>() / squares - 3.01
}

#[test]
fn ambiences_have_their_colours() {
    for name in names() {
        let octaves = octaves(&heard(name, 60));
        let (whole, least, most) = match name {
            // From 125 Hz to 4 kHz, and for brown from 250 Hz, where its slope begins.
            "pink" => (slope(&octaves[1..7]), -3.5, -2.7),
            "brown" => (slope(&octaves[2..7]), -6.4, -5.6),
            // As fall or wind and water: neither a hiss nor a dull roar.
            "ocean" | "rain" | "stream" | "night" | "wind" => (slope(&octaves[1..7]), -8.0, -4.0),
            // Tones are low.
            _ => (slope(&octaves[1..7]), f64::MIN, -8.0),
        };
        println!("{name:>6}: {whole:.2} dB an octave; {octaves:.0?}");
        assert!((least..=most).contains(&whole), "{name}: {whole} dB an octave in {octaves:.1?}");
        // Consonants, from 4 kHz on, are not covered.
        let high =
            octaves[6].max(octaves[7]) - octaves[..6].iter().fold(f64::MIN, |most, now| most.max(*now));
        let limit = if name == "pink" { 2.0 } else { -8.0 };
        assert!(high < limit, "{name}: {high} dB at 4 and 8 kHz");
    }
}

/// The envelope: the level of both sides together in each tenth of a second, in dB.
fn envelope(name: &str, seconds: usize) -> Vec<f32> {
    let mut ambience = opened(name);
    let mut tenth = [[0.0; 2]; TENTH];
    (0..seconds * 10)
        .map(|_| {
            ambience.read(&mut tenth);
            10.0 * (power(&tenth) as f32).log10()
        })
        .collect()
}

/// The autocorrelation for each lag up to three quarters of the length.
fn autocorrelation(envelope: &[f32]) -> Vec<f32> {
    let mean = envelope.iter().sum::<f32>() / envelope.len() as f32;
    let length = (2 * envelope.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut input: Vec<f32> = envelope.iter().map(|level| level - mean).collect();
    input.resize(length, 0.0);
    let mut spectrum = forward.make_output_vec();
    forward.process(&mut input, &mut spectrum).unwrap();
    spectrum.iter_mut().for_each(|bin| *bin = bin.norm_sqr().into());
    let mut output = inverse.make_output_vec();
    inverse.process(&mut spectrum, &mut output).unwrap();
    output[..envelope.len() * 3 / 4].iter().map(|value| value / output[0]).collect()
}

/// The lag in tenths at which an envelope has forgotten where it was (an autocorrelation below 0.1), and the
/// highest autocorrelation after that. Slow movement makes it fall slowly; what comes round makes it rise again.
fn memory(envelope: &[f32]) -> (usize, f32) {
    const FORGOTTEN: f32 = 0.1;
    let correlations = autocorrelation(envelope);
    let forgotten = correlations.iter().position(|value| *value < FORGOTTEN).unwrap_or(correlations.len());
    // Lags of less than 3 s are the waves themselves.
    let later = &correlations[forgotten.max(30)..];
    (forgotten, later.iter().fold(0f32, |most, value| most.max(*value)))
}

#[test]
fn what_comes_round_is_found() {
    let minute = envelope("ocean", 64);
    let (_, highest) = memory(&minute.repeat(20));
    assert!(highest > 0.8, "{highest}");
}

#[test]
fn no_ambience_comes_round_within_an_hour() {
    std::thread::scope(|scope| {
        for name in names() {
            scope.spawn(move || {
                let (forgotten, highest) = memory(&envelope(name, 3_600));
                println!("{name:>6}: below 0.1 from {} tenths on, and then at most {highest:.2}", forgotten);
                assert!(forgotten < 450, "{name} moves too slowly: {forgotten} tenths");
                assert!(highest < 0.2, "{name}: {highest}");
            });
        }
    });
}

/// Ten minutes of each, opened and read as a session does.
#[test]
#[ignore = "it measures"]
fn cost_of_ten_minutes() {
    for name in names() {
        let runs = (0..5).map(|_| {
            let start = Instant::now();
            let (mut ambience, mut block) = (opened(name), [[0.0; 2]; 1_024]);
            (0..600 * SECOND / block.len()).for_each(|_| ambience.read(&mut block));
            start.elapsed().as_secs_f64()
        });
        println!("{name:>6}: {:.3} s", runs.fold(f64::MAX, f64::min));
    }
}
