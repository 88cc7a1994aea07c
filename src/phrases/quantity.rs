//! Numbers in a text: how digits and the marks between them are read, and how they are said.

use serde::Deserialize;

use super::number::{Before, Numbers};

/// How a language joins numbers; the data files explain it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Joins {
    grouping: String,
    decimal: String,
    range: String,
    ratio: String,
    clock: String,
    over: String,
    mixed: String,
    and_a_half: String,
    half: String,
    third: String,
    quarter: String,
    three_quarters: String,
}

/// One number as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Number {
    Whole(String),
    Decimal(String, String),
    /// Several numbers with marks between them, such as a version.
    List(Vec<String>),
    Part {
        whole: Option<String>,
        over: (u32, u32),
    },
}

/// One number or two that belong together.
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
}

/// How far a half goes with what it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halves {
    /// Exactly one half.
    Half,
    /// So many, and a half.
    AndAHalf(u32),
    /// Anything else.
    No,
}

/// More is said digit by digit.
const MOST: u32 = 999_999;

impl Quantity {
    /// Reads the quantity that begins at the digit `at`; also gives where it ends.
    pub fn read(chars: &[char], at: usize, joins: &Joins) -> (Self, usize) {
        let (first, end) = number(chars, at, joins);
        if chars.get(end) == Some(&'-') && is_digit(chars, end + 1) {
            let (second, end) = number(chars, end + 1, joins);
            return (Self { first, second: Some((Join::Range, second)) }, end);
        }
        if chars.get(end) == Some(&':') && is_digit(chars, end + 1) && matches!(first, Number::Whole(_)) {
            let (digits, after) = digits(chars, end + 1);
            let join = if digits.len() == 2 { Join::Clock } else { Join::Ratio };
            return (Self { first, second: Some((join, Number::Whole(digits))) }, after);
        }
        (Self { first, second: None }, end)
    }

    /// The whole number that it is, if it is one.
    pub fn whole(&self) -> Option<u32> {
        match self {
            Self { first: Number::Whole(digits), second: None } => value(digits),
            _ => None,
        }
    }

    /// Whether its unit is singular. `below_two` says that everything below two is.
    pub fn is_one(&self, below_two: bool) -> bool {
        match (&self.first, &self.second) {
            (_, Some(_)) | (Number::List(_), None) => false,
            (Number::Whole(digits), None) => value(digits).is_some_and(|n| n == 1 || below_two && n == 0),
            (Number::Decimal(whole, _), None) => below_two && value(whole).is_some_and(|n| n < 2),
            (Number::Part { whole, .. }, None) => below_two && whole.is_none(),
        }
    }

    /// Whether it ends in a half.
    pub fn halves(&self) -> Halves {
        match self {
            Self { first: Number::Part { whole, over: (1, 2) }, second: None } => {
                match whole.as_deref().map(value) {
                    None => Halves::Half,
                    Some(Some(whole)) => Halves::AndAHalf(whole),
                    Some(None) => Halves::No,
                }
            }
            _ => Halves::No,
        }
    }

    /// The quantity in words.
    pub fn words(&self, before: Before, numbers: &Numbers, joins: &Joins) -> String {
        let say = |number: &Number| number.words(before, numbers, joins);
        let Some((join, second)) = &self.second else { return say(&self.first) };
        let template = match join {
            Join::Range => &joins.range,
            Join::Ratio => &joins.ratio,
            Join::Clock if *second == Number::Whole("00".to_owned()) => "{a}",
            Join::Clock => &joins.clock,
        };
        template.replace("{a}", &say(&self.first)).replace("{b}", &say(second))
    }
}

impl Number {
    fn words(&self, before: Before, numbers: &Numbers, joins: &Joins) -> String {
        let say = |digits: &str| in_words(digits, before, numbers);
        match self {
            Self::Whole(digits) => say(digits),
            Self::Decimal(whole, rest) => {
                let rest = digit_by_digit(rest, numbers);
                joins.decimal.replace("{a}", &in_words(whole, Before::Nothing, numbers)).replace("{b}", &rest)
            }
            Self::List(parts) => parts.iter().map(|part| say(part)).collect::<Vec<_>>().join(", "),
            Self::Part { whole: None, over } => joins.part(over, numbers),
            Self::Part { whole: Some(whole), over: (1, 2) } => match value(whole) {
                Some(n) => numbers.fill(&joins.and_a_half, n),
                None => joins.and_a_half.replace("{n}", &say(whole)),
            },
            Self::Part { whole: Some(whole), over } => {
                joins.mixed.replace("{a}", &say(whole)).replace("{b}", &joins.part(over, numbers))
            }
        }
    }
}

impl Joins {
    fn part(&self, over: &(u32, u32), numbers: &Numbers) -> String {
        match over {
            (1, 2) => self.half.clone(),
            (1, 3) => self.third.clone(),
            (1, 4) => self.quarter.clone(),
            (3, 4) => self.three_quarters.clone(),
            (a, b) => {
                let say = |n: u32| numbers.words(n, Before::Nothing);
                self.over.replace("{a}", &say(*a)).replace("{b}", &say(*b))
            }
        }
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

fn number(chars: &[char], at: usize, joins: &Joins) -> (Number, usize) {
    let (first, mut end) = digits(chars, at);
    let mut parts = vec![first];
    let mut marks = Vec::new();
    while matches!(chars.get(end), Some('.' | ',')) && is_digit(chars, end + 1) {
        marks.push(chars[end]);
        let (part, after) = digits(chars, end + 1);
        parts.push(part);
        end = after;
    }
    match (grouped(&parts, &marks, joins), &parts[..]) {
        (Some(whole), _) => fraction(chars, whole, end),
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

/// The digits of a whole number whose groups of three are marked, or that has none.
fn grouped(parts: &[String], marks: &[char], joins: &Joins) -> Option<String> {
    let (first, groups) = parts.split_first()?;
    let whole = groups.is_empty() || (1..=3).contains(&first.len());
    let fits = whole
        && groups.iter().all(|group| group.len() == 3)
        && marks.iter().all(|mark| joins.grouping.contains(*mark));
    fits.then(|| parts.concat())
}

/// A whole number, unless a stroke or a fraction behind it makes it a part.
fn fraction(chars: &[char], whole: String, end: usize) -> (Number, usize) {
    let over = |numerator: &str, at: usize| {
        if chars.get(at) != Some(&'/') || !is_digit(chars, at + 1) {
            return None;
        }
        let (denominator, end) = digits(chars, at + 1);
        Some(((value(numerator)?, value(&denominator)?), end))
    };
    if let Some((over, end)) = over(&whole, end) {
        return (Number::Part { whole: None, over }, end);
    }
    if chars.get(end) == Some(&' ') && is_digit(chars, end + 1) {
        let (numerator, after) = digits(chars, end + 1);
        if let Some((over, end)) = over(&numerator, after) {
            return (Number::Part { whole: Some(whole), over }, end);
        }
    }
    (Number::Whole(whole), end)
}
