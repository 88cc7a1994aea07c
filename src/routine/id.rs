//! Ids of routines and poses, which stay the same whatever the names are: in the journal, in the config, and
//! from one language to another.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::diagnostic::Span;
use crate::reader::{Problems, Value, span_of};

/// The longest id, in characters.
const MAX_CHARS: usize = 64;
/// The length of the hash that stands for a name without Latin letters, in bytes.
const HASH_BYTES: usize = 6;
/// Letters that are not another letter with an accent, and how they are written in ASCII.
const LETTERS: [(char, &str); 9] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ı', "i"),
];

/// The id of a routine or of a pose: words of `a` to `z` and `0` to `9`, joined by `-`, of 1 to 64
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is words of a to z and 0 to 9, joined by `-`, of 1 to {MAX_CHARS} characters")]
pub struct InvalidId;

impl Id {
    /// The id of something called `name` that is given no id: "Child's pose" is `childs-pose`, and "Brücke" is
    /// `brucke`. When `name` has no Latin letter, as in "猫のポーズ", the id is a hash of it.
    ///
    /// The same name must always give the same id, or everything remembered under it would be lost. That is why
    /// no crate transliterates here: a better table in its next version would change ids, while Unicode
    /// promises that its decompositions stay. For the same reason the hash is of the name and not of the pose's
    /// number, which changes when a pose is added.
    pub(crate) fn of(name: &str) -> Self {
        let slug = slug(name);
        if slug.contains(|c: char| c.is_ascii_alphabetic()) { Self(slug) } else { Self::hashed(name) }
    }

    fn hashed(name: &str) -> Self {
        let name: String = name.nfc().collect();
        let mut id = "x-".to_owned();
        for byte in &Sha256::digest(name.as_bytes())[..HASH_BYTES] {
            // Writing to a String can't fail.
            let _ = write!(id, "{byte:02x}");
        }
        Self(id)
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// This id with a number, for the `number`th pose that has it: `twist-2`.
    fn numbered(&self, number: usize) -> Self {
        let suffix = format!("-{number}");
        let room = self.0.len().min(MAX_CHARS - suffix.len());
        Self(format!("{}{suffix}", self.0[..room].trim_end_matches('-')))
    }

    /// Reads the `id` of something called `name`.
    pub(super) fn read(value: Value<'_>, name: Option<&str>, problems: &mut Problems) -> Option<Self> {
        let raw = problems.string(value, "`id`", "id = \"knee-hugs\"")?;
        let id = raw.parse();
        if id.is_err() {
            let meant = if slug(raw).is_empty() { name.unwrap_or("knee hugs") } else { raw };
            problems.error(
                "invalid-id",
                &span_of(value),
                format!("`id` can't be {raw:?}"),
                format!(
                    "write `id = \"{}\"`: words of a to z and 0 to 9, joined by `-`, {MAX_CHARS} characters at most",
                    Self::of(meant)
                ),
            );
        }
        id.ok()
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let is_id = text.len() <= MAX_CHARS && text.split('-').all(is_word);
        is_id.then(|| Self(text.to_owned())).ok_or(InvalidId)
    }
}

impl TryFrom<String> for Id {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The words of `name` in lower case and without accents, joined by `-`, as many as fit.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for word in plain(name).split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let joint = if slug.is_empty() { "" } else { "-" };
        if slug.len() + joint.len() + word.len() > MAX_CHARS {
            if slug.is_empty() {
                slug.push_str(&word[..MAX_CHARS]);
            }
            break;
        }
        slug.push_str(joint);
        slug.push_str(word);
    }
    slug
}

/// `name` in lower case, without accents and apostrophes; characters that have no ASCII letter are kept.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfkd().flat_map(char::to_lowercase) {
        match LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, ascii)) => out.push_str(ascii),
            None if is_combining_mark(c) || matches!(c, '\'' | '\u{2019}' | '\u{2bc}') => {}
            None => out.push(c),
        }
    }
    out
}

/// The ids of poses in their order, where each pose gives its own id or takes that of its name. When a name's
/// id is taken, it gets a number: two poses called "Twist" are `twist` and `twist-2`. A numbered id never takes
/// the id of another pose's name, so "Twist 2" stays `twist-2` whatever poses surround it.
pub(super) fn distinct(poses: &[(Option<Id>, Id)]) -> Vec<Id> {
    let mut taken: HashSet<Id> = poses.iter().filter_map(|(given, _)| given.clone()).collect();
    let named: HashSet<&Id> = poses.iter().filter(|pose| pose.0.is_none()).map(|(_, name)| name).collect();
    let mut bearers: HashMap<&Id, usize> = HashMap::new();
    let mut id_of = |given: &Option<Id>, name| {
        if let Some(given) = given {
            return given.clone();
        }
        let bearer = bearers.entry(name).or_insert(0);
        loop {
            *bearer += 1;
            let id = if *bearer == 1 { name.clone() } else { name.numbered(*bearer) };
            let is_anothers = *bearer > 1 && named.contains(&id);
            if !is_anothers && taken.insert(id.clone()) {
                return id;
            }
        }
    };
    poses.iter().map(|(given, name)| id_of(given, name)).collect()
}

