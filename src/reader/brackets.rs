//! The bracket that is missing. A parser notices that much later than an author would, and then finds mistakes in lines that are
//! right.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// A list or a pair of braces that is not closed where it has to be, or a bracket that closes none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// What is shown.
    pub span: Range<usize>,
    /// Where it is noticed.
    pub seen: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// An open bracket.
struct Open {
    kind: TokenKind,
    at: usize,
}

impl Open {
    fn closes(&self) -> &'static str {
        if self.kind == TokenKind::LeftSquareBracket { "]" } else { "}" }
    }

    /// What it opens, as it stands in its line.
    fn named(&self, source: &str) -> String {
        let line = source[..self.at].matches('\n').count() + 1;
        let before = source[..self.at].rsplit('\n').next().unwrap_or_default();
        // The key before it says more than the bracket alone.
        let key = before.rsplit(['{', ',', '[']).next().unwrap_or_default().trim_start();
        let what = if self.closes() == "]" { "list" } else { "part in braces" };
        let text = format!("{key}{}", &source[self.at..=self.at]);
        format!("the {what} `{text}` that begins in line {line}")
    }

    fn missing(&self, source: &str, span: Range<usize>, place: &str) -> Missing {
        Missing {
            seen: span.start,
            span,
            message: format!("{} is not closed {place}", self.named(source)),
            help: format!("put `{}` where it ends", self.closes()),
        }
    }
}

/// The first bracket that is missing or too many in a text.
pub(super) fn missing(source: &str) -> Option<Missing> {
    let tokens: Vec<Token> = Source::new(source).lex().collect();
    let mut open: Vec<Open> = Vec::new();
    // In a header, such as `[[pose]]`, brackets close each other, or the parser says so.
    let mut in_header = false;
    for (place, token) in tokens.iter().enumerate() {
        let span = token.span().start()..token.span().end();
        let last = open.last().filter(|_| begins_line(&tokens[..place]));
        if let Some(missing) = last.and_then(|last| begun_in(last, source, &tokens, place)) {
            return Some(missing);
        }
        match token.kind() {
            TokenKind::Newline | TokenKind::Equals => in_header = false,
            TokenKind::LeftSquareBracket if open.is_empty() && begins_line(&tokens[..place]) => {
                in_header = true
            }
            TokenKind::LeftSquareBracket if !in_header => {
                open.push(Open { kind: TokenKind::LeftSquareBracket, at: span.start });
            }
            TokenKind::LeftCurlyBracket => {
                open.push(Open { kind: TokenKind::LeftCurlyBracket, at: span.start });
            }
            kind @ (TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket) => {
                let closes = if kind == TokenKind::RightSquareBracket { "]" } else { "}" };
                match open.pop() {
                    Some(last) if last.closes() == closes => {}
                    Some(last) => {
                        return Some(last.missing(source, span, &format!("before this `{closes}`")));
                    }
                    None if in_header => {}
                    None => {
                        let message = format!("this `{closes}` closes nothing");
                        return Some(Missing {
                            seen: span.start,
                            span,
                            message,
                            help: "remove it, or open what it closes".to_owned(),
                        });
                    }
                }
            }
            _ => {}
        }
    }
    let last = open.last()?;
    let missing = last.missing(source, last.at..last.at + 1, "up to the end of the file");
    Some(Missing { seen: source.trim_end().len(), ..missing })
}

/// What the token at a place says of the bracket in which it stands, when it begins what never stands there.
fn begun_in(last: &Open, source: &str, tokens: &[Token], place: usize) -> Option<Missing> {
    let head = head(source, &tokens[place..])?;
    let span = tokens[place].span().start()..tokens[place + head.length - 1].span().end();
    let is_indented = place > 0 && is_blank(&tokens[place - 1]);
    match (head.is_table, last.closes()) {
        (false, "]") if is_indented => {
            let message = format!("a key stands without braces in {}", last.named(source));
            let help = "put it in braces: `{ count = 5 }`".to_owned();
            Some(Missing { seen: span.start, span, message, help })
        }
        (true, _) | (false, "]") => Some(last.missing(source, span, "before this line")),
        // A key may stand on a line of its own in braces.
        (false, _) => None,
    }
}

fn is_blank(token: &Token) -> bool {
    token.kind() == TokenKind::Whitespace
}

