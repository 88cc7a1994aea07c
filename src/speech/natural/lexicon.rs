//! The lexicon: words and their sounds, and a word looked up by misaki's rules. The words are a set that is
//! searched as it is (`lexicon.fst`), so that opening it costs nothing but unpacking it.

use std::collections::{HashMap, HashSet};

use fst::{Automaton, IntoStreamer, Set, Streamer};
use misaki_rs::Language;
use misaki_rs::lexicon::{Lexicon as Rules, PhonemeEntry, TokenContext};

/// The sounds in the file, the most frequent first.
pub(super) const SOUNDS: &str = "ˈəɹnsɪlˌtkidmpɛæɑbzŋʌOfIAɾɡvᵊɔʃuwʤᵻhɜʧjWθʊYðʒʔ";
/// The byte for each of the sounds: those that the format stores shortest and no word contains. A capital
/// letter of a word has its highest bit set instead.
pub(super) const BYTES: &[u8] = b"/0123456789=:&_%?+CDASFIBEPTRNMLOHGWUVYKJXZQ,;";

/// What the first byte of an entry says: the word is in misaki's second, unchecked list ("silver").
pub(super) const SILVER: u8 = 0;
/// The word is in the first list ("gold") and always sounds so.
pub(super) const GOLD: u8 = 1;
/// From this byte on, the word is in the first list and sounds so as this part of speech. Without sounds, that
/// part of speech is spelled.
pub(super) const TAGGED: u8 = 2;
pub(super) const TAGS: [&str; 10] =
    ["DEFAULT", "NOUN", "VERB", "ADJ", "ADV", "None", "VBD", "VBN", "VBP", "DT"];

/// Words that the rules look up beside the word that they are asked for.
const FIXED: [&str; 11] =
    ["am", "to", "used", "versus", "dot", "slash", "percent", "and", "plus", "at", "minus"];
/// The endings that the rules take off, how many bytes they take, and what they put there instead.
const STEMS: [(&str, usize, &str); 12] = [
    ("", 0, ""),
    ("s", 1, ""),
    ("'s", 2, ""),
    ("es", 2, ""),
    ("ies", 3, "y"),
    ("s'", 2, "'s"),
    ("'", 1, ""),
    ("d", 1, ""),
    ("ed", 2, ""),
    ("ing", 3, ""),
    ("ing", 3, "e"),
    ("ing", 4, ""),
];

/// All words. An entry is its first byte (see [`SILVER`]) and then each letter, followed by the sounds that it
/// stands for: like endings of words, which sound alike, are stored once.
pub(crate) struct Lexicon(Set<Vec<u8>>);

/// The entries of one word in the two lists.
#[derive(Default)]
pub(super) struct Entries {
    pub gold: Option<PhonemeEntry>,
    pub silver: Option<PhonemeEntry>,
}

impl Lexicon {
    /// Opens the lexicon in `data`.
    ///
    /// # Errors
    /// What is wrong with it, as text.
    pub(crate) fn open(data: Vec<u8>) -> Result<Self, String> {
        Set::new(data).map(Self).map_err(|error| error.to_string())
    }

    pub(super) fn entries(&self, word: &str) -> Entries {
        let letters: Vec<u8> = word.bytes().map(letter).collect();
        let mut found = Entries::default();
        let mut tagged = HashMap::new();
        let mut keys = self.0.search(Spelled(&letters)).into_stream();
        while let Some([kind, rest @ ..]) = keys.next() {
            let sounds: String = rest.iter().filter_map(|byte| sound(*byte)).collect();
            match *kind {
                SILVER => found.silver = Some(PhonemeEntry::Simple(sounds)),
                GOLD => found.gold = Some(PhonemeEntry::Simple(sounds)),
                tag => {
                    if let Some(tag) = TAGS.get(usize::from(tag - TAGGED)) {
                        tagged.insert((*tag).to_owned(), (!sounds.is_empty()).then_some(sounds));
                    }
                }
            }
        }
        if !tagged.is_empty() {
            found.gold = Some(PhonemeEntry::Tagged(tagged));
        }
        found
    }
}

/// The byte for a letter of a word.
pub(super) fn letter(byte: u8) -> u8 {
    if byte.is_ascii_uppercase() { byte | 0x80 } else { byte }
}

