//! The loudness of a built-in routine with every kind of rendered voice, by the program's own figures, and
//! measured again on the file that it writes; and how evenly the natural voice counts.

#![cfg(feature = "natural-voice")]

use std::collections::BTreeMap;

use crate::support::home::Home;
use crate::support::rendered::{RATE, Rendered, events, frame, loudness_of};
use ebur128::{EbuR128, Mode};
use serde_json::Value;

const FLITE: &str = "[engines.flite]\ncommand = [\"flite\", \"-voice\", \"slt\", \"--setf\", \"duration_stretch={stretch}\", \"-o\", \"{wav}\"]\n";
const SPOKEN: [&str; 3] = ["speech", "count", "breath"];
/// The goals: LUFS, LU, dBTP, and dB between the voice and the ambience under it.
const TARGET: f64 = -20.0;
const TOLERANCE: f64 = 1.0;
const CEILING: f64 = -1.0;
const MARGIN: f64 = 20.0;
/// A tenth of every hold: all the words, and less to decode.
const SHORT: &str = "--holds 0.1";
/// Half of the pauses too.
const SHORTER: &str = "--holds 0.1 --pace 2";

/// The longest one: the others hold nothing that it does not.
const ROUTINE: &str = "bedtime-back";

/// The figures of "speech -20.1 LUFS (target -20.0), overall -20.4 LUFS, true peak -1.4 dBTP, at least
/// 22.6 dB over the ambience", by the word before each.
fn figures(line: &str) -> BTreeMap<&str, f64> {
    let words: Vec<&str> = line.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let pairs = words.windows(2).filter_map(|pair| Some((pair[0], pair[1].parse().ok()?)));
    pairs.collect()
}

/// Checks that the program reports a session's sound as it should be, and measures the files again.
fn is_as_loud_as_promised(voice: &str, options: &str) {
    let file = ROUTINE;
    let home = Home::new();
    home.config(FLITE);
    let outcome = home.run(&format!("render {file} --voice {voice} {options} --report -o out.wav"));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let report = outcome.stdout.trim().to_owned();
    println!("{file} with {voice}: {report}");
    let told = figures(&report);
    assert!((told["speech"] - TARGET).abs() <= TOLERANCE && told["target"] == TARGET, "{report}");
    assert!(told["peak"] <= CEILING, "{report}");
    assert!(told["least"] >= MARGIN, "{report}");

    let score = home.run(&format!("show {file} --voice {voice} {options} --json")).data();
    let measured =
        Measured::of(&Rendered::read(&home.path().join("out.wav")), &serde_json::from_str(&score).unwrap());
    println!("measured: {measured:.1?}");
    assert!((measured.speech - TARGET).abs() <= TOLERANCE, "{measured:?}");
    assert!(measured.true_peak <= CEILING, "{measured:?}");
    assert!(measured.margin >= MARGIN, "{measured:?}");
    // The two measurements see different pauses.
    assert!((measured.speech - told["speech"]).abs() <= 0.75, "{report}, {measured:?}");
    assert!((measured.true_peak - told["peak"]).abs() <= 0.2, "{report}, {measured:?}");
}

/// The sound of a file.
#[derive(Debug)]
struct Measured {
    /// Integrated loudness of the stretches in which somebody speaks.
    speech: f64,
    /// True peak of everything, in dBTP.
    true_peak: f64,
    /// The least distance of the ambience between two sentences from the sentence after it: the ambience is
    /// still down there.
    margin: f64,
}

impl Measured {
    fn of(file: &Rendered, score: &Value) -> Self {
        let spoken: Vec<(f64, f64)> = events(score, &SPOKEN)
            .map(|event| (event["at_s"].as_f64().unwrap(), event["length_s"].as_f64().unwrap()))
            .map(|(at, length)| (at, at + length))
            .collect();
        let mut speech = EbuR128::new(2, RATE, Mode::I).unwrap();
        for (start, end) in &spoken {
            speech.add_frames_f32(part(file, *start, *end)).unwrap();
        }
        let margins: Vec<f64> =
            spoken.windows(2).filter_map(|pair| margin(file, score, pair[0], pair[1])).collect();
        assert!(margins.len() > 50, "the ambience is alone in {} pauses", margins.len());
        Self {
            speech: speech.loudness_global().unwrap(),
            true_peak: file.loudness().1,
            margin: margins.into_iter().fold(f64::INFINITY, f64::min),
        }
    }
}

