//! supine: a headless, voice-guided player for bedtime stretches.
//!
//! [`Session`] is the door: it opens a routine by [`Choices`], and shows, renders or plays it. A [`Host`] asks
//! for things while it plays and is shown where it is; a [`Watch`] waits for a render. The library never prints.
//!
//! Inside, a routine is compiled, then performed: [`routine`] holds what is meant, [`plan`] writes it out for one
//! night, [`score`] says when it is heard, [`mixer`] turns a score and its clips into samples.
//! ARCHITECTURE.md draws the whole.

#![forbid(unsafe_code)]

pub mod advice;
pub mod catalogue;
pub mod cli;
pub mod clip;
pub mod clock;
pub mod config;
pub mod control;
pub mod desktop;
pub mod diagnostic;
pub mod folders;
pub mod journal;
pub mod language;
pub mod loudness;
pub mod mixer;
pub mod output;
pub mod phrases;
pub mod plan;
mod reader;
pub mod remote;
pub mod routine;
pub mod score;
pub mod session;
pub mod settings;
pub mod signs;
pub mod sounds;
pub mod speech;
pub mod units;
pub mod utterance;
pub mod whole_file;

pub use config::Choices;
pub use control::{Event, Host, News, Now, Request, State, Watch, Work};
pub use folders::Folders;
pub use session::Session;
pub use session::outcome::{Finish, Outcome, SessionError};
pub use settings::Pace;
