//! The register of voices: which providers there are, what a `--voice` means, and which voice speaks.
//! Nothing else decides that.

mod espeak;
mod fake;
mod names;
mod natural;
mod own;
mod system;

use std::sync::Arc;

use self::names::by_part;
use super::clips::Clips;
use super::command::Engine;
use super::provider::Provider;
pub use super::provider::{Facts, ForeignWords, Kind, Voice, VoiceError, VoiceId};
use super::script::Unsayable;
use super::{SpeechError, Utterance};
use crate::advice::{Advice, Advise};
use crate::language;

/// The providers, best first: the desktop's engine, which is set up as its owner likes; the natural voices;
/// the listener's engines; espeak-ng. The test providers come last and are never chosen automatically.
fn providers(engines: Vec<Engine>) -> Vec<Arc<dyn Provider>> {
    vec![
        Arc::new(system::System),
        Arc::new(natural::Heart),
        Arc::new(own::Own::new(engines)),
        Arc::new(espeak::EspeakNg),
        Arc::new(fake::Fake),
    ]
}

/// Whether an engine can't have this name because a voice or a provider has it.
pub(crate) fn is_taken(name: &str) -> bool {
    let has =
        |provider: &Arc<dyn Provider>| provider.about().name == name || provider.called(name, "en").is_some();
    providers(Vec::new()).iter().any(has)
}

/// The voices that a listener has: those built into supine, and the engines of the config. Their recordings
/// are kept in `clips`.
#[derive(Clone)]
pub struct Voices {
    providers: Vec<Arc<dyn Provider>>,
    clips: Arc<Clips>,
}

/// The best voice that answers.
pub struct Found {
    /// The voice's id.
    pub id: VoiceId,
    /// The voice.
    pub voice: Voice,
    /// Why better voices do not speak.
    pub passed_over: Vec<Advice>,
}

/// How much time there is for listening to voices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Little: one voice is enough from each source.
    Brief,
    /// As much as is needed.
    Whole,
}

impl Voices {
    /// The voices of a listener who has added `engines`.
    pub fn new(engines: Vec<Engine>, clips: Clips) -> Self {
        Self { providers: providers(engines), clips: Arc::new(clips) }
    }

    /// The recordings of the voices.
    pub(crate) fn clips(&self) -> &Clips {
        &self.clips
    }

    /// Every voice, provider by provider, best first, or the reason why an engine does not answer. Takes
    /// seconds.
    pub fn list(&self) -> impl Iterator<Item = Result<Vec<Facts>, SpeechError>> {
        self.providers.iter().filter(|provider| !provider.about().is_hidden).map(|provider| provider.list())
    }

    /// Finds the voice that `name` means: a full id, or a part that only one id has. `language` is the
    /// routine's and matters only for `espeak`.
    ///
    /// # Errors
    /// When no voice or several voices fit.
    pub fn find(&self, name: &str, language: &str) -> Result<VoiceId, VoiceError> {
        if let Some(id) = self.providers.iter().find_map(|provider| provider.called(name, language)) {
            return Ok(id);
        }
        let (prefix, voice) = name.split_once(':').unwrap_or(("", name));
        match self.providers.iter().find(|provider| provider.about().name == prefix) {
            Some(provider) => provider.named(voice),
            None => by_part(name, &self.providers),
        }
    }

    /// The facts about a voice, at once.
    pub(crate) fn facts(&self, id: &VoiceId) -> Facts {
        self.provider(id).facts(id)
    }

    /// Whether a voice's speech can be written to a file.
    pub fn is_rendered(&self, id: &VoiceId) -> bool {
        self.facts(id).kind == Kind::Rendered
    }

    /// Whether a voice speaks a language; `None` when only its engine knows.
    pub fn speaks(&self, id: &VoiceId, language: &str) -> Option<bool> {
        self.facts(id).language.map(|own| language::is_same(&own, language))
    }

    /// Whether making a voice ready may block for ever.
    pub fn can_hang(&self, id: &VoiceId) -> bool {
        self.provider(id).about().can_hang
    }

