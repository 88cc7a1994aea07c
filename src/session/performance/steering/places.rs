//! Finds places in a plan: the instruction before an item, the pose after it, the end of a count.

use std::time::Duration;

use crate::plan::Track;
use crate::plan::{HoldCue, ItemKind, Plan};

/// "Longer" adds ten counts or five breaths; a plain hold gets this much more time.
const MORE_COUNTS: usize = 10;
const MORE_BREATHS: usize = 5;
const MORE_TIME: Duration = Duration::from_secs(20);

/// The last instruction at or before an item, so that a listener who resumes there gets a whole hold. A pose
/// that is about to be named begins with its name.
pub(in crate::session::performance) fn instruction(plan: &Plan, at: usize) -> usize {
    let last = at.min(plan.items.len().saturating_sub(1));
    let is_said =
        |place: &usize| matches!(plan.items[*place].what, ItemKind::Speak { .. } | ItemKind::Pose { .. });
    (0..=last).rev().find(is_said).unwrap_or(0)
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
pub(super) fn more(cues: &[HoldCue], length: Duration) -> (Vec<HoldCue>, Duration) {
    let count = cues.iter().filter(|cue| cue.track == Track::Count).count();
    let breaths = cues.iter().filter(|cue| cue.track == Track::Breath).count();
    // A breath has two cues; a hold with hardly any counts gets more time only.
    let (unit, units) = match (count, breaths) {
        (2.., 0) => (length / u32::try_from(count).unwrap_or(1), MORE_COUNTS),
        (0, 4..) => (length / u32::try_from(breaths / 2).unwrap_or(1), MORE_BREATHS),
        _ => return (Vec::new(), length.min(MORE_TIME)),
    };
    let wanted = unit * u32::try_from(units).unwrap_or(1);
    let mut again = Vec::new();
    let mut start = Duration::ZERO;
    while start < wanted {
        let room = |cue: &&HoldCue| start + cue.at <= wanted && (count > 0 || start + cue.at < wanted);
        again.extend(cues.iter().filter(room).map(|cue| HoldCue { at: start + cue.at, ..*cue }));
        start += length;
    }
    (again, wanted)
}

/// The end of the current count or breath in a hold that has lasted for `into`.
pub(super) fn next_beat(cues: &[HoldCue], length: Duration, into: Duration) -> Duration {
    // In a hold of breaths, every other cue is an out-breath, which does not begin a breath.
    let beats = cues.iter().enumerate().filter(|(place, cue)| cue.track == Track::Count || place % 2 == 0);
    let next = beats.map(|(_, cue)| cue.at).find(|at| *at > into).unwrap_or(length);
    // The count that is due is still said.
    let counted = cues.iter().any(|cue| cue.track == Track::Count && cue.at == next);
    if counted { (next + Duration::from_millis(900)).min(length.max(next)) } else { next.min(length) }
}
