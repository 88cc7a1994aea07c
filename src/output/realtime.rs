//! Asks for real-time priority for the thread that renders, so that a busy machine does not break the sound.
//! On Linux a service gives it, rtkit; without it the thread plays as any other. A crate for this,
//! audio_thread_priority, would need the C library of D-Bus.

#[cfg(not(all(feature = "realtime", target_os = "linux")))]
mod kit {
    //! Where nobody can be asked.

    use std::sync::Arc;

    use crate::output::source::Rendering;

    pub(in crate::output) fn ask(_: Arc<Rendering>) {}

    pub(in crate::output) fn was_warned() -> bool {
        false
    }
}

#[cfg(all(feature = "realtime", target_os = "linux"))]
mod kit;

pub(super) use kit::{ask, was_warned};
