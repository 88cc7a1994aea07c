//! A terminal without a screen: the test is its keyboard, and a shell runs in it. `setsid`, which is on every
//! Linux, makes it the shell's controlling terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::process::Helper;

/// How long a closed terminal may stay open.
const CLOSING: Duration = Duration::from_millis(20);

/// The far end of a terminal, which is closed when it is dropped.
pub struct Pty {
    far: Arc<File>,
    name: String,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Pty {
    /// A new terminal, with the modes that a person finds.
    ///
    /// # Panics
    /// When the system has none.
    pub fn new() -> Self {
        let far = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&far).unwrap();
        unlockpt(&far).unwrap();
        let name = ptsname(&far, Vec::new()).unwrap().into_string().unwrap();
        let far = Arc::new(File::from(far));
        let screen = Arc::downgrade(&far);
        let shown = Arc::default();
        let seen = Arc::clone(&shown);
        std::thread::spawn(move || look_at(&screen, &seen));
        Self { far, name, shown }
    }

    /// Runs a script in it: the terminal is its standard input and its standard error.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn run(&self, script: &str, environment: &[(&str, &str)]) -> Helper {
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "sh", "-c", script]).envs(environment.iter().copied());
        self.start(command)
    }

    /// Runs a command that starts with `setsid --ctty` in it, in the same way.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn start(&self, mut command: Command) -> Helper {
        let near = OpenOptions::new().read(true).write(true).open(&self.name).unwrap();
        command.stdin(near.try_clone().unwrap()).stdout(Stdio::null()).stderr(near);
        Helper::start(&mut command)
    }

    /// Everything that was written to it so far, invisible sequences included.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Presses keys, as the bytes that a terminal sends for them.
    pub fn press(&mut self, keys: &str) {
        // A terminal whose program has ended takes no keys.
        let _ = self.far.as_ref().write_all(keys.as_bytes());
    }
}

/// Reads what is shown, so that no program waits for it.
fn look_at(screen: &Weak<File>, seen: &Mutex<Vec<u8>>) {
    let limit = Timespec { tv_sec: 0, tv_nsec: CLOSING.subsec_nanos().into() };
    let mut shown = [0; 4096];
    while let Some(far) = screen.upgrade() {
        let is_shown =
            poll(&mut [PollFd::new(&far, PollFlags::IN)], Some(&limit)).is_ok_and(|ready| ready > 0);
        // An error means that no program has the terminal open now.
        match is_shown.then(|| far.as_ref().read(&mut shown)) {
            None => {}
            Some(Ok(many)) => {
                seen.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&shown[..many]);
            }
            Some(Err(_)) => {
                drop(far);
                std::thread::sleep(CLOSING);
            }
        }
    }
}
