//! Decodes the bytes that a terminal sends into the keys that were pressed. The meaning of a byte depends on
//! when the next one comes: an escape alone is the key Escape, and an escape with more bytes after it is the
//! start of another key. Pure, except that it uses `Instant`: it is told what time it is.

mod sequence;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anstyle_parse::{DefaultCharAccumulator, Parser};

use self::sequence::{ESC, Listener, Unit, is_head, is_known, is_string};
use super::keymap::Key;

/// After this time, an escape was the key Escape. Over ssh and tmux the rest of an arrow key was seen to come
/// 30 ms late. Nobody notices that a stop begins so much later, since it takes two seconds anyway.
pub(super) const ESCAPE: Duration = Duration::from_millis(150);
/// Bytes that have certainly begun an arrow or an answer of the terminal get this longer time.
const UNFINISHED: Duration = Duration::from_secs(1);
/// The bytes after an escape may come this late, and then take the Escape back: a little longer than the fade
/// at a session's end.
const LATEST: Duration = Duration::from_secs(3);
/// Characters that come within this time of each other were not pressed one by one. Every character waits this
/// long; a pause still begins within 50 ms.
const TOGETHER: Duration = Duration::from_millis(5);
/// Pasted text may come in several pieces, this far apart.
const PIECES: Duration = Duration::from_millis(100);

/// A decoded input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A key, and when its bytes came.
    Key(Key, Instant),
    /// The last Escape was not meant: it was the start of a key or of an answer whose rest came late.
    NotEscape,
}

/// Characters that may be the first of a pasted text.
#[derive(Clone, Copy)]
struct Held {
    key: Key,
    times: usize,
    at: Instant,
}

/// Decodes what one terminal sends.
pub(crate) struct Decoder {
    parser: Parser<DefaultCharAccumulator>,
    listener: Listener,
    /// The bytes of an unfinished key, and when the first and the last of them came.
    pending: Vec<u8>,
    began: Instant,
    since: Instant,
    /// Whether the escape before `pending` was already taken for the key Escape.
    is_late: bool,
    /// The remaining bytes of a report that has no form of its own.
    skip: usize,
    held: Option<Held>,
    /// Text that is coming in: when its last byte came.
    burst: Option<Instant>,
    /// Whether the terminal says that text is being pasted.
    pasting: bool,
    /// When the last Escape came, while nothing has been typed after it.
    escaped: Option<Instant>,
    typed: VecDeque<Typed>,
}

