//! What a listener changes in the plan: a hold that becomes longer, and one that is left and goes on after other words.

use std::time::Duration;

use super::Steering;
use super::places::more;
use crate::plan::{HoldCue, Item, ItemKind, PacedBreath};

impl Steering {
    /// Puts more of a hold behind it.
    pub(super) fn prolong(&mut self, hold: usize) {
        let Some(item) = self.plan.items.get(hold).cloned() else { return };
        let ItemKind::Hold { cues, breaths, length, then } = &item.what else { return };
        let (cues, breaths, length) = more(cues, breaths, *length);
        let more = ItemKind::Hold { cues, breaths, length, then: *then };
        self.plan.items.insert(hold + 1, Item { what: more, ..item });
    }

    /// Makes two holds of one, at a part of its length from 0 to 1. A breath is not cut: the second hold begins with it.
    pub(super) fn split(&mut self, hold: usize, part: f64) {
        let Some(item) = self.plan.items.get(hold).cloned() else { return };
        let ItemKind::Hold { cues, breaths, length, then } = &item.what else { return };
        let asked = length.mul_f64(part);
        let breath = breaths.iter().rev().map(|breath| breath.at).find(|at| *at <= asked);
        let at = breath.unwrap_or(asked);
        let is_done = |begin: Duration| begin < at || (breath.is_none() && begin == at);
        let (before, after): (Vec<HoldCue>, Vec<HoldCue>) = cues.iter().partition(|cue| is_done(cue.at));
        let (breathed, to_breathe): (Vec<PacedBreath>, Vec<PacedBreath>) =
            breaths.iter().partition(|breath| is_done(breath.at));
        let rest = ItemKind::Hold {
            cues: after.into_iter().map(|cue| HoldCue { at: cue.at - at, ..cue }).collect(),
            breaths: to_breathe.into_iter().map(|one| PacedBreath { at: one.at - at, ..one }).collect(),
            length: *length - at,
            then: *then,
        };
        let done = ItemKind::Hold { cues: before, breaths: breathed, length: at, then: Duration::ZERO };
        self.plan.items.insert(hold + 1, Item { what: rest, ..item.clone() });
        self.plan.items[hold] = Item { what: done, ..item };
    }
}
