//! What was practised, from the log: by session, by day, by week, and for a report. A day ends at four in the morning,
//! where it was lived. Nothing here counts what was missed.

pub mod names;
pub mod picture;
pub mod report;
pub mod summary;
pub mod table;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::journal::log::{Line, Unread};
use crate::journal::practice::Fate;
use crate::journal::{Journal, JournalError};
use crate::routine::Muscle;

/// Whoever stretches after midnight does so on the evening before.
const DAY_ENDS_AT: i64 = 4;

/// The day that a local time belongs to.
pub fn day_of(local: DateTime) -> Date {
    local.saturating_sub(DAY_ENDS_AT.hours()).date()
}

/// The Monday of a day's week.
fn monday(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

/// Seconds that each group of muscles was held, on the right and on the left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held(BTreeMap<Muscle, [f64; 2]>);

impl Held {
    /// The groups that were held, in the order of the body.
    pub fn iter(&self) -> impl Iterator<Item = (Muscle, [f64; 2])> {
        self.0.iter().map(|(muscle, sides)| (*muscle, *sides))
    }

    fn add(&mut self, muscle: Muscle, more: [f64; 2]) {
        let sides = self.0.entry(muscle).or_default();
        *sides = [sides[0] + more[0], sides[1] + more[1]];
    }

    fn join(&mut self, other: &Self) {
        other.iter().for_each(|(muscle, sides)| self.add(muscle, sides));
    }
}

/// A routine that was practised in a session of the log.
#[derive(Clone, Debug)]
pub struct Practice {
    /// When it began.
    pub start: Timestamp,
    /// The offset of its local time.
    pub offset: Offset,
    /// The day that it belongs to.
    pub day: Date,
    /// The routine's id.
    pub routine: String,
    /// How long its poses took, in seconds.
    pub seconds: f64,
    /// The poses that were led to their end.
    pub done: u32,
    /// The poses that were begun, and left on the way.
    pub partly: u32,
    /// The poses that were left out.
    pub left_out: u32,
    /// The poses, of those that were done or begun, that were led gently.
    pub gentle: u32,
    /// What was held.
    pub held: Held,
}

/// When and where a session began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    start: Timestamp,
    offset: Offset,
    day: Date,
}

impl Began {
    /// `None` for a time that is none.
    fn of(line: &Line<'_>, zone: &TimeZone) -> Option<Self> {
        let start: Timestamp = line.session.parse().ok()?;
        // An older version did not note where it was.
        let offset = line.offset_s.and_then(|seconds| Offset::from_seconds(seconds).ok());
        let offset = offset.unwrap_or_else(|| zone.to_offset(start));
        Some(Self { start, offset, day: day_of(offset.to_datetime(start)) })
    }
}

/// Hands over every entry of the log with its session's beginning.
fn each(
    journal: &Journal,
    zone: &TimeZone,
    each: &mut dyn FnMut(&Line<'_>, Began),
) -> Result<Unread, JournalError> {
    let mut sessions = Sessions::default();
    journal.read_log(&mut |line| sessions.began(line, zone).into_iter().for_each(|began| each(line, began)))
}

/// Finds out when the session of an entry began. Entries of one session stand together, mostly.
#[derive(Default)]
struct Sessions {
    last: String,
    began: Option<Began>,
}

impl Sessions {
    fn began(&mut self, line: &Line<'_>, zone: &TimeZone) -> Option<Began> {
        if self.last != line.session || self.began.is_none() {
            (self.last, self.began) = (line.session.to_owned(), Began::of(line, zone));
        }
        self.began
    }
}

/// The beginning of a session, and a routine: several routines in one go are one session, and a practice of each.
type Key = (Timestamp, String);

/// What a part of the log tells.
#[derive(Default)]
struct Part {
    sessions: Sessions,
    over: BTreeMap<Key, Practice>,
    current: Option<Practice>,
}

impl Part {
    fn add(&mut self, line: &Line<'_>, began: Began) {
        let is_it = |current: &Practice| current.start == began.start && current.routine == line.routine;
        if !self.current.as_ref().is_some_and(is_it) {
            // Two sessions may write at once.
            let key = (began.start, line.routine.to_owned());
            let next = self.over.remove(&key).unwrap_or_else(|| Practice::begin(line, began));
            let before = self.current.replace(next);
            self.over.extend(before.map(|before| (before.key(), before)));
        }
        self.current.iter_mut().for_each(|current| current.add(line));
    }

    fn over(mut self) -> BTreeMap<Key, Practice> {
        self.over.extend(self.current.map(|current| (current.key(), current)));
        self.over
    }
}

/// Everything that was practised.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Every routine that was practised in a session, oldest first.
    pub sessions: Vec<Practice>,
    /// What could not be read.
    pub unread: Unread,
}

impl History {
    /// Reads the log. `zone` is where its older entries were made, which do not say it.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn read(journal: &Journal, zone: &TimeZone) -> Result<Self, JournalError> {
        let add = |part: &mut Part, line: &Line<'_>| {
            if let Some(began) = part.sessions.began(line, zone) {
                part.add(line, began);
            }
        };
        let (parts, unread) = journal.gather(Part::default, add)?;
        // A session may stand in two parts.
        let mut all: BTreeMap<Key, Practice> = BTreeMap::new();
        for (key, practice) in parts.into_iter().flat_map(Part::over) {
            match all.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(practice);
                }
                Entry::Occupied(mut before) => before.get_mut().join(&practice),
            }
        }
        let practised = all.into_values().filter(|session| session.done + session.partly > 0);
        Ok(Self { sessions: practised.collect(), unread })
    }

    /// The sessions of the days from `first` to `last`.
    pub fn between(&self, first: Date, last: Date) -> impl Iterator<Item = &Practice> {
        self.sessions.iter().filter(move |session| (first..=last).contains(&session.day))
    }
}

impl Practice {
    fn begin(line: &Line<'_>, Began { start, offset, day }: Began) -> Self {
        let routine = line.routine.to_owned();
        let (seconds, done, partly, left_out, gentle, held) = Default::default();
        Self { start, offset, day, routine, seconds, done, partly, left_out, gentle, held }
    }

    fn key(&self) -> Key {
        (self.start, self.routine.clone())
    }

    fn join(&mut self, more: &Self) {
        self.seconds += more.seconds;
        self.done += more.done;
        self.partly += more.partly;
        self.left_out += more.left_out;
        self.gentle += more.gentle;
        self.held.join(&more.held);
    }

    fn add(&mut self, line: &Line<'_>) {
        self.seconds += line.seconds;
        match line.fate {
            Fate::Done => self.done += 1,
            Fate::Partly => self.partly += 1,
            Fate::LeftOut => self.left_out += 1,
            Fate::NeededTime => return,
        }
        self.gentle += u32::from(line.gentle && line.fate != Fate::LeftOut);
        line.muscles.iter().for_each(|muscle| self.held.add(muscle, line.held));
    }
}

#[cfg(test)]
mod tests;
