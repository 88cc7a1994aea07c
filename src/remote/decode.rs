//! From the bytes that a terminal sends to the keys that were pressed. A byte's meaning depends on
//! when the next one comes: an escape alone is the key Escape, and one with more behind it is the head
//! of another key. Pure but for the type of its moments: it is told when it is.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};

use super::keys::Key;

/// After this time an escape was the key Escape. Over ssh and tmux the rest of an arrow key was seen to
/// come 30 ms late; that a stop is heard so much later is not noticed, for it takes two seconds anyway.
pub(super) const ESCAPE: Duration = Duration::from_millis(150);
/// What has certainly begun as an arrow or an answer of the terminal is waited for longer.
const UNFINISHED: Duration = Duration::from_secs(1);
/// What is behind an escape may come this late, and then takes the Escape back: as long as a session
/// fades out, and a little.
const LATEST: Duration = Duration::from_secs(3);
/// Characters that come so close together were not pressed one by one. Every character waits so long: a pause
/// still begins within 50 ms.
const TOGETHER: Duration = Duration::from_millis(5);
/// A pasted text may come in several pieces, so far apart.
const PIECES: Duration = Duration::from_millis(100);

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A key, and when it came.
    Key(Key, Instant),
    /// The Escape before was none: it was the head of a key or of an answer whose rest came late.
    NotEscape,
}

/// What a sequence of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// A key that types something.
    Character(Key),
    /// Any other key.
    Sequence(Key),
    /// What nobody pressed: an answer of the terminal, a report of its mouse or of its focus.
    Report,
    PasteBegins,
    PasteEnds,
}

/// Characters that may be the first of a pasted text.
#[derive(Clone, Copy)]
struct Held {
    key: Key,
    times: usize,
    at: Instant,
}

/// Decodes what one terminal sends.
pub(super) struct Decoder {
    parser: Parser<DefaultCharAccumulator>,
    listener: Listener,
    /// The bytes of a key that is not complete, and when the first and the last of them came.
    pending: Vec<u8>,
    began: Instant,
    since: Instant,
    /// Whether the escape before `pending` was taken for the key Escape already.
    is_late: bool,
    /// Bytes of a report that has no form of its own.
    skip: usize,
    held: Option<Held>,
    /// Text that is coming in, and when its last byte came.
    burst: Option<Instant>,
    /// Whether the terminal says that text is being pasted.
    pasting: bool,
    /// When an Escape came behind which nothing was typed.
    escaped: Option<Instant>,
    typed: VecDeque<Typed>,
}

impl Decoder {
    pub(super) fn new(now: Instant) -> Self {
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

    /// The next that was typed.
    pub(super) fn next(&mut self) -> Option<Typed> {
        self.typed.pop_front()
    }

    /// Takes bytes that came in at `now`.
    pub(super) fn feed(&mut self, bytes: &[u8], now: Instant) {
        for byte in bytes {
            self.byte(*byte, now);
        }
    }

    /// When [`Decoder::settle`] is to be called, if nothing comes in before.
    pub(super) fn due(&self) -> Option<Instant> {
        let pending = self.limit().map(|limit| self.since + limit);
        let held = self.held.filter(|_| self.pending.is_empty()).map(|held| held.at + TOGETHER);
        let paste = self.pasting.then(|| self.since + UNFINISHED);
        pending.into_iter().chain(held).chain(paste).min()
    }

    /// Decides what is old enough at `now`, when nothing more has come in.
    pub(super) fn settle(&mut self, now: Instant) {
        if self.pending.is_empty() && self.held.is_some_and(|held| now >= held.at + TOGETHER) {
            self.let_go();
        }
        if self.limit().is_some_and(|limit| now >= self.since + limit) {
            self.give_up();
        }
        // The end of a paste may be lost.
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
        // Whoever presses Escape twice, or an arrow after it, has pressed Escape. Alt and an arrow come
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

    /// How long what is not complete is waited for.
    fn limit(&self) -> Option<Duration> {
        match self.pending[..] {
            [] => None,
            _ if self.is_late => Some(ESCAPE),
            [ESC, b'[' | b'O', ..] | [ESC, _, _, ..] => Some(UNFINISHED),
            _ => Some(ESCAPE),
        }
    }

    /// Forgets what is not complete.
    fn clear(&mut self) {
        self.pending.clear();
        self.is_late = false;
        self.listener = Listener::default();
        self.parser = Parser::default();
    }

    /// What is pending is not waited for any longer.
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
            // An answer of the terminal that nobody ended.
            _ if is_string(&pending) => {}
            _ => self.key(Key::Other, at),
        }
    }

