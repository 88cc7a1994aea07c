//! The history counts what was done, on the day on which it was done.

use jiff::civil::date;

use super::names::Names;
use super::report::{Period, report};
use super::*;
use crate::phrases::Phrases;

/// A line of the log: when the session began and how far ahead of UTC that was, in hours.
fn line(start: &str, ahead: i32, pose: &str, fate: &str, more: &str) -> String {
    format!(
        "{{\"session\":\"{start}\",\"at\":\"{start}\",\"offset_s\":{},\"routine\":\"evening\",\"pose\":\"{pose}\",\
         \"fate\":\"{fate}\",\"seconds\":300{more}}}\n",
        ahead * 3600
    )
}

fn journal(lines: &[String]) -> (tempfile::TempDir, Journal) {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("practice.jsonl"), lines.concat()).unwrap();
    let journal = Journal::in_folder(home.path().to_owned());
    (home, journal)
}

fn days(lines: &[String]) -> Vec<Date> {
    let (_home, journal) = journal(lines);
    let history = History::read(&journal, &TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC)).unwrap();
    history.sessions.iter().map(|session| session.day).collect()
}

#[test]
fn a_day_ends_at_four_in_the_morning_where_it_was_lived() {
    let start = |time: &str, ahead| line(time, ahead, "cat", "done", "");
    let found = days(&[
        start("2026-03-10T22:30:00Z", 1),  // 23:30 in Berlin
        start("2026-03-11T02:59:59Z", 1),  // 03:59 there: still that evening
        start("2026-03-11T03:00:00Z", 1),  // 04:00
        start("2026-03-12T08:00:00Z", -8), // midnight in California
        start("2026-03-12T21:00:00Z", 9),  // 06:00 of the 13th in Tokyo
    ]);
    assert_eq!(
        found,
        [date(2026, 3, 10), date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 11), date(2026, 3, 13)]
    );
}

#[test]
fn a_night_in_which_the_clocks_change_is_one_night() {
    let start = |time: &str, ahead| line(time, ahead, "cat", "done", "");
    // At 01:00 UTC on the 25th of October 2026, Berlin goes back from 3 to 2, and on the 29th of March on from 2 to 3.
    let autumn = days(&[
        start("2026-10-24T21:00:00Z", 2), // 23:00
        start("2026-10-25T00:30:00Z", 2), // 02:30, the first time
        start("2026-10-25T01:30:00Z", 1), // 02:30, the second time
        start("2026-10-25T02:59:00Z", 1), // 03:59
        start("2026-10-25T03:00:00Z", 1), // 04:00
    ]);
    let evening = date(2026, 10, 24);
    assert_eq!(autumn, [evening, evening, evening, evening, date(2026, 10, 25)]);
    // Lines of an older version do not say where they were: they are taken to be from here.
    let old = |time: &str| start(time, 0).replace("\"offset_s\":0,", "");
    if TimeZone::get("Europe/Berlin").is_ok() {
        let spring =
            days(&[old("2026-03-29T00:59:00Z"), old("2026-03-29T01:59:00Z"), old("2026-03-29T02:00:00Z")]);
        assert_eq!(spring, [date(2026, 3, 28), date(2026, 3, 28), date(2026, 3, 29)]);
    }
}

#[test]
fn a_long_log_is_read_in_parts_and_each_entry_counts_once() {
    let evenings = 6_000;
    let start = |evening: i64| Timestamp::from_second(1_500_000_000 + evening * 86_400).unwrap().to_string();
    let poses = ["cat", "cow", "child"];
    let of = |evening| poses.map(|pose| line(&start(evening), 0, pose, "done", ""));
    let mut lines: Vec<String> = (0..evenings).flat_map(of).collect();
    lines.insert(9_001, "nothing\n".to_owned());
    assert!(lines.concat().len() > 2 << 20, "it is worth two threads");
    let (_home, journal) = journal(&lines);
    let history = History::read(&journal, &TimeZone::UTC).unwrap();
    assert_eq!(history.sessions.len() as i64, evenings);
    assert!(history.sessions.iter().all(|session| session.done == 3 && session.seconds == 900.0));
    assert!(history.sessions.is_sorted_by_key(|session| session.start));
    assert_eq!(history.unread, Unread { lines: 1, is_cut: false });
}

#[test]
fn the_summary_counts_what_was_done_and_no_day_that_was_missed() {
    let held = ",\"muscles\":[\"lower-back\",\"hips\"],\"held\":[30.0,40.0]";
    let (_home, journal) = journal(&[
        line("2026-11-02T21:00:00Z", 1, "cat", "done", held),
        line("2026-11-23T21:00:00Z", 1, "cat", "done", held),
        line("2026-11-23T21:00:00Z", 1, "cow", "partly", held),
        line("2026-11-25T21:00:00Z", 1, "cow", "left-out", ""), // nothing was done
        line("2026-11-28T21:00:00Z", 1, "cat", "done", held),
        line("2026-11-28T06:00:00Z", 1, "cat", "done", ""), // another process was slower
        "not an entry\n".to_owned(),
    ]);
    let history = History::read(&journal, &TimeZone::UTC).unwrap();
    assert_eq!(history.unread, Unread { lines: 1, is_cut: false });
    let summary = history.summary(date(2026, 11, 28), 5);
    let listed: Vec<(Date, f64)> = summary.days.iter().map(|(date, day)| (*date, day.seconds)).collect();
    assert_eq!(listed, [(date(2026, 11, 28), 600.0), (date(2026, 11, 23), 600.0)]);
    assert_eq!((summary.lately.days, summary.lately.sessions), (2, 3));
    assert_eq!((summary.all.days, summary.all.seconds, summary.since), (3, 1500.0, Some(date(2026, 11, 2))));
    let weeks: Vec<(Date, usize, usize)> =
        summary.weeks.iter().map(|week| (week.monday, week.days.len(), week.practised())).collect();
    assert_eq!(weeks[0], (date(2026, 10, 26), 7, 0));
    assert_eq!((weeks[1], weeks[4]), ((date(2026, 11, 2), 7, 1), (date(2026, 11, 23), 6, 2)));
    let held: Vec<_> = summary.held.iter().collect();
    assert_eq!(held, [(Muscle::LowerBack, [90.0, 120.0]), (Muscle::Hips, [90.0, 120.0])]);
}