/// Whether only spaces stand on the line so far.
fn begins_line(before: &[Token]) -> bool {
    before.iter().rev().find(|token| !is_blank(token)).is_none_or(|token| token.kind() == TokenKind::Newline)
}

/// What begins a table, or one of its keys, and never stands in a list.
struct Head {
    is_table: bool,
    /// In tokens.
    length: usize,
}

/// `[[pose]]`, `[night]`, `name =`.
fn head(source: &str, tokens: &[Token]) -> Option<Head> {
    let kind = |place: usize| tokens.get(place).map(Token::kind);
    let brackets = (0..2).take_while(|place| kind(*place) == Some(TokenKind::LeftSquareBracket)).count();
    if kind(brackets) != Some(TokenKind::Atom) {
        return None;
    }
    // A number, or `true`, may stand in a list of its own.
    let word = tokens.get(brackets).map(|word| &source[word.span().start()..word.span().end()])?;
    if ["true", "false", "inf", "nan"].contains(&word) || !word.starts_with(char::is_alphabetic) {
        return None;
    }
    let name = brackets + 1;
    if brackets > 0 {
        let closed = (name..name + brackets).all(|place| kind(place) == Some(TokenKind::RightSquareBracket));
        let ends = matches!(kind(name + brackets), None | Some(TokenKind::Newline | TokenKind::Eof));
        return (closed && ends).then_some(Head { is_table: true, length: name + brackets });
    }
    let equals = if kind(name) == Some(TokenKind::Whitespace) { name + 1 } else { name };
    (kind(equals) == Some(TokenKind::Equals)).then_some(Head { is_table: false, length: equals + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "title = \"A\"\nlist = [[1, 2], [3]]\n\n[[pose]]\nname = \"B\" # a list [ opens\nsteps = [\n  \"Rest [here].\",\n  { each_side = [\"Go.\", { seconds = 3 }] },\n]\n\n[pronounce]\na = \"b\"\n";

    fn told(source: &str) -> Option<(usize, String)> {
        let found = missing(source)?;
        Some((source[..found.span.start].matches('\n').count() + 1, found.message))
    }

    #[test]
    fn nothing_is_missing_in_what_is_whole() {
        assert_eq!(missing(WHOLE), None);
        for source in [
            "",
            "\n",
            "[a]\n[[b]]\n[c . d]\nx = {}\n",
            "x = [\n1,\n# [\n]\n[a]\n",
            "x = { a = 1,\n b = [2]\n}\n",
            "x = [\n  [1],\n  [true]\n]\n",
        ] {
            assert_eq!(missing(source), None, "{source:?}");
        }
    }

    #[test]
    fn it_is_told_what_is_not_closed_and_where_that_is_seen() {
        let without = |part: &str, instead: &str| told(&WHOLE.replacen(part, instead, 1));
        let list = "the list `steps = [` that begins in line 6 is not closed before this line".to_owned();
        assert_eq!(without("\n]\n", "\n"), Some((10, list)));
        let inner = "the list `each_side = [` that begins in line 8 is not closed before this `}`".to_owned();
        assert_eq!(without("}] },", "} },"), Some((8, inner)));
        let braces = "the part in braces `{` that begins in line 8 is not closed before this `]`".to_owned();
        assert_eq!(without("3 }]", "3 ]").map(|(line, _)| line), Some(8));
        assert_eq!(without("}] },\n", "}],\n"), Some((9, braces)));
        let end =
            "the list `a = [` that begins in line 12 is not closed up to the end of the file".to_owned();
        assert_eq!(told(&WHOLE.replace("a = \"b\"", "a = [\"b\"")), Some((12, end)));
        let key = "the list `never = [` that begins in line 1 is not closed before this line".to_owned();
        assert_eq!(told("never = [\"pigeon\"\npace = \"slow\"\n"), Some((2, key)));
        let braces = "a key stands without braces in the list `steps = [` that begins in line 6".to_owned();
        assert_eq!(without("  \"Rest [here].\",", "  count = 5,"), Some((7, braces)));
        let close = |text: &str| told(&format!("x = [\n  {{ a = 1,\n    b = 2 {text}\n"));
        assert_eq!(close("}\n]"), None);
        assert_eq!(close("}").map(|(line, _)| line), Some(1));
        assert_eq!(told("x = 3 ]\n"), Some((1, "this `]` closes nothing".to_owned())));
    }
}
