//! The keyboard, key by key and without Enter. Which key asks for what is one table, [`KEYS`]; any
//! key that is not in it pauses, so nobody has to find one in the dark.

use std::collections::VecDeque;
use std::io::PipeReader;
use std::os::fd::AsFd;
use std::time::Duration;

use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::Request;
use super::terminal::{Unbuffered, is_in_foreground};

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
        "space, or any key that is not below",
        Request::PauseOrResume,
        "pause, and go on",
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
    read: VecDeque<Key>,
    _terminal: Unbuffered,
}

/// How waiting for a key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// One was pressed.
    Key(Key),
    /// None was, or another program has the terminal.
    Nothing,
    /// There is no terminal any more, or nobody waits for it.
    Gone,
}

/// More bytes than these at once are pasted text, and mean little.
const CHUNK: usize = 64;
/// The rest of an arrow key comes within this time; what is cut off is the key Escape.
const REST: Duration = Duration::from_millis(5);
/// How often a program in the background looks whether it is there still.
const BACKGROUND: Duration = Duration::from_millis(500);

impl Keys {
    /// Listens from now on; `None` without a terminal, in the background, or when something else in
    /// this process listens.
    pub fn listen() -> Option<Self> {
        if is_in_foreground() { Self::anywhere() } else { None }
    }

    /// Listens as soon as supine is in the foreground.
    pub(super) fn anywhere() -> Option<Self> {
        Unbuffered::new().map(|terminal| Self { read: VecDeque::new(), _terminal: terminal })
    }

    /// The next key that was pressed; does not wait.
    pub fn pressed(&mut self) -> Option<Key> {
        match self.wait(None, Some(Duration::ZERO)) {
            Waited::Key(key) => Some(key),
            // A terminal that is gone presses no keys.
            Waited::Nothing | Waited::Gone => None,
        }
    }

    /// Waits for a key, for `time` at most, or until the other end of `closed` is.
    pub(super) fn wait(&mut self, closed: Option<&PipeReader>, time: Option<Duration>) -> Waited {
        if let Some(key) = self.read.pop_front() {
            return Waited::Key(key);
        }
        if !is_in_foreground() {
            // The keys are the shell's. Without a terminal there is no foreground either.
            let time = time.unwrap_or(BACKGROUND);
            let ready = closed.map_or(Ok(false), |closed| is_ready(closed, time));
            return if is_gone() || ready != Ok(false) { Waited::Gone } else { Waited::Nothing };
        }
        let stdin = std::io::stdin();
        match wait_for(&stdin, closed, time) {
            Ready::Input if is_in_foreground() => {}
            Ready::Input | Ready::Nothing => return Waited::Nothing,
            Ready::Closed => return Waited::Gone,
        }
        let Some(bytes) = read_chunk() else {
            return Waited::Gone;
        };
        self.read = decode(&bytes);
        self.read.pop_front().map_or(Waited::Nothing, Waited::Key)
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

/// What was typed since, and the rest of a key that is cut off; `None` when the terminal is gone.
fn read_chunk() -> Option<Vec<u8>> {
    let stdin = std::io::stdin();
    let mut bytes = Vec::with_capacity(CHUNK);
    loop {
        let mut chunk = [0; CHUNK];
        match rustix::io::read(&stdin, &mut chunk) {
            Ok(0) => return None,
            Ok(many) => bytes.extend_from_slice(&chunk[..many]),
            Err(Errno::INTR) => {}
            Err(_) => return None,
        }
        let cut_off = matches!(bytes[..], [.., 0x1b] | [.., 0x1b, b'[' | b'O']);
        if !cut_off || bytes.len() > CHUNK || is_ready(&stdin, REST) != Ok(true) {
            return Some(bytes);
        }
    }
}

/// The keys in what a terminal sends.
fn decode(bytes: &[u8]) -> VecDeque<Key> {
    let mut parser = Parser::<DefaultCharAccumulator>::new();
    let mut typed = Typed::default();
    for byte in bytes {
        parser.advance(&mut typed, *byte);
        typed.escaped = *byte == 0x1b;
    }
    if typed.escaped {
        typed.keys.push_back(Key::Escape);
    }
    typed.keys
}

/// Hears what the parser finds.
#[derive(Default)]
struct Typed {
    keys: VecDeque<Key>,
    /// Whether the last byte was an escape with nothing behind it.
    escaped: bool,
    /// Whether an arrow follows that is sent as `ESC O` and a letter.
    shifted: bool,
}

impl Perform for Typed {
    fn print(&mut self, c: char) {
        let shifted = std::mem::take(&mut self.shifted);
        self.keys.push_back(if shifted { arrow(c) } else { Key::Char(c) });
    }

    fn execute(&mut self, byte: u8) {
        self.keys.push_back(if matches!(byte, b'\r' | b'\n') { Key::Enter } else { Key::Other });
    }

    fn csi_dispatch(&mut self, _: &Params, _: &[u8], _: bool, action: u8) {
        self.keys.push_back(arrow(char::from(action)));
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
        self.shifted = byte == b'O';
        if !self.shifted {
            self.keys.push_back(Key::Other);
        }
    }
}

/// The key of a sequence that ends in this letter.
fn arrow(letter: char) -> Key {
    match letter {
        'A' => Key::Up,
        'B' => Key::Down,
        'C' => Key::Right,
        'D' => Key::Left,
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_sends_is_keys() {
        let keys = |bytes: &[u8]| Vec::from(decode(bytes));
        assert_eq!(keys(b" a\n"), [Key::Char(' '), Key::Char('a'), Key::Enter]);
        assert_eq!(keys(b"\x1b[A\x1b[B\x1b[C\x1b[D"), [Key::Up, Key::Down, Key::Right, Key::Left]);
        assert_eq!(keys(b"\x1bOA\x1bOD"), [Key::Up, Key::Left]);
        assert_eq!(keys(b"\x1b"), [Key::Escape]);
        assert_eq!(keys(b"x\x1b"), [Key::Char('x'), Key::Escape]);
        assert_eq!(keys(b"\x1b[1;5C"), [Key::Right]);
        assert_eq!(keys(b"\x1b[15~\t\x7f"), [Key::Other, Key::Other, Key::Char('\u{7f}')]);
        assert_eq!(keys("ä".as_bytes()), [Key::Char('ä')]);
        keys(&[0x1b, b'P', 0xff, 0xfe, 0x90, b'[', 0x80]); // rubbish is no panic
    }

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
