//! What a voice can't say, as warnings with a caret, and the places of words in the file. The voices themselves
//! know which words they can't say.

use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{Diagnostic, Span};
use crate::phrases::Phrases;
use crate::phrases::lexicon::{Lexicon, Said};
use crate::routine::text::Text;
use crate::routine::{Routine, Side};
use crate::speech::Utterance;
use crate::speech::script::{Unsayable, is_latin, is_letter};
use crate::speech::voices::{ForeignWords, VoiceId, Voices};

/// Warnings about words that no voice says, and about words that the session's voice can't say. That voice is
/// the first of `ids`, best first, about which anything is known. Every word appears once. `lexicon` is the one
/// in force.
pub fn warnings(
    source: &str,
    routine: &Routine,
    (phrases, lexicon): (&Phrases, &Lexicon),
    (voices, ids): (&Voices, &[VoiceId]),
) -> Vec<Diagnostic> {
    let texts: Vec<(&Text, Vec<Utterance>)> = routine
        .texts()
        .into_iter()
        .map(|text| (text, forms(text, phrases).iter().map(|form| said(form, phrases, lexicon)).collect()))
        .collect();
    let silent = texts.iter().filter_map(|(text, said)| left_out(source, text, said, phrases));
    let mut warnings: Vec<Diagnostic> = silent.collect();
    let Some((id, is_spelled, words)) = foreign_words(&texts, routine, voices, ids) else { return warnings };
    match other_language(routine, &words) {
        Some(only) => warnings.push(only),
        None => warnings.extend(words.iter().map(|(text, word)| warning(source, id, is_spelled, text, word))),
    }
    warnings
}

/// The words that the first voice about which anything is known can't say, or only spells.
fn foreign_words<'a, 'b>(
    texts: &[(&'a Text, Vec<Utterance>)],
    routine: &Routine,
    voices: &Voices,
    ids: &'b [VoiceId],
) -> Option<(&'b VoiceId, bool, Found<'a>)> {
    let fate = |id: &VoiceId| voices.facts(id).foreign_words;
    let id = ids.iter().find(|id| fate(id) != ForeignWords::Unknown)?;
    let is_spelled = fate(id) == ForeignWords::Spelled;
    let found = if is_spelled {
        // For a language without phrases, it is not known which letters are its own.
        if !Phrases::for_language(&routine.language).1 {
            return None;
        }
        words(texts, |utterance| voices.spelled(id, utterance))
    } else {
        words(texts, |utterance| voices.unsayable(id, utterance))
    };
    (!found.is_empty()).then_some((id, is_spelled, found))
}

/// The forms that a text may take when it is spoken.
fn forms(text: &Text, phrases: &Phrases) -> Vec<String> {
    match text.names_side() {
        true => [Side::Right, Side::Left].map(|side| phrases.sided(text.as_str(), side)).to_vec(),
        false => vec![text.as_str().to_owned()],
    }
}

fn said(text: &str, phrases: &Phrases, lexicon: &Lexicon) -> Utterance {
    let Said { text: spoken, phonemes } = lexicon.apply(&phrases.spoken(text));
    Utterance { spoken, phonemes, ..Utterance::plain(text, 1.0) }
}

type Found<'a> = Vec<(&'a Text, Unsayable)>;

/// The words that `find` finds, each at its first place.
fn words<'a>(texts: &[(&'a Text, Vec<Utterance>)], find: impl Fn(&Utterance) -> Vec<Unsayable>) -> Found<'a> {
    let mut words: Found<'a> = Vec::new();
    for (text, said) in texts {
        for found in said.iter().flat_map(&find) {
            let written = written(text.as_str(), &found.word);
            if words.iter().all(|(_, known)| known.word != written) {
                words.push((text, Unsayable { word: written, ..found }));
            }
        }
    }
    words
}

/// One warning for a file whose texts are mostly in letters that its language does not have.
fn other_language(routine: &Routine, words: &Found<'_>) -> Option<Diagnostic> {
    let letters = words.first()?.1.letters?;
    let texts = routine.texts();
    let is_other = |text: &&&Text| {
        let mut letters = text.as_str().chars().filter(|c| is_letter(*c)).peekable();
        letters.peek().is_some() && letters.all(|c| !is_latin(c))
    };
    (texts.iter().filter(is_other).count() * 2 > texts.len()).then(|| {
        let language = LANGUAGES.iter().find(|(known, _)| *known == letters);
        let example = language.map_or(String::new(), |(_, tag)| format!(", such as `language = \"{tag}\"`"));
        Diagnostic::warning(
            "other-letters",
            &routine.language_span,
            format!(
                "most of this routine is in {letters} letters, and its language is `{}`",
                routine.language
            ),
            format!("name the language of its texts with `language`{example}"),
        )
    })
}

