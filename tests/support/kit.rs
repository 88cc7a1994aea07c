//! rtkit itself, with what it asks (polkit), on a system bus of the test's own. Only root can let it give priority.
//! Debian's packages for it: rtkit, which brings polkit.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::bus::Bus;
use super::process::{Helper, wait_until};

const NAME: &str = "org.freedesktop.RealtimeKit1";
const START_LIMIT: Duration = Duration::from_secs(15);
/// Where Debian and others keep these programs, which no `PATH` names.
const KITS: [&str; 2] = ["/usr/libexec/rtkit-daemon", "/usr/lib/rtkit/rtkit-daemon"];
const AUTHORITIES: [&str; 3] =
    ["/usr/lib/polkit-1/polkitd", "/usr/libexec/polkitd", "/usr/lib/policykit-1/polkitd"];

/// Gives real-time priority to whoever asks, until it is dropped.
pub struct Kit {
    // In this order they end.
    _kit: Helper,
    _authority: Helper,
    bus: Bus,
    _folder: TempDir,
}

impl Kit {
    /// Starts it; `None`, and a line, where nobody here can have real-time priority.
    ///
    /// # Panics
    /// When its package is missing, or it does not answer.
    pub fn start() -> Option<Self> {
        if !gives_priority() {
            println!("NOT TRIED: real-time priority can't be had here: root might have it");
            return None;
        }
        let kit = installed(&KITS, "rtkit");
        let authority = installed(&AUTHORITIES, "polkitd");
        // The services become users of their own, and have to find the bus.
        let folder = tempfile::Builder::new()
            .prefix("supine-bus-")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .expect("a temporary folder can be made");
        let bus = Bus::of_the_system(folder.path());
        let start = |program: PathBuf, options: &[&str]| {
            let mut command = Command::new(program);
            command.args(options).env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
            Helper::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
        };
        let authority = start(authority, &[]);
        assert!(wait_until(START_LIMIT, || bus.has("org.freedesktop.PolicyKit1")), "polkit does not answer");
        // Its limits count all processes of its user, and the machine may have an rtkit of its own.
        let kit = start(kit, &["--no-limit-resources"]);
        assert!(wait_until(START_LIMIT, || bus.has(NAME)), "rtkit does not answer");
        Some(Self { _kit: kit, _authority: authority, bus, _folder: folder })
    }

    /// The address of its bus.
    pub fn address(&self) -> &str {
        &self.bus.address
    }
}

/// polkit and rtkit become other users, which only root can; and a container may give not even root priority.
fn gives_priority() -> bool {
    let tried = Command::new("chrt").args(["--rr", "1", "true"]).stderr(Stdio::null()).status();
    rustix::process::getuid().is_root() && tried.is_ok_and(|status| status.success())
}

fn installed(places: &[&'static str], package: &str) -> PathBuf {
    let found = places.iter().map(PathBuf::from).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("none of {places:?} is here, and this test needs it: install {package}"))
}
