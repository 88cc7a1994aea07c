//! Which voices there are, what a `--voice` means, and who speaks when nothing was chosen.

mod names;

use std::sync::Arc;
#[cfg(feature = "system-voice")]
use std::time::Duration;

use self::names::{by_part, known_espeak, pick, system_voice, unknown};
use super::clips::{Cached, Clips};
use super::command::{Command, Engine};
use super::espeak::{self, Espeak};
use super::fake::{FakeSpeaker, FakeSynthesizer};
use super::script::{Unsayable, foreign, is_latin};
use super::{Speaker, SpeechError, Synthesizer, Utterance};
use crate::clock::{Clock, FakeClock};

/// How long the desktop's engine may take to answer at all. It is started on demand (0.25-0.65 s
/// was measured); without a sound server it would keep a caller waiting for over a minute.
#[cfg(feature = "system-voice")]
pub const SYSTEM_DEADLINE: Duration = Duration::from_secs(5);

/// What a `--voice` or the config names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VoiceId {
    /// The desktop's engine; a voice of it by name.
    System(Option<String>),
    /// A voice of espeak-ng.
    Espeak(String),
    /// The neural voice in this program.
    Natural,
    /// An engine of the listener's, by name.
    Engine(String),
    /// A click a word, for tests.
    Fake,
    /// A click a word without a loudspeaker, for tests.
    FakeLive,
}

impl std::fmt::Display for VoiceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System(None) => f.write_str("system"),
            Self::System(Some(name)) => write!(f, "system:{name}"),
            Self::Espeak(name) => write!(f, "espeak:{name}"),
            Self::Natural => f.write_str("natural"),
            Self::Engine(name) => f.write_str(name),
            Self::Fake => f.write_str("fake"),
            Self::FakeLive => f.write_str("fake-live"),
        }
    }
}

/// A voice that is ready.
pub enum Voice {
    /// Gives samples.
    Rendered(Box<dyn Synthesizer>),
    /// Speaks by itself, in the time of a clock.
    Live(Box<dyn Speaker>, Arc<dyn Clock>),
}

/// The best voice that answers.
pub struct Found {
    /// Which it is.
    pub id: VoiceId,
    /// The voice.
    pub voice: Voice,
    /// Why the better ones do not speak.
    pub passed_over: Vec<String>,
}

/// Why no voice was found.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// No such voice.
    #[error("there is no voice `{name}`; {help}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What may be meant.
        help: String,
    },
    /// A part that several ids have.
    #[error("`{name}` fits {count} voices, such as {examples}; give more of the id")]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// How many ids have it.
        count: usize,
        /// Some of them.
        examples: String,
    },
    /// This voice can't do what is asked.
    #[error(
        "`{0}` speaks by itself and can't be rendered to a file; these can: `--voice espeak`, `--voice natural`"
    )]
    NotRendered(VoiceId),
    /// Nothing on this machine speaks.
    #[error("no voice speaks `{language}`: {reasons}")]
    None {
        /// The routine's language.
        language: String,
        /// Why not, voice by voice.
        reasons: String,
    },
    /// It speaks another language than the routine.
    #[error(
        "the voice `{id}` does not speak `{language}`, the language of the routine; `supine voices --language {language}` lists those that do"
    )]
    OtherLanguage {
        /// The voice.
        id: VoiceId,
        /// The routine's language.
        language: String,
    },
    /// The chosen voice does not answer.
    #[error(transparent)]
    Speech(#[from] SpeechError),
}

impl VoiceId {
    /// Whether its speech can be written to a file.
    pub fn is_rendered(&self) -> bool {
        matches!(self, Self::Espeak(_) | Self::Natural | Self::Engine(_) | Self::Fake)
    }
}

/// The voices that a listener has: those that supine knows, and the engines of the config. What
/// they say is kept in `clips`.
#[derive(Clone, Debug)]
pub struct Voices {
    engines: Vec<Engine>,
    clips: Arc<Clips>,
}

impl Voices {
    /// The voices of a listener who has added `engines`.
    pub fn new(engines: Vec<Engine>, clips: Clips) -> Self {
        Self { engines, clips: Arc::new(clips) }
    }

    /// What they have said.
    pub fn clips(&self) -> &Clips {
        &self.clips
    }

