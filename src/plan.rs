//! A plan: a routine written out for one session. Sides, repeats and levels are resolved, every
//! text is final, every pause is set; only the lengths of the spoken words are missing.

use std::time::Duration;

pub(crate) mod estimate;
mod expand;
pub(crate) mod part;
mod utterances;
pub(crate) mod wind_down;

pub(crate) use self::expand::LEAD_IN;
use self::wind_down::PoseTempo;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Span};
use crate::routine::{Chime, Ending, Side};
use crate::settings::Settings;
use crate::utterance::Utterance;

/// The place of an utterance in [`Plan::utterances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtteranceId(pub usize);

/// A routine written out for one session.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Its name.
    pub title: String,
    /// What is to be said, each once, in the order of first use.
    pub utterances: Vec<Utterance>,
    /// The chimes that sound, each once.
    pub chimes: Vec<Chime>,
    /// What happens, in order.
    pub items: Vec<Item>,
    /// How the ambience behaves around it.
    pub ambience: AmbiencePlan,
    /// How each position is reached, for who comes to it from another one than the routine does.
    pub arrivals: Vec<Arrival>,
    /// What is done otherwise than a listener may expect.
    pub notes: Vec<Diagnostic>,
}

/// The way to a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The position, as the routine names it.
    pub position: String,
    /// What is said.
    pub words: Vec<Utterance>,
    /// The time that it is given.
    pub time: Duration,
}

/// The levels and lengths of the ambience's part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmbiencePlan {
    /// Gain while nobody speaks, in dB relative to the speech.
    pub open: f32,
    /// Gain while somebody speaks.
    pub ducked: f32,
    /// What follows the last event.
    pub tail: Tail,
    /// Whether it goes on from the gain before, instead of fading in from silence.
    pub goes_on: bool,
}

/// What the ambience does after the last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// It goes on for this time, and fades over the last half of it.
    Fades(Duration),
    /// It goes on until somebody stops it.
    Endless,
}

/// Ambience under silence, in dB relative to the speech: present, not asking for attention.
pub(crate) const OPEN_GAIN: f32 = -16.0;
/// Ambience under speech. WCAG 2.x 1.4.7 asks for 20 dB; 5 dB more allow for its own waves.
pub(crate) const DUCKED_GAIN: f32 = -25.0;
/// At the end of a session that ends awake.
const TAIL_AWAKE: Tail = Tail::Fades(Duration::from_secs(6));
/// When there is no ambience.
const TAIL_SILENT: Tail = Tail::Fades(Duration::from_secs(1));

impl Default for AmbiencePlan {
    fn default() -> Self {
        Self { open: OPEN_GAIN, ducked: DUCKED_GAIN, tail: TAIL_SILENT, goes_on: false }
    }
}

impl AmbiencePlan {
    fn of(settings: &Settings, ending: Ending) -> Self {
        let open = OPEN_GAIN + settings.ambience_gain.0;
        // A voice that is turned down takes the ambience under it along.
        let ducked = DUCKED_GAIN + settings.voice_gain.0.min(0.0);
        Self {
            open,
            ducked: open.min(ducked),
            tail: match ending {
                _ if !settings.ambience => TAIL_SILENT,
                Ending::Awake => TAIL_AWAKE,
                Ending::Asleep if settings.until_morning => Tail::Endless,
                Ending::Asleep => Tail::Fades(settings.sleep_timer),
            },
            goes_on: false,
        }
    }
}

/// A move, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What happens.
    pub what: ItemKind,
    /// The pose, from 1; 0 in the welcome and the close.
    pub pose: usize,
    /// The side, inside an `each_side`.
    pub side: Option<Side>,
    /// The position that the listener is in when it begins, once one was named.
    pub position: Option<String>,
    /// The step in the file.
    pub span: Span,
}

/// What happens, without an absolute time.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// A pose begins.
    Pose {
        /// Its name.
        name: String,
        /// How it is led when the session winds down.
        lead: Option<PoseTempo>,
    },
    /// Something is said, followed by a pause.
    Speak {
        /// What is said.
        utterance: UtteranceId,
        /// The pause after it.
        then: Duration,
    },
    /// A stretch of fixed length with cues at fixed offsets, followed by a pause. It is longer only when
    /// its cues are longer than the time between them.
    Hold {
        /// What is said in it, in order.
        cues: Vec<HoldCue>,
        /// From its first moment to its last.
        length: Duration,
        /// The pause after it.
        then: Duration,
    },
    /// A chime, by its place in [`Plan::chimes`]; what follows waits for `then`.
    Chime {
        /// Its place among the plan's chimes.
        chime: usize,
        /// From its first sound to what follows.
        then: Duration,
    },
    /// Nothing, for a while.
    Wait(Duration),
    /// Time to settle in, which the listener may end.
    Settle(Duration),
}

impl ItemKind {
    /// Whether it says this utterance.
    pub(crate) fn says(&self, id: UtteranceId) -> bool {
        match self {
            Self::Speak { utterance, .. } => *utterance == id,
            Self::Hold { cues, .. } => cues.iter().any(|cue| cue.utterance == id),
            Self::Pose { .. } | Self::Chime { .. } | Self::Wait(_) | Self::Settle(_) => false,
        }
    }
}

/// What kind of thing an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    /// A sentence; a live voice is waited for.
    Speech,
    /// A spoken count on its beat.
    Count,
    /// A cue on a half of a breath.
    Breath,
    /// A chime.
    Chime,
}

/// A spoken cue inside a hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoldCue {
    /// Its onset, from the start of the hold.
    pub at: Duration,
    /// What is said.
    pub utterance: UtteranceId,
    /// [`Track::Count`] or [`Track::Breath`].
    pub track: Track,
}

impl Plan {
    /// The utterance behind an id of this plan.
    pub(crate) fn utterance(&self, id: UtteranceId) -> &Utterance {
        &self.utterances[id.0]
    }

    /// Where the close begins: the pause behind the last pose. `None` without poses.
    pub(crate) fn close(&self) -> Option<usize> {
        let last = self.items.iter().rposition(|item| item.pose > 0)?;
        Some(last + 1).filter(|close| *close < self.items.len())
    }

    /// How often each utterance is used.
    pub(crate) fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.utterances.len()];
        for item in &self.items {
            match &item.what {
                ItemKind::Speak { utterance, .. } => uses[utterance.0] += 1,
                ItemKind::Hold { cues, .. } => cues.iter().for_each(|cue| uses[cue.utterance.0] += 1),
                _ => {}
            }
        }
        uses
    }
}
