//! From the items of one exercise to the steps of a pose, sentence by sentence.

use super::amounts::{Amount, Amounts, Bound, What};
use super::draft::{Draft, DraftPose, DraftStep, Hold, HoldKind};
use super::sections::Section;
use super::sides::Sides;
use super::vocabulary::Vocabulary;
use super::wording::{capitalized, joined, parts, plain, sentence_of, trimmed_end, word_count};
use crate::routine::steps::{MAX_BREATHS, MAX_COUNT, MAX_TIMES};

/// Shorter times are counted aloud.
const COUNTED_UP_TO: u32 = 10;
const MAX_SECONDS: u32 = 3600;
/// Silence after each round of a movement without a hold, and between two sets, in seconds.
const AFTER_ROUND: u32 = 3;
const BETWEEN_SETS: u32 = 20;
/// A sentence with no more words that only names the position is said by the position itself.
const ONLY_POSITION: usize = 5;
/// A body of more sentences than this may not be what was meant to be repeated.
const LONG_BODY: usize = 4;

/// Makes poses of exercises.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    pub vocabulary: &'a Vocabulary,
    pub amounts: &'a Amounts<'a>,
    pub sides: &'a Sides<'a>,
}

/// A pose that is being made.
#[derive(Debug, Default)]
struct Making {
    position: Option<String>,
    steps: Vec<Draft>,
    /// Doubts that belong to the next step.
    doubts: Vec<String>,
}

impl Making {
    fn push(&mut self, mut draft: Draft) {
        draft.doubts.splice(0..0, std::mem::take(&mut self.doubts));
        self.steps.push(draft);
    }
}

