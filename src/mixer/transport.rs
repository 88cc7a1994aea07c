//! What other threads say to a mixer and ask of it: atomics, so that nobody waits for anybody.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::units::Frames;

/// What other threads may say to a mixer, and ask of it, while it plays a take.
#[derive(Debug)]
pub struct Transport {
    /// The clock of the score never passes this frame; the ambience goes on meanwhile.
    pub(super) gate: AtomicU64,
    /// The clock skips forward to this frame.
    pub(super) skip_to: AtomicU64,
    /// The frame at which the session ends.
    pub(super) end: AtomicU64,
    pub(super) position: AtomicU64,
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
            stop: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        }
    }
}

impl Transport {
    /// Lets the clock of the score run up to `frame`.
    pub fn open_until(&self, frame: Frames) {
        self.gate.store(frame.0, Ordering::Release);
    }

    /// Makes the clock of the score skip forward to `frame` if it is behind.
    pub fn skip_to(&self, frame: Frames) {
        self.skip_to.fetch_max(frame.0, Ordering::Release);
    }

    /// Sets the frame at which the session ends.
    pub fn end_at(&self, frame: Frames) {
        self.end.store(frame.0, Ordering::Release);
    }

    /// The frame at which the session ends; [`Frames::NEVER`] while that is not known.
    pub fn end(&self) -> Frames {
        Frames(self.end.load(Ordering::Acquire))
    }

    /// Fades out and finishes.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Whether [`Transport::stop`] was called.
    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// How far the score has been rendered.
    pub fn position(&self) -> Frames {
        Frames(self.position.load(Ordering::Acquire))
    }

    /// Whether everything has been rendered.
    pub fn is_finished(&self) -> bool {
        self.finished.load(Ordering::Acquire)
    }
}
