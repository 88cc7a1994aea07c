//! A part of a plan: from one of its moves to the end, as it is played after a pause, a jump or a
//! fault. Its utterances are numbered anew, in the order of their first use.

use std::time::Duration;

use super::plan::{HoldCue, Move, Placed, Plan, UtteranceId};
use crate::utterance::Utterance;

/// Before the first word of a part: the cut before it has faded, and nobody is startled.
pub const LEAD_IN: Duration = Duration::from_millis(400);
/// After words that are said before a part.
const AFTER_OPENING: Duration = Duration::from_millis(1_200);

/// The rest of a plan, and where its moves stand in the whole.
#[derive(Clone, Debug)]
pub struct Part {
    /// What is played.
    pub plan: Plan,
    /// The place in the whole plan of the first move behind the opening.
    from: usize,
    /// How many moves the opening has.
    opening: usize,
}

impl Part {
    /// The whole of a plan.
    pub fn whole(plan: &Plan) -> Self {
        Self { plan: plan.clone(), from: 0, opening: 0 }
    }

    /// `plan` from the move at `from` on, behind what is said first. Who comes from another position
    /// than the routine does is led into the one that is needed.
    pub fn new(plan: &Plan, from: usize, words: &[Utterance], position: Option<&str>) -> Self {
        let mut writer =
            Writer { whole: plan, plan: Plan::default(), places: vec![None; plan.utterances.len()] };
        writer.plan.title.clone_from(&plan.title);
        writer.plan.chimes.clone_from(&plan.chimes);
        writer.plan.arrivals.clone_from(&plan.arrivals);
        writer.plan.ambience = plan.ambience;
        writer.plan.ambience.goes_on = true;
        let first = plan.moves.get(from);
        writer.push(Move::Wait(LEAD_IN), first);
        for word in words {
            writer.speak(word, AFTER_OPENING, first);
        }
        let needed =
            first.and_then(|first| first.position.as_deref()).filter(|needed| Some(*needed) != position);
        // In a routine that has named no position yet there is none to come from.
        let arrival = needed
            .filter(|_| position.is_some())
            .and_then(|needed| plan.arrivals.iter().find(|arrival| arrival.position == needed));
        if let Some(arrival) = arrival {
            for word in &arrival.words {
                writer.speak(word, arrival.time, first);
            }
        }
        let opening = writer.plan.moves.len();
        plan.moves[from.min(plan.moves.len())..].iter().for_each(|placed| writer.copy(placed));
        Self { plan: writer.plan, from, opening }
    }

    /// The place in the whole plan of a move of this part; the opening belongs to what it opens.
    pub fn whole_place(&self, place: usize) -> usize {
        self.from + place.saturating_sub(self.opening)
    }

    /// The place in this part of a move of the whole plan; the opening for what lies before.
    pub fn part_place(&self, place: usize) -> usize {
        place.checked_sub(self.from).map_or(0, |behind| behind + self.opening)
    }
}

/// Writes a part.
struct Writer<'a> {
    whole: &'a Plan,
    plan: Plan,
    /// Where the utterances of the whole plan are in the part.
    places: Vec<Option<UtteranceId>>,
}

impl Writer<'_> {
    fn push(&mut self, what: Move, like: Option<&Placed>) {
        let placed = match like {
            Some(like) => Placed { what, ..like.clone() },
            None => Placed { what, pose: 0, side: None, position: None, span: Default::default() },
        };
        self.plan.moves.push(placed);
    }

    fn speak(&mut self, words: &Utterance, then: Duration, like: Option<&Placed>) {
        let utterance = self.id_of(words);
        self.push(Move::Speak { utterance, then }, like);
    }

    fn copy(&mut self, placed: &Placed) {
        let what = match &placed.what {
            Move::Speak { utterance, then } => Move::Speak { utterance: self.moved(*utterance), then: *then },
            Move::Hold { cues, length, then } => {
                let moved = |cue: &HoldCue| HoldCue { utterance: self.moved(cue.utterance), ..*cue };
                Move::Hold { cues: cues.iter().map(moved).collect(), length: *length, then: *then }
            }
            other => other.clone(),
        };
        self.push(what, Some(placed));
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
