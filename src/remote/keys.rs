//! The keyboard, key by key and without Enter. Which key asks for what is one table, [`KEYS`]; any
//! key that is not in it pauses, so nobody has to find one in the dark.

use std::io::PipeReader;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::decode::Decoder;
pub use super::decode::Typed;
use super::terminal::{Unbuffered, is_in_foreground};
use crate::control::Request;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Escape.
    Escape,
    /// Enter.
    Enter,
    /// The arrow to the left.
    Left,
    /// The arrow to the right.
    Right,
    /// The arrow upward.
    Up,
    /// The arrow downward.
    Down,
    /// A character.
    Char(char),
    /// Any other.
    Other,
}

/// Keys that ask for the same.
#[derive(Debug)]
pub struct Binding {
    /// The keys.
    pub keys: &'static [Key],
    /// The keys, for people.
    pub shown: &'static str,
    /// What they ask for.
    pub request: Request,
    /// The same, for people.
    pub does: &'static str,
}

const fn binding(keys: &'static [Key], shown: &'static str, request: Request, does: &'static str) -> Binding {
    Binding { keys, shown, request, does }
}

/// Which key asks for what. A key that is not here is as good as the first.
pub const KEYS: [Binding; 12] = [
    binding(
        &[Key::Char(' ')],
        "space, or any key not listed below",
        Request::PauseOrResume,
        "pause, or continue",
    ),
    binding(&[Key::Enter, Key::Char('a')], "Enter, `a`", Request::Again, "say that again"),
    binding(&[Key::Right, Key::Char('n')], "right arrow, `n`", Request::Next, "next pose"),
    binding(&[Key::Left, Key::Char('p')], "left arrow, `p`", Request::Previous, "previous pose"),
    binding(&[Key::Up, Key::Char('+'), Key::Char('=')], "up arrow, `+`", Request::Louder, "louder"),
    binding(&[Key::Down, Key::Char('-')], "down arrow, `-`", Request::Softer, "softer"),
    binding(&[Key::Char('l')], "`l`", Request::Longer, "longer: stay in this hold"),
    binding(&[Key::Char('e')], "`e`", Request::Enough, "enough of this hold"),
    binding(&[Key::Char('s')], "`s`", Request::Slower, "slower from here on"),
    binding(&[Key::Char('f')], "`f`", Request::Faster, "faster from here on"),
    binding(&[Key::Char('k')], "`k`", Request::SkipTonight, "skip this pose tonight"),
    binding(&[Key::Escape, Key::Char('q')], "Escape, `q`", Request::Stop, "fade out and end"),
];

/// What a key asks for. Capitals are as good as small letters.
pub fn request(key: Key) -> Request {
    let key = match key {
        Key::Char(c) => Key::Char(c.to_ascii_lowercase()),
        other => other,
    };
    let bound = KEYS.iter().find(|binding| binding.keys.contains(&key));
    bound.map_or(Request::PauseOrResume, |binding| binding.request)
}

/// The keyboard of the terminal that supine was started from. The terminal is as it was when this
/// is dropped.
pub struct Keys {
    decoder: Decoder,
    _terminal: Unbuffered,
}

/// How waiting for a key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something was typed.
    Typed(Typed),
    /// Nothing was, or another program has the terminal.
    Nothing,
    /// There is no terminal any more, or nobody waits for it.
    Gone,
}

/// How many bytes are read at once.
const CHUNK: usize = 256;
/// How often a program in the background looks whether it is there still.
const BACKGROUND: Duration = Duration::from_millis(500);

/// Whether [`Keys::listen`] would hear keys: there is a terminal, and supine is in its foreground.
pub fn can_be_heard() -> bool {
    is_in_foreground()
}

impl Keys {
    /// Listens from now on; `None` without a terminal, in the background, or when something else in
    /// this process listens.
    pub fn listen() -> Option<Self> {
        if is_in_foreground() { Self::anywhere() } else { None }
    }

    /// Listens as soon as supine is in the foreground.
    pub(super) fn anywhere() -> Option<Self> {
        Unbuffered::new().map(|terminal| Self { decoder: Decoder::new(Instant::now()), _terminal: terminal })
    }

