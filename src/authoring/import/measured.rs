//! Sentences with amounts: holds, what ends them, rounds and sets.

use super::amounts::{Amount, Bound, What};
use super::draft::{Draft, DraftStep, Hold, HoldKind};
use super::exercise::{Maker, Making};
use super::wording::{joined, sentence_of, trimmed_end, word_count};
use crate::routine::steps::{MAX_BREATHS, MAX_COUNT, MAX_TIMES};

/// Shorter times are counted aloud.
const COUNTED_UP_TO: u32 = 10;
const MAX_SECONDS: u32 = 3600;
/// Silence after each round of a movement without a hold, and between two sets, in seconds.
const AFTER_ROUND: u32 = 3;
const BETWEEN_SETS: u32 = 20;
/// A body of more sentences than this may not be what was meant to be repeated.
const LONG_BODY: usize = 4;
/// Rounds of rounds of rounds are no exercise, and a routine may not be nested for ever.
const DEEPEST: usize = 4;

impl Maker<'_> {
    /// A sentence with its amounts: words, then a hold or repetitions, then more words.
    pub(super) fn dosed(&self, sentence: &str, making: &mut Making) {
        let words = self.vocabulary;
        let mut amounts = self.amounts.find(sentence);
        let (Some(first), Some(last)) = (amounts.first(), amounts.last()) else {
            return self.said(sentence, making);
        };
        let before = self.before(&sentence[..first.range.start]);
        let after = self.after(&sentence[last.range.end..]);
        let is_after_rounds = is_rounds(last);
        // "Relax for 5 seconds", after a hold.
        let is_rest = making.steps.last().is_some_and(Draft::is_hold) && words.release.is_match(&before);
        if !words.only_hold.is_match(&before) && !words.filler.is_match(&before) {
            self.said(&sentence_of(&before), making);
        }
        rest_if(is_rest, &mut amounts[0]);
        let releases = self.between(sentence, &mut amounts, making);
        // What is held is done in every round, so holds come first, then rounds, then sets of them.
        let is_swayed = words.sway.is_match(sentence);
        for (at, amount) in amounts.iter().enumerate().filter(|(_, amount)| !is_rounds(amount)) {
            self.hold(amount, is_swayed, making);
            for (_, release) in releases.iter().filter(|(hold, _)| *hold == at) {
                making.push(Draft::of("release", sentence_of(release)));
            }
        }
        let after = self.fragment(&after, making);
        // "10 times, then relax": that is not part of a round.
        let is_last = |text: &String| is_after_rounds && words.release.is_match(text);
        let (last, after): (Vec<String>, Vec<String>) = after.into_iter().partition(is_last);
        for text in after {
            let kind = if is_after_rounds { Draft::say } else { |text| Draft::of("release", text) };
            making.push(kind(sentence_of(&text)));
        }
        for what in [What::Times, What::Sets] {
            amounts
                .iter()
                .filter(|amount| amount.what == what)
                .for_each(|amount| self.rounds(amount, making));
        }
        last.iter().for_each(|text| making.push(Draft::say(sentence_of(text))));
    }

    /// The words before an amount, without those that only say to stay: "lift, hold 5 s".
    fn before(&self, text: &str) -> String {
        let text = trimmed_end(text);
        match text.rsplit_once(',') {
            Some((rest, stay)) if self.vocabulary.only_hold.is_match(stay.trim_start()) => trimmed_end(rest),
            _ => text,
        }
    }

    /// The words after an amount, without those that only say to stay.
    fn after(&self, text: &str) -> String {
        let text = joined(text);
        match text.split_once(',') {
            Some((stay, rest)) if self.vocabulary.only_hold.is_match(stay) => joined(rest),
            _ => text,
        }
    }

    /// The words between amounts: what ends a hold is given back, with the place of that hold.
    fn between(&self, sentence: &str, amounts: &mut [Amount], making: &mut Making) -> Vec<(usize, String)> {
        let mut releases = Vec::new();
        for next in 1..amounts.len() {
            // One amount may reach into the next: nothing stands between them then.
            let between = sentence.get(amounts[next - 1].range.end..amounts[next].range.start);
            let between = self.after(&trimmed_end(between.unwrap_or_default()));
            let hold = amounts[..next].iter().rposition(|amount| !is_rounds(amount));
            let is_release = self.vocabulary.release.is_match(&between);
            match hold.filter(|_| is_release) {
                Some(hold) => {
                    rest_if(true, &mut amounts[next]);
                    releases.push((hold, between));
                }
                None if word_count(&between) > 2 || is_release => {
                    if let Some(between) = self.fragment(&between, making) {
                        self.said(&sentence_of(&between), making);
                    }
                }
                None => self.unsaid(&between, making),
            }
        }
        releases
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
        let block = making.steps.iter().rposition(is_block);
        let since = block.map_or(0, |at| at + 1);
        let since = since + self.set_up(&making.steps[since..]);
        let is_sets = amount.what == What::Sets;
        // What was done for both sides is over when another hold follows.
        let is_another = block.is_some_and(|at| making.steps[at].has_sides())
            && making.steps[since..].iter().any(Draft::holds);
        // Sets are made of what was just repeated, and so is a block that nothing follows.
        let since = if since == making.steps.len() || (is_sets && since > 0 && !is_another) {
            since.saturating_sub(1)
        } else {
            since
        };
        let mut body = making.steps.split_off(since.min(making.steps.len()));
        let is_deep = body.iter().any(|step| step.depth() >= DEEPEST);
        if body.is_empty() || is_deep {
            making.steps.extend(body);
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

/// Makes a silence of a time that follows what ends a hold.
fn rest_if(is_rest: bool, amount: &mut Amount) {
    if is_rest && amount.what == What::Seconds {
        amount.what = What::RestBetween;
    }
}

fn is_rounds(amount: &Amount) -> bool {
    matches!(amount.what, What::Times | What::Sets)
}
