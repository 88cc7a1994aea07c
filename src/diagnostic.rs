//! Messages about a file: what is wrong, where (with a caret), and what to do. They are data; one function
//! draws them, and the commands print them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::advice::{Advice, Advise};
use crate::signs::layout::legible;
use crate::signs::{in_context, printable};

/// A range of bytes in the text of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span(pub Range<usize>);

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self(range)
    }
}

impl Span {
    /// This range, so many bytes further on.
    pub(crate) fn shifted(&self, by: usize) -> Self {
        Self(self.0.start + by..self.0.end + by)
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file plays, but may leave a person with closed eyes without help.
    Warning,
    /// The file can't be played.
    Error,
}

/// One problem in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name, such as `unknown-key`, for searching and for tests.
    pub code: &'static str,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do next.
    pub help: String,
}

impl Diagnostic {
    /// A problem that keeps the file from being played.
    pub fn error(
        code: &'static str,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: printable(&message.into()).into_owned(),
            span: span.clone(),
            help: printable(&help.into()).into_owned(),
        }
    }

    /// A problem that does not keep the file from being played.
    pub fn warning(
        code: &'static str,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message, help) }
    }

    /// Draws the message with its place, as `file:line:column`, and its line with a caret, for a terminal
    /// (`styled`) or as plain text.
    pub fn render(&self, source: &str, path: &str, styled: bool) -> String {
        let level = match self.severity {
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let (drawn, span) = drawn(source, &self.span.0);
        let path = printable(path);
        let report = [level
            .primary_title(self.message.as_str())
            .id(self.code)
            .element(
                Snippet::source(drawn.as_str())
                    .path(path.as_ref())
                    .annotation(AnnotationKind::Primary.span(span)),
            )
            .element(Level::HELP.message(self.help.as_str()))];
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let drawn = renderer.render(&report);
        // A long line is cut, maybe between a letter and its joiner, which would mean nothing then.
        in_context(&drawn).filter(|(_, _, is_hidden)| !is_hidden).map(|(_, c, _)| c).collect()
    }
}

impl Advise for Diagnostic {
    fn advice(&self) -> Advice {
        Advice::new(&self.message, &self.help)
    }
}

/// `source` as it can be drawn, and the place of `span` in it: with the lines that its author sees, and
/// without invisible characters or those that control a terminal. annotate-snippets deals with the ASCII
/// ones.
fn drawn(source: &str, span: &Range<usize>) -> (String, Range<usize>) {
    let plain = legible(source);
    let mut out = String::with_capacity(source.len());
    let (mut start, mut end) = (None, None);
    for (at, c, is_hidden) in in_context(source) {
        // A span may end in the middle of a character that was read as several.
        let after = at + c.len_utf8();
        start = start.or((after > span.start).then_some(out.len()));
        end = end.or((at >= span.end).then_some(out.len()));
        let is_line = c != '\n' && plain.as_bytes()[at] == b'\n';
        match c {
            '\u{feff}' if at == 0 => {}
            _ if is_line => out.push('\n'),
            '\u{2028}' | '\u{2029}' => out.push(char::REPLACEMENT_CHARACTER),
            _ if is_hidden || (c.is_control() && !c.is_ascii()) => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    let end = end.unwrap_or(out.len());
    let start = start.unwrap_or(out.len()).min(end);
    (out, start..end)
}

/// The one of `known` that `word` probably means, if any is similar enough (Jaro-Winkler similarity of at
/// least 0.75, ignoring case).
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// "`count`" as a suggestion, or the whole list when nothing is similar enough.
pub(crate) fn suggest(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The drawing of a problem at the first `wrong` in `source`.
    fn rendered(source: &str, wrong: &str) -> String {
        let at = source.find(wrong).unwrap();
        let span = Span::from(at..at + wrong.len());
        Diagnostic::error("x", &span, "m", "h").render(source, "a.toml", false)
    }

    #[test]
    fn a_caret_is_under_its_word_whatever_stands_before_it() {
        for before in ["", "\u{feff}", "a\r", "a\r\n", "a\n\r", "a = 1\u{2028}", "a = 1\u{85}", "a\r\r\n"] {
            let source = format!("{before}ab\u{a0}= wrong\r");
            let lines = before.replace("\r\n", "\n").matches(['\r', '\n', '\u{2028}', '\u{85}']).count();
            let shown = rendered(&source, "wrong");
            assert!(shown.contains(&format!("a.toml:{}:6\n", lines + 1)), "{before:?}: {shown}");
            assert!(shown.contains("| ab\u{a0}= wrong\n  |      ^^^^^\n"), "{before:?}: {shown}");
        }
    }

    #[test]
    fn nothing_that_is_drawn_steers_a_terminal() {
        let signs = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{200b}\u{e0041}\u{85}\u{2028}\u{ad}\u{200f}\u{200d}";
        let source = format!("a = \"{signs}\" wrong");
        let at = source.find("wrong").unwrap();
        let problem = Diagnostic::error("x", &Span::from(at..at + 5), signs, signs);
        let shown = problem.render(&source, &format!("a{signs}\n.toml"), false);
        let bad = |c: &char| (c.is_control() && *c != '\n') || crate::signs::hidden(*c).is_some();
        assert_eq!(shown.chars().find(bad), None, "{shown}");
        assert_eq!(shown.lines().count(), 7, "{shown}");
    }

    #[test]
    fn a_span_that_ends_within_a_sign_is_drawn() {
        for span in [0..1, 1..2, 1..1, 2..4, 0..99, 50..60] {
            let problem = Diagnostic::error("x", &Span::from(span), "m", "h");
            assert!(problem.render("−\u{a0}é", "a.toml", false).contains("a.toml:1:"));
        }
    }
}
