//! The forms of a terminal's input: keys, pasted text, and its own reports (ECMA-48, and xterm's control
//! sequences).

use anstyle_parse::{Params, Perform};

use crate::remote::keymap::Key;

/// The kind of a sequence of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A key that types something.
    Character(Key),
    /// Any other key.
    Sequence(Key),
    /// Something that was not pressed: an answer of the terminal, a report of its mouse or of its focus.
    Report,
    PasteBegins,
    PasteEnds,
}

pub(super) const ESC: u8 = 0x1b;

/// Whether most keys and reports have this byte after their escape.
pub(super) fn is_head(byte: u8) -> bool {
    matches!(byte, b'[' | b'O')
}

/// Whether a sequence is a string with content, or the start of one. The first bytes alone may also be Alt and
/// a key.
pub(super) fn is_string(sequence: &[u8]) -> bool {
    matches!(sequence, [ESC, b']' | b'P' | b'X' | b'^' | b'_', _, ..])
}

/// Whether a sequence is one that terminals send.
pub(super) fn is_known(sequence: &[u8]) -> bool {
    match sequence {
        [ESC, b'[', .., last] => b"ABCDEFHIOPQRSZMmu~ctny".contains(last),
        [ESC, b'O', .., last] => b"ABCDEFHMPQRS".contains(last),
        _ => false,
    }
}

/// Receives what the parser finds.
#[derive(Default)]
pub(super) struct Listener {
    pub(super) unit: Option<Unit>,
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
            // Question marks and similar bytes stand only in answers and reports.
            _ if !intermediates.is_empty() => Unit::Report,
            (b'~', 200, _) => Unit::PasteBegins,
            (b'~', 201, _) => Unit::PasteEnds,
            // F3 with a modifier looks like a report of the cursor in the first line.
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
        // Unless a bell has ended it, two more bytes belong to it.
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
        'M' => Key::Enter, // on the numeric keypad
        _ => Key::Other,
    }
}
