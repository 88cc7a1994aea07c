//! What play, show and render share: reading the routine and the config, and writing the plan.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Failure, complain};
use crate::catalogue::{self, Source};
use crate::cli::SessionArgs;
use crate::config::{self, Config, Origin, Resolved, home_expanded};
use crate::phrases::Phrases;
use crate::routine::Routine;
use crate::routine::parse::parse;
use crate::score::plan::Plan;
use crate::settings::Settings;
use crate::sounds::{AmbienceChoice, chime_names};
use crate::speech::clips::Clips;
use crate::speech::voices::{Voice, VoiceError, VoiceId, Voices};

/// A routine, ready to be given a voice.
pub struct Prepared {
    pub source: Source,
    pub routine: Routine,
    pub resolved: Resolved,
    pub settings: Settings,
    pub plan: Arc<Plan>,
    pub voices: Voices,
}

/// What the config file says; nothing without a file.
pub fn read_config() -> Result<Config, Failure> {
    let Some(path) = config::path() else { return Ok(Config::default()) };
    if !path.exists() {
        return Ok(Config::default());
    }
    let text = catalogue::read_file(&path)?.text;
    config::parse(&text).map_err(|problems| {
        let source = Source { path: path.display().to_string(), folder: PathBuf::from("."), text };
        Failure::File(source, problems)
    })
}

/// Reads everything and writes the plan.
pub fn prepare(routine: &str, session: SessionArgs) -> Result<Prepared, Failure> {
    let source = catalogue::read(routine)?;
    let config = read_config()?;
    let routine = parse(&source.text).map_err(|problems| Failure::File(source.clone(), problems))?;
    let resolved = Resolved::new(
        &session.into(),
        &config.choices,
        routine.ambience.as_ref().map(|(name, _)| name.as_str()),
    );
    let settings = resolved.settings();
    let (phrases, fits) = Phrases::for_language(&routine.language);
    if !fits {
        complain(&format!(
            "supine: there are no phrases in `{}` yet; counts and cues will be in English",
            routine.language
        ));
    }
    let plan = Plan::new(&routine, &settings, &phrases, &chime_names())
        .map_err(|problems| Failure::File(source.clone(), problems))?;
    let voices = Voices::new(config.engines, Clips::of_user());
    Ok(Prepared { source, routine, resolved, settings, plan: Arc::new(plan), voices })
}

impl Prepared {
    /// The ambience in force.
    pub fn ambience(&self) -> Result<AmbienceChoice, Failure> {
        let chosen = &self.resolved.ambience;
        // A routine's file stands beside the routine, the listener's own where the listener is.
        let folder = match chosen.origin {
            Origin::Routine => self.source.folder.as_path(),
            _ => Path::new(""),
        };
        let (choice, left_out) = AmbienceChoice::find(&home_expanded(&chosen.value), folder)?;
        if let [first, ..] = &left_out[..] {
            let more = match left_out.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            complain(&format!("supine: left out what is not sound: {}{more}", first.display()));
        }
        Ok(choice)
    }

    /// Says what kept the clips from being kept; to be called when a session has ended.
    pub fn tell_of_clips(&self) {
        if let Some(problem) = self.voices.clips().problem() {
            complain(&format!("supine: {problem}"));
        }
    }

    /// The voice in force; `rendered` asks for one that gives samples.
    pub fn voice(&self, rendered: bool) -> Result<(VoiceId, Voice), Failure> {
        let language = &self.routine.language;
        let Some(name) = &self.resolved.voice.value else {
            return Ok(self.voices.default(language, rendered)?);
        };
        let id = self.voices.find(name, language)?;
        if rendered && !id.is_rendered() {
            return Err(VoiceError::NotRendered(id).into());
        }
        let voice = self.voices.open(&id, language).map_err(VoiceError::from)?;
        Ok((id, voice))
    }
}
