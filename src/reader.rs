//! Reading spanned TOML value by value, collecting every problem instead of stopping at the first.

mod brackets;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Span, suggest};
use crate::language;
use crate::signs::layout::{LookAlike, look_alikes};
use crate::signs::{named, unspeakable};
use crate::units::Time;

/// A value with its place in the file.
pub(crate) type Value<'a> = &'a Spanned<DeValue<'a>>;

/// The place of a value.
pub(crate) fn span_of(value: Value<'_>) -> Span {
    Span::from(value.span())
}

const NO_TOML: &str = "this is not TOML";
/// What the parser says of a key that stands twice.
const TWICE: &str = "duplicate key";
/// And of a text that has no quotes.
const UNQUOTED: &str = "string values must be quoted";

/// Parses the text of a file that [`legible`](crate::signs::layout::legible) has prepared.
///
/// # Errors
/// What keeps it from being TOML, in the order of the file: each mistake once, without what only seems wrong because of it.
pub(crate) fn table(source: &str) -> Result<Spanned<DeTable<'_>>, Vec<Diagnostic>> {
    let (document, syntax) = DeTable::parse_recoverable(source);
    let strange = look_alikes(source);
    if syntax.is_empty() && strange.is_empty() {
        return Ok(document);
    }
    // A table that did not parse is incomplete; checking it would report false problems.
    let end = source.len();
    let is_explained = |span: &Range<usize>| {
        let line = line_around(source, span.start);
        strange.iter().any(|sign| line.contains(&sign.span.start))
    };
    // A sign that only looks right may be the bracket.
    let missing = brackets::missing(source).filter(|_| strange.is_empty());
    let headers = headers(source);
    let header = |place: usize| headers[..headers.partition_point(|(at, _)| *at <= place)].last();
    let (mut lines, mut tables) = (BTreeSet::new(), BTreeSet::new());
    let mut errors: Vec<(&str, Range<usize>)> =
        syntax.iter().map(|error| (error.message(), error.span().unwrap_or(end..end))).collect();
    errors.sort_by_key(|(_, span)| span.start);
    let mut problems: Vec<Diagnostic> = errors
        .into_iter()
        .filter(|(_, span)| !is_explained(span))
        // Where a bracket is missing, what follows seems to be wrong and is not.
        .filter(|(_, span)| missing.as_ref().is_none_or(|missing| span.start < missing.seen))
        .filter(|(message, span)| {
            // So does what follows the first mistake of a line, and a key that stands twice after another one in its table.
            let line = line_around(source, span.start).start;
            let table = header(span.start).map(|(at, _)| *at);
            let is_new_in_table = !message.contains(TWICE) || tables.insert(table);
            lines.insert(line) && is_new_in_table
        })
        .map(|(message, span)| {
            let help = advice(
                message,
                &source[line_around(source, span.start)],
                header(span.start).map(|(_, header)| *header),
            );
            Diagnostic::error("syntax", &Span::from(span), format!("{NO_TOML}: {}", plainly(message)), help)
        })
        .collect();
    problems.extend(missing.into_iter().filter(|_| !syntax.is_empty()).map(|missing| {
        Diagnostic::error(
            "syntax",
            &Span::from(missing.span),
            format!("{NO_TOML}: {}", missing.message),
            missing.help,
        )
    }));
    problems.extend(strange.into_iter().map(|LookAlike { span, message, help }| {
        Diagnostic::error("syntax", &Span::from(span), message, help)
    }));
    problems.sort_by_key(|problem| problem.span.0.start);
    problems.dedup();
    Err(problems)
}

/// The line that contains a place.
fn line_around(source: &str, place: usize) -> Range<usize> {
    let place = place.min(source.len());
    let bytes = source.as_bytes();
    let start = bytes[..place].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let end = bytes[place..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| place + at);
    start..end
}

