//! Keeps the machine awake while a session plays; its screen may go dark, since a listener in bed wants neither
//! a silence in the middle nor light. The desktop is asked over D-Bus, on a thread of its own, and the session
//! does not wait for it.
//!
//! Three services are asked, since none of them runs everywhere: systemd's logind, which does not hold back the
//! user's own desktop before version 257; GNOME's session manager; and the older interface that KDE and Xfce
//! provide. The crate keepawake asks only logind, or else the screen saver, which keeps the screen lit.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

#[cfg(all(feature = "stay-awake", target_os = "linux"))]
mod bus;

/// How long the end of a session waits for the release. Without it, the system releases the locks.
const RELEASE_LIMIT: Duration = Duration::from_millis(300);

/// Holds off the machine's sleep until it is dropped.
#[derive(Debug)]
pub struct Inhibitor {
    release: Option<Sender<()>>,
    answer: Receiver<Result<(), String>>,
    known: Option<Result<(), String>>,
}

impl Inhibitor {
    /// Asks the desktop, and does not wait for an answer.
    pub fn take() -> Self {
        let (release, released) = mpsc::channel();
        let (told, answer) = mpsc::channel();
        let inhibiting = std::thread::Builder::new().name("inhibitor".to_owned());
        // Without a thread, the sender of the answer is dropped, and that counts as an answer.
        let _ = inhibiting.spawn(move || {
            let held = hold();
            let _ = told.send(held.as_ref().map(|_| ()).map_err(Clone::clone));
            let _ = released.recv(); // until `Inhibitor` drops the sender
            drop(held);
            drop(told); // tells the other end that the locks are released
        });
        Self { release: Some(release), answer, known: None }
    }

    /// Whether the machine stays awake; `None` when that is not known after `limit`.
    ///
    /// # Errors
    /// A sentence that says why no service could be asked.
    pub fn answer(&mut self, limit: Duration) -> Option<Result<(), String>> {
        if self.known.is_none() {
            self.known = match self.answer.recv_timeout(limit) {
                Ok(answer) => Some(answer),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Err(problem("no thread is left"))),
            };
        }
        self.known.clone()
    }
}

impl Drop for Inhibitor {
    fn drop(&mut self) {
        self.release = None;
        // If nobody has taken the answer yet, it arrives before the end does.
        while self.answer.recv_timeout(RELEASE_LIMIT).is_ok() {}
    }
}

fn problem(reason: &str) -> String {
    format!(
        "the machine may fall asleep before the session ends ({reason}); its power settings can prevent that"
    )
}

#[cfg(all(feature = "stay-awake", target_os = "linux"))]
fn hold() -> Result<bus::Held, String> {
    bus::hold().ok_or_else(|| problem("no desktop answers"))
}

#[cfg(not(all(feature = "stay-awake", target_os = "linux")))]
fn hold() -> Result<(), String> {
    Err(problem("this build can't ask for it"))
}
