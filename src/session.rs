//! A performance under control: a plan, a voice, an ambience and an output brought together.
//! [`studio`] records a rendered voice, [`prompter`] keeps the mixer fed with it, [`conductor`]
//! leads a live voice, [`performance`] plays either on a device, [`report`] measures it.

pub mod conductor;
pub mod performance;
pub mod prompter;
pub mod report;
pub mod speaking;
pub mod steering;
pub mod studio;
