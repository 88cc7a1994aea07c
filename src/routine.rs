//! A routine as it is meant: poses, sides, steps and holds, without any time on a clock.
//! [`parse`] makes it from a file, [`lint`] judges it; the score compiles it.

pub(crate) mod about;
mod body;
pub(crate) mod breath;
mod id;
mod joined;
pub mod lint;
mod meaning;
pub mod parse;
pub(crate) mod pronounce;
mod resized;
mod selection;
mod side;
pub(crate) mod steps;
pub(crate) mod text;
mod texts;

use std::time::Duration;

use crate::diagnostic::Span;
pub use about::{Area, Limits, Muscle, Opening, When};
pub use breath::BreathRatio;
pub(crate) use id::Id;
use pronounce::Pronounce;
pub use resized::Resized;
pub(crate) use side::{Side, SideOrder};
use text::Text;

/// A whole routine.
#[derive(Clone, Debug)]
pub struct Routine {
    /// Its id: given in the file, or else made from the title.
    pub id: Id,
    /// Whether the file gives the id, so that it stays when the title or the file's path changes.
    pub is_id_given: bool,
    /// Its name, said in the welcome.
    pub title: Text,
    /// Its benefit, in one line.
    pub summary: String,
    /// Whom it is not for; empty if the file does not say.
    pub not_for: String,
    /// What the listener is told once, in the welcome, to look out for.
    pub caution: Option<Text>,
    /// When it is for.
    pub when: Option<When>,
    /// What it is for.
    pub area: Option<Area>,
    /// How it begins.
    pub opening: Opening,
    /// How far below the session's loudness everything is, in dB from 0 to 20.
    pub quieter_by: u32,
    /// Whether its words are the practice, so that they are not shortened for a listener who knows them.
    pub keeps_words: bool,
    /// Whether a listener may begin at their own breath.
    pub own_breath: bool,
    /// The language of its texts, as a BCP 47 tag such as `en` or `en-GB`.
    pub language: String,
    /// Where the file states the language.
    pub language_span: Span,
    /// Things to have at hand.
    pub props: Vec<Text>,
    /// Its ambience, and where the file names it: the name of a built-in one, or a file beside the routine.
    pub ambience: Option<(String, Span)>,
    /// Its breath, which does not change on its way; `None` leaves it to the session.
    pub breath: Option<BreathRatio>,
    /// How it ends.
    pub ending: Ending,
    /// Which side comes first.
    pub order: SideOrder,
    /// How to pronounce words that voices get wrong; the listener's own entries win over these.
    pub pronounce: Pronounce,
    /// The poses in their order; at least one. Where several routines are done in one go, those of all of them.
    pub poses: Vec<Pose>,
    /// The routines that follow it in one go, each with everything but its poses; none for a routine by itself.
    pub others: Vec<Routine>,
}

impl Routine {
    /// The position that it begins in, if its first pose names one before anything else.
    pub(crate) fn start(&self) -> Option<&Text> {
        let first = self.poses.first()?;
        match (&first.position, first.steps.first().map(|step| &step.kind)) {
            (Some(position), _) | (None, Some(StepKind::MoveTo { position, .. })) => Some(position),
            _ => None,
        }
    }

    /// Whether nothing in it moves: it is for the breath or for rest, stays in one position, works no muscles, and has
    /// none of the steps that come with a movement. A routine of one's own need not name its muscles, so that they
    /// alone would not tell.
    pub(crate) fn is_still(&self) -> bool {
        let is_for_rest =
            self.present().iter().all(|head| matches!(head.area, Some(Area::Breath | Area::Rest)));
        let mut positions = self.poses.iter().filter_map(|pose| pose.position.as_ref()).map(Text::as_str);
        let first = positions.next();
        is_for_rest
            && positions.all(|other| Some(other) == first)
            && self.poses.iter().all(|pose| pose.muscles.is_empty() && pose.steps.iter().all(Step::is_still))
    }
}

/// The listener's state at the end of a routine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// Without a bell; the sound fades over minutes.
    #[default]
    Asleep,
    /// With a clear close.
    Awake,
}

/// How far into a pose the listener is guided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Kinder to knees and back.
    Gentle,
    /// As the routine is written.
    #[default]
    Standard,
    /// Further into the stretch.
    Deeper,
}

