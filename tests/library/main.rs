//! Tests of the library alone: scores, mixer, takes, words and sessions, without the program that people start.

// Helpers end the test that they fail in, and figures are printed.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod agreement;
mod counting;
mod endings;
mod limited;
mod lost;
mod mixer;
mod natural;
mod notation;
mod obeys;
mod score;
mod spoken;
mod steering;
#[path = "../support/mod.rs"]
mod support;
mod takes;
mod words;

use assert_no_alloc::AllocDisabler;

/// Ends the program when anything is allocated or freed inside [`assert_no_alloc::assert_no_alloc`].
#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;
