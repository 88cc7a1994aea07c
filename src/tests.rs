//! Tests of the library that span several modules: scores, mixer, takes, words and sessions. The tests of a
//! single file are beside it.

// Helpers may end a failing test, and figures are printed.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod agreement;
mod ambiences;
mod body;
mod breath;
mod counting;
mod drawing;
mod endings;
mod fit;
mod fuzzed;
mod joined;
mod latency;
mod limited;
mod lost;
mod mixer;
mod natural;
mod notation;
mod obeys;
mod own_breath;
mod paced;
mod preview;
mod replanned;
mod resumed;
#[allow(unreachable_pub)]
#[path = "../tests/support/rows.rs"]
pub(crate) mod rows;
mod scale;
mod schema;
mod score;
#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/small_disk.rs"]
pub(crate) mod small_disk;
mod spoken;
mod steering;
/// What the benches share with these tests.
#[allow(dead_code, unreachable_pub)]
mod support {
    pub mod hand;
    pub mod routines;
    pub mod unsteady;
}
mod shelf;
mod takes;
mod welcome;
mod whereabouts;
mod wording;
mod words;

use assert_no_alloc::AllocDisabler;

/// Ends the program when anything is allocated or freed inside [`assert_no_alloc::assert_no_alloc`].
#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;
