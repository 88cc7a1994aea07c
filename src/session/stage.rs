//! The parts that a performance needs.

use std::sync::{Arc, Mutex};

use super::whereabouts::Telling;
use crate::plan::Plan;
use crate::settings::{OwnBreath, Pace, Settings};
use crate::sounds::AmbienceChoice;
use crate::speech::Utterance;
use crate::speech::voices::Voice;

/// The parts of a session.
pub(crate) struct Stage {
    /// What is said and done.
    pub plan: Arc<Plan>,
    /// The levels.
    pub settings: Settings,
    /// The ambience under the voice.
    pub ambience: AmbienceChoice,
    /// Who speaks.
    pub voice: Voice,
    /// Where it begins; `None` for the beginning.
    pub begin: Option<Begin>,
    /// What it needs to be changed on its way; without it, requests can't be carried out.
    pub changes: Option<Changes>,
    /// Whether the ambience falls silent in a pause.
    pub pause_silence: bool,
}

/// A beginning in the middle of a routine.
pub(crate) struct Begin {
    /// The pose, from 1.
    pub pose: usize,
    /// What is said before it.
    pub words: Vec<Utterance>,
}

/// What a session needs to be changed on its way.
pub(crate) struct Changes {
    /// Writes the plan anew at another pace, and at the listener's own breath, if there is one.
    pub replan: Box<dyn Fn(Pace, Option<OwnBreath>) -> Plan + Send>,
    /// The next best voice and its name, when the one that speaks is lost; `None` when none is left. It may
    /// take its time, since it runs on a thread of its own.
    pub next_voice: NextVoice,
    /// The session's own words.
    pub words: OwnWords,
}

/// The words that a session says itself.
pub(crate) struct OwnWords {
    /// The pace is slower from here on.
    pub slower: Utterance,
    /// The pace is faster from here on.
    pub faster: Utterance,
    /// A pose is left out.
    pub left_out: Utterance,
    /// The listener's own breath could not be found.
    pub unclear: Utterance,
    /// Where the session is.
    pub whereabouts: Telling,
    /// In the close: another voice has led on.
    pub voice_lost: Utterance,
}

/// Looks for the next best voice; returns its id and the voice.
pub(crate) type NextVoice = Arc<Mutex<dyn FnMut() -> Option<(String, Voice)> + Send>>;
