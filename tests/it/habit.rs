//! The habit: what was practised, the invitation, and the night.

use std::os::unix::fs::PermissionsExt;

use crate::cli::assert_says;
use crate::support::home::{Home, Outcome};

const TINY: &str = "id = \"tiny\"\ntitle = \"Tiny\"\n[[pose]]\nid = \"cat\"\nname = \"Cat\"\nmuscles = [\"hips\"]\n\
                    steps = [\"Arch.\", { seconds = 45 }]\n[[pose]]\nid = \"cow\"\nname = \"Cow\"\nsteps = [\"Sink.\", { seconds = 5 }]\n";

const PLAY: &str = "--voice fake --fake-output --no-setup";
const LOG: &str = "state/supine/practice.jsonl";

/// Runs a command line where it is midday now, so that a day does not end in the middle of a test.
fn at_midday(home: &Home, arguments: &str) -> Outcome {
    at(home, 12, arguments)
}

/// Runs a command line where it is this hour now, or the next one in a moment.
fn at(home: &Home, hour: i8, arguments: &str) -> Outcome {
    let ahead = hour - jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).hour();
    // POSIX counts to the west.
    let zone = format!("<here>{}", -ahead);
    home.outcome(home.command().env("TZ", zone).args(arguments.split_whitespace()))
}

#[test]
fn what_was_practised_is_shown_in_words_and_can_be_forgotten() {
    let home = Home::new();
    assert_says(&at_midday(&home, "history").data(), &["Nothing is written here yet"]);
    home.write("tiny.toml", TINY);
    at_midday(&home, &format!("play ./tiny.toml {PLAY}")).data();
    let shown = at_midday(&home, "history").data();
    assert_says(
        &shown,
        &["The last fourteen days: one day", "today", "this week", "one day, ", "hips", "45 s", "in all."],
    );
    assert!(shown.lines().all(|line| line.chars().count() <= 80) && !shown.contains('\u{1b}'), "{shown}");
    let german = at_midday(&home, "history --language de").data();
    assert_says(&german, &["Die letzten vierzehn Tage: ein Tag", "heute", "Hüften"]);
    let json: serde_json::Value = serde_json::from_str(&at_midday(&home, "history --json").data()).unwrap();
    assert_eq!((json["all"]["sessions"].as_u64(), json["sessions"][0]["done"].as_u64()), (Some(1), Some(2)));
    assert_eq!(json["held_this_week"][0]["right_s"].as_f64(), Some(45.0));
    let csv = at_midday(&home, "history --csv").data();
    assert_says(&csv, &["day,session,routine", ",tiny,cat,done,false,"]);
    let report = at_midday(&home, "history --report 2w").data();
    assert_says(&report, &["Practised on 1 of 14 days. one session", "cat: done once"]);
    assert_says(&at_midday(&home, "history --report soon").failure(1), &["`soon` is no time", "such as 14d"]);
    let log = home.path().join(LOG);
    assert_eq!(std::fs::metadata(&log).unwrap().permissions().mode() & 0o777, 0o600);
    assert_says(&home.run("history --forget").failure(1), &["--yes"]);
    assert!(log.exists());
    assert_says(&home.run("history --forget --yes").data(), &["forgotten"]);
    assert!(!log.exists());
    assert_says(&home.run("history --forget --yes").data(), &["nothing to forget"]);
}