    /// What is typed next; waits for it, for `time` at most.
    pub fn within(&mut self, time: Duration) -> Option<Typed> {
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.wait(None, Some(left)) {
                Waited::Typed(typed) => return Some(typed),
                Waited::Nothing if left.is_zero() => return None,
                Waited::Nothing => {}
                // A terminal that is gone presses no keys.
                Waited::Gone => {
                    std::thread::sleep(left);
                    return None;
                }
            }
        }
    }

    /// Waits for a key, for `time` at most, or until the other end of `closed` is. It may come back
    /// with nothing before.
    pub(super) fn wait(&mut self, closed: Option<&PipeReader>, time: Option<Duration>) -> Waited {
        if let Some(typed) = self.decoder.next() {
            return Waited::Typed(typed);
        }
        if !is_in_foreground() {
            // The keys are the shell's. Without a terminal there is no foreground either.
            let time = time.unwrap_or(BACKGROUND);
            let ready = match closed {
                Some(closed) => is_ready(closed, time),
                None => {
                    std::thread::sleep(time);
                    Ok(false)
                }
            };
            return if is_gone() || ready != Ok(false) { Waited::Gone } else { Waited::Nothing };
        }
        let due = self.decoder.due().map(|due| due.saturating_duration_since(Instant::now()));
        let stdin = std::io::stdin();
        match wait_for(&stdin, closed, due.into_iter().chain(time).min()) {
            Ready::Input if is_in_foreground() => {
                let Some(bytes) = read_chunk() else { return Waited::Gone };
                self.decoder.feed(&bytes, Instant::now());
            }
            Ready::Input => return Waited::Nothing,
            // Only what did not come is late: what waits to be read came in time.
            Ready::Nothing => self.decoder.settle(Instant::now()),
            Ready::Closed => return Waited::Gone,
        }
        self.decoder.next().map_or(Waited::Nothing, Waited::Typed)
    }
}

enum Ready {
    Input,
    Nothing,
    Closed,
}

fn wait_for(stdin: &impl AsFd, closed: Option<&PipeReader>, time: Option<Duration>) -> Ready {
    let mut ends = vec![PollFd::new(stdin, PollFlags::IN)];
    ends.extend(closed.map(|closed| PollFd::new(closed, PollFlags::IN)));
    // Any duration that is asked for here fits.
    let time = time.and_then(|time| time.try_into().ok());
    match poll(&mut ends, time.as_ref()) {
        Ok(0) | Err(Errno::INTR) => return Ready::Nothing,
        Ok(_) => {}
        Err(_) => return Ready::Closed,
    }
    if ends.get(1).is_some_and(|end| !end.revents().is_empty()) {
        return Ready::Closed;
    }
    match ends[0].revents() {
        what if what.contains(PollFlags::IN) => Ready::Input,
        what if what.is_empty() => Ready::Nothing,
        _ => Ready::Closed, // hung up
    }
}

fn is_ready(end: &impl AsFd, time: Duration) -> Result<bool, Errno> {
    let time = time.try_into().unwrap_or_default();
    match poll(&mut [PollFd::new(end, PollFlags::IN)], Some(&time)) {
        Ok(many) => Ok(many > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the terminal was closed, and not only given to another program.
fn is_gone() -> bool {
    !std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// What was typed since; `None` when the terminal is gone.
fn read_chunk() -> Option<Vec<u8>> {
    let mut chunk = [0; CHUNK];
    loop {
        match rustix::io::read(std::io::stdin(), &mut chunk) {
            Ok(0) => return None,
            Ok(many) => return Some(chunk[..many].to_vec()),
            Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_key_that_means_nothing_else_pauses() {
        for key in [Key::Char(' '), Key::Char('x'), Key::Char('7'), Key::Char('ä'), Key::Other] {
            assert_eq!(request(key), Request::PauseOrResume);
        }
        assert_eq!(request(Key::Char('N')), Request::Next);
        assert_eq!(request(Key::Escape), Request::Stop);
    }

    #[test]
    fn no_key_has_two_meanings() {
        let keys: Vec<Key> = KEYS.iter().flat_map(|binding| binding.keys).copied().collect();
        for (place, key) in keys.iter().enumerate() {
            assert!(!keys[..place].contains(key), "{key:?}");
        }
    }
}
