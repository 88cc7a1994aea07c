//! Holds that a listener has changed on the way. Each change is made again in a plan that is written anew: a hold has the
//! same place there.

use super::places::{Done, more, split};
use crate::plan::{Item, Plan};

/// A hold that was changed, by its place in the plan at that time.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// More was put behind it.
    Longer(usize),
    /// It was left when so much of it was done, and goes on after other words.
    Split(usize, Done),
}

impl Change {
    /// Makes it in a plan.
    pub(super) fn make(self, plan: &mut Plan) {
        let (Self::Longer(hold) | Self::Split(hold, _)) = self;
        let Some(item) = plan.items.get(hold).cloned() else { return };
        let parts = match self {
            Self::Longer(_) => more(&item.what).map(|more| (item.what.clone(), more)),
            Self::Split(_, done) => split(&item.what, done),
        };
        let Some((first, second)) = parts else { return };
        plan.items.insert(hold + 1, Item { what: second, ..item.clone() });
        plan.items[hold] = Item { what: first, ..item };
    }
}
