//! A routine from a stranger: any text, or a shape and the texts of a language behind a line of `=====`.

use std::sync::OnceLock;

use super::places::{are_inside, text_of};
use crate::authoring::copy;
use crate::catalogue::merged::merged;
use crate::phrases::Phrases;
use crate::routine::Routine;
use crate::routine::lint::lint;
use crate::routine::parse::parse;
use crate::score::length::planned;
use crate::settings::Settings;
use crate::signs::layout::legible;
use crate::signs::unspeakable;

/// Between a shape and its texts.
const BETWEEN: &str = "\n=====\n";
/// A longer routine is read, and not planned: that takes its time.
const PLANNED: usize = 4096;

/// Reads a routine: there is one, or there are problems, each with a place. What was read can be judged, planned and
/// copied.
///
/// # Panics
/// When one of that is not so.
pub fn routine(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    match text.split_once(BETWEEN) {
        None => read(&text),
        Some((shape, texts)) => {
            if let Ok(text) = merged(&legible(shape), &legible(texts), "de") {
                read(&text);
            }
        }
    }
}

fn read(text: &str) {
    match parse(text) {
        Ok(routine) => understood(&routine, text),
        Err(problems) => {
            assert!(!problems.is_empty(), "it is refused for no reason");
            are_inside(&problems, text);
        }
    }
}

fn understood(routine: &Routine, text: &str) {
    are_inside(&lint(routine), text);
    let copied = copy(&legible(text), "another").expect("what was read is TOML");
    let copied =
        parse(&copied).unwrap_or_else(|problems| panic!("a copy is no routine: {problems:?}\n{copied}"));
    assert_eq!(copied.id.as_str(), "another");
    assert_eq!(copied.meaning(), routine.meaning(), "a copy means something else");
    if text.len() > PLANNED || has_long_holds(text) {
        return;
    }
    let plan = planned(routine, &Settings::default(), phrases(&routine.language));
    for said in &plan.utterances {
        assert_eq!(unspeakable(&said.spoken), None, "{said:?}");
        assert!(!said.spoken.contains(['[', ']', '{', '}']), "an engine may take it for markup: {said:?}");
        assert!(said.spoken.chars().any(char::is_alphabetic), "nothing is said of {said:?}");
    }
    are_inside(&plan.notes, text);
}

/// Whether a small text may be planned as a very long session.
fn has_long_holds(text: &str) -> bool {
    text.matches("times").count() > 1
}

/// The phrases of a language, which are read once.
pub(super) fn phrases(language: &str) -> &'static Phrases {
    static PHRASES: OnceLock<Vec<(&str, Phrases)>> = OnceLock::new();
    let all = PHRASES.get_or_init(|| {
        ["en", "de", "es", "fr", "pt"].map(|tag| (tag, Phrases::for_language(tag).0)).into_iter().collect()
    });
    let primary = crate::language::primary(language);
    all.iter().find(|(tag, _)| *tag == primary).map_or(&all[0].1, |(_, phrases)| phrases)
}
