//! What other threads say to a mixer and ask of it: atomics, so that nobody waits for anybody.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::units::Frames;

/// What other threads may say to a mixer, and ask of it, while it plays a take.
#[derive(Debug)]
pub(crate) struct Transport {
    /// The clock of the score never passes this frame; the ambience goes on meanwhile.
    pub(super) gate: AtomicU64,
    /// The clock skips forward to this frame.
    pub(super) skip_to: AtomicU64,
    /// The frame at which the session ends.
    pub(super) end: AtomicU64,
    pub(super) position: AtomicU64,
    /// Nothing that begins at this frame or later is played: another take comes before.
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
    /// Lets the clock of the score run up to `frame`.
    pub(crate) fn open_until(&self, frame: Frames) {
        self.gate.store(frame.0, Ordering::Release);
    }

    /// Makes the clock of the score skip forward to `frame` if it is behind.
    pub(crate) fn skip_to(&self, frame: Frames) {
        self.skip_to.fetch_max(frame.0, Ordering::Release);
    }

    /// Sets the frame at which the session ends.
    pub(crate) fn end_at(&self, frame: Frames) {
        self.end.store(frame.0, Ordering::Release);
    }

    /// The frame at which the session ends; [`Frames::NEVER`] while that is not known.
    #[cfg(test)]
    pub(crate) fn end(&self) -> Frames {
        Frames(self.end.load(Ordering::Acquire))
    }

    /// Says that another take comes at `frame`, in place of an earlier word about it: whoever speaks
    /// says nothing that begins there or later.
    pub(crate) fn seal_at(&self, frame: Frames) {
        self.sealed.store(frame.0, Ordering::Release);
    }

    /// The frame at which another take comes; [`Frames::NEVER`] when none does.
    pub(crate) fn sealed(&self) -> Frames {
        Frames(self.sealed.load(Ordering::Acquire))
    }

    /// Says that another take cuts in, or comes instead: whoever speaks falls silent, and a take that
    /// has not come yet never will.
    pub(crate) fn leave(&self) {
        self.left.store(true, Ordering::Release);
    }

    /// Whether [`Transport::leave`] was called.
    pub(super) fn is_left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }

    /// Whether whoever speaks is to fall silent: the session fades out, another take has cut in or
    /// come, or this one is at its end.
    pub(crate) fn is_over(&self) -> bool {
        self.is_left() || self.is_stopping() || self.is_finished()
    }

    /// Fades out and finishes.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Takes the stop back: what has faded so far comes back as it went.
    pub(crate) fn take_back_stop(&self) {
        self.stop.store(false, Ordering::Release);
    }

    /// Whether [`Transport::stop`] was called, and not taken back.
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
