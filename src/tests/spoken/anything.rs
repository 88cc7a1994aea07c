//! Any written text is spoken as words only.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use supine::phrases::Phrases;

use super::phrases;

/// Words and abbreviations, of every language.
const WORDS: &[&str] = &[
    "knee", "R", "L", "D", "G", "E", "Knie", "jambe", "rodilla", "perna", "e.g.", "z. B.", "p. ex.", "ca.",
    "etc.", "min.", "sec", "no.", "No.", "n°", "nº", "in.", "L/R", "w/", "and/or", "s", "h", "m", "x", "the",
    "der", "die", "el", "o", "uhr", "pm", "c.-à-d.", "Rest", "St.", "/day", "/lado", "/Seite", "Hold",
];
/// Numbers and the signs and units around them, some of it nonsense.
const AMOUNTS: &[&str] = &[
    "2.º", "1er", "5-10", "1/2", "3x", "90°", "10%", "#1", "½", "2½", "²", "①", "٣", ".5", "3:30", "4:6",
    "1,000.5", "1.2.3", "00", "7777777", "\u{a0}", "e\u{301}", "30\"", "1'30\"", "5'", "4-7-8", "90/90",
    "30s/side", "x3", "1:30", "0:45", "1'000",
];
/// Signs that are not letters.
const SIGNS: &[&str] = &[
    "°", "%", "&", "+", "/", "×", "~", "#", "…", "...", "😀", "→", "•", "’", "“", "»", "—", "–", "-", "(",
    ")", "[", "](/", "{", "}", "\u{ad}", "ﬁ", ",", ".", "!", "?", ":", ";", "'", "\"", "≥", "<", ">", "±",
    "→", "=", "@", "−", "–", "′", "″",
];

/// Words, numbers, signs and gaps as people write them, and as they do not.
fn piece() -> impl Strategy<Value = String> {
    let written = prop::sample::select([WORDS, AMOUNTS, SIGNS, &["in your 60s"]].concat());
    prop_oneof![
        6 => written.prop_map(str::to_owned),
        2 => (0u32..4_000).prop_map(|n| n.to_string()),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// Read once, since a thousand cases need them.
static READ: LazyLock<HashMap<&str, Phrases>> =
    LazyLock::new(|| Phrases::languages().map(|language| (language, phrases(language))).collect());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_is_written_no_digit_and_no_sign_is_left_and_saying_it_again_changes_nothing(
        pieces in prop::collection::vec((piece(), prop::sample::select(vec!["", " ", " ", " ", ". "])), 0..12),
        language in prop::sample::select(vec!["en", "es", "de", "fr", "pt"]),
    ) {
        let written: String = pieces.into_iter().flat_map(|(piece, gap)| [piece, gap.to_owned()]).collect();
        let phrases = &READ[language];
        let said = phrases.spoken(&written);
        prop_assert!(!said.contains(|c: char| c.is_numeric() || "/&%+°×~#[](){}_|<>≤≥±=@−→".contains(c)), "{written:?}: {said:?}");
        prop_assert!(!said.contains(char::is_control) && !said.contains("  ") && said.trim() == said, "{written:?}: {said:?}");
        prop_assert_eq!(phrases.spoken(&said), said.clone(), "{:?}", &written);
        for sentence in phrases.sentences(&written) {
            prop_assert!(sentence.spoken.chars().any(char::is_alphabetic), "{written:?}: {sentence:?}");
            prop_assert_eq!(sentence.text.trim(), &sentence.text);
        }
    }
}
