//! A live voice: it speaks by itself, and is led so that its counts keep their beat.

pub(crate) mod conductor;
mod delivery;
