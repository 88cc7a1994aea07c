//! A plan: a routine written out for one session. Sides, repeats and levels are resolved, every text is final,
//! every pause is set; only the lengths of the spoken words are missing.

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
use crate::routine::{BreathRatio, Chime, Ending, Side};
use crate::settings::{DEFAULT_LOUDNESS, Settings};
use crate::units::Decibels;
use crate::utterance::Utterance;

/// The place of an utterance in [`Plan::utterances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtteranceId(pub usize);

/// A routine written out for one session.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The routine's name.
    pub title: String,
    /// What is said: each utterance once, in the order of first use.
    pub utterances: Vec<Utterance>,
    /// The chimes that sound, each one once.
    pub chimes: Vec<Chime>,
    /// What happens, in order.
    pub items: Vec<Item>,
    /// The ambience's levels and end.
    pub ambience: AmbiencePlan,
    /// The ways into each position, for a listener who comes from another position than the routine does.
    pub arrivals: Vec<Arrival>,
    /// Where the plan differs from what a listener may expect.
    pub notes: Vec<Diagnostic>,
}

/// The way to a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The position, as the routine names it.
    pub position: String,
    /// What is said.
    pub words: Vec<Utterance>,
    /// The time for moving there.
    pub time: Duration,
}

/// The ambience's levels, and its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmbiencePlan {
    /// Gain while nobody speaks, in dB relative to the speech.
    pub open: f32,
    /// Gain while somebody speaks.
    pub ducked: f32,
    /// What it does after the last event.
    pub tail: Tail,
    /// Whether it continues from the gain before instead of fading in from silence.
    pub goes_on: bool,
    /// The level of a breathing sound.
    pub breath: BreathLevel,
}

/// The level of a sound that leads the breath.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreathLevel {
    /// The loudness of the speech, in LUFS: what a sound has that is made without an ambience.
    pub loudness: Decibels,
    /// Gain on the sound, on top of the ambience's: a listener who has turned the ambience down still hears it.
    pub lift: Decibels,
    /// Whether the ambience is music: it goes on, only a little softer, while another sound breathes in it.
    pub in_music: bool,
}

/// What the ambience does after the last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// It goes on for this long and fades over the last half of that time.
    Fades(Duration),
    /// It goes on until somebody stops it.
    Endless,
}

/// Ambience in silence, in dB relative to the speech: present, without asking for attention.
pub(crate) const OPEN_GAIN: f32 = -16.0;
/// Ambience under speech. WCAG 2.x 1.4.7 asks for 20 dB; 5 dB more allow for swells in the ambience.
pub(crate) const DUCKED_GAIN: f32 = -25.0;
/// At the end of a session that ends awake.
const TAIL_AWAKE: Tail = Tail::Fades(Duration::from_secs(6));
/// The end of a session without ambience.
const TAIL_SILENT: Tail = Tail::Fades(Duration::from_secs(1));

impl Default for AmbiencePlan {
    fn default() -> Self {
        let breath = BreathLevel { loudness: DEFAULT_LOUDNESS, lift: Decibels::UNITY, in_music: false };
        Self { open: OPEN_GAIN, ducked: DUCKED_GAIN, tail: TAIL_SILENT, goes_on: false, breath }
    }
}

impl AmbiencePlan {
    pub(crate) fn of(settings: &Settings, ending: Ending) -> Self {
        let open = OPEN_GAIN + settings.ambience_gain.0;
        // When the voice is turned down, the ambience under it goes down too.
        let ducked = DUCKED_GAIN + settings.voice_gain.0.min(0.0);
        // Neither in silence nor under the voice is it louder than an ambience that nobody turned down.
        let lift = (OPEN_GAIN - open).min(ducked - open.min(ducked)).max(0.0);
        Self {
            open,
            ducked: open.min(ducked),
            breath: BreathLevel {
                loudness: settings.loudness,
                lift: Decibels(lift),
                in_music: settings.is_music,
            },
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

/// An item of a plan: something that happens, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What happens.
    pub what: ItemKind,
    /// The pose, from 1; 0 in the welcome and the close.
    pub pose: usize,
    /// The side, inside an `each_side`.
    pub side: Option<Side>,
    /// The listener's position when it begins, once one was named.
    pub position: Option<String>,
    /// The step in the file.
    pub span: Span,
}

/// Something that happens, without an absolute time.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// A pose begins.
    Pose {
        /// Its name.
        name: String,
        /// How the pose is led when the session winds down.
        lead: Option<PoseTempo>,
    },
    /// Something is said, followed by a pause.
    Speak {
        /// What is said.
        utterance: UtteranceId,
        /// The pause after it.
        then: Duration,
    },
    /// A stretch of fixed length with cues at fixed offsets, followed by a pause. It becomes longer only when a
    /// cue is longer than the time up to the next one.
    Hold {
        /// What is said in it, in order.
        cues: Vec<HoldCue>,
        /// The breaths that it is made of, in order; empty for another hold.
        breaths: Vec<PacedBreath>,
        /// The time from its start to its end.
        length: Duration,
        /// The pause after it.
        then: Duration,
    },
    /// A chime; what follows waits for `then`.
    Chime {
        /// Its place among the plan's chimes.
        chime: usize,
        /// The time from its first sound to what follows.
        then: Duration,
    },
    /// Nothing, for a while.
    Wait(Duration),
    /// Time to settle in, which the listener may end.
    Settle(Duration),
    /// Time in which the listener may tap their own breath; it is over when nobody taps.
    Taps {
        /// The time.
        patience: Duration,
        /// How many sentences before it invite to that: a key is a tap from the first of them on.
        words: usize,
        /// The longest breath that theirs is slowed to.
        slowest: Duration,
    },
}

impl ItemKind {
    /// Whether it says this utterance.
    pub(crate) fn says(&self, id: UtteranceId) -> bool {
        match self {
            Self::Speak { utterance, .. } => *utterance == id,
            Self::Hold { cues, .. } => cues.iter().any(|cue| cue.utterance == id),
            Self::Pose { .. } | Self::Chime { .. } | Self::Wait(_) | Self::Settle(_) | Self::Taps { .. } => {
                false
            }
        }
    }
}

/// The kind of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    /// A sentence; the score waits for a live voice to end it.
    Speech,
    /// A spoken count on its beat.
    Count,
    /// A cue on a half of a breath.
    Breath,
    /// A chime.
    Chime,
}

/// A breath inside a hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PacedBreath {
    /// Its beginning, from the start of the hold.
    pub at: Duration,
    /// Its phases, at the session's pace.
    pub phases: BreathRatio,
    /// What leads it besides words.
    pub sound: BreathSound,
}

/// What leads a breath besides words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BreathSound {
    /// Nothing.
    None,
    /// Noise in the spectrum of the ambience, which swells with the in-breath and falls with the out-breath.
    Breathing,
    /// A tone that rises, and one that falls.
    Tones,
}

/// A spoken cue inside a hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoldCue {
    /// Its onset, from the start of the hold.
    pub at: Duration,
    /// What is said.
    pub utterance: UtteranceId,
    /// [`Track::Count`] or [`Track::Breath`]; [`Track::Speech`] for a sentence between two breaths.
    pub track: Track,
}

impl Plan {
    /// The utterance that an id of this plan stands for.
    pub(crate) fn utterance(&self, id: UtteranceId) -> &Utterance {
        &self.utterances[id.0]
    }

    /// Where the close begins: at the pause after the last pose. `None` without poses.
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
