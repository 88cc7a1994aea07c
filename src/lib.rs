//! supine: a headless, voice-guided player for bedtime stretches.
//!
//! [`Session`] is the door: it opens a routine with [`Choices`], and shows, renders or plays it. A [`Host`]
//! passes requests on while it plays and is shown where it is; a [`Watch`] follows a render. The library never
//! prints.
//!
//! Inside, a routine is compiled, then performed: [`routine`] is the routine as it is meant, [`plan`] writes it
//! out for one night, [`score`] puts it into time, [`mixer`] turns a score and its clips into samples.
//! ARCHITECTURE.md draws the whole.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]

// Tests of several modules refer to the library by its name, as other programs do.
#[cfg(test)]
extern crate self as supine;

pub mod advice;
pub mod authoring;
pub mod catalogue;
pub mod clip;
pub mod clock;
pub mod config;
pub mod control;
pub mod desktop;
pub mod diagnostic;
pub mod doctor;
pub mod drawing;
pub mod folders;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod history;
pub mod journal;
pub mod language;
pub mod loudness;
pub mod mixer;
mod os_text;
pub mod output;
pub mod phrases;
pub mod plan;
mod reader;
pub mod remote;
pub mod routine;
pub mod score;
pub mod session;
pub mod settings;
pub mod sharing;
pub mod signs;
pub mod sounds;
pub mod speech;
#[cfg(test)]
mod tests;
mod thread;
pub mod units;
pub mod utterance;
pub mod whole_file;

pub use config::Choices;
pub use control::{Event, Host, News, Now, Request, State, Watch, Work};
pub use folders::Folders;
pub use session::Session;
pub use session::outcome::{Finish, Outcome, SessionError};
pub use settings::Pace;
