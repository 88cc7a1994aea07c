//! Follows a listener's body through the words of a routine, and finds what that body can't do.
//!
//! The words of each language are in `body/*.toml`. A sentence is read ([`read`]) as what it does to a part of the
//! body ([`act`]); a walk over sides, repeats and levels does it to a body ([`state`], [`follow`]) and reports
//! what is out of reach. What is not understood is forgotten: nothing is reported of a limb that may be anywhere.

mod act;
mod clause;
mod finding;
mod follow;
mod hands;
mod lexicon;
mod read;
mod state;
mod tension;
mod vocabulary;
mod walk;

#[cfg(test)]
mod tests;

pub(super) use lexicon::Lexicon;
pub(super) use walk::warnings;
