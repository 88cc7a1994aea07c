//! A performance under control: a plan, a voice, an ambience and an output brought together.
//! [`performance`] plays it on a device, [`take`] after take; a take's voice is [`rendered`] ahead or
//! [`live`]; `ambience` is decoded ahead; [`report`] measures.

mod ambience;
pub mod live;
pub mod outcome;
pub mod performance;
pub mod rendered;
pub mod report;
pub mod stage;
pub mod take;
