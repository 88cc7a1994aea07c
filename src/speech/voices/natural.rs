//! The provider of the natural voices: one model inside this program, and deeper voices made from it. In a
//! build without them, they are known by name but can't be opened.

use std::sync::Arc;

use super::names::{matches, pick};
#[cfg(feature = "natural-voice")]
use crate::speech::Synthesizer;
use crate::speech::clips::Clips;
#[cfg(feature = "natural-voice")]
use crate::speech::natural::{self, Natural, Timbre};
#[cfg(feature = "natural-voice")]
use crate::speech::provider::cached;
use crate::speech::provider::{
    About, Facts, ForeignWords, Match, Provider, Searched, Voice, VoiceError, VoiceId,
};
use crate::speech::script::Unsayable;
use crate::speech::{SpeechError, Utterance};

const NAME: &str = "natural";
const LANGUAGE: &str = "en-us";
/// Least squares over the sentences of four built-in routines, 28 minutes of words; each routine's own is within 3 %.
const TEMPO: f64 = 0.97;

/// The voice `heart` and the voices made from it.
pub(super) struct Heart;

impl Provider for Heart {
    fn about(&self) -> About {
        About {
            name: NAME,
            reason: "the voice that comes with supine",
            is_hidden: false,
            can_hang: false,
            is_one_source: true,
            searched: Searched::Then,
        }
    }

    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        Ok(names().into_iter().map(|name| self.facts(&VoiceId::new(NAME, name))).collect())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        let title = match id.voice() {
            "low" => "the same voice, lower",
            "deep" => "the same voice, deep",
            _ => "a neural voice in this program",
        };
        Facts {
            language: Some(LANGUAGE.to_owned()),
            is_human_like: true,
            quality: quality(id),
            tempo: TEMPO,
            foreign_words: ForeignWords::Refused,
            ..Facts::rendered(id.clone(), title)
        }
    }

    fn offers(&self, _: &str) -> Vec<VoiceId> {
        names().into_iter().map(|name| VoiceId::new(NAME, name)).collect()
    }

    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        let names: Vec<&str> = names().into_iter().filter(|name| !name.is_empty()).collect();
        pick(name, &names, "natural:").map(|name| VoiceId::new(NAME, &name))
    }

    fn matching(&self, part: &str) -> Vec<Match> {
        matches(part, names())
    }

    #[cfg(feature = "natural-voice")]
    fn open(&self, id: &VoiceId, _: &str, clips: &Arc<Clips>) -> Result<Voice, SpeechError> {
        let timbre = timbre(id);
        let open = move || Natural::in_timbre(timbre).map(|voice| Box::new(voice) as Box<dyn Synthesizer>);
        Ok(cached(id, clips, Natural::version, open))
    }

    #[cfg(not(feature = "natural-voice"))]
    fn open(&self, _: &VoiceId, _: &str, _: &Arc<Clips>) -> Result<Voice, SpeechError> {
        Err(SpeechError::NotInstalled {
            engine: "the natural voice".to_owned(),
            install: "this build of supine has no part for it: build it with the feature `natural-voice`"
                .to_owned(),
        })
    }

    #[cfg(feature = "natural-voice")]
    fn foreign_words(&self, _: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        natural::unsayable(utterance)
    }

    #[cfg(not(feature = "natural-voice"))]
    fn foreign_words(&self, _: &VoiceId, _: &Utterance) -> Vec<Unsayable> {
        Vec::new()
    }
}

/// The names of its voices, the unchanged one first.
#[cfg(feature = "natural-voice")]
fn names() -> Vec<&'static str> {
    Timbre::ALL.iter().map(|timbre| timbre.name).collect()
}

#[cfg(not(feature = "natural-voice"))]
fn names() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(feature = "natural-voice")]
fn timbre(id: &VoiceId) -> Timbre {
    Timbre::ALL.into_iter().find(|timbre| timbre.name == id.voice()).unwrap_or(Timbre::PLAIN)
}

#[cfg(feature = "natural-voice")]
fn quality(id: &VoiceId) -> Option<f32> {
    Some(timbre(id).quality)
}

#[cfg(not(feature = "natural-voice"))]
fn quality(_: &VoiceId) -> Option<f32> {
    None
}
