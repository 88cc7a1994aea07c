//! A plan: a routine written out for one session. Sides, repeats and levels are resolved, every
//! text is final, every pause is set; only the lengths of the spoken words are missing.

use std::time::Duration;

use super::Track;
use super::duck::{FADE_POINTS, RAMP_UP};
use super::estimate::estimated_length;
use super::expand::Expander;
use super::wind_down::Lead;
use crate::diagnostic::{Diagnostic, Span};
use crate::phrases::Phrases;
use crate::phrases::lexicon::{Lexicon, Said};
use crate::routine::{Ending, Routine, Side};
use crate::settings::{Settings, Timing};
use crate::units::{Decibels, SampleRate};
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
    /// The chimes that sound, by name, each once.
    pub chimes: Vec<String>,
    /// What happens, in order.
    pub moves: Vec<Placed>,
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

impl Tail {
    /// The time after the last event in which anything changes.
    pub fn length(self) -> Duration {
        match self {
            Self::Fades(time) => time,
            Self::Endless => RAMP_UP,
        }
    }
}

/// Ambience under silence, in dB relative to the speech: present, not asking for attention.
pub const OPEN_GAIN: f32 = -16.0;
/// Ambience under speech. WCAG 2.x 1.4.7 asks for 20 dB; 5 dB more allow for its own waves.
pub const DUCKED_GAIN: f32 = -25.0;
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
pub struct Placed {
    /// What happens.
    pub what: Move,
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
pub enum Move {
    /// A pose begins.
    Pose { name: String, lead: Option<Lead> },
    /// Something is said, followed by a pause.
    Speak { utterance: UtteranceId, then: Duration },
    /// A stretch of fixed length with cues at fixed offsets, followed by a pause. It is longer only when
    /// its cues are longer than the time between them.
    Hold { cues: Vec<HoldCue>, length: Duration, then: Duration },
    /// A chime, by its place in [`Plan::chimes`]; what follows waits for `then`.
    Chime { chime: usize, then: Duration },
    /// Nothing, for a while.
    Wait(Duration),
    /// Time to settle in, which the listener may end.
    Settle(Duration),
}

impl Move {
    /// Whether it says this utterance.
    pub fn says(&self, id: UtteranceId) -> bool {
        match self {
            Self::Speak { utterance, .. } => *utterance == id,
            Self::Hold { cues, .. } => cues.iter().any(|cue| cue.utterance == id),
            Self::Pose { .. } | Self::Chime { .. } | Self::Wait(_) | Self::Settle(_) => false,
        }
    }
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
    /// Writes `routine` out for a session with `settings`. `chimes` names the chimes there are.
    ///
    /// # Errors
    /// A chime that is not there.
    pub fn new(
        routine: &Routine,
        settings: &Settings,
        phrases: &Phrases,
        chimes: &[&str],
    ) -> Result<Self, Vec<Diagnostic>> {
        let lexicon = Lexicon::new(&settings.pronounce.over(&routine.pronounce), phrases);
        let expander = || Expander::new(settings, phrases, &lexicon, chimes).along(routine);
        let body = Self::body(expander(), routine, settings, 1)?;
        // The welcome says how long it takes, itself included: a minute's phrase is as long as
        // another's, so one more round is enough.
        let minutes = body.estimated_minutes();
        Self::body(expander(), routine, settings, minutes)
    }

    fn body(
        mut expander: Expander<'_>,
        routine: &Routine,
        settings: &Settings,
        minutes: u32,
    ) -> Result<Self, Vec<Diagnostic>> {
        let ending = settings.ending.unwrap_or(routine.ending);
        expander.welcome(routine, minutes);
        for pose in &routine.poses {
            expander.pose(pose);
        }
        expander.close(ending);
        let mut plan = expander.finish()?;
        plan.title = routine.title.as_str().to_owned();
        plan.ambience = AmbiencePlan::of(settings, ending);
        Ok(plan)
    }

    /// Lines that are said one after another, each followed by its pause, without a routine.
    pub fn lines(lines: &[(String, Duration)], settings: &Settings, phrases: &Phrases) -> Self {
        let lexicon = Lexicon::new(&settings.pronounce, phrases);
        Expander::new(settings, phrases, &lexicon, &[]).lines(lines)
    }

