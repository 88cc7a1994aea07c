//! From the items of one exercise to the steps of a pose, sentence by sentence.

use super::amounts::Amounts;
use super::draft::{Draft, DraftPose, DraftStep};
use super::remainder::quoted;
use super::sections::Section;
use super::sides::Sides;
use super::vocabulary::Vocabulary;
use super::wording::{capitalized, joined, parts, plain, sentence_of, trimmed_end, word_count};
use crate::routine::text::MAX_CHARS;

/// A sentence with no more words that only names the position is said by the position itself.
const ONLY_POSITION: usize = 5;

/// Makes poses of exercises.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    pub vocabulary: &'a Vocabulary,
    pub amounts: &'a Amounts<'a>,
    pub sides: &'a Sides<'a>,
}

/// A pose that is being made.
#[derive(Debug, Default)]
pub(super) struct Making {
    position: Option<String>,
    pub steps: Vec<Draft>,
    /// Doubts that belong to the next step.
    pub doubts: Vec<String>,
    cautions: Vec<String>,
}

impl Making {
    pub(super) fn push(&mut self, mut draft: Draft) {
        draft.doubts.splice(0..0, std::mem::take(&mut self.doubts));
        self.steps.push(draft);
    }
}

impl Maker<'_> {
    /// The pose of a section, the `number`th; `None` when nothing of it is left.
    pub(super) fn pose(&self, section: &Section, number: usize) -> Option<DraftPose> {
        let mut doubts = Vec::new();
        let (mut name, dose) = match &section.name {
            Some(heading) => {
                if plain(heading).chars().count() > MAX_CHARS {
                    doubts.push(format!("left out what is too long, of: {}", quoted(heading)));
                }
                self.name(heading)
            }
            None => Default::default(),
        };
        // A heading may be a number and marks.
        if !name.chars().any(char::is_alphanumeric) {
            doubts.push("this one has no heading: give it a name".to_owned());
            name = format!("Pose {number}");
        }
        let mut making = Making::default();
        for item in &section.body {
            for sentence in self.vocabulary.phrases.sentences(&item.text) {
                for part in parts(&plain(&sentence.text)) {
                    self.sentence(&part, &mut making);
                }
            }
        }
        if !dose.is_empty() {
            self.sentence(&dose, &mut making);
        }
        let Making { position, mut steps, doubts: left, cautions } = making;
        doubts.extend(left);
        if steps.is_empty() {
            return None;
        }
        if !steps.iter().any(Draft::holds) && !steps.iter().any(is_repeat) {
            let last = steps.pop()?;
            steps.push(last.doubted("no hold is found in this pose: add one, such as { count = 10 }"));
        }
        Some(DraftPose { name, position, doubts, cautions, steps })
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
        if words.is_safety(sentence) {
            making.cautions.push(sentence.to_owned());
            return;
        }
        if words.talk.is_match(sentence) {
            making.doubts.push(format!("left out, for it speaks of its writer: {}", quoted(sentence)));
            return;
        }
        let seen = words.for_eyes.replace_all(sentence, "").into_owned();
        if seen != sentence {
            making.doubts.push(format!("left out what needs eyes, of: {}", quoted(sentence)));
        }
        let once = words.how_often.replace_all(&seen, "").into_owned();
        if once != seen {
            making.doubts.push(format!("left out how often to do it, of: {}", quoted(sentence)));
            if words.filler.is_match(&once) {
                return;
            }
        }
        let seen = once;
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
        if let Some(before) = self.fragment(&trimmed_end(before), making) {
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
        if let Some(after) = self.fragment(&joined(after), making) {
            making.push(Draft::say(sentence_of(&after)));
        }
    }

    /// What is left of a sentence, if it is worth saying: a single word is only when it ends a hold.
    pub(super) fn fragment(&self, text: &str, making: &mut Making) -> Option<String> {
        let words = self.vocabulary;
        if word_count(text) < 2 && !words.release.is_match(text) {
            self.unsaid(text, making);
            return None;
        }
        (!words.filler.is_match(text) && !words.only_hold.is_match(text)).then(|| text.to_owned())
    }

    /// Quotes words that are not said, unless the hold beside them says the same.
    pub(super) fn unsaid(&self, text: &str, making: &mut Making) {
        let words = self.vocabulary;
        if !words.filler.is_match(text) && !words.only_hold.is_match(text) {
            making.doubts.push(format!("left out beside a number or a side: {}", quoted(text)));
        }
    }

    fn close_sides(&self, making: &mut Making) {
        let since = making.steps.iter().rposition(Draft::has_sides).map_or(0, |at| at + 1);
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
    pub(super) fn set_up(&self, steps: &[Draft]) -> usize {
        let is_set_up = |step: &&Draft| step.text().is_some_and(|text| self.vocabulary.begins.is_match(text));
        let count = steps.iter().take_while(is_set_up).count();
        if count < steps.len() { count } else { 0 }
    }

    pub(super) fn said(&self, sentence: &str, making: &mut Making) {
        // What is left of "on each side." may be the full stop alone.
        if !sentence.chars().any(char::is_alphanumeric) {
            return;
        }
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
}

fn is_repeat(step: &Draft) -> bool {
    match &step.step {
        DraftStep::EachSide(steps) => steps.iter().any(is_repeat),
        step => matches!(step, DraftStep::Repeat(..)),
    }
}