fn part(file: &Rendered, start: f64, end: f64) -> &[f32] {
    let place = |seconds: f64| 2 * (seconds * f64::from(RATE)).round() as usize;
    &file.samples[place(start)..place(end)]
}

/// The loudness of the speech from `next` on minus that of the pause before it, when the pause is short enough
/// for the ambience to stay down and both are long enough for the meter.
fn margin(file: &Rendered, score: &Value, last: (f64, f64), next: (f64, f64)) -> Option<f64> {
    // A clip fades out after its end and in before its onset, where a consonant may also be.
    let (start, end) = (last.1 + 0.05, next.0 - 0.25);
    let stays_down = || {
        let points = score["ambience_gain"].as_array().unwrap();
        let mut inside = points.iter().filter_map(|point| point["at_s"].as_f64());
        !inside.any(|at| last.1 < at && at < next.0)
    };
    let is_measured = end - start > 0.5 && next.1 - next.0 > 0.5 && stays_down();
    is_measured.then(|| loudness_of(part(file, next.0, next.1)) - loudness_of(part(file, start, end)))
}

#[test]
fn the_natural_voice_is_as_loud_as_promised_and_20_db_over_the_ambience() {
    is_as_loud_as_promised("natural", SHORT);
}

#[test]
#[ignore = "another pitch of the same voice: `make listen`"]
fn the_lower_natural_voice_is_as_loud_as_promised_and_20_db_over_the_ambience() {
    is_as_loud_as_promised("natural:low", SHORTER);
}

#[test]
#[ignore = "another pitch of the same voice: `make listen`"]
fn the_deep_natural_voice_is_as_loud_as_promised_and_20_db_over_the_ambience() {
    is_as_loud_as_promised("natural:deep", SHORTER);
}

#[test]
fn espeak_is_as_loud_as_promised_and_20_db_over_the_ambience() {
    is_as_loud_as_promised("espeak", SHORTER);
}

#[test]
fn an_engine_of_the_listener_is_as_loud_as_promised_and_20_db_over_the_ambience() {
    is_as_loud_as_promised("flite", SHORTER);
}

#[test]
fn check_says_of_a_routine_what_render_says_of_its_file() {
    let home = Home::new();
    home.write(
        "rest.toml",
        "title = \"Rest\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Let your back grow wide.\", { seconds = 5 }]\n",
    );
    for voice in ["natural", "espeak"] {
        let report = home.run(&format!("render rest.toml --voice {voice} --report -o out.wav")).stdout;
        let check = home.run(&format!("check rest.toml --voice {voice}")).stdout;
        assert!(figures(&report).len() > 3, "{report}");
        assert_eq!(figures(&check), figures(&report), "{check}{report}");
    }
}

/// The voices that are made from one model.
const NATURAL: [&str; 3] = ["natural", "natural:low", "natural:deep"];

/// A count of ten in a voice, without ambience: each number from its first sound to its last, and the position
/// of its beat in it, in seconds.
fn counts(voice: &str) -> Vec<(String, Vec<f32>, f64)> {
    let home = Home::new();
    home.write(
        "count.toml",
        "title = \"Count\"\nending = \"awake\"\n[[pose]]\nname = \"Rest\"\nsteps = [{ count = { to = 10, beat = \"2s\" } }]\n",
    );
    let options = format!("--voice {voice} --ambience none");
    let score: Value =
        serde_json::from_str(&home.run(&format!("show count.toml --json {options}")).data()).unwrap();
    assert_eq!(home.run(&format!("render count.toml -o out.wav {options}")).code, 0);
    let file = Rendered::read(&home.path().join("out.wav"));
    let count = |event: &Value| {
        let beat = frame(&event["at_s"]);
        // No other sound is within a second, and the silence is exact.
        let sounding: Vec<usize> =
            (beat - 48_000..beat + 48_000).filter(|frame| file.level(*frame) > 0.0).collect();
        let (first, last) = (sounding[0], sounding[sounding.len() - 1]);
        let samples = (first..=last).map(|frame| file.samples[2 * frame]).collect();
        (event["text"].as_str().unwrap().to_owned(), samples, (beat - first) as f64 / f64::from(RATE))
    };
    let counts: Vec<_> = events(&score, &["count"]).map(count).collect();
    assert_eq!(counts.len(), 10);
    counts
}

