//! The provider of the engines that the listener's config adds.

use std::sync::Arc;

use super::names::{matches, pick};
use crate::speech::clips::Clips;
use crate::speech::command::{Command, Engine};
use crate::speech::provider::{About, Facts, Match, Provider, Searched, Voice, VoiceError, VoiceId, cached};
use crate::speech::{SpeechError, Synthesizer};

const NAME: &str = "engine";
const TITLE: &str = "an engine of your config";

/// The engines that a listener has added.
pub(super) struct Own {
    engines: Vec<Engine>,
}

impl Own {
    pub(super) fn new(engines: Vec<Engine>) -> Self {
        Self { engines }
    }

    fn engine(&self, name: &str) -> Option<&Engine> {
        self.engines.iter().find(|engine| engine.name == name)
    }

    fn names(&self) -> Vec<&str> {
        self.engines.iter().map(|engine| engine.name.as_str()).collect()
    }
}

/// An engine's id is its name alone.
fn id(name: &str) -> VoiceId {
    VoiceId::new(NAME, name).shown_as(name)
}

impl Provider for Own {
    fn about(&self) -> About {
        About {
            name: NAME,
            reason: TITLE,
            is_hidden: false,
            can_hang: true,
            is_one_source: false,
            searched: Searched::First,
        }
    }

    fn list(&self) -> Result<Vec<Facts>, SpeechError> {
        Ok(self.engines.iter().map(|engine| self.facts(&id(&engine.name))).collect())
    }

    fn facts(&self, id: &VoiceId) -> Facts {
        let engine = self.engine(id.voice());
        let about = engine.map(|engine| engine.about.as_str()).filter(|about| !about.is_empty());
        Facts {
            language: engine.map(|engine| engine.language.clone()),
            ..Facts::rendered(id.clone(), about.unwrap_or(TITLE))
        }
    }

    fn offers(&self, _: &str) -> Vec<VoiceId> {
        self.names().into_iter().map(id).collect()
    }

    fn called(&self, name: &str, _: &str) -> Option<VoiceId> {
        self.engine(name).map(|engine| id(&engine.name))
    }

    fn named(&self, name: &str) -> Result<VoiceId, VoiceError> {
        pick(name, &self.names(), "engine:").map(|name| id(&name))
    }

    fn matching(&self, part: &str) -> Vec<Match> {
        matches(part, self.names())
    }

    fn open(&self, id: &VoiceId, _: &str, clips: &Arc<Clips>) -> Result<Voice, SpeechError> {
        let name = id.voice();
        let engine = self.engine(name).ok_or_else(|| SpeechError::NotInstalled {
            engine: name.to_owned(),
            install: format!("describe it in the config as [engines.{name}]"),
        })?;
        let (asked, engine) = (engine.clone(), engine.clone());
        let open = move || Ok(Box::new(Command(engine.clone())) as Box<dyn Synthesizer>);
        Ok(cached(id, clips, move || asked.version(), open))
    }
}
