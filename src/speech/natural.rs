//! A neural English voice that runs in this process: text to phonemes, phonemes to spectra, spectra to
//! samples, all on the caller's thread. Its data is in `voices/heart` and is compiled into the binary.

mod assets;
mod beat;
mod count;
mod lexicon;
#[cfg(test)]
mod lexicon_file;
mod model;
mod numerals;
mod phonemes;
mod pitch;
mod reader;
#[cfg(test)]
pub(crate) mod reference;
mod rests;
mod script;
mod signal;
mod spectra;
mod tagger;
mod text;
mod timbre;
mod unknown;
mod words;

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use self::assets::{ACOUSTIC, CHECKSUMS, LETTERS, UNKNOWN, VOCABULARY, lexicon};
use self::beat::vowel_onset;
use self::lexicon::Lexicon;
use self::model::Acoustic;
use self::phonemes::Pronouncer;
use self::pitch::Lowering;
use self::reader::{Reader, Sentence};
use self::rests::{Rest, before, lengthened};
pub(crate) use self::script::unsayable;
use self::signal::{HOP, Vocoder};
pub(crate) use self::timbre::Timbre;
use self::unknown::Unknown;
use super::clips::stamp;
use super::{Recording, SpeechError, Synthesizer, Utterance};
use crate::advice::Advice;
use crate::units::Frames;

const ENGINE: &str = "the natural voice";
/// The speeds that the model accepts; other speeds are clamped to this range.
const SPEEDS: (f32, f32) = (0.5, 2.0);
/// The rest between two sentences is half as long again as at a comma, and at least this.
const SENTENCE_REST: Duration = Duration::from_millis(600);

/// Names another model file, so that tests can make it fail.
const OTHER_MODEL: &str = "SUPINE_HEART";

/// A voice of the model. Any number of threads may use it at once; each synthesis takes one core. The same
/// utterance gives the same samples.
pub struct Natural {
    model: Arc<Model>,
    timbre: Timbre,
}

/// What all voices have in common.
struct Model {
    acoustic: Acoustic,
    reader: Reader,
    vocoder: Vocoder,
    lowering: Lowering,
}

/// The model, kept as long as a voice uses it.
static LOADED: Mutex<Weak<Model>> = Mutex::new(Weak::new());

impl Natural {
    /// The model's own voice.
    ///
    /// # Errors
    /// When its data is broken.
    pub fn new() -> Result<Self, SpeechError> {
        Self::in_timbre(Timbre::PLAIN)
    }

    /// A voice of the model. The first voice loads the model, in about a quarter of a second; all voices
    /// that exist at the same time share it.
    ///
    /// # Errors
    /// When its data is broken.
    pub(crate) fn in_timbre(timbre: Timbre) -> Result<Self, SpeechError> {
        // The value is valid even if a thread panicked while it held the lock.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let model = match loaded.upgrade() {
            Some(model) => model,
            None => Arc::new(Model::of_user()?),
        };
        *loaded = Arc::downgrade(&model);
        Ok(Self { model, timbre })
    }

    /// What its sound depends on: its data and this program. `None` with another model file: its sound is
    /// neither cached nor mixed up with the voice's own.
    pub(crate) fn version() -> Option<String> {
        if std::env::var_os(OTHER_MODEL).is_some() {
            return None;
        }
        Some(format!("{CHECKSUMS} {}", stamp(&std::env::current_exe().ok()?)?))
    }

    /// The phonemes of each sentence of `utterance`, in misaki's alphabet.
    ///
    /// # Errors
    /// When the text has no word, a word can't be read, or the model lacks one of the sounds.
    #[cfg(test)]
    pub(crate) fn phonemes(&self, utterance: &Utterance) -> Result<Vec<String>, SpeechError> {
        Ok(self.sentences(utterance)?.into_iter().map(|sentence| sentence.phonemes).collect())
    }

    fn sentences(&self, utterance: &Utterance) -> Result<Vec<Sentence>, SpeechError> {
        let Utterance { spoken, phonemes, .. } = utterance;
        if let Some(word) = unsayable(utterance).into_iter().next() {
            return Err(SpeechError::Unsayable { engine: ENGINE.to_owned(), word });
        }
        self.model.reader.sentences(spoken, phonemes).map_err(|problem| SpeechError::Unusable {
            engine: ENGINE.to_owned(),
            text: utterance.text.clone(),
            why: problem.into(),
        })
    }

    /// Speaks a sentence, or a part of a sentence that is too long for the model. Adds to `rests`, with
    /// positions counted from the sample `start`, the marks at which the voice is to rest for `comma`
    /// samples.
    fn speak(
        &self,
        sentence: &Sentence,
        speed: f32,
        comma: usize,
        out: &mut Vec<f32>,
        rests: &mut Vec<Rest>,
    ) -> Result<(), String> {
        for part in &sentence.parts {
            let start = out.len();
            let mut spectra = self.model.acoustic.run(&part.ids, speed)?;
            rests.extend(part.commas.iter().filter_map(|&mark| {
                let began = spectra.ends.get(mark.checked_sub(1)?)?;
                // The space after a mark is part of the pause.
                let ended = spectra.ends.get(mark + 1)?;
                Some(Rest { at: start + began * HOP..start + ended * HOP, length: comma })
            }));
            if self.timbre.pitch != 1.0 {
                self.model.lowering.apply(&mut spectra, self.timbre.pitch).map_err(|e| e.to_string())?;
            }
            out.extend(self.model.vocoder.render(&spectra, part.seed()).map_err(|e| e.to_string())?);
        }
        Ok(())
    }

    /// Speaks the whole of `utterance`; also returns where the voice is to rest in it.
    fn say(&self, utterance: &Utterance) -> Result<(Vec<f32>, Vec<Rest>), SpeechError> {
        // A speed that is not a number means natural speed.
        let speed = if utterance.speed.is_nan() { 1.0 } else { utterance.speed };
        let speed = (speed * self.timbre.hurry()).clamp(SPEEDS.0, SPEEDS.1);
        let samples_of = |time: Duration| Frames::at(time, self.timbre.rate()).0 as usize;
        let comma = samples_of(utterance.comma);
        let between = samples_of(SENTENCE_REST.max(utterance.comma + utterance.comma / 2));
        let (mut samples, mut rests) = (Vec::new(), Vec::new());
        for (place, sentence) in self.sentences(utterance)?.iter().enumerate() {
            if place > 0 {
                rests.push(Rest { at: samples.len()..samples.len(), length: between });
            }
            self.speak(sentence, speed, comma, &mut samples, &mut rests).map_err(failed)?;
        }
        if !samples.iter().all(|sample| sample.is_finite()) {
            return Err(failed("it made a sound that is out of range"));
        }
        Ok((samples, rests))
    }

    /// A counted number: cut from a phrase, or spoken alone if the voice makes no rest in the phrase.
    fn count(&self, utterance: &Utterance) -> Result<Vec<f32>, SpeechError> {
        let alone = Utterance { speed: utterance.speed.max(count::SPEED), ..utterance.clone() };
        let phrase = Utterance { spoken: count::phrase(&alone.spoken), ..alone.clone() };
        let (samples, rests) = self.say(&phrase)?;
        if let Some(number) = rests.last().and_then(|rest| before(&samples, rest, self.timbre.rate())) {
            return Ok(number);
        }
        let (samples, rests) = self.say(&alone)?;
        Ok(lengthened(&samples, &rests, self.timbre.rate()))
    }
}

