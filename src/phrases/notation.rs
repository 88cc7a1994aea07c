//! Ambiguous notations in a routine, and how they will be spoken.

use super::Phrases;
use super::spoken::spoken;
use crate::diagnostic::Diagnostic;
use crate::routine::text::Text;
use crate::routine::{Routine, Side};

/// A warning for each text of `routine` with an ambiguous notation.
pub fn lint(routine: &Routine) -> Vec<Diagnostic> {
    let (phrases, fits) = Phrases::for_language(&routine.language);
    if !fits {
        return Vec::new();
    }
    routine.texts().into_iter().flat_map(|text| doubts(text, &phrases)).collect()
}

fn doubts(text: &Text, phrases: &Phrases) -> Vec<Diagnostic> {
    let filled = phrases.sided(text.as_str(), Side::Right);
    let doubts = spoken(&filled, &phrases.short, &phrases.numbers).doubts;
    let warning = |doubt: super::spoken::Doubt| {
        let help = doubt.write.map_or_else(
            || "write it in words if something else is meant".to_owned(),
            |write| format!("write `{write}` if that is meant, and in words if it is not"),
        );
        let message = format!("`{}` will be spoken as \"{}\"", doubt.written, doubt.said);
        Diagnostic::warning("doubtful-notation", text.span(), message, help)
    };
    doubts.into_iter().map(warning).collect()
}
