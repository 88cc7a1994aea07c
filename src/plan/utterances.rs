//! The utterances of a plan, each one once, with the text for the voice.

use super::UtteranceId;
use crate::phrases::Phrases;
use crate::phrases::lexicon::{Lexicon, Said};
use crate::settings::Timing;
use crate::units::Decibels;
use crate::utterance::Utterance;

/// How something is said.
#[derive(Clone, Debug)]
pub(super) struct Prosody {
    pub timing: Timing,
    pub gain: Decibels,
    pub is_count: bool,
}

/// Collects utterances, each one once.
#[derive(Clone)]
pub(super) struct UtteranceBook<'a> {
    pub utterances: Vec<Utterance>,
    /// Writes out the text for the engine.
    phrases: &'a Phrases,
    /// Words with another pronunciation.
    lexicon: &'a Lexicon,
}

impl<'a> UtteranceBook<'a> {
    /// An empty book.
    pub(crate) fn new(phrases: &'a Phrases, lexicon: &'a Lexicon) -> Self {
        Self { utterances: Vec::new(), phrases, lexicon }
    }

    /// The ids of the sentences of `text`.
    pub(crate) fn sentences(&mut self, text: &str, prosody: &Prosody) -> Vec<UtteranceId> {
        let sentences = self.phrases.sentences(text);
        sentences.into_iter().map(|said| self.add(said.text, &said.spoken, prosody)).collect()
    }

    /// The id of an utterance.
    pub(crate) fn id(&mut self, text: String, prosody: &Prosody) -> UtteranceId {
        let spoken = self.phrases.spoken(&text);
        self.add(text, &spoken, prosody)
    }

    /// An utterance that has no id, because it may never be said.
    pub(crate) fn unsaid(&self, text: String, prosody: &Prosody) -> Utterance {
        let spoken = self.phrases.spoken(&text);
        self.utterance(text, &spoken, prosody)
    }

    fn utterance(&self, text: String, written_out: &str, prosody: &Prosody) -> Utterance {
        let Said { text: spoken, phonemes } = self.lexicon.apply(written_out);
        Utterance {
            spoken,
            phonemes,
            comma: prosody.timing.comma,
            gain: prosody.gain,
            is_count: prosody.is_count,
            ..Utterance::plain(text, prosody.timing.speed)
        }
    }

    fn add(&mut self, text: String, written_out: &str, prosody: &Prosody) -> UtteranceId {
        let utterance = self.utterance(text, written_out, prosody);
        let place = self.utterances.iter().position(|known| *known == utterance);
        UtteranceId(place.unwrap_or_else(|| {
            self.utterances.push(utterance);
            self.utterances.len() - 1
        }))
    }
}
