//! A message bus for a test, without a desktop. Debian's package for it: dbus.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::process::{Helper, require};

/// A bus, which ends with the test.
pub struct Bus {
    pub address: String,
    daemon: Helper,
}

impl Bus {
    /// Starts a bus with its socket in `folder`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(folder: &Path) -> Self {
        require("dbus-daemon", "dbus");
        let socket = format!("--address=unix:path={}/bus", folder.display());
        let mut command = Command::new("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1", &socket]);
        let mut daemon = Helper::start(command.stdin(Stdio::null()).stdout(Stdio::piped()));
        let mut address = String::new();
        let output = daemon.child().stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut address).expect("the bus says where it is");
        Self { address: address.trim().to_owned(), daemon }
    }

    /// Ends the bus, as a logout does.
    pub fn end(&mut self) {
        self.daemon.end();
    }
}
