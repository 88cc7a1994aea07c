//! Finds places in a plan: the instruction before an item, the pose after it, the end of a count.

use std::time::Duration;

use crate::plan::Track;
use crate::plan::{HoldCue, ItemKind, PacedBreath, Plan};

/// "Longer" adds ten counts or five breaths; a plain hold gets this much more time.
const MORE_COUNTS: u32 = 10;
const MORE_BREATHS: usize = 5;
const MORE_TIME: Duration = Duration::from_secs(20);

/// The last instruction at or before an item, so that a listener who resumes there gets a whole hold. A pose
/// that is about to be named begins with its name.
pub(in crate::session::performance) fn instruction(plan: &Plan, at: usize) -> usize {
    let last = at.min(plan.items.len().saturating_sub(1));
    let is_taps = |place: usize| matches!(plan.items[place].what, ItemKind::Taps { .. });
    // Nobody is invited twice to tap their breath.
    let is_said = |place: &usize| {
        let what = &plan.items[*place].what;
        matches!(what, ItemKind::Speak { .. } | ItemKind::Pose { .. })
            || begins_with_words(what)
            || (*place > 0 && is_taps(*place - 1))
    };
    (0..=last).rev().find(is_said).unwrap_or(0)
}

/// Whether a hold is what is left of one, from a sentence on that is said between its breaths.
fn begins_with_words(what: &ItemKind) -> bool {
    let ItemKind::Hold { cues, .. } = what else { return false };
    cues.first().is_some_and(|first| first.track == Track::Speech && first.at.is_zero())
}

/// The time to tap one's own breath, if the listener is in it, or hears the invitation to that.
pub(super) fn invitation(plan: &Plan, at: usize) -> Option<usize> {
    let taps =
        (at..plan.items.len()).find(|place| !matches!(plan.items[*place].what, ItemKind::Speak { .. }))?;
    match plan.items[taps].what {
        ItemKind::Taps { words, .. } if taps - at <= words => Some(taps),
        _ => None,
    }
}

/// Where the next pose begins; after the last pose, where the close begins.
pub(super) fn next_pose(plan: &Plan, at: usize) -> Option<usize> {
    let here = plan.items.get(at)?.pose;
    let behind = at + 1..plan.items.len();
    let is_next = |place: &usize| {
        let item = &plan.items[*place];
        matches!(item.what, ItemKind::Pose { .. }) || (item.pose == 0 && here > 0)
    };
    behind.into_iter().find(is_next)
}

/// Where the pose before begins; within or before the first pose, where that one begins.
pub(super) fn previous_pose(plan: &Plan, at: usize) -> Option<usize> {
    let here = plan.items.get(at)?.pose;
    let starts: Vec<usize> = (0..plan.items.len())
        .filter(|place| matches!(plan.items[*place].what, ItemKind::Pose { .. }))
        .collect();
    let passed = starts.iter().filter(|start| **start <= at).count();
    // In the close, the pose before is the last one.
    let wanted = if here == 0 { passed.saturating_sub(1) } else { passed.saturating_sub(2) };
    starts.get(wanted).copied()
}

/// The hold that `at` is in, or the next one of the same pose.
pub(super) fn hold_of(plan: &Plan, at: usize) -> Option<usize> {
    let pose = plan.items.get(at)?.pose;
    let same_pose = (at..plan.items.len()).take_while(|place| plan.items[*place].pose == pose);
    same_pose.into_iter().find(|place| matches!(plan.items[*place].what, ItemKind::Hold { .. }))
}

/// More of a hold's cues: another ten counts or five breaths; a plain hold gets more time without cues.
pub(super) fn more(what: &ItemKind) -> Option<ItemKind> {
    let ItemKind::Hold { cues, breaths, length, then } = what else { return None };
    let (cues, breaths, length) = match breaths.len() {
        0 | 1 => more_counts(cues, *length),
        _ => more_breaths(cues, breaths),
    };
    Some(ItemKind::Hold { cues, breaths, length, then: *then })
}

/// The cues and breaths of a hold, and its length.
type Held = (Vec<HoldCue>, Vec<PacedBreath>, Duration);

fn more_counts(cues: &[HoldCue], length: Duration) -> Held {
    let count = cues.iter().filter(|cue| cue.track == Track::Count).count();
    // A hold with hardly any counts gets more time only.
    if count < 2 {
        return (Vec::new(), Vec::new(), length.min(MORE_TIME));
    }
    let wanted = length / u32::try_from(count).unwrap_or(1) * MORE_COUNTS;
    let mut again = Vec::new();
    let mut start = Duration::ZERO;
    while start < wanted {
        let room = |cue: &&HoldCue| start + cue.at <= wanted;
        again.extend(cues.iter().filter(room).map(|cue| HoldCue { at: start + cue.at, ..*cue }));
        start += length;
    }
    (again, Vec::new(), wanted)
}

