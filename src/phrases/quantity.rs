//! Numbers in a text: reading digits and the marks between them, and saying them.

use super::fraction::{Around, Fraction, Part};
use super::number::{Before, Numbers};
use super::short::{Joins, Short};

/// One number as written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Number {
    Whole(String),
    Decimal(String, String),
    /// Several numbers with marks between them: a breathing pattern, a version.
    List(Vec<String>),
    Part(Part),
}

/// One number, or two that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    first: Number,
    second: Option<(Join, Number)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    Range,
    Ratio,
    Clock,
    /// Both: "90/90", "24/7".
    Pair,
    /// One or the other: "30/45 s".
    Either,
}

/// Larger numbers are said digit by digit.
const MOST: u32 = 999_999;

impl Quantity {
    /// Reads the quantity that begins at the digit `at`; also returns where it ends.
    pub(crate) fn read(chars: &[char], at: usize, short: &Short) -> (Self, usize) {
        if let Some((list, end)) = several(chars, at) {
            return (Self { first: Number::List(list), second: None }, end);
        }
        let (first, end) = number(chars, at, short);
        let mark = chars.get(end).copied().filter(|_| is_digit(chars, end + 1));
        let (join, second, end) = match (mark, &first) {
            (Some('-'), _) => {
                let (second, end) = number(chars, end + 1, short);
                (if first == second { Join::Pair } else { Join::Range }, second, end)
            }
            (Some(mark @ (':' | '/')), Number::Whole(first)) => {
                let (second, end) = digits(chars, end + 1);
                let join = if mark == ':' { timed(first, &second) } else { paired(first, &second) };
                (join, Number::Whole(second), end)
            }
            _ => return (Self { first, second: None }, end),
        };
        (Self { first, second: Some((join, second)) }, end)
    }

    /// Its value, if it is a whole number.
    pub(crate) fn whole(&self) -> Option<u32> {
        match self {
            Self { first: Number::Whole(digits), second: None } => value(digits),
            _ => None,
        }
    }

    /// Its value, if it is a fraction.
    pub(crate) fn part(&self) -> Option<Part> {
        match self {
            Self { first: Number::Part(part), second: None } => Some(*part),
            _ => None,
        }
    }

    /// The two numbers of a time, such as 1:30.
    pub(crate) fn clock(&self) -> Option<(u32, u32)> {
        match self {
            Self { first: Number::Whole(a), second: Some((Join::Clock, Number::Whole(b))) } => {
                Some((value(a)?, value(b)?))
            }
            _ => None,
        }
    }

    /// A whole number.
    pub(crate) fn of(n: u32) -> Self {
        Self { first: Number::Whole(n.to_string()), second: None }
    }

    /// Its value if it is a whole number, or the whole number that it begins with.
    pub(crate) fn leading(&self) -> Option<u32> {
        if let Number::Whole(digits) = &self.first { value(digits) } else { None }
    }

    /// Whether a slash between its numbers is ambiguous.
    pub(crate) fn is_doubtful(&self) -> bool {
        matches!(self.second, Some((Join::Either, _)))
    }

    /// Whether its unit is singular. `below_two` means that everything below two is.
    pub(crate) fn is_one(&self, below_two: bool) -> bool {
        match (&self.first, &self.second) {
            (_, Some(_)) | (Number::List(_), None) => false,
            (Number::Whole(digits), None) => value(digits).is_some_and(|n| n == 1 || below_two && n == 0),
            (Number::Decimal(whole, _), None) => below_two && value(whole).is_some_and(|n| n < 2),
            (Number::Part(part), None) => below_two && part.whole.is_none(),
        }
    }

    /// The quantity as words.
    pub(crate) fn words(&self, before: Before, numbers: &Numbers, short: &Short) -> String {
        let say = |number: &Number| number.words(before, numbers, short);
        let Some((join, second)) = &self.second else { return say(&self.first) };
        if let Some((a, b)) = self.clock() {
            return short.clock.words(a, b, numbers);
        }
        let template = match join {
            Join::Range => &short.joins.range,
            Join::Ratio | Join::Clock => &short.joins.ratio,
            Join::Either => &short.joins.either,
            Join::Pair => "{a} {b}",
        };
        let first = self.first.words(before.apart(numbers), numbers, short);
        template.replace("{a}", &first).replace("{b}", &say(second))
    }
}

impl Number {
    fn words(&self, before: Before, numbers: &Numbers, short: &Short) -> String {
        let say = |digits: &str| in_words(digits, before, numbers);
        match self {
            Self::Whole(digits) => say(digits),
            Self::Decimal(whole, rest) => {
                let rest = digit_by_digit(rest, numbers);
                let whole = in_words(whole, Before::Nothing, numbers);
                short.joins.decimal.replace("{a}", &whole).replace("{b}", &rest)
            }
            Self::List(parts) => parts.iter().map(|part| say(part)).collect::<Vec<_>>().join(", "),
            Self::Part(part) => part_words(*part, before, numbers, short),
        }
    }
}

/// A fraction without a noun.
pub(super) fn part_words(part: Part, before: Before, numbers: &Numbers, short: &Short) -> String {
    let rule = |part| Fraction::find(&short.fractions, part, &Around::NOTHING);
    match (rule(part), part.whole) {
        (Some(found), _) => found.words(part, "", numbers),
        (None, Some(whole)) => {
            let rest = part_words(Part { whole: None, ..part }, before, numbers, short);
            let whole = numbers.words(whole, before);
            short.joins.mixed.replace("{a}", &whole).replace("{b}", &rest)
        }
        // Only fractions for which the language has words are read as such.
        (None, None) => numbers.words(part.over.0, before),
    }
}

