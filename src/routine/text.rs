//! Text that will be spoken: its allowed content, and its `{side}` and `{other}`.
//!
//! `{side}` alone is the word for this side ("right", "derecha", "rechts"). Where a language inflects that
//! word, `{side:rechte|linke}` gives both forms: the text for the right, then the text for the left.

use unicode_normalization::UnicodeNormalization;

use super::Side;
use crate::diagnostic::{Diagnostic, Span};
use crate::reader::{Problems, Value, span_of, unspeakable_sign};
use crate::signs::unspeakable;

/// The longest text of one step, in characters: about a minute of speech.
pub(crate) const MAX_CHARS: usize = 800;

/// Checked text: it has a letter or a number, only signs that can be said and seen, and only known
/// placeholders.
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
    pub(crate) fn new(raw: &str, span: &Span, sided: bool) -> Result<Self, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        if !has_words(raw) {
            problems.push(Diagnostic::error(
                "text-without-letters",
                span,
                format!("{raw:?} has no letter and no number, so there is nothing to say"),
                "write words, or remove it",
            ));
        }
        problems.extend(unspeakable(raw).map(|sign| unspeakable_sign(span, "the text holds", sign)));
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
    pub(crate) fn read(value: Value<'_>, what: &str, sided: bool, problems: &mut Problems) -> Option<Self> {
        let raw = problems.string(value, what, "\"Breathe in slowly.\"")?;
        Self::new(raw, &span_of(value), sided).map_err(|found| problems.0.extend(found)).ok()
    }

    /// The text as written, white space folded.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// Its place in the file.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Moves its place, because another text now stands before its file's.
    pub(super) fn shift(&mut self, by: usize) {
        self.span = self.span.shifted(by);
    }

    /// Whether it names the side.
    pub(crate) fn names_side(&self) -> bool {
        self.raw.contains('{')
    }
}

/// The zeros of scripts with positional decimal numbers; the other digits follow them.
const ZEROS: [char; 20] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}',
    '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}',
    '\u{1810}', '\u{1b50}',
];

/// The digit 0 to 9 that a digit of another script stands for.
pub(crate) fn digit_of_a_script(c: char) -> Option<char> {
    let value =
        ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|n| *n < 10))?;
    char::from_digit(value, 10)
}

/// Whether something is left to say once `text` is written out: a letter, or a number ("10", "½"). The text for
/// a `{side}` counts as a word, too.
fn has_words(text: &str) -> bool {
    text.nfkc().any(|c| c.is_alphabetic() || c.is_ascii_digit() || digit_of_a_script(c).is_some())
}

/// `text` with its placeholders filled in for `side`; `right` and `left` are the words for the sides where a
/// placeholder has no words of its own. Anything else in braces stays.
pub(crate) fn fill_sides(text: &str, side: Side, right: &str, left: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
    {
        out.push_str(before);
        match Placeholder::read(name) {
            Ok(found) => out.push_str(found.word(side, right, left)),
            Err(_) => out.extend(["{", name, "}"]),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The content between two braces.
#[derive(Debug, PartialEq, Eq)]
struct Placeholder<'a> {
    /// Whether it is `{other}` instead of `{side}`.
    opposite: bool,
    /// Its own texts for the right and for the left.
    own: Option<(&'a str, &'a str)>,
}

/// Why something in braces is not a placeholder.
#[derive(Debug, PartialEq, Eq)]
enum NoPlaceholder {
    UnknownName,
    NotTwoTexts,
}

impl<'a> Placeholder<'a> {
    fn read(inside: &'a str) -> Result<Self, NoPlaceholder> {
        let (name, texts) =
            inside.split_once(':').map_or((inside, None), |(name, texts)| (name, Some(texts)));
        let opposite = match name {
            "side" => false,
            "other" => true,
            _ => return Err(NoPlaceholder::UnknownName),
        };
        let own = match texts.map(|texts| texts.split('|').map(str::trim).collect::<Vec<_>>()).as_deref() {
            None => None,
            Some([right, left]) if !right.is_empty() && !left.is_empty() => Some((*right, *left)),
            Some(_) => return Err(NoPlaceholder::NotTwoTexts),
        };
        Ok(Self { opposite, own })
    }

    fn word<'b>(&self, side: Side, right: &'b str, left: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let (right, left) = self.own.unwrap_or((right, left));
        match if self.opposite { side.other() } else { side } {
            Side::Right => right,
            Side::Left => left,
        }
    }
}

fn check_placeholders(raw: &str, span: &Span, sided: bool) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut rest = raw;
    while let Some(open) = rest.find(['{', '}']) {
        let inside = rest[open..].strip_prefix('{').and_then(|after| after.split_once('}'));
        let Some((inside, after)) = inside else {
            problems.push(Diagnostic::error(
                "stray-brace",
                span,
                "a brace stands alone in this text",
                "braces are for `{side}` and `{other}`; remove it",
            ));
            break;
        };
        problems.extend(placeholder_problem(inside, span, sided));
        rest = after;
    }
    problems
}

