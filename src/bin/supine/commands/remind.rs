//! `supine remind`: an invitation at a time of day.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::Zoned;
use jiff::civil::Time;

use super::play;
use crate::args::{OutputArgs, StartArgs};
use crate::failure::Failure;
use crate::opening::{read_config, shelf};
use crate::screen::{self, complain};
use crate::speaking;
use supine::advice::Advice;
use supine::catalogue::DEFAULT;
use supine::clock::time_of_day;
use supine::config::{Choices, ForRoutine, Resolved};
use supine::desktop::reminder::when::Days;
use supine::desktop::reminder::{Current, Outcome, Reminder, current, off};
use supine::folders::Folders;
use supine::phrases::Phrases;
use supine::remote::signals::Signals;
use supine::remote::socket::{Question, ask, path};
use supine::routine::Ending;
use supine::session::lines::Lines;

/// How long after its time an invitation is still one: a machine that slept meanwhile catches up when it wakes.
const LATE_MINUTES: i32 = 30;
/// How much softer than a session it is, in dB.
const SOFTER: u32 = 6;
/// After the words, before the session that was asked for: time to lie down.
const TO_LIE_DOWN: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(700);

/// What stands below its help.
pub const HELP: &str = "\
Examples:
  supine remind 22:15
  supine remind 22:15 --days mon-fri
  supine remind 22:15 --start    the session follows a minute later
  supine remind
  supine remind --off

It is one soft sentence, by a timer of your systemd; without one, you get a line for cron.
It is not said while a session plays, nor more than half an hour late.";

/// When to remind, and of what.
#[derive(Debug, Args)]
pub struct RemindArgs {
    /// The time of day, such as 22:15; without it, what is set is shown
    #[arg(value_parser = checked_time)]
    time: Option<Time>,
    /// On these days, such as mon-fri or mon,wed; by default every day
    #[arg(long, value_name = "DAYS", requires = "time", value_parser = checked_days)]
    days: Option<Days>,
    /// Play the default routine a minute after the invitation
    #[arg(long, requires = "time")]
    start: bool,
    /// Remind no more
    #[arg(long, conflicts_with_all = ["time", "say"])]
    off: bool,
    /// Say the invitation now; this is what the timer does. Says nothing, and does not fail, when nobody can hear it
    #[arg(long)]
    say: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn checked_time(text: &str) -> Result<Time, String> {
    time_of_day(text).ok_or_else(|| "give a time from 0:00 to 23:59, such as 22:15".to_owned())
}

fn checked_days(text: &str) -> Result<Days, Advice> {
    text.parse()
}

pub fn remind(args: &RemindArgs) -> Result<ExitCode, Failure> {
    if args.say {
        return say(args);
    }
    let folders = Folders::of_user();
    if args.off {
        let was_there = off(&folders).map_err(Failure::Other)?;
        let told = if was_there { "no more reminders" } else { "no reminder was set" };
        writeln!(screen::stdout(), "{told}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(time) = args.time else { return show(&folders) };
    let reminder = Reminder::new(time, args.days.unwrap_or(Days::DAILY), args.start);
    let program = std::env::current_exe()?;
    set(&reminder, &folders, &program)
}

fn set(reminder: &Reminder, folders: &Folders, program: &Path) -> Result<ExitCode, Failure> {
    let user = supine::desktop::reminder::user();
    let mut out = screen::stdout();
    match reminder.set(folders, program, user).map_err(Failure::Other)? {
        Outcome::Set(unit) => {
            writeln!(out, "{}", described(reminder))?;
            writeln!(out, "next: {}", next(reminder))?;
            writeln!(out, "set in {}", unit.display())?;
            writeln!(out, "`supine remind --off` ends it, `supine remind --say` lets you hear it")?;
        }
        Outcome::Cron(line) => {
            complain("supine: there is no systemd for this user, so nothing is set; cron can do it:");
            complain("run `crontab -e`, add this line at the end, and save:");
            writeln!(out, "{line}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn described(reminder: &Reminder) -> String {
    let what =
        if reminder.starts { "an invitation, and a minute later the session" } else { "an invitation" };
    format!("{what} at {}, {}", reminder.when.time.strftime("%H:%M"), reminder.when.days)
}

fn next(reminder: &Reminder) -> String {
    let next = reminder.when.next(&Zoned::now());
    next.map_or_else(|| "never".to_owned(), |next| next.strftime("%A, %Y-%m-%d, %H:%M").to_string())
}

fn show(folders: &Folders) -> Result<ExitCode, Failure> {
    let mut out = screen::stdout();
    match current(folders).map_err(Failure::Other)? {
        Some(Current { reminder, is_running }) => {
            writeln!(out, "{}", described(&reminder))?;
            if is_running {
                writeln!(out, "next: {}", next(&reminder))?;
            } else {
                writeln!(out, "its timer does not run: `supine remind {}` sets it again", again(&reminder))?;
            }
        }
        None => {
            writeln!(out, "no reminder is set; `supine remind 22:15` sets one")?;
            writeln!(out, "(one in a crontab is shown by `crontab -l`)")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The words that set a reminder.
fn again(reminder: &Reminder) -> String {
    let days = match reminder.when.days {
        Days::DAILY => String::new(),
        days => format!(" --days {days}"),
    };
    let start = if reminder.starts { " --start" } else { "" };
    format!("{}{days}{start}", reminder.when.time.strftime("%H:%M"))
}

/// Says the invitation. What keeps it from being heard is no failure: a timer would report it at the wrong time, to nobody.
fn say(args: &RemindArgs) -> Result<ExitCode, Failure> {
    let is_late = args.time.is_some_and(|time| {
        let reminder = Reminder::new(time, Days::DAILY, args.start);
        reminder.when.minutes_ago(Zoned::now().time()) > LATE_MINUTES
    });
    let is_playing = ask(&path(), Question::Status).is_ok();
    if is_late || is_playing || !is_logged_in() {
        return Ok(ExitCode::SUCCESS);
    }
    let Ok(signals) = Signals::listen() else { return Ok(ExitCode::SUCCESS) };
    invite(&args.output, &signals);
    let begin = Instant::now() + if args.output.is_fake() { Duration::ZERO } else { TO_LIE_DOWN };
    while args.start && Instant::now() < begin && !signals.is_stopped() {
        std::thread::sleep(LOOK);
    }
    if args.start && !signals.is_stopped() {
        let start = StartArgs { no_setup: true, output: args.output.clone(), ..StartArgs::default() };
        return play::play(&[DEFAULT.into()], Choices::default(), start, None);
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether the user is logged in: their folder for running programs is there as long as they are. Where no such folder
/// is named, that is not known.
fn is_logged_in() -> bool {
    std::env::var_os("XDG_RUNTIME_DIR").is_none_or(|folder| Path::new(&folder).is_dir())
}

/// `None` when nothing could be said.
fn invite(output: &OutputArgs, signals: &Signals) -> Option<()> {
    // A config with mistakes is told when a session starts.
    let config = read_config().unwrap_or_default();
    let language = shelf(&Choices::default()).map_or_else(|_| "en".to_owned(), |shelf| shelf.language());
    let (phrases, is_own) = Phrases::for_language(&language);
    let language = if is_own { language } else { "en".to_owned() };
    let resolved = Resolved::new(&Choices::default(), &config, ForRoutine::default());
    let mut settings = resolved.settings(Ending::Awake);
    settings.hush(SOFTER);
    let lines = Lines::new(&[(phrases.invitation.clone(), PAUSE)], &settings, &phrases);
    speaking::say(&lines, &language, &config, resolved.voice.value, (output, signals))
}