/// Notes every id that is given twice. `given` is in the order of the file, which is `source`.
pub(super) fn refuse_doubles(given: &[(Id, Span)], source: &str, problems: &mut Problems) {
    let taken: HashSet<&Id> = given.iter().map(|(id, _)| id).collect();
    let mut first: HashMap<&Id, &Span> = HashMap::new();
    for (id, span) in given {
        let Some(before) = first.get(id) else {
            first.insert(id, span);
            continue;
        };
        let line = source[..before.0.start].matches('\n').count() + 1;
        // There are more numbers than poses.
        let free = (2..).map(|number| id.numbered(number)).find(|id| !taken.contains(id));
        problems.error(
            "duplicate-id",
            span,
            format!("the id `{id}` is taken: line {line} gives it to another pose"),
            format!("give each pose an id of its own, such as `{}`", free.as_ref().unwrap_or(id)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_becomes_words_in_plain_lower_case_letters() {
        for (name, slug) in [
            ("Knee hugs", "knee-hugs"),
            ("  Child's  Pose! ", "childs-pose"),
            ("Child\u{2019}s pose", "childs-pose"),
            ("Brücke (sanft)", "brucke-sanft"),
            ("Postura del niño", "postura-del-nino"),
            ("Große Drehung", "grosse-drehung"),
            ("Sœur Æ Ø Łódź Þ", "soeur-ae-o-lodz-th"),
            ("İstanbul", "istanbul"),
            ("ﬁsh ½ Ａ", "fish-1-2-a"),
            ("4-7-8 breath", "4-7-8-breath"),
            ("Cat/Cow -- slow", "cat-cow-slow"),
            ("Кошка (cat)", "cat"),
        ] {
            assert_eq!(Id::of(name).as_str(), slug, "{name}");
            assert_eq!(Id::of(&name.nfd().collect::<String>()).as_str(), slug, "{name}, decomposed");
        }
    }

    #[test]
    fn a_name_without_a_latin_letter_has_a_hash_of_its_own_that_never_changes() {
        assert_eq!(Id::of("猫のポーズ").as_str(), "x-94c9ba8a40eb");
        assert_ne!(Id::of("Кошка 1"), Id::of("Корова 1"));
        assert_eq!(Id::of("が"), Id::of("か\u{3099}"), "however it was typed");
        assert_eq!(Id::of("10"), Id::of("10"));
    }

    #[test]
    fn whatever_a_name_is_its_id_is_one() {
        let long = "words ".repeat(40);
        for name in ["", "-", "--a--", "ÄÖÜ", "\u{0}", "😀", &long, &"x".repeat(200), &"é".repeat(65)] {
            let made = Id::of(name);
            assert_eq!(made.as_str().parse(), Ok(made.clone()), "{name}");
            let numbered = made.numbered(1234);
            assert_eq!(numbered.as_str().parse(), Ok(numbered.clone()), "{name}");
        }
        assert_eq!(Id::of(&long).as_str().len(), 59, "it ends with a whole word");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in ["a", "0", "cat-2", "a-b-c", &"x".repeat(64)] {
            assert!(text.parse::<Id>().is_ok(), "{text}");
        }
        for text in ["", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "é", "a\n", &"x".repeat(65)] {
            assert_eq!(text.parse::<Id>(), Err(InvalidId), "{text}");
        }
        assert!(serde_json::from_str::<Id>("\"Cat\"").is_err());
        assert_eq!(serde_json::from_str::<Id>("\"cat\"").ok(), Some(id("cat")));
    }

    #[test]
    fn poses_of_one_name_are_numbered_and_take_nothing_from_others() {
        let ids = |poses: &[(&str, &str)]| -> Vec<String> {
            let read = |(given, name): &(&str, &str)| ((!given.is_empty()).then(|| id(given)), Id::of(name));
            distinct(&poses.iter().map(read).collect::<Vec<_>>()).into_iter().map(String::from).collect()
        };
        let named = |names: &[&str]| ids(&names.iter().map(|name| ("", *name)).collect::<Vec<_>>());
        assert_eq!(named(&["Twist", "Cat", "twist!", "Twist"]), ["twist", "cat", "twist-2", "twist-3"]);
        assert_eq!(named(&["Twist", "Twist", "Twist 2"]), ["twist", "twist-3", "twist-2"]);
        assert_eq!(ids(&[("", "Cat"), ("cat", "Cow"), ("cat-2", "Bow")]), ["cat-3", "cat", "cat-2"]);
        let many = named(&["A"; 3000]);
        assert_eq!((many.len(), many[2999].as_str()), (3000, "a-3000"));
    }
}