fn placeholder_problem(inside: &str, span: &Span, sided: bool) -> Option<Diagnostic> {
    let (code, message, help) = match Placeholder::read(inside) {
        Ok(_) if sided => return None,
        Ok(_) => (
            "side-outside-each-side",
            "has no meaning here",
            "put the step inside an `each_side`, or name the side in words",
        ),
        Err(NoPlaceholder::UnknownName) => (
            "unknown-placeholder",
            "is not something that can be filled in",
            "write `{side}` for this side, or `{other}` for the opposite one",
        ),
        Err(NoPlaceholder::NotTwoTexts) => (
            "side-without-two-texts",
            "needs two texts with a `|` between them",
            "write the text for the right first, then the one for the left: `{side:rechte|linke}`",
        ),
    };
    Some(Diagnostic::error(code, span, format!("`{{{inside}}}` {message}"), help))
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
    fn a_text_needs_a_letter_or_a_number() {
        for text in ["10", "3, 2, 1.", "100%", "1/2", "½", "٣", "①"] {
            assert!(codes(text, false).is_empty(), "{text}");
        }
        for text in ["", " ... !", "\u{2026}", "%", "-", "\u{1f600}"] {
            assert_eq!(codes(text, false), ["text-without-letters"], "{text}");
        }
    }

    #[test]
    fn a_side_has_a_meaning_only_inside_each_side() {
        assert!(codes("Bend your {side} knee.", true).is_empty());
        assert_eq!(codes("Bend your {side} knee.", false), ["side-outside-each-side"]);
        assert_eq!(codes("Bend your {sied} knee.", true), ["unknown-placeholder"]);
        assert_eq!(codes("Bend your side} knee.", true), ["stray-brace"]);
    }

    #[test]
    fn a_side_may_bring_its_own_texts() {
        let filled = |text: &str| [Side::Right, Side::Left].map(|side| fill_sides(text, side, "R", "L"));
        assert_eq!(filled("{side}, not {other}"), ["R, not L", "L, not R"]);
        assert_eq!(
            filled("Das {side:rechte|linke} Knie zum {other: linken | rechten } Fuß."),
            ["Das rechte Knie zum rechten Fuß.", "Das linke Knie zum linken Fuß."]
        );
        assert_eq!(filled("{x} {"), ["{x} {"; 2]);
        for text in ["{side:}", "{side:rechte}", "{side:|linke}", "{side:a|b|c}", "{other:a|}"] {
            assert_eq!(codes(text, true), ["side-without-two-texts"], "{text}");
        }
        assert_eq!(codes("Das {Seite:rechte|linke} Knie", true), ["unknown-placeholder"]);
        assert_eq!(codes("Das {side:rechte|linke} Knie", false), ["side-outside-each-side"]);
    }

    #[test]
    fn a_nul_is_refused_and_white_space_is_folded() {
        assert_eq!(codes("a\0b", false), ["control-character"]);
        let text = Text::new("Breathe\n  in.", &Span::default(), false).unwrap();
        assert_eq!(text.as_str(), "Breathe in.");
    }
}
