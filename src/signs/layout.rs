//! The layout of a TOML file as its author sees it. Characters outside texts that can't be told from the
//! plain ones (other spaces, line ends of other systems, zero-width characters, a minus for a hyphen) are
//! read as what they stand for. Characters that visibly differ (curly quotes, full-width characters, digits
//! of other scripts) are reported, with what to type instead.

use std::borrow::Cow;
use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::{hidden, is_minus};

/// The text of a file: UTF-8, or UTF-16, which some editors call "Unicode".
///
/// # Errors
/// When it is something else: a sentence that says what it is and what to do.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<String, String> {
    match bytes.as_slice() {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            Err("it is UTF-32 text; save it as UTF-8".to_owned())
        }
        // A TOML file begins with two plain characters and has no NUL.
        [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, 0, ..] => from_utf16(&bytes, u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] => from_utf16(&bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + String::from_utf8_lossy(valid).replace("\r\n", "\n").matches(['\n', '\r']).count();
            format!("it is not UTF-8 text (line {line}); save it as UTF-8")
        }),
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let damaged = || "it is damaged UTF-16 text; save it as UTF-8".to_owned();
    let (units, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|pair| unit(*pair)).collect();
    let text = String::from_utf16(&units).map_err(|_| damaged())?;
    if rest.is_empty() { Ok(text) } else { Err(damaged()) }
}

/// `source` with plain characters in place of those that can't be told from them. Every byte keeps its
/// place, so that a span in one is a span in the other.
pub(crate) fn legible(source: &str) -> Cow<'_, str> {
    let is_odd = |c: char| {
        matches!(c, '\r' | '\u{b}' | '\u{c}') || (!c.is_ascii() && (c.is_whitespace() || is_minus(c)))
    };
    if !source.chars().any(|c| is_odd(c) || hidden(c).is_some()) {
        return Cow::Borrowed(source);
    }
    let source = with_lines(source);
    let mut out = String::with_capacity(source.len());
    while out.len() < source.len() {
        copy_to_odd_sign(&source, &mut out);
    }
    Cow::Owned(out)
}

/// Replaces the line ends that no TOML file may contain: a lone carriage return, a page break or a vertical
/// tab.
fn with_lines(source: &str) -> String {
    let mut chars = source.chars().peekable();
    let mut out = String::with_capacity(source.len());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\r' if chars.peek() != Some(&'\n') => '\n',
            '\u{b}' | '\u{c}' => ' ',
            c => c,
        });
    }
    out
}

/// Copies from where `out` ends up to and including the next character that changes where tokens begin.
fn copy_to_odd_sign(source: &str, out: &mut String) {
    let start = out.len();
    let rest = &source[start..];
    let mut copied = 0;
    for token in Source::new(rest).lex() {
        let span = token.span().start()..token.span().end();
        // The lexer skips a byte-order mark; in the middle of a file it has no meaning.
        match &rest[copied..span.start] {
            mark if start == 0 => out.push_str(mark),
            mark => out.extend(mark.bytes().map(|_| ' ')),
        }
        copied = span.end;
        let text = &rest[span.clone()];
        if token.kind() != TokenKind::Atom {
            out.push_str(text);
        } else if copy_word(text, out) {
            return;
        }
    }
}

/// Copies a word up to a character that ends it, and returns true if there is one. Zero-width characters in
/// the word are moved after it, as spaces.
fn copy_word(word: &str, out: &mut String) -> bool {
    let (mut padding, mut is_begun) = (0, false);
    let pad = |out: &mut String, bytes: usize| out.extend(std::iter::repeat_n(' ', bytes));
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let is_line = is_line_end(c);
        let is_nothing = is_without_width(c);
        if is_line || c.is_whitespace() || (is_nothing && !is_begun) {
            pad(out, padding);
            out.push(if is_line { '\n' } else { ' ' });
            pad(out, c.len_utf8() - 1);
            return true;
        }
        if is_nothing {
            padding += c.len_utf8();
        } else if is_minus(c) && !is_begun && chars.peek().is_some_and(char::is_ascii_digit) {
            pad(out, c.len_utf8() - 1);
            out.push('-');
        } else {
            out.push(c);
        }
        is_begun = true;
    }
    pad(out, padding);
    false
}

fn is_without_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// A character outside texts that only looks right, or one that no text may contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookAlike {
    /// From the first of its kind on a line to the last.
    pub span: Range<usize>,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// All look-alikes of a [`legible`] text, one of each kind for each line.
