//! How other threads control a mixer and read its state: through atomics, so that no thread waits for
//! another.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::units::Frames;

/// Controls and state of a mixer that other threads share while it plays a take.
#[derive(Debug)]
pub(crate) struct Transport {
    /// The score's clock never passes this frame; the ambience continues meanwhile.
    pub(super) gate: AtomicU64,
    /// The clock skips forward to this frame.
    pub(super) skip_to: AtomicU64,
    /// The frame at which the session ends.
    pub(super) end: AtomicU64,
    pub(super) position: AtomicU64,
    /// Nothing that begins at this frame or later is played, because another take starts there.
    sealed: AtomicU64,
    left: AtomicBool,
    stop: AtomicBool,
    pub(super) finished: AtomicBool,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            gate: AtomicU64::new(0),
            skip_to: AtomicU64::new(0),
            end: AtomicU64::new(Frames::NEVER.0),
            position: AtomicU64::new(0),
            sealed: AtomicU64::new(Frames::NEVER.0),
            left: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        }
    }
}

impl Transport {
    /// Lets the score's clock run up to `frame`.
    pub(crate) fn open_until(&self, frame: Frames) {
        self.gate.store(frame.0, Ordering::Release);
    }

    /// Makes the score's clock skip forward to `frame` if it has not reached it.
    pub(crate) fn skip_to(&self, frame: Frames) {
        self.skip_to.fetch_max(frame.0, Ordering::Release);
    }

    /// Sets the frame at which the session ends.
    pub(crate) fn end_at(&self, frame: Frames) {
        self.end.store(frame.0, Ordering::Release);
    }

    /// The frame at which the session ends; [`Frames::NEVER`] while that is not known.
    pub(crate) fn end(&self) -> Frames {
        Frames(self.end.load(Ordering::Acquire))
    }

    /// Announces that another take starts at `frame`, which replaces an earlier announcement: nothing that
    /// begins there or later is spoken.
    pub(crate) fn seal_at(&self, frame: Frames) {
        self.sealed.store(frame.0, Ordering::Release);
    }

    /// The frame at which another take starts; [`Frames::NEVER`] if there is none.
    pub(crate) fn sealed(&self) -> Frames {
        Frames(self.sealed.load(Ordering::Acquire))
    }

    /// Announces that another take cuts in or replaces this one: the speech falls silent, and a take that
    /// has not started never will.
    pub(crate) fn leave(&self) {
        self.left.store(true, Ordering::Release);
    }

    /// Whether [`Transport::leave`] was called.
    pub(super) fn is_left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }

    /// Whether the speech must fall silent: the session fades out, another take has cut in or replaced this
    /// one, or this one has ended.
    pub(crate) fn is_over(&self) -> bool {
        self.is_left() || self.is_stopping() || self.is_finished()
    }

    /// Fades out and finishes.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Cancels the stop: the sound fades back in along the same curve.
    pub(crate) fn take_back_stop(&self) {
        self.stop.store(false, Ordering::Release);
    }

    /// Whether [`Transport::stop`] was called and not cancelled.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// How far the score has come out of the mixer.
    pub(crate) fn position(&self) -> Frames {
        Frames(self.position.load(Ordering::Acquire))
    }

    /// Whether everything has come out of the mixer.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_falls_silent_when_its_take_is_left_is_stopped_or_has_ended() {
        let is_over = |change: &dyn Fn(&Transport)| {
            let transport = Transport::default();
            change(&transport);
            transport.is_over()
        };
        assert!(!is_over(&|_| {}));
        assert!(is_over(&Transport::leave) && is_over(&Transport::stop));
        assert!(is_over(&|transport| transport.finished.store(true, Ordering::Release)));
        assert!(!is_over(&|transport| {
            transport.stop();
            transport.take_back_stop();
        }));
    }
}