    fn complete(&mut self, unit: Unit, now: Instant) {
        let pending = std::mem::take(&mut self.pending);
        let is_late = std::mem::take(&mut self.is_late);
        // The parser goes on by itself, but for a control character in the middle of a key.
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
            // Typed by hand, behind a real Escape.
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

    /// A key that types nothing: it acts at once.
    fn key(&mut self, key: Key, at: Instant) {
        self.let_go();
        // In the middle of a text that comes in it is a part of it.
        if self.burst.is_none_or(|last| at - last > TOGETHER) {
            self.burst = None;
            self.typed.push_back(Typed::Key(key, at));
        }
    }

    /// A character: alone it is a key, and among others that come with it a pasted text, which is as
    /// good as any one key.
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

    /// What was held was no pasted text.
    fn let_go(&mut self) {
        let Some(held) = self.held.take() else { return };
        self.typed.extend(std::iter::repeat_n(Typed::Key(held.key, held.at), held.times));
    }
}

const ESC: u8 = 0x1b;

/// Whether most keys and reports go on with this byte behind their escape.
fn is_head(byte: u8) -> bool {
    matches!(byte, b'[' | b'O')
}

/// Whether a sequence is a string with a content, or the beginning of one. Its head alone may be Alt and a key.
fn is_string(sequence: &[u8]) -> bool {
    matches!(sequence, [ESC, b']' | b'P' | b'X' | b'^' | b'_', _, ..])
}

/// Whether a sequence is one that terminals send.
fn is_known(sequence: &[u8]) -> bool {
    match sequence {
        [ESC, b'[', .., last] => b"ABCDEFHIOPQRSZMmu~ctny".contains(last),
        [ESC, b'O', .., last] => b"ABCDEFHMPQRS".contains(last),
        _ => false,
    }
}

/// Hears what the parser finds.
#[derive(Default)]
struct Listener {
    unit: Option<Unit>,
    /// Whether a key follows that is sent as `ESC O` and a letter.
    shifted: bool,
}

impl Perform for Listener {
    fn print(&mut self, c: char) {
        self.unit = match self.shifted {
            // Some terminals put the modifiers before the letter.
            true if c.is_ascii_digit() || c == ';' => return,
            true => Some(Unit::Sequence(arrow(c))),
            false => Some(Unit::Character(Key::Char(c))),
        };
        self.shifted = false;
    }

    fn execute(&mut self, byte: u8) {
        let key = if matches!(byte, b'\r' | b'\n') { Key::Enter } else { Key::Other };
        self.unit = Some(Unit::Character(key));
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _: bool, action: u8) {
        let param =
            |place: usize| params.iter().nth(place).and_then(|param| param.first()).copied().unwrap_or(0);
        self.unit = Some(match (action, param(0), param(1)) {
            // A question mark and its like stand in answers and reports only.
            _ if !intermediates.is_empty() => Unit::Report,
            (b'~', 200, _) => Unit::PasteBegins,
            (b'~', 201, _) => Unit::PasteEnds,
            // F3 with a modifier looks like a cursor in the first line.
            (b'R', 1, 2..=16) => Unit::Sequence(Key::Other),
            (b'I' | b'O' | b'M' | b'm' | b'R' | b'T' | b't' | b'c' | b'n' | b'x' | b'y', ..) => Unit::Report,
            _ => Unit::Sequence(arrow(char::from(action))),
        });
    }

    fn esc_dispatch(&mut self, _: &[u8], _: bool, byte: u8) {
        self.shifted = byte == b'O';
        self.unit = (!self.shifted).then_some(Unit::Sequence(Key::Other));
    }