impl Maker<'_> {
    /// The pose of a section, the `number`th; `None` when nothing of it is left.
    pub(super) fn pose(&self, section: &Section, number: usize) -> Option<DraftPose> {
        let mut doubts = Vec::new();
        let (name, dose) = match &section.name {
            Some(heading) => self.name(heading),
            None => {
                doubts.push("this one has no heading: give it a name".to_owned());
                (format!("Pose {number}"), String::new())
            }
        };
        let mut making = Making::default();
        for item in &section.items {
            for sentence in self.vocabulary.phrases.sentences(&item.text) {
                for part in parts(&plain(&sentence.text)) {
                    self.sentence(&part, &mut making);
                }
            }
        }
        if !dose.is_empty() {
            self.sentence(&dose, &mut making);
        }
        let Making { position, mut steps, doubts: left } = making;
        doubts.extend(left);
        if steps.is_empty() {
            return None;
        }
        if !steps.iter().any(Draft::holds) && !steps.iter().any(is_repeat) {
            let last = steps.pop()?;
            steps.push(last.doubted("no hold is found in this pose: add one, such as { count = 10 }"));
        }
        Some(DraftPose { name, position, doubts, steps })
    }

    /// The name in a heading, and the dose that stands beside it, as in "Bridge (3 x 10)".
    fn name(&self, heading: &str) -> (String, String) {
        let heading = parts(&plain(heading)).swap_remove(0);
        let heading = self.vocabulary.numbering.replace(&heading, "");
        let trim =
            |text: &str| text.trim_matches(|c: char| c.is_whitespace() || ":,;–—-.".contains(c)).to_owned();
        match self.amounts.find(&heading).first() {
            Some(amount) if amount.range.start > 0 => {
                let at = amount.range.start;
                (
                    trim(heading[..at].trim_end_matches(['(', ' '])),
                    heading[at..].trim_matches(|c| c == ')' || c == ' ').to_owned(),
                )
            }
            _ => (trim(&heading), String::new()),
        }
    }

    fn sentence(&self, sentence: &str, making: &mut Making) {
        let words = self.vocabulary;
        if !sentence.chars().any(char::is_alphanumeric) {
            return;
        }
        if words.talk.is_match(sentence) {
            making.doubts.push(format!("left out, for it speaks of its writer: \"{sentence}\""));
            return;
        }
        let seen = words.for_eyes.replace_all(sentence, "").into_owned();
        if seen != sentence {
            making.doubts.push(format!("left out what needs eyes, of: \"{sentence}\""));
        }
        let Some(sentence) = self.position(&seen, making) else { return };
        if let Some(found) = words.other_side.find(&sentence) {
            self.both(&sentence[..found.start()], &sentence[found.end()..], making);
            return;
        }
        let rest = words.both_sides.replace(&sentence, "").into_owned();
        let is_for_both = rest != sentence && self.is_dose(&rest);
        self.dosed(if is_for_both { &rest } else { &sentence }, making);
        if is_for_both {
            self.close_sides(making);
        }
    }

    /// Whether "each side" goes with an amount, now or just before, rather than with a movement of both.
    fn is_dose(&self, sentence: &str) -> bool {
        !self.amounts.find(sentence).is_empty() || sentence.split_whitespace().count() <= ONLY_POSITION
    }

    /// Takes the position from a sentence at the beginning of a pose; what is left of the sentence is returned.
    fn position(&self, sentence: &str, making: &mut Making) -> Option<String> {
        if making.position.is_some() || !making.steps.is_empty() || !self.vocabulary.begins.is_match(sentence)
        {
            return Some(sentence.to_owned());
        }
        let named =
            |(pattern, position): &(regex::Regex, String)| Some((pattern.find(sentence)?, position.clone()));
        let found = self.vocabulary.positions.iter().filter_map(named).min_by_key(|(found, _)| found.start());
        let Some((found, position)) = found else { return Some(sentence.to_owned()) };
        making.position = Some(position);
        let rest = &sentence[found.end()..];
        let is_only = sentence.split_whitespace().count() <= ONLY_POSITION
            && !rest.chars().any(char::is_alphanumeric)
            && found.start() < sentence.len() / 2 + 4;
        // "Lying on your back, lift your legs."
        if is_only {
            return None;
        }
        match rest.strip_prefix(',') {
            Some(rest) if found.start() < 12 => Some(capitalized(rest.trim())),
            _ => Some(sentence.to_owned()),
        }
    }

    /// "Repeat on the other side": everything since the last such place is done for both.
    fn both(&self, before: &str, after: &str, making: &mut Making) {
        let before = trimmed_end(before);
        if word_count(&before) > 1 {
            self.dosed(&format!("{before}."), making);
        }
        let amounts = self.amounts.find(after);
        if let (Some(_), Some(last)) = (amounts.first(), amounts.last()) {
            let end = last.range.end;
            self.dosed(&after[..end], making);
            self.close_sides(making);
            self.tail(&after[end..], making);
            return;
        }
        self.close_sides(making);
        self.tail(after, making);
    }

    fn tail(&self, after: &str, making: &mut Making) {
        let after = joined(after);
        if word_count(&after) > 1 {
            making.push(Draft::say(sentence_of(&after)));
        }
    }

    fn close_sides(&self, making: &mut Making) {
        let is_each = |step: &Draft| matches!(step.step, DraftStep::EachSide(_));
        let since = making.steps.iter().rposition(is_each).map_or(0, |at| at + 1);
        let names_one = |step: &Draft| step.any_text(&|text| self.sides.names_one(text));
        let named = making.steps[since..].iter().position(names_one);
        let first = named.map_or_else(|| since + self.set_up(&making.steps[since..]), |at| since + at);
        let steps = making.steps.split_off(first);
        if steps.is_empty() {
            making.doubts.push("\"the other side\" is said here, but of what is not clear".to_owned());
            return;
        }
        let each = self.sides.each(steps);
        making.push(each);
    }

    /// The number of sentences at the beginning that only set up.
    fn set_up(&self, steps: &[Draft]) -> usize {
        let is_set_up = |step: &&Draft| step.text().is_some_and(|text| self.vocabulary.begins.is_match(text));
        let count = steps.iter().take_while(is_set_up).count();
        if count < steps.len() { count } else { 0 }
    }

    /// A sentence with its amounts: words, then a hold or repetitions, then more words.
    fn dosed(&self, sentence: &str, making: &mut Making) {
        let amounts = self.amounts.find(sentence);
        let (Some(first), Some(last)) = (amounts.first(), amounts.last()) else {
            return self.said(sentence, making);
        };
        let before = trimmed_end(&sentence[..first.range.start]);
        let after = sentence[last.range.end..].to_owned();
        let between: Vec<&str> =
            amounts.windows(2).map(|pair| &sentence[pair[0].range.end..pair[1].range.start]).collect();
        let is_only_hold = self.vocabulary.only_hold.is_match(&before) || word_count(&before) < 2;
        if !is_only_hold {
            self.said(&sentence_of(&before), making);
        }
        for words in between.into_iter().map(joined) {
            if word_count(&words) > 2 && !self.vocabulary.only_hold.is_match(&words) {
                self.said(&sentence_of(&words), making);
            }
        }
        // What is held is done in every round, so holds come first, then rounds, then sets of them.
        let is_swayed = self.vocabulary.sway.is_match(sentence);
        for amount in amounts.iter().filter(|amount| !is_rounds(amount)) {
            self.hold(amount, is_swayed, making);
        }
        let after = joined(&after);
        if word_count(&after) > 1 && !self.vocabulary.only_hold.is_match(&after) {
            making.push(Draft::of("release", sentence_of(&after)));
        }
        for what in [What::Times, What::Sets] {
            amounts
                .iter()
                .filter(|amount| amount.what == what)
                .for_each(|amount| self.rounds(amount, making));
        }
    }

    fn said(&self, sentence: &str, making: &mut Making) {
        let words = self.vocabulary;
        let follows_hold = making.steps.last().is_some_and(Draft::is_hold);
        let kind = [(&words.deeper, "deeper"), (&words.gentle, "gentle")];
        if let Some((found, kind)) =
            kind.into_iter().find_map(|(pattern, kind)| Some((pattern.find(sentence)?, kind)))
        {
            let rest = capitalized(sentence[found.end()..].trim());
            self.hint(Draft::of(kind, rest), making);
        } else if words.hint.is_match(sentence) {
            self.hint(Draft::of("option", sentence.to_owned()), making);
        } else if follows_hold && words.release.is_match(sentence) {
            making.push(Draft::of("release", sentence.to_owned()));
        } else {
            making.push(Draft::say(sentence.to_owned()));
        }
    }

    /// A hint is of use before the hold that it belongs to.
    fn hint(&self, hint: Draft, making: &mut Making) {
        let Some(at) =
            making.steps.iter().rposition(Draft::is_hold).filter(|at| at + 1 == making.steps.len())
        else {
            return making.push(hint);
        };
        let mut hint =
            hint.doubted("this stood after the hold, where it comes too late; now it is before it");
        hint.doubts.splice(0..0, std::mem::take(&mut making.doubts));
        making.steps.insert(at, hint);
    }

    fn hold(&self, amount: &Amount, is_swayed: bool, making: &mut Making) {
        let (kind, most) = match amount.what {
            What::RestBetween => return making.push(DraftStep::Rest(amount.n.min(MAX_SECONDS)).into()),
            What::Breaths if is_swayed => (HoldKind::Sway, MAX_BREATHS),
            What::Breaths => (HoldKind::Breaths, MAX_BREATHS),
            What::Seconds if amount.n <= COUNTED_UP_TO && amount.to.is_none() => {
                (HoldKind::CountedSeconds, MAX_COUNT)
            }
            What::Seconds => (HoldKind::Seconds, MAX_SECONDS),
            _ => (HoldKind::Count, MAX_COUNT),
        };
        let n = amount.n.clamp(1, most);
        let (at_least, at_most) = match (amount.bound, amount.to) {
            (_, Some(to)) => (Some(n), Some(to.min(most))),
            (Bound::AtLeast, None) => (Some(n), None),
            (Bound::AtMost, None) => (None, Some(n)),
            (Bound::Exact, None) => (None, None),
        };
        let mut draft = Draft::from(DraftStep::Hold(Hold { kind, n, at_least, at_most }));
        if amount.is_vague {
            draft = draft.doubted(format!("the text gives no number here; {n} is a guess"));
        }
        if n != amount.n {
            draft = draft.doubted(format!("the text says {}, but {most} are the most", amount.n));
        }
        making.push(draft);
    }

    /// Repetitions, or sets of them.
    fn rounds(&self, amount: &Amount, making: &mut Making) {
        let is_block = |step: &Draft| matches!(step.step, DraftStep::EachSide(_) | DraftStep::Repeat(..));
        let since = making.steps.iter().rposition(is_block).map_or(0, |at| at + 1);
        let since = since + self.set_up(&making.steps[since..]);
        let is_sets = amount.what == What::Sets;
        // Sets are made of what was just repeated, and so is a block that nothing follows.
        let since = if since == making.steps.len() || (is_sets && since > 0) {
            since.saturating_sub(1)
        } else {
            since
        };
        let mut body = making.steps.split_off(since.min(making.steps.len()));
        if body.is_empty() {
            making.doubts.push(format!("{} rounds, but of what is not clear", amount.n));
            return;
        }
        let sentences = body.iter().filter(|step| step.text().is_some()).count();
        if is_sets {
            body.push(Draft::from(DraftStep::Rest(BETWEEN_SETS)).doubted("the rest between the sets"));
        } else if !body.iter().any(Draft::holds) {
            body.push(DraftStep::Rest(AFTER_ROUND).into());
        }
        let n = amount.n.clamp(1, MAX_TIMES);
        let mut repeat = Draft::from(DraftStep::Repeat(n, body));
        if sentences > LONG_BODY {
            repeat = repeat.doubted("every round says all of this: move out what need not be repeated");
        }
        if let Some(to) = amount.to {
            repeat = repeat.doubted(format!("the text says {} to {to} times", amount.n));
        }
        if n != amount.n {
            repeat =
                repeat.doubted(format!("the text says {} times, but {MAX_TIMES} are the most", amount.n));
        }
        making.push(repeat);
    }
}

fn is_rounds(amount: &Amount) -> bool {
    matches!(amount.what, What::Times | What::Sets)
}

fn is_repeat(step: &Draft) -> bool {
    match &step.step {
        DraftStep::EachSide(steps) => steps.iter().any(is_repeat),
        step => matches!(step, DraftStep::Repeat(..)),
    }
}
