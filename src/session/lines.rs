//! Lines that are said one after another without a routine: voices that are offered, and why a session can't
//! start, and ambiences that are tried. Nothing can be asked for but a stop.

use std::sync::Arc;
use std::time::Duration;

use super::outcome::{Finish, SessionError};
use super::performance::play;
use super::stage::Stage;
use crate::control::Host;
use crate::output::Output;
use crate::phrases::Phrases;
use crate::plan::{AmbiencePlan, ItemKind, LEAD_IN, Plan};
use crate::routine::Ending;
use crate::settings::Settings;
use crate::sounds::AmbienceChoice;
use crate::speech::Utterance;
use crate::speech::voices::Voice;

/// Lines, each with the pause after it.
#[derive(Clone, Debug)]
pub struct Lines {
    plan: Plan,
    settings: Settings,
    ambience: AmbienceChoice,
}

impl Lines {
    /// The silence before the first word, in which a host is shown a position already.
    pub const LEAD_IN: Duration = LEAD_IN;

    /// Lines as they are said by `settings`, in silence.
    pub fn new(lines: &[(String, Duration)], settings: &Settings, phrases: &Phrases) -> Self {
        let settings = Settings { ambience: false, ..settings.clone() };
        let mut plan = Plan::lines(lines, &settings, phrases);
        let mut sentence = 0;
        for item in &mut plan.items {
            if matches!(item.what, ItemKind::Speak { .. }) {
                sentence += 1;
                item.pose = sentence;
            }
        }
        Self { plan, settings, ambience: AmbienceChoice::None }
    }

    /// The same lines over an ambience, at its level in a session. It comes up after the last one, and fades.
    #[must_use]
    pub fn over(mut self, ambience: AmbienceChoice) -> Self {
        self.settings.ambience = true;
        self.plan.ambience = AmbiencePlan::of(&self.settings, Ending::Awake);
        self.ambience = ambience;
        self
    }

    /// The sentences, in order. A host is told that it has reached each, as it is told of poses.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.plan.items.iter().filter_map(|item| match item.what {
            ItemKind::Speak { utterance, .. } => Some(self.plan.utterance(utterance).text.as_str()),
            _ => None,
        })
    }

    /// What a voice is asked for.
    pub fn into_utterances(self) -> Vec<Utterance> {
        self.plan.utterances
    }

    /// Says them in a voice, until the end or until `host` asks to stop.
    ///
    /// # Errors
    /// When the voice does not speak, or nothing can be heard any more.
    pub fn say(
        &self,
        voice: Voice,
        output: &mut dyn Output,
        host: &mut dyn Host,
    ) -> Result<Finish, SessionError> {
        let stage = Stage {
            plan: Arc::new(self.plan.clone()),
            settings: self.settings.clone(),
            ambience: self.ambience.clone(),
            voice,
            begin: None,
            changes: None,
            pause_silence: false,
        };
        play(stage, output, host).map(|(finish, _)| finish)
    }
}
