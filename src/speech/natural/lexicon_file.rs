//! The file of the lexicon: made from misaki's lists, and tested against them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fst::{Set, Streamer};
use misaki_rs::data::{load_us_gold, load_us_silver};
use misaki_rs::lexicon::PhonemeEntry;

use super::assets;
use super::lexicon::{BYTES, GOLD, Lexicon, SILVER, SOUNDS, TAGGED, TAGS, letter};

/// Makes the file anew: `cargo test --lib -- --ignored lexicon_file`. Then its line in `SHA256SUMS`
/// has to be replaced.
#[test]
#[ignore = "writes voices/heart/lexicon.fst"]
fn the_file_is_made_from_misakis_lists() {
    let mut entries = BTreeSet::new();
    let lists = [(GOLD, load_us_gold()), (SILVER, load_us_silver())];
    for (kind, word, entry) in lists.iter().flat_map(|(kind, list)| list.iter().map(|(w, e)| (*kind, w, e))) {
        match entry {
            PhonemeEntry::Simple(sounds) => {
                entries.insert(coded(kind, word, sounds));
            }
            PhonemeEntry::Tagged(tags) => entries.extend(tags.iter().map(|(tag, sounds)| {
                let place = TAGS.iter().position(|known| known == tag).unwrap();
                coded(TAGGED + place as u8, word, sounds.as_deref().unwrap_or_default())
            })),
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/voices/heart/lexicon.fst");
    std::fs::write(path, Set::from_iter(entries).unwrap().into_fst().into_inner()).unwrap();
}

/// An entry as it is stored.
fn coded(kind: u8, word: &str, sounds: &str) -> Vec<u8> {
    let sounds: Vec<char> = sounds.chars().collect();
    let byte = |sound: &char| BYTES[SOUNDS.chars().position(|known| known == *sound).unwrap()];
    let mut entry = vec![kind];
    let mut rest = &sounds[..];
    for (c, count) in word.bytes().zip(aligned(word, &sounds)) {
        let (here, after) = rest.split_at(count);
        entry.push(letter(c));
        entry.extend(here.iter().map(byte));
        rest = after;
    }
    entry
}

/// How many of the sounds each letter stands for: about one, vowels for vowels. It need not be right; like
/// words only have to be divided alike, so that the file is small.
fn aligned(word: &str, sounds: &[char]) -> Vec<usize> {
    let cost = |letter: char, sounds: &[char]| {
        let is_vowel = sounds.iter().any(|c| "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ".contains(*c));
        let alike = !sounds.is_empty() && is_vowel == "aeiouy".contains(letter);
        (sounds.len() as i64 - 1).pow(2) - 2 * i64::from(alike) - i64::from(sounds.contains(&letter))
    };
    // The cheapest way to divide the first sounds among the letters so far.
    let mut best: BTreeMap<usize, (i64, Vec<usize>)> = BTreeMap::from([(0, (0, Vec::new()))]);
    for c in word.to_lowercase().chars() {
        let mut next: BTreeMap<usize, (i64, Vec<usize>)> = BTreeMap::new();
        for (from, (paid, counts)) in &best {
            for to in *from..=sounds.len() {
                let price = paid + cost(c, &sounds[*from..to]);
                if next.get(&to).is_none_or(|(cheapest, _)| price < *cheapest) {
                    next.insert(to, (price, [&counts[..], &[to - from]].concat()));
                }
            }
        }
        best = next;
    }
    best.remove(&sounds.len()).unwrap().1
}

fn plain(entry: Option<&PhonemeEntry>) -> Option<BTreeMap<&str, Option<&str>>> {
    Some(match entry? {
        PhonemeEntry::Simple(sounds) => BTreeMap::from([("", Some(sounds.as_str()))]),
        PhonemeEntry::Tagged(tags) => {
            tags.iter().map(|(tag, sounds)| (tag.as_str(), sounds.as_deref())).collect()
        }
    })
}

#[test]
fn the_file_has_each_word_of_misakis_lists_and_no_other() {
    let (gold, silver) = (load_us_gold(), load_us_silver());
    let lexicon = Lexicon::open(assets::lexicon().unwrap()).unwrap();
    for (word, entry) in &gold {
        assert_eq!(plain(lexicon.entries(word).gold.as_ref()), plain(Some(entry)), "{word}");
    }
    for (word, entry) in &silver {
        assert_eq!(plain(lexicon.entries(word).silver.as_ref()), plain(Some(entry)), "{word}");
    }
    let count = |list: &HashMap<String, PhonemeEntry>| -> usize {
        list.values().map(|entry| plain(Some(entry)).map_or(0, |sounds| sounds.len())).sum()
    };
    let set = Set::new(assets::lexicon().unwrap()).unwrap();
    assert_eq!(set.len(), count(&gold) + count(&silver));
    // No two entries are the same word with the same sounds, divided in two ways.
    let mut keys = set.stream();
    let mut words = BTreeSet::new();
    while let Some(key) = keys.next() {
        let letters = key.iter().copied().filter(|byte| !BYTES.contains(byte)).collect::<Vec<_>>();
        assert!(words.insert(letters));
    }
    assert!(lexicon.entries("zorvum").gold.is_none() && lexicon.entries("").silver.is_none());
}
