//! The provider of voices for tests, which are neither listed nor chosen unless they are named.

use std::sync::Arc;

use super::names::pick;
use crate::clock::FakeClock;
use crate::speech::SpeechError;
use crate::speech::clips::Clips;
use crate::speech::fake::{FakeSpeaker, FakeSynthesizer};
use crate::speech::provider::{About, Facts, Kind, Match, Provider, Searched, Voice, VoiceError, VoiceId};

const NAME: &str = "fake";
const LIVE: &str = "live";

/// One click for each word: rendered, or live without a loudspeaker.
pub(super) struct Fake;

/// Their ids are `fake` and `fake-live`.
fn id(voice: &str) -> VoiceId {
    let id = VoiceId::new(NAME, voice);
    if voice == LIVE { id.shown_as("fake-live") } else { id }
}

impl Provider for Fake {
    fn about(&self) -> About {
        About {
            name: NAME,
            reason: "for tests",
            is_hidden: true,
            can_hang: false,
            is_one_source: false,
            searched: Searched::Never,
        }
    }

    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        Ok(["", LIVE].map(|voice| self.facts(&id(voice))).to_vec())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        let kind = if id.voice() == LIVE { Kind::Live } else { Kind::Rendered };
        Facts { kind, ..Facts::rendered(id.clone(), "a click a word") }
    }

    fn offers(&self, _: &str) -> Vec<VoiceId> {
        Vec::new()
    }

    fn called(&self, name: &str, _: &str) -> Option<VoiceId> {
        ["", LIVE].map(id).into_iter().find(|id| id.to_string() == name)
    }

    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        pick(name, &[LIVE], "fake:").map(|name| id(&name))
    }

    fn matching(&self, _: &str) -> Vec<Match> {
        Vec::new()
    }

    fn open(&self, id: &VoiceId, _: &str, _: &Arc<Clips>) -> Result<Voice, SpeechError> {
        if id.voice() != LIVE {
            return Ok(Voice::Rendered(Box::new(FakeSynthesizer)));
        }
        let clock = Arc::new(FakeClock::default());
        Ok(Voice::Live(Box::new(FakeSpeaker::new(clock.clone())), clock))
    }
}