#[test]
fn several_routines_in_one_go_are_a_practice_of_each() {
    let start = "2026-11-28T21:00:00Z";
    let first = line(start, 1, "cat", "done", "");
    let second = line(start, 1, "cow", "done", "").replace("evening", "morning");
    let (_home, journal) = journal(&[first, second.clone(), second]);
    let history = History::read(&journal, &TimeZone::UTC).unwrap();
    let practised: Vec<(&str, f64)> =
        history.sessions.iter().map(|session| (session.routine.as_str(), session.seconds)).collect();
    assert_eq!(practised, [("evening", 300.0), ("morning", 600.0)]);
}

#[test]
fn a_report_is_on_days_weeks_months_or_years() {
    let today = date(2026, 11, 28);
    let first = |length: &str| Period::up_to(today, length).map(|period| period.first);
    let expected = [
        ("1d", today),
        ("14d", date(2026, 11, 15)),
        ("6w", date(2026, 10, 18)),
        ("3m", date(2026, 8, 29)),
        ("3 months", date(2026, 8, 29)),
        ("1y", date(2025, 11, 29)),
    ];
    for (length, expected) in expected {
        assert_eq!(first(length), Ok(expected), "{length}");
    }
    for wrong in ["", "6", "-6w", "0d", "2h", "1d2h", "w", "6 fortnights", "9999y", "30s"] {
        let refused = first(wrong).unwrap_err().to_string();
        assert!(refused.contains("such as 14d"), "{wrong}: {refused}");
    }
}

#[test]
fn the_report_tells_what_was_done_left_out_and_led_gently_in_every_language() {
    let held = ",\"gentle\":true,\"muscles\":[\"hamstrings\"],\"held\":[30.0,40.0]";
    let (_home, journal) = journal(&[
        line("2026-11-20T21:00:00Z", 1, "cat", "done", held),
        line("2026-11-20T21:00:00Z", 1, "cat", "needed-time", ""),
        line("2026-11-21T21:00:00Z", 1, "cat", "done", ""),
        line("2026-11-21T21:00:00Z", 1, "cow", "left-out", ""),
        line("2026-09-21T21:00:00Z", 1, "dog", "done", ""),
    ]);
    let written = |language: &str, length: &str| {
        let period = Period::up_to(date(2026, 11, 28), length).unwrap();
        let (phrases, _) = Phrases::for_language(language);
        report(&journal, &TimeZone::UTC, period, &Names::default(), &phrases.history).unwrap()
    };
    insta::assert_snapshot!(written("en", "6w"));
    for language in Phrases::languages() {
        let report = written(language, "6w");
        assert!(!report.contains(['{', '}']) && !report.contains("dog"), "{report}");
        assert!(report.lines().all(|line| line.chars().count() <= 100), "{report}");
    }
    assert!(written("de", "6w").contains("gemacht: 2-mal, sanft angeleitet: einmal"));
    assert!(written("en", "1d").contains("Nothing was practised"));
}

#[test]
fn the_picture_has_words_for_what_it_shows_and_only_for_what_was_done() {
    let held = ",\"muscles\":[\"calves\"],\"held\":[30.0,40.0]";
    let (_home, journal) = journal(&[line("2026-11-20T21:00:00Z", 1, "cat", "done", held)]);
    let history = History::read(&journal, &TimeZone::UTC).unwrap();
    let summary = history.summary(date(2026, 11, 21), picture::WEEKS);
    let (phrases, _) = Phrases::for_language("en");
    let svg = picture::picture(&summary, &phrases.history);
    assert!(svg.contains("yesterday: 5 min") && svg.contains("30 s on the right, 40 s on the left"), "{svg}");
    assert_eq!(svg.matches("class=\"day\"").count(), 2, "one day and one bar");
    assert_eq!(svg.matches("class=\"none\"").count(), 25 * 7 + 6 - 1);
    assert!(svg.contains("prefers-color-scheme: dark") && !svg.to_lowercase().contains("red"));
}

#[test]
fn the_csv_has_a_row_for_each_entry() {
    let held = ",\"muscles\":[\"calves\",\"feet\"],\"held\":[30.0,40.0]";
    let (_home, journal) = journal(&[
        line("2026-11-20T23:30:00Z", 1, "cat", "done", held),
        line("2026-11-20T23:30:00Z", 1, "cow", "left-out", ""),
    ]);
    let mut csv = Vec::new();
    table::write_csv(&journal, &TimeZone::UTC, &mut csv).unwrap();
    let expected = "day,session,routine,pose,what,gently,seconds,muscles,held_right,held_left\n\
                    2026-11-20,2026-11-21 00:30:00,evening,cat,done,false,300.0,calves feet,30.0,40.0\n\
                    2026-11-20,2026-11-21 00:30:00,evening,cow,left-out,false,300.0,,0.0,0.0\n";
    assert_eq!(String::from_utf8(csv).unwrap(), expected);
}
