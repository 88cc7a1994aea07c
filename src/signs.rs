//! Deceptive characters: those that can't be seen, those that control a terminal, and those that look like
//! another. This has their names, the places where they have no meaning, and how to print them safely.
//! `layout` deals with their effect on the layout of a file.

pub(crate) mod layout;

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// The name of an invisible character, or `None`. White space is not included, nor are variation selectors,
/// which choose how a character is drawn. Taken from the Unicode property Default_Ignorable_Code_Point,
/// with the annotation marks, which are not text either.
pub fn hidden(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "grapheme joiner",
        '\u{61c}' | '\u{200e}' | '\u{200f}' => "mark of the direction of writing",
        '\u{200b}' => "zero-width space",
        '\u{200c}' => "zero-width non-joiner",
        '\u{200d}' => "zero-width joiner",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "sign that changes the direction of writing",
        '\u{2060}' => "word joiner",
        '\u{2061}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => "formatting sign",
        '\u{3164}' | '\u{ffa0}' => "Hangul filler",
        '\u{feff}' => "zero-width no-break space",
        '\u{fff0}'..='\u{fffb}' => "annotation mark",
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => "formatting sign",
        '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}' => "tag character",
        _ => return None,
    })
}

/// The first character of `text` that no voice can say and no eye can see: a control character other than
/// white space, or an invisible character where it has no meaning.
pub(crate) fn unspeakable(text: &str) -> Option<char> {
    in_context(text)
        .find(|(_, c, is_hidden)| *is_hidden || (c.is_control() && !c.is_whitespace()))
        .map(|(_, c, _)| c)
}

/// A character by its name: "the control character U+001B", "a zero-width space (U+200B)".
pub(crate) fn named(c: char) -> String {
    let code = u32::from(c);
    match hidden(c) {
        Some(name) => {
            let article = if name.starts_with('a') { "an" } else { "a" };
            format!("{article} {name} (U+{code:04X})")
        }
        None => format!("the control character U+{code:04X}"),
    }
}

/// `text` on one line, printed safely: characters that control a terminal or are invisible are written as
/// their numbers.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, is_masked, |c| format!("\\u{{{:x}}}", u32::from(c)))
}

/// Like [`printable`], but lines stay lines, and tabs stay tabs.
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    let is_masked = |c| is_masked(c) && c != '\n' && c != '\t';
    escaped(text, is_masked, |c| format!("\\u{{{:x}}}", u32::from(c)))
}

/// JSON that prints safely and means the same. Characters that control a terminal or are invisible occur
/// only in its strings, where an escape can replace them.
pub fn printable_json(json: &str) -> Cow<'_, str> {
    let is_masked = |c| is_masked(c) && c != '\n';
    escaped(json, is_masked, |c| {
        c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    })
}

/// `text` as a TOML string that prints safely.
pub fn toml_string(text: &str) -> String {
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let quoted = escaped(&quoted, is_masked, |c| format!("\\U{:08X}", u32::from(c)));
    format!("\"{quoted}\"")
}

/// The intended value when it was typed with characters that only look like the plain ones: a minus or a
/// dash for a hyphen, full-width digits, a no-break space, a ratio sign for a colon.
pub(crate) fn typed(text: &str) -> String {
    let plain = text.nfkc().filter(|c| hidden(*c).is_none()).map(|c| match c {
        '\u{2236}' => ':',
        _ if is_minus(c) => '-',
        _ => c,
    });
    plain.collect::<String>().trim().to_owned()
}

/// Whether `c` is a minus or a dash of the same length, but not the ASCII one.
fn is_minus(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_masked(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn escaped(text: &str, is_masked: impl Fn(char) -> bool, escape: impl Fn(char) -> String) -> Cow<'_, str> {
    let mut masked = in_context(text).filter(|(_, c, is_hidden)| *is_hidden || is_masked(*c)).peekable();
    if masked.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len() + 8), 0);
    for (at, c, _) in masked {
        out += &text[rest..at];
        out += &escape(c);
        rest = at + c.len_utf8();
    }
    Cow::Owned(out + &text[rest..])
}

/// Every character with its place, and whether it is invisible and has no meaning there.
pub(crate) fn in_context(text: &str) -> impl Iterator<Item = (usize, char, bool)> + '_ {
    let mut before = None;
    text.char_indices().map(move |(at, c)| {
        let is_hidden = match c {
            '\u{200c}' => !before.is_some_and(is_joined),
            '\u{200d}' => !before.is_some_and(|before| is_joined(before) || is_picture(before)),
            _ => hidden(c).is_some(),
        };
        before = Some(c);
        (at, c, is_hidden)
    })
}