/// A pose with its steps.
#[derive(Clone, Debug)]
pub struct Pose {
    /// Its id, which no other pose of the session has.
    pub id: Id,
    /// Its id in its own routine: given in the file, or else made from its name.
    pub own_id: Id,
    /// Its routine, from 0, among those that are done in one go.
    pub part: usize,
    /// Its name, said when it begins.
    pub name: Text,
    /// The position for it, such as "lying on your back".
    pub position: Option<Text>,
    /// The muscles that its holds stretch or work.
    pub muscles: Vec<Muscle>,
    /// Whether it may be left out when the time is short.
    pub is_optional: bool,
    /// Its steps; at least one.
    pub steps: Vec<Step>,
    /// Where its table begins.
    pub span: Span,
}

/// One step and its place in the file.
#[derive(Clone, Debug)]
pub struct Step {
    /// The step itself.
    pub kind: StepKind,
    /// Its place in the file.
    pub span: Span,
}

impl Step {
    /// Whether it does not come with a movement: it is said, waited for or breathed.
    fn is_still(&self) -> bool {
        match &self.kind {
            StepKind::EachSide(steps) | StepKind::Only(_, steps) => steps.iter().all(Self::is_still),
            StepKind::Say(_)
            | StepKind::Option(_)
            | StepKind::Short(_)
            | StepKind::Breaths(_)
            | StepKind::Seconds { .. }
            | StepKind::Rest { .. }
            | StepKind::Sound(_) => true,
            _ => false,
        }
    }
}

/// The kinds of step.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// A sentence, then a pause that fits the pace.
    Say(Text),
    /// A kindness; it is the first to be dropped when words are brief.
    Option(Text),
    /// The short form of the sentences after it, up to the next hold: it is said instead of them to a listener who
    /// knows the routine.
    Short(Text),
    /// The sentence that ends a hold.
    Release(Text),
    /// A sentence on an in-breath.
    Inhale(Text),
    /// A sentence on an out-breath.
    Exhale(Text),
    /// A hold with a count from one to `to`; `beat` overrides the time between counts.
    Count {
        /// The last number.
        to: u32,
        /// The time from one number to the next; `None` for the pace's own time.
        beat: Option<Duration>,
        /// How far `to` may go.
        limits: Limits<u32>,
    },
    /// A hold of paced breaths.
    Breaths(Cycles),
    /// A movement to and fro, paced by the breath.
    Sway(Cycles),
    /// A hold of plain time.
    Seconds {
        /// The time.
        time: Duration,
        /// How far it may go.
        limits: Limits<Duration>,
    },
    /// Steps for one side, then for the other.
    EachSide(Vec<Step>),
    /// Steps done several times.
    Repeat {
        /// The number of rounds.
        times: u32,
        /// The number that they may be reduced to; `None` if none may be left out.
        at_least: Option<u32>,
        /// How long a key is waited for after each round, if it is.
        wait: Option<Duration>,
        /// The steps of a round.
        steps: Vec<Step>,
    },
    /// Steps for one level only.
    Only(Level, Vec<Step>),
    /// Silence.
    Rest {
        /// The time.
        time: Duration,
        /// How far it may go.
        limits: Limits<Duration>,
    },
    /// A sentence, then silence until the listener presses a key, but no longer than `at_most`.
    Wait {
        /// The sentence.
        text: Text,
        /// The longest time.
        at_most: Duration,
    },
    /// A chime.
    Sound(Chime),
    /// A change of position; `time` overrides the time for it.
    MoveTo {
        /// The new position, as it is said.
        position: Text,
        /// The time for it; `None` for the pace's own time.
        time: Option<Duration>,
    },
}

/// A chime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    /// A soft singing bowl.
    Bowl,
}

impl Chime {
    /// All chimes.
    pub const ALL: [Self; 1] = [Self::Bowl];

    /// Its name in a routine file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bowl => "bowl",
        }
    }

    /// The chime with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chime| chime.name() == name)
    }
}

/// Breaths, and their ratio when the step sets one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycles {
    /// The number of breaths.
    pub cycles: u32,
    /// The step's own ratio, instead of the session's.
    pub ratio: Option<BreathRatio>,
    /// How far `cycles` may go.
    pub limits: Limits<u32>,
}