/// What the parser says, in the words of somebody who writes a file for the first time.
fn plainly(message: &str) -> String {
    const WORDS: [(&str, &str); 4] = [
        (UNQUOTED, "a text stands here without quotes"),
        ("missing comma between", "a comma is missing here"),
        ("missing assignment between key-value pairs", "`=` is missing between a key and its value"),
        ("extra assignment between key-value pairs", "there is one `=` too many"),
    ];
    let known = WORDS.iter().find(|(theirs, _)| message.contains(theirs));
    known.map_or_else(|| message.replace('\n', ", "), |(_, ours)| (*ours).to_owned())
}

/// The lines that begin a table, and where they stand.
fn headers(source: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let lines = source.split_inclusive('\n').map(|line| {
        let place = at;
        at += line.len();
        (place, line.trim())
    });
    lines.filter(|(_, line)| line.starts_with('[') && line.ends_with(']')).collect()
}

fn advice(message: &str, line: &str, table: Option<&str>) -> String {
    let line = line.trim();
    if message.contains(TWICE) {
        if line == "[pose]" {
            "write `[[pose]]`, with two brackets, at each of them".to_owned()
        } else if let Some(table) = table.filter(|table| table.starts_with("[[")) {
            format!("this key stands here twice: remove one, or begin another `{table}` in front of it")
        } else {
            "this key stands here twice: remove one".to_owned()
        }
    } else if message.contains(UNQUOTED) {
        "put straight quotes (\") around it".to_owned()
    } else if line.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '＂']) {
        "use straight quotes (\") instead of curly ones".to_owned()
    } else {
        "check quotes, brackets, commas and equal signs around here".to_owned()
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub Vec<Diagnostic>);

impl Problems {
    /// Records an error.
    pub(crate) fn error(
        &mut self,
        code: &'static str,
        span: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Diagnostic::error(code, span, message, help));
    }

    /// Records that `value` should have been something else.
    pub(crate) fn wrong_type(&mut self, value: Value<'_>, what: &str, wanted: &str, example: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) if wanted.contains("whole") => "a fraction",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(
            "wrong-type",
            &span_of(value),
            format!("{what} must be {wanted}, not {found}"),
            format!("write, for example, `{example}`"),
        );
    }

    /// A string.
    pub(crate) fn string<'a>(&mut self, value: Value<'a>, what: &str, example: &str) -> Option<&'a str> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => {
                self.wrong_type(value, what, "text in quotes", example);
                None
            }
        }
    }

    /// A string that is only shown: it may be empty but must not contain invisible characters.
    pub(crate) fn shown<'a>(&mut self, value: Value<'a>, what: &str, example: &str) -> Option<&'a str> {
        let text = self.string(value, what, example)?;
        match unspeakable(text) {
            Some(sign) => {
                self.0.push(unspeakable_sign(&span_of(value), &format!("{what} holds"), sign));
                None
            }
            None => Some(text),
        }
    }

    /// One word of a fixed set.
    pub(crate) fn one_of<T: Copy>(&mut self, value: Value<'_>, key: &str, set: &[(&str, T)]) -> Option<T> {
        let example = format!("{key} = {:?}", set[0].0);
        let word = self.string(value, &format!("`{key}`"), &example)?;
        let found = set.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<&str> = set.iter().map(|(name, _)| *name).collect();
            self.error(
                "unknown-value",
                &span_of(value),
                format!("`{key}` can't be {word:?}"),
                suggest(word, &names),
            );
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self, value: Value<'_>, key: &str) -> Option<bool> {
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            _ => {
                self.wrong_type(value, &format!("`{key}`"), "true or false", &format!("{key} = true"));
                None
            }
        }
    }

    /// A language tag, such as "en" or "en-GB".
    pub(crate) fn language(&mut self, value: Value<'_>) -> Option<String> {
        let tag = self.string(value, "`language`", "language = \"en\"")?;
        let well_formed = language::is_well_formed(tag);
        if !well_formed {
            self.error(
                "unknown-value",
                &span_of(value),
                format!("{tag:?} is not a language tag"),
                "use a tag such as \"en\", \"en-GB\" or \"de\"",
            );
        }
        well_formed.then(|| tag.to_owned())
    }

    /// A whole number from 1 to `most`.
    pub(crate) fn count(&mut self, value: Value<'_>, key: &str, most: u32) -> Option<u32> {
        let example = format!("{key} = {}", most.min(10));
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, &format!("`{key}`"), "a whole number", &example);
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
        let found = parsed.and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=most).contains(n));
        if found.is_none() {
            self.error(
                "out-of-range",
                &span_of(value),
                format!("`{key}` can't be {number}"),
                format!("give a whole number from 1 to {most}"),
            );
        }
        found
    }

    /// A time: a number of seconds, or text such as "1.5s" or "2m"; from `least` to `most`.
    pub(crate) fn time(
        &mut self,
        value: Value<'_>,
        key: &str,
        range: (Duration, Duration),
    ) -> Option<Duration> {
        let (shown, time) = match value.get_ref() {
            DeValue::Integer(number) => (number.to_string(), number.as_str().parse().ok().and_then(seconds)),
            DeValue::Float(number) => (number.to_string(), number.as_str().parse().ok().and_then(seconds)),
            DeValue::String(text) => (format!("{text:?}"), text.parse::<Time>().ok().map(|time| time.0)),
            _ => {
                self.wrong_type(value, &format!("`{key}`"), "a time", &format!("{key} = 20"));
                return None;
            }
        };
        let (least, most) = range;
        let found = time.filter(|time| (least..=most).contains(time));
        if found.is_none() {
            self.error(
                "out-of-range",
                &span_of(value),
                format!("`{key}` can't be {shown}"),
                format!(
                    "give {} to {} seconds, or text such as \"1.5s\" or \"2m\"",
                    least.as_secs_f64(),
                    most.as_secs_f64()
                ),
            );
        }
        found
    }
}

