//! The keyboard, key by key and without Enter.

use std::io::PipeReader;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::decode::Decoder;
pub use super::decode::Typed;
use super::terminal::{Unbuffered, is_in_foreground};

/// The keyboard of the terminal that supine was started from. When this is dropped, the terminal is set back as
/// it was.
pub struct Keys {
    decoder: Decoder,
    _terminal: Unbuffered,
}

/// How waiting for a key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something was typed.
    Typed(Typed),
    /// Nothing was typed, or another program has the terminal.
    Nothing,
    /// The terminal is gone, or no one waits for it any more.
    Gone,
}

/// How many bytes are read at once.
const CHUNK: usize = 256;
/// How often a program in the background looks whether its terminal still exists.
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

    /// The next input; waits at most `time` for it.
    pub fn within(&mut self, time: Duration) -> Option<Typed> {
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.wait(None, Some(left)) {
                Waited::Typed(typed) => return Some(typed),
                Waited::Nothing if left.is_zero() => return None,
                Waited::Nothing => {}
                // A terminal that is gone sends no keys.
                Waited::Gone => {
                    std::thread::sleep(left);
                    return None;
                }
            }
        }
    }

    /// Waits for a key, for at most `time`, or until the other end of `closed` is closed. It may return earlier
    /// with nothing.
    pub(super) fn wait(&mut self, closed: Option<&PipeReader>, time: Option<Duration>) -> Waited {
        if let Some(typed) = self.decoder.next() {
            return Waited::Typed(typed);
        }
        if !is_in_foreground() {
            // The shell reads the keys now. Without a terminal there is no foreground either.
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
            // Only bytes that have not come are late: those that wait to be read came in time.
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
    // All durations that callers pass fit.
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
        _ => Ready::Closed, // the terminal hung up
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

/// Whether the terminal was closed, and not just given to another program.
fn is_gone() -> bool {
    !std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// The bytes that were typed since the last read; `None` when the terminal is gone.
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