/// Whether a byte after the first is of the word, and not a sound.
fn is_letter(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'\'' | b'-' | b'.' | 0x80..)
}

fn sound(byte: u8) -> Option<char> {
    let place = BYTES.iter().position(|sound| *sound == byte)?;
    SOUNDS.chars().nth(place)
}

/// Finds the entries of a word, given as its letters' bytes.
struct Spelled<'a>(&'a [u8]);

impl Automaton for Spelled<'_> {
    /// How much was met of the first byte and the letters; `None` when the entry is another word's.
    type State = Option<usize>;

    fn start(&self) -> Self::State {
        Some(0)
    }

    fn is_match(&self, met: &Self::State) -> bool {
        *met == Some(self.0.len() + 1)
    }

    fn can_match(&self, met: &Self::State) -> bool {
        met.is_some()
    }

    fn accept(&self, met: &Self::State, byte: u8) -> Self::State {
        match (*met)? {
            0 => Some(1),
            met if self.0.get(met - 1) == Some(&byte) => Some(met + 1),
            met => (!is_letter(byte)).then_some(met),
        }
    }
}

/// The words of a sentence that were looked up, with misaki's rules for them.
pub(crate) struct Known<'a> {
    lexicon: &'a Lexicon,
    /// Holds the entries that its rules may meet on the words looked up so far.
    rules: Rules,
    sought: HashSet<String>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(lexicon: &'a Lexicon) -> Self {
        let rules = Rules {
            lang: Language::EnglishUS,
            cap_stresses: (0.5, 2.0),
            golds: HashMap::new(),
            silvers: HashMap::new(),
        };
        let mut known = Self { lexicon, rules, sought: HashSet::new() };
        for word in FIXED {
            known.seek(word.to_owned());
        }
        // Words are spelled with these.
        for letter in 'A'..='Z' {
            known.seek(letter.to_string());
        }
        known
    }

    /// The sounds of a word, if the lexicon has it or can make it. `tag` is its part of speech and `context`
    /// what comes after it. Words in capitals are stressed.
    pub(crate) fn sounds(&mut self, word: &str, tag: &str, context: &TokenContext) -> Option<String> {
        let (some, all) = self.rules.cap_stresses;
        let stress = match word {
            _ if word == word.to_lowercase() => None,
            _ if word == word.to_uppercase() => Some(all),
            _ => Some(some),
        };
        self.look_up(word, tag, stress, Some(context))
    }

    /// The sounds of a word of a number.
    pub(crate) fn number(&mut self, word: &str) -> Option<String> {
        let stress = matches!(word, "point" | "O").then_some(-2.0);
        self.look_up(word, "NN", stress, None)
    }

    /// Sounds with another stress, by misaki's scale.
    pub(crate) fn stressed(&self, sounds: &str, stress: f64) -> String {
        self.rules.apply_stress(sounds, Some(stress))
    }

    fn look_up(
        &mut self,
        word: &str,
        tag: &str,
        stress: Option<f64>,
        context: Option<&TokenContext>,
    ) -> Option<String> {
        // The lexicon has no other letters, and the rules would cut through them.
        if !word.is_ascii() {
            return None;
        }
        let lower = word.to_lowercase();
        for form in [word, &lower] {
            for (ending, taken, put) in STEMS {
                if form.ends_with(ending) && form.len() > taken {
                    self.seek_any_case(&format!("{}{put}", &form[..form.len() - taken]));
                }
            }
        }
        self.rules.get_word(word, tag, stress, context).map(|(sounds, _)| sounds)
    }

    fn seek_any_case(&mut self, word: &str) {
        let lower = word.to_lowercase();
        let mut capital = lower.clone();
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        for form in [word.to_owned(), lower, capital] {
            self.seek(form);
        }
    }

    fn seek(&mut self, word: String) {
        if !self.sought.contains(&word) {
            let Entries { gold, silver } = self.lexicon.entries(&word);
            self.rules.golds.extend(gold.map(|entry| (word.clone(), entry)));
            self.rules.silvers.extend(silver.map(|entry| (word.clone(), entry)));
            self.sought.insert(word);
        }
    }
}
