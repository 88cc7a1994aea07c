//! A session: a routine, a voice and an ambience, brought together to be shown, rendered or played. This is the
//! door of the library.
//!
//! `script` holds what is said, `casting` decides who speaks. `performance` plays on a device, `take` after
//! take; a take's voice is `rendered` ahead or `live`; `ambience` is decoded ahead. `recording` puts a whole
//! session into memory, for a file or for figures, and [`report`] measures it.

mod ambience;
pub mod card;
pub(crate) mod casting;
mod described;
pub mod fitted;
mod fitting;
mod in_force;
pub mod lines;
pub(crate) mod live;
mod made_from;
pub mod never;
mod opening;
pub mod outcome;
pub(crate) mod performance;
mod playing;
pub(crate) mod recording;
pub(crate) mod rendered;
pub mod report;
pub mod resuming;
pub(crate) mod script;
mod selecting;
mod sources;
pub(crate) mod stage;
pub(crate) mod take;
pub mod unsayable;
pub mod waiting;
pub(crate) mod whereabouts;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use self::casting::Casting;
use self::fitted::Fit;
use self::outcome::SessionError;
use self::rendered::recorder::chimes;
use self::script::Script;
use crate::config::{Choices, Origin, Resolved};
use crate::control::Watch;
use crate::journal::{Identity, Journal, ResumePoint};
use crate::output::encoder::Encoder;
use crate::output::file::FILE_RATE;
use crate::phrases::{Notice, Phrases};
use crate::plan::estimate::estimated_length;
use crate::routine::{Id, Routine};
use crate::score::Score;
use crate::score::compile::compile;
use crate::settings::{OwnBreath, Settings};
use crate::sounds::Found;
use crate::speech::voices::{VoiceError, VoiceId};
use crate::units::Frames;

pub use self::in_force::{parsed, read_config, resolved, resolved_for_all};

/// A routine, or several in one go, ready to be shown, rendered or played.
pub struct Session {
    /// The name or path of each routine, as it was asked for.
    names: Vec<OsString>,
    script: Script,
    casting: Casting,
    resolved: Resolved,
    ambience: Found,
    /// The pose to begin at; `None` for the beginning.
    begin: Option<Id>,
    /// The minutes that it takes, when they were asked for.
    minutes: Option<f64>,
    /// What differs from what was asked for.
    told: Vec<String>,
    journal: Option<Journal>,
    /// The choices to resume it with.
    choices: Choices,
}

/// What is heard when, and who speaks.
#[derive(Debug)]
pub struct Scored {
    /// The score, which is complete.
    pub score: Score,
    /// The id of the voice; `none` when no voice speaks.
    pub voice: String,
    /// Whether its times are estimates: the times of a live voice are not known in advance.
    pub is_estimate: bool,
    /// How it fits its time.
    pub fit: Fit,
    /// A sentence for each thing that differs from what was asked for.
    pub warnings: Vec<String>,
}

/// A rendered session.
#[derive(Debug)]
pub struct Rendered {
    /// The id of the voice.
    pub voice: String,
    /// Its length, in seconds.
    pub length_s: f64,
    /// A sentence for each thing that differs from what was asked for.
    pub warnings: Vec<String>,
}

impl Session {
    /// The routine; several in one go are one.
    pub fn routine(&self) -> &Routine {
        &self.script.routine
    }

    /// How it is performed.
    pub fn settings(&self) -> &Settings {
        &self.script.settings
    }

    /// The choices in force, and where each comes from.
    pub fn resolved(&self) -> &Resolved {
        &self.resolved
    }

    /// The voices that may speak.
    pub fn casting(&self) -> &Casting {
        &self.casting
    }

    /// A sentence about the part of the ambience that can't be played.
    pub fn left_out(&self) -> Option<String> {
        self.ambience.left_out_line()
    }

    /// The routines that do not have the language that the listener wants, each as it was named, and that language.
    pub fn lacking(&self) -> impl Iterator<Item = (&OsStr, &str)> {
        let each = self.names.iter().zip(self.script.sources.each());
        each.filter_map(|(name, source)| Some((name.as_os_str(), source.lacks.as_deref()?)))
    }

    /// Whether there are phrases in the routine's language; without them, counts and cues are in English.
    pub fn has_phrases(&self) -> bool {
        Phrases::for_language(&self.script.routine.language).1
    }

    /// Why spoken clips could not be kept for another time; told once.
    pub fn clips_problem(&self) -> Option<String> {
        self.casting.voices().clips().problem()
    }

    /// A sentence for each thing that differs from what was asked for, before it begins.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    /// The identity in the journal of each routine, with the poses that it has in `whole`.
    fn identities(&self, whole: &Routine) -> Vec<Identity> {
        let parts = whole.parts().into_iter().zip(self.script.sources.each());
        parts.map(|(part, source)| Identity::new(&part, &source.text, source.file())).collect()
    }

