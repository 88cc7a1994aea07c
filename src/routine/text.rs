//! Text that will be spoken: what it may hold, its `{side}` and `{other}`, and its sentences.

use unicode_segmentation::UnicodeSegmentation;

use crate::diagnostic::{Diagnostic, Span};
use crate::reader::{Problems, Value, span_of};

/// The longest text of one step, in characters: about a minute of speech.
pub const MAX_CHARS: usize = 800;

const PLACEHOLDERS: [&str; 2] = ["side", "other"];

/// Checked text: it has a letter, no control characters, and only known placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    raw: String,
    span: Span,
}

impl Text {
    /// Checks `raw`; `sided` says whether `{side}` and `{other}` have a meaning here.
    ///
    /// # Errors
    /// Every problem of the text.
    pub fn new(raw: &str, span: &Span, sided: bool) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        if !raw.chars().any(char::is_alphabetic) {
            problems.push(Diagnostic::error(
                "text-without-letters",
                span,
                format!("{raw:?} has no letter, so there is nothing to say"),
                "write words, or remove it",
            ));
        }
        if let Some(bad) = raw.chars().find(|c| c.is_control() && *c != '\n' && *c != '\t') {
            problems.push(Diagnostic::error(
                "control-character",
                span,
                format!("the text holds the control character U+{:04X}", u32::from(bad)),
                "remove it: no voice can say it",
            ));
        }
        let chars = raw.chars().count();
        if chars > MAX_CHARS {
            problems.push(Diagnostic::error(
                "text-too-long",
                span,
                format!("this text has {chars} characters, {MAX_CHARS} are the most"),
                "split it into steps of a sentence or two",
            ));
        }
        problems.extend(check_placeholders(raw, span, sided));
        if !problems.is_empty() {
            return Err(problems);
        }
        let raw = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { raw, span: span.clone() })
    }

    /// Reads text that will be spoken, called `what` in messages.
    pub fn read(value: Value<'_>, what: &str, sided: bool, problems: &mut Problems) -> Option<Self> {
        let raw = problems.string(value, what, "\"Breathe in slowly.\"")?;
        Self::new(raw, &span_of(value), sided).map_err(|found| problems.0.extend(found)).ok()
    }

    /// The text as written, white space folded.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// Where it stands in the file.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Whether it names the side.
    pub fn names_side(&self) -> bool {
        self.raw.contains("{side}") || self.raw.contains("{other}")
    }

    /// The text with `{side}` and `{other}` filled in.
    pub fn fill(&self, side: &str, other: &str) -> String {
        self.raw.replace("{side}", side).replace("{other}", other)
    }
}

/// The sentences of a text, each trimmed and with at least one letter or digit.
pub fn sentences(text: &str) -> Vec<String> {
    text.unicode_sentences().map(|sentence| sentence.trim().to_owned()).collect()
}

fn check_placeholders(raw: &str, span: &Span, sided: bool) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut rest = raw;
    while let Some(open) = rest.find(['{', '}']) {
        let name =
            rest[open..].strip_prefix('{').and_then(|after| after.split_once('}')).map(|(name, _)| name);
        match name {
            Some(name) if PLACEHOLDERS.contains(&name) => {
                if !sided {
                    problems.push(Diagnostic::error(
                        "side-outside-each-side",
                        span,
                        format!("`{{{name}}}` has no meaning here"),
                        "put the step inside an `each_side`, or name the side in words",
                    ));
                }
                rest = &rest[open + name.len() + 2..];
            }
            Some(name) => {
                problems.push(Diagnostic::error(
                    "unknown-placeholder",
                    span,
                    format!("`{{{name}}}` is not something that can be filled in"),
                    "write `{side}` for this side, or `{other}` for the opposite one",
                ));
                rest = &rest[open + name.len() + 2..];
            }
            None => {
                problems.push(Diagnostic::error(
                    "stray-brace",
                    span,
                    "a brace stands alone in this text",
                    "braces are for `{side}` and `{other}`; remove it",
                ));
                break;
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(raw: &str, sided: bool) -> Vec<&'static str> {
        Text::new(raw, &Span::default(), sided)
            .err()
            .unwrap_or_default()
            .iter()
            .map(|problem| problem.code)
            .collect()
    }

    #[test]
    fn a_text_needs_a_letter() {
        assert_eq!(codes("12 ... !", false), ["text-without-letters"]);
        assert_eq!(codes("", false), ["text-without-letters"]);
    }

    #[test]
    fn a_side_has_a_meaning_only_inside_each_side() {
        assert!(codes("Bend your {side} knee.", true).is_empty());
        assert_eq!(codes("Bend your {side} knee.", false), ["side-outside-each-side"]);
        assert_eq!(codes("Bend your {sied} knee.", true), ["unknown-placeholder"]);
        assert_eq!(codes("Bend your side} knee.", true), ["stray-brace"]);
    }

    #[test]
    fn a_nul_is_refused_and_white_space_is_folded() {
        assert_eq!(codes("a\0b", false), ["control-character"]);
        let text = Text::new("Breathe\n  in.", &Span::default(), false).unwrap();
        assert_eq!(text.as_str(), "Breathe in.");
    }

    #[test]
    fn a_text_is_split_at_its_sentences() {
        assert_eq!(sentences("Breathe in. And out, slowly."), ["Breathe in.", "And out, slowly."]);
    }
}
