//! Prepares a text for reading: splits it into sentences and turns marks between digits into words, so that
//! the lexicon's rules meet only what they know.

use std::ops::Range;

use super::unknown::possessive_ending;

/// Short words with a full stop that does not end a sentence.
const ABBREVIATIONS: [&str; 12] =
    ["mr", "mrs", "ms", "dr", "st", "vs", "prof", "jr", "sr", "no", "approx", "etc"];

/// The sentences of a text. A sentence ends at a full stop, a question mark, an exclamation mark or an
/// ellipsis before white space, unless the next letter is lowercase or the stop ends an abbreviation or an
/// initial.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') || (c == '.' && abbreviated(&text[start..place])) {
            continue;
        }
        while chars.peek().is_some_and(|(_, c)| ends_with_sentence(*c)) {
            chars.next();
        }
        let end = chars.peek().map_or(text.len(), |(place, _)| *place);
        let rest = &text[end..];
        let next = rest.trim_start();
        if rest.len() > next.len() && !next.starts_with(char::is_lowercase) {
            sentences.push(&text[start..end]);
            start = end;
        }
    }
    sentences.push(&text[start..]);
    sentences.into_iter().map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// Marks that belong to the sentence that has just ended.
fn ends_with_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '"' | '\'' | '”' | '’' | ')' | ']')
}

fn abbreviated(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// The text with marks between digits as words ("5-10" is "5 to 10", "3:30" is "3 30", "1/2" is "1 over 2",
/// "10%" is "10 percent"), and with digits separated from letters ("10s" is "10 s"; ordinals stay).
pub(crate) fn plain(sentence: &str) -> String {
    let chars: Vec<char> = sentence.chars().collect();
    let mut out = String::with_capacity(sentence.len());
    for (place, &c) in chars.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| chars[place]);
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let between = digit(before) && digit(chars.get(place + 1).copied());
        match c {
            '-' | '–' if between => out.push_str(" to "),
            ':' if between => out.push(' '),
            '/' if between => out.push_str(" over "),
            '%' if digit(before) => out.push_str(" percent"),
            _ if digit(before) && c.is_alphabetic() && !ordinal(&chars[place..]) => out.extend([' ', c]),
            _ if before.is_some_and(char::is_alphabetic) && c.is_ascii_digit() => out.extend([' ', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Stands for a word whose sounds are given, so that its neighbours are read as beside a noun. It must be one
/// word.
const STAND_IN: &str = "zorvum";

/// A place in a text whose sounds are given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub place: Range<usize>,
    pub sounds: String,
}

/// The text without brackets, which are silent.
pub(crate) fn without_brackets(text: &str) -> String {
    text.replace(['[', ']'], " ")
}

/// The sentence with a stand-in for each of the `given` words, and the stand-ins' places with the words' sounds:
/// whole words, the longest first. A possessive also gets the sound of its s.
pub(crate) fn set_apart(sentence: &str, given: &[(String, String)]) -> (String, Vec<Given>) {
    let mut given: Vec<&(String, String)> = given.iter().filter(|(word, _)| !word.is_empty()).collect();
    given.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    let mut out = String::with_capacity(sentence.len());
    let mut places = Vec::new();
    let mut rest = sentence;
    while let Some(c) = rest.chars().next() {
        let starts = !out.ends_with(char::is_alphanumeric);
        let found = given.iter().filter(|_| starts).find_map(|(word, phonemes)| {
            let after = rest.strip_prefix(word.as_str())?;
            (!after.starts_with(char::is_alphanumeric)).then_some((phonemes, after))
        });
        let Some((phonemes, after)) = found else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        let possessive = after.strip_prefix("'s").or_else(|| after.strip_prefix("’s"));
        let possessive = possessive.filter(|after| !after.starts_with(char::is_alphanumeric));
        let ending = possessive.map_or("", |_| possessive_ending(phonemes));
        // With one of these before or after it, it would be part of another word.
        if out.ends_with(['-', '/']) {
            out.pop();
            out.push(' ');
        }
        let place = out.len()..out.len() + STAND_IN.len();
        places.push(Given { place, sounds: format!("{phonemes}{ending}") });
        out.push_str(STAND_IN);
        rest = possessive.unwrap_or(after);
        if let Some(after) = rest.strip_prefix(['-', '/']) {
            out.push(' ');
            rest = after;
        }
    }
    (out, places)
}

/// Whether letters after a digit make it an ordinal: 1st, 2nd, 3rd, 4th.
fn ordinal(letters: &[char]) -> bool {
    let suffix: String = letters.iter().take_while(|c| c.is_alphanumeric()).collect();
    matches!(suffix.to_lowercase().as_str(), "st" | "nd" | "rd" | "th")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_would_rest() {
        assert_eq!(sentences("Rest. Then, lift."), ["Rest.", "Then, lift."]);
        assert_eq!(sentences("“Rest.” Good… Yes?! No"), ["“Rest.”", "Good…", "Yes?!", "No"]);
        assert_eq!(
            sentences("Dr. Foo and J. Doe rest for 3.5 seconds... and on."),
            ["Dr. Foo and J. Doe rest for 3.5 seconds... and on."]
        );
        assert!(sentences("  ").is_empty());
    }

    #[test]
    fn digits_meet_only_what_the_lexicon_knows() {
        assert_eq!(plain("Rest 5-10 s, at 3:30, for 10s."), "Rest 5 to 10 s, at 3 30, for 10 s.");
        assert_eq!(plain("the 2nd B12x, 1/2, 10%"), "the 2nd B 12 x, 1 over 2, 10 percent");
        assert_eq!(plain("half-way at 3.5"), "half-way at 3.5");
    }
}
