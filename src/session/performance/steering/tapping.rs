//! Any key is a breath of the listener while they are invited to tap them.

use std::time::Duration;

use super::action::{Ack, Action, Place, When};
use crate::plan::{ItemKind, Plan};
use crate::settings::{LONGEST_BREATH, OwnBreath, Pace, Tapped, Taps};

/// What was tapped so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tapping {
    taps: Taps,
    /// Since when a breath is awaited and nobody speaks any more, and for how long the plan awaits the first one.
    since: Option<(Duration, Duration)>,
}

impl Tapping {
    /// The answer to a key at `place`, in the time for taps that is the item `at` of the plan, or in the words before it.
    /// These go on; after them, the time for the next breath begins with each key.
    pub(super) fn tap(&mut self, plan: &mut Plan, at: usize, place: Place, pace: Pace) -> Action {
        let Some(ItemKind::Taps { patience, slowest, .. }) =
            plan.items.get_mut(at).map(|item| &mut item.what)
        else {
            return Action::Heard;
        };
        let is_awaited = place.at == at;
        if is_awaited {
            self.since.get_or_insert((place.now.saturating_sub(place.into), *patience));
        }
        let when = if is_awaited { When::Into(place.into) } else { When::Now };
        match self.taps.tap(place.now) {
            Tapped::Same => Action::Nothing,
            Tapped::More if !is_awaited => Action::Heard,
            Tapped::More => {
                *patience = LONGEST_BREATH;
                Action::Play { from: at, when, sign: Ack::Tone }
            }
            Tapped::Breath(breath) => {
                let late = self
                    .since
                    .map(|(since, planned)| place.now.saturating_sub(since).saturating_sub(planned));
                let own = OwnBreath::new(breath, *slowest, pace.factor()).late_by(late.unwrap_or_default());
                Action::Anew { pace, own: Some(own), from: at + 1, when, sign: Ack::Tone }
            }
            Tapped::Unclear => Action::Play { from: at + 1, when: When::Now, sign: Ack::Unclear },
        }
    }
}
