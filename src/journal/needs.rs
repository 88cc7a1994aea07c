//! Where a listener needs more time than the pace gives: learned from what they asked for on other evenings.
//!
//! The rule. On every evening on which they ask for more time at a step (to hear it again, to stay longer, to go slower),
//! the pause there grows by half of the default, up to four times the default. On every other evening on which they do
//! the pose it shrinks by a twentieth of what was added. So it is never below the default, follows a need within a few
//! evenings, and forgets a request that was an accident.

use std::collections::{BTreeMap, BTreeSet};

use super::practice::{Entry, Fate};
use super::{Identity, Journal, JournalError};
use crate::routine::Id;

/// What an evening with a request adds, as a part of the default pause.
const STEP: f64 = 0.5;
/// The most that is added.
const MOST: f64 = 3.0;
/// What is left of it after an evening without a request.
const KEPT: f64 = 0.95;
/// Less than this is not worth another take of a sentence.
const LEAST: f64 = 0.02;

/// A step: its pose's id, and the hash of its text.
pub(crate) type StepKey = (Id, String);

impl Journal {
    /// The factor on the pause after each step at which the listener needs more time; each is above 1.
    ///
    /// # Errors
    /// When the log can't be read.
    pub(crate) fn needs(&self, routine: &Identity) -> Result<BTreeMap<StepKey, f64>, JournalError> {
        Ok(learned(self.of_routine(routine)?.iter()))
    }
}

/// What these entries teach, which are in the order of time.
fn learned<'a>(entries: impl Iterator<Item = &'a Entry>) -> BTreeMap<StepKey, f64> {
    let mut added: BTreeMap<StepKey, f64> = BTreeMap::new();
    let mut evening = Evening::default();
    for entry in entries {
        if evening.session != Some(entry.session) {
            std::mem::take(&mut evening).teach(&mut added);
            evening.session = Some(entry.session);
        }
        match (entry.fate, &entry.step) {
            (Fate::NeededTime, Some(step)) => {
                evening.asked.insert((entry.pose.clone(), step.clone()));
            }
            (Fate::Done, _) => {
                evening.done.insert(entry.pose.clone());
            }
            _ => {}
        }
    }
    evening.teach(&mut added);
    added.retain(|_, added| *added >= LEAST);
    added.into_iter().map(|(step, added)| (step, 1.0 + added)).collect()
}

/// What happened in one session.
#[derive(Default)]
struct Evening {
    session: Option<jiff::Timestamp>,
    asked: BTreeSet<StepKey>,
    done: BTreeSet<Id>,
}

impl Evening {
    fn teach(self, added: &mut BTreeMap<StepKey, f64>) {
        for (step, added) in added.iter_mut() {
            if self.done.contains(&step.0) && !self.asked.contains(step) {
                *added *= KEPT;
            }
        }
        for step in self.asked {
            let added = added.entry(step).or_default();
            *added = (*added + STEP).min(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::parse::parse;

    fn entry(evening: i64, fate: Fate) -> Entry {
        let text = "id = \"a\"\ntitle = \"A\"\n[[pose]]\nid = \"cat\"\nname = \"Cat\"\nsteps = [\"Arch.\"]\n";
        let routine = Identity::new(&parse(text).unwrap(), text, None);
        let session = jiff::Timestamp::from_second(1_700_000_000 + evening * 86_400).unwrap();
        let step = (fate == Fate::NeededTime).then(|| "arch".to_owned());
        Entry { step, ..Entry::new(&routine, session, "cat".parse().unwrap(), fate, 60.0) }
    }

    /// Whether a pause is noticeably shorter than a listener needs.
    fn is_short(factor: f64, need: f64) -> bool {
        factor < need * 0.95
    }

    /// The factor on the pause in each of these evenings, for a listener who needs `need` times the default pause, and who
    /// presses a key when it is noticeably shorter than that, or by accident.
    fn evenings(need: f64, count: usize, accident: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut entries = Vec::new();
        let mut factors = Vec::new();
        for evening in 0..count {
            let factor = learned(entries.iter()).into_values().next().unwrap_or(1.0);
            factors.push(factor);
            if is_short(factor, need) || accident(evening) {
                entries.push(entry(evening as i64, Fate::NeededTime));
                entries.push(entry(evening as i64, Fate::NeededTime));
            }
            entries.push(entry(evening as i64, Fate::Done));
        }
        factors
    }

    #[test]
    fn a_need_is_met_within_five_evenings_and_nothing_runs_away() {
        for need in [1.0, 1.2, 1.5, 2.0, 2.4, 3.0] {
            let factors = evenings(need, 200, |_| false);
            let met = factors.iter().position(|factor| !is_short(*factor, need)).unwrap();
            assert!(met < 5, "{need} is met after {met} evenings");
            assert!(
                factors.iter().all(|factor| (1.0..=need.max(1.0) + STEP).contains(factor)),
                "{need}: {factors:?}"
            );
            // Once met, it rarely has to be asked for again.
            let asked = factors[5..].iter().filter(|factor| is_short(**factor, need)).count();
            assert!(asked <= 195 / 4, "{need}: asked for on {asked} evenings of 195");
        }
    }

    #[test]
    fn one_request_by_accident_is_forgotten() {
        let factors = evenings(1.0, 100, |evening| evening == 0);
        assert_eq!(factors[1], 1.0 + STEP);
        assert!(factors.windows(2).skip(1).all(|two| two[1] <= two[0]), "{factors:?}");
        assert_eq!(factors[99], 1.0);
    }

    #[test]
    fn a_key_pressed_every_evening_leads_to_four_times_the_pause_and_no_further() {
        assert_eq!(evenings(1.0, 50, |_| true).last(), Some(&(1.0 + MOST)));
    }
}
