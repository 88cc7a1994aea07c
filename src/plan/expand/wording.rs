//! Which steps are said, by how well the listener knows the routine. A *run* is the sentences up to the next hold,
//! block or change; a short form replaces a run. Sides, releases, holds and rests are never left out, and neither is what a
//! name does not tell: the way from one hold of a pose to the next, and out of the last.

use crate::routine::text::Text;
use crate::routine::{Step, StepKind};
use crate::settings::Words;

/// A step as it is performed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Worded<'a> {
    /// As it is written.
    AsWritten(&'a Step),
    /// A sentence that is said in its place.
    Said(&'a Text, &'a Step),
}

/// The steps of one list, with the words that a listener needs.
pub(super) fn worded(steps: &[Step], words: Words) -> Vec<Worded<'_>> {
    match words {
        Words::Full => but(steps, |kind| matches!(kind, StepKind::Short(_))),
        Words::Brief => but(steps, |kind| matches!(kind, StepKind::Short(_) | StepKind::Option(_))),
        Words::Names => names(steps),
        Words::Short => short(steps),
    }
}

/// A name stands for everything up to the first hold. What comes after that (another hold of the same pose, the way out
/// of it) still takes a sentence.
fn names(steps: &[Step]) -> Vec<Worded<'_>> {
    let named = steps.iter().position(|step| is_held(&step.kind)).map_or(steps.len(), |first| first + 1);
    let (before, after) = steps.split_at(named);
    let is_left_out =
        |kind: &StepKind| matches!(kind, StepKind::Short(_) | StepKind::Option(_) | StepKind::Say(_));
    let mut wanted = but(before, is_left_out);
    wanted.extend(short(after));
    wanted
}

/// Whether something is held in a step, or moved with the breath.
fn is_held(kind: &StepKind) -> bool {
    match kind {
        StepKind::Count { .. }
        | StepKind::Breaths(_)
        | StepKind::Sway(_)
        | StepKind::Seconds { .. }
        | StepKind::Inhale(_)
        | StepKind::Exhale(_)
        | StepKind::EachSide(_)
        | StepKind::Repeat { .. } => true,
        StepKind::Say(_)
        | StepKind::Option(_)
        | StepKind::Short(_)
        | StepKind::Release(_)
        | StepKind::Only(..)
        | StepKind::Rest { .. }
        | StepKind::Wait { .. }
        | StepKind::Sound(_)
        | StepKind::MoveTo { .. } => false,
    }
}

fn but(steps: &[Step], is_left_out: impl Fn(&StepKind) -> bool) -> Vec<Worded<'_>> {
    steps.iter().filter(|step| !is_left_out(&step.kind)).map(Worded::AsWritten).collect()
}

/// One sentence of each run: its short form, or else its first.
fn short(steps: &[Step]) -> Vec<Worded<'_>> {
    let mut wanted = Vec::new();
    let mut has_spoken = false;
    for step in steps {
        match &step.kind {
            StepKind::Short(text) => {
                wanted.push(Worded::Said(text, step));
                has_spoken = true;
            }
            StepKind::Say(_) if has_spoken => {}
            StepKind::Say(_) => {
                wanted.push(Worded::AsWritten(step));
                has_spoken = true;
            }
            StepKind::Option(_) => {}
            // Time to do what is said belongs to its run, and so does what only one level hears.
            StepKind::Rest { .. } | StepKind::Only(..) => wanted.push(Worded::AsWritten(step)),
            _ => {
                wanted.push(Worded::AsWritten(step));
                has_spoken = false;
            }
        }
    }
    wanted
}

/// Whether the first thing that is said of these steps names the side.
pub(super) fn names_side_first(steps: &[Worded<'_>]) -> bool {
    let said = steps.iter().find_map(|step| match step {
        Worded::Said(text, _) => Some(text.names_side()),
        Worded::AsWritten(step) => match &step.kind {
            StepKind::Say(text) | StepKind::Option(text) | StepKind::Wait { text, .. } => {
                Some(text.names_side())
            }
            StepKind::Rest { .. } | StepKind::Only(..) => None,
            _ => Some(false),
        },
    });
    said.unwrap_or(false)
}
