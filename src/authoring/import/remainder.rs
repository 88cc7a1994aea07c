//! What an import leaves out: quoted word for word, with its place. A sentence about safety becomes a caution instead.

use super::vocabulary::Vocabulary;
use super::wording::{plain, sentence_of};
use crate::routine::text::MAX_CHARS;

/// A longer text is quoted in part.
const MAX_QUOTED: usize = 300;

/// What is left out, in sentences, and what is a caution.
#[derive(Debug, Default)]
pub(super) struct Remainder {
    pub notes: Vec<String>,
    /// Sentences about safety, and where each stood.
    cautions: Vec<(String, String)>,
}

impl Remainder {
    /// Leaves out texts that stood at `place` under a heading; their sentences about safety become cautions.
    pub(super) fn leave_out<'a>(
        &mut self,
        place: &str,
        heading: Option<&str>,
        texts: impl IntoIterator<Item = &'a str>,
        words: &Vocabulary,
    ) {
        let mut rest: Vec<String> = Vec::new();
        for sentence in texts.into_iter().flat_map(|text| words.phrases.sentences(text)) {
            match words.is_safety(&sentence.text) {
                true => self.caution(place, &sentence.text),
                false => rest.push(sentence.text),
            }
        }
        match heading.map(|heading| heading.trim_end_matches([':', '.'])) {
            Some(heading) if rest.is_empty() => self.note(place, heading),
            Some(heading) => self.note(place, &format!("{heading}: {}", rest.join(" "))),
            None if rest.is_empty() => {}
            None => self.note(place, &rest.join(" ")),
        }
    }

    /// Leaves out a text whole.
    pub(super) fn note(&mut self, place: &str, text: &str) {
        self.notes.push(format!("left out, {place}: {}", quoted(text)));
    }

    /// Takes a sentence about safety.
    pub(super) fn caution(&mut self, place: &str, sentence: &str) {
        self.cautions.push((place.to_owned(), sentence.to_owned()));
    }

    /// The caution of the routine, with a remark on each of its sentences. What is too much for one is left out.
    pub(super) fn cautioned(&mut self) -> (String, Vec<String>) {
        let (mut text, mut remarks) = (String::new(), Vec::new());
        for (place, sentence) in std::mem::take(&mut self.cautions) {
            let said = sentence_of(&plain(&sentence));
            if text.contains(&said) {
                continue;
            }
            if text.chars().count() + said.chars().count() >= MAX_CHARS {
                self.note(&format!("for the caution would be too long ({place})"), &sentence);
                continue;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&said);
            remarks.push(format!("the welcome says this once; it stood {place}: {}", quoted(&sentence)));
        }
        (text, remarks)
    }
}

/// A text in quotes, in part if it is long.
pub(super) fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MAX_QUOTED {
        return format!("\"{text}\"");
    }
    let mut part: String = text.chars().take(MAX_QUOTED).collect();
    part.truncate(part.rfind(' ').unwrap_or(part.len()));
    format!("\"{part} ...\" ({} words in all)", text.split_whitespace().count())
}
