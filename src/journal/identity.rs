//! What a routine is known by from one session to the next.

use sha2::{Digest, Sha256};

/// What a routine is known by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// [`hash`] of its text: what supine 0.1 wrote down.
    pub text: String,
    /// [`hash`] of what it means, which a comment does not change.
    pub meaning: String,
}

impl Identity {
    /// Whether `hash` is that of the same routine, by its meaning or, as 0.1 has it, by its text.
    pub fn has(&self, hash: &str) -> bool {
        hash == self.meaning || hash == self.text
    }
}

/// What a routine's text, or its meaning, is known by (SHA-256, in hexadecimal).
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
