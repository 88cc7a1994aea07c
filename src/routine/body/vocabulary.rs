//! Words of a sentence, and entries of a lexicon that stand in it.

use serde::Deserialize;

/// The plain words of `text`: small letters, no signs. Whatever is no letter and no number parts words, so
/// "l'autre" is two, in a text as in an entry.
pub(super) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Word(String),
    /// The beginning of a word.
    Stem(String),
    /// Any number of words.
    Gap,
}

impl Item {
    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Word(own) => own == word,
            Self::Stem(stem) => word.starts_with(stem.as_str()),
            Self::Gap => false,
        }
    }
}

/// Words in their order: `*` at the end of one stands for any ending, `...` for any number of words.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(super) struct Entry {
    written: String,
    items: Vec<Item>,
}

impl From<String> for Entry {
    fn from(written: String) -> Self {
        let mut items = Vec::new();
        for part in written.split_whitespace() {
            if part == "..." {
                items.push(Item::Gap);
                continue;
            }
            let mut inner = words(part);
            let last = if part.ends_with('*') { inner.pop() } else { None };
            items.extend(inner.into_iter().map(Item::Word));
            items.extend(last.map(Item::Stem));
        }
        Self { written, items }
    }
}

impl Entry {
    /// Its words as they stand in the lexicon.
    pub(super) fn written(&self) -> &str {
        &self.written
    }

    /// The places of its words in `words`, when its first one is at `start`.
    pub(super) fn at<W: AsRef<str>>(&self, words: &[W], start: usize) -> Option<Vec<usize>> {
        let mut places = Vec::with_capacity(self.items.len());
        let mut next = start;
        let mut is_loose = false;
        for item in &self.items {
            if *item == Item::Gap {
                is_loose = true;
                continue;
            }
            let ahead = words.get(next..)?;
            let reach = if is_loose { ahead.len() } else { ahead.len().min(1) };
            let skipped = ahead[..reach].iter().position(|word| item.fits(word.as_ref()))?;
            places.push(next + skipped);
            next += skipped + 1;
            is_loose = false;
        }
        (!places.is_empty()).then_some(places)
    }

    /// The places of its words where they first stand in `words`.
    pub(super) fn find<W: AsRef<str>>(&self, words: &[W]) -> Option<Vec<usize>> {
        (0..words.len()).find_map(|start| self.at(words, start))
    }
}

/// The first of `entries` in `words`.
pub(super) fn first_of<'a, W: AsRef<str>>(entries: &'a [Entry], words: &[W]) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.find(words).is_some())
}

/// The number of words of the longest of `entries` that stands at `start`.
pub(super) fn longest_at<W: AsRef<str>>(entries: &[Entry], words: &[W], start: usize) -> Option<usize> {
    let fits = entries.iter().filter_map(|entry| entry.at(words, start));
    fits.filter_map(|places| places.last().map(|last| last + 1 - start)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(entry: &str, text: &str) -> Option<Vec<usize>> {
        Entry::from(entry.to_owned()).find(&words(text))
    }

    #[test]
    fn an_entry_is_whole_words_in_their_order() {
        assert_eq!(places("let go", "Now let go."), Some(vec![1, 2]));
        assert_eq!(places("let go", "Let it go."), None);
        assert_eq!(places("slide ... out", "Slide your right leg out."), Some(vec![0, 4]));
        assert_eq!(places("slide ... out", "Slide out."), Some(vec![0, 1]));
        assert_eq!(places("slide ... out", "Out you slide."), None);
        assert_eq!(places("streck* ... aus", "Strecke das Bein aus."), Some(vec![0, 3]));
        assert_eq!(places("on all fours", "on all"), None);
        assert_eq!(places("d'un côté", "Roule d’un côté."), Some(vec![1, 2, 3]));
    }

    #[test]
    fn an_entry_without_words_stands_nowhere() {
        assert_eq!(places("", "a"), None);
        assert_eq!(places("...", "a b"), None);
    }
}
