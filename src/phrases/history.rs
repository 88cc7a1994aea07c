//! The words of the history, which are read and not said: numbers are digits, and units are those of every language.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::routine::Muscle;

/// The words of the history.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field is the phrase of its name; the files explain them
pub struct HistoryPhrases {
    pub weekdays: Vec<String>,
    months: Vec<String>,
    date: String,
    pub today: String,
    pub yesterday: String,
    pub last_days: String,
    pub weeks: String,
    pub mark: String,
    week_of: String,
    pub this_week: String,
    pub held: String,
    right: String,
    left: String,
    all: String,
    pub empty: String,
    pub nothing_lately: String,
    days: Counted,
    sessions: Counted,
    times: Counted,
    report: String,
    of_days: String,
    pub routines: String,
    pub poses: String,
    pub muscles: String,
    done: String,
    partly: String,
    gently: String,
    left_out: String,
    asked: String,
    pub note: String,
    pub nothing: String,
    groups: BTreeMap<String, String>,
}

/// A phrase with a number in digits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    one: String,
    other: String,
}

impl HistoryPhrases {
    /// The name of a day's month.
    pub fn month(&self, date: Date) -> &str {
        let month = usize::try_from(date.month() - 1).ok().and_then(|month| self.months.get(month));
        month.map_or("", String::as_str)
    }

    /// A day and its month.
    pub fn date(&self, date: Date) -> String {
        self.date.replace("{day}", &date.day().to_string()).replace("{month}", self.month(date))
    }

    /// A day, its month and its year.
    pub fn full_date(&self, date: Date) -> String {
        format!("{} {}", self.date(date), date.year())
    }

    /// A day as one says it on `today`.
    pub fn day(&self, date: Date, today: Date) -> String {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        match self.weekdays.get(weekday) {
            _ if date == today => self.today.clone(),
            _ if date.tomorrow().is_ok_and(|next| next == today) => self.yesterday.clone(),
            weekday => format!("{} {}", weekday.map_or("", String::as_str), self.date(date)),
        }
    }

    /// The week that begins on this day.
    pub fn week_of(&self, monday: Date) -> String {
        self.week_of.replace("{date}", &self.date(monday))
    }

    /// A number of days.
    pub fn days(&self, n: usize) -> String {
        plural(&self.days, n)
    }

    /// A number of sessions.
    pub fn sessions(&self, n: usize) -> String {
        plural(&self.sessions, n)
    }

    /// Everything since a day.
    pub fn all(&self, since: Date, days: usize, seconds: f64) -> String {
        self.all
            .replace("{date}", &self.full_date(since))
            .replace("{days}", &self.days(days))
            .replace("{time}", &time(seconds))
    }

    /// The heading of a report.
    pub fn report(&self, from: Date, to: Date) -> String {
        self.report.replace("{from}", &self.full_date(from)).replace("{to}", &self.full_date(to))
    }

    /// Some days of several.
    pub fn of_days(&self, days: usize, all: usize) -> String {
        self.of_days.replace("{n}", &days.to_string()).replace("{days}", &self.days(all))
    }

    /// How often a pose was done, begun, led gently, left out, and asked more time for; what never was is not named.
    pub fn became(&self, [done, partly, gently, left_out, asked]: [usize; 5]) -> Vec<String> {
        let phrases = [
            (&self.done, done),
            (&self.partly, partly),
            (&self.gently, gently),
            (&self.left_out, left_out),
            (&self.asked, asked),
        ];
        let some = phrases.into_iter().filter(|(_, n)| *n > 0);
        some.map(|(phrase, n)| phrase.replace("{times}", &plural(&self.times, n))).collect()
    }

    /// The name of a group of muscles.
    pub fn muscle(&self, muscle: Muscle) -> &str {
        self.groups.get(muscle.word()).map_or(muscle.word(), String::as_str)
    }

    /// How long both sides were held.
    pub fn sides(&self, [right, left]: [f64; 2]) -> String {
        // A difference that nobody notices is none.
        if (right - left).abs() < 1.0 {
            return time(right);
        }
        format!("{} {}, {} {}", time(right), self.right, time(left), self.left)
    }
}

fn plural(phrase: &Counted, n: usize) -> String {
    let phrase = if n == 1 { &phrase.one } else { &phrase.other };
    phrase.replace("{n}", &n.to_string())
}

/// A time in the units of every language: seconds below two minutes, then minutes, then hours.
pub fn time(seconds: f64) -> String {
    // At most all the hours of a life.
    let whole = seconds.max(0.0).round() as u64;
    match (whole, (whole + 30) / 60) {
        (..120, _) => format!("{whole} s"),
        (_, minutes @ ..90) => format!("{minutes} min"),
        (_, minutes) => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}
