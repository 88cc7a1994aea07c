//! A rendered voice: what it says is recorded, and handed to the mixer ahead of the playhead.

pub(crate) mod feeder;
pub(crate) mod recorder;
