//! Where a session is when something is asked for, and what is to be done then.

use std::time::Duration;

use crate::settings::{OwnBreath, Pace};
use crate::units::Decibels;

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The item of the plan.
    pub at: usize,
    /// How long the item has lasted.
    pub into: Duration,
    /// The moment of this, on a clock that only runs forward.
    pub now: Duration,
}

/// When the next part of the plan begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Now: the words that are being said fade.
    Now,
    /// When the current item has lasted this long.
    Into(Duration),
    /// When the current item is over.
    AtItsEnd,
}

/// How a request is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ack {
    /// By something that is said or heard anyway.
    Itself,
    /// By a soft tone.
    Tone,
    /// By a word: the pace is slower or faster, or a pose is left out.
    Slower,
    Faster,
    LeftOut,
    /// By a sentence: the listener's own breath could not be found.
    Unclear,
    /// By saying where the session is.
    Where,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Action {
    /// Do nothing at all: it belongs to the request before.
    Nothing,
    /// Change nothing; a tone says that the request was heard.
    Heard,
    /// Fall silent, but for the ambience.
    Rest,
    /// Say where the session is, and stay paused.
    TellInPause,
    /// Play the plan from an item on.
    Play { from: usize, when: When, sign: Ack },
    /// The volume of everything, as a gain.
    Volume(Decibels),
    /// Write the plan anew at another pace or at the listener's own breath, and play it from an item on.
    Anew { pace: Pace, own: Option<OwnBreath>, from: usize, when: When, sign: Ack },
    /// Fade out and end.
    Stop,
    /// Bring the sound back: the fade-out was not meant. Play the plan from an item on, or stay paused.
    GoOn { from: Option<usize> },
}

impl Action {
    /// Whether what is heard is left at once.
    pub(super) fn leaves(&self) -> bool {
        match self {
            Self::Play { when, .. } | Self::Anew { when, .. } => *when == When::Now,
            Self::Rest | Self::TellInPause | Self::GoOn { .. } => true,
            Self::Nothing | Self::Heard | Self::Volume(_) | Self::Stop => false,
        }
    }
}
