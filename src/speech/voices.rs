//! The register of voices: which providers there are, what a `--voice` means, and who speaks. Nothing else
//! decides that.

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

/// The providers, best first: the desktop's engine, which is as its owner set it up; the natural voices; the
/// listener's engines; espeak-ng. Those for tests come last and are never taken by themselves.
fn providers(engines: Vec<Engine>) -> Vec<Arc<dyn Provider>> {
    vec![
        Arc::new(system::System),
        Arc::new(natural::Heart),
        Arc::new(own::Own::new(engines)),
        Arc::new(espeak::EspeakNg),
        Arc::new(fake::Fake),
    ]
}

/// Whether an engine can't have this name, since a voice or a provider has it.
pub(crate) fn is_taken(name: &str) -> bool {
    let has =
        |provider: &Arc<dyn Provider>| provider.about().name == name || provider.called(name, "en").is_some();
    providers(Vec::new()).iter().any(has)
}

/// The voices that a listener has: those that supine knows, and the engines of the config. What
/// they say is kept in `clips`.
#[derive(Clone)]
pub struct Voices {
    providers: Vec<Arc<dyn Provider>>,
    clips: Arc<Clips>,
}

/// The best voice that answers.
pub struct Found {
    /// Which it is.
    pub id: VoiceId,
    /// The voice.
    pub voice: Voice,
    /// Why the better ones do not speak.
    pub passed_over: Vec<Advice>,
}

/// How much time there is to hear voices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// Little: of voices that come from one source, the first is enough.
    Brief,
    /// As much as it takes.
    Whole,
}

impl Voices {
    /// The voices of a listener who has added `engines`.
    pub fn new(engines: Vec<Engine>, clips: Clips) -> Self {
        Self { providers: providers(engines), clips: Arc::new(clips) }
    }

    /// What they have said.
    pub(crate) fn clips(&self) -> &Clips {
        &self.clips
    }

    /// Every voice that there is, provider by provider, best first; where an engine does not answer, why.
    /// Takes seconds.
    pub fn list(&self) -> impl Iterator<Item = Result<Vec<Facts>, SpeechError>> {
        self.providers.iter().filter(|provider| !provider.about().is_hidden).map(|provider| provider.list())
    }

    /// Finds the voice that `name` means: an id, or a part that only one id has. `language` is the
    /// routine's, for `espeak` alone.
    ///
    /// # Errors
    /// When none or several are meant.
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

    /// What is known of a voice, at once.
    pub(crate) fn facts(&self, id: &VoiceId) -> Facts {
        self.provider(id).facts(id)
    }

    /// Whether what a voice says can be written to a file.
    pub fn is_rendered(&self, id: &VoiceId) -> bool {
        self.facts(id).kind == Kind::Rendered
    }

    /// Whether a voice speaks a language; `None` when only its engine knows.
    pub fn speaks(&self, id: &VoiceId, language: &str) -> Option<bool> {
        self.facts(id).language.map(|own| language::is_same(&own, language))
    }

    /// Whether making a voice ready may take for ever.
    pub fn can_hang(&self, id: &VoiceId) -> bool {
        self.provider(id).about().can_hang
    }

    /// Why a voice has its place in the [`Voices::ranking`].
    pub fn reason(&self, id: &VoiceId) -> &'static str {
        self.provider(id).about().reason
    }

    /// That a voice can't be rendered, and which can.
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

    /// The words that a voice is known not to be able to say, without asking it. Of a voice that nothing is
    /// known of there are none: it is heard when it fails.
    pub(crate) fn unsayable(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        self.foreign_words(id, utterance, ForeignWords::Refused)
    }

    /// The words that a voice says letter by letter: it says something, and nobody understands it.
    pub(crate) fn spelled(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        self.foreign_words(id, utterance, ForeignWords::Spelled)
    }

    fn foreign_words(&self, id: &VoiceId, utterance: &Utterance, which: ForeignWords) -> Vec<Unsayable> {
        let provider = self.provider(id);
        let is_known = provider.facts(id).foreign_words == which;
        if is_known { provider.foreign_words(id, utterance) } else { Vec::new() }
    }

    /// Makes a voice ready. A rendered one is opened when it says something for the first time
    /// that is not among the clips; what is wrong with it comes out then.
    ///
    /// # Errors
    /// When its engine does not answer.
    pub fn open(&self, id: &VoiceId, language: &str) -> Result<Voice, SpeechError> {
        self.provider(id).open(id, language, &self.clips)
    }

    /// The voices that may speak a language without being chosen, best first. `rendered` leaves out those
    /// that speak by themselves.
    pub fn ranking(&self, language: &str, rendered: bool) -> Vec<VoiceId> {
        let shown = self.providers.iter().filter(|provider| !provider.about().is_hidden);
        shown
            .flat_map(|provider| provider.offers(language))
            .filter(|id| !rendered || self.is_rendered(id))
            .filter(|id| self.speaks(id, language) != Some(false))
            .collect()
    }

    /// The voices that may be offered to somebody who can hear them, in the order in which they are: a
    /// human-like voice relaxes more than a synthetic one, so it comes first. Whoever is never asked gets the
    /// first of the [`Voices::ranking`].
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

    /// The first voice of the [`Voices::ranking`] that may speak when those that were `tried` can't: one that
    /// comes from the same source as they do can't either.
    pub fn next(&self, language: &str, rendered: bool, tried: &[VoiceId]) -> Option<VoiceId> {
        let may_speak = |id: &VoiceId| !tried.iter().any(|one| one == id || self.has_the_source_of(id, one));
        self.ranking(language, rendered).into_iter().find(may_speak)
    }

    /// The best voice that answers, but for those that were `tried`.
    ///
    /// # Errors
    /// When none answers: every reason.
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
        // Only a provider makes an id, and every register has all of them.
        own.expect("the provider of a voice is in the register").as_ref()
    }
}

#[cfg(test)]
mod tests;
