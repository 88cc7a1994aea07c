//! The dose of a session: how long its holds stretch or work each group of muscles, each side apart.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::plan::{Item, ItemKind, Plan};
use crate::routine::{Muscle, Routine, Side};

/// Seconds for a group of muscles that public guidance asks for, on two to three days a week (American College of
/// Sports Medicine, by secondary pages).
pub const ENOUGH: f64 = 60.0;
/// Seconds in a session beyond which flexibility gained nothing more (a meta-analysis, PMID 39614059); ten minutes a
/// week are its other limit.
pub const NO_FURTHER_GAIN: f64 = 240.0;

/// The time for a group of muscles, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// The group.
    pub muscle: Muscle,
    /// On the right. A hold without sides counts on both.
    pub right: f64,
    /// On the left.
    pub left: f64,
}

/// The dose of each group that a plan of `routine` reaches.
pub fn dose(plan: &Plan, routine: &Routine) -> Vec<Dose> {
    let mut doses: BTreeMap<Muscle, Dose> = BTreeMap::new();
    for item in &plan.items {
        let (Some(length), Some(pose)) = (held(item), item.pose.checked_sub(1)) else { continue };
        for muscle in routine.poses.get(pose).into_iter().flat_map(|pose| &pose.muscles) {
            let none = Dose { muscle: *muscle, right: 0.0, left: 0.0 };
            let dose = doses.entry(*muscle).or_insert(none);
            let [right, left] = on_sides(item.side, length.as_secs_f64());
            dose.right += right;
            dose.left += left;
        }
    }
    doses.into_values().collect()
}

/// How long an item holds something; `None` if it is no hold.
pub(crate) fn held(item: &Item) -> Option<Duration> {
    match &item.what {
        // After half a breath with a sentence on it there is no pause: it is a movement, and no hold.
        ItemKind::Hold { length, then, .. } if !then.is_zero() => Some(*length),
        _ => None,
    }
}

/// Seconds on the right and on the left. What has no side counts on both.
pub(crate) fn on_sides(side: Option<Side>, seconds: f64) -> [f64; 2] {
    [Side::Left, Side::Right].map(|other| if side == Some(other) { 0.0 } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;
    use crate::routine::parse::parse;
    use crate::settings::Settings;

    #[test]
    fn holds_add_up_for_each_side_and_those_without_sides_count_on_both() {
        let text = r#"
title = "Doses"
[[pose]]
name = "Hug"
muscles = ["glutes", "lower-back"]
steps = [
  { each_side = ["Draw the {side} knee in.", { seconds = 30 }] }, { rest = 9 },
  { inhale = "Lift." }, { exhale = "Lower." },
]
[[pose]]
name = "Sink"
muscles = ["glutes"]
steps = ["Sink.", { repeat = { times = 2, steps = [{ count = { to = 10, beat = "1s" } }] } }]
[[pose]]
name = "Rest"
steps = [{ seconds = 40 }]
"#;
        let routine = parse(text).unwrap();
        let (phrases, _) = Phrases::for_language("en");
        let plan = Plan::new(&routine, &Settings::default(), &phrases, 1);
        let found = dose(&plan, &routine);
        let expected = [(Muscle::LowerBack, 30.0), (Muscle::Glutes, 50.0)];
        assert_eq!(found, expected.map(|(muscle, time)| Dose { muscle, right: time, left: time }));
    }
}
