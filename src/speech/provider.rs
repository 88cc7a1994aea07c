//! The interface of a provider of voices, through which all of them are listed, searched, ranked and opened
//! in the same way. The providers are the files beside [`super::voices`], which alone decides between them.

use std::sync::Arc;

use serde::Serialize;

use super::clips::{Cached, Clips};
use super::script::Unsayable;
use super::{Speaker, SpeechError, Synthesizer, Utterance};
use crate::advice::{Advice, Advise, advised};
use crate::clock::Clock;

/// The id of a voice: its provider's name and its own, as in `espeak:en-us+f3`. Only a provider makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoiceId {
    provider: &'static str,
    voice: String,
    shown: String,
}

impl VoiceId {
    /// A voice of a provider. An empty name means the provider's own choice, as in `system`.
    pub(super) fn new(provider: &'static str, voice: &str) -> Self {
        let shown = if voice.is_empty() { provider.to_owned() } else { format!("{provider}:{voice}") };
        Self { provider, voice: voice.to_owned(), shown }
    }

    /// A voice whose id is written in another way than its provider's name and its own.
    pub(super) fn shown_as(self, shown: &str) -> Self {
        Self { shown: shown.to_owned(), ..self }
    }

    /// The name of its provider.
    pub(super) fn provider(&self) -> &'static str {
        self.provider
    }

    /// Its name among its provider's voices; empty for the provider's own choice.
    pub(super) fn voice(&self) -> &str {
        &self.voice
    }
}

impl std::fmt::Display for VoiceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

/// A voice that is ready.
pub enum Voice {
    /// It gives samples.
    Rendered(Box<dyn Synthesizer>),
    /// Plays its own sound, in the time of a clock.
    Live(Box<dyn Speaker>, Arc<dyn Clock>),
}

/// How a voice gives its sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It gives samples: exact in time, and fit to be written to a file.
    Rendered,
    /// It plays its own sound.
    Live,
}

impl Kind {
    /// Its name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rendered => "rendered",
            Self::Live => "live",
        }
    }
}

/// What a voice does with a word whose letters it does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignWords {
    /// Not known until the voice is tried and fails.
    Unknown,
    /// The voice refuses the text that contains the word.
    Refused,
    /// The voice reads out the names of the letters ("Arabic ghain"), which nobody understands.
    Spelled,
}

/// The facts about a voice that are known without opening it.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The voice's id.
    pub id: VoiceId,
    /// The language tag of its speech; `None` when only its engine knows.
    pub language: Option<String>,
    /// How it speaks.
    pub kind: Kind,
    /// A description in a few words.
    pub title: String,
    /// Whether it was learnt from a person's voice and sounds like one.
    pub is_human_like: bool,
    /// Its measured quality, if known: DNSMOS overall, from 1 to 5.
    pub quality: Option<f32>,
    /// What it does with words in letters that it does not have.
    pub foreign_words: ForeignWords,
    /// How long its words take, as a factor on the estimate that is made before it has spoken.
    pub tempo: f64,
    /// Its variants: `id+variant` is also a voice.
    pub variants: Vec<String>,
}

impl Facts {
    /// A rendered voice of which nothing more is known.
    pub(super) fn rendered(id: VoiceId, title: &str) -> Self {
        Self {
            id,
            language: None,
            kind: Kind::Rendered,
            title: title.to_owned(),
            is_human_like: false,
            quality: None,
            foreign_words: ForeignWords::Unknown,
            tempo: 1.0,
            variants: Vec::new(),
        }
    }
}

/// The facts about a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About {
    /// Its name: the part of an id before the colon.
    pub name: &'static str,
    /// The reason for its voices' place in the ranking.
    pub reason: &'static str,
    /// Whether it is for tests only: neither listed nor chosen unless it is named.
    pub is_hidden: bool,
    /// Whether it may keep a caller waiting for ever. A voice inside this program does not.
    pub can_hang: bool,
    /// Whether all its voices come from one source: if one fails, the others fail too.
    pub is_one_source: bool,
    /// How early it is searched when only part of a voice's name is given.
    pub searched: Searched,
}

/// When a provider is searched for a voice of which only part of the name is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Searched {
    /// Before all others: the listener named its voices.
    First,
    /// Next: its voices are known at once.
    Then,
    /// Last: asking it takes seconds.
    Last,
    /// Never: its voices must be given by their full names.
    Never,
}

/// A voice whose name or title contains the part searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Its name, in the form that [`Provider::named`] takes.
    pub name: String,
    /// Whether the part is the whole name.
    pub is_exact: bool,
}

