//! What is said of several at once: things, poses, and routines in one go.

use super::Phrases;

impl Phrases {
    /// A title, or a sentence for each of several, without the last full stop.
    pub(super) fn titles(&self, titles: &[&str]) -> String {
        let [first, others @ ..] = titles else { return String::new() };
        if others.is_empty() {
            return (*first).to_owned();
        }
        let others = others.iter().map(|title| self.several_then.replace("{title}", title));
        let first = self.several_first.replace("{title}", first);
        std::iter::once(first).chain(others).collect::<Vec<_>>().join(". ")
    }

    /// Names the next of several routines.
    pub(crate) fn now(&self, title: &str) -> String {
        self.now.replace("{title}", title)
    }

    /// Texts one after another, each but the last ending as a sentence.
    pub(super) fn in_a_row(texts: &[&str]) -> String {
        let [most @ .., last] = texts else { return String::new() };
        let ended = most.iter().map(|text| match text.ends_with(['.', '!', '?']) {
            true => format!("{text} "),
            false => format!("{text}. "),
        });
        ended.collect::<String>() + last
    }

    /// A sentence about some poses; empty without any. A name is no part of the sentence: it may be a plural.
    pub(super) fn of_poses(&self, phrase: &str, poses: &[&str]) -> String {
        if poses.is_empty() { String::new() } else { phrase.replace("{poses}", &self.list(poses)) }
    }

    /// "a", "a, and b", "a, b, and c".
    pub(super) fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [most @ .., last] => self.list_end.replace("{items}", &most.join(", ")).replace("{last}", last),
        }
    }
}
