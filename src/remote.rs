//! Where control comes from while a session plays.

pub mod signals;
