//! Keeping the machine awake: a real bus, and stand-ins for logind and GNOME's session manager.

use std::io::{PipeReader, Read};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, fdo::DBusProxy};
use zbus::zvariant;

use super::{Place, SOON};
use crate::support::bus::Bus;
use crate::support::process::{send, wait_until};

/// The requests to the services.
type Asked = Arc<Mutex<Vec<String>>>;

struct Logind {
    asked: Asked,
    lock: Mutex<Option<OwnedFd>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zvariant::OwnedFd {
        self.asked.lock().unwrap().push(format!("logind: {what}, {who}, {why}, {mode}"));
        self.lock.lock().unwrap().take().unwrap().into()
    }
}

struct Gnome(Asked);

#[zbus::interface(name = "org.gnome.SessionManager")]
impl Gnome {
    fn inhibit(
        &self,
        who: &str,
        _window: u32,
        _why: &str,
        flags: u32,
        #[zbus(header)] header: zbus::message::Header<'_>,
    ) -> u32 {
        let asker = header.sender().map(ToString::to_string).unwrap_or_default();
        self.0.lock().unwrap().push(format!("gnome: {who}, {flags}, {asker}"));
        1
    }
}

/// A desktop on a bus, and an end of a pipe that closes when logind's lock is closed.
fn desktop(bus: &Bus, asked: &Asked) -> (Connection, PipeReader) {
    let (released, lock) = std::io::pipe().unwrap();
    let logind = Logind { asked: Arc::clone(asked), lock: Mutex::new(Some(lock.into())) };
    let connection = Builder::address(bus.address.as_str())
        .and_then(|builder| builder.serve_at("/org/freedesktop/login1", logind))
        .and_then(|builder| builder.serve_at("/org/gnome/SessionManager", Gnome(Arc::clone(asked))))
        .and_then(|builder| builder.name("org.freedesktop.login1"))
        .and_then(|builder| builder.name("org.gnome.SessionManager"))
        .and_then(Builder::build);
    (connection.unwrap(), released)
}

fn session(place: &mut Place, address: &str) -> crate::support::process::Helper {
    place.set_bus(address);
    place.environment.push_str(" INHIBIT=1");
    place.start()
}

#[test]
fn sleep_is_held_off_but_not_the_dark_screen_until_the_session_ends() {
    for end in ["TERM", "KILL"] {
        let mut place = Place::new();
        let bus = Bus::start(place.folder.path());
        let asked = Asked::default();
        let (connection, mut released) = desktop(&bus, &asked);
        let session = session(&mut place, &bus.address);
        place.wait_for(&["Some(Ok(()))"]);
        let heard = asked.lock().unwrap().clone();
        assert_eq!(heard[0], "logind: sleep, supine, a session is playing, block");
        let (gnome, asker) = heard[1].rsplit_once(", ").unwrap();
        assert_eq!((gnome, heard.len()), ("gnome: supine, 4", 2), "4 is sleep alone");
        let bus = DBusProxy::new(&connection).unwrap();
        assert!(bus.name_has_owner(asker.try_into().unwrap()).unwrap());
        send(end, session.pid());
        assert_eq!(released.read(&mut [0]).unwrap(), 0, "the lock is let go");
        assert!(wait_until(SOON, || !bus.name_has_owner(asker.try_into().unwrap()).unwrap()));
    }
}

#[test]
fn without_a_desktop_a_sentence_says_so_and_the_session_plays() {
    let mut place = Place::new();
    let address = format!("unix:path={}", place.file("no-bus"));
    let session = session(&mut place, &address);
    assert!(wait_until(SOON, || place.heard().len() == 1));
    assert!(place.heard()[0].contains("may fall asleep"), "{:?}", place.heard());
    send("USR1", session.pid());
    assert!(wait_until(SOON, || place.heard().len() == 2));
}

#[test]
fn a_desktop_that_hangs_keeps_nobody_waiting() {
    let mut place = Place::new();
    // A bus that accepts connections and never answers.
    let silent = std::os::unix::net::UnixListener::bind(place.file("silent")).unwrap();
    let address = format!("unix:path={}", place.file("silent"));
    place.set_bus(&address);
    let mut session = place.start();
    send("TERM", session.pid());
    assert_eq!(session.wait(SOON).expect("it ends").code(), Some(143));
    drop(silent);
}
