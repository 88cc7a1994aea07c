//! A message bus for a test, without a desktop. Debian's package for it: dbus.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::process::{Helper, require};

/// A bus for services that become users of their own. Anybody may ask anything there. Where it listens is told by its
/// arguments, and a config has to name a place all the same.
const SYSTEM: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"#;

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
        Self::with("--session", folder)
    }

    /// Starts a system's bus with its socket in `folder`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn of_the_system(folder: &Path) -> Self {
        let config = folder.join("bus.conf");
        std::fs::write(&config, SYSTEM).expect("a file can be written");
        Self::with(&format!("--config-file={}", config.display()), folder)
    }

    fn with(config: &str, folder: &Path) -> Self {
        require("dbus-daemon", "dbus");
        let socket = format!("--address=unix:path={}/bus", folder.display());
        let mut command = Command::new("dbus-daemon");
        command.args([config, "--nofork", "--nopidfile", "--print-address=1", &socket]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut daemon = Helper::start(&mut command);
        let mut address = String::new();
        let output = daemon.child().stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut address).expect("the bus says where it is");
        Self { address: address.trim().to_owned(), daemon }
    }

    /// Whether somebody there is called `name`.
    pub fn has(&self, name: &str) -> bool {
        let mut command = Command::new("dbus-send");
        command.args([&format!("--bus={}", self.address), "--print-reply", "--dest=org.freedesktop.DBus"]);
        command.args(["/", "org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
        let answer = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
        answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("boolean true"))
    }

    /// Ends the bus, as a logout does.
    pub fn end(&mut self) {
        self.daemon.end();
    }
}
