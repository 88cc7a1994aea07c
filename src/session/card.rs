//! A card of the shelf: what somebody wants to know of a routine before they choose it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::in_force::{parsed, resolved, settings_of};
use super::outcome::SessionError;
use crate::catalogue::{Shelf, Source};
use crate::config::{Choices, Config};
use crate::history::day_of;
use crate::phrases::Phrases;
use crate::routine::{Area, Id, Routine, Step, StepKind, When};
use crate::score::length::{estimated_minutes, planned};

/// A routine as it stands on the shelf.
#[derive(Clone, Debug)]
pub struct Card {
    /// The name by which it is played.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is good for, in one line.
    pub summary: String,
    /// Whom it is not for; empty if it does not say.
    pub not_for: String,
    /// When it is for; `None` for one of the listener's own that does not say.
    pub when: Option<When>,
    /// What it is for.
    pub area: Option<Area>,
    /// Whether it is the listener's own.
    pub is_own: bool,
    /// Its language here.
    pub language: String,
    /// The guided time in minutes, by the choices in force.
    pub minutes: u32,
    /// The number of its poses.
    pub poses: usize,
    /// The positions in it, each once.
    pub positions: Vec<String>,
    /// When it was practised last.
    pub last: Option<Timestamp>,
}

impl Card {
    /// The card of the routine called `name`.
    ///
    /// # Errors
    /// When it can't be read, or has mistakes.
    pub fn read(
        name: &str,
        shelf: &Shelf,
        (choices, config): (&Choices, &Config),
        practised: &BTreeMap<Id, Timestamp>,
    ) -> Result<Self, SessionError> {
        let source = shelf.read(name)?;
        let routine = parsed(&source)?;
        let is_own = shelf.own().iter().any(|own| own == name);
        Ok(Self {
            name: name.to_owned(),
            is_own,
            minutes: minutes(&routine, &source, choices, config),
            title: routine.title.as_str().to_owned(),
            positions: positions(&routine),
            last: practised.get(&routine.id).copied(),
            when: routine.when,
            area: routine.area,
            poses: routine.poses.len(),
            summary: routine.summary,
            not_for: routine.not_for,
            language: routine.language,
        })
    }

    /// The cards of these routines, in their order. The lengths are planned on all processors: whoever looks at a shelf
    /// does not want to wait.
    pub fn read_all(
        names: &[String],
        shelf: &Shelf,
        chosen: (&Choices, &Config),
        practised: &BTreeMap<Id, Timestamp>,
    ) -> Vec<Result<Self, SessionError>> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let parts = names.chunks(names.len().div_ceil(processors).max(1));
            let read = |part: &[String]| {
                part.iter().map(|name| Self::read(name, shelf, chosen, practised)).collect()
            };
            let reading: Vec<_> = parts.map(|part| scope.spawn(move || -> Vec<_> { read(part) })).collect();
            // A panic on another thread is a bug in supine, so it is passed on.
            let joined = reading
                .into_iter()
                .map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            joined.flatten().collect()
        })
    }

    /// How many days ago it was practised last, where the listener is now. A day ends at four in the morning.
    pub fn days_ago(&self, now: Timestamp) -> Option<u32> {
        let zone = TimeZone::system();
        let date = |at: Timestamp| day_of(zone.to_datetime(at));
        let days = date(self.last?).until(date(now)).ok()?.get_days();
        Some(u32::try_from(days).unwrap_or(0))
    }
}

fn minutes(routine: &Routine, source: &Source, choices: &Choices, config: &Config) -> u32 {
    let settings = settings_of(&resolved(choices, config, routine, source), routine);
    let (phrases, _) = Phrases::for_language(&routine.language);
    estimated_minutes(&planned(routine, &settings, &phrases))
}

/// The positions of a routine in the order in which they are taken first.
fn positions(routine: &Routine) -> Vec<String> {
    let mut positions: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if !positions.iter().any(|known| known == text) {
            positions.push(text.to_owned());
        }
    };
    for pose in &routine.poses {
        pose.position.iter().for_each(|position| add(position.as_str()));
        moves(&pose.steps, &mut add);
    }
    positions
}

fn moves(steps: &[Step], add: &mut dyn FnMut(&str)) {
    for step in steps {
        match &step.kind {
            StepKind::MoveTo { position, .. } if !position.names_side() => add(position.as_str()),
            StepKind::EachSide(inner) | StepKind::Repeat { steps: inner, .. } | StepKind::Only(_, inner) => {
                moves(inner, add);
            }
            _ => {}
        }
    }
}
