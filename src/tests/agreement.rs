//! Compares the natural voice on this processor with stored samples, which were made with the plainest kernels,
//! without any vector instructions beyond SSE. `agreement/README.md` says how to make them again.

#![cfg(feature = "natural-voice")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::sounds::tracks::TrackReader;
use supine::speech::natural::Natural;
use supine::speech::{Recording, Synthesizer, Utterance};

/// Each text with its speed and its rest at commas, in milliseconds.
const TEXTS: [(&str, f32, u64); 17] = [
    ("Breathe in.", 0.82, 0),
    ("And out.", 0.77, 0),
    ("Let go.", 0.77, 0),
    ("Rest.", 0.8, 0),
    ("Half-way.", 0.77, 0),
    ("In, five.", 0.82, 400),
    ("Now the left side.", 0.8, 0),
    ("Bend your right knee.", 0.82, 0),
    ("Next: Child's pose.", 0.77, 300),
    ("Six slow breaths.", 0.795, 0),
    ("Let it be heavy.", 0.77, 0),
    ("Good. Rest here.", 1.0, 0),
    ("Move slowly.", 1.2, 0),
    ("Savasana.", 0.85, 0),
    ("Stretch your shins.", 0.8, 0),
    ("Sleep well.", 0.77, 0),
    ("Is it easy?", 0.9, 0),
];
const COUNTS: [&str; 3] = ["One.", "Six.", "Nineteen."];
/// In dB: the difference is a thousandth of the sound, which is inaudible.
const AGREEMENT: f64 = 60.0;
/// The reference has 18 bits: its own rounding is more than 80 dB below the voice.
const STEPS: f32 = 131_072.0;
const BITS_OF_FILE: u16 = 24;

fn utterances() -> Vec<Utterance> {
    let texts = TEXTS.iter().map(|(text, speed, comma)| Utterance {
        comma: Duration::from_millis(*comma),
        ..Utterance::plain(*text, *speed)
    });
    let counts = COUNTS.iter().map(|text| Utterance { is_count: true, ..Utterance::plain(*text, 0.8) });
    texts.chain(counts).collect()
}

/// The file of a text: `let-go` for "Let go.".
fn file(utterance: &Utterance, ending: &str) -> PathBuf {
    let words: Vec<String> = utterance
        .text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement");
    folder.join(words.join("-")).with_extension(ending)
}

fn power(samples: impl Iterator<Item = f32>) -> f64 {
    samples.map(|sample| f64::from(sample).powi(2)).sum()
}

#[test]
fn every_processor_says_the_same() {
    let voice = Natural::new().unwrap();
    let mut apart = Vec::new();
    for utterance in utterances() {
        let Recording { samples, rate, .. } = voice.synthesize(&utterance).unwrap();
        let path = file(&utterance, "flac");
        let reference = TrackReader::open_file(&path).unwrap();
        assert_eq!(reference.rate(), rate);
        let reference: Vec<f32> = reference.map(|[one, _]| one).collect();
        assert_eq!(samples.len(), reference.len(), "{}", path.display());
        let difference = power(samples.iter().zip(&reference).map(|(here, there)| here - there));
        let agreement = 10.0 * (power(reference.iter().copied()) / difference).log10();
        apart.push((agreement, utterance.text));
    }
    apart.sort_by(|one, other| one.0.total_cmp(&other.0));
    println!("dB: {apart:.1?}");
    assert!(apart.iter().all(|(agreement, _)| *agreement >= AGREEMENT), "{apart:.1?}");
}

#[test]
#[ignore = "makes the reference again: see agreement/README.md"]
fn the_reference_is_written() {
    let voice = Natural::new().unwrap();
    for utterance in utterances() {
        let Recording { samples, rate, .. } = voice.synthesize(&utterance).unwrap();
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate.hz(),
            bits_per_sample: BITS_OF_FILE,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(file(&utterance, "wav"), spec).unwrap();
        for sample in samples {
            // The lowest bits are 0, which take no room in a FLAC file.
            wav.write_sample((sample * STEPS).round() as i32 * (1 << 6)).unwrap();
        }
        wav.finalize().unwrap();
    }
}
