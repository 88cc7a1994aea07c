//! A neural English voice in this process: text to phonemes, phonemes to spectra, spectra to
//! samples. Its data is in `voices/heart`, inside the binary.

pub mod model;
pub mod reader;
pub mod signal;
pub mod unknown;

use std::sync::OnceLock;

use self::model::Acoustic;
use self::reader::Reader;
use self::signal::{RATE, Vocoder};
use self::unknown::Unknown;
use super::{Recording, SpeechError, Synthesizer, Utterance};
use crate::units::SampleRate;

const ENGINE: &str = "the natural voice";
/// The speeds that the model takes.
const SPEEDS: (f32, f32) = (0.5, 2.0);

macro_rules! asset {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/", $name)
    };
}

static ACOUSTIC: &[u8] = include_bytes!(asset!("heart.onnx"));
static VOCABULARY: &str = include_str!(asset!("vocab.json"));
static UNKNOWN: &[u8] = include_bytes!(asset!("unknown.onnx"));
static LETTERS: &str = include_str!(asset!("unknown.json"));

/// The voice. Loads once; then every thread may ask it to speak.
pub struct Natural {
    acoustic: Acoustic,
    reader: Reader,
    vocoder: Vocoder,
}

impl Natural {
    /// Loads the voice.
    ///
    /// # Errors
    /// When its data is broken.
    pub fn new() -> Result<Self, SpeechError> {
        let (acoustic, reader) = std::thread::scope(|scope| {
            let acoustic = scope.spawn(|| Acoustic::load(ACOUSTIC));
            let reader =
                Unknown::load(UNKNOWN, LETTERS).and_then(|unknown| Reader::load(VOCABULARY, unknown));
            (acoustic.join().unwrap_or_else(|_| Err("it could not be read".to_owned())), reader)
        });
        let broken = |problem: String| failed(format!("its data is broken: {problem}"));
        Ok(Self {
            acoustic: acoustic.map_err(broken)?,
            reader: reader.map_err(broken)?,
            vocoder: Vocoder::new(),
        })
    }

    /// The phonemes of a sentence, in misaki's alphabet.
    pub fn phonemes(&self, sentence: &str) -> Result<String, String> {
        self.reader.phonemes(sentence)
    }
}

impl Synthesizer for Natural {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let speed = utterance.speed.clamp(SPEEDS.0, SPEEDS.1);
        let phonemes = self.reader.phonemes(&utterance.text).map_err(failed)?;
        let mut samples = Vec::new();
        for ids in self.reader.ids(&phonemes) {
            let spectra = self.acoustic.run(&ids, speed).map_err(failed)?;
            samples.extend(self.vocoder.render(&spectra, 1).map_err(|e| failed(e.to_string()))?);
        }
        Ok(Recording { samples, rate: SampleRate::new(RATE).expect("it is not 0") })
    }
}

fn failed(message: impl Into<String>) -> SpeechError {
    SpeechError::Failed { engine: ENGINE.to_owned(), message: message.into() }
}
