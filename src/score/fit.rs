//! Fits a session to a time, from its first word to its last, by one rule: poses that may be left out go, the last of them
//! first, but only as many as must; then rounds that may be left out, holds and rests are resized together
//! (`Routine::resized`) until the whole is nearest to the time; the pauses between sentences take up the rest, by a few
//! per cent. A pose is left out with both its sides, and the close always stays.

use std::time::Duration;

use super::compile::compile;
use super::length::{CHIME, guided};
use crate::phrases::Phrases;
use crate::plan::Plan;
use crate::routine::{Id, Pose, Routine};
use crate::settings::Settings;
use crate::units::{Frames, SampleRate};
use crate::utterance::Utterance;

/// How far pauses may change, as factors.
const PAUSES: (f64, f64) = (0.9, 1.1);
/// When a change of the pauses by so much is enough, nothing else changes.
const UNNOTICED: f64 = 0.03;
/// Rounds of the search for a size; each takes a plan of the whole session.
const ROUNDS: u32 = 10;
/// A session that is so near to the time is not tuned any more.
const NEAR: f64 = 0.05;
/// A whole minute that is so near to the shortest or longest session can still be reached by the pauses.
const SLACK: f64 = 10.0;

/// The length of an utterance, as far as it is known.
pub(crate) type Words<'a> = &'a dyn Fn(&Utterance) -> Duration;

/// A session that is to be fitted.
#[derive(Clone, Copy)]
pub(crate) struct Fitting<'a> {
    pub routine: &'a Routine,
    pub settings: &'a Settings,
    pub phrases: &'a Phrases,
    pub words: Words<'a>,
}

/// What is performed.
#[derive(Clone, Debug)]
pub(crate) struct Performed {
    /// The routine, resized.
    pub routine: Routine,
    /// The settings, with their factor on pauses.
    pub settings: Settings,
}

/// The whole minutes that a session can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The fewest.
    pub least: u32,
    /// The most.
    pub most: u32,
}

impl Range {
    /// The number of minutes in this range that is nearest to `minutes`.
    pub fn nearest(self, minutes: f64) -> f64 {
        minutes.clamp(self.least.into(), self.most.into())
    }
}

impl Fitting<'_> {
    /// The times that the session can take.
    pub(crate) fn range(&self) -> Range {
        let optional = optional(self.routine);
        let shortest = without(self.routine, &optional).resized(-1.0);
        let least = self.seconds(&shortest, self.settings);
        let most = self.seconds(&self.routine.resized(1.0), self.settings);
        // A session is far below 2^32 minutes: holds and steps are bounded.
        let range = Range {
            least: (((least - SLACK) / 60.0).ceil() as u32).max(1),
            most: ((most + SLACK) / 60.0).floor() as u32,
        };
        // Some sessions are shorter than a minute, or hardly change.
        Range { most: range.most.max(range.least), ..range }
    }

    /// The poses that have to be left out, so that the session can take as little as `time`.
    pub(crate) fn left_out(&self, time: Duration) -> Vec<Id> {
        let optional = optional(self.routine);
        let is_enough = |count: &usize| {
            let shortest = without(self.routine, &optional[..*count]).resized(-1.0);
            self.seconds(&shortest, self.settings) <= time.as_secs_f64()
        };
        let count = (0..optional.len()).find(is_enough).unwrap_or(optional.len());
        optional[..count].to_vec()
    }

    /// The session without these poses, in `time`.
    pub(crate) fn fitted(&self, time: Duration, left_out: &[Id]) -> Performed {
        let whole = without(self.routine, left_out);
        let missing = |routine: &Routine| time.as_secs_f64() - self.seconds(routine, self.settings);
        let as_written = missing(&whole);
        let unnoticed = UNNOTICED * self.pauses(&whole);
        if as_written.abs() <= unnoticed {
            return self.tuned(whole, time);
        }
        let end = if as_written < 0.0 { -1.0 } else { 1.0 };
        let at_end = missing(&whole.resized(end));
        let mut nearest = nearer((as_written.abs(), 0.0), (at_end.abs(), end));
        // The size lies between these two, each with what is missing there.
        let (mut from, mut to) = ((0.0, as_written), (end, at_end));
        for round in 0..ROUNDS {
            if nearest.0 <= unnoticed || (from.1 < 0.0) == (to.1 < 0.0) {
                break;
            }
            // By turns where a straight line would be, and half-way.
            let part = if round % 2 == 0 { from.1 / (from.1 - to.1) } else { 0.5 };
            let by = from.0 + (to.0 - from.0) * part;
            let here = (by, missing(&whole.resized(by)));
            nearest = nearer(nearest, (here.1.abs(), by));
            if (here.1 < 0.0) == (from.1 < 0.0) { from = here } else { to = here }
        }
        self.tuned(whole.resized(nearest.1), time)
    }

    /// The session as it is, its pauses tuned to `time`.
    pub(crate) fn tuned(&self, routine: Routine, time: Duration) -> Performed {
        let mut settings = self.settings.clone();
        let pauses = self.pauses(&routine);
        // A pause before a hold has a least length, so once is not always enough.
        for _ in 0..3 {
            let missing = time.as_secs_f64() - self.seconds(&routine, &settings);
            if missing.abs() < NEAR || pauses <= 0.0 {
                break;
            }
            settings.pauses = (settings.pauses + missing / pauses).clamp(PAUSES.0, PAUSES.1);
        }
        Performed { routine, settings }
    }

    /// The time of all pauses between sentences, in seconds.
    fn pauses(&self, routine: &Routine) -> f64 {
        let more = Settings { pauses: PAUSES.1, ..self.settings.clone() };
        let even = Settings { pauses: 1.0, ..self.settings.clone() };
        (self.seconds(routine, &more) - self.seconds(routine, &even)) / (PAUSES.1 - 1.0)
    }

    /// The guided time of a routine, in seconds.
    fn seconds(&self, routine: &Routine, settings: &Settings) -> f64 {
        let rate = SampleRate::HZ_48000;
        // Any number of minutes takes about as long to say.
        let plan = Plan::new(routine, settings, self.phrases, 15);
        let length = |id| Some(Frames::at((self.words)(plan.utterance(id)), rate));
        let (score, _) = compile(&plan, rate, &length, &|_| Frames::at(CHIME, rate));
        guided(&score)
    }
}

fn nearer(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    if other.0 < one.0 { other } else { one }
}

/// The poses that may be left out, those that go first before the others. One pose always stays of each routine.
fn optional(routine: &Routine) -> Vec<Id> {
    let stays = |pose: &Pose| {
        let mut same = routine.poses.iter().filter(|other| other.part == pose.part);
        same.clone().all(|other| other.is_optional) && same.next().is_some_and(|first| first.id == pose.id)
    };
    let poses = routine.poses.iter().rev();
    poses.filter(|pose| pose.is_optional && !stays(pose)).map(|pose| pose.id.clone()).collect()
}

/// A routine without some of its poses.
fn without(routine: &Routine, left_out: &[Id]) -> Routine {
    routine.keeping(|pose| !left_out.contains(&pose.id))
}
