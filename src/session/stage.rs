//! What a performance needs.

use std::sync::{Arc, Mutex};

use crate::plan::Plan;
use crate::settings::{Pace, Settings};
use crate::sounds::AmbienceChoice;
use crate::speech::Utterance;
use crate::speech::voices::Voice;

/// What a session needs.
pub(crate) struct Stage {
    /// What is said and done.
    pub plan: Arc<Plan>,
    /// How loud.
    pub settings: Settings,
    /// What plays under it.
    pub ambience: AmbienceChoice,
    /// Who speaks.
    pub voice: Voice,
    /// Where it begins, when that is not at the beginning.
    pub begin: Option<Begin>,
    /// How it may be changed on its way; nothing can be asked for without it.
    pub changes: Option<Changes>,
    /// Whether the ambience falls silent in a pause.
    pub pause_silence: bool,
}

/// Another beginning than the routine's own.
pub(crate) struct Begin {
    /// The pose, from 1.
    pub pose: usize,
    /// What is said before it.
    pub words: Vec<Utterance>,
}

/// What a session needs to be changed on its way.
pub(crate) struct Changes {
    /// Makes the plan anew at another pace.
    pub replan: Box<dyn Fn(Pace) -> Plan + Send>,
    /// The next best voice and its name, when the one that speaks is lost; `None` when none is left.
    /// It may take its time: it is asked on a thread of its own.
    pub next_voice: NextVoice,
    /// What it says itself.
    pub words: Words,
}

/// What a session says itself.
pub(crate) struct Words {
    /// The pace is slower from here on.
    pub slower: Utterance,
    /// The pace is faster from here on.
    pub faster: Utterance,
    /// A pose is left out.
    pub left_out: Utterance,
    /// In the close: another voice has led on.
    pub voice_lost: Utterance,
}

/// Looks for the next best voice; returns its id and the voice.
pub(crate) type NextVoice = Arc<Mutex<dyn FnMut() -> Option<(String, Voice)> + Send>>;
