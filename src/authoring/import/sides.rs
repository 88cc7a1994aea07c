//! Sides: what was written for one of them becomes `{side}` and `{other}`.

use regex::Regex;

use super::draft::{Draft, DraftStep};
use super::vocabulary::{Vocabulary, pattern};

/// The words for the sides in one language.
#[derive(Debug)]
pub(super) struct Sides<'a> {
    vocabulary: &'a Vocabulary,
    /// Each form: a pattern for either word, the one for the right, the one for the left.
    forms: Vec<(Regex, String, String)>,
}

impl<'a> Sides<'a> {
    pub(super) fn of(vocabulary: &'a Vocabulary) -> Self {
        let forms = vocabulary.words.sides.iter();
        let forms = forms.map(|(right, left)| {
            (pattern(&format!(r"\b(?:({right})|({left}))\b")), right.clone(), left.clone())
        });
        Self { forms: forms.collect(), vocabulary }
    }

    /// Whether the first side that a text names is the left one; `None` if it names none.
    fn begins_left(&self, text: &str) -> Option<bool> {
        let text = self.vocabulary.no_side.replace_all(text, |found: &regex::Captures<'_>| {
            // Blanked, so that places stay.
            " ".repeat(found[0].len())
        });
        let found = self.forms.iter().filter_map(|(form, ..)| {
            let found = form.captures(&text)?;
            Some((found.get(0)?.start(), found.get(2).is_some()))
        });
        found.min().map(|(_, is_left)| is_left)
    }

    /// Whether a text names one of two sides.
    pub(super) fn names_one(&self, text: &str) -> bool {
        self.begins_left(text).is_some()
            || self.vocabulary.one_of_two.iter().any(|(one, _)| one.is_match(text))
    }

    /// Makes steps that were written for one side fit for both.
    pub(super) fn each(&self, mut steps: Vec<Draft>) -> Draft {
        let first = steps.iter().find_map(|step| first_text(step, &|text| self.begins_left(text)));
        let is_left = first.unwrap_or(false);
        let is_named = first.is_some();
        steps.iter_mut().for_each(|step| step.map(&|text| self.filled(text, is_left, is_named)));
        let says_side = steps.iter().any(|step| step.any_text(&|text| text.contains('{')));
        let mut each = Draft::from(DraftStep::EachSide(steps));
        if is_left {
            each = each.doubted("the text begins with the left; supine begins with the right");
        }
        if !says_side {
            each = each.doubted("no sentence says which side it is: write {side} where it is meant");
        }
        each
    }

    fn filled(&self, text: &str, is_left: bool, is_named: bool) -> String {
        if self.vocabulary.no_side.is_match(text) {
            return text.to_owned();
        }
        let mut out = text.to_owned();
        for (form, right, left) in &self.forms {
            let is_plain = *right == self.vocabulary.phrases.sided("{side}", crate::routine::Side::Right);
            let filled = form.replace_all(&out, |found: &regex::Captures<'_>| {
                let name = if found.get(2).is_some() == is_left { "side" } else { "other" };
                if is_plain { format!("{{{name}}}") } else { format!("{{{name}:{right}|{left}}}") }
            });
            out = filled.into_owned();
        }
        if !is_named {
            for (one, with) in &self.vocabulary.one_of_two {
                out = one.replace_all(&out, with.as_str()).into_owned();
            }
        }
        out
    }
}

/// The first answer that a text of a step gives.
fn first_text(step: &Draft, ask: &dyn Fn(&str) -> Option<bool>) -> Option<bool> {
    match &step.step {
        DraftStep::Text(_, text) => ask(text),
        DraftStep::EachSide(steps) | DraftStep::Repeat(_, steps) => {
            steps.iter().find_map(|step| first_text(step, ask))
        }
        _ => None,
    }
}
