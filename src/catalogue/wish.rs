//! The language that a listener wants to hear, and the one that comes nearest to it.

use crate::language;

/// The language that a listener wants to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Its tag.
    pub tag: String,
    /// Whether they chose it, rather than the system for everything.
    pub is_chosen: bool,
}

impl Wish {
    /// The language of these that comes nearest to it; the others are passed over.
    pub(super) fn best<'a>(&self, languages: &[&'a str]) -> Option<&'a str> {
        let of = |fits: fn(&str, &str) -> bool| languages.iter().copied().find(|tag| fits(tag, &self.tag));
        of(|tag, wanted| tag.eq_ignore_ascii_case(wanted)).or_else(|| of(language::is_same))
    }

    /// The tag to tell the listener of, when a routine does not have it: one that they chose, or that supine speaks.
    pub(super) fn missed(self) -> Option<String> {
        let speaks = || crate::phrases::Phrases::languages().any(|known| language::is_same(known, &self.tag));
        (self.is_chosen || speaks()).then_some(self.tag)
    }
}