    /// The utterance behind an id of this plan.
    pub fn utterance(&self, id: UtteranceId) -> &Utterance {
        &self.utterances[id.0]
    }

    /// Where the close begins: the pause behind the last pose. `None` without poses.
    pub fn close(&self) -> Option<usize> {
        let last = self.moves.iter().rposition(|placed| placed.pose > 0)?;
        Some(last + 1).filter(|close| *close < self.moves.len())
    }

    /// How often each utterance is used.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.utterances.len()];
        for placed in &self.moves {
            match &placed.what {
                Move::Speak { utterance, .. } => uses[utterance.0] += 1,
                Move::Hold { cues, .. } => cues.iter().for_each(|cue| uses[cue.utterance.0] += 1),
                _ => {}
            }
        }
        uses
    }

    /// Room for everything that a score of this plan gives to a mixer at most: its events, or its
    /// gain points, of which there are four around an event.
    pub fn capacity(&self) -> usize {
        let chimes = self.moves.iter().filter(|placed| matches!(placed.what, Move::Chime { .. }));
        let events = self.uses().iter().sum::<usize>() + chimes.count();
        (events + 8) * 4 + usize::from(FADE_POINTS)
    }

    /// The guided time in whole minutes, from estimates of the words' lengths; at least 1.
    pub fn estimated_minutes(&self) -> u32 {
        let rate = SampleRate::HZ_48000;
        let (score, _) = super::compile::compile(
            self,
            rate,
            &|id| Some(estimated_length(self.utterance(id), rate)),
            &|_| estimated_chime(rate),
        );
        let end = score.events.last().map_or(0.0, |last| (last.at + last.length).to_seconds(rate));
        // A session is far below 2^32 minutes: holds and steps are bounded.
        ((end / 60.0).round() as u32).max(1)
    }
}

/// A chime's length where the real one does not matter.
fn estimated_chime(rate: SampleRate) -> crate::units::Frames {
    crate::units::Frames::at(Duration::from_secs(8), rate)
}

/// How something is said.
#[derive(Clone, Debug)]
pub(super) struct Manner {
    pub timing: Timing,
    pub gain: Decibels,
    pub is_count: bool,
}

/// Collects utterances, each once.
pub(super) struct UtteranceBook<'a> {
    pub utterances: Vec<Utterance>,
    /// What writes out the text for the engine.
    phrases: &'a Phrases,
    /// Words that are said in another way.
    lexicon: &'a Lexicon,
}

impl<'a> UtteranceBook<'a> {
    /// An empty book.
    pub fn new(phrases: &'a Phrases, lexicon: &'a Lexicon) -> Self {
        Self { utterances: Vec::new(), phrases, lexicon }
    }

    /// The ids of the sentences of `text`.
    pub fn sentences(&mut self, text: &str, manner: &Manner) -> Vec<UtteranceId> {
        let sentences = self.phrases.sentences(text);
        sentences.into_iter().map(|said| self.add(said.text, &said.spoken, manner)).collect()
    }

    /// The id of one utterance.
    pub fn id(&mut self, text: String, manner: &Manner) -> UtteranceId {
        let spoken = self.phrases.spoken(&text);
        self.add(text, &spoken, manner)
    }

    /// An utterance that may be said, or not.
    pub fn unsaid(&self, text: String, manner: &Manner) -> Utterance {
        let spoken = self.phrases.spoken(&text);
        self.utterance(text, &spoken, manner)
    }

    fn utterance(&self, text: String, written_out: &str, manner: &Manner) -> Utterance {
        let Said { text: spoken, phonemes } = self.lexicon.apply(written_out);
        Utterance {
            spoken,
            phonemes,
            comma: manner.timing.comma,
            gain: manner.gain,
            is_count: manner.is_count,
            ..Utterance::plain(text, manner.timing.speed)
        }
    }

    fn add(&mut self, text: String, written_out: &str, manner: &Manner) -> UtteranceId {
        let utterance = self.utterance(text, written_out, manner);
        let place = self.utterances.iter().position(|known| *known == utterance);
        UtteranceId(place.unwrap_or_else(|| {
            self.utterances.push(utterance);
            self.utterances.len() - 1
        }))
    }
}