/// A language that is written in these letters, as an example.
const LANGUAGES: [(&str, &str); 9] = [
    ("Arabic", "ar"),
    ("Chinese", "zh"),
    ("Cyrillic", "ru"),
    ("Devanagari", "hi"),
    ("Greek", "el"),
    ("Hebrew", "he"),
    ("Japanese", "ja"),
    ("Korean", "ko"),
    ("Thai", "th"),
];

fn warning(source: &str, id: &VoiceId, is_spelled: bool, text: &Text, word: &Unsayable) -> Diagnostic {
    let in_text = place_in(source, text.span(), &word.word);
    // A word that is nowhere in the file comes from a respelling in the config.
    let elsewhere = || place_in(source, &Span::from(0..source.len()), &word.word);
    let is_respelled = !text.as_str().contains(&word.word);
    let span = in_text.or_else(elsewhere).unwrap_or_else(|| text.span().clone());
    let other_voice = if is_spelled { "" } else { "; or choose a --voice that has it" };
    let help = if is_respelled {
        format!("respell it in Latin letters, under `[pronounce]`{other_voice}")
    } else {
        format!("write it in Latin letters, or how to say it: {}{other_voice}", example(word))
    };
    if is_spelled {
        return Diagnostic::warning("spelled-word", &span, format!("`{id}` may only spell {word}"), help);
    }
    let message = format!("`{id}` can't say {word}, so the next voice would have to speak");
    Diagnostic::warning("unsayable-word", &span, message, help)
}

/// An entry of `[pronounce]`. A word in other letters stands in quotes there.
fn example(word: &Unsayable) -> String {
    format!("`\"{}\" = \"...\"` under `[pronounce]`", word.word)
}

/// Warns of a sign or a foreign figure that vanishes when a text is written out: nobody hears it.
fn left_out(source: &str, text: &Text, said: &[Utterance], phrases: &Phrases) -> Option<Diagnostic> {
    let spoken: String = said.iter().map(|utterance| utterance.spoken.as_str()).collect();
    let is_candidate = |c: char| is_picture(c) || c.is_numeric() && !c.nfkc().any(|c| c.is_ascii_digit());
    let vanishes = |c: &char| {
        let without = text.as_str().replace(*c, " ");
        is_candidate(*c) && !spoken.contains(*c) && phrases.spoken(&without) == phrases.spoken(text.as_str())
    };
    let sign = text.as_str().chars().find(vanishes)?;
    let span = place_in(source, text.span(), &sign.to_string()).unwrap_or_else(|| text.span().clone());
    Some(Diagnostic::warning(
        "not-said",
        &span,
        format!("`{sign}` is not said by any voice"),
        "write a word for it, or leave it out",
    ))
}

/// Arrows, mathematical and technical signs, dingbats, and everything that is an emoji.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}') && !c.is_alphanumeric()
}

/// A word as it is written in `text`: as it is spoken, or, where compatibility forms were undone, in the form
/// that the author sees.
pub(crate) fn written(text: &str, word: &str) -> String {
    if text.contains(word) {
        return word.to_owned();
    }
    let same = |written: &&str| written.nfkc().collect::<String>().contains(word);
    let found = text.split_whitespace().find(same).unwrap_or(word);
    found.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Where `part` stands inside `span`.
fn place_in(source: &str, span: &Span, part: &str) -> Option<Span> {
    let start = span.0.start;
    let found = source.get(span.0.clone())?.find(part)?;
    Some(Span::from(start + found..start + found + part.len()))
}

/// Where something that is said stands: inside `span`; else in a text of the routine that contains it or is
/// contained in it; else where `span` begins, if that is a place at all.
pub(crate) fn place(source: &str, routine: &Routine, span: Span, part: &str) -> Option<usize> {
    let inside = place_in(source, &span, part).map(|found| found.0.start);
    let texts = routine.texts();
    let begins = (!span.0.is_empty()).then_some(span.0.start);
    // The welcome has no place of its own.
    let in_a_text = || {
        let is_in = |text: &&&Text| part.contains(text.as_str().trim_end_matches(['.', '!', '?']));
        let found =
            texts.iter().find(|text| text.as_str().contains(part)).or_else(|| texts.iter().find(is_in));
        let span = found.filter(|_| begins.is_none())?.span();
        Some(place_in(source, span, part).unwrap_or_else(|| span.clone()).0.start)
    };
    inside.or_else(in_a_text).or_else(|| source.find(part)).or(begins)
}

/// The number of the line that a byte is in, from 1.
pub(crate) fn line(source: &str, at: usize) -> usize {
    source.as_bytes()[..at.min(source.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}
