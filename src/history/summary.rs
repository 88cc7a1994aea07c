//! What `supine history` shows: the last days, a calendar of the last weeks, what was held this week, and all of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{ToSpan, Unit};
use serde::Serialize;

use super::{Held, History, monday};

/// The days that are listed.
const DAYS: i64 = 14;

/// What was practised on a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Day {
    /// How long, in seconds.
    pub seconds: f64,
    /// The ids of the routines, each once, in their order.
    pub routines: Vec<String>,
}

/// A week of the calendar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// The seconds on each of its days, from Monday on; it ends with the last day that has begun.
    pub days: Vec<f64>,
}

impl Week {
    /// The number of days with practice.
    pub fn practised(&self) -> usize {
        self.days.iter().filter(|seconds| **seconds > 0.0).count()
    }

    /// How long, in seconds.
    pub fn seconds(&self) -> f64 {
        self.days.iter().sum()
    }
}

/// Some time of practice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Amount {
    /// The days with practice.
    pub days: usize,
    /// The sessions.
    pub sessions: usize,
    /// How long, in seconds.
    pub seconds: f64,
}

/// What was practised, in short.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The day that it was made.
    pub today: Date,
    /// The days of the last fourteen on which something was practised, the last one first.
    pub days: Vec<(Date, Day)>,
    /// The same days as an amount.
    pub lately: Amount,
    /// The last weeks, oldest first; this one is last.
    pub weeks: Vec<Week>,
    /// What was held this week.
    pub held: Held,
    /// The first day of the log; `None` when it is empty.
    pub since: Option<Date>,
    /// Everything.
    pub all: Amount,
}

impl History {
    /// What was practised up to `today`, with a calendar of so many weeks.
    pub fn summary(&self, today: Date, weeks: usize) -> Summary {
        let mut days: BTreeMap<Date, Day> = BTreeMap::new();
        for session in &self.sessions {
            let day = days.entry(session.day).or_default();
            day.seconds += session.seconds;
            if !day.routines.contains(&session.routine) {
                day.routines.push(session.routine.clone());
            }
        }
        let first = today.saturating_sub((DAYS - 1).days());
        let this_week = monday(today);
        let mut held = Held::default();
        self.between(this_week, today).for_each(|session| held.join(&session.held));
        Summary {
            today,
            lately: self.amount(first, today),
            all: self.amount(Date::MIN, Date::MAX),
            weeks: calendar(&days, today, weeks),
            held,
            since: days.keys().next().copied(),
            days: days.range(first..=today).rev().map(|(date, day)| (*date, day.clone())).collect(),
        }
    }

    /// How much was practised from `first` to `last`.
    pub fn amount(&self, first: Date, last: Date) -> Amount {
        let (mut amount, mut days) = (Amount::default(), std::collections::BTreeSet::new());
        for session in self.between(first, last) {
            amount.sessions += 1;
            amount.seconds += session.seconds;
            days.insert(session.day);
        }
        Amount { days: days.len(), ..amount }
    }
}

fn calendar(days: &BTreeMap<Date, Day>, today: Date, weeks: usize) -> Vec<Week> {
    let this_week = monday(today);
    let back = |weeks: usize| this_week.saturating_sub(i64::try_from(weeks).unwrap_or(0).weeks());
    let mondays = (0..weeks).rev().map(back);
    let seconds = |date: Date| days.get(&date).map_or(0.0, |day| day.seconds);
    let week = |monday: Date| {
        let begun = monday.series(1.day()).take(7).take_while(|date| *date <= today);
        Week { monday, days: begun.map(seconds).collect() }
    };
    mondays.map(week).collect()
}

/// How many days there are from `first` to `last`, both counted.
pub(super) fn days_from(first: Date, last: Date) -> i32 {
    first.until((Unit::Day, last)).map_or(0, |span| span.get_days() + 1)
}
