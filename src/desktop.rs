//! What supine asks of the desktop while a session plays: to keep the machine awake.

pub mod inhibit;
