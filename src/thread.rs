//! Threads with names, which debuggers and `top -H` show.

use std::thread::{Builder, JoinHandle};

/// Starts a thread. Of its name, Linux shows 15 bytes.
///
/// # Panics
/// When the system has no room for another thread, as [`std::thread::spawn`] does.
pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<T> {
    let started = Builder::new().name(name.to_owned()).spawn(work);
    started.unwrap_or_else(|error| panic!("no thread can be started: {error}"))
}
