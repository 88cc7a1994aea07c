//! Who speaks in a session: the chosen voice, or the best one that answers; and who comes next when one fails.
//! [`crate::speech::voices`] knows which voices there are, and which is better.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::outcome::SessionError;
use super::stage::NextVoice;
use super::waiting::wait_for;
use crate::config::Origin;
use crate::control::{Event, Host};
use crate::speech::SpeechError;
use crate::speech::voices::{Voice, VoiceError, VoiceId, Voices};

/// The voices that may speak in a session. An engine may take seconds to answer.
#[derive(Clone)]
pub struct Casting {
    voices: Voices,
    language: String,
    chosen: Option<String>,
    origin: Origin,
}

/// A voice that is ready.
pub(super) struct Found {
    pub(super) id: VoiceId,
    pub(super) voice: Voice,
    /// Whether it speaks in place of a better voice that has failed.
    pub(super) is_instead: bool,
}

impl Casting {
    /// The voices for a language; `chosen` is the listener's, and comes from `origin`.
    pub(super) fn new(voices: Voices, language: &str, chosen: Option<String>, origin: Origin) -> Self {
        Self { voices, language: language.to_owned(), chosen, origin }
    }

    /// The voices.
    pub fn voices(&self) -> &Voices {
        &self.voices
    }

    /// The voice that the listener has chosen, when it speaks the routine's language.
    ///
    /// # Errors
    /// When there is no voice of that name, or it speaks another language.
    pub fn chosen(&self) -> Result<Option<VoiceId>, VoiceError> {
        let (Some(name), language) = (&self.chosen, &self.language) else { return Ok(None) };
        let id = self.voices.find(name, language)?;
        if self.voices.speaks(&id, language) == Some(false) {
            return Err(VoiceError::OtherLanguage { id, language: language.clone() });
        }
        Ok(Some(id))
    }

    /// How long the words take of the voice that is likely to speak, as a factor on their estimates.
    pub(super) fn likely_tempo(&self) -> f64 {
        let chosen = self.chosen().ok().flatten();
        let id = chosen.or_else(|| self.voices.ranking(&self.language, true).into_iter().next());
        id.map_or(1.0, |id| self.voices.facts(&id).tempo)
    }

    /// Whether the listener has chosen a voice.
    pub(super) fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Makes a voice ready.
    pub(super) fn open(&self, id: &VoiceId) -> Result<Voice, SpeechError> {
        self.voices.open(id, &self.language)
    }

    /// The best voice that is not among `tried`.
    pub(super) fn next_best(
        &self,
        rendered: bool,
        tried: &[VoiceId],
    ) -> Result<(VoiceId, Voice), VoiceError> {
        let found = self.voices.best(&self.language, rendered, tried)?;
        Ok((found.id, found.voice))
    }

    /// The voice in force; with `rendered`, one that gives samples.
    ///
    /// # Errors
    /// When the voice does not answer, or gives no samples.
    pub(super) fn voice(&self, rendered: bool) -> Result<(VoiceId, Voice), VoiceError> {
        match self.chosen()? {
            None => self.next_best(rendered, &[]),
            Some(id) if rendered && !self.voices.is_rendered(&id) => Err(self.voices.not_rendered(id)),
            Some(id) => {
                let voice = self.open(&id)?;
                Ok((id, voice))
            }
        }
    }

    /// Finds a voice when another is lost in the middle of a session; the voices in `tried` are not used again.
    pub(super) fn after(&self, mut tried: Vec<VoiceId>) -> NextVoice {
        let casting = self.clone();
        Arc::new(Mutex::new(move || {
            let (id, voice) = casting.next_best(false, &tried).ok()?;
            tried.push(id.clone());
            Some((id.to_string(), voice))
        }))
    }

    /// The voice in force, or the next best one when it fails; `None` when the host has asked to stop
    /// meanwhile. A name that was mistyped on the command line is an error: whoever typed it is still there.
    pub(super) fn first(
        &self,
        tried: &mut Vec<VoiceId>,
        waiting: &mut Waiting<'_>,
    ) -> Result<Option<Found>, SessionError> {
        let casting = self.clone();
        let Some(chosen) = waiting.done(move || casting.chosen()) else { return Ok(None) };
        let id = match chosen {
            Ok(None) => {
                let casting = self.clone();
                let found = waiting.done(move || casting.next_best(false, &[])).transpose()?;
                return Ok(found.map(|(id, voice)| Found { id, voice, is_instead: false }));
            }
            Ok(Some(id)) => id,
            Err(error) if self.origin != Origin::Flag => return self.instead(&error, &[], waiting),
            Err(error @ (VoiceError::OtherLanguage { .. } | VoiceError::Speech(_))) => {
                return self.instead(&error, &[], waiting);
            }
            Err(error) => return Err(error.into()),
        };
        let (casting, wanted) = (self.clone(), id.clone());
        match waiting.done(move || casting.open(&wanted)) {
            None => Ok(None),
            Some(Ok(voice)) => Ok(Some(Found { id, voice, is_instead: false })),
            Some(Err(error)) => {
                tried.push(id);
                self.instead(&error, tried, waiting)
            }
        }
    }

    /// The next best voice, after `error` has kept another one from speaking.
    pub(super) fn instead(
        &self,
        error: &dyn std::fmt::Display,
        tried: &[VoiceId],
        waiting: &mut Waiting<'_>,
    ) -> Result<Option<Found>, SessionError> {
        let (casting, before) = (self.clone(), tried.to_vec());
        match waiting.done(move || casting.next_best(false, &before)) {
            None => Ok(None),
            Some(Ok((id, voice))) => {
                waiting.host.warn(&format!("{error}; going on with `{id}`"));
                Ok(Some(Found { id, voice, is_instead: true }))
            }
            Some(Err(none)) => {
                waiting.host.warn(&error.to_string());
                Err(none.into())
            }
        }
    }
}

/// A host that waits for the first word.
pub(super) struct Waiting<'a> {
    pub(super) host: &'a mut dyn Host,
    /// What was asked for meanwhile; it is done when the session plays.
    pub(super) early: VecDeque<Event>,
}

impl Waiting<'_> {
    /// Does work that may take seconds; `None` when the host has asked to stop meanwhile.
    fn done<T: Send + 'static>(&mut self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        // After a stop, nobody needs the work's result.
        wait_for(&mut |time| self.host.next(time), &mut self.early, work).ok()
    }
}
