//! What the threads behind the remotes hold: a wire to the session, and a board with its state.

use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::control::{Event, Now, Request};

/// An event and the moment it came in, from which the delay to the loudspeaker can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The event.
    pub event: Event,
    /// The moment.
    pub at: Instant,
}

/// The remotes' end: threads pass on here what they hear.
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

/// The session's state, for all who ask.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Now>);

impl Board {
    /// The state that was shown last.
    pub(crate) fn now(&self) -> Now {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows the session's state, and returns the one that was shown before.
    pub(super) fn show(&self, now: &Now) -> Now {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), now.clone())
    }
}
