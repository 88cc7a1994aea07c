//! The `[night]` table of the config: other defaults between two times of day, softer ones for instance.

use jiff::civil::Time;
use toml::de::DeValue;

use super::choices::Choices;
use super::routines::{FOR_EVERY_ROUTINE, options_but};
use crate::clock::time_of_day;
use crate::reader::{Keys, Problems, Value, span_of};

const EXAMPLE: &str = "[night]";
const FROM: &str = "from = \"22:00\"";
const TO: &str = "to = \"6:00\"";
/// An option that the table can't have: here, its name is that of the night's beginning.
const FROM_POSE: &str = "from";

/// The defaults of the night.
#[derive(Clone, Debug, PartialEq)]
pub struct Night {
    /// When it begins.
    pub from: Time,
    /// When it ends, on the next day if that is earlier.
    pub to: Time,
    /// What holds in it.
    pub choices: Choices,
    /// Whether it is night, by the clock that [`Config::at`](super::Config::at) was given.
    pub is_now: bool,
}

impl Night {
    /// Whether it is night at this time of day.
    pub fn has(&self, time: Time) -> bool {
        match self.from < self.to {
            true => (self.from..self.to).contains(&time),
            false => time >= self.from || time < self.to,
        }
    }
}

/// Reads the table, noting every problem.
pub(crate) fn night(value: Value<'_>, problems: &mut Problems) -> Option<Night> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, "`night`", "a table", EXAMPLE);
        return None;
    };
    let mut keys = Keys::new(table, "the night's table");
    let span = span_of(value);
    let [from, to] = [("from", FROM), ("to", TO)].map(|(key, example)| {
        let value = keys.require(key, &span, example, problems)?;
        Some((value, time(value, key, example, problems)?))
    });
    let choices = options_but(&[FROM_POSE], &mut keys, problems);
    keys.finish_but(&FOR_EVERY_ROUTINE, "it holds by day as well: move it out of this table", problems);
    let ((_, from), (value, to)) = (from?, to?);
    if from == to {
        let message = "the night ends when it begins";
        let help = format!("give two times, such as `{FROM}` and `{TO}`; what always holds needs no table");
        problems.error("out-of-range", &span_of(value), message, help);
        return None;
    }
    Some(Night { from, to, choices, is_now: false })
}

fn time(value: Value<'_>, key: &str, example: &str, problems: &mut Problems) -> Option<Time> {
    let written = match value.get_ref() {
        // TOML has times of day of its own.
        DeValue::Datetime(time) => time.to_string(),
        DeValue::String(text) => text.to_string(),
        _ => {
            problems.wrong_type(value, &format!("`{key}`"), "a time of day", example);
            return None;
        }
    };
    let time = time_of_day(&written);
    if time.is_none() {
        let message = format!("`{key}` can't be {written:?}");
        let help = format!("give a time of day from 0:00 to 23:59, for example `{example}`");
        problems.error("unknown-value", &span_of(value), message, help);
    }
    time
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::config::{Choices, Config, ForRoutine, Origin, Resolved, parse};

    const CONFIG: &str = "loudness = -20\nuntil_morning = true\n[night]\nfrom = \"22:00\"\nto = \"6:00\"\nloudness = -26\n\
                          sleep_timer = \"20min\"\n[routine.nap]\nloudness = -22\n";

    fn at(time: &str) -> Config {
        parse(CONFIG).unwrap().at(time.parse().unwrap())
    }

    fn loudness(config: &Config, names: &[&str]) -> (f32, Origin) {
        let routine = ForRoutine { names, ..ForRoutine::default() };
        let loudness = Resolved::new(&Choices::default(), config, routine).loudness;
        (loudness.value.get().0, loudness.origin)
    }

    #[test]
    fn other_defaults_hold_from_the_first_minute_of_the_night_to_the_last() {
        for (time, is_night) in [
            ("21:59:59", false),
            ("22:00:00", true),
            ("00:00:00", true),
            ("05:59:59", true),
            ("06:00:00", false),
        ] {
            let expected = if is_night { (-26.0, Origin::Night) } else { (-20.0, Origin::Config) };
            assert_eq!(loudness(&at(time), &[]), expected, "{time}");
        }
        let nap = parse("[night]\nfrom = 13:00:00\nto = 14:30:00\nmono = true").unwrap().night.unwrap();
        let is_night =
            ["12:59", "13:00", "14:29", "14:30", "23:00"].map(|time| nap.has(time.parse().unwrap()));
        assert_eq!(is_night, [false, true, true, false, false]);
    }

    #[test]
    fn a_routine_that_has_a_table_of_its_own_keeps_it_at_night_and_a_flag_wins_over_all() {
        let night = at("23:00:00");
        assert_eq!(loudness(&night, &["nap"]), (-22.0, Origin::RoutineTable("nap".into())));
        let nap = ForRoutine { names: &["nap"], ..ForRoutine::default() };
        let resolved = Resolved::new(&Choices::default(), &night, nap);
        assert_eq!(
            resolved.sleep_timer.value.get(),
            Duration::from_secs(20 * 60),
            "what it leaves open is the night's"
        );
        let flag = Choices { loudness: Some(resolved.loudness.value), ..Choices::default() };
        assert_eq!(Resolved::new(&flag, &night, nap).loudness.origin, Origin::Flag);
        assert_eq!(Origin::Night.to_string(), "config file, [night]");
    }

    #[test]
    fn a_sleep_timer_for_the_night_wins_over_a_morning_for_all_day() {
        let until_morning =
            |time| Resolved::new(&Choices::default(), &at(time), ForRoutine::default()).until_morning.value;
        assert_eq!([until_morning("12:00:00"), until_morning("23:00:00")], [true, false]);
    }

    #[test]
    fn every_problem_of_the_night_is_found_at_once_and_has_its_place() {
        let source = "[night]\nfrom = \"25:00\"\nloudnes = -26\nvoice = 3\nengines = {}\n";
        let problems = parse(source).unwrap_err();
        let found: Vec<(&str, &str)> =
            problems.iter().map(|problem| (problem.code, &source[problem.span.0.clone()])).collect();
        let codes: Vec<&str> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(
            codes,
            ["missing-key", "unknown-value", "unknown-key", "wrong-type", "unknown-key"],
            "{found:?}"
        );
        assert_eq!((found[1].1, found[2].1), ("\"25:00\"", "loudnes"));
        assert!(problems[2].help.contains("`loudness`") && problems[4].help.contains("move it out"));
        let codes = |source: &str| parse(source).unwrap_err()[0].code;
        assert_eq!(codes("night = true"), "wrong-type");
        assert_eq!(codes("[night]\nfrom = \"6:00\"\nto = \"06:00\""), "out-of-range");
        assert_eq!(codes("[night]\nfrom = 22\nto = \"6:00\""), "wrong-type");
    }
}
