//! The terminal's modes: without lines and echo while supine reads keys, with pasted text marked as such,
//! and as they were on every way out. There is one terminal, so this is one place for the whole process.
//!
//! Nothing here waits for the terminal's output: on one that is held with Ctrl-S that takes for ever.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{Mode, OFlags};

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};

/// Has a terminal say where pasted text begins and ends, and has it say so no longer (xterm's "bracketed
/// paste").
const MARK_PASTES: &[u8] = b"\x1b[?2004h";
const MARK_NO_PASTES: &[u8] = b"\x1b[?2004l";

/// Whether nothing is written to the terminal, not even what nobody sees.
static IS_UNTOUCHED: AtomicBool = AtomicBool::new(false);

/// From now on nothing is written to the terminal. Pasted text is then known by its speed alone.
pub fn leave_untouched() {
    IS_UNTOUCHED.store(true, Ordering::Relaxed);
}

/// Tells the terminal something, wherever output goes. Where it does not understand it may show it.
fn tell(what: &[u8]) {
    let knows = std::env::var_os("TERM").is_some_and(|name| !name.is_empty() && name != "dumb");
    if IS_UNTOUCHED.load(Ordering::Relaxed) || !knows {
        return;
    }
    // Opened anew, so that not to wait changes nothing for others that have it open.
    let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    if let Ok(terminal) = rustix::fs::open("/dev/tty", flags, Mode::empty()) {
        // One that takes nothing now goes without.
        let _ = rustix::io::write(&terminal, what);
    }
}

/// Who has the terminal, for as long as somebody in this process has.
#[derive(Default)]
struct Borrowed {
    /// The modes to be given back, while supine's are in force.
    before: Option<Termios>,
}

static BORROWED: Mutex<Option<Borrowed>> = Mutex::new(None);

fn borrowed() -> MutexGuard<'static, Option<Borrowed>> {
    // The modes are whole at any time, so a panic elsewhere leaves them right.
    BORROWED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the terminal may be read and changed. The system stops a program that does so from the
/// background.
pub(super) fn is_in_foreground() -> bool {
    let stdin = std::io::stdin();
    stdin.is_terminal() && tcgetpgrp(&stdin).is_ok_and(|group| group == rustix::process::getpgrp())
}

/// A terminal that hands over every key at once and does not show it, until this is dropped. Ctrl-C
/// and Ctrl-Z stay signals, and what is printed stays readable.
pub(super) struct Unbuffered(());

impl Unbuffered {
    /// `None` without a terminal, or when something else in this process has it. In the background
    /// the modes stay as they are until [`take_again`].
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

/// The terminal is as it was, until [`take_again`]: before the process is stopped, and before it
/// ends without dropping anything.
pub(super) fn give_back() {
    let mut borrowed = borrowed();
    let before = borrowed.as_mut().and_then(|borrowed| borrowed.before.take());
    // In the background the shell has set its own already.
    if let Some(before) = before
        && is_in_foreground()
    {
        let stdin = std::io::stdin();
        // Keys that nobody read must not reach the shell. A terminal that is gone needs nothing.
        tell(MARK_NO_PASTES);
        let _ = tcflush(&stdin, QueueSelector::IFlush);
        let _ = tcsetattr(&stdin, OptionalActions::Now, &before);
    }
}

/// The modes are supine's again, if it reads keys and is in the foreground.
pub(super) fn take_again() {
    let mut borrowed = borrowed();
    let Some(borrowed) = borrowed.as_mut() else {
        return;
    };
    if !is_in_foreground() {
        return;
    }
    let stdin = std::io::stdin();
    // Who was stopped without a warning has changed them before.
    let before = borrowed.before.take().or_else(|| tcgetattr(&stdin).ok());
    let Some(before) = before else {
        return;
    };
    let mut modes = before.clone();
    modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO | LocalModes::IEXTEN;
    // Ctrl-S is a key like any other: a terminal that it holds would hold the session.
    modes.input_modes -= InputModes::IXON;
    let _ = tcflush(&stdin, QueueSelector::IFlush); // a key that was pressed before asks for nothing
    let _ = tcsetattr(&stdin, OptionalActions::Now, &modes);
    tell(MARK_PASTES);
    borrowed.before = Some(before);
}