pub(crate) fn look_alikes(source: &str) -> Vec<LookAlike> {
    let (mut found, mut on_line) = (Vec::<LookAlike>::new(), 0);
    let tokens: Vec<_> = Source::new(source).lex().collect();
    for (index, token) in tokens.iter().enumerate() {
        let start = token.span().start();
        let text = &source[start..token.span().end()];
        let mut next = tokens[index + 1..].iter().map(|next| next.kind());
        let is_key = next.find(|kind| *kind != TokenKind::Whitespace) == Some(TokenKind::Equals);
        if token.kind() == TokenKind::Newline {
            on_line = found.len();
        }
        for (at, c) in text.char_indices() {
            let place = start + at..start + at + c.len_utf8();
            let told = match token.kind() {
                TokenKind::Atom => outside_texts(c, is_key),
                TokenKind::Newline => None,
                TokenKind::Comment if is_line_end(c) => line_in_comment(c),
                _ => control(c),
            };
            let Some((message, help)) = told else { continue };
            match found[on_line..].iter_mut().find(|known| known.help == help) {
                Some(known) => known.span.end = place.end,
                None => found.push(LookAlike { span: place, message, help }),
            }
        }
    }
    found
}

/// Whether `c` ends a line in some programs but is an ordinary character in TOML.
fn is_line_end(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Somebody who sees two lines there would not know that the second one is not read.
fn line_in_comment(c: char) -> Option<(String, String)> {
    let message = format!("a line end of another kind (U+{:04X}) stands in this comment", u32::from(c));
    Some((message, "end the line with Enter: what follows is not read".to_owned()))
}

fn control(c: char) -> Option<(String, String)> {
    (c.is_control() && !c.is_whitespace() && c.is_ascii()).then(|| {
        (format!("this is not TOML: {} can't stand in a file", super::named(c)), "remove it".to_owned())
    })
}

/// The name of a character outside texts, and what to type instead.
fn outside_texts(c: char, is_key: bool) -> Option<(String, String)> {
    let code = u32::from(c);
    if c.is_ascii() {
        return control(c);
    }
    if hidden(c).is_some() || c.is_control() {
        return Some((
            format!("this is not TOML: {} stands here, which can't be seen", super::named(c)),
            "remove it, or type the line anew".to_owned(),
        ));
    }
    let seems = |plain: &str, help: String| {
        Some((format!("this is not TOML: `{c}` (U+{code:04X}) is not {plain}"), help))
    };
    let instead = |plain: char| seems(&format!("`{plain}`"), format!("type `{plain}` instead"));
    match c {
        '\u{2018}'..='\u{201f}' => {
            seems("a straight quote", "use straight quotes (\") instead of curly ones".to_owned())
        }
        '´'
        | '«'
        | '»'
        | '‹'
        | '›'
        | '\u{2032}'..='\u{2037}'
        | '❛'..='❞'
        | '「'..='』'
        | '〝'..='〟'
        | '＂'
        | '＇' => seems("a straight quote", "use straight quotes (\") around texts".to_owned()),
        '＝' | '﹦' | '：' | '﹕' => instead('='),
        '，' | '、' | '،' | '﹐' | '﹑' | '､' => instead(','),
        '．' | '。' | '․' | '﹒' | '｡' => instead('.'),
        '［' | '【' | '〔' => instead('['),
        '］' | '】' | '〕' => instead(']'),
        '｛' | '﹛' => instead('{'),
        '｝' | '﹜' => instead('}'),
        '＃' | '﹟' => instead('#'),
        '＿' => instead('_'),
        '＋' | '﹢' => instead('+'),
        '—' | '―' | '⁃' | '﹘' | '−' => instead('-'),
        _ if is_minus(c) => instead('-'),
        _ if c.is_numeric() => seems("a plain digit", "write numbers with the digits 0 to 9".to_owned()),
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            seems("a plain letter", "type it anew with plain letters, a to z".to_owned())
        }
        _ if is_key && c.is_alphabetic() => {
            seems("a letter of a key", "type the key anew with plain letters, a to z".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To an author, all of these look like this file.
    const PLAIN: &str =
        "title = \"A\"\nloudness = -23\n\n[[pose]]\nsteps = [ \"Rest, [x] = 1.\", { count = 5 } ]\n";

    fn read(source: &str) -> toml::Table {
        let text = legible(source);
        assert_eq!(text.len(), source.len(), "{source:?}");
        toml::from_str(&text).unwrap_or_else(|error| panic!("{source:?}\n{text:?}\n{error}"))
    }

    #[test]
    fn every_space_outside_texts_is_a_space() {
        for space in "\u{b}\u{c}\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".chars() {
            let everywhere = PLAIN.replace(" = ", &format!("{space}={space}")).replace("[ ", &format!("[{space}"));
            let around = PLAIN.replace("\n\n", &format!("\n{space}\n{space}")).replace("]]", &format!("]]{space}"));
            let twice = PLAIN.replace(" =", &format!("{space}{space} ="));
            for source in [everywhere, around, twice] {
                let table = read(&source);
                assert_eq!(table["title"].as_str(), Some("A"));
                assert_eq!(table["pose"][0]["steps"][1]["count"].as_integer(), Some(5), "{source:?}");
            }
        }
    }

    #[test]
    fn a_sign_without_width_in_a_word_is_nothing() {
        for sign in "\u{ad}\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}".chars() {
            let source =
                PLAIN.replace("title", &format!("ti{sign}t{sign}le")).replace("pose", &format!("{sign}pose"));
            assert_eq!(read(&source), read(PLAIN));
        }
    }

    #[test]
    fn every_line_end_is_one() {
        for end in ["\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(read(&PLAIN.replace('\n', end)), read(PLAIN), "{end:?}");
            assert_eq!(read(&PLAIN.replacen('\n', end, 2)), read(PLAIN), "mixed, {end:?}");
        }
        let with_comment = "# A comment.\rtitle = \"A\"\r";
        assert_eq!(read(with_comment)["title"].as_str(), Some("A"));
    }

    #[test]
    fn every_minus_before_a_number_is_one() {
        for minus in "\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}\u{fe63}\u{ff0d}".chars() {
            assert_eq!(read(&PLAIN.replace('-', &minus.to_string()))["loudness"].as_integer(), Some(-23));
        }
    }

    #[test]
    fn texts_and_comments_stay_as_they_are() {
        let source =
            "title = \"a\u{a0}b\u{200b}c −5 “q”\u{85}\" # d\u{a0}e −5\nsummary = '''x\u{2028}y\u{3000}'''\n";
        assert_eq!(legible(source), source);
        assert_eq!(look_alikes(source), []);
        assert!(matches!(legible("title = \"Füße — „schön“\"\r\n".trim_end()), Cow::Borrowed(_)));
    }

    #[test]
    fn every_look_alike_is_named_with_what_to_type() {
        for (source, sign, help) in [
            ("title = “Mine”", "U+201C", "straight quotes (\")"),
            ("title = «Mine»", "U+00AB", "straight quotes (\")"),
            ("title = ″Mine″", "U+2033", "straight quotes (\")"),
            ("title ＝ \"Mine\"", "U+FF1D", "`=`"),
            ("title： \"Mine\"", "U+FF1A", "`=`"),
            ("［［pose]]", "U+FF3B", "`[`"),
            ("a = [1， 2]", "U+FF0C", "`,`"),
            ("a = ５", "U+FF15", "digits 0 to 9"),
            ("a = ٥", "U+0665", "digits 0 to 9"),
            ("a = —5", "U+2014", "`-`"),
            ("ｔitle = 1", "U+FF54", "plain letters"),
            ("tіtle = 1", "U+0456", "plain letters"),
            ("title = 1 \u{202e}", "U+202E", "remove it"),
            ("title = \"a\u{1b}b\"", "U+001B", "remove it"),
            ("# a\u{0}b", "U+0000", "remove it"),
            ("# a\u{2028}title = 1", "U+2028", "Enter"),
        ] {
            let found = look_alikes(&legible(source));
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert!(found[0].message.contains(sign) && found[0].help.contains(help), "{found:?}");
            assert!(source.get(found[0].span.clone()).is_some(), "{source}");
        }
        assert_eq!(look_alikes("a = “b” # x\nb = “c”").len(), 2, "one on a line");
    }

    #[test]
    fn text_of_other_encodings_is_read() {
        let text = "title = \"Füße\"\r\n";
        let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let (little, big) = (units(u16::to_le_bytes), units(u16::to_be_bytes));
        let marked = |mark: [u8; 2], bytes: &[u8]| [&mark, bytes].concat();
        assert_eq!(decode(little.clone()).as_deref(), Ok(text));
        assert_eq!(decode(big.clone()).as_deref(), Ok(text));
        for bytes in [marked([0xff, 0xfe], &little), marked([0xfe, 0xff], &big)] {
            assert_eq!(read(&decode(bytes).unwrap())["title"].as_str(), Some("Füße"));
        }
        assert_eq!(read("\u{feff}title = 1")["title"].as_integer(), Some(1));
        let refused = |bytes: &[u8]| decode(bytes.to_vec()).unwrap_err();
        assert_eq!(refused(b"a = 1\r\nb = \"Caf\xe9\""), "it is not UTF-8 text (line 2); save it as UTF-8");
        assert_eq!(refused(b"a\rb\r\xe9"), "it is not UTF-8 text (line 3); save it as UTF-8");
        assert_eq!(refused(&[0xff, 0xfe, 0, 0, 65, 0, 0, 0]), "it is UTF-32 text; save it as UTF-8");
        assert_eq!(refused(&[0xff, 0xfe, 65]), "it is damaged UTF-16 text; save it as UTF-8");
        assert_eq!(refused(&[0xff, 0xfe, 0, 0xd8]), "it is damaged UTF-16 text; save it as UTF-8");
        assert_eq!(decode(Vec::new()).as_deref(), Ok(""));
    }
}
