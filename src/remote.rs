//! Where control comes from.

pub mod keys;
pub mod signals;
