//! Amounts in a sentence: breaths, times, counts, repetitions.

use std::ops::Range;

use regex::Regex;

use super::vocabulary::{Vocabulary, pattern};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Breaths,
    Seconds,
    Count,
    /// Repetitions.
    Times,
    /// Sets of what stands there, or of so many repetitions.
    Sets,
    /// Time between two sets.
    RestBetween,
}

/// How a number is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bound {
    #[default]
    Exact,
    AtLeast,
    AtMost,
}

/// An amount and its place in the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    pub what: What,
    pub n: u32,
    /// The end of a range, such as 10 of "5 to 10".
    pub to: Option<u32>,
    pub bound: Bound,
    /// Whether the text says "a few" and the like.
    pub is_vague: bool,
    pub range: Range<usize>,
}

/// Finds amounts in the sentences of one language.
#[derive(Debug)]
pub(super) struct Amounts<'a> {
    vocabulary: &'a Vocabulary,
    sets: Regex,
    /// What a pattern measures, and the seconds of its unit.
    patterns: Vec<(What, u32, Regex)>,
}

/// The pattern for a number of sets with their amount, as in "3 x 10" or "3 sets of 30 seconds".
fn sets_pattern(vocabulary: &Vocabulary) -> Regex {
    let (words, number) = (&vocabulary.words, vocabulary.number());
    let (sets, times) = (&words.sets, &words.times);
    let (breaths, seconds, minutes) = (&words.breaths, &words.seconds, &words.minutes);
    pattern(&format!(
        r"(?P<n>{number})\s*(?:[x×*]|{sets}(?:\s*(?:[x×]|of\b|with\b|mit\b|von\b|zu\b|à|de\b|con\b|com\b))?)\s*(?P<m>{number})(?:\s*(?:(?P<s>(?:{seconds})\b)|(?P<min>(?:{minutes})\b)|(?P<b>{breaths}\b)|{times}\b))?"
    ))
}

impl<'a> Amounts<'a> {
    pub(super) fn of(vocabulary: &'a Vocabulary) -> Self {
        let (words, q) = (&vocabulary.words, vocabulary.amount());
        let (before, repeat) = (&words.before_amount, &words.repeat);
        let lead = format!(r"(?P<lead>\b{before}\s+)?");
        let few_words = r"\s*(?:[\p{L}’'-]+,?\s+){0,3}?";
        let p = |text: String| pattern(&text);
        let patterns = vec![
            (What::Sets, 1, p(format!(r"{q}\s+{}\b", words.sets))),
            (What::Breaths, 1, p(format!(r"{lead}{q}{few_words}{}\b", words.breaths))),
            (What::Seconds, 60, p(format!(r"{lead}{q}\s*(?:[\p{{L}}]+\s+)??{}(?:\b|$)", words.minutes))),
            (What::Seconds, 1, p(format!(r"{lead}{q}\s*(?:[\p{{L}}]+\s+)??{}(?:\b|$)", words.seconds))),
            (What::Count, 1, p(format!(r"{lead}\b{}\s+{q}(?:\s+{}\b)?", words.count, words.counts))),
            (What::Count, 1, p(format!(r"{lead}{q}{few_words}{}\b", words.counts))),
            (
                What::Times,
                1,
                p(format!(r"(?:\b{repeat}\s+)?{q}\s*(?:[\p{{L}}]+\s+)??{}(?:\b|$)", words.times)),
            ),
            (What::Times, 1, p(format!(r"{q}\s?[x×](?:\W|$)"))),
            (What::Times, 1, p(format!(r"\b[x×]\s?{q}"))),
            (What::Times, 1, p(format!(r"\b{repeat}\s+{q}(?:\W|$)"))),
            (What::Count, 1, p(format!(r"\b{}\s+{q}\s*(?:[,.;!)]|$|\band\b)", words.hold))),
            (What::Count, 1, p(format!(r"\b{before}\s+{q}\s*[.!)]*$"))),
        ];
        Self { vocabulary, sets: sets_pattern(vocabulary), patterns }
    }

    /// The amounts in a sentence, in their order.
    pub(super) fn find(&self, sentence: &str) -> Vec<Amount> {
        let mut rest = sentence.to_owned();
        let mut found = self.sets(&mut rest);
        for (what, unit, pattern) in &self.patterns {
            while let Some(amount) = self.one(*what, *unit, pattern, &rest) {
                mask(&mut rest, &amount.range);
                found.push(amount);
            }
        }
        found.sort_by_key(|amount| amount.range.start);
        if self.vocabulary.rest_between.is_match(sentence) {
            let seconds = found.iter_mut().filter(|amount| amount.what == What::Seconds);
            seconds.for_each(|amount| amount.what = What::RestBetween);
        }
        found
    }

    /// "3 x 10": so many sets, of so many repetitions, seconds or breaths.
    fn sets(&self, rest: &mut String) -> Vec<Amount> {
        let Some(found) = self.sets.captures(rest) else { return Vec::new() };
        let number = |group| self.vocabulary.value_of(&found, group).map(|(n, _)| n.round() as u32);
        let (Some(sets), Some(each), Some(all)) = (number("n"), number("m"), found.get(0)) else {
            return Vec::new();
        };
        let (what, unit) = match ["s", "min", "b"].map(|group| found.name(group).is_some()) {
            [true, ..] => (What::Seconds, 1),
            [_, true, _] => (What::Seconds, 60),
            [.., true] => (What::Breaths, 1),
            _ => (What::Times, 1),
        };
        // The sets come last: what they hold is found first.
        let middle = found.name("m").map_or(all.start(), |each| each.start());
        let amount =
            |what, n, range| Amount { what, n, to: None, bound: Bound::Exact, is_vague: false, range };
        let both =
            vec![amount(What::Sets, sets, all.start()..middle), amount(what, each * unit, middle..all.end())];
        let range = all.range();
        mask(rest, &range);
        both
    }

    fn one(&self, what: What, unit: u32, pattern: &Regex, text: &str) -> Option<Amount> {
        pattern.captures_iter(text).find_map(|found| {
            let all = found.get(0)?;
            let ((n, is_vague), to) =
                (self.vocabulary.value_of(&found, "n")?, self.vocabulary.value_of(&found, "m"));
            let first = found.name("n")?.as_str();
            let is_article = n <= 1.0 && !first.starts_with(|c: char| c.is_ascii_digit());
            // "Take a deep breath" is no hold.
            let is_no_hold = self.vocabulary.no_hold.is_match(&text[..all.start()])
                || (is_article && what == What::Breaths && found.name("lead").is_none())
                || (is_article && matches!(what, What::Count | What::Times | What::Sets));
            let whole = |n: f64| (n * f64::from(unit)).round().max(1.0) as u32;
            let bound = match (found.name("least"), found.name("most")) {
                (Some(_), _) => Bound::AtLeast,
                (_, Some(_)) => Bound::AtMost,
                _ => Bound::Exact,
            };
            let to = to.map(|(to, _)| whole(to)).filter(|to| *to > whole(n));
            let (n, range) = (whole(n), all.range());
            (!is_no_hold).then_some(Amount { what, n, to, bound, is_vague, range })
        })
    }
}

/// Blanks a part of a text, so that it is not found again.
fn mask(text: &mut String, range: &Range<usize>) {
    text.replace_range(range.clone(), &" ".repeat(range.len()));
}
