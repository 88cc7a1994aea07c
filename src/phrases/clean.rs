//! Characters that an engine understands: compatibility forms, quotation marks, dashes, emoji and runs of
//! marks become letters, digits, plain marks and single spaces. No word is changed.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::routine::text::digit_of_a_script;

/// Signs for which [`super::spoken`] has words.
const SIGNS: [char; 14] = ['%', '&', '+', '°', '/', '×', '~', '#', '≤', '≥', '±', '=', '@', '−'];
/// Characters that are signs only before a number.
const BEFORE_NUMBERS: [char; 8] = ['~', '#', '<', '>', '≤', '≥', '±', '−'];
/// Arrows, which are a pause between words and a range between numbers.
const ARROWS: [char; 4] = ['→', '➔', '➜', '⇒'];
/// Signs written with several characters.
const WRITTEN: [(&str, &str); 6] =
    [("+/-", "±"), ("+/−", "±"), ("<=", "≤"), (">=", "≥"), ("->", "→"), ("=>", "→")];
/// Punctuation marks, from the weakest; of several in a row the strongest is kept.
const MARKS: [char; 6] = [',', ';', ':', '.', '?', '!'];

/// Signs whose compatibility forms are letters, which would read as another word ("no" for "nº"), and their
/// temporary replacements: private characters that nobody uses.
const ORDINAL_SIGNS: [(char, char); 2] = [('º', '\u{f8f0}'), ('ª', '\u{f8f1}')];

/// `text` in plain characters. Cleaning it again changes nothing. A full stop before a comma can only be an
/// abbreviation's; it stays if `abbreviated` says that abbreviations are still there.
pub(super) fn clean(text: &str, abbreviated: bool) -> String {
    let text = WRITTEN.iter().fold(apart(text), |text, (written, sign)| text.replace(written, sign));
    let chars: Vec<char> = text
        .nfkc()
        .map(|c| ORDINAL_SIGNS.iter().find(|(_, kept)| *kept == c).map_or(c, |(sign, _)| *sign))
        .collect();
    tidy(&plain(&chars), abbreviated)
}

/// Separates numbers: a thin space between digits only groups them, but "2½" is two numbers.
fn apart(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |place: Option<usize>| {
        place.and_then(|place| chars.get(place)).is_some_and(|c: &char| c.is_ascii_digit())
    };
    let mut out = String::with_capacity(text.len());
    for (place, &c) in chars.iter().enumerate() {
        match c {
            '\u{a0}' | '\u{202f}' | '\u{2009}' if digit(place.checked_sub(1)) && digit(Some(place + 1)) => {}
            '´' | '′' => out.push('\''),
            '″' => out.push('"'),
            _ if digit_of_a_script(c).is_some() => out.extend(digit_of_a_script(c)),
            '\u{e000}'..='\u{f8ff}' => out.push(' '),
            'º' => out.push(ORDINAL_SIGNS[0].1),
            'ª' => out.push(ORDINAL_SIGNS[1].1),
            _ if c.is_numeric() && !c.is_ascii_digit() => out.extend([' ', c, ' ']),
            _ => out.push(c),
        }
    }
    out
}

/// Replaces each character by itself; its meaning may depend on its neighbours.
fn plain(chars: &[char]) -> String {
    let mut out = String::with_capacity(chars.len());
    for (place, &c) in chars.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| chars[place]);
        let after = chars.get(place + 1).copied();
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || is_combining_mark(c));
        let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
        match c {
            '\'' | '’' if digit(before.as_ref()) && groups(chars, place) => {}
            '\'' | '’' if digit(before.as_ref()) && after == Some(c) => out.push('"'),
            '\'' | '’' if before == Some(c) && place > 1 && chars[place - 2].is_ascii_digit() => {}
            '’' | '‘' | '‚' | 'ʼ' => out.push('\''),
            '“' | '”' | '„' | '«' | '»' | '‹' | '›' => out.push('"'),
            '\u{2044}' => out.push('/'),
            '≈' | '∼' if number_follows(chars, place) => out.push('~'),
            '⩽' | '≦' if number_follows(chars, place) => out.push('≤'),
            '⩾' | '≧' if number_follows(chars, place) => out.push('≥'),
            '−' if digit(after.as_ref()) && !number_before(chars, place) => out.push('−'),
            _ if BEFORE_NUMBERS.contains(&c) && c != '−' => {
                out.push(if number_follows(chars, place) { c } else { ' ' });
            }
            '-' | '\u{2010}'..='\u{2015}' | '−' => out.push_str(dash(chars, place)),
            _ if ARROWS.contains(&c) => out.push_str(arrow(chars, place)),
            // "knee(s)" is one word, "the knee (right)" is not.
            '(' if letter(before) => {}
            '(' | ')' | '[' | ']' | '{' | '}' => {
                out.push_str(if letter(after) && c == ')' { "" } else { ", " })
            }
            '.' if digit(after.as_ref()) && before.is_none_or(char::is_whitespace) => out.push_str("0."),
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '"' | '¿' | '¡' => out.push(c),
            _ if SIGNS.contains(&c) => out.push(c),
            _ if c.is_ascii_digit() => out.push(c),
            _ if letter(Some(c)) && !c.is_numeric() => out.push(c),
            // Marks that only change the characters around them.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            _ => out.push(' '),
        }
    }
    out
}

