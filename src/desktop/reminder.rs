//! The reminder: an invitation at a time of day, by a timer of the user's systemd. Where there is no systemd for this
//! user, nothing is written, and a line for cron does the same.

pub mod when;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::civil::Time;

use self::when::{Days, When};
use crate::advice::{Advice, Advise};
use crate::folders::Folders;
use crate::whole_file::{Manner, target};

/// The names of the units.
const TIMER: &str = "supine-remind.timer";
const SERVICE: &str = "supine-remind.service";
/// What the units begin with. What the user writes into them stays until the next `supine remind`.
const HEAD: &str = "# Written by `supine remind`, which replaces it; `supine remind --off` removes it.\n";
const MANNER: Manner = Manner { prefix: ".supine-", suffix: ".part", is_private: false, is_durable: true };

/// A reminder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// When it comes.
    pub when: When,
    /// Whether the session follows the invitation.
    pub starts: bool,
}

/// What became of setting one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The timer runs; this is its file.
    Set(PathBuf),
    /// There is no systemd for this user: this line does it for cron.
    Cron(String),
}

/// The reminder that is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The reminder.
    pub reminder: Reminder,
    /// Whether its timer runs.
    pub is_running: bool,
}

impl Reminder {
    /// A reminder at a time, on some days.
    pub fn new(time: Time, days: Days, starts: bool) -> Self {
        Self { when: When { time, days }, starts }
    }

    /// The unit that says when.
    pub fn timer(&self) -> String {
        format!(
            "{HEAD}[Unit]\nDescription=An invitation to bedtime stretches\n\n[Timer]\nOnCalendar={}\nAccuracySec=10s\n\n\
             [Install]\nWantedBy=timers.target\n",
            self.when.calendar()
        )
    }

    /// The unit that says what. What would come late, because the machine slept, is not said.
    pub fn service(&self, program: &Path) -> String {
        let words = self.words().map(|word| format!(" {word}")).collect::<String>();
        let program = systemd_word(program.as_os_str());
        format!(
            "{HEAD}[Unit]\nDescription=An invitation to bedtime stretches\n\n[Service]\nType=oneshot\n\
             ExecStart={program}{words}\n"
        )
    }

    /// A line for `crontab -e`. Its sound server is found through the user's folder for running programs.
    pub fn cron(&self, program: &Path, user: u32) -> String {
        let words = self.words().map(|word| format!(" {word}")).collect::<String>();
        // In a crontab, a per cent sign ends the line.
        let program = shell_word(program.as_os_str()).replace('%', "\\%");
        format!("{} XDG_RUNTIME_DIR=/run/user/{user} {program}{words}", self.when.cron())
    }

    fn words(&self) -> impl Iterator<Item = String> {
        let time = self.when.time.strftime("%H:%M").to_string();
        let start = self.starts.then(|| "--start".to_owned());
        ["remind".to_owned(), time, "--say".to_owned()].into_iter().chain(start)
    }

    /// The reminder that these units stand for; `None` when somebody has written them anew.
    fn of_units(timer: &str, service: &str) -> Option<Self> {
        let value = |unit: &str, key: &str| {
            unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned))
        };
        let when = When::of_calendar(&value(timer, "OnCalendar")?)?;
        Some(Self { when, starts: value(service, "ExecStart")?.ends_with(" --start") })
    }

    /// Sets it, in place of the one before.
    ///
    /// # Errors
    /// When the units can't be written, or systemd refuses them.
    pub fn set(&self, folders: &Folders, program: &Path, user: u32) -> Result<Outcome, Advice> {
        let Some(units) = units(folders).filter(|_| has_systemd()) else {
            return Ok(Outcome::Cron(self.cron(program, user)));
        };
        write(&units.join(SERVICE), &self.service(program))?;
        write(&units.join(TIMER), &self.timer())?;
        systemctl(&["daemon-reload"])?;
        systemctl(&["enable", TIMER])?;
        // One that runs already learns its new time by this, and `enable --now` would leave it as it is.
        systemctl(&["restart", TIMER])?;
        Ok(Outcome::Set(units.join(TIMER)))
    }
}

/// The reminder that is set, if any.
///
/// # Errors
/// When there are units that `supine remind` has not written.
pub fn current(folders: &Folders) -> Result<Option<Current>, Advice> {
    let Some(units) = units(folders) else { return Ok(None) };
    let read = |name: &str| std::fs::read_to_string(units.join(name)).ok();
    let (Some(timer), Some(service)) = (read(TIMER), read(SERVICE)) else { return Ok(None) };
    let reminder = Reminder::of_units(&timer, &service).ok_or_else(|| {
        let problem = format!("{} was changed by hand", units.join(TIMER).display());
        Advice::new(problem, "`systemctl --user list-timers` says when it comes next")
    })?;
    Ok(Some(Current { reminder, is_running: systemctl(&["is-active", "--quiet", TIMER]).is_ok() }))
}

/// Ends the reminder. Returns whether there was one.
///
/// # Errors
/// When a unit can't be removed.
pub fn off(folders: &Folders) -> Result<bool, Advice> {
    let Some(units) = units(folders) else { return Ok(false) };
    let there: Vec<PathBuf> =
        [TIMER, SERVICE].map(|name| units.join(name)).into_iter().filter(|unit| unit.exists()).collect();
    if there.is_empty() {
        return Ok(false);
    }
    let has_systemd = has_systemd();
    if has_systemd {
        // A unit that is not enabled needs no more than to be removed.
        let _ = systemctl(&["disable", "--now", TIMER]);
    }
    for unit in there {
        std::fs::remove_file(&unit).map_err(|error| {
            let problem = format!("can't remove {} ({error})", unit.display());
            Advice::new(problem, "remove it by hand, then run `systemctl --user daemon-reload`")
        })?;
    }
    if has_systemd {
        systemctl(&["daemon-reload"])?;
    }
    Ok(true)
}

/// The number of the user.
pub fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

/// The folder of the user's own units.
fn units(folders: &Folders) -> Option<PathBuf> {
    Some(folders.config.as_ref()?.parent()?.join("systemd/user"))
}

fn write(path: &Path, text: &str) -> Result<(), Advice> {
    let written = target(path).and_then(|target| target.write(text.as_bytes(), MANNER));
    written.map_err(|refusal| {
        refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display()))
    })
}

/// Whether systemd runs for this user.
fn has_systemd() -> bool {
    systemctl(&["show", "--property=Version"]).is_ok()
}

fn systemctl(words: &[&str]) -> Result<(), Advice> {
    let mut command = Command::new("systemctl");
    let run = command.arg("--user").args(words).stdin(Stdio::null()).output();
    let failed = |why: &str| {
        let problem = format!("`systemctl --user {}` failed ({why})", words.join(" "));
        Advice::new(problem, "run it yourself to see more")
    };
    let output = run.map_err(|error| failed(&error.to_string()))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(failed(String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// A program as systemd reads it: quoted, with its sign for specifiers doubled. Variables are for its arguments only.
fn systemd_word(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let escaped = word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
    format!("\"{escaped}\"")
}

/// A word as a shell reads it.
fn shell_word(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if word.chars().all(is_plain) { word.into_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests;
