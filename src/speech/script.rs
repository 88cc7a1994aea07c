//! Words in letters that a voice does not have. Pure: no voice is opened to find them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
// No other maintained crate of this size has the Unicode property "script"; the makers of
// `unicode-normalization` maintain this one.
use unicode_script::{Script, UnicodeScript};

/// A word that a voice can't say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsayable {
    /// The word, as it stands in the text.
    pub word: String,
    /// The script of its letters, in English, such as "Arabic"; `None` for a Latin letter that the voice
    /// does not know.
    pub letters: Option<&'static str>,
}

impl std::fmt::Display for Unsayable {
    /// "`Привет`, which is in Cyrillic letters".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = shortened(&self.word);
        match self.letters {
            Some(letters) => write!(f, "`{word}`, which is in {letters} letters"),
            None => write!(f, "`{word}`, which has a letter that it does not know"),
        }
    }
}

/// Words can be very long in scripts without spaces.
const LONGEST_SHOWN: usize = 30;

fn shortened(word: &str) -> String {
    match word.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

/// The words of `text` with a letter that is not `known`, in order.
pub(crate) fn foreign(text: &str, known: impl Fn(char) -> bool) -> Vec<Unsayable> {
    let belongs =
        |c: char| c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let words = text.split(|c: char| !belongs(c)).filter(|word| !word.is_empty());
    let unsayable = |word: &str| {
        let letter = word.chars().find(|c| is_letter(*c) && !known(*c))?;
        Some(Unsayable { word: word.to_owned(), letters: letters(letter.script()) })
    };
    words.filter_map(unsayable).collect()
}

/// Whether a letter is Latin, by itself or in its plain form.
pub(crate) fn is_latin(c: char) -> bool {
    c.script() == Script::Latin || base(c).is_ascii_alphabetic()
}

/// The letter without its marks: "a" of "ắ".
pub(crate) fn base(c: char) -> char {
    std::iter::once(c).nfkd().next().unwrap_or(c)
}

/// Whether the letter has a sound: a modifier, such as the ʻ of "Hawaiʻi", only changes that of another.
pub(crate) fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{2b0}'..='\u{2ff}') && !is_combining_mark(c)
}

fn letters(script: Script) -> Option<&'static str> {
    match script {
        Script::Latin => None,
        Script::Han => Some("Chinese"),
        Script::Hangul => Some("Korean"),
        Script::Hiragana | Script::Katakana => Some("Japanese"),
        Script::Common | Script::Inherited => None,
        other => Some(other.full_name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latin(text: &str) -> Vec<(String, Option<&'static str>)> {
        foreign(text, is_latin).into_iter().map(|found| (found.word, found.letters)).collect()
    }

    #[test]
    fn a_foreign_word_is_found_whole_with_the_name_of_its_letters() {
        let cases = [
            ("Rest, أغمض now.", "أغمض", "Arabic"),
            ("Rest Привет now.", "Привет", "Cyrillic"),
            ("«Καλημέρα»!", "Καλημέρα", "Greek"),
            ("Rest 你好。", "你好", "Chinese"),
            ("Rest שָׁלוֹם now", "שָׁלוֹם", "Hebrew"),
            ("Rest ไทย now", "ไทย", "Thai"),
            ("Rest हिन्दी now", "हिन्दी", "Devanagari"),
            ("Rest 한국어 now", "한국어", "Korean"),
            ("Rest ひらがな now", "ひらがな", "Japanese"),
            ("a mixed Aмax word", "Aмax", "Cyrillic"),
        ];
        for (text, word, letters) in cases {
            assert_eq!(latin(text), [(word.to_owned(), Some(letters))], "{text}");
        }
    }

    #[test]
    fn marks_numbers_and_pictures_are_no_foreign_letters() {
        let own = "Śirṣāsana, Đặt tay; naïve Hawaiʻi 🙂 ♥ 12 ½ ٣ ﬁne ｆｕｌｌ e\u{301}té “so”";
        assert_eq!(latin(own), []);
    }

    #[test]
    fn every_word_is_found_and_a_long_one_is_shown_shortened() {
        assert_eq!(latin("Привет, мир, and мир").len(), 3);
        let long = Unsayable { word: "ไ".repeat(80), letters: Some("Thai") };
        assert_eq!(long.to_string(), format!("`{}…`, which is in Thai letters", "ไ".repeat(30)));
    }
}
