//! The keyboard, key by key and without Enter. Only what echoes and waits for lines is turned off:
//! Ctrl-C and Ctrl-Z stay signals, and what is printed stays readable. The terminal is as it was
//! when this is dropped.

use std::io::IsTerminal;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind};

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Escape.
    Escape,
    /// Any other.
    Other(KeyCode),
}

/// The keyboard of the terminal that supine was started from.
pub struct Keys {
    _terminal: Unbuffered,
}

impl Keys {
    /// Listens from now on; `None` without a terminal, or when another program has it.
    pub fn listen() -> Option<Self> {
        if !std::io::stdin().is_terminal() {
            return None;
        }
        Unbuffered::new().map(|terminal| Self { _terminal: terminal })
    }

    /// The next key that was pressed; does not wait.
    pub fn pressed(&mut self) -> Option<Key> {
        // A terminal that is gone presses no keys.
        while event::poll(Duration::ZERO).unwrap_or(false) {
            if let Ok(Event::Key(key)) = event::read()
                && key.kind == KeyEventKind::Press
            {
                return Some(if key.code == KeyCode::Esc { Key::Escape } else { Key::Other(key.code) });
            }
        }
        None
    }
}

/// A terminal that hands over every key at once and does not show it.
#[cfg(unix)]
struct Unbuffered(rustix::termios::Termios);

#[cfg(unix)]
impl Unbuffered {
    fn new() -> Option<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetpgrp, tcsetattr};
        let stdin = std::io::stdin();
        // A program in the background that changes the terminal is stopped by the system.
        if tcgetpgrp(&stdin).ok()? != rustix::process::getpgrp() {
            return None;
        }
        let before = tcgetattr(&stdin).ok()?;
        let mut modes = before.clone();
        modes.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        tcsetattr(&stdin, OptionalActions::Now, &modes).ok()?;
        Some(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Unbuffered {
    fn drop(&mut self) {
        // Keys that nobody read must not reach the shell.
        let flush = rustix::termios::OptionalActions::Flush;
        let _ = rustix::termios::tcsetattr(std::io::stdin(), flush, &self.0);
    }
}

#[cfg(not(unix))]
struct Unbuffered;

#[cfg(not(unix))]
impl Unbuffered {
    fn new() -> Option<Self> {
        crossterm::terminal::enable_raw_mode().ok().map(|()| Self)
    }
}

#[cfg(not(unix))]
impl Drop for Unbuffered {
    fn drop(&mut self) {
        let _ = crossterm::terminal::disable_raw_mode();
    }
}
