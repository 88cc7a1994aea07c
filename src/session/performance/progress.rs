//! How far a session is, and how long it will be: along its plan, as a player's position is along a
//! track. A pause stands still, a jump items it, and it never passes the length.

use std::time::Duration;

use crate::plan::estimate::estimated_length;
use crate::plan::part::Part;
use crate::plan::{Plan, Tail};
use crate::score::compile::compile;
use crate::units::{Frames, SampleRate};

/// The lengths of a plan's items: estimates, until they are known.
pub(super) struct Progress {
    lengths: Vec<Duration>,
    is_endless: bool,
}

impl Progress {
    /// A plan that nobody has spoken yet.
    pub(super) fn new(plan: &Plan) -> Self {
        // Any rate does for an estimate.
        let rate = SampleRate::HZ_48000;
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(plan, rate, &length, &|_| Frames::ZERO);
        let ends = score.starts.iter().skip(1).chain([&score.length]);
        let items = score.starts.iter().zip(ends);
        let lengths = items.map(|(start, end)| end.saturating_sub(*start).to_duration(rate)).collect();
        Self { lengths, is_endless: plan.ambience.tail == Tail::Endless }
    }

    /// The plan has changed behind the move at `place`; what is known up to there stays.
    pub(super) fn replan(&mut self, plan: &Plan, place: usize) {
        let known = std::mem::replace(self, Self::new(plan)).lengths;
        for (length, known) in self.lengths.iter_mut().zip(known).take(place + 1) {
            *length = known;
        }
    }

    /// Takes in where the items of a part begin, as far as that is known.
    pub(super) fn learn(&mut self, part: &Part, starts: &[Frames], rate: SampleRate) {
        for (place, pair) in starts.windows(2).enumerate() {
            let length = part.move_of_whole(place).and_then(|whole| self.lengths.get_mut(whole));
            if let (Some(length), [start, end]) = (length, pair) {
                *length = end.saturating_sub(*start).to_duration(rate);
            }
        }
    }

    /// How far a session is that has been in the move at `place` for `into`.
    pub(super) fn position(&self, place: usize, into: Duration) -> Duration {
        let here = self.lengths.get(place).copied().unwrap_or_default();
        self.lengths.iter().take(place).sum::<Duration>() + into.min(here)
    }

    /// How long the session is, its last fade included; `None` when it has no end.
    pub(super) fn length(&self) -> Option<Duration> {
        (!self.is_endless).then(|| self.lengths.iter().sum())
    }
}
