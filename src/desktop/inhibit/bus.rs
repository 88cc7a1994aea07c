//! The services on D-Bus that prevent sleep.

use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy, fdo::DBusProxy};
use zbus::names::BusName;
use zbus::zvariant::OwnedFd;

/// How long a service may take to answer.
const LIMIT: Duration = Duration::from_secs(3);
const NAME: &str = "supine";
const REASON: &str = "a session is playing";
/// GNOME's flag against sleep; the flag for the screen is another one.
const SUSPEND: u32 = 4;

/// Locks that prevent sleep as long as they are open. All of them end with their connection, so a killed
/// process releases them, too.
pub(super) struct Held {
    buses: Vec<Connection>,
    /// These only need to stay open.
    locks: Vec<OwnedFd>,
}

impl Drop for Held {
    fn drop(&mut self) {
        for bus in self.buses.drain(..) {
            // The connection is gone either way.
            let _ = bus.close();
        }
    }
}

/// Asks all services that are there; `None` when no service is there, or none is willing.
pub(super) fn hold() -> Option<Held> {
    let mut held = Held { buses: Vec::new(), locks: Vec::new() };
    let mut is_held = false;
    if let Some(bus) = connected(Builder::system()) {
        let lock = on_system(&bus);
        is_held |= lock.is_some();
        held.locks.extend(lock);
        held.buses.push(bus);
    }
    if let Some(bus) = connected(Builder::session()) {
        is_held |= on_session(&bus);
        held.buses.push(bus);
    }
    is_held.then_some(held)
}

fn connected(builder: zbus::Result<Builder<'_>>) -> Option<Connection> {
    builder.ok()?.method_timeout(LIMIT).build().ok()
}

/// logind's lock: a file that is kept open.
fn on_system(bus: &Connection) -> Option<OwnedFd> {
    let manager =
        proxy(bus, "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")?;
    manager.call("Inhibit", &("sleep", NAME, REASON, "block")).ok()
}

/// The lock of the desktop itself, by GNOME's interface or by the older one.
fn on_session(bus: &Connection) -> bool {
    let (name, path) = ("org.gnome.SessionManager", "/org/gnome/SessionManager");
    let by_gnome = proxy(bus, name, path, name)
        .is_some_and(|manager| manager.call::<_, _, u32>("Inhibit", &(NAME, 0u32, REASON, SUSPEND)).is_ok());
    let name = "org.freedesktop.PowerManagement.Inhibit";
    let path = "/org/freedesktop/PowerManagement/Inhibit";
    by_gnome
        || proxy(bus, name, path, name)
            .is_some_and(|manager| manager.call::<_, _, u32>("Inhibit", &(NAME, REASON)).is_ok())
}

/// A service that already runs on a bus: nothing is started for this.
fn proxy<'a>(bus: &Connection, name: &'a str, path: &'a str, interface: &'a str) -> Option<Proxy<'a>> {
    let owned = DBusProxy::new(bus).ok()?.name_has_owner(BusName::try_from(name).ok()?).ok()?;
    if owned { Proxy::new(bus, name, path, interface).ok() } else { None }
}