/// Letters of scripts in which joiners change how a word is written: Arabic and related scripts, the
/// scripts of India and of South-East Asia, Mongolian.
fn is_joined(c: char) -> bool {
    matches!(u32::from(c),
        0x600..=0x1c7f | 0xa800..=0xabff | 0xfb50..=0xfdff | 0xfe70..=0xfefc | 0x10a00..=0x11fff)
}

/// The characters that a joiner combines into one: emoji, with their variation selector and skin tones.
fn is_picture(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x2bff | 0xfe0f | 0x1f000..=0x1faff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_seen_is_refused_where_it_has_no_meaning() {
        let refused = "\0 \u{7} \u{8} \u{1b} \u{7f} \u{80} \u{9b} \u{9f} \u{ad} \u{34f} \u{61c} \u{200b} \u{200c} \
            \u{200d} \u{200e} \u{200f} \u{202a} \u{202b} \u{202c} \u{202d} \u{202e} \u{2060} \u{2064} \u{2066} \
            \u{2067} \u{2068} \u{2069} \u{206f} \u{3164} \u{feff} \u{fff9} \u{e0001} \u{e0041} \u{e007f}";
        for sign in refused.split(' ') {
            let c = sign.chars().next().unwrap();
            for text in
                [format!("Rest{c}here"), format!("{c}Rest"), format!("Rest {c} here"), format!("Rest{c}")]
            {
                assert_eq!(unspeakable(&text), Some(c), "{text:?}");
                let shown = printable(&text);
                assert!(!shown.contains(c) && shown.contains(&format!("{:x}", u32::from(c))), "{shown}");
                assert_eq!(printable(&shown), shown);
                assert_eq!(printable_lines(&text), shown);
            }
        }
    }

    #[test]
    fn what_has_a_meaning_stays() {
        for text in [
            "a\u{a0}b\u{2009}c\u{3000}d\u{202f}e", // spaces of every width
            "👩\u{200d}⚕\u{fe0f} 👩🏽\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥",
            "می\u{200c}خواهم",   // Persian, "I want"
            "क\u{94d}\u{200d}ष", // Hindi, half a letter
            "葛\u{e0100}",       // a variant of a Chinese sign
            "Knie — „Fuß“ … naïve é e\u{301}",
            "two\nlines\tand\r\na tab\u{85}",
        ] {
            assert_eq!(unspeakable(text), None, "{text:?}");
        }
        assert_eq!(printable("Fuß \u{a0}👩\u{200d}🚀"), "Fuß \u{a0}👩\u{200d}🚀");
        assert_eq!(printable("a\nb\tc\u{85}\u{2028}d"), "a\\u{a}b\\u{9}c\\u{85}\\u{2028}d");
        assert_eq!(printable_lines("a\nb\tc\rd"), "a\nb\tc\\u{d}d");
    }

    #[test]
    fn what_is_written_as_a_number_is_read_back() {
        let text = "a\u{1b}[31m \u{9b} \u{202e} \u{e0041} \"q\" \\ \n é";
        let json = serde_json::to_string_pretty(&[text]).unwrap();
        let safe = printable_json(&json);
        assert!(safe.is_ascii() || !safe.chars().any(|c| c != 'é' && !c.is_ascii()), "{safe}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [text]);
        let toml = format!("a = {}", toml_string(text));
        assert!(!toml.chars().any(|c| c.is_control() || hidden(c).is_some()), "{toml}");
        assert_eq!(toml::from_str::<toml::Table>(&toml).unwrap()["a"].as_str(), Some(text));
    }

    #[test]
    fn values_are_read_as_they_were_meant() {
        for (text, meant) in [
            ("−6", "-6"),
            ("–6", "-6"),
            ("‑6", "-6"),
            ("－６", "-6"),
            (" 20\u{a0}min\u{feff}", "20 min"),
            ("４：６", "4:6"),
            ("4∶6", "4:6"),
            ("slow\u{200b}", "slow"),
        ] {
            assert_eq!(typed(text), meant);
        }
    }

    #[test]
    fn signs_are_called_by_their_names() {
        assert_eq!(named('\u{1b}'), "the control character U+001B");
        assert_eq!(named('\u{200b}'), "a zero-width space (U+200B)");
        assert_eq!(named('\u{fff9}'), "an annotation mark (U+FFF9)");
        assert_eq!(named('\u{e0041}'), "a tag character (U+E0041)");
    }
}