    /// The reason for a voice's place in the [`Voices::ranking`].
    pub fn reason(&self, id: &VoiceId) -> &'static str {
        self.provider(id).about().reason
    }

    /// The error for a voice that can't be rendered; it names voices that can.
    pub fn not_rendered(&self, id: VoiceId) -> VoiceError {
        let way_out = |provider: &Arc<dyn Provider>| {
            let about = provider.about();
            let own = provider.called(about.name, "en").filter(|_| !about.is_hidden)?;
            let can = provider.offers("en").contains(&own) && self.is_rendered(&own);
            can.then(|| format!("`--voice {}`", about.name))
        };
        let mut names: Vec<String> = self.providers.iter().filter_map(way_out).collect();
        names.sort();
        VoiceError::NotRendered { id, instead: names.join(", ") }
    }

    /// The words that a voice is known to be unable to say, found without asking it. If nothing is known of
    /// the voice there are none, and its failure shows it.
    pub(crate) fn unsayable(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        self.foreign_words(id, utterance, ForeignWords::Refused)
    }

    /// The words that a voice would spell out letter by letter, so that nobody understands them.
    pub(crate) fn spelled(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        self.foreign_words(id, utterance, ForeignWords::Spelled)
    }

    fn foreign_words(&self, id: &VoiceId, utterance: &Utterance, which: ForeignWords) -> Vec<Unsayable> {
        let provider = self.provider(id);
        let is_known = provider.facts(id).foreign_words == which;
        if is_known { provider.foreign_words(id, utterance) } else { Vec::new() }
    }

    /// Makes a voice ready. A rendered voice is opened only once it has to say something that is not among
    /// the clips; its faults are reported then.
    ///
    /// # Errors
    /// When its engine does not answer.
    pub fn open(&self, id: &VoiceId, language: &str) -> Result<Voice, SpeechError> {
        self.provider(id).open(id, language, &self.clips)
    }

    /// The voices that may be chosen automatically for a language, best first. `rendered` leaves out live
    /// voices.
    pub fn ranking(&self, language: &str, rendered: bool) -> Vec<VoiceId> {
        let shown = self.providers.iter().filter(|provider| !provider.about().is_hidden);
        shown
            .flat_map(|provider| provider.offers(language))
            .filter(|id| !rendered || self.is_rendered(id))
            .filter(|id| self.speaks(id, language) != Some(false))
            .collect()
    }

    /// The voices to offer to somebody who can listen to them, in the order of the offer: a human-like
    /// voice is more relaxing than a synthetic one, so it comes first. A listener who is never asked gets
    /// the first of the [`Voices::ranking`].
    pub fn by_ear(&self, language: &str, hearing: Hearing) -> Vec<VoiceId> {
        let mut ids = self.ranking(language, false);
        if hearing == Hearing::Brief {
            let mut heard: Vec<VoiceId> = Vec::new();
            ids.retain(|id| {
                let is_new = !heard.iter().any(|other| self.has_the_source_of(id, other));
                heard.extend(is_new.then(|| id.clone()));
                is_new
            });
        }
        ids.sort_by_key(|id| !self.facts(id).is_human_like);
        ids
    }

    /// The first voice of the [`Voices::ranking`] that may speak once those in `tried` have failed. Voices
    /// from the same source as a failed one are left out.
    pub fn next(&self, language: &str, rendered: bool, tried: &[VoiceId]) -> Option<VoiceId> {
        let may_speak = |id: &VoiceId| !tried.iter().any(|one| one == id || self.has_the_source_of(id, one));
        self.ranking(language, rendered).into_iter().find(may_speak)
    }

    /// The best voice that answers, except those in `tried`.
    ///
    /// # Errors
    /// When none answers; the error has every reason.
    pub fn best(&self, language: &str, rendered: bool, tried: &[VoiceId]) -> Result<Found, VoiceError> {
        let mut tried = tried.to_vec();
        let mut reasons = Vec::new();
        while let Some(id) = self.next(language, rendered, &tried) {
            let checked = self.provider(&id).check(&id, language);
            match checked.and_then(|()| self.open(&id, language)) {
                Ok(voice) => return Ok(Found { id, voice, passed_over: reasons }),
                Err(error) => reasons.push(error.advice()),
            }
            tried.push(id);
        }
        Err(VoiceError::None { language: language.to_owned(), reasons })
    }

    fn has_the_source_of(&self, id: &VoiceId, other: &VoiceId) -> bool {
        id.provider() == other.provider() && self.provider(id).about().is_one_source
    }

    fn provider(&self, id: &VoiceId) -> &dyn Provider {
        let own = self.providers.iter().find(|provider| provider.about().name == id.provider());
        // Only a provider makes an id, and every register has all providers.
        own.expect("the provider of a voice is in the register").as_ref()
    }
}

#[cfg(test)]
mod tests;