    fn osc_dispatch(&mut self, _: &[&[u8]], bell_terminated: bool) {
        // Ended otherwise, two bytes more belong to it.
        self.unit = bell_terminated.then_some(Unit::Report);
    }
}

/// The key of a sequence that ends in this letter.
fn arrow(letter: char) -> Key {
    match letter {
        'A' => Key::Up,
        'B' => Key::Down,
        'C' => Key::Right,
        'D' => Key::Left,
        'M' => Key::Enter, // of the numbers' block
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Key::{Char, Down, Enter, Escape, Left, Other, Right, Up};

    /// What is typed by pieces of bytes, each so many milliseconds after the start, on a terminal that is
    /// looked at in between; [`None`] is an Escape that was none.
    fn typed(pieces: &[(u64, &[u8])]) -> Vec<Option<Key>> {
        let start = Instant::now();
        let mut decoder = Decoder::new(start);
        for (ms, bytes) in pieces {
            let now = start + Duration::from_millis(*ms);
            while let Some(due) = decoder.due().filter(|due| *due < now) {
                decoder.settle(due);
            }
            decoder.feed(bytes, now);
        }
        while let Some(due) = decoder.due() {
            decoder.settle(due);
        }
        assert!(decoder.due().is_none() && decoder.pending.is_empty());
        let key = |typed: Typed| match typed {
            Typed::Key(key, _) => Some(key),
            Typed::NotEscape => None,
        };
        std::iter::from_fn(|| decoder.next()).map(key).collect()
    }

    /// The keys of bytes that come together.
    fn keys(bytes: &[u8]) -> Vec<Key> {
        typed(&[(0, bytes)]).into_iter().map(|key| key.expect("nothing is taken back")).collect()
    }

    #[test]
    fn what_a_terminal_sends_is_keys() {
        for (bytes, key) in [
            (" ", Char(' ')),
            ("a", Char('a')),
            ("\r", Enter),
            ("\n", Enter),
            ("\t", Other),
            ("\0", Other),
            ("\x7f", Char('\u{7f}')),
            ("ä", Char('ä')),
            ("日", Char('日')),
            ("\x1b", Escape),
            ("\x1b\x1b", Escape),
            ("\x1b[A", Up),
            ("\x1b[B", Down),
            ("\x1b[C", Right),
            ("\x1b[D", Left),
            ("\x1bOA", Up),
            ("\x1bOD", Left),
            ("\x1bO5C", Right),
            ("\x1b[1;5C", Right),
            ("\x1b\x1b[C", Right),
            ("\x1bOM", Enter),
            ("\x1bOP", Other),
            ("\x1b[15~", Other),
            ("\x1b[[A", Other),
            ("\x1b[1;2R", Other),
            ("\x1b[Z", Other),
            ("\x1bq", Other),
            ("\x1b\r", Other),
            ("\x1b\x7f", Other),
            ("\x1bä", Other),
            ("\x1b[", Other),
            ("\x1bO", Other),
            ("\x1b]", Other),
            ("\x1bP", Other),
            ("\x1b_", Other),
        ] {
            assert_eq!(keys(bytes.as_bytes()), [key], "{bytes:?}");
        }
        assert_eq!(keys(&[0xe4]), [Other], "a letter of a terminal without UTF-8");
    }

    #[test]
    fn nobody_has_pressed_what_a_terminal_tells() {
        for bytes in [
            "\x1b[I",
            "\x1b[O",
            "\x1b[M !!",
            "\x1b[<0;10;20M",
            "\x1b[<35;10;20m",
            "\x1b[32;10;20M",
            "\x1b[?62;4c",
            "\x1b[>41;330;0c",
            "\x1b[24;80R",
            "\x1b[0n",
            "\x1b[8;24;80t",
            "\x1b[?2004;2$y",
            "\x1b[?1u",
            "\x1b]11;rgb:0000/0000/0000\x07",
            "\x1b]11;rgb:0000/0000/0000\x1b\\",
            "\x1bP>|term(quick)\x1b\\",
            "\x1bP1$r0m\x1b\\",
            "\x1b_Gi=31;OK\x1b\\",
            "\x1b]11;rgb:00",
        ] {
            assert_eq!(keys(bytes.as_bytes()), [], "{bytes:?}");
            // However it comes, and whatever is pressed behind it.
            for at in 1..bytes.len() {
                let (first, second) = bytes.as_bytes().split_at(at);
                let pieces = typed(&[(0, first), (30, second), (2000, b"n")]);
                assert_eq!(pieces, [Some(Char('n'))], "{bytes:?} at {at}");
            }
        }
    }

    #[test]
    fn a_key_that_comes_in_pieces_is_one_key() {
        for bytes in ["\x1b[C", "\x1bOC", "\x1b[1;5C"] {
            for gap in [1, 5, 30, 100, 140] {
                let pieces: Vec<(u64, &[u8])> =
                    bytes.as_bytes().chunks(1).enumerate().map(|(n, byte)| (gap * n as u64, byte)).collect();
                assert_eq!(typed(&pieces), [Some(Right)], "{bytes:?} every {gap} ms");
            }
        }
        assert_eq!(typed(&[(0, &[0xc3]), (30, &[0xa4])]), [Some(Char('ä'))]);
        assert_eq!(typed(&[(0, b"\x1b["), (700, b"C")]), [Some(Right)]);
    }

    #[test]
    fn the_rest_of_a_key_that_comes_late_takes_the_escape_back() {
        for tail in ["[C", "OC", "[1;5C"] {
            for late in [160, 400, 1900] {
                let pieces = [(0, &b"\x1b"[..]), (late, tail.as_bytes())];
                assert_eq!(typed(&pieces), [Some(Escape), None, Some(Right)], "{tail} after {late} ms");
            }
        }
        assert_eq!(typed(&[(0, b"\x1b"), (300, b"["), (330, b"C")]), [Some(Escape), None, Some(Right)]);
        // A report is no key, and no Escape either.
        assert_eq!(typed(&[(0, b"\x1b"), (300, b"[I")]), [Some(Escape), None]);
    }

    #[test]
    fn an_escape_that_was_meant_is_never_lost() {
        let escape_then = |ms, bytes: &'static [u8]| typed(&[(0, b"\x1b"), (ms, bytes)]);
        assert_eq!(escape_then(300, b"n"), [Some(Escape), Some(Char('n'))]);
        assert_eq!(escape_then(300, b"["), [Some(Escape), Some(Char('['))]);
        assert_eq!(escape_then(300, b"[hello]"), [Some(Escape), Some(Other)]);
        assert_eq!(escape_then(300, b"Oh"), [Some(Escape), Some(Other)]);
        assert_eq!(escape_then(5000, b"[C"), [Some(Escape), Some(Other)]);
        // An arrow that was pressed behind it has an escape of its own.
        for ms in [50, 100, 300, 1000] {
            assert_eq!(escape_then(ms, b"\x1b[C"), [Some(Escape), Some(Right)], "after {ms} ms");
            assert_eq!(escape_then(ms, b"\x1b"), [Some(Escape), Some(Escape)], "after {ms} ms");
        }
        assert_eq!(typed(&[(0, b"\x1b"), (300, b"n"), (600, b"[C")])[..2], [Some(Escape), Some(Char('n'))]);
        assert_eq!(keys(b"x\x1b"), [Char('x'), Escape]);
    }

    #[test]
    fn what_a_busy_machine_reads_late_came_in_time() {
        let start = Instant::now();
        let mut decoder = Decoder::new(start);
        decoder.feed(b"\x1b", start);
        // Nobody has looked in the meantime.
        decoder.feed(b"[C", start + Duration::from_millis(600));
        assert!(matches!(decoder.next(), Some(Typed::Key(Right, _))));
        assert_eq!(decoder.next(), None);
    }

    #[test]
    fn pasted_text_is_one_key_and_an_end_to_nothing() {
        for text in ["quick", "qq quit", "llama", "  q", "first\nsecond", "ok", "äq", "日本q"] {
            assert_eq!(keys(text.as_bytes()), [Other], "{text:?}");
            let bytes = text.as_bytes();
            let slowly: Vec<(u64, &[u8])> =
                bytes.chunks(1).enumerate().map(|(n, b)| (4 * n as u64, b)).collect();
            assert_eq!(typed(&slowly), [Some(Other)], "{text:?}, byte by byte");
        }
        assert_eq!(typed(&[(0, b"first part"), (60, b"q"), (90, b"\nquit")]), [Some(Other)]);
        let long = "quick ".repeat(2000);
        assert_eq!(keys(long.as_bytes()), [Other]);
    }

    #[test]
    fn what_the_terminal_says_is_pasted_is_one_key_whatever_it_holds() {
        for text in ["q", "", "quick", "\x1bq\x1b[C", "a\x1bP", "\x1b]", "line\rq\r"] {
            let pasted = format!("\x1b[200~{text}\x1b[201~");
            assert_eq!(keys(pasted.as_bytes()), [Other], "{text:?}");
        }
        let pieces = [(0, &b"\x1b[200~q"[..]), (400, b"q"), (900, b"q\x1b[201~"), (1100, b"n")];
        assert_eq!(typed(&pieces), [Some(Other), Some(Char('n'))]);
        let no_end = [(0, &b"\x1b[200~quick"[..]), (1500, b"n")];
        assert_eq!(typed(&no_end), [Some(Other), Some(Char('n'))], "its end was lost");
    }

    #[test]
    fn keys_that_are_pressed_fast_act_each() {
        assert_eq!(typed(&[(0, b"n"), (50, b"q")]), [Some(Char('n')), Some(Char('q'))]);
        assert_eq!(
            typed(&[(0, b"n"), (20, b"p"), (40, b"q")]),
            [b'n', b'p', b'q'].map(|c| Some(Char(c.into())))
        );
        assert_eq!(typed(&[(0, b"\x1b[C\x1b[D")]), [Some(Right), Some(Left)]);
        assert_eq!(typed(&[(0, b" "), (50, b"\x1b")]), [Some(Char(' ')), Some(Escape)]);
        // Behind a pasted text, too.
        let pieces = [(0, &b"quick"[..]), (50, b"\x1b"), (400, b"n")];
        assert_eq!(typed(&pieces), [Some(Other), Some(Escape), Some(Char('n'))]);
        // Held down over a slow line, it is still that key.
        assert_eq!(keys(b"+++"), [Char('+'); 3]);
    }

    #[test]
    fn rubbish_is_no_panic_and_ends_in_time() {
        let mut bytes = vec![0x1b, b'P', 0xff, 0xfe, 0x90, b'[', 0x80];
        for n in 0..2000_u32 {
            bytes.push((n.wrapping_mul(2_654_435_761) >> 24) as u8);
        }
        for piece in bytes.chunks(7) {
            typed(&[(0, piece), (3000, b"n")]);
        }
        typed(&[(0, &bytes)]);
    }
}
