//! The log for other programs: one row for each entry as CSV, one object for each session as JSON.

use std::io::Write;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::summary::{Amount, Day, Summary, Week};
use super::{Held, History, Practice, each};
use crate::journal::Journal;
use crate::journal::practice::Fate;
use crate::routine::Muscle;

/// A row of the CSV.
#[derive(Serialize)]
struct Row<'a> {
    day: Date,
    session: String,
    routine: &'a str,
    pose: &'a str,
    what: Fate,
    gently: bool,
    seconds: f64,
    muscles: String,
    held_right: f64,
    held_left: f64,
}

/// Writes every entry as a row, times of day being local.
///
/// # Errors
/// When the log can't be read, or the rows can't be written.
pub fn write_csv(journal: &Journal, zone: &TimeZone, out: &mut dyn Write) -> Result<(), csv::Error> {
    let mut csv = csv::Writer::from_writer(out);
    let mut problem = None;
    let read = each(journal, zone, &mut |line, began| {
        if problem.is_some() {
            return;
        }
        let muscles: Vec<&str> = line.muscles.iter().map(Muscle::word).collect();
        let row = Row {
            day: began.day,
            session: began.offset.to_datetime(began.start).strftime("%Y-%m-%d %H:%M:%S").to_string(),
            routine: line.routine,
            pose: line.pose,
            what: line.fate,
            gently: line.gentle,
            seconds: line.seconds,
            muscles: muscles.join(" "),
            held_right: line.held[0],
            held_left: line.held[1],
        };
        problem = csv.serialize(row).err();
    });
    if let Some(problem) = problem {
        return Err(problem);
    }
    read.map_err(std::io::Error::other)?;
    Ok(csv.flush()?)
}

/// What was held, as JSON.
#[derive(Serialize)]
struct HeldRow {
    muscle: &'static str,
    right_s: f64,
    left_s: f64,
}

#[derive(Serialize)]
struct DayRow<'a> {
    date: Date,
    #[serde(flatten)]
    day: &'a Day,
}

#[derive(Serialize)]
struct SessionRow<'a> {
    day: Date,
    start: String,
    routine: &'a str,
    seconds: f64,
    done: u32,
    partly: u32,
    left_out: u32,
    gentle: u32,
    held: Vec<HeldRow>,
}

/// The history as JSON.
#[derive(Serialize)]
pub struct Json<'a> {
    today: Date,
    since: Option<Date>,
    all: Amount,
    last_fourteen_days: Vec<DayRow<'a>>,
    weeks: &'a [Week],
    held_this_week: Vec<HeldRow>,
    sessions: Vec<SessionRow<'a>>,
    unread_lines: u64,
}

impl<'a> Json<'a> {
    /// A history and its summary.
    pub fn new(history: &'a History, summary: &'a Summary) -> Self {
        let session = |session: &'a Practice| SessionRow {
            day: session.day,
            start: session.start.display_with_offset(session.offset).to_string(),
            routine: &session.routine,
            seconds: tenths(session.seconds),
            done: session.done,
            partly: session.partly,
            left_out: session.left_out,
            gentle: session.gentle,
            held: rows(&session.held),
        };
        Self {
            today: summary.today,
            since: summary.since,
            all: summary.all,
            last_fourteen_days: summary.days.iter().map(|(date, day)| DayRow { date: *date, day }).collect(),
            weeks: &summary.weeks,
            held_this_week: rows(&summary.held),
            sessions: history.sessions.iter().map(session).collect(),
            unread_lines: history.unread.lines + u64::from(history.unread.is_cut),
        }
    }
}

fn rows(held: &Held) -> Vec<HeldRow> {
    let row = |(muscle, [right, left]): (Muscle, [f64; 2])| HeldRow {
        muscle: muscle.word(),
        right_s: tenths(right),
        left_s: tenths(left),
    };
    held.iter().map(row).collect()
}

fn tenths(seconds: f64) -> f64 {
    (seconds * 10.0).round() / 10.0
}