    /// Finds the voice that `name` means: an id, or a part that only one id has. `language` is the
    /// routine's, for `espeak` alone.
    ///
    /// # Errors
    /// When none or several are meant.
    pub fn find(&self, name: &str, language: &str) -> Result<VoiceId, VoiceError> {
        match name.split_once(':') {
            None if name.trim().is_empty() => Err(unknown(name, &[])),
            None if name == "system" => system_voice(None),
            None if name == "espeak" => Ok(VoiceId::Espeak(espeak_default(language))),
            None if name == "natural" => Ok(VoiceId::Natural),
            None if name == "fake" => Ok(VoiceId::Fake),
            None if name == "fake-live" => Ok(VoiceId::FakeLive),
            None if self.engine(name).is_some() => Ok(VoiceId::Engine(name.to_owned())),
            Some(("system", voice)) => system_voice(Some(voice)),
            Some(("espeak", voice)) => known_espeak(voice),
            Some(("engine", engine)) => pick(engine, &self.engine_names(), "engine").map(VoiceId::Engine),
            _ => by_part(name, &self.engine_names()),
        }
    }

    /// Makes a voice ready. A rendered one is opened when it says something for the first time
    /// that is not among the clips; what is wrong with it comes out then.
    ///
    /// # Errors
    /// When its engine does not answer.
    pub fn open(&self, id: &VoiceId, language: &str) -> Result<Voice, SpeechError> {
        match id {
            VoiceId::System(name) => open_system(name.as_deref(), language),
            VoiceId::Espeak(name) => {
                let espeak = Espeak::new(name);
                Ok(self.cached(id, espeak::version, move || Ok(Box::new(espeak.clone()))))
            }
            VoiceId::Natural => self.open_natural(),
            VoiceId::Engine(name) => self.open_engine(name),
            VoiceId::Fake => Ok(Voice::Rendered(Box::new(FakeSynthesizer))),
            VoiceId::FakeLive => {
                let clock = Arc::new(FakeClock::default());
                Ok(Voice::Live(Box::new(FakeSpeaker::new(clock.clone())), clock))
            }
        }
    }

    /// The voices that may speak a language without being chosen, best first: the desktop's engine,
    /// which is as its owner set it up; the natural voice; the listener's engines; espeak-ng.
    /// `rendered` leaves out those that speak by themselves.
    pub fn ranking(&self, language: &str, rendered: bool) -> Vec<VoiceId> {
        let engines = self.engines.iter().map(|engine| VoiceId::Engine(engine.name.clone()));
        [VoiceId::System(None), VoiceId::Natural]
            .into_iter()
            .chain(engines)
            .chain([VoiceId::Espeak(espeak_default(language))])
            .filter(|id| !rendered || id.is_rendered())
            .filter(|id| cfg!(feature = "system-voice") || *id != VoiceId::System(None))
            .filter(|id| cfg!(feature = "natural-voice") || *id != VoiceId::Natural)
            .filter(|id| self.speaks(id, language) != Some(false))
            .collect()
    }

    /// Whether a voice speaks a language; `None` when only its engine knows.
    pub fn speaks(&self, id: &VoiceId, language: &str) -> Option<bool> {
        let own = match id {
            VoiceId::Natural => "en",
            VoiceId::Espeak(name) => name,
            VoiceId::Engine(name) => &self.engine(name)?.language,
            VoiceId::System(_) | VoiceId::Fake | VoiceId::FakeLive => return None,
        };
        Some(primary(own) == primary(language))
    }

    /// The words that a voice is known not to be able to say, without asking it. Of a voice that nothing is
    /// known of there are none: it is heard when it fails.
    pub fn unsayable(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        #[cfg(feature = "natural-voice")]
        if *id == VoiceId::Natural {
            return super::natural::unsayable(utterance);
        }
        let _ = (id, utterance);
        Vec::new()
    }

    /// The words of a text in a language of Latin letters that espeak-ng would spell, letter by letter
    /// in many scripts ("Arabic ghain"): it says something, and nobody understands it.
    pub fn spelled(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        match id {
            VoiceId::Espeak(_) => foreign(&utterance.spoken, is_latin),
            _ => Vec::new(),
        }
    }

    /// The first voice of the [`Voices::ranking`] that answers, but for those that were `tried`.
    ///
    /// # Errors
    /// When none answers: every reason.
    pub fn best(&self, language: &str, rendered: bool, tried: &[VoiceId]) -> Result<Found, VoiceError> {
        let mut reasons = Vec::new();
        for id in self.ranking(language, rendered) {
            if tried.contains(&id) {
                continue;
            }
            match self.answers(&id, language).and_then(|()| self.open(&id, language)) {
                Ok(voice) => return Ok(Found { id, voice, passed_over: reasons }),
                Err(error) => reasons.push(error.to_string()),
            }
        }
        Err(VoiceError::None { language: language.to_owned(), reasons: reasons.join("; ") })
    }

