//! What supine asks of the desktop: to keep the machine awake during a session, and to remind of one.

pub mod inhibit;
pub mod reminder;
