//! What threads that hear something hold: a wire to the session, and a board that says what is now.

use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::control::{Event, Now, Request};

/// An event and the moment it came in, from which the way to the loudspeaker can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What.
    pub event: Event,
    /// When.
    pub at: Instant,
}

/// The far end: threads that hear something say it here.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Sender<Heard>);

impl Wire {
    pub(super) fn new(sender: Sender<Heard>) -> Self {
        Self(sender)
    }

    /// Passes a request on.
    pub(crate) fn ask(&self, request: Request) {
        self.tell(Event::Asked(request));
    }

    /// Passes an event on.
    pub(crate) fn tell(&self, event: Event) {
        // Without a session there is nobody to tell.
        let _ = self.0.send(Heard { event, at: Instant::now() });
    }
}

/// What is now, for all who ask.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Now>);

impl Board {
    /// What was shown last.
    pub(crate) fn now(&self) -> Now {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows what is now, and returns what was shown before.
    pub(super) fn show(&self, now: &Now) -> Now {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), now.clone())
    }
}
