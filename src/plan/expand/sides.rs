//! Steps for one side, then for the other: both are led alike.

use std::time::Duration;

use super::breathing::LONG_ROUNDS;
use super::wording::{names_side_first, worded};
use super::{Expander, LongBreaths};
use crate::diagnostic::Span;
use crate::plan::ItemKind;
use crate::routine::{Side, Step, StepKind};
use crate::settings::Words;

impl Expander<'_> {
    pub(super) fn each_side(&mut self, steps: &[Step], span: &Span) {
        if !self.has_long_holds(steps) {
            return self.sides(steps, span, None);
        }
        // The first side may use up the long holds of the breath, and the second would be held for less time. Then each
        // has half of them.
        let from = self.items.len();
        let mut tried = self.clone();
        tried.sides(steps, span, None);
        if tried.holds(from, Side::Right).eq(tried.holds(from, Side::Left)) {
            *self = tried;
        } else {
            let left = LONG_ROUNDS - self.long_rounds_done();
            self.sides(steps, span, Some(left / 2));
        }
    }

    /// Writes both sides; where `rounds` is given, each of them begins with so many breaths that may be held for long.
    fn sides(&mut self, steps: &[Step], span: &Span, rounds: Option<u32>) {
        let outer = self.side;
        let says_side = names_side_first(&worded(steps, self.words));
        let is_full = matches!(self.words, Words::Full | Words::Brief);
        for (place, side) in self.order.sides().into_iter().enumerate() {
            self.side = Some(side);
            // With few words the first side would not be said at all.
            if place > 0 || !(is_full || says_side) {
                self.speak(&self.phrases.other_side(side), self.prosody.timing.change_side, span);
            }
            if let Some(rounds) = rounds {
                let (done, until) = (LONG_ROUNDS - rounds, self.items.len());
                self.held = LongBreaths { done, until, ..LongBreaths::default() };
            }
            self.steps(steps);
        }
        self.side = outer;
    }

    /// Whether the breath is held for long in a step.
    fn has_long_holds(&self, steps: &[Step]) -> bool {
        steps.iter().any(|step| match &step.kind {
            StepKind::Breaths(hold) | StepKind::Sway(hold) => {
                self.at_pace(hold.ratio.unwrap_or_else(|| self.calm.breath(self.breath))).is_held_long()
            }
            StepKind::EachSide(steps) | StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => {
                self.has_long_holds(steps)
            }
            _ => false,
        })
    }

    /// The lengths of the holds of a side, from an item on.
    fn holds(&self, from: usize, side: Side) -> impl Iterator<Item = Duration> + '_ {
        let of_side = self.items[from..].iter().filter(move |item| item.side == Some(side));
        of_side.filter_map(|item| match item.what {
            ItemKind::Hold { length, .. } => Some(length),
            _ => None,
        })
    }
}