impl Model {
    /// The model in this program, or another one that a test names.
    fn of_user() -> Result<Self, SpeechError> {
        match std::env::var_os(OTHER_MODEL) {
            None => Self::load(ACOUSTIC),
            Some(path) => match std::fs::read(&path) {
                // Leaked at most once a run, and only in tests.
                Ok(model) => Self::load(model.leak()),
                Err(error) => Err(broken("model", &error.to_string())),
            },
        }
    }

    fn load(acoustic: &'static [u8]) -> Result<Self, SpeechError> {
        let (acoustic, reader) = std::thread::scope(|scope| {
            let acoustic = scope.spawn(|| Acoustic::load(acoustic));
            let reader = Unknown::new(UNKNOWN, LETTERS).and_then(|unknown| {
                let lexicon = lexicon().map_err(|error| error.to_string())?;
                Reader::load(VOCABULARY, Pronouncer::load(Lexicon::open(lexicon)?, unknown)?)
            });
            (acoustic.join().unwrap_or_else(|_| Err("it was not read".to_owned())), reader)
        });
        let acoustic = acoustic.map_err(|problem| broken("model", &problem))?;
        let reader = reader.map_err(|problem| broken("dictionary", &problem))?;
        Ok(Self { acoustic, reader, vocoder: Vocoder::new(), lowering: Lowering::new() })
    }
}

impl Synthesizer for Natural {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let rate = self.timbre.rate();
        if utterance.is_count {
            let samples = self.count(utterance)?;
            let beat = vowel_onset(&samples, rate);
            return Ok(Recording { samples, rate, beat });
        }
        let (samples, rests) = self.say(utterance)?;
        Ok(Recording { samples: lengthened(&samples, &rests, rate), rate, beat: None })
    }
}

fn broken(part: &str, problem: &str) -> SpeechError {
    failed(Advice::new(format!("its {part} can't be used ({problem})"), "reinstall supine"))
}

fn failed(why: impl Into<Advice>) -> SpeechError {
    SpeechError::failed(ENGINE, why)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::assets::{TAGGER, TAGGER_WEIGHTS, TAGS, weights};
    use super::*;

    #[test]
    fn clips_are_kept_under_the_checksums_of_the_data_that_they_were_made_from() {
        let file = |name: &str, data: &[u8]| {
            let hex: String = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}  {name}\n")
        };
        let checksums = [
            file("heart.onnx", ACOUSTIC),
            file("heart.onnx.data", &weights().unwrap()),
            file("lexicon.fst", &lexicon().unwrap()),
            file("tagger.onnx", TAGGER),
            file("tagger.onnx.data", TAGGER_WEIGHTS),
            file("tags.txt", TAGS.as_bytes()),
            file("unknown.json", LETTERS.as_bytes()),
            file("unknown.onnx", UNKNOWN),
            file("vocab.json", VOCABULARY.as_bytes()),
        ];
        assert_eq!(CHECKSUMS, checksums.concat());
        assert!(Natural::version().is_some_and(|version| version.contains(CHECKSUMS)));
    }

    #[test]
    fn a_broken_model_is_told_in_a_sentence() {
        let error =
            Model::load(b"\x08\x08not a model").err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with("the natural voice failed: its model can't be used"), "{error}");
    }
}