impl Decoder {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            parser: Parser::default(),
            listener: Listener::default(),
            pending: Vec::new(),
            began: now,
            since: now,
            is_late: false,
            skip: 0,
            held: None,
            burst: None,
            pasting: false,
            escaped: None,
            typed: VecDeque::new(),
        }
    }

    /// The next decoded input.
    pub(crate) fn next(&mut self) -> Option<Typed> {
        self.typed.pop_front()
    }

    /// Takes the bytes that came at `now`.
    pub(crate) fn feed(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            self.byte(*byte, now);
        }
    }

    /// When to call [`Decoder::settle`], unless bytes come before.
    pub(crate) fn due(&self) -> Option<Instant> {
        let pending = self.limit().map(|limit| self.since + limit);
        let held = self.held.filter(|_| self.pending.is_empty()).map(|held| held.at + TOGETHER);
        let paste = self.pasting.then(|| self.since + UNFINISHED);
        pending.into_iter().chain(held).chain(paste).min()
    }

    /// Decides on bytes that are old enough at `now`, when nothing more has come in.
    pub(crate) fn settle(&mut self, now: Instant) {
        if self.pending.is_empty() && self.held.is_some_and(|held| now >= held.at + TOGETHER) {
            self.let_go();
        }
        if self.limit().is_some_and(|limit| now >= self.since + limit) {
            self.give_up();
        }
        // The end mark of a paste may be lost.
        if self.pasting && now >= self.since + UNFINISHED {
            self.pasting = false;
        }
    }

    fn byte(&mut self, byte: u8, now: Instant) {
        if self.skip > 0 {
            self.skip -= 1;
            self.since = now;
            return;
        }
        let is_escape = !self.pending.is_empty() && self.pending.iter().all(|byte| *byte == ESC);
        // When Escape is pressed twice, or an arrow after it, the first Escape was meant. Alt and an arrow come
        // with two escapes, at once.
        let is_another = byte == ESC && now - self.since > TOGETHER;
        let is_old = now - self.since > ESCAPE && !is_head(byte);
        if is_escape && (is_another || is_old) {
            self.give_up();
        }
        let escaped = self.escaped.take();
        if self.pending.is_empty() && is_head(byte) && escaped.is_some_and(|at| now - at < LATEST) {
            self.is_late = true;
            self.parse(ESC, now);
        }
        // Alt and a letter beyond ASCII.
        if self.pending == [ESC] && byte >= 0x80 {
            self.parser = Parser::default();
        }
        self.parse(byte, now);
    }

    fn parse(&mut self, byte: u8, now: Instant) {
        if self.pending.is_empty() {
            self.began = now;
        }
        self.parser.advance(&mut self.listener, byte);
        self.pending.push(byte);
        self.since = now;
        if let Some(unit) = self.listener.unit.take() {
            self.complete(unit, now);
        }
    }

    /// How long unfinished bytes are waited for.
    fn limit(&self) -> Option<Duration> {
        match self.pending[..] {
            [] => None,
            _ if self.is_late => Some(ESCAPE),
            [ESC, b'[' | b'O', ..] | [ESC, _, _, ..] => Some(UNFINISHED),
            _ => Some(ESCAPE),
        }
    }

    /// Forgets unfinished bytes.
    fn clear(&mut self) {
        self.pending.clear();
        self.is_late = false;
        self.listener = Listener::default();
        self.parser = Parser::default();
    }

    /// Stops waiting for the rest of the pending bytes.
    fn give_up(&mut self) {
        let (pending, is_late, at) = (std::mem::take(&mut self.pending), self.is_late, self.since);
        self.clear();
        match pending[..] {
            _ if self.pasting => {}
            _ if is_late => {
                pending.iter().skip(1).for_each(|byte| self.character(Key::Char(char::from(*byte)), at))
            }
            _ if pending.iter().all(|byte| *byte == ESC) => {
                self.key(Key::Escape, at);
                self.escaped = Some(at);
            }
            // An answer of the terminal that was never ended.
            _ if is_string(&pending) => {}
            _ => self.key(Key::Other, at),
        }
    }

    fn complete(&mut self, unit: Unit, now: Instant) {
        let pending = std::mem::take(&mut self.pending);
        let is_late = std::mem::take(&mut self.is_late);
        // The parser continues by itself, except after a control character in the middle of a key.
        if pending.len() > 1 {
            self.clear();
        }
        self.skip = match (unit, &pending[..]) {
            // The linux console's F1 is `ESC [ [ A`; an old report of a mouse has three bytes more.
            (Unit::Sequence(_), [ESC, b'[', b'[']) => 1,
            (Unit::Report, [ESC, b'[', b'M']) => 3,
            _ => 0,
        };
        if is_late && !is_known(&pending) {
            // Typed by hand, after a real Escape.
            pending.iter().skip(1).for_each(|byte| self.character(Key::Char(char::from(*byte)), now));
            return;
        }
        if is_late {
            self.typed.push_back(Typed::NotEscape);
        }
        let (is_alt, is_string) = (pending[0] == ESC, is_string(&pending));
        match unit {
            Unit::PasteEnds => self.pasting = false,
            _ if self.pasting => {}
            Unit::PasteBegins => {
                self.key(Key::Other, now);
                self.pasting = true;
            }
            Unit::Report => {}
            Unit::Sequence(_) if is_string => {}
            Unit::Sequence(key) => self.key(key, now),
            Unit::Character(_) if is_alt => self.key(Key::Other, now),
            Unit::Character(key) => self.character(key, now),
        }
    }

    /// A key that types no text: it acts at once.
    fn key(&mut self, key: Key, at: Instant) {
        self.let_go();
        // In the middle of incoming text it is part of the text.
        if self.burst.is_none_or(|last| at - last > TOGETHER) {
            self.burst = None;
            self.typed.push_back(Typed::Key(key, at));
        }
    }

    /// A character: alone it is a key; together with others it is pasted text, which counts as one key.
    fn character(&mut self, key: Key, now: Instant) {
        if let Some(last) = self.burst
            && self.began - last <= PIECES
        {
            self.burst = Some(now);
            return;
        }
        self.burst = None;
        match self.held {
            Some(held) if self.began - held.at > TOGETHER => self.let_go(),
            // A key that is held down, over a slow line.
            Some(held) if held.key == key => {
                self.held = Some(Held { times: held.times + 1, at: now, ..held });
                return;
            }
            Some(_) => {
                self.held = None;
                self.typed.push_back(Typed::Key(Key::Other, now));
                self.burst = Some(now);
                return;
            }
            None => {}
        }
        self.held = Some(Held { key, times: 1, at: now });
    }

    /// The waiting character was not part of a paste.
    fn let_go(&mut self) {
        let Some(held) = self.held.take() else { return };
        self.typed.extend(std::iter::repeat_n(Typed::Key(held.key, held.at), held.times));
    }
}
