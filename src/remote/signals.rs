//! Signals: Ctrl-C and SIGTERM ask a session to fade out. A second one ends it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals that were received.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    received: Arc<AtomicUsize>,
}

impl Signals {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system refuses a handler.
    pub fn listen() -> std::io::Result<Self> {
        let signals = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal finds the flag unset and sets it, the second one ends.
            let again = Arc::new(AtomicBool::new(false));
            flag::register_conditional_shutdown(signal, exit_code(signal), Arc::clone(&again))?;
            flag::register(signal, again)?;
            // Signal numbers are small and positive.
            flag::register_usize(signal, Arc::clone(&signals.received), signal as usize)?;
        }
        Ok(signals)
    }

    /// The exit code for the signal that was received, if any: 128 and its number.
    pub fn exit_code(&self) -> Option<u8> {
        match self.received.load(Ordering::Acquire) {
            0 => None,
            signal => u8::try_from(signal + 128).ok(),
        }
    }

    /// Whether one was received.
    pub fn is_stopped(&self) -> bool {
        self.received.load(Ordering::Acquire) != 0
    }
}

fn exit_code(signal: i32) -> i32 {
    128 + signal
}
