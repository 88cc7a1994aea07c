//! Messages about a file: what is wrong, where (with a caret), and what to do. Data only, and one
//! function that draws it; printing is the commands' business.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A range of bytes in the text of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span(pub Range<usize>);

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self(range)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It plays, but a person with closed eyes may be left alone with it.
    Warning,
    /// It can't be played.
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
            message: message.into(),
            span: span.clone(),
            help: help.into(),
        }
    }

    /// Advice.
    pub fn warning(
        code: &'static str,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message, help) }
    }

    /// Draws the message with its line and a caret, as `file:line:column`, for a terminal
    /// (`styled`) or as plain text.
    pub fn render(&self, source: &str, path: &str, styled: bool) -> String {
        let level = match self.severity {
            Severity::Warning => Level::WARNING,
            Severity::Error => Level::ERROR,
        };
        let end = self.span.0.end.min(source.len());
        let start = self.span.0.start.min(end);
        let report = [level
            .primary_title(self.message.as_str())
            .id(self.code)
            .element(Snippet::source(source).path(path).annotation(AnnotationKind::Primary.span(start..end)))
            .element(Level::HELP.message(self.help.as_str()))];
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&report)
    }
}

/// The one of `known` that is meant by `word`, if any is near enough (Jaro-Winkler similarity of
/// at least 0.75, ignoring case).
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity >= 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// "`count`" as a suggestion, or the whole list when nothing is near.
pub fn suggest(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("use one of: {}", known.join(", ")),
    }
}
