//! The promise of every message: it names a place inside the text, and it can be drawn.

use crate::diagnostic::Diagnostic;
use crate::signs::layout::{decode, legible};
use crate::signs::printable_lines;

/// The most messages that are drawn: drawing is slow, and they are all alike.
const DRAWN: usize = 2;

/// Bytes as the text of a file, if they are one.
pub(super) fn text_of(bytes: &[u8]) -> Option<String> {
    let text = decode(bytes.to_vec()).ok()?;
    assert_eq!(legible(&text).len(), text.len(), "a legible text has every byte where the text has it");
    Some(text)
}

pub(super) fn are_inside(problems: &[Diagnostic], text: &str) {
    let legible = legible(text);
    for problem in problems {
        let (start, end) = (problem.span.0.start, problem.span.0.end);
        assert!(start <= end && end <= text.len(), "{problem:?} is outside a text of {} bytes", text.len());
        assert!(legible.is_char_boundary(start) && legible.is_char_boundary(end), "{problem:?} cuts a sign");
        assert!(
            !problem.message.is_empty() && !problem.help.is_empty(),
            "{problem:?} does not say what to do"
        );
    }
    for problem in problems.iter().take(DRAWN) {
        let drawn = problem.render(text, "a.toml", false);
        assert_eq!(printable_lines(&drawn), drawn, "a message controls the terminal");
    }
}
