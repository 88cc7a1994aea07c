//! A part of a plan: from one of its items to the end, as it is played after a pause, a jump or a fault. Its
//! utterances have ids of their own, in the order of their first use.

use std::time::Duration;

use super::{HoldCue, Item, ItemKind, Plan, UtteranceId};
use crate::utterance::Utterance;

/// Time before the first word of a part: what was cut off has faded by then, and nobody is startled.
const LEAD_IN: Duration = Duration::from_millis(400);
/// Time after the words that open a part.
const AFTER_OPENING: Duration = Duration::from_millis(1_200);

/// The rest of a plan, and where its items stand in the whole plan.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// What is played.
    pub plan: Plan,
    /// The place in the whole plan of the first item after the opening.
    from: usize,
    /// The number of items in the opening.
    opening: usize,
}

impl Part {
    /// The whole plan as a part.
    pub(crate) fn whole(plan: &Plan) -> Self {
        Self { plan: plan.clone(), from: 0, opening: 0 }
    }

    /// `plan` from the item at `from` on, after the words of the opening. A listener who comes from another
    /// position than the routine does is led into the one that is needed, unless the pose itself leads there
    /// next.
    pub(crate) fn new(plan: &Plan, from: usize, words: &[Utterance], position: Option<&str>) -> Self {
        let mut writer =
            Writer { whole: plan, plan: Plan::default(), places: vec![None; plan.utterances.len()] };
        writer.plan.title.clone_from(&plan.title);
        writer.plan.chimes.clone_from(&plan.chimes);
        writer.plan.arrivals.clone_from(&plan.arrivals);
        writer.plan.notes.clone_from(&plan.notes);
        writer.plan.ambience = plan.ambience;
        writer.plan.ambience.goes_on = true;
        let first = plan.items.get(from);
        writer.push(ItemKind::Wait(LEAD_IN), first);
        for word in words {
            writer.speak(word, AFTER_OPENING, first);
        }
        let needed = first
            .and_then(|first| first.position.as_deref())
            .filter(|needed| Some(*needed) != position && !leads_on(plan, from));
        // Before the routine has named a position, the listener can't be in a wrong one.
        let arrival = needed
            .filter(|_| position.is_some())
            .and_then(|needed| plan.arrivals.iter().find(|arrival| arrival.position == needed));
        if let Some(arrival) = arrival {
            for word in &arrival.words {
                writer.speak(word, arrival.time, first);
            }
        }
        let opening = writer.plan.items.len();
        plan.items[from.min(plan.items.len())..].iter().for_each(|item| writer.copy(item));
        Self { plan: writer.plan, from, opening }
    }

    /// This part as the first one on an output: the ambience fades in, and the first word comes as late as at
    /// the beginning of a session.
    pub(crate) fn on_new_output(mut self) -> Self {
        self.plan.ambience.goes_on = false;
        if let Some(Item { what: ItemKind::Wait(lead_in), .. }) = self.plan.items.first_mut() {
            *lead_in = super::expand::LEAD_IN;
        }
        self
    }

    /// The place in the whole plan of an item of this part; the opening counts as the item that follows it.
    pub(crate) fn whole_place(&self, place: usize) -> usize {
        self.from + place.saturating_sub(self.opening)
    }

    /// The item of the whole plan at a place of this part; `None` in the opening.
    pub(crate) fn move_of_whole(&self, place: usize) -> Option<usize> {
        place.checked_sub(self.opening).map(|behind| self.from + behind)
    }

    /// The place in this part of an item of the whole plan; an item before this part has the place of the
    /// opening.
    pub(crate) fn part_place(&self, place: usize) -> usize {
        place.checked_sub(self.from).map_or(0, |behind| behind + self.opening)
    }
}

/// Whether a pose begins at `from` and first of all leads into another position. The position that it is
/// written in is then the one where the pose before ends, and nobody needs to go there.
fn leads_on(plan: &Plan, from: usize) -> bool {
    let is_way = |item: &Item| match &item.what {
        ItemKind::Speak { utterance, .. } => {
            let ways = plan.arrivals.iter().filter_map(|arrival| arrival.words.first());
            ways.into_iter().any(|way| way.text == plan.utterance(*utterance).text)
        }
        _ => false,
    };
    let mut items = plan.items.iter().skip(from).skip_while(|item| matches!(item.what, ItemKind::Wait(_)));
    if !items.next().is_some_and(|item| matches!(item.what, ItemKind::Pose { .. })) {
        return false;
    }
    let mut heard = items.filter(|item| matches!(item.what, ItemKind::Speak { .. } | ItemKind::Hold { .. }));
    let Some(name) = heard.next() else { return false };
    // The name's step may say more, with the same place in the file.
    heard.find(|item| item.span != name.span || is_way(item)).is_some_and(is_way)
}

