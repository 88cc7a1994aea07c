//! A live voice: it speaks by itself, and is conducted so that its counts stay on their beat.

pub(crate) mod conductor;
mod delivery;