fn is_digit(chars: &[char], at: usize) -> bool {
    chars.get(at).is_some_and(char::is_ascii_digit)
}

/// The digits from `at` on, and where they end.
fn digits(chars: &[char], at: usize) -> (String, usize) {
    let digits: String = chars[at.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).collect();
    let end = at + digits.len();
    (digits, end)
}

fn value(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|n| *n <= MOST)
}

fn in_words(digits: &str, before: Before, numbers: &Numbers) -> String {
    value(digits).map_or_else(|| digit_by_digit(digits, numbers), |n| numbers.words(n, before))
}

fn digit_by_digit(digits: &str, numbers: &Numbers) -> String {
    let words = digits.chars().filter_map(|c| c.to_digit(10)).map(|n| numbers.words(n, Before::Nothing));
    words.collect::<Vec<_>>().join(" ")
}

fn number(chars: &[char], at: usize, short: &Short) -> (Number, usize) {
    let joins = &short.joins;
    let (first, mut end) = digits(chars, at);
    let mut parts = vec![first];
    let mut marks = Vec::new();
    while matches!(chars.get(end), Some('.' | ',')) && is_digit(chars, end + 1)
        || joins.grouping.contains(' ') && group_follows(chars, at, end)
    {
        marks.push(chars[end]);
        let (part, after) = digits(chars, end + 1);
        parts.push(part);
        end = after;
    }
    match (grouped(&parts, &marks, joins), &parts[..]) {
        (Some(whole), _) => fraction(chars, whole, end, short),
        (None, [whole, rest]) => (Number::Decimal(whole.clone(), rest.clone()), end),
        (None, [whole @ .., rest]) if whole.len() > 1 => {
            let number = match grouped(whole, &marks[..marks.len() - 1], joins) {
                Some(whole) => Number::Decimal(whole, rest.clone()),
                None => Number::List(parts),
            };
            (number, end)
        }
        (None, _) => (Number::List(parts), end),
    }
}

/// The digits of a whole number with valid marks between groups of three, or without marks.
fn grouped(parts: &[String], marks: &[char], joins: &Joins) -> Option<String> {
    let (first, groups) = parts.split_first()?;
    let whole = groups.is_empty() || (1..=3).contains(&first.len());
    let fits = whole
        && groups.iter().all(|group| group.len() == 3)
        && marks.iter().all(|mark| joins.grouping.contains(*mark));
    fits.then(|| parts.concat())
}

/// Whether up to three digits from `start` on are followed by a space and a group of exactly three digits.
fn group_follows(chars: &[char], start: usize, end: usize) -> bool {
    let first = chars[start..end].iter().take_while(|c| c.is_ascii_digit()).count();
    let (group, after) = digits(chars, end + 1);
    chars.get(end) == Some(&' ')
        && (1..=3).contains(&first)
        && group.len() == 3
        && !chars.get(after).is_some_and(|c| c.is_alphanumeric() || *c == '/')
}

/// Three or more numbers with the same mark between them, which are said one by one: "4-7-8".
fn several(chars: &[char], at: usize) -> Option<(Vec<String>, usize)> {
    let (first, mut end) = digits(chars, at);
    let mark = chars.get(end).filter(|mark| ['-', ':', '/'].contains(mark))?;
    let mut parts = vec![first];
    while chars.get(end) == Some(mark) && is_digit(chars, end + 1) {
        let (part, after) = digits(chars, end + 1);
        parts.push(part);
        end = after;
    }
    (parts.len() > 2).then_some((parts, end))
}

/// The meaning of a colon between two numbers: minutes have two digits.
fn timed(first: &str, second: &str) -> Join {
    let sixty = second.len() == 2 && value(second).is_some_and(|n| n < 60);
    if sixty && first.len() <= 2 { Join::Clock } else { Join::Ratio }
}

/// The meaning of a slash between two numbers that do not form a fraction.
fn paired(first: &str, second: &str) -> Join {
    if value(first) < value(second) { Join::Either } else { Join::Pair }
}

/// A whole number, unless a slash or a fraction after it makes it a fraction. Only the usual ways of
/// writing a fraction count: "2/3", but not "90/90", "4/6" or "30/45".
fn fraction(chars: &[char], whole: String, end: usize, short: &Short) -> (Number, usize) {
    let over = |numerator: &str, at: usize| {
        if chars.get(at) != Some(&'/') || !is_digit(chars, at + 1) {
            return None;
        }
        let (denominator, end) = digits(chars, at + 1);
        let over = (value(numerator)?, value(&denominator)?);
        let common = |(a, b): (u32, u32)| (2..=a).any(|n| a.is_multiple_of(n) && b.is_multiple_of(n));
        let proper = (1..over.1).contains(&over.0) && Fraction::is_known(&short.fractions, over);
        (proper && !common(over)).then_some((over, end))
    };
    if let Some((over, end)) = over(&whole, end) {
        return (Number::Part(Part { whole: None, over }), end);
    }
    if chars.get(end) == Some(&' ') && is_digit(chars, end + 1) {
        let (numerator, after) = digits(chars, end + 1);
        if let (Some((over, end)), Some(whole)) = (over(&numerator, after), value(&whole)) {
            return (Number::Part(Part { whole: Some(whole), over }), end);
        }
    }
    (Number::Whole(whole), end)
}
