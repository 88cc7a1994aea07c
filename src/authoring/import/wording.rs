//! Sentences as supine takes them, and what is left of one when an amount is taken out.

use crate::routine::text::MAX_CHARS;

/// A text as supine takes it: without braces, pictures and signs that nobody says, and with plain quotes.
pub(super) fn plain(text: &str) -> String {
    let is_picture = |c: char| c >= '\u{2190}' && !c.is_alphanumeric();
    let text: String = text
        .chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
            '\u{201c}' | '\u{201d}' => '"',
            '{' => '(',
            '}' => ')',
            c if is_picture(c) || c.is_control() || crate::signs::unspeakable(&c.to_string()).is_some() => {
                ' '
            }
            c => c,
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in parts that a step may hold; nearly every text is one part.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut length = 0;
    for c in text.chars() {
        let is_full = length >= MAX_CHARS || (length >= MAX_CHARS / 2 && c == ' ' && text.len() > MAX_CHARS);
        if is_full {
            parts.push(String::new());
            length = 0;
        }
        length += 1;
        let last = parts.len() - 1;
        parts[last].push(c);
    }
    parts
}

pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// The words before an amount, without what joined them to it.
pub(super) fn trimmed_end(text: &str) -> String {
    let mut text = text;
    loop {
        let end = text.trim_end_matches(|c: char| c.is_whitespace() || ",;:(–—-.".contains(c));
        let cut = JOINTS.iter().find_map(|joint| end.strip_suffix(joint)?.strip_suffix(' '));
        match cut {
            Some(cut) => text = cut,
            None => return end.to_owned(),
        }
    }
}

/// The words after an amount, without what joined them to it.
pub(super) fn joined(text: &str) -> String {
    let mut text = text.trim_start_matches(|c: char| c.is_whitespace() || ",;:.)!–—-".contains(c));
    while let Some((_, rest)) =
        text.split_once(' ').filter(|(first, _)| JOINTS.contains(&first.trim_end_matches(',')))
    {
        text = rest.trim_start();
    }
    text.trim().to_owned()
}

/// Words that join two parts of a sentence, in the five languages.
const JOINTS: [&str; 14] =
    ["and", "then", "und", "dann", "y", "luego", "et", "puis", "e", "depois", "for", "a", "the", "to"];

pub(super) fn sentence_of(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "()".contains(c));
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{end}", capitalized(text))
}

pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