#[test]
fn every_number_of_the_natural_voice_is_as_loud_as_the_others() {
    // A number is too short for the meter, so it is repeated for the measurement.
    let loudness = |samples: &[f32]| {
        let again = samples.iter().cycle().take(3 * RATE as usize);
        loudness_of(&again.flat_map(|sample| [*sample; 2]).collect::<Vec<f32>>())
    };
    for voice in NATURAL {
        let all: Vec<(String, f64)> =
            counts(voice).into_iter().map(|(text, samples, _)| (text, loudness(&samples))).collect();
        println!("{voice}: {all:.1?}");
        let least = all.iter().map(|(_, loudness)| *loudness).fold(0.0, f64::min);
        let most = all.iter().map(|(_, loudness)| *loudness).fold(-90.0, f64::max);
        assert!(most - least <= 1.5, "{voice}: {all:.1?}");
    }
}

/// A second-order filter (Bristow-Johnson's cookbook), run forward and backward, so that it shifts nothing in
/// time.
fn filtered(samples: &[f32], hz: f64, high_pass: bool) -> Vec<f32> {
    let turn = std::f64::consts::TAU * hz / f64::from(RATE);
    let (cos, alpha) = (turn.cos(), turn.sin() / std::f64::consts::SQRT_2);
    let side = if high_pass { 1.0 + cos } else { 1.0 - cos };
    let middle = if high_pass { -side } else { side };
    let once = |samples: &mut dyn Iterator<Item = f32>| -> Vec<f32> {
        let (mut x, mut y) = ([0.0; 2], [0.0; 2]);
        let next = |sample: f32| {
            let new = f64::from(sample);
            let out = (side / 2.0 * (new + x[1]) + middle * x[0] + 2.0 * cos * y[0] - (1.0 - alpha) * y[1])
                / (1.0 + alpha);
            (x, y) = ([new, x[0]], [out, y[0]]);
            out as f32
        };
        samples.map(next).collect()
    };
    let forward = once(&mut samples.iter().copied());
    let mut backward = once(&mut forward.into_iter().rev());
    backward.reverse();
    backward
}

/// When the sound of a vowel (350 to 1500 Hz) comes within 6 dB of its loudest, in seconds. The hum that
/// nine begins with is 9 to 12 dB softer.
fn vowel(samples: &[f32]) -> f64 {
    const STEP: usize = 48;
    let band = filtered(&filtered(samples, 350.0, true), 1_500.0, false);
    // 20 ms around each millisecond.
    let power = |centre: usize| -> f32 {
        let around = centre.saturating_sub(10 * STEP)..(centre + 10 * STEP).min(band.len());
        band[around].iter().map(|sample| sample * sample).sum()
    };
    let powers: Vec<f32> = (0..band.len()).step_by(STEP).map(power).collect();
    let most = powers.iter().copied().fold(0.0, f32::max);
    let risen = powers.iter().position(|power| *power > most / 4.0).unwrap();
    risen as f64 / 1_000.0
}

#[test]
fn the_beat_of_every_number_is_on_the_onset_of_its_vowel() {
    for voice in NATURAL {
        let apart: Vec<(String, f64, f64)> = counts(voice)
            .into_iter()
            .map(|(text, samples, beat)| (text, (vowel(&samples) - beat) * 1_000.0, beat * 1_000.0))
            .collect();
        println!("{voice}: ms from the beat, and from the first sound to the beat: {apart:.0?}");
        assert!(apart.iter().all(|(_, ms, _)| ms.abs() <= 25.0), "{voice}: {apart:.0?}");
        // Six and seven begin with a hiss, long before.
        assert!(apart[5].2 > 80.0 && apart[6].2 > 80.0, "{voice}: {apart:.0?}");
    }
}
