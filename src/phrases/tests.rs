//! What phrases say of numbers, positions and languages.

use super::*;

#[test]
fn a_language_without_a_catalogue_is_guided_in_english_and_says_so() {
    assert!(Phrases::for_language("en-GB").1);
    let (phrases, fits) = Phrases::for_language("ja");
    assert_eq!((phrases.language.as_str(), fits), ("en", false));
}

#[test]
fn one_is_singular_and_numbers_are_words() {
    let (phrases, _) = Phrases::for_language("en");
    assert_eq!(phrases.plural(&phrases.minutes, 21), "twenty-one minutes");
    assert_eq!(phrases.hold_breaths(1), "One slow breath.");
    assert_eq!(phrases.hold_breaths(20), "Twenty slow breaths.");
    assert_eq!(phrases.hold_seconds(20), "Stay for twenty seconds.");
    assert_eq!(phrases.hold_seconds(120), "Stay for two minutes.");
    assert_eq!(phrases.count(10), "Ten.");
}

#[test]
fn a_position_reads_as_a_sentence() {
    let (phrases, _) = Phrases::for_language("en");
    let expected = [
        ("lying on your back", "Take your time, and move until you are lying on your back."),
        ("on all fours", "Take your time, and move until you are on all fours."),
        ("child's pose", "Take your time, and move into child's pose."),
    ];
    for (position, sentence) in expected {
        assert_eq!(phrases.position(position), sentence);
    }
}
