//! A rendered voice: what it says is recorded, and handed to the mixer ahead of the playhead.

pub mod feeder;
pub mod recorder;
