//! The sounds of a sentence's words by misaki's rules: from the last word to the first, since some words depend
//! on the sound that follows, each whole or in the largest parts that the lexicon has.

use misaki_rs::lexicon::TokenContext;

use super::lexicon::{Known, Lexicon};
use super::numerals;
use super::text::Given;
use super::unknown::Unknown;
use super::words::{Piece, Splitter, text};
use crate::speech::script::base;

const VOWELS: &str = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ";
const CONSONANTS: &str = "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ";
/// Marks after which nothing that was said before depends on what comes.
const RESTS: &str = "!,.:;?—…";
/// Characters that are silent inside a word.
const SILENT: &str = "',-._‘’/";
/// Sounds that weigh double when the parts of a word share its stress.
const LONG: &str = "AIOQWYʤʧ";
/// The part of speech of "a". As any other it is the name of the letter.
const A: &str = "DT";
const STRESS: char = 'ˈ';

/// A word as it is read.
#[derive(Debug)]
pub(crate) struct Read {
    pub text: String,
    pub sounds: String,
    /// White space follows.
    pub spaced: bool,
}

/// Finds the sounds of words.
pub(crate) struct Pronouncer {
    lexicon: Lexicon,
    splitter: Splitter,
    unknown: Unknown,
}

impl Pronouncer {
    /// # Errors
    /// What is wrong with the tagger's data, as text.
    pub(crate) fn load(lexicon: Lexicon, unknown: Unknown) -> Result<Self, String> {
        Ok(Self { lexicon, splitter: Splitter::load()?, unknown })
    }

    /// The words of a sentence and their sounds. Those of some places in it are `given`.
    ///
    /// # Errors
    /// What kept a net from running, as text.
    pub(crate) fn read(&self, sentence: &str, given: &[Given]) -> Result<Vec<Read>, String> {
        let mut known = Known::of(&self.lexicon);
        let mut context = TokenContext::default();
        let mut read = Vec::new();
        for word in self.splitter.words(sentence, given)?.iter().rev() {
            let sounds = match &word[..] {
                [Piece { sounds: Some(sounds), .. }] => sounds.clone(),
                pieces => self.word(pieces, &mut known, &context)?,
            };
            context = before(&context, word, &sounds);
            let spaced = word.last().is_some_and(|piece| piece.spaced);
            // The model has these two sounds under other letters.
            read.push(Read {
                text: text(word), sounds: sounds.replace('ɾ', "T").replace('ʔ', "t"), spaced
            });
        }
        read.reverse();
        Ok(read)
    }

    /// The sounds of a word: of its largest known parts, from its end on.
    fn word(&self, word: &[Piece], known: &mut Known, context: &TokenContext) -> Result<String, String> {
        let mut context = context.clone();
        let mut parts: Vec<Option<String>> = vec![None; word.len()];
        let mut end = word.len();
        while end > 0 {
            let found = (0..end).find_map(|start| Some((start, look_up(word, start..end, known, &context)?)));
            if let Some((start, sounds)) = found {
                context = before(&context, &word[start..end], &sounds);
                parts[start..end].fill(Some(String::new()));
                parts[start] = Some(sounds);
                end = start;
            } else {
                end -= 1;
                parts[end] = word[end].text.chars().all(|c| SILENT.contains(c)).then(String::new);
            }
        }
        if parts.contains(&None) {
            if !word.iter().any(|piece| piece.text.contains(|c: char| c.is_ascii_digit())) {
                return self.unknown_word(&text(word), known);
            }
            // The net reads no numbers.
            for (part, piece) in parts.iter_mut().zip(word).filter(|(part, _)| part.is_none()) {
                *part = Some(self.unknown_word(&piece.text, known)?);
            }
        }
        Ok(joined(word, parts.into_iter().flatten().collect(), known))
    }

    /// The sounds of a word that the lexicon lacks: a letter's are those of the letter without its marks.
    fn unknown_word(&self, word: &str, known: &mut Known) -> Result<String, String> {
        let mut letters = word.chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(sounds) = known.sounds(&base(letter).to_string(), A, &TokenContext::default())
        {
            return Ok(sounds);
        }
        self.unknown.read(word)
    }
}

/// The sounds of part of a word, if it is in the lexicon, can be made from a word in it, or is a number.
fn look_up(
    word: &[Piece],
    part: std::ops::Range<usize>,
    known: &mut Known,
    context: &TokenContext,
) -> Option<String> {
    let (start, pieces) = (part.start, &word[part]);
    let text = text(pieces).replace('™', "TM").replace(['‘', '’'], "'");
    if let Some(sounds) = known.sounds(&text, tag(pieces), context) {
        return Some(sounds);
    }
    let words = numerals::words(&text, start == 0, pieces.first()?.currency)?;
    let sounds: Option<Vec<String>> = words.split(' ').map(|word| known.number(word)).collect();
    Some(sounds?.join(" "))
}

/// The part of speech of a word: that of the piece with the most letters, where capitals count double.
fn tag(pieces: &[Piece]) -> &str {
    let weight = |piece: &&Piece| -> usize {
        piece.text.chars().map(|c| if c.to_lowercase().next() == Some(c) { 1 } else { 2 }).sum()
    };
    pieces.iter().max_by_key(weight).map_or("", |piece| piece.tag.as_str())
}

/// What a word before this one has to know about it.
fn before(context: &TokenContext, word: &[Piece], sounds: &str) -> TokenContext {
    let vowel = sounds.chars().find_map(|c| match c {
        _ if RESTS.contains(c) => Some(None),
        _ if VOWELS.contains(c) => Some(Some(true)),
        _ if CONSONANTS.contains(c) => Some(Some(false)),
        _ => None,
    });
    let future_to = match text(word).as_str() {
        "to" | "To" => true,
        "TO" => matches!(tag(word), "TO" | "IN"),
        _ => false,
    };
    TokenContext { future_vowel: vowel.unwrap_or(context.future_vowel), future_to }
}

/// The sounds of a word from those of its pieces. Where letters meet digits or marks they stay apart; else
/// about half of the parts lose their stress, the lightest first.
fn joined(word: &[Piece], mut parts: Vec<String>, known: &Known) -> String {
    if is_mixed(&text(word)) {
        parts.retain(|part| !part.is_empty());
        return parts.join(" ");
    }
    let weight = |part: &String| part.chars().map(|c| if LONG.contains(c) { 2 } else { 1 }).sum::<usize>();
    let mut spoken: Vec<(bool, usize, usize)> = (0..)
        .zip(&parts)
        .filter(|(_, part)| !part.is_empty())
        .map(|(place, part)| (part.contains(STRESS), weight(part), place))
        .collect();
    let stressed = spoken.iter().filter(|(is_stressed, ..)| *is_stressed).count();
    let weak = match spoken[..] {
        [(.., first), second] if word[first].text.chars().count() == 1 => vec![second],
        [_, _, ..] if stressed > spoken.len().div_ceil(2) => {
            spoken.sort_unstable();
            spoken.truncate(spoken.len() / 2);
            spoken
        }
        _ => Vec::new(),
    };
    for (.., place) in weak {
        parts[place] = known.stressed(&parts[place], -0.5);
    }
    parts.concat()
}

/// Whether a word has more than letters, or more than digits, or more than other marks.
fn is_mixed(text: &str) -> bool {
    let kind = |c: char| (c.is_alphabetic(), c.is_ascii_digit());
    let mut kinds = text.chars().filter(|c| !SILENT.contains(*c)).map(kind);
    let first = kinds.next();
    text.contains([' ', '/']) || kinds.any(|kind| Some(kind) != first)
}
