//! Tests that run the program: its commands, its files, its output, and its control from outside.

// Helpers may end a failing test, and figures are printed.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

/// Compares with the snapshot named after the test.
macro_rules! assert_snapshot {
    ($said:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($said) })
    };
}

mod breath;
mod cache;
mod check;
mod cli;
mod counting;
mod doctor;
mod endings;
mod engines;
mod examples;
mod files;
mod formats;
mod habit;
mod heard;
mod killed;
mod levels;
mod matrix;
mod music;
mod new;
mod options;
mod packaging;
mod privacy;
mod refusal;
mod remote;
mod render;
mod resume;
mod rooms;
#[cfg(feature = "serve")]
mod serve;
mod setup;
mod several;
mod shelf;
mod show;
mod signs;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod unsayable;
