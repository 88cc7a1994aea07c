//! Waits for slow work, and keeps listening to the host meanwhile.

use std::collections::VecDeque;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::control::{Event, Request};
use crate::thread::spawn;

/// How often the session is looked at when there are no requests; one is answered at once.
pub(super) const WATCH: Duration = Duration::from_millis(100);
/// The same, while the first word waits for something.
const SHORT: Duration = Duration::from_millis(5);
/// How long voices may take to fall silent when a session is over.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Does slow work on a thread of its own, and listens to `next` meanwhile. Requests go to `early`.
///
/// # Errors
/// Returns the thread when the listener has asked to stop: nobody waits for it any more.
pub fn wait_for<T: Send + 'static>(
    next: &mut dyn FnMut(Duration) -> Option<Event>,
    early: &mut VecDeque<Event>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinHandle<T>> {
    let working = spawn("opening", work);
    while !working.is_finished() {
        match next(SHORT) {
            Some(Event::Asked(Request::Stop)) => return Err(working),
            event => early.extend(event),
        }
    }
    // A panic in one of supine's threads is a bug, so it is passed on.
    Ok(working.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// Waits until something is so, for at most `time`.
pub(super) fn wait_at_most(time: Duration, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + time;
    while !is_so() && Instant::now() < limit {
        std::thread::sleep(SHORT);
    }
}
