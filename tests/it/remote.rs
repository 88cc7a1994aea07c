//! Control from outside, on real terminals, sockets and buses. A program stands in for a session: it listens to
//! all remotes, logs their events, and takes a moment to stop.

#![cfg(target_os = "linux")]

#[cfg(feature = "stay-awake")]
mod inhibit;
mod keyboard;
#[cfg(feature = "media-keys")]
mod media_keys;
mod signals;
mod socket;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::support::process::{Helper, wait_until};
use supine::control::{Event, Now, Request, State};
use supine::desktop::inhibit::Inhibitor;
use supine::remote::Remotes;
use supine::remote::signals::Signals;
use tempfile::TempDir;

/// A limit for what should take a few milliseconds.
const SOON: Duration = Duration::from_secs(20);
/// How long the stand-in takes to fade out, unless `FADE_S` in its environment says otherwise.
const FADE: Duration = Duration::from_millis(700);

/// The stand-in: this test, started again by the others.
#[test]
#[ignore = "the other tests run it"]
fn stand_in() {
    let Ok(folder) = std::env::var("STAND_IN") else {
        return;
    };
    let mut log = fs::File::create(PathBuf::from(folder).join("heard")).unwrap();
    let code = perform(&mut |line| writeln!(log, "{line} {}", micros()).unwrap());
    std::process::exit(code);
}

/// Listens until it is asked to stop.
fn perform(log: &mut dyn FnMut(&str)) -> i32 {
    let signals = Signals::listen().unwrap();
    let mut remotes = Remotes::new(&signals).unwrap();
    if let Err(error) = remotes.open_socket() {
        log(&format!("no socket: {error}"));
        return 1;
    }
    if std::env::var_os("SILENT").is_some() {
        supine::remote::leave_terminal_untouched();
    }
    remotes.listen_to_keys().unwrap();
    let given = std::env::var("FADE_S").ok().and_then(|seconds| seconds.parse().ok());
    let fade = given.map_or(FADE, Duration::from_secs);
    log(&format!("pid {}", std::process::id()));
    let mut inhibitor = std::env::var_os("INHIBIT").map(|_| Inhibitor::take());
    if let Some(answer) = inhibitor.as_mut().map(|inhibitor| inhibitor.answer(SOON)) {
        log(&format!("{answer:?}"));
    }
    let mut end = None;
    let mut now = Now { title: "Bedtime".to_owned(), poses: 2, volume: 1.0, ..Now::default() };
    remotes.show(&now);
    remotes.offer_media_keys();
    while end.is_none_or(|end| Instant::now() < end) {
        remotes.show(&now);
        let Some(heard) = remotes.next(Duration::from_millis(100)) else {
            continue;
        };
        match heard.event {
            Event::Asked(request) => log(&format!("{request}")),
            other => log(&format!("{other:?}")),
        }
        change(&mut now, heard.event);
        match heard.event {
            Event::Asked(Request::Stop) => end = end.or(Some(Instant::now() + fade)),
            Event::Asked(Request::TakeBackStop) => end = None,
            Event::Asked(Request::SkipTonight) if std::env::var_os("PANIC").is_some() => panic!("as asked"),
            _ => {}
        }
    }
    drop(remotes);
    signals.exit_code().map_or(0, i32::from)
}

/// The visible effect of a request.
fn change(now: &mut Now, event: Event) {
    match event {
        Event::Asked(Request::Pause) => now.state = State::Paused,
        Event::Asked(Request::Resume) => now.state = State::Playing,
        Event::Asked(Request::PauseOrResume) => {
            now.state = if now.state == State::Paused { State::Playing } else { State::Paused };
        }
        Event::Asked(Request::Next) => {
            now.pose_number += 1;
            now.pose = Some(format!("Pose {}", now.pose_number));
            now.position_s = 60.0;
            now.length_s = Some(1800.0);
        }
        Event::Asked(Request::Volume(percent)) => now.volume = f64::from(percent) / 100.0,
        Event::Asked(Request::Stop) => now.state = State::Ending,
        _ => {}
    }
}

/// The time of day, in microseconds.
fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()
}

/// The folder in which a stand-in writes, and its logs.
struct Place {
    folder: TempDir,
    /// Put before its command: additions to its environment.
    environment: String,
}

impl Place {
    /// A place without a bus: a test must not talk to the desktop of whoever runs it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bus = format!("unix:path={}/no-bus", folder.path().display());
        let mut place = Self { folder, environment: String::new() };
        place.set_bus(&bus);
        place
    }

    /// A place whose stand-in fades slowly.
    fn slow_to_fade() -> Self {
        Self::with_fade(5)
    }

    /// A place whose stand-in does not finish fading while a test waits.
    fn fading_for_ever() -> Self {
        Self::with_fade(24 * 3600)
    }

    fn with_fade(seconds: u32) -> Self {
        let mut place = Self::new();
        place.environment.push_str(&format!(" FADE_S={seconds}"));
        place
    }

    fn set_bus(&mut self, address: &str) {
        self.environment =
            format!("DBUS_SESSION_BUS_ADDRESS='{address}' DBUS_SYSTEM_BUS_ADDRESS='{address}'");
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// The command that starts a stand-in here, for a shell.
    fn shell_command(&self) -> String {
        let program = std::env::current_exe().unwrap();
        let folder = self.folder.path().display();
        format!(
            "{} STAND_IN='{folder}' XDG_RUNTIME_DIR='{folder}/run' '{}' --exact remote::stand_in --ignored --nocapture 2>>'{}'",
            self.environment,
            program.display(),
            self.file("errors")
        )
    }

    /// The same command, beside the session of another place.
    fn shell_command_beside(&self, other: &Self) -> String {
        self.shell_command().replace(&self.file("run"), &other.file("run"))
    }

    /// Starts a stand-in without a terminal.
    fn start(&self) -> Helper {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec env {}", self.shell_command())]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let helper = Helper::start(&mut command);
        self.started();
        helper
    }

    /// Waits until a stand-in listens, and returns its process id.
    fn started(&self) -> u32 {
        assert!(wait_until(SOON, || self.read("heard").contains('\n')), "{}", self.read("errors"));
        self.heard_at()[0].0["pid ".len()..].parse().unwrap()
    }

    /// The events that were heard and when, in microseconds.
    fn heard_at(&self) -> Vec<(String, u128)> {
        let line = |line: &str| {
            let (what, when) = line.rsplit_once(' ')?;
            Some((what.to_owned(), when.parse().ok()?))
        };
        self.read("heard").lines().filter_map(line).collect()
    }

    /// The events that were heard.
    fn heard(&self) -> Vec<String> {
        self.heard_at().into_iter().skip(1).map(|(what, _)| what).collect()
    }

    #[track_caller]
    fn wait_for(&self, what: &[&str]) {
        assert!(wait_until(SOON, || self.heard() == what), "{:?} instead of {what:?}", self.heard());
    }
}

impl Drop for Place {
    /// Ends what a terminal's shell has left running.
    fn drop(&mut self) {
        let heard = self.heard_at();
        let pid = heard.first().and_then(|(line, _)| line.strip_prefix("pid ")?.parse().ok());
        let Some(pid) = pid else { return };
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&command).contains("stand_in") {
            crate::support::process::send("KILL", pid);
        }
    }
}
