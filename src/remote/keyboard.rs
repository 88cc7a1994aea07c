//! The keyboard as a remote: a thread that waits for keys and sends the requests that they stand for.

use std::io::PipeWriter;
use std::time::{Duration, Instant};

use super::keymap::{Key, request};
use super::keys::{Keys, Typed, Waited};
use super::{Wire, terminal};
use crate::control::Request;

/// A key that is held down repeats faster than this, and nobody presses one so fast.
const REPEAT: Duration = Duration::from_millis(120);

/// Listens until it is dropped; then the terminal is set back as it was.
#[derive(Debug)]
pub(super) struct Keyboard {
    _open: PipeWriter,
}

impl Keyboard {
    /// Listens from now on; `None` without a terminal. Keys are not heard in the background.
    ///
    /// # Errors
    /// When the system has no thread or pipe left.
    pub(super) fn start(wire: Wire) -> std::io::Result<Option<Self>> {
        let (closed, open) = std::io::pipe()?;
        let Some(mut keys) = Keys::anywhere() else {
            return Ok(None);
        };
        std::thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
            let mut fingers = Fingers::default();
            let mut was_in_foreground = true;
            loop {
                let is_in_foreground = terminal::is_in_foreground();
                if is_in_foreground && !was_in_foreground {
                    terminal::take_again(); // `fg` need not send SIGCONT
                }
                was_in_foreground = is_in_foreground;
                match keys.wait(Some(&closed), None) {
                    Waited::Typed(typed) => {
                        if let Some(request) = fingers.request(typed) {
                            wire.ask(request);
                        }
                    }
                    Waited::Nothing => {}
                    Waited::Gone => return,
                }
            }
        })?;
        Ok(Some(Self { _open: open }))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // At once, since the thread may end later than the process.
        terminal::give_back();
    }
}

/// What was pressed so far, as far as later keys depend on it.
#[derive(Default)]
struct Fingers {
    /// The key that may be held down, and when it came last.
    held: Option<(Key, Instant)>,
    /// How often a key has asked for the end.
    stops: usize,
}

impl Fingers {
    /// The request for an input.
    fn request(&mut self, typed: Typed) -> Option<Request> {
        let (key, at) = match typed {
            Typed::Key(key, at) => (key, at),
            Typed::NotEscape => {
                self.stops = self.stops.saturating_sub(1);
                // Another key has asked for the end, and was meant to.
                return (self.stops == 0).then_some(Request::TakeBackStop);
            }
        };
        let asked = request(key);
        self.stops += usize::from(asked == Request::Stop);
        let before = self.held.replace((key, at));
        // A listener who leans on a key does not mean to pause and resume thirty times a second. The keys for
        // the volume may be held down.
        let is_volume = matches!(asked, Request::Louder | Request::Softer);
        let is_held = before.is_some_and(|(held, before)| held == key && at.duration_since(before) < REPEAT);
        (is_volume || !is_held).then_some(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_held_down_asks_once_except_for_the_volume() {
        let (mut fingers, start) = (Fingers::default(), Instant::now());
        let mut asks =
            |key, ms| fingers.request(Typed::Key(key, start + Duration::from_millis(ms))).is_some();
        assert!(asks(Key::Char(' '), 0));
        assert!(!asks(Key::Char(' '), 33));
        assert!(!asks(Key::Char(' '), 66));
        assert!(asks(Key::Char(' '), 400));
        assert!(asks(Key::Char('a'), 401));
        assert!(asks(Key::Char('+'), 500));
        assert!(asks(Key::Char('+'), 533));
    }

    #[test]
    fn a_stop_is_taken_back_only_when_nothing_else_has_asked_for_it() {
        let start = Instant::now();
        let pressed = |key, ms| Typed::Key(key, start + Duration::from_millis(ms));
        let mut fingers = Fingers::default();
        assert_eq!(fingers.request(pressed(Key::Escape, 0)), Some(Request::Stop));
        assert_eq!(fingers.request(Typed::NotEscape), Some(Request::TakeBackStop));
        assert_eq!(fingers.request(pressed(Key::Right, 300)), Some(Request::Next));
        for meant in [Key::Char('q'), Key::Escape] {
            let mut fingers = Fingers::default();
            assert_eq!(fingers.request(pressed(meant, 0)), Some(Request::Stop));
            assert_eq!(fingers.request(pressed(Key::Escape, 1000)), Some(Request::Stop));
            assert_eq!(fingers.request(Typed::NotEscape), None, "{meant:?} was meant");
        }
    }
}