    /// Asks an engine whether it is there, where opening it does not.
    fn answers(&self, id: &VoiceId, language: &str) -> Result<(), SpeechError> {
        let VoiceId::Espeak(_) = id else { return Ok(()) };
        let voices = espeak::list(false)?;
        if voices.iter().any(|voice| primary(&voice.language) == primary(language)) {
            return Ok(());
        }
        Err(SpeechError::Failed {
            engine: "espeak-ng".to_owned(),
            message: format!("it has no voice for `{language}`"),
        })
    }

    fn engine(&self, name: &str) -> Option<&Engine> {
        self.engines.iter().find(|engine| engine.name == name)
    }

    fn engine_names(&self) -> Vec<&str> {
        self.engines.iter().map(|engine| engine.name.as_str()).collect()
    }

    fn open_engine(&self, name: &str) -> Result<Voice, SpeechError> {
        let engine = self.engine(name).ok_or_else(|| SpeechError::NotInstalled {
            engine: name.to_owned(),
            install: format!("describe it in the config as [engines.{name}]"),
        })?;
        let (asked, engine) = (engine.clone(), engine.clone());
        let open = move || Ok(Box::new(Command(engine.clone())) as Box<dyn Synthesizer>);
        Ok(self.cached(&VoiceId::Engine(name.to_owned()), move || asked.version(), open))
    }

    #[cfg(feature = "natural-voice")]
    fn open_natural(&self) -> Result<Voice, SpeechError> {
        use super::natural::Natural;
        let open = || Natural::new().map(|voice| Box::new(voice) as Box<dyn Synthesizer>);
        Ok(self.cached(&VoiceId::Natural, Natural::version, open))
    }

    #[cfg(not(feature = "natural-voice"))]
    fn open_natural(&self) -> Result<Voice, SpeechError> {
        Err(SpeechError::NotInstalled {
            engine: "the natural voice".to_owned(),
            install: "this build of supine has no part for it: build it with the feature `natural-voice`"
                .to_owned(),
        })
    }

    fn cached(
        &self,
        id: &VoiceId,
        version: impl Fn() -> Option<String> + Send + Sync + 'static,
        open: impl Fn() -> Result<Box<dyn Synthesizer>, SpeechError> + Send + Sync + 'static,
    ) -> Voice {
        // The name of a listener's engine may be that of anything.
        let kind = if matches!(id, VoiceId::Engine(_)) { "engine:" } else { "" };
        let clips = Arc::clone(&self.clips);
        Voice::Rendered(Box::new(Cached::new(format!("{kind}{id}"), clips, version, open)))
    }
}

#[cfg(feature = "system-voice")]
fn open_system(name: Option<&str>, language: &str) -> Result<Voice, SpeechError> {
    use super::system::{SystemSpeaker, Wanted};
    // The desktop's own choice speaks the desktop's language. To ask the engine takes seconds.
    let desktop = sys_locale::get_locale().filter(|locale| locale != "C" && locale != "POSIX");
    let wanted = match name {
        Some(name) => Wanted::Named(name),
        None if primary(desktop.as_deref().unwrap_or("en")) == primary(language) => Wanted::Any,
        None => Wanted::Speaking(language),
    };
    let speaker = SystemSpeaker::connect(wanted, SYSTEM_DEADLINE)?;
    Ok(Voice::Live(Box::new(speaker), Arc::new(crate::clock::SystemClock::default())))
}

#[cfg(not(feature = "system-voice"))]
fn open_system(_name: Option<&str>, _language: &str) -> Result<Voice, SpeechError> {
    Err(SpeechError::NotInstalled {
        engine: "the system voice".to_owned(),
        install: "this build of supine has no part for it: build it with the feature `system-voice`"
            .to_owned(),
    })
}

/// The language of a tag such as `en-GB`, or of a voice such as `en-us+f3`.
fn primary(tag: &str) -> String {
    tag.split(['-', '+', '_']).next().unwrap_or_default().to_lowercase()
}

/// espeak-ng's own voice for a language tag; English is spoken as en-us.
fn espeak_default(language: &str) -> String {
    match language {
        "en" => espeak::DEFAULT_VOICE.to_owned(),
        tag => tag.to_lowercase(),
    }
}
