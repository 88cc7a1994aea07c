//! Waiting for what takes time, without keeping the host waiting.

use std::collections::VecDeque;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::control::{Event, Request};

/// How often the session is looked at when nobody asks for anything.
pub(super) const WATCH: Duration = Duration::from_millis(50);
/// The same, while something is waited for that delays the first word.
const SHORT: Duration = Duration::from_millis(5);
/// How long voices may take to fall silent when a session is over.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Does what may take long on a thread of its own, and hears `next` meanwhile. Whatever is asked for
/// goes to `early`.
///
/// # Errors
/// The thread, when the listener has asked to stop: nobody waits any more.
pub fn wait_for<T: Send + 'static>(
    next: &mut dyn FnMut(Duration) -> Option<Event>,
    early: &mut VecDeque<Event>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinHandle<T>> {
    let working = std::thread::spawn(work);
    while !working.is_finished() {
        match next(SHORT) {
            Some(Event::Asked(Request::Stop)) => return Err(working),
            event => early.extend(event),
        }
    }
    // A panic in a thread of ours is a bug, and goes on as one.
    Ok(working.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// Waits until something is so, for `time` at most.
pub(super) fn wait_at_most(time: Duration, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + time;
    while !is_so() && Instant::now() < limit {
        std::thread::sleep(SHORT);
    }
}
