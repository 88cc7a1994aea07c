//! Who may ask a session for something, and who keeps the machine awake.

use std::time::Duration;

use super::finding::{Finding, Health, Machine};
use crate::desktop::inhibit::Inhibitor;
use crate::remote::socket::{self, Question, SocketError};

const LIMIT: Duration = Duration::from_secs(3);

/// `supine ctl`, and the media keys.
pub(super) fn remote(_: &Machine<'_>) -> Vec<Finding> {
    let path = socket::path();
    let own = match socket::ask(&path, Question::Status) {
        Ok(_) => Finding::good("remote control", "a session plays now, and answers"),
        Err(SocketError::NoSession) => {
            Finding::good("remote control", "`supine ctl` works while a session plays")
        }
        Err(error) => Finding::of("remote control", Health::Doubtful, &error),
    };
    let media = match media_keys() {
        Some(true) => Finding::good("media keys", "the desktop passes on media keys and headset buttons"),
        Some(false) => Finding::doubtful(
            "media keys",
            "there is no D-Bus session, so media keys and headset buttons do nothing",
            "start supine from a desktop session, or with dbus-run-session; keys and `supine ctl` work without it",
        ),
        None => return vec![own],
    };
    vec![own, media]
}

/// Whether the machine stays awake for as long as a session plays.
pub(super) fn awake(_: &Machine<'_>) -> Vec<Finding> {
    let mend = "set the machine's power settings so that it stays awake";
    vec![match Inhibitor::take().answer(LIMIT) {
        Some(Ok(())) => Finding::good("sleep", "the machine stays awake while a session plays"),
        Some(Err(why)) => Finding::doubtful("sleep", why, mend),
        None => {
            Finding::doubtful("sleep", "the desktop does not answer, so the machine may fall asleep", mend)
        }
    }]
}

/// Whether there is a bus of the session; `None` where this build has no use for it.
#[cfg(all(feature = "media-keys", feature = "stay-awake", target_os = "linux"))]
fn media_keys() -> Option<bool> {
    let (sender, answer) = std::sync::mpsc::channel();
    crate::thread::spawn("bus", move || {
        // The receiver may have gone.
        let _ = sender.send(zbus::blocking::Connection::session().is_ok());
    });
    Some(answer.recv_timeout(LIMIT).unwrap_or(false))
}

#[cfg(not(all(feature = "media-keys", feature = "stay-awake", target_os = "linux")))]
fn media_keys() -> Option<bool> {
    None
}
