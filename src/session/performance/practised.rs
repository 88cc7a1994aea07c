//! What the listener really does: the time at each pose and in its holds, as it is heard. A hold that was cut short
//! counts for less, one that was made longer or heard again for more, and a pause for nothing.

use std::time::Duration;

use crate::control::Practised;
use crate::plan::Item;
use crate::score::dose::{held, on_sides};

/// Measures practice.
#[derive(Default)]
pub(super) struct Measure {
    /// The take that was heard at the last look, and the place in the plan; `None` in a pause.
    last: Option<(u64, usize, Duration)>,
    pose: usize,
    now: Practised,
}

impl Measure {
    /// Takes in where the session is: in which take, at which item, for how long; `None` in a pause. Returns what was
    /// done of the poses that are over.
    pub(super) fn pass(
        &mut self,
        here: Option<(u64, usize, Duration)>,
        items: &[Item],
        length: &dyn Fn(usize) -> Duration,
    ) -> Vec<(usize, Practised)> {
        let mut over = Vec::new();
        if let (Some((take, from, since)), Some((now, at, into))) = (self.last, here)
            && take == now
        {
            for place in from..=at {
                let begin = if place == from { since } else { Duration::ZERO };
                let end = if place == at { into } else { length(place) };
                let Some(item) = items.get(place) else { break };
                over.extend(self.be_at(item.pose));
                self.add(item, begin, end);
            }
        } else if let Some((_, at, _)) = here {
            over.extend(items.get(at).and_then(|item| self.be_at(item.pose)));
        }
        self.last = here;
        over
    }

    /// What was done of the current pose so far; it is counted from zero from here on.
    pub(super) fn take(&mut self) -> Option<(usize, Practised)> {
        let done = std::mem::take(&mut self.now);
        (self.pose > 0 && done != Practised::default()).then_some((self.pose, done))
    }

    fn be_at(&mut self, pose: usize) -> Option<(usize, Practised)> {
        let over = if pose == self.pose { None } else { self.take() };
        self.pose = pose;
        over
    }

    fn add(&mut self, item: &Item, begin: Duration, end: Duration) {
        self.now.seconds += end.saturating_sub(begin).as_secs_f64();
        if let Some(length) = held(item) {
            let seconds = end.min(length).saturating_sub(begin.min(length)).as_secs_f64();
            let [right, left] = on_sides(item.side, seconds);
            self.now.held_s[0] += right;
            self.now.held_s[1] += left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;
    use crate::plan::{ItemKind, Plan};
    use crate::routine::parse::parse;
    use crate::settings::Settings;

    const SECOND: Duration = Duration::from_secs(1);

    fn items() -> Vec<Item> {
        let text = r#"
title = "Two"
[[pose]]
name = "Hug"
steps = [{ each_side = ["Draw the {side} knee in.", { seconds = 30 }] }]
[[pose]]
name = "Sink"
steps = ["Sink.", { seconds = 20 }]
"#;
        let (phrases, _) = Phrases::for_language("en");
        Plan::new(&parse(text).unwrap(), &Settings::default(), &phrases, 1).items
    }

    #[test]
    fn time_counts_as_it_is_heard_however_seldom_it_is_looked() {
        let items = items();
        let length = |place: usize| held(&items[place]).unwrap_or(SECOND);
        let holds: Vec<usize> = (0..items.len()).filter(|place| held(&items[*place]).is_some()).collect();
        let mut seldom = Measure::default();
        assert_eq!(seldom.pass(Some((0, 0, Duration::ZERO)), &items, &length), []);
        let over = seldom.pass(Some((0, items.len() - 1, Duration::ZERO)), &items, &length);
        let held: Vec<_> = over.iter().map(|(pose, done)| (*pose, done.held_s)).collect();
        assert_eq!(held, [(1, [30.0, 30.0]), (2, [20.0, 20.0])]);
        // The first hold is cut short, the second is heard twice.
        let mut steered = Measure::default();
        let mut look = |take, at, seconds| steered.pass(Some((take, at, SECOND * seconds)), &items, &length);
        look(0, holds[0], 0);
        look(0, holds[0], 10);
        look(1, holds[0] + 1, 0);
        look(1, holds[1], 25);
        look(2, holds[1], 0);
        let over = look(2, holds[2], 5);
        assert_eq!(
            over.iter().map(|(pose, done)| (*pose, done.held_s)).collect::<Vec<_>>(),
            [(1, [10.0, 55.0])]
        );
        // A pause counts for nothing, and the rest of the hold for what it was.
        steered.pass(None, &items, &length);
        steered.pass(Some((3, holds[2], SECOND * 5)), &items, &length);
        steered.pass(Some((3, holds[2], SECOND * 8)), &items, &length);
        assert_eq!(steered.take().map(|(pose, done)| (pose, done.held_s)), Some((2, [8.0, 8.0])));
        assert!(matches!(items[holds[2]].what, ItemKind::Hold { .. }));
    }
}