/// Five breaths more, with the words of the first five. A long hold of the breath is not repeated: it was
/// planned for as often as is good.
fn more_breaths(cues: &[HoldCue], breaths: &[PacedBreath]) -> Held {
    let (mut again, mut more, mut start) = (Vec::new(), Vec::new(), Duration::ZERO);
    // They are as long as the last one, which the listener has come to.
    let Some(phases) = breaths.last().map(|last| last.phases.without_long_holds()) else {
        return Held::default();
    };
    for breath in breaths.iter().cycle().take(MORE_BREATHS) {
        for (phase, at, _) in breath.phases.phases() {
            let said = cues.iter().find(|cue| cue.at == breath.at + at);
            let new = phases.phases().find(|(same, ..)| *same == phase);
            again.extend(said.zip(new).map(|(cue, (_, at, _))| HoldCue { at: start + at, ..*cue }));
        }
        more.push(PacedBreath { at: start, phases, sound: breath.sound });
        start += phases.cycle();
    }
    (again, more, start)
}

/// How much of a hold was done. It means the same in the same hold at another pace, or at the listener's own breath.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Done {
    /// So many of its breaths. One that was left in its middle begins anew, so that nobody has to find into half a breath.
    Breaths(usize),
    /// A part of its time, from 0 to 1, in a hold without breaths.
    Part(f64),
}

impl Done {
    /// What was done of a hold that has lasted for `into`; `None` if it is over, or no hold.
    pub(super) fn of(what: &ItemKind, into: Duration) -> Option<Self> {
        let ItemKind::Hold { breaths, length, .. } = what else { return None };
        if into >= *length {
            return None;
        }
        let begun = breaths.iter().take_while(|breath| breath.at <= into).count();
        Some(match breaths.len() {
            0 => Self::Part(into.as_secs_f64() / length.as_secs_f64()),
            _ => Self::Breaths(begun.saturating_sub(1)),
        })
    }

    /// What was done before the last sentence that was said between two breaths, if one was said by then.
    pub(super) fn before_words(what: &ItemKind, into: Duration) -> Option<Self> {
        let ItemKind::Hold { cues, breaths, .. } = what else { return None };
        let words = cues.iter().rfind(|cue| cue.track == Track::Speech && cue.at <= into)?;
        let done = breaths.iter().filter(|breath| breath.at < words.at).count();
        (done > 0).then_some(Self::Breaths(done))
    }

    /// Where what is left of a hold begins: words that are said before its first breath belong to it.
    fn end(self, cues: &[HoldCue], breaths: &[PacedBreath], length: Duration) -> Duration {
        let many = match self {
            Self::Part(part) => return length.mul_f64(part),
            Self::Breaths(many) => many.min(breaths.len().saturating_sub(1)),
        };
        let Some(first) = breaths.get(many) else { return Duration::ZERO };
        let before = many.checked_sub(1).map(|before| breaths[before].at);
        let is_between = |cue: &&HoldCue| {
            cue.track == Track::Speech && cue.at < first.at && before.is_none_or(|before| cue.at > before)
        };
        cues.iter().find(is_between).map_or(first.at, |words| words.at)
    }
}

/// A hold that was left: what was done of it, and what is left.
pub(super) fn split(what: &ItemKind, done: Done) -> Option<(ItemKind, ItemKind)> {
    let ItemKind::Hold { cues, breaths, length, then } = what else { return None };
    let from = done.end(cues, breaths, *length);
    // A count that is just being said is done.
    let is_left = |start: Duration| if breaths.is_empty() { start > from } else { start >= from };
    let (after, before): (Vec<HoldCue>, Vec<HoldCue>) = cues.iter().partition(|cue| is_left(cue.at));
    let after = after.into_iter().map(|cue| HoldCue { at: cue.at - from, ..cue }).collect();
    let (left, gone): (Vec<PacedBreath>, Vec<PacedBreath>) = breaths.iter().partition(|one| one.at >= from);
    let left = left.into_iter().map(|one| PacedBreath { at: one.at - from, ..one }).collect();
    let rest = ItemKind::Hold { cues: after, breaths: left, length: *length - from, then: *then };
    let done = ItemKind::Hold { cues: before, breaths: gone, length: from, then: Duration::ZERO };
    Some((done, rest))
}

/// The end of the current count or breath in a hold that has lasted for `into`; `None` outside a hold.
pub(super) fn next_beat(what: &ItemKind, into: Duration) -> Option<Duration> {
    let ItemKind::Hold { cues, breaths, length, .. } = what else { return None };
    let length = *length;
    let counts = cues.iter().filter(|cue| cue.track == Track::Count).map(|cue| cue.at);
    let mut beats = counts.chain(breaths.iter().map(|breath| breath.at));
    let next = beats.find(|at| *at > into).unwrap_or(length);
    // The count that is due is still said.
    let counted = cues.iter().any(|cue| cue.track == Track::Count && cue.at == next);
    let end =
        if counted { (next + Duration::from_millis(900)).min(length.max(next)) } else { next.min(length) };
    Some(end)
}

#[cfg(test)]
mod tests;
