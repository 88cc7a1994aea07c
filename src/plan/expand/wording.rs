//! Which steps are said, by how well the listener knows the routine. A *run* is the sentences up to the next hold,
//! block or change; a short form replaces a run. Sides, releases, holds and rests are never left out.

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
        Words::Names => {
            but(steps, |kind| matches!(kind, StepKind::Short(_) | StepKind::Option(_) | StepKind::Say(_)))
        }
        Words::Short => short(steps),
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
