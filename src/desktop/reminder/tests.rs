//! A reminder is read back as it was written, and comes when it is meant to.

use std::path::Path;
use std::process::Command;

use super::when::{Days, When};
use super::*;

fn reminder(time: &str, days: &str, starts: bool) -> Reminder {
    Reminder::new(time.parse().unwrap(), days.parse().unwrap(), starts)
}

#[test]
fn days_are_written_as_people_write_them() {
    let shown = |text: &str| text.parse::<Days>().unwrap().to_string();
    let cases = [
        ("mon-fri", "mon-fri"),
        ("Mon..Fri", "mon-fri"),
        ("daily", "every day"),
        ("mon-sun", "every day"),
        ("fri, mon ,wed", "mon,wed,fri"),
        ("saturday,sun", "sat,sun"),
        ("fri-mon", "mon,fri-sun"),
        ("wed-tue", "every day"),
        ("thurs", "thu"),
    ];
    for (written, expected) in cases {
        assert_eq!(shown(written), expected, "{written}");
    }
    for wrong in ["", "mo", "mon-", "mon;tue", "monkey", "-", "1-5", "every"] {
        assert!(wrong.parse::<Days>().unwrap_err().to_string().contains("mon-fri"), "{wrong}");
    }
}

#[test]
fn the_units_say_when_and_what_and_are_read_back() {
    let evening = reminder("22:15", "mon-fri", false);
    let program = Path::new("/home/a b/100%/$x/supine");
    assert!(evening.timer().contains("\nOnCalendar=Mon..Fri *-*-* 22:15:00\n"));
    let service = evening.service(program);
    assert!(service.contains("\nExecStart=\"/home/a b/100%%/$x/supine\" remind 22:15 --say\n"), "{service}");
    assert_eq!(
        evening.cron(program, 7),
        "15 22 * * 1-5 XDG_RUNTIME_DIR=/run/user/7 '/home/a b/100\\%/$x/supine' remind 22:15 --say"
    );
    for (days, starts) in [("daily", false), ("mon-fri", true), ("mon,wed,sat,sun", false), ("sun", true)] {
        let reminder = reminder("06:05", days, starts);
        assert_eq!(Reminder::of_units(&reminder.timer(), &reminder.service(program)), Some(reminder));
    }
    let other = evening.timer().replace("22:15:00", "22:15/30");
    assert_eq!(Reminder::of_units(&other, &service), None, "what somebody wrote by hand is not guessed at");
}

#[test]
fn systemd_understands_every_calendar_and_both_units() {
    let analyze = |calendar: &str| Command::new("systemd-analyze").args(["calendar", calendar]).output();
    if analyze("daily").is_err() {
        crate::tests::small_disk::not_tried("there is no systemd-analyze: install the package systemd");
        return;
    }
    for days in ["daily", "mon-fri", "sat,sun", "mon,wed-fri,sun", "tue"] {
        let calendar = reminder("22:15", days, false).when.calendar();
        let output = analyze(&calendar).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("22:15:00"), "{calendar}: {said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let evening = reminder("22:15", "mon-fri", true);
    let program = folder.path().join("a %h $x");
    std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &program).unwrap();
    let units = [(TIMER, evening.timer()), (SERVICE, evening.service(&program))];
    let units = units.map(|(name, text)| {
        let unit = folder.path().join(name);
        std::fs::write(&unit, text).unwrap();
        unit
    });
    let verified = Command::new("systemd-analyze").arg("verify").args(units).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("supine-remind"), "{said}");
}

#[test]
fn it_comes_next_on_the_first_of_its_days_that_is_not_over() {
    let next = |when: When, now: &str| {
        when.next(&now.parse::<jiff::Zoned>().unwrap()).unwrap().strftime("%a %d %H:%M %:z").to_string()
    };
    let weekdays = reminder("22:15", "mon-fri", false).when;
    assert_eq!(next(weekdays, "2026-11-27T22:14[Europe/Berlin]"), "Fri 27 22:15 +01:00");
    assert_eq!(next(weekdays, "2026-11-27T22:15[Europe/Berlin]"), "Mon 30 22:15 +01:00");
    let sunday = reminder("02:30", "sun", false).when;
    assert_eq!(
        next(sunday, "2026-03-28T12:00[Europe/Berlin]"),
        "Sun 29 03:30 +02:00",
        "the clocks jump over it"
    );
}

#[test]
fn what_is_late_is_known_to_be_late() {
    let evening = reminder("23:50", "daily", false).when;
    let ago = |time: &str| evening.minutes_ago(time.parse().unwrap());
    assert_eq!([ago("23:50"), ago("23:55"), ago("00:10"), ago("08:00")], [0, 5, 20, 490]);
    assert_eq!(ago("23:49"), 24 * 60 - 1);
}
