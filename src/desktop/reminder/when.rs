//! When a reminder comes: a time of day on some days of the week, as a person, systemd and cron write it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::{ToSpan, Zoned};

use crate::advice::Advice;
use crate::clock::time_of_day;

/// The days, as a person writes them; systemd has them with a capital letter.
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ALL: u8 = 0b111_1111;

/// Some days of the week, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days(u8);

impl Days {
    /// Every day.
    pub const DAILY: Self = Self(ALL);

    fn has(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }

    fn has_day(self, day: Weekday) -> bool {
        usize::try_from(day.to_monday_zero_offset()).is_ok_and(|place| self.has(place))
    }

    /// The runs of days that follow each other, as first and last place.
    fn runs(self) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for place in (0..7).filter(|place| self.has(*place)) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == place => *last = place,
                _ => runs.push((place, place)),
            }
        }
        runs
    }

    /// The runs as text. Two days in a row are named both.
    fn text(self, name: impl Fn(usize) -> String, to: &str) -> String {
        let run = |(first, last): (usize, usize)| match last - first {
            0 => name(first),
            1 => format!("{},{}", name(first), name(last)),
            _ => format!("{}{to}{}", name(first), name(last)),
        };
        self.runs().into_iter().map(run).collect::<Vec<_>>().join(",")
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ALL => f.write_str("every day"),
            _ => f.write_str(&self.text(|place| NAMES[place].to_owned(), "-")),
        }
    }
}

/// `daily`, `mon-fri`, `mon,wed,fri`, `fri-mon`; full names, too.
impl FromStr for Days {
    type Err = Advice;

    fn from_str(text: &str) -> Result<Self, Advice> {
        let refused = || {
            let help = "give days such as mon-fri, or mon,wed,fri, or daily";
            Advice::new(format!("`{text}` is not understood as days of the week"), help)
        };
        let place = |name: &str| {
            let name = name.trim().to_lowercase();
            let is_day = |known: &&str| {
                name.get(..3) == Some(known) && FULL.iter().any(|full| full.starts_with(&name))
            };
            NAMES.iter().position(is_day).ok_or_else(refused)
        };
        let mut days = 0;
        for part in text.split(',') {
            if part.trim().eq_ignore_ascii_case("daily") {
                days = ALL;
                continue;
            }
            let (first, last) =
                part.split_once("..").or_else(|| part.split_once('-')).unwrap_or((part, part));
            let (first, last) = (place(first)?, place(last)?);
            for step in 0..=(last + 7 - first) % 7 {
                days |= 1 << ((first + step) % 7);
            }
        }
        Ok(Self(days))
    }
}

const FULL: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A time of day on some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The time of day.
    pub time: Time,
    /// The days.
    pub days: Days,
}

impl When {
    /// As systemd writes it (systemd.time(7), calendar events).
    pub fn calendar(&self) -> String {
        let time = self.time.strftime("%H:%M:%S");
        let capital = |place: usize| {
            let (first, rest) = NAMES[place].split_at(1);
            first.to_uppercase() + rest
        };
        match self.days.0 {
            ALL => format!("*-*-* {time}"),
            _ => format!("{} *-*-* {time}", self.days.text(capital, "..")),
        }
    }

    /// Reads what [`When::calendar`] writes.
    pub(super) fn of_calendar(text: &str) -> Option<Self> {
        let (days, time) = text.split_once("*-*-* ")?;
        let days = if days.is_empty() { Days::DAILY } else { days.trim().parse().ok()? };
        Some(Self { time: time_of_day(time)?, days })
    }

    /// As cron writes it: minute, hour, day of the month, month, day of the week.
    pub(super) fn cron(&self) -> String {
        let days = match self.days.0 {
            ALL => "*".to_owned(),
            _ => self.days.text(|place| (place + 1).to_string(), "-"),
        };
        format!("{} {} * * {days}", self.time.minute(), self.time.hour())
    }

    /// The next time that it comes after `now`. A time that the clocks jump over comes as much later.
    pub fn next(&self, now: &Zoned) -> Option<Zoned> {
        let days = (0..=7).filter_map(|days| now.date().checked_add(days.days()).ok());
        let days = days.filter(|day| self.days.has_day(day.weekday()));
        days.filter_map(|day| day.to_datetime(self.time).to_zoned(now.time_zone().clone()).ok())
            .find(|at| at > now)
    }

    /// How long ago it came last, in minutes, by the time of day only.
    pub fn minutes_ago(&self, now: Time) -> i32 {
        let minutes = |time: Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
        (minutes(now) - minutes(self.time)).rem_euclid(24 * 60)
    }
}
