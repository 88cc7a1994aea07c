//! A rendered voice: its words are recorded, and handed to the mixer ahead of the playhead.

pub(crate) mod feeder;
pub(crate) mod kept;
pub(crate) mod recorder;
