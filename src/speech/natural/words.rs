//! A sentence as words with their parts of speech, as misaki sees them: split and tagged like spaCy's tokens,
//! cut into pieces, and put together where nothing is between them.

use std::ops::Range;

use misaki_rs::abbrev::is_period_abbreviation;
use misaki_rs::norms::norm_of;
use misaki_rs::spacy_tagger::hash_string;
use misaki_rs::spacy_tokenizer::SpacyTokenizer;

use super::tagger::{Seen, Tagger};
use super::text::Given;

/// The tags of marks. What has one is a word by itself.
const MARKS: [&str; 11] = [".", ",", "-LRB-", "-RRB-", "``", "\"\"", "''", ":", "$", "#", "NFP"];
/// The marks that the voice knows. Other marks are silent.
const KNOWN: &str = ";:,.!?—…\"“”";

/// A part of a word that is looked up by itself if the whole word is not known.
#[derive(Debug)]
pub(crate) struct Piece {
    pub text: String,
    /// The part of speech, in the names of the Penn Treebank.
    pub tag: String,
    /// White space follows.
    pub spaced: bool,
    /// The sounds, where they don't depend on the lexicon: those of marks, and given ones.
    pub sounds: Option<String>,
    /// The currency whose symbol stands before it.
    pub currency: Option<char>,
}

/// Splits sentences and finds their parts of speech.
pub(crate) struct Splitter {
    tokenizer: SpacyTokenizer,
    tagger: Tagger,
}

impl Splitter {
    /// # Errors
    /// What is wrong with the tagger's data, as text.
    pub(crate) fn load() -> Result<Self, String> {
        Ok(Self { tokenizer: SpacyTokenizer::new(), tagger: Tagger::load()? })
    }

    /// The words of a sentence, each with its pieces. The sounds of some places in it are `given`.
    ///
    /// # Errors
    /// What kept the tagger from running, as text.
    pub(crate) fn words(&self, sentence: &str, given: &[Given]) -> Result<Vec<Vec<Piece>>, String> {
        let tokens = self.tokenizer.tokenize(sentence);
        let seen: Vec<Seen> = tokens
            .iter()
            .map(|token| {
                let norm = token.norm.clone().unwrap_or_else(|| norm_of(&token.text, hash_string));
                (token.text.clone(), norm, !token.whitespace.is_empty())
            })
            .collect();
        let tags = self.tagger.tags(&seen)?;
        let mut pieces = Vec::new();
        let mut start = sentence.len() - sentence.trim_ascii_start().len();
        for (token, tag) in tokens.iter().zip(tags) {
            for part in parts(&token.text) {
                let (from, to) = (start + part.start, start + part.end);
                let given = given.iter().find(|given| given.place.start <= from && to <= given.place.end);
                pieces.push(Piece {
                    text: token.text[part.clone()].to_owned(),
                    tag: tag.to_owned(),
                    spaced: false,
                    sounds: given.map(|given| given.sounds.clone()),
                    currency: None,
                });
            }
            start += token.text.len() + token.whitespace.len();
            if let Some(last) = pieces.last_mut() {
                last.spaced = !token.whitespace.is_empty();
            }
        }
        find_marks(&mut pieces);
        Ok(together(pieces))
    }
}

/// Gives the marks their sounds, and what follows a currency's symbol that currency.
fn find_marks(pieces: &mut [Piece]) {
    let mut currency = None;
    for piece in pieces {
        if piece.tag == "$" && matches!(piece.text.as_str(), "$" | "£" | "€") {
            currency = piece.text.chars().next();
            piece.sounds = Some(String::new());
            continue;
        }
        piece.currency = currency.take();
        if piece.sounds.is_none() {
            piece.sounds = mark(&piece.text, &piece.tag);
        }
    }
}

/// The sound of a mark; `None` for what is no mark.
fn mark(text: &str, tag: &str) -> Option<String> {
    if !MARKS.contains(&tag) || text.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    Some(match (tag, text) {
        (":", "-" | "–") => "—".to_owned(),
        ("-LRB-", _) => "(".to_owned(),
        ("-RRB-", _) => ")".to_owned(),
        ("``", _) => "“".to_owned(),
        ("''" | "\"\"", _) => "”".to_owned(),
        _ => text.chars().filter(|c| KNOWN.contains(*c)).collect(),
    })
}