/// A source of voices.
pub(crate) trait Provider: Send + Sync {
    /// The facts about the provider.
    fn about(&self) -> About;

    /// Every voice that it has. It may ask an engine, which takes seconds.
    ///
    /// # Errors
    /// When its engine does not answer.
    fn list(&self) -> Result<Vec<Facts>, SpeechError>;

    /// The facts about one of its voices, at once.
    fn facts(&self, id: &VoiceId) -> Facts;

    /// Its voices that may be chosen automatically for a language, best first. No engine is asked.
    fn offers(&self, language: &str) -> Vec<VoiceId>;

    /// The voice with this full id, for ids without a colon. `language` is the routine's.
    fn called(&self, id: &str, language: &str) -> Option<VoiceId> {
        let _ = language;
        let own = self.about().name;
        (id == own).then(|| VoiceId::new(own, ""))
    }

    /// The voice that is meant by `name` after the colon: a full name, or a part that only one voice has.
    ///
    /// # Errors
    /// When no voice or several voices fit, or an engine does not answer.
    fn named(&self, name: &str) -> Result<VoiceId, VoiceError>;

    /// The voices whose name or title has `part` in it.
    fn matching(&self, part: &str) -> Vec<Match>;

    /// Asks its engine whether it is there, for providers whose [`Provider::open`] does not.
    ///
    /// # Errors
    /// When the engine is not there.
    fn check(&self, id: &VoiceId, language: &str) -> Result<(), SpeechError> {
        let _ = (id, language);
        Ok(())
    }

    /// Makes a voice ready. A rendered voice is opened only once it has to say something that is not among
    /// `clips`; its faults are reported then.
    ///
    /// # Errors
    /// When its engine does not answer.
    fn open(&self, id: &VoiceId, language: &str, clips: &Arc<Clips>) -> Result<Voice, SpeechError>;

    /// The words of an utterance that [`Facts::foreign_words`] applies to, found without asking the voice.
    fn foreign_words(&self, id: &VoiceId, utterance: &Utterance) -> Vec<Unsayable> {
        let _ = (id, utterance);
        Vec::new()
    }
}

/// A rendered voice that is opened only for utterances that are not among `clips`.
pub(super) fn cached(
    id: &VoiceId,
    clips: &Arc<Clips>,
    version: impl Fn() -> Option<String> + Send + Sync + 'static,
    open: impl Fn() -> Result<Box<dyn Synthesizer>, SpeechError> + Send + Sync + 'static,
) -> Voice {
    // Not the form in which it is shown: a listener may give an engine any name.
    let key = VoiceId::new(id.provider, &id.voice).shown;
    Voice::Rendered(Box::new(Cached::new(key, Arc::clone(clips), version, open)))
}

/// Why no voice was found.
#[derive(Debug)]
pub enum VoiceError {
    /// No such voice.
    Unknown {
        /// What was asked for.
        name: String,
        /// What may be meant.
        help: String,
    },
    /// A part that several ids have.
    Ambiguous {
        /// What was asked for.
        name: String,
        /// How many ids have it.
        count: usize,
        /// Some of them.
        examples: String,
    },
    /// This voice can't do what is asked.
    NotRendered {
        /// The voice.
        id: VoiceId,
        /// Options that name voices which can.
        instead: String,
    },
    /// Nothing on this machine speaks.
    None {
        /// The routine's language.
        language: String,
        /// Why not, voice by voice.
        reasons: Vec<Advice>,
    },
    /// It speaks another language than the routine.
    OtherLanguage {
        /// The voice.
        id: VoiceId,
        /// The routine's language.
        language: String,
    },
    /// The chosen voice does not answer.
    Speech(SpeechError),
}

impl Advise for VoiceError {
    fn advice(&self) -> Advice {
        match self {
            Self::Unknown { name, help } => Advice::new(format!("there is no voice `{name}`"), help),
            Self::Ambiguous { name, count, examples } => {
                let problem = format!("`{name}` fits {count} voices, such as {examples}");
                Advice::new(problem, "give more of the id")
            }
            Self::NotRendered { id, instead } => {
                Advice::from(format!("`{id}` speaks by itself and can't be rendered to a file"))
                    .and(format!("these can: {instead}"))
            }
            Self::None { language, reasons } => {
                Advice::list(&format!("no voice speaks `{language}`: "), reasons)
            }
            Self::OtherLanguage { id, language } => Advice::from(format!(
                "the voice `{id}` does not speak `{language}`, the language of the routine"
            ))
            .and(format!("`supine voices --language {language}` lists those that do")),
            Self::Speech(error) => error.advice(),
        }
    }
}

advised!(VoiceError, Speech(SpeechError));