#[test]
fn a_preview_is_no_practice_and_a_picture_is_written_whole() {
    let home = Home::new();
    home.write("tiny.toml", TINY);
    at_midday(&home, &format!("play ./tiny.toml --preview {PLAY}")).data();
    assert!(!home.path().join(LOG).exists());
    let drawn = at_midday(&home, "history --svg history.svg");
    assert_eq!(drawn.code, 0);
    let svg = std::fs::read_to_string(home.path().join("history.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{svg}");
    assert_says(&at_midday(&home, "history --svg no/such/folder.svg").failure(1), &["can't write"]);
}

#[test]
fn the_night_has_defaults_of_its_own_and_config_says_whether_it_is_night() {
    let home = Home::new();
    home.config("loudness = -20\n[night]\nfrom = \"22:00\"\nto = \"6:00\"\nloudness = -26\n");
    let line = |shown: &str, key: &str| -> String {
        shown.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{shown}")).to_owned()
    };
    let night = at(&home, 23, "config").data();
    assert_says(&line(&night, "loudness"), &["loudness = -26", "# config file, [night]"]);
    assert_says(
        &night,
        &["[night]", "it is night now", "from = \"22:00\"\nto = \"06:00\"\nloudness = -26\n"],
    );
    let day = at_midday(&home, "config").data();
    assert_says(&line(&day, "loudness"), &["loudness = -20", "# config file"]);
    assert_says(&day, &["it is not night now"]);
    assert_says(&line(&at(&home, 23, "config --loudness -18").data(), "loudness"), &["-18", "command line"]);
    // What is printed is a config.
    home.config(&night);
    assert_says(&line(&at(&home, 23, "config").data(), "loudness"), &["loudness = -26"]);
    // A file is heard at any time, so it is the same at every hour.
    home.write("tiny.toml", TINY);
    for (hour, file) in [(12, "day.wav"), (23, "night.wav")] {
        let rendered = at(&home, hour, &format!("render ./tiny.toml --voice fake --ambience none -o {file}"));
        assert_eq!(rendered.code, 0, "{}", rendered.stderr);
    }
    let file = |name: &str| std::fs::read(home.path().join(name)).unwrap();
    assert!(file("day.wav") == file("night.wav"));
    home.config("[night]\nfrom = \"25:00\"\nto = \"6:00\"\nloudnes = -26\n");
    let told = home.run("config").failure(2);
    assert_says(
        &told,
        &["`from` can't be \"25:00\"", "`loudnes` is not a key", "did you mean `loudness`?", "^^^"],
    );
}

/// A systemctl that notes what it is told.
fn with_systemctl(home: &Home, arguments: &str) -> Outcome {
    let script = format!("#!/bin/sh\necho \"$@\" >> {}/told\n", home.path().display());
    let systemctl = home.write("bin/systemctl", script);
    std::fs::set_permissions(&systemctl, std::fs::Permissions::from_mode(0o755)).unwrap();
    let folders = format!("{}:/usr/bin:/bin", systemctl.parent().unwrap().display());
    home.outcome(home.command().env("PATH", folders).env("TZ", "UTC").args(arguments.split_whitespace()))
}

#[test]
fn a_reminder_is_a_timer_that_can_be_seen_changed_and_ended() {
    let home = Home::new();
    assert_says(&with_systemctl(&home, "remind").data(), &["no reminder is set"]);
    let set = with_systemctl(&home, "remind 22:15 --days mon-fri").data();
    assert_says(&set, &["an invitation at 22:15, mon-fri", "next: ", "--off"]);
    let units = home.path().join("config/systemd/user");
    let unit = |name: &str| std::fs::read_to_string(units.join(name)).unwrap();
    assert_says(
        &unit("supine-remind.timer"),
        &["OnCalendar=Mon..Fri *-*-* 22:15:00", "WantedBy=timers.target"],
    );
    assert_says(&unit("supine-remind.service"), &["remind 22:15 --say\n"]);
    assert_says(&with_systemctl(&home, "remind").data(), &["at 22:15, mon-fri", "next: "]);
    with_systemctl(&home, "remind 6:30 --start").data();
    assert_says(
        &with_systemctl(&home, "remind").data(),
        &["and a minute later the session at 06:30, every day"],
    );
    assert_says(&unit("supine-remind.service"), &["remind 06:30 --say --start\n"]);
    let told = std::fs::read_to_string(home.path().join("told")).unwrap();
    assert_says(
        &told,
        &["--user daemon-reload", "--user enable supine-remind.timer", "--user restart supine-remind.timer"],
    );
    assert_says(&with_systemctl(&home, "remind --off").data(), &["no more reminders"]);
    assert_eq!(std::fs::read_dir(&units).unwrap().count(), 0);
    assert_says(&with_systemctl(&home, "remind --off").data(), &["no reminder was set"]);
    for wrong in ["remind 25:00", "remind 22:15 --days someday", "remind --days mon"] {
        assert_eq!(with_systemctl(&home, wrong).code, 2, "{wrong}");
    }
}

#[test]
fn without_systemd_there_is_a_line_for_cron_and_nothing_is_written() {
    let home = Home::new();
    let outcome = home
        .outcome(home.command().env("PATH", "/nonexistent").args(["remind", "22:15", "--days", "sat,sun"]));
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.starts_with("15 22 * * 6,7 XDG_RUNTIME_DIR=/run/user/"), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with(" remind 22:15 --say\n"), "{}", outcome.stdout);
    assert_says(&outcome.stderr, &["crontab -e"]);
    assert!(!home.path().join("config/systemd").exists());
}

#[test]
fn the_invitation_never_fails_and_comes_at_its_time_or_not_at_all() {
    let home = Home::new();
    home.config("voice = \"fake\"\n");
    std::fs::create_dir_all(home.path().join("run")).unwrap();
    // There is a device in the first, none in the second, and nobody is logged in for the third.
    assert_eq!(home.run("remind --say --fake-output").data(), "");
    assert_eq!(
        home.outcome(home.command().env("ALSA_CONFIG_PATH", "/dev/null").args(["remind", "--say"])).data(),
        ""
    );
    let nobody =
        home.outcome(home.command().env("XDG_RUNTIME_DIR", "/nonexistent/run").args(["remind", "--say"]));
    assert_eq!(nobody.data(), "");
    // A machine that slept at its time says nothing in the morning, and starts nothing.
    assert_eq!(at(&home, 8, "remind 22:15 --say --start --fake-output").data(), "");
    assert!(!home.path().join(LOG).exists());
}