/// Whether exactly three digits follow: "1'000".
fn groups(chars: &[char], place: usize) -> bool {
    let digits = chars[place + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
    digits == 3
}

/// Whether a number follows, after spaces or another sign before numbers ("~ <5").
fn number_follows(chars: &[char], place: usize) -> bool {
    let next = chars[place + 1..].iter().find(|c| !c.is_whitespace() && !BEFORE_NUMBERS.contains(c));
    next.is_some_and(char::is_ascii_digit)
}

/// Whether a number, or a number's unit, comes before.
fn number_before(chars: &[char], place: usize) -> bool {
    let before = chars[..place].iter().rev().find(|c| !c.is_whitespace());
    before.is_some_and(|c| c.is_ascii_digit() || ['°', '%'].contains(c))
}

/// An arrow between numbers is a range, any other is a pause.
fn arrow(chars: &[char], place: usize) -> &'static str {
    let after = chars[place + 1..].iter().find(|c| !c.is_whitespace());
    if number_before(chars, place) && after.is_some_and(char::is_ascii_digit) { "-" } else { ", " }
}

/// A dash joins inside a word, is a range between numbers, and a pause between words.
fn dash(chars: &[char], place: usize) -> &'static str {
    let after = chars[place + 1..].iter().find(|c| !c.is_whitespace());
    let digits = number_before(chars, place) && after.is_some_and(char::is_ascii_digit);
    let touches = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
    let (touched_before, touched_after) =
        (touches(place.checked_sub(1).map(|place| &chars[place])), touches(chars.get(place + 1)));
    let unit_before = chars[..place]
        .iter()
        .rev()
        .find(|c| !c.is_whitespace())
        .is_some_and(|c| c.is_alphanumeric() || *c == '.');
    let number = after.is_some_and(char::is_ascii_digit) && touched_before == touched_after;
    match () {
        () if digits => "-",
        () if touched_before && touched_after && matches!(chars[place], '-' | '\u{2010}' | '\u{2011}') => "-",
        // A range if units come before and after ("30 s – 1 min"), a pause otherwise.
        () if number && unit_before => "–",
        () if touched_before == touched_after => ", ",
        () => " ",
    }
}

/// Reduces spaces to single ones, and several marks in a row to one.
fn tidy(text: &str, abbreviated: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut place = 0;
    while place < chars.len() {
        let is_gap = |c: &char| c.is_whitespace() || MARKS.contains(c);
        let end = chars[place..].iter().position(|c| !is_gap(c)).map_or(chars.len(), |n| place + n);
        if end == place {
            out.push(chars[place]);
            place += 1;
            continue;
        }
        gap(&chars[place..end], chars.get(end).copied(), abbreviated, &mut out);
        place = end;
    }
    span_of_numbers(out.trim_end_matches([' ', ',', ';', ':']))
}

/// The characters between two words.
fn gap(gap: &[char], after: Option<char>, abbreviated: bool, out: &mut String) {
    let marks: Vec<char> = gap.iter().copied().filter(|c| !c.is_whitespace()).collect();
    let strength = |c: &char| MARKS.iter().position(|mark| mark == c);
    let mark = match &marks[..] {
        ['.', '.', ..] if after.is_some_and(|c| !c.is_uppercase()) => Some(','),
        ['.', mark @ (',' | ';' | ':')] => Some(*mark),
        marks => marks.iter().copied().max_by_key(strength),
    };
    if out.is_empty() {
        return;
    }
    if abbreviated && matches!(marks[..], ['.', ',' | ';' | ':']) {
        out.push('.');
    }
    out.extend(mark);
    let inside_a_word = gap.len() == 1 && !marks.is_empty();
    if after.is_some() && !inside_a_word {
        out.push(' ');
    }
}

/// "5 - 10" is "5-10".
fn span_of_numbers(text: &str) -> String {
    text.split(' ').fold(String::with_capacity(text.len()), |mut out, word| {
        let joined = word.starts_with('-') || out.ends_with('-');
        if !out.is_empty() && !joined {
            out.push(' ');
        }
        out.push_str(word);
        out
    })
}

/// Whether `c` is the letter `wanted`, which is lowercase, as a capital or not.
pub(super) fn is_letter(c: char, wanted: char) -> bool {
    // The other way would take ten times as long, and this is asked very often.
    if c.is_ascii() { c.to_ascii_lowercase() == wanted } else { c.to_lowercase().eq([wanted]) }
}
