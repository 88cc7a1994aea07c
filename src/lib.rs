//! supine: a headless, voice-guided player for bedtime stretches.
//!
//! A routine is compiled, then performed: [`routine`] holds what is meant, [`score`] when it is
//! heard, [`mixer`] turns a score and its clips into samples. ARCHITECTURE.md draws the whole.

#![forbid(unsafe_code)]

pub mod catalogue;
pub mod cli;
pub mod clip;
pub mod clock;
pub mod config;
pub mod control;
pub mod desktop;
pub mod diagnostic;
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
