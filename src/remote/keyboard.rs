//! The keyboard as a remote: a thread that waits for keys and asks for what they mean.

use std::io::PipeWriter;
use std::time::{Duration, Instant};

use super::keys::{Key, Keys, Waited, request};
use super::{Request, Wire, terminal};

/// A key that is held down repeats itself faster than this, and nobody presses one so fast.
const REPEAT: Duration = Duration::from_millis(120);

/// Listens until it is dropped; the terminal is as it was then.
#[derive(Debug)]
pub(super) struct Keyboard {
    _open: PipeWriter,
}

impl Keyboard {
    /// Listens from now on; `None` without a terminal. In the background no key is heard.
    ///
    /// # Errors
    /// When the system has no thread or pipe left.
    pub(super) fn start(wire: Wire) -> std::io::Result<Option<Self>> {
        let (closed, open) = std::io::pipe()?;
        let Some(mut keys) = Keys::anywhere() else {
            return Ok(None);
        };
        std::thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
            let mut held = Held::default();
            let mut was_in_foreground = true;
            loop {
                let is_in_foreground = terminal::is_in_foreground();
                if is_in_foreground && !was_in_foreground {
                    terminal::take_again(); // by `fg`, which need not send SIGCONT
                }
                was_in_foreground = is_in_foreground;
                match keys.wait(Some(&closed), None) {
                    Waited::Key(key) if held.is_repeated(key, Instant::now()) => {}
                    Waited::Key(key) => wire.ask(request(key)),
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
        // At once: the thread may be slower than the end of the process.
        terminal::give_back();
    }
}

/// Which key may be held down.
#[derive(Default)]
struct Held(Option<(Key, Instant)>);

impl Held {
    /// Whether `key` repeats itself: whoever leans on a key does not mean to pause and go on thirty
    /// times a second. Volume may be held down.
    fn is_repeated(&mut self, key: Key, now: Instant) -> bool {
        let before = self.0.replace((key, now));
        let is_volume = matches!(request(key), Request::Louder | Request::Softer);
        !is_volume && before.is_some_and(|(held, at)| held == key && now.duration_since(at) < REPEAT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_held_down_asks_once_except_for_the_volume() {
        let (mut held, start) = (Held::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        assert!(!held.is_repeated(Key::Char(' '), at(0)));
        assert!(held.is_repeated(Key::Char(' '), at(33)));
        assert!(held.is_repeated(Key::Char(' '), at(66)));
        assert!(!held.is_repeated(Key::Char(' '), at(400)));
        assert!(!held.is_repeated(Key::Char('a'), at(401)));
        assert!(!held.is_repeated(Key::Char('+'), at(500)));
        assert!(!held.is_repeated(Key::Char('+'), at(533)));
    }
}
