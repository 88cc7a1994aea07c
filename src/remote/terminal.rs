//! The terminal's modes: without line editing and echo while supine reads keys, with pasted text marked as
//! such, and restored on every way out. A process has one terminal, so there is one place for it.
//!
//! Nothing here waits for the terminal's output: on a terminal that Ctrl-S holds, that would take for ever.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{Mode, OFlags};

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};

/// Asks a terminal to mark where pasted text begins and ends, and to stop doing so (xterm's "bracketed paste").
const MARK_PASTES: &[u8] = b"\x1b[?2004h";
const MARK_NO_PASTES: &[u8] = b"\x1b[?2004l";

/// Whether nothing at all is written to the terminal, not even control sequences.
static IS_UNTOUCHED: AtomicBool = AtomicBool::new(false);

/// From now on nothing is written to the terminal. Pasted text is then recognised by its speed alone.
pub fn leave_untouched() {
    IS_UNTOUCHED.store(true, Ordering::Relaxed);
}

/// Sends the terminal a control sequence, wherever the output goes. A terminal that does not understand it may
/// show it.
fn tell(what: &[u8]) {
    let knows = std::env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb");
    if IS_UNTOUCHED.load(Ordering::Relaxed) || !knows {
        return;
    }
    // It is opened anew, so that non-blocking mode does not affect others who have it open.
    let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    if let Ok(terminal) = rustix::fs::open("/dev/tty", flags, Mode::empty()) {
        // A terminal that takes no bytes now does not get this.
        let _ = rustix::io::write(&terminal, what);
    }
}

/// The terminal's owner within this process.
#[derive(Default)]
struct Borrowed {
    /// The modes to restore, while supine's are in force.
    before: Option<Termios>,
}

static BORROWED: Mutex<Option<Borrowed>> = Mutex::new(None);

fn borrowed() -> MutexGuard<'static, Option<Borrowed>> {
    // The modes are valid at any time, even after a panic elsewhere.
    BORROWED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the terminal may be read and changed. The system stops a background program that does so.
pub(super) fn is_in_foreground() -> bool {
    let stdin = std::io::stdin();
    stdin.is_terminal() && tcgetpgrp(&stdin).is_ok_and(|group| group == rustix::process::getpgrp())
}

/// A terminal that hands over every key at once and does not echo it, until this is dropped. Ctrl-C and Ctrl-Z
/// stay signals, and printed text stays readable.
pub(super) struct Unbuffered(());

impl Unbuffered {
    /// `None` without a terminal, or when something else in this process has it. In the background the modes
    /// stay the same until [`take_again`].
    pub(super) fn new() -> Option<Self> {
        let stdin = std::io::stdin();
        let mut borrowed = borrowed();
        if borrowed.is_some() || !stdin.is_terminal() {
            return None;
        }
        *borrowed = Some(Borrowed::default());
        drop(borrowed);
        take_again();
        Some(Self(()))
    }
}

impl Drop for Unbuffered {
    fn drop(&mut self) {
        give_back();
        *borrowed() = None;
    }
}

/// Restores the terminal, until [`take_again`]: before the process is stopped, and before it ends without
/// dropping anything.
pub(super) fn give_back() {
    let mut borrowed = borrowed();
    let before = borrowed.as_mut().and_then(|borrowed| borrowed.before.take());
    // In the background the shell has already set its own modes.
    if let Some(before) = before
        && is_in_foreground()
    {
        let stdin = std::io::stdin();
        // Keys that were not read must not reach the shell. A terminal that is gone needs nothing.
        tell(MARK_NO_PASTES);
        let _ = tcflush(&stdin, QueueSelector::IFlush);
        let _ = tcsetattr(&stdin, OptionalActions::Now, &before);
    }
}

/// Sets supine's modes again, if it reads keys and is in the foreground.
pub(super) fn take_again() {
    let mut borrowed = borrowed();
    let Some(borrowed) = borrowed.as_mut() else {
        return;
    };
    if !is_in_foreground() {
        return;
    }
    let stdin = std::io::stdin();
    // When the process was stopped without a warning, the modes from before are already stored.
    let before = borrowed.before.take().or_else(|| tcgetattr(&stdin).ok());
    let Some(before) = before else {
        return;
    };
    let mut modes = before.clone();
    modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
    // Ctrl-S is a key like any other: if it held the terminal, it would hold the session, too.
    modes.input_modes -= InputModes::IXON;
    let _ = tcflush(&stdin, QueueSelector::IFlush); // keys that were pressed before are not requests
    let _ = tcsetattr(&stdin, OptionalActions::Now, &modes);
    tell(MARK_PASTES);
    borrowed.before = Some(before);
}
