//! The words that the natural voice can't say: those with letters that are not Latin. The net for unknown
//! words takes some Greek, Cyrillic, Armenian and Georgian letters, but only because a few were in its
//! training data: it drops the others, so no such word comes out right.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::assets::LETTERS;
use super::text;
use super::unknown::letters_read;
use crate::speech::Utterance;
use crate::speech::script::{Unsayable, base, foreign, is_latin};

static READ: LazyLock<HashSet<char>> = LazyLock::new(|| letters_read(LETTERS));

/// The words of `utterance` that the voice can't say, in order. Words whose sounds are given are left out.
/// It takes no longer than looking at each letter.
pub(crate) fn unsayable(utterance: &Utterance) -> Vec<Unsayable> {
    let (mut others, given) =
        text::set_apart(&text::without_brackets(&utterance.spoken), &utterance.phonemes);
    for given in given.into_iter().rev() {
        others.replace_range(given.place, "");
    }
    foreign(&others, |c| is_latin(c) && (READ.contains(&c) || READ.contains(&base(c))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(spoken: &str, phonemes: &[(&str, &str)]) -> Vec<String> {
        let given = phonemes.iter().map(|(word, sounds)| ((*word).to_owned(), (*sounds).to_owned()));
        let utterance = Utterance { phonemes: given.collect(), ..Utterance::plain(spoken, 1.0) };
        unsayable(&utterance).into_iter().map(|found| found.word).collect()
    }

    #[test]
    fn latin_words_can_be_said_with_whatever_marks_they_have() {
        assert!(words("Śirṣāsana and śavāsana, nguyễn ắ, žluťoučký kůň, Straße, œuvre.", &[]).is_empty());
        assert_eq!(words("Rest ɮ and ꜩ.", &[]), ["ɮ", "ꜩ"]);
        assert_eq!(words("Привет, Ω, հայ, ქართ.", &[]), ["Привет", "Ω", "հայ", "ქართ"]);
    }

    #[test]
    fn a_word_whose_sounds_are_given_can_be_said() {
        assert!(words("Say Привет, and Привет's rest.", &[("Привет", "pɹivjˈɛt")]).is_empty());
        assert_eq!(words("Say Привет мир.", &[("Привет", "θɹivjˈɛt")]), ["мир"]);
    }
}
