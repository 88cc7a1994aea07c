//! Numbered lines that are headings: short ones, each with a text below it.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// The longest line that is a heading.
const MAX_CHARS: usize = 60;
const MAX_WORDS: usize = 8;

static NUMBERED: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*(\d{1,3})[.)]\s+(.*\w.*)$"));
static BULLET: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*(?:[•◦▪▸●○■‣⁃►·–—*+-]|\d{1,3}[.)])\s"));

fn regex(pattern: &str) -> Regex {
    // The pattern is written in this program, and tests compile it.
    Regex::new(pattern).expect("the pattern is valid")
}

/// A numbered line.
struct Line<'a> {
    at: usize,
    number: u32,
    text: &'a str,
    /// Whether it is short, and a text that is no list stands below it.
    is_short: bool,
    /// Whether that text begins as a sentence does, rather than going on.
    is_apart: bool,
}

/// The headings among the lines of a text: the number of a line, and its text. The numbers of a list are headings
/// when most of its lines look like one.
pub(super) fn headings<'a>(lines: &[&'a str]) -> HashMap<usize, &'a str> {
    let mut found = HashMap::new();
    let numbered: Vec<Line<'a>> = (0..lines.len()).filter_map(|at| line(lines, at)).collect();
    for run in numbered.chunk_by(|line, next| next.number > line.number) {
        if run.iter().filter(|line| line.is_short && line.is_apart).count() * 2 > run.len() {
            found.extend(run.iter().filter(|line| line.is_short).map(|line| (line.at, line.text)));
        }
    }
    found
}

fn line<'a>(lines: &[&'a str], at: usize) -> Option<Line<'a>> {
    let captures = NUMBERED.captures(lines[at])?;
    let text = captures.get(2)?.as_str().trim();
    let below = lines[at + 1..].iter().find(|line| !line.trim().is_empty());
    let below = below.filter(|line| !BULLET.is_match(line)).map(|line| line.trim());
    let looks_like_one = text.chars().count() <= MAX_CHARS
        && text.split_whitespace().count() <= MAX_WORDS
        && !text.ends_with(['.', '!', '?', ',', ';']);
    Some(Line {
        at,
        number: captures[1].parse().ok()?,
        text,
        is_short: looks_like_one && below.is_some(),
        is_apart: below.is_some_and(|line| line.starts_with(|c: char| !c.is_lowercase())),
    })
}
