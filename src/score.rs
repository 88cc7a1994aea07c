//! A score: the performance of a routine in absolute time. It holds frames, never seconds;
//! `compile` makes it, the mixer plays it, [`timeline`] shows it.

pub mod chapters;
pub(crate) mod compile;
pub mod dose;
pub(crate) mod duck;
pub mod fit;
pub mod length;
pub mod overrun;
pub mod timeline;
pub mod transcript;

use crate::diagnostic::Span;
use crate::plan::wind_down::PoseTempo;
use crate::plan::{BreathLevel, BreathSound, Track, UtteranceId};
use crate::routine::Side;
use crate::routine::breath::Phase;
use crate::units::{Decibels, Frames, SampleRate};

/// A compiled routine, or its beginning as long as later words have not been spoken yet.
#[derive(Clone, Debug)]
pub struct Score {
    /// The rate that all frames refer to.
    pub rate: SampleRate,
    /// Its length; for an unfinished score, the frame up to which it is final.
    pub length: Frames,
    /// Whether it reaches the end of the routine.
    pub complete: bool,
    /// Whether the ambience goes on past the score's length until somebody stops it.
    pub endless: bool,
    /// Where the plan's items begin, as far as that is known.
    pub starts: Vec<Frames>,
    /// Where poses begin.
    pub markers: Vec<Marker>,
    /// What is heard, in the order of onsets.
    pub events: Vec<ScoreEvent>,
    /// Gain of the ambience relative to the loudness of the speech.
    pub ambience: Vec<GainPoint>,
    /// The phases of paced breaths, in order.
    pub breaths: Vec<BreathPhase>,
}

/// A phase of a paced breath: a half of it, or a hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreathPhase {
    /// Its first frame.
    pub at: Frames,
    /// Its length.
    pub length: Frames,
    /// Which phase it is.
    pub phase: Phase,
    /// The pose that it belongs to, from 1.
    pub pose: usize,
    /// What leads it besides words.
    pub sound: BreathSound,
    /// The level of that sound.
    pub level: BreathLevel,
}

/// The beginning of a pose.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// The onset of its name.
    pub at: Frames,
    /// Its name.
    pub name: String,
    /// How it is led; `None` without a wind-down.
    pub lead: Option<PoseTempo>,
}

/// Something that is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreEvent {
    /// Its onset.
    pub at: Frames,
    /// The time from its onset to its last sound.
    pub length: Frames,
    /// The kind of the event.
    pub track: Track,
    /// The pose, from 1; 0 in the welcome and the close.
    pub pose: usize,
    /// The side, inside an `each_side`.
    pub side: Option<Side>,
    /// What is said, or the name of the chime.
    pub text: String,
    /// The sound to be played.
    pub cue: Cue,
    /// The step that it comes from.
    pub span: Span,
}

/// What an event plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// An utterance of the plan.
    Utterance(UtteranceId),
    /// A chime of the plan, by its place in [`crate::plan::Plan::chimes`].
    Chime(usize),
}

/// A point of the ambience's gain curve, which is linear in dB between points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainPoint {
    /// The frame of the point.
    pub at: Frames,
    /// Gain; at 0 dB the ambience would be as loud as the speech.
    pub gain: Decibels,
}

#[cfg(test)]
mod tests;
