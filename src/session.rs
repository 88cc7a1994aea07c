//! A performance under control: a plan, a voice, an ambience and an output brought together.
//! [`studio`] records a rendered voice, [`prompter`] keeps the mixer fed with it, [`conductor`]
//! leads a live voice, [`performance`] plays either on a device, take after take (`playout`), and
//! `recovery` goes on when one is lost; [`report`] measures it.

pub mod conductor;
mod delivery;
mod milestones;
pub mod performance;
mod playout;
mod progress;
pub mod prompter;
mod pump;
mod recovery;
pub mod report;
pub mod speaking;
mod stage;
pub mod steering;
pub mod studio;
mod takes;