/// Puts pieces with nothing between them together as words. What has its sounds already stands alone, but for
/// the full stop of an abbreviation.
fn together(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut words: Vec<Vec<Piece>> = Vec::new();
    let mut is_open = false;
    for piece in pieces {
        let open = words.last_mut().filter(|_| is_open);
        let alone = piece.sounds.is_some();
        match open {
            Some(word) if !alone || piece.text == "." && is_period_abbreviation(&(text(word) + ".")) => {
                is_open = !piece.spaced;
                word.push(piece);
            }
            _ => {
                is_open = !alone && !piece.spaced;
                words.push(vec![piece]);
            }
        }
    }
    words
}

/// The text of a word or of a part of it.
pub(crate) fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// The places of the pieces of a token: runs of letters, in which an apostrophe may stand before a single
/// letter; numbers; runs of hyphens or of apostrophes; and any other mark. An apostrophe alone in the middle is
/// no piece.
fn parts(token: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = token.char_indices().collect();
    let all: Vec<char> = chars.iter().map(|(_, c)| *c).collect();
    let byte = |place: usize| chars.get(place).map_or(token.len(), |(byte, _)| *byte);
    let mut parts = Vec::new();
    let mut place = 0;
    while place < all.len() {
        match length(&all[place..], place == 0) {
            0 => place += 1,
            length => {
                parts.push(byte(place)..byte(place + length));
                place += length;
            }
        }
    }
    if parts.is_empty() {
        parts.push(0..token.len());
    }
    parts
}

/// How many characters the piece that begins here has; none if no piece begins here.
fn length(rest: &[char], is_first: bool) -> usize {
    let run = |found: fn(char) -> bool| rest.iter().take_while(|c| found(**c)).count();
    let apostrophes = run(is_apostrophe);
    if apostrophes > 0 && (is_first || apostrophes > 1 || apostrophes == rest.len()) {
        return apostrophes;
    }
    if let [a, b, c, ..] = rest
        && a.is_uppercase()
        && b.is_uppercase()
        && c.is_lowercase()
    {
        return 1;
    }
    let sign = usize::from(is_first && rest[0] == '-');
    match digits(&rest[sign..]) {
        0 => {}
        digits => return sign + digits,
    }
    let hyphens = run(|c| matches!(c, '-' | '_'));
    if hyphens > 0 {
        return hyphens;
    }
    if let Some(length) = before_capital(rest) {
        return length;
    }
    match run(char::is_alphabetic) {
        0 => usize::from(apostrophes == 0),
        letters => contracted(rest, letters),
    }
}

/// The length of a number: digits with single full stops or commas before any of them.
fn digits(rest: &[char]) -> usize {
    let mut length = 0;
    loop {
        let point = usize::from(rest.get(length).is_some_and(|c| matches!(c, '.' | ',')));
        if !rest.get(length + point).is_some_and(char::is_ascii_digit) {
            return length;
        }
        length += point + 1;
    }
}

/// The length of the letters up to a small one before a capital: "camel" of "camelCase".
fn before_capital(rest: &[char]) -> Option<usize> {
    let is_before = |place: usize| {
        rest.get(place).is_some_and(|c| c.is_lowercase())
            && rest.get(place + 1).is_some_and(|c| c.is_uppercase())
    };
    let letters = rest.iter().take_while(|c| c.is_alphabetic()).count();
    if let Some(place) = (0..letters).find(|place| is_before(*place)) {
        return Some(place + 1);
    }
    let mut end = letters;
    while pair(rest, end) {
        end += 2;
        if is_before(end) {
            return Some(end + 1);
        }
    }
    None
}

/// The length of letters with the apostrophes and single letters after them: "don't", but "o'c" of "o'clock".
fn contracted(rest: &[char], letters: usize) -> usize {
    let mut end = letters;
    while pair(rest, end) {
        end += 2;
    }
    end
}

fn pair(rest: &[char], place: usize) -> bool {
    rest.get(place).is_some_and(|c| is_apostrophe(*c))
        && rest.get(place + 1).is_some_and(|c| c.is_alphabetic())
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(token: &str) -> Vec<&str> {
        parts(token).into_iter().map(|part| &token[part]).collect()
    }

    #[test]
    fn a_token_is_cut_where_its_letters_change() {
        assert_eq!(cut("half-asleep"), ["half", "-", "asleep"]);
        assert_eq!(cut("don’t"), ["don’t"]);
        assert_eq!(cut("o'clock"), ["o'c", "lock"]);
        assert_eq!(cut("'em'"), ["'", "em", "'"]);
        assert_eq!(cut("camelCaseAUnit"), ["camel", "Case", "A", "Unit"]);
        assert_eq!(cut("-1,250.75%"), ["-1,250.75", "%"]);
        assert_eq!(cut("1st"), ["1", "st"]);
        assert_eq!(cut("'"), ["'"]);
    }
}
