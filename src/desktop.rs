//! What the desktop is asked for while a session plays: to keep the machine awake.

pub mod inhibit;
