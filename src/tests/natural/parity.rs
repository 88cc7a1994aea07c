//! Our reader gives the phonemes that misaki-rs gives, which are those that the model was trained with; and the
//! few places where it knowingly does not.

use std::sync::LazyLock;

use super::{VOICE, texts};
use supine::catalogue::{Shelf, names};
use supine::speech::Utterance;
use supine::speech::natural::reference::Misaki;

static MISAKI: LazyLock<Misaki> = LazyLock::new(Misaki::load);

/// Texts that we read otherwise, and how. With a net for unknown words, misaki-rs leaves out any number in a
/// longer word, or the sign before it: it gives the whole word to the net, which reads letters only. And it
/// leaves a tab between words, which the model does not know.
const OTHERWISE: [(&str, &str); 9] = [
    ("A 30-second hold.", "ɐ θˈɜɹTi sˈɛkənd hˈOld."),
    ("A 9-year-old, half-asleep.", "ɐ nˈIn jˈɪɹ ˈOld, hˌæfəslˈip."),
    ("Inhale-2-3-4.", "ɪnhˈAl tˈu tə θɹˈi tə fˈɔɹ."),
    ("Room B-12, by the 7-Eleven.", "ɹˈum bˈi twˈɛlv, bI ðə sˈɛvən əlˈɛvᵊn."),
    ("Turn it by 90°.", "tˈɜɹn ɪt bI nˈIndi."),
    ("The '80s, mid-1990s.", "ði ˈATi ˈɛs, mˈɪd nˌIntˈin nˈIndi ˈɛs."),
    ("It is +5 outside.", "ˌɪt ɪz plˈʌs fˈIv ˌWtsˈId."),
    ("A tab\there.", "ɐ tˈæb hˈɪɹ."),
    ("Call +1-800-555.", "kˈɔl plˈʌs wˈʌn tʊ ˈAt hˈʌndɹəd tə fˈIv hˈʌndɹəd fˈɪfti fˈIv."),
];

/// Our phonemes and misaki's, where they are not the same.
fn differences<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<(String, [Vec<String>; 2])> {
    let both = texts.map(|text| {
        let ours = VOICE.phonemes(&Utterance::plain(text, 1.0)).unwrap_or_default();
        (text.to_owned(), [ours, MISAKI.phonemes(text)])
    });
    both.filter(|(_, [ours, theirs])| ours != theirs).collect()
}

#[test]
fn every_text_of_the_routines_and_phrases_is_read_as_by_misaki() {
    let routines = names().into_iter().map(|name| Shelf::english().read(name).unwrap().text);
    let mut found = Vec::new();
    for source in routines.chain([include_str!("../../phrases/en.toml").to_owned()]) {
        let mut table: toml::Table = source.parse().unwrap();
        // The voice does not get the short forms that people write.
        table.remove("short");
        texts(&toml::Value::Table(table), &mut found);
    }
    found.sort_unstable();
    found.dedup();
    assert!(found.len() > 1000, "{}", found.len());
    let found: Vec<String> = found.iter().map(|text| text.replace(['{', '}'], "")).collect();
    assert_eq!(differences(found.iter().map(String::as_str)), []);
}

#[test]
fn odd_texts_are_read_as_by_misaki() {
    assert_eq!(differences(include_str!("odd.txt").lines()), []);
}

#[test]
fn no_number_is_left_out_of_a_word_and_no_space_between_words() {
    for (text, expected) in OTHERWISE {
        assert_eq!(super::phonemes(text), expected, "{text}");
        assert!(!MISAKI.phonemes(text).contains(&expected.to_owned()), "{text}: the same, after all");
    }
}
