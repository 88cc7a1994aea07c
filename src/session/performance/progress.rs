//! How far a session is, and how long it will be: a position along its plan, as a player has one along a track.
//! It stands still in a pause, moves with a jump, and never passes the length.

use std::time::Duration;

use crate::plan::estimate::estimated_length;
use crate::plan::part::Part;
use crate::plan::{Plan, Tail};
use crate::score::compile::compile;
use crate::score::duck::tail_length;
use crate::units::{Frames, SampleRate};

/// The lengths of a plan's items: estimates until the real lengths are known.
pub(super) struct Progress {
    lengths: Vec<Duration>,
    /// The last fade, which is part of the last item.
    tail: Duration,
    is_endless: bool,
}

impl Progress {
    /// A plan that no voice has spoken yet.
    pub(super) fn new(plan: &Plan) -> Self {
        // An estimate is the same at any rate.
        let rate = SampleRate::HZ_48000;
        let length = |id| Some(estimated_length(plan.utterance(id), rate));
        let (score, _) = compile(plan, rate, &length, &|_| Frames::ZERO);
        let ends = score.starts.iter().skip(1).chain([&score.length]);
        let items = score.starts.iter().zip(ends);
        let lengths = items.map(|(start, end)| end.saturating_sub(*start).to_duration(rate)).collect();
        Self {
            lengths,
            tail: tail_length(plan.ambience.tail),
            is_endless: plan.ambience.tail == Tail::Endless,
        }
    }

    /// Takes in a plan that has changed but for its first `same` items; what is known of these stays.
    pub(super) fn replan(&mut self, plan: &Plan, same: usize) {
        let known = std::mem::replace(self, Self::new(plan)).lengths;
        for (length, known) in self.lengths.iter_mut().zip(known).take(same) {
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

    /// How long an item of the plan is.
    pub(super) fn length_of(&self, place: usize) -> Duration {
        self.lengths.get(place).copied().unwrap_or_default()
    }

    /// The position of a session that has been in the item at `place` for `into`.
    pub(super) fn position(&self, place: usize, into: Duration) -> Duration {
        self.lengths.iter().take(place).sum::<Duration>() + into.min(self.length_of(place))
    }

    /// What is left of the guided session from the item at `place` on: everything but the last fade.
    pub(super) fn guided_left(&self, place: usize) -> Duration {
        self.lengths.iter().skip(place).sum::<Duration>().saturating_sub(self.tail)
    }

    /// Lengthens the last fade.
    pub(super) fn lengthen(&mut self, time: Duration) {
        self.tail += time;
        self.lengths.last_mut().into_iter().for_each(|last| *last += time);
    }

    /// The session's length, its last fade included; `None` when it has no end.
    pub(super) fn length(&self) -> Option<Duration> {
        (!self.is_endless).then(|| self.lengths.iter().sum())
    }
}
