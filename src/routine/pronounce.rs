//! Pronunciations of words that a voice gets wrong: the `[pronounce]` table of a routine or the config.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::Span;
use crate::reader::{Keys, Problems, Value, span_of, unspeakable_sign};
use crate::signs::unspeakable;

/// The sounds that can be written: misaki's alphabet, which is close to the IPA, with its marks for stress,
/// length and nasal vowels. A test compares it with the natural voice's alphabet.
pub(crate) const ALPHABET: &str =
    "AIOQSTWYabcdefhijklmnopqrstuvwxyzæçðøŋœɐɑɒɔɕɖəɚɛɜɟɡɣɤɥɨɪɯɰɲɳɴɸɹɻɽɾʁʂʃʈʊʋʌʎʒʔʝʣʤʥʦʧʨʰʲˈˌːβθχᵊᵝᵻꭧ\u{303}";
/// Signs of the alphabet that are not sounds by themselves.
const SHAPING: [char; 6] = ['ˈ', 'ˌ', 'ː', 'ʰ', 'ʲ', '\u{303}'];
/// The most characters of a word or of its pronunciation.
pub(crate) const LONGEST: usize = 100;
/// The most words of one table.
pub(crate) const MOST: usize = 500;

const EXAMPLE: &str = "savasana = \"shah-VAH-sah-nah\"";

/// Words with their pronunciations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pronounce(Vec<Word>);

/// One word, or several in a row, and its pronunciation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word as it is written, in any case.
    pub word: String,
    /// The text that every voice gets instead.
    pub say: Option<String>,
    /// Its sounds in [`ALPHABET`], without slashes, for voices that understand them.
    pub phonemes: Option<String>,
}

impl Pronounce {
    /// The words.
    pub fn words(&self) -> &[Word] {
        &self.0
    }

    /// These words together with those of `other`; when both have a word, this table's entry wins.
    pub fn over(&self, other: &Self) -> Self {
        let mut words = self.0.clone();
        words.extend(other.0.iter().filter(|word| !self.has(&word.word)).cloned());
        Self(words)
    }

    /// Reads the table.
    pub(crate) fn read(value: Value<'_>, problems: &mut Problems) -> Self {
        let DeValue::Table(table) = value.get_ref() else {
            problems.wrong_type(value, "`pronounce`", "a table", EXAMPLE);
            return Self::default();
        };
        if table.len() > MOST {
            problems.error(
                "too-many-words",
                &span_of(value),
                format!("`pronounce` has {} words, {MOST} are the most", table.len()),
                "leave out the words that voices say well",
            );
            return Self::default();
        }
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let mut words = Self::default();
        for (name, value) in entries {
            let span = Span::from(name.span());
            let key = name.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some(word) = checked(&key, "a word", &span, problems) {
                if words.has(&word) {
                    let help = "capitals make no difference: remove one";
                    problems.error("duplicate-word", &span, format!("{word:?} stands here twice"), help);
                }
                words.0.extend(said(word, value, problems));
            }
        }
        words
    }

    fn has(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.0.iter().any(|known| known.word.to_lowercase() == word)
    }
}

/// The pronunciation of one word: text, sounds between slashes, or a table with both.
fn said(word: String, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Word> {
    let (say, phonemes) = match value.get_ref() {
        DeValue::String(text) => match between_slashes(text) {
            Some(_) => (None, phonemes(text, value, problems)),
            None => (respelling(text, value, problems), None),
        },
        DeValue::Table(table) => both(table, value, problems),
        _ => {
            problems.wrong_type(value, &format!("{word:?}"), "text or a table", EXAMPLE);
            (None, None)
        }
    };
    (say.is_some() || phonemes.is_some()).then_some(Word { word, say, phonemes })
}

fn both(table: &DeTable<'_>, value: Value<'_>, problems: &mut Problems) -> (Option<String>, Option<String>) {
    let mut keys = Keys::new(table, "a pronunciation");
    let mut text = |key: &'static str, example: &str, problems: &mut Problems| {
        let value = keys.get(key)?;
        Some((problems.string(value, &format!("`{key}`"), example)?, value))
    };
    let say = text("say", "say = \"shah-VAH-sah-nah\"", problems);
    let sounds = text("phonemes", "phonemes = \"/ʃəvˈɑsənə/\"", problems);
    if table.is_empty() {
        problems.error(
            "missing-key",
            &span_of(value),
            "a pronunciation has `say`, `phonemes` or both",
            "add, for example, `say = \"shah-VAH-sah-nah\"`",
        );
    }
    keys.finish(problems);
    (
        say.and_then(|(text, value)| respelling(text, value, problems)),
        sounds.and_then(|(text, value)| phonemes(text, value, problems)),
    )
}

fn between_slashes(text: &str) -> Option<&str> {
    text.trim().strip_prefix('/')?.strip_suffix('/')
}

fn respelling(text: &str, value: Value<'_>, problems: &mut Problems) -> Option<String> {
    if text.trim().starts_with('/') {
        problems.error(
            "lone-slash",
            &span_of(value),
            "sounds stand between two slashes",
            "write \"/ʃəvˈɑsənə/\" for sounds, or a respelling without a slash",
        );
        return None;
    }
    checked(text.trim(), "a respelling", &span_of(value), problems)
}

/// Text that has a letter, is not too long and has no control characters.
fn checked(text: &str, what: &str, span: &Span, problems: &mut Problems) -> Option<String> {
    let chars = text.chars().count();
    let (code, message, help) = if !text.chars().any(char::is_alphanumeric) {
        ("text-without-letters", format!("{what} can't be {text:?}"), "write it with letters, or remove it")
    } else if let Some(sign) = text.chars().find(|c| c.is_control()).or(unspeakable(text)) {
        problems.0.push(unspeakable_sign(span, &format!("{what} can't hold"), sign));
        return None;
    } else if chars > LONGEST {
        let message = format!("{what} has {chars} characters here, {LONGEST} are the most");
        ("text-too-long", message, "pronounce its words one by one")
    } else {
        return Some(text.to_owned());
    };
    problems.error(code, span, message, help);
    None
}

fn phonemes(text: &str, value: Value<'_>, problems: &mut Problems) -> Option<String> {
    let span = span_of(value);
    // The IPA's g looks like the one on every keyboard.
    let sounds = between_slashes(text).unwrap_or(text.trim()).replace('g', "ɡ");
    let sounds = sounds.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(unknown) = sounds.chars().find(|c| *c != ' ' && !ALPHABET.contains(*c)) {
        let help = match unknown {
            '\'' | '’' => "for stress, write ˈ (U+02C8) before the vowel".to_owned(),
            ':' => "for a long vowel, write ː (U+02D0) behind it".to_owned(),
            _ => format!("write with these: {ALPHABET}"),
        };
        let message = format!("`{unknown}` is not a sound that can be written");
        problems.error("unknown-phoneme", &span, message, help);
        return None;
    }
    if sounds.chars().all(|c| c == ' ' || SHAPING.contains(&c)) {
        let help = "write them between slashes, such as \"/ʃəvˈɑsənə/\"";
        problems.error("text-without-letters", &span, "there are no sounds here", help);
        return None;
    }
    checked(&sounds, "a pronunciation", &span, problems)
}
