//! A terminal without a screen: the test is its keyboard, and a shell runs in it. `setsid`, which
//! is on every Linux, makes it the shell's own.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::process::Helper;

/// The far end of a terminal.
pub struct Pty {
    keyboard: File,
    name: String,
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
        Self { keyboard: far.into(), name }
    }

    /// Runs a script in it: standard input is the terminal, and so is standard error.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn run(&self, script: &str, environment: &[(&str, &str)]) -> Helper {
        let near = OpenOptions::new().read(true).write(true).open(&self.name).unwrap();
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "sh", "-c", script]).envs(environment.iter().copied());
        command.stdin(near.try_clone().unwrap()).stdout(Stdio::null()).stderr(near);
        Helper::start(&mut command)
    }

    /// Presses keys, as the bytes that a terminal sends for them.
    pub fn press(&mut self, keys: &str) {
        // A terminal whose program has ended hears nothing.
        let _ = self.keyboard.write_all(keys.as_bytes());
    }
}
