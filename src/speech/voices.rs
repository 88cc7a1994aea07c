//! Which voices there are, what a `--voice` means, and who speaks when nothing was chosen.

use std::sync::Arc;
#[cfg(feature = "system-voice")]
use std::time::Duration;

use super::clips::{Cached, Clips};
use super::command::{Command, Engine};
use super::espeak::{self, Espeak};
use super::fake::{FakeSpeaker, FakeSynthesizer};
use super::{Speaker, SpeechError, Synthesizer};
use crate::clock::{Clock, FakeClock};
use crate::diagnostic::nearest;

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
    #[error("`{name}` is a part of {count} voices, such as {examples}; give more of the id")]
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
    #[error(
        "no voice answers: {system}; {espeak}. Install speech-dispatcher with speech-dispatcher-espeak-ng, or espeak-ng"
    )]
    None {
        /// Why the desktop's engine does not.
        system: String,
        /// Why espeak-ng does not.
        espeak: SpeechError,
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

    /// Who speaks when nothing was chosen: the desktop's engine when it answers, else espeak-ng.
    /// `rendered` asks for a voice that gives samples, which is espeak-ng.
    ///
    /// # Errors
    /// When neither answers.
    pub fn default(&self, language: &str, rendered: bool) -> Result<(VoiceId, Voice), VoiceError> {
        let system = VoiceId::System(None);
        let why_not = if rendered {
            "the system voice can't be rendered".to_owned()
        } else {
            match self.open(&system, language) {
                Ok(voice) => return Ok((system, voice)),
                Err(error) => error.to_string(),
            }
        };
        // Listing is the quickest way to learn whether the program is there.
        espeak::list(true).map_err(|espeak| VoiceError::None { system: why_not, espeak })?;
        let id = VoiceId::Espeak(espeak_default(language));
        let voice = self.open(&id, language)?;
        Ok((id, voice))
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
fn open_system(name: Option<&str>, _language: &str) -> Result<Voice, SpeechError> {
    let speaker = super::system::SystemSpeaker::connect(name, SYSTEM_DEADLINE)?;
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

#[cfg(feature = "system-voice")]
fn system_voice(name: Option<&str>) -> Result<VoiceId, VoiceError> {
    let Some(name) = name else { return Ok(VoiceId::System(None)) };
    let voices = super::system::SystemSpeaker::voices(SYSTEM_DEADLINE)?;
    let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
    pick(name, &names, "system").map(|name| VoiceId::System(Some(name)))
}

#[cfg(not(feature = "system-voice"))]
fn system_voice(name: Option<&str>) -> Result<VoiceId, VoiceError> {
    Ok(VoiceId::System(name.map(str::to_owned)))
}

/// espeak-ng's own voice for a language tag; English is spoken as en-us.
fn espeak_default(language: &str) -> String {
    match language {
        "en" => espeak::DEFAULT_VOICE.to_owned(),
        tag => tag.to_lowercase(),
    }
}

/// Checks an espeak-ng name with an optional variant, such as `en-us+f3`.
fn known_espeak(name: &str) -> Result<VoiceId, VoiceError> {
    let (base, variant) = name.split_once('+').map_or((name, None), |(base, variant)| (base, Some(variant)));
    let voices = espeak::list(false)?;
    // `en` alone is a family that espeak-ng resolves by itself.
    let family = |voice: &espeak::ListedVoice| voice.name.split('-').next() == Some(base);
    let base = if voices.iter().any(|voice| voice.name == base || family(voice)) {
        base.to_owned()
    } else {
        let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
        pick(base, &names, "espeak")?
    };
    let Some(variant) = variant else { return Ok(VoiceId::Espeak(base)) };
    let variants = espeak::list(true)?;
    let names: Vec<&str> = variants.iter().map(|voice| voice.name.as_str()).collect();
    let variant = pick(variant, &names, &format!("espeak:{base}+"))?;
    Ok(VoiceId::Espeak(format!("{base}+{variant}")))
}

/// The voice whose id or title has `part` in it. The listener's own engines and espeak-ng's voices
/// come first; the desktop's engine, which lists each of those with every variant, is asked only
/// when none has it.
fn by_part(part: &str, engines: &[&str]) -> Result<VoiceId, VoiceError> {
    if engines.iter().any(|name| contains(name, part)) {
        return pick(part, engines, "engine").map(VoiceId::Engine);
    }
    let (base, variant) = part.split_once('+').map_or((part, ""), |(base, variant)| (base, variant));
    let listed = espeak::list(false).unwrap_or_default();
    let fits = |voice: &&espeak::ListedVoice| contains(&voice.name, base) || contains(&voice.title, base);
    let found: Vec<&espeak::ListedVoice> = listed.iter().filter(fits).collect();
    let exact = found.iter().find(|voice| voice.name.eq_ignore_ascii_case(base));
    match (exact, &found[..]) {
        (Some(voice), _) | (None, [voice]) => {
            let plus = if variant.is_empty() { String::new() } else { format!("+{variant}") };
            known_espeak(&format!("{}{plus}", voice.name))
        }
        (None, []) => by_system_part(part, &listed, engines),
        (None, several) => Err(ambiguous(part, several.iter().map(|voice| format!("espeak:{}", voice.name)))),
    }
}

fn by_system_part(
    part: &str,
    espeak: &[espeak::ListedVoice],
    engines: &[&str],
) -> Result<VoiceId, VoiceError> {
    #[cfg(feature = "system-voice")]
    {
        let voices = super::system::SystemSpeaker::voices(SYSTEM_DEADLINE).unwrap_or_default();
        let names: Vec<&str> = voices.iter().map(|voice| voice.name.as_str()).collect();
        if names.iter().any(|name| contains(name, part)) {
            return pick(part, &names, "system").map(|name| VoiceId::System(Some(name)));
        }
    }
    let ids: Vec<String> = espeak
        .iter()
        .map(|voice| format!("espeak:{}", voice.name))
        .chain(["system", "espeak", "natural"].iter().chain(engines).map(|id| (*id).to_owned()))
        .collect();
    Err(unknown(part, &ids.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The name that is `part`, or the only one that has it.
fn pick(part: &str, names: &[&str], engine: &str) -> Result<String, VoiceError> {
    if let Some(exact) = names.iter().find(|name| name.eq_ignore_ascii_case(part)) {
        return Ok((*exact).to_owned());
    }
    let found: Vec<&&str> = names.iter().filter(|name| contains(name, part)).collect();
    match found[..] {
        [only] => Ok((*only).to_owned()),
        [] => Err(unknown(part, names)),
        _ => Err(ambiguous(part, found.iter().map(|name| format!("{engine}:{name}")))),
    }
}

fn contains(name: &str, part: &str) -> bool {
    name.to_lowercase().contains(&part.to_lowercase())
}

fn ambiguous(name: &str, ids: impl Iterator<Item = String>) -> VoiceError {
    let ids: Vec<String> = ids.collect();
    VoiceError::Ambiguous {
        name: name.to_owned(),
        count: ids.len(),
        examples: ids[..ids.len().min(4)].join(", "),
    }
}

fn unknown(name: &str, names: &[&str]) -> VoiceError {
    // Ids share their engine's prefix, which would make every one look near.
    let bare = |id: &str| id.split_once(':').map_or(id, |(_, rest)| rest).to_owned();
    let bare_names: Vec<String> = names.iter().map(|id| bare(id)).collect();
    // A language's tag of two letters is near to many a longer word, and meant by none.
    let words = bare_names.iter().map(String::as_str).filter(|bare| bare.len() + 1 >= name.len());
    let near = nearest(name, words);
    let place = near.and_then(|near| bare_names.iter().position(|bare| bare == near));
    VoiceError::Unknown {
        name: name.to_owned(),
        help: match place.and_then(|place| names.get(place)) {
            Some(near) => format!("did you mean `{near}`? `supine voices` lists them all"),
            None => "`supine voices` lists them all".to_owned(),
        },
    }
}