/// The problem with a text that contains a character which can't be spoken or seen; `subject` includes its
/// verb.
pub(crate) fn unspeakable_sign(span: &Span, subject: &str, sign: char) -> Diagnostic {
    let help = match sign.is_control() {
        true => "remove it: no voice can say it",
        false => "remove it, or type the word anew: it can't be seen, and no voice can say it",
    };
    Diagnostic::error("control-character", span, format!("{subject} {}", named(sign)), help)
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

/// The keys of one table; every key that was never requested is unknown.
pub(crate) struct Keys<'a> {
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
    place: &'static str,
}

impl<'a> Keys<'a> {
    /// Starts reading `table`, called `place` in messages.
    pub(crate) fn new(table: &'a DeTable<'a>, place: &'static str) -> Self {
        Self { table, asked: Vec::new(), place }
    }

    /// The value of `key`, if present.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.asked.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The value of `key`; if it is missing, records a problem at `span`.
    pub(crate) fn require(
        &mut self,
        key: &'static str,
        span: &Span,
        example: &str,
        problems: &mut Problems,
    ) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            problems.error(
                "missing-key",
                span,
                format!("{} has no `{key}`", self.place),
                format!("add, for example, `{example}`"),
            );
        }
        value
    }

    /// Records every key that was not requested.
    pub(crate) fn finish(self, problems: &mut Problems) {
        self.finish_but(&[], "", problems);
    }

    /// Does the same, but gives other advice on keys that are valid only `elsewhere`.
    pub(crate) fn finish_but(self, elsewhere: &[&str], advice: &str, problems: &mut Problems) {
        for (name, _) in self.table.iter() {
            let key = name.get_ref().as_ref();
            if !self.asked.contains(&key) {
                let is_elsewhere = elsewhere.contains(&key);
                let help = if is_elsewhere { advice.to_owned() } else { suggest(key, &self.asked) };
                let message = format!("`{key}` is not a key of {}", self.place);
                problems.error("unknown-key", &Span::from(name.span()), message, help);
            }
        }
    }
}
