//! Whether mistakes are found, and nothing is found where there is none.

mod attempts;
mod correct;
mod mistakes;
mod wording;

use crate::routine::lint::lint;
use crate::routine::parse::parse;

/// The warnings for a routine of one pose: a code, and the words that it is at.
fn warned(language: &str, pose: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        "title = \"Mine\"\nlanguage = \"{language}\"\nending = \"awake\"\n[[pose]]\nname = \"A\"\n{pose}\n"
    );
    let routine = parse(&text).unwrap_or_else(|problems| panic!("{pose}: {problems:?}"));
    let at = |span: &crate::diagnostic::Span| text[span.0.clone()].to_owned();
    lint(&routine).into_iter().map(|warning| (warning.code, at(&warning.span))).collect()
}