    /// Has a notice said before everything else.
    pub fn announce(&mut self, notice: Notice) {
        self.script.announce(notice);
    }

    /// Keeps these choices to resume the session with, instead of the ones that it was opened with.
    pub fn remember(&mut self, choices: &Choices) {
        self.choices = choices.clone().lasting();
    }

    /// Makes it a preview, for whoever writes the routine: all is said, holds and rests are cut to two seconds and rounds to
    /// one, and the journal hears nothing of it.
    pub fn preview(&mut self) {
        self.journal = None;
        self.script.change(Settings::preview);
    }

    /// Lets the welcome invite the listener to tap their own breath, where the routine does so: there are keys, or
    /// something else, by which they can.
    pub fn take_taps(&mut self) {
        self.script.change(|settings| settings.takes_taps = true);
    }

    /// Begins where another session was cut short. Returns a sentence for the listener when the routine has
    /// changed since then.
    ///
    /// # Errors
    /// When that place is no longer in the routine.
    pub fn resume(&mut self, point: &ResumePoint) -> Result<Option<String>, SessionError> {
        let performed = &self.script.performed().routine;
        let (pose, told) = resuming::place(point, &self.identities(performed))?;
        self.begin = performed.poses.get(pose - 1).map(|pose| pose.id.clone());
        if let Some(own) = point.own_breath.filter(OwnBreath::is_plausible) {
            self.script.change(|settings| settings.own_breath = Some(own));
        }
        Ok(told)
    }

    /// Gives the session an end, since a file needs one: where the config lets it go on until morning, the
    /// sleep timer ends it.
    ///
    /// # Errors
    /// When this very session was asked to go on until morning.
    pub fn with_an_end(mut self) -> Result<Self, SessionError> {
        let until_morning = &self.resolved.until_morning;
        if until_morning.value && until_morning.origin == Origin::Flag {
            return Err(SessionError::Endless);
        }
        if until_morning.value {
            self.script.change(|settings| settings.until_morning = false);
        }
        Ok(self)
    }

    /// What is heard when. Without a choice, a voice that can be rendered speaks, so that the times are exact.
    /// When no voice speaks, the times are estimates.
    ///
    /// # Errors
    /// When the voice that was chosen does not answer.
    pub fn score(&self, watch: &Arc<dyn Watch>) -> Result<Scored, SessionError> {
        if self.casting.chosen()?.is_some_and(|id| !self.casting.voices().is_rendered(&id)) {
            // The voice has to answer, too.
            let (id, _) = self.casting.voice(false)?;
            return self.estimated(Some(id), Vec::new());
        }
        match self.record(watch) {
            Ok(recorded) => Ok(Scored {
                fit: recorded.fit(self),
                score: recorded.score().clone(),
                voice: recorded.voice.to_string(),
                is_estimate: false,
                warnings: recorded.warnings(),
            }),
            Err(SessionError::Voice(error @ VoiceError::None { .. })) => {
                self.estimated(None, vec![format!("the times are estimates: {error}")])
            }
            Err(error) => Err(error),
        }
    }

    fn estimated(&self, voice: Option<VoiceId>, warnings: Vec<String>) -> Result<Scored, SessionError> {
        let (plan, rate) = (self.script.plan(), FILE_RATE);
        let chimes = chimes(plan, self.script.settings.loudness, rate).map_err(SessionError::Ambience)?;
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(plan, rate, &length, &|place: usize| -> Frames { chimes[place].length() });
        let fit = self.fit(self.script.performed(), plan, &self.script.estimates());
        let voice = voice.map_or_else(|| "none".to_owned(), |id| id.to_string());
        Ok(Scored { score, voice, is_estimate: true, fit, warnings })
    }

    /// Renders the whole session. One that would go on until morning ends by its sleep timer: see
    /// [`Session::with_an_end`].
    ///
    /// # Errors
    /// When no voice can say everything, the encoder can't write, or `watch` no longer waits for the render.
    pub fn render(
        &self,
        encoder: &mut dyn Encoder,
        watch: &Arc<dyn Watch>,
    ) -> Result<Rendered, SessionError> {
        let recorded = self.record(watch)?;
        let mut rendered = Rendered {
            voice: recorded.voice.to_string(),
            length_s: recorded.score().length.to_seconds(FILE_RATE),
            warnings: recorded.warnings(),
        };
        rendered.warnings.extend(self.left_out());
        rendered.warnings.extend(self.encode(recorded, encoder, watch.as_ref())?);
        rendered.warnings.extend(self.clips_problem());
        Ok(rendered)
    }
}