/// Writes a part.
struct Writer<'a> {
    whole: &'a Plan,
    plan: Plan,
    /// The ids in the part of the whole plan's utterances.
    places: Vec<Option<UtteranceId>>,
}

impl Writer<'_> {
    fn push(&mut self, what: ItemKind, like: Option<&Item>) {
        let item = match like {
            Some(like) => Item { what, ..like.clone() },
            None => Item { what, pose: 0, side: None, position: None, span: Default::default() },
        };
        self.plan.items.push(item);
    }

    fn speak(&mut self, words: &Utterance, then: Duration, like: Option<&Item>) {
        let utterance = self.id_of(words);
        self.push(ItemKind::Speak { utterance, then }, like);
    }

    fn copy(&mut self, item: &Item) {
        let what = match &item.what {
            ItemKind::Speak { utterance, then } => {
                ItemKind::Speak { utterance: self.moved(*utterance), then: *then }
            }
            ItemKind::Hold { cues, breaths, length, then } => {
                let moved = |cue: &HoldCue| HoldCue { utterance: self.moved(cue.utterance), ..*cue };
                let cues = cues.iter().map(moved).collect();
                ItemKind::Hold { cues, breaths: breaths.clone(), length: *length, then: *then }
            }
            other => other.clone(),
        };
        self.push(what, Some(item));
    }

    fn moved(&mut self, id: UtteranceId) -> UtteranceId {
        if let Some(known) = self.places[id.0] {
            return known;
        }
        let moved = self.id_of(self.whole.utterance(id));
        self.places[id.0] = Some(moved);
        moved
    }

    fn id_of(&mut self, words: &Utterance) -> UtteranceId {
        let utterances = &mut self.plan.utterances;
        let place = utterances.iter().position(|known| known == words).unwrap_or_else(|| {
            utterances.push(words.clone());
            utterances.len() - 1
        });
        UtteranceId(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Phrases;
    use crate::routine::Id;
    use crate::routine::parse::parse;
    use crate::settings::Settings;

    const WAYS: &str = r#"
title = "Ways"
[[pose]]
name = "Cat"
position = "on all fours"
steps = ["Arch.", { move_to = "child's pose" }, "Sink."]
[[pose]]
name = "Twist"
position = "lying on your back"
steps = ["Turn."]
[[pose]]
name = "Bridge"
steps = ["Lift."]
[[pose]]
name = "Cow"
steps = [{ rest = 2 }, { move_to = "on all fours" }, "Hollow."]
[[pose]]
name = "Sphinx"
steps = ["Look.", { move_to = "lying on your front" }, { count = 3 }]
"#;

    fn plan() -> Plan {
        let gentler = vec![Id::of("Twist")];
        let settings = Settings { gentler, ..Settings::default() };
        let (phrases, _) = Phrases::for_language("en");
        Plan::new(&parse(WAYS).unwrap(), &settings, &phrases, 1)
    }

    /// The first words for a listener who comes to a pose from another position: when the part begins at the
    /// pose's name, and when it begins at the pause before it.
    #[track_caller]
    fn assert_said(pose: usize, position: Option<&str>, said: &[&str]) {
        let plan = plan();
        let is_name = |item: &Item| matches!(item.what, ItemKind::Pose { .. }) && item.pose == pose;
        let name = plan.items.iter().position(is_name).unwrap();
        for from in [name, name - 1] {
            let part = Part::new(&plan, from, &[], position).plan;
            let words = part.items.iter().filter_map(|item| match item.what {
                ItemKind::Speak { utterance, .. } => Some(part.utterance(utterance).text.as_str()),
                _ => None,
            });
            assert_eq!(words.take(said.len()).collect::<Vec<_>>(), said);
        }
    }

    #[test]
    fn a_pose_with_a_way_of_its_own_needs_none_to_where_the_pose_before_ended() {
        let way = "Take your time, and move until you are lying on your back.";
        let why = "You left this one out last time, so let it be gentle tonight, and rest through it whenever you like.";
        for position in [None, Some(""), Some("on all fours"), Some("child's pose")] {
            assert_said(2, position, &["Twist.", why, way, "Turn."]);
            let way = "Take your time, and move until you are on all fours.";
            assert_said(4, position, &["Cow.", way, "Hollow."]);
        }
    }

    #[test]
    fn who_is_elsewhere_is_led_to_where_a_pose_without_a_way_begins() {
        let back = "Take your time, and move until you are lying on your back.";
        assert_said(3, Some("on all fours"), &[back, "Bridge.", "Lift."]);
        assert_said(3, Some(""), &[back, "Bridge.", "Lift."]);
        assert_said(3, Some("lying on your back"), &["Bridge.", "Lift."]);
        assert_said(3, None, &["Bridge.", "Lift."]);
        // The pose leads there itself, but later; its first words are said where the pose before ended.
        let fours = "Take your time, and move until you are on all fours.";
        assert_said(5, Some("lying on your back"), &[fours, "Sphinx.", "Look."]);
    }
}
