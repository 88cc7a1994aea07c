//! A report on some weeks, for oneself or for a physiotherapist: what was done, how long, what was left out, what was
//! led gently. Plain text, in the words of the listener's language.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

use super::names::Names;
use super::summary::{Amount, days_from};
use super::{Held, History, each};
use crate::advice::Advice;
use crate::journal::practice::Fate;
use crate::journal::{Journal, JournalError};
use crate::phrases::{HistoryPhrases, time};

/// Nobody lives longer.
const MOST_DAYS: i32 = 150 * 366;

/// The days of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Period {
    /// So long up to `today`, which counts: `6w`, `14d`, `3m`.
    ///
    /// # Errors
    /// When it is no time in days, weeks, months or years.
    pub fn up_to(today: Date, length: &str) -> Result<Self, Advice> {
        let refused = || {
            let help = "give days, weeks, months or years, such as 14d, 6w, 3m or 1y";
            Advice::new(format!("`{length}` is no time for a report"), help)
        };
        let span: Span = length.trim().parse().map_err(|_| refused())?;
        // Everywhere else `m` is a minute, and nobody reports on minutes.
        let span = match span.get_minutes() {
            0 => span,
            minutes => {
                span.try_minutes(0).and_then(|span| span.try_months(minutes)).map_err(|_| refused())?
            }
        };
        let after = today.checked_sub(span).map_err(|_| refused())?;
        let first = after.checked_add(1.day()).map_err(|_| refused())?;
        let has_times = span.get_hours() != 0 || span.get_seconds() != 0;
        if has_times || first > today || days_from(first, today) > MOST_DAYS {
            return Err(refused());
        }
        Ok(Self { first, last: today })
    }
}

/// What became of a pose.
#[derive(Clone, Copy, Debug, Default)]
struct OfPose {
    /// How often it was done, done in part, led gently, left out, and asked more time for.
    became: [usize; 5],
    seconds: f64,
}

/// The poses by name; those of one name by the routine's id.
type Poses = BTreeMap<String, BTreeMap<String, OfPose>>;

/// Writes the report.
///
/// # Errors
/// When the log can't be read.
pub fn report(
    journal: &Journal,
    zone: &TimeZone,
    period: Period,
    names: &Names,
    words: &HistoryPhrases,
) -> Result<String, JournalError> {
    let Period { first, last } = period;
    let mut poses = Poses::new();
    each(journal, zone, &mut |line, began| {
        if (first..=last).contains(&began.day) {
            let routines = poses.entry(names.pose(line.routine, line.pose)).or_default();
            let pose = routines.entry(line.routine.to_owned()).or_default();
            let place = match line.fate {
                Fate::Done => 0,
                Fate::Partly => 1,
                Fate::LeftOut => 3,
                Fate::NeededTime => 4,
            };
            pose.became[place] += 1;
            pose.became[2] += usize::from(line.gentle && place < 2);
            pose.seconds += line.seconds;
        }
    })?;
    let history = History::read(journal, zone)?;
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write(&mut text, period, &history, &poses, names, words);
    Ok(text)
}

fn write(
    out: &mut String,
    period: Period,
    history: &History,
    poses: &Poses,
    names: &Names,
    words: &HistoryPhrases,
) -> std::fmt::Result {
    let Period { first, last } = period;
    let all = history.amount(first, last);
    let days = usize::try_from(days_from(first, last)).unwrap_or(0);
    writeln!(out, "{}\n", words.report(first, last))?;
    if all.sessions == 0 && poses.is_empty() {
        return writeln!(out, "{}", words.nothing);
    }
    let (sum, sessions) = (words.of_days(all.days, days), words.sessions(all.sessions));
    writeln!(out, "{sum}. {sessions}, {}.", time(all.seconds))?;
    let mut routines: BTreeMap<&str, Amount> = BTreeMap::new();
    let mut held = Held::default();
    for session in history.between(first, last) {
        let amount = routines.entry(names.title(&session.routine)).or_default();
        amount.sessions += 1;
        amount.seconds += session.seconds;
        held.join(&session.held);
    }
    writeln!(out, "\n{}", words.routines)?;
    for (title, amount) in routines {
        writeln!(out, "  {title}: {}, {}", words.sessions(amount.sessions), time(amount.seconds))?;
    }
    writeln!(out, "\n{}", words.poses)?;
    for (name, routines) in poses {
        for (routine, pose) in routines {
            let became = words.became(pose.became).join(", ");
            // A name that poses of several routines have does not tell which one is meant.
            let of = if routines.len() > 1 { format!(" ({})", names.title(routine)) } else { String::new() };
            writeln!(out, "  {name}{of}: {became}; {}", time(pose.seconds))?;
        }
    }
    if held.iter().next().is_some() {
        writeln!(out, "\n{}", words.muscles)?;
    }
    for (muscle, sides) in held.iter() {
        writeln!(out, "  {}: {}", words.muscle(muscle), words.sides(sides))?;
    }
    writeln!(out, "\n{}", words.note)
}
