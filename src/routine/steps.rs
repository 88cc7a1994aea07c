//! Steps: a sentence, or a table with one key.

use std::time::Duration;

use toml::de::{DeArray, DeTable, DeValue};

use super::text::Text;
use super::{BreathRatio, Chime, Cycles, Level, Limits, Step, StepKind};
use crate::diagnostic::{Span, suggest};
use crate::reader::{Keys, Problems, Value, span_of};

/// The highest number that a count may go to.
pub(crate) const MAX_COUNT: u32 = 300;
/// The most breaths of one hold: half an hour at ten seconds, and a little more.
pub(crate) const MAX_BREATHS: u32 = 200;
/// The most rounds of a `repeat`.
pub(crate) const MAX_TIMES: u32 = 50;
/// The longest plain hold, rest or change of position.
pub(crate) const MAX_HOLD: Duration = Duration::from_secs(3600);
/// The time that a `wait` waits for a key, unless it says so: one minute is long enough to set up a chair.
const WAIT: Duration = Duration::from_secs(60);
const LEAST_WAIT: Duration = Duration::from_secs(1);
const MAX_WAIT: Duration = Duration::from_secs(600);
/// How deep steps may be nested.
const MAX_DEPTH: usize = 6;

pub(crate) const KINDS: [&str; 19] = [
    "count",
    "breaths",
    "seconds",
    "sway",
    "inhale",
    "exhale",
    "each_side",
    "repeat",
    "gentle",
    "deeper",
    "option",
    "short",
    "wait",
    "rest",
    "sound",
    "release",
    "move_to",
    "say",
    "hold",
];
/// The number of real kinds; the last two of `KINDS` are known mistakes with help of their own.
pub(crate) const REAL_KINDS: usize = 17;

const HALF_SECOND: Duration = Duration::from_millis(500);
const TENTH: Duration = Duration::from_millis(100);

/// What surrounds a step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings {
    /// Inside an `each_side`, so `{side}` has a meaning.
    pub sided: bool,
    /// The number of step lists around this one.
    pub depth: usize,
}

impl Surroundings {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// Reads a list of steps; `what` names it in messages.
pub(crate) fn steps(
    value: Value<'_>,
    what: &str,
    around: Surroundings,
    problems: &mut Problems,
) -> Vec<Step> {
    let DeValue::Array(array) = value.get_ref() else {
        problems.wrong_type(value, what, "a list of steps", "[\"Breathe in slowly.\", { breaths = 3 }]");
        return Vec::new();
    };
    if array.is_empty() {
        problems.error(
            "no-steps",
            &span_of(value),
            format!("{what} is empty"),
            "write at least one sentence, such as \"Rest here.\"",
        );
    }
    if around.depth >= MAX_DEPTH {
        problems.error(
            "too-deep",
            &span_of(value),
            format!("steps stand in steps more than {MAX_DEPTH} deep"),
            "flatten the routine: write the inner steps out",
        );
        return Vec::new();
    }
    each(array, around, problems)
}

fn each(array: &DeArray<'_>, around: Surroundings, problems: &mut Problems) -> Vec<Step> {
    array.iter().filter_map(|value| step(value, around, problems)).collect()
}

fn step(value: Value<'_>, around: Surroundings, problems: &mut Problems) -> Option<Step> {
    let span = span_of(value);
    let kind = match value.get_ref() {
        DeValue::String(_) => StepKind::Say(Text::read(value, "a step", around.sided, problems)?),
        DeValue::Table(table) => one_key(table, &span, around, problems)?,
        _ => {
            problems.wrong_type(value, "a step", "a sentence or a table with one key", "{ count = 10 }");
            return None;
        }
    };
    Some(Step { kind, span })
}

fn one_key(
    table: &DeTable<'_>,
    span: &Span,
    around: Surroundings,
    problems: &mut Problems,
) -> Option<StepKind> {
    if table.is_empty() {
        problems.error(
            "one-key",
            span,
            "this step is empty",
            "write a sentence, or a table such as { count = 10 }",
        );
        return None;
    }
    let mut entries = table.iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        problems.error(
            "one-key",
            span,
            format!("a step has one key, this one has {}", table.len()),
            "give each its own braces: { count = 10 }, { release = \"Let go.\" }",
        );
        return None;
    };
    let text =
        |problems: &mut Problems| Text::read(value, &format!("`{}`", name.get_ref()), around.sided, problems);
    Some(match name.get_ref().as_ref() {
        "option" => StepKind::Option(text(problems)?),
        "short" => StepKind::Short(text(problems)?),
        "release" => StepKind::Release(text(problems)?),
        "inhale" => StepKind::Inhale(text(problems)?),
        "exhale" => StepKind::Exhale(text(problems)?),
        "count" => count(value, problems)?,
        "breaths" => StepKind::Breaths(cycles(value, "breaths", problems)?),
        "sway" => StepKind::Sway(cycles(value, "sway", problems)?),
        "seconds" => seconds(value, problems)?,
        "rest" => rest(value, problems)?,
        "wait" => wait(value, around, problems)?,
        "sound" => StepKind::Sound(chime(value, span, problems)?),
        "each_side" => each_side(value, around, problems),
        "repeat" => repeat(value, around, problems)?,
        "gentle" => StepKind::Only(Level::Gentle, one_or_more(value, "`gentle`", around, problems)),
        "deeper" => StepKind::Only(Level::Deeper, one_or_more(value, "`deeper`", around, problems)),
        "move_to" => move_to(value, around, problems)?,
        other => {
            unknown(other, &Span::from(name.span()), problems);
            return None;
        }
    })
}

/// Reports a kind of step that there is not.
fn unknown(kind: &str, span: &Span, problems: &mut Problems) {
    let help = match kind {
        "say" => "a sentence needs no key: write it in quotes, alone".to_owned(),
        "hold" => "say how it is timed: `count`, `breaths` or `seconds`".to_owned(),
        _ => suggest(kind, &KINDS[..REAL_KINDS]),
    };
    problems.error("unknown-step", span, format!("`{kind}` is not a kind of step"), help);
}

fn seconds(value: Value<'_>, problems: &mut Problems) -> Option<StepKind> {
    let (time, limits) = span_of_time(value, "seconds", HALF_SECOND, problems)?;
    Some(StepKind::Seconds { time, limits })
}

fn rest(value: Value<'_>, problems: &mut Problems) -> Option<StepKind> {
    let (time, limits) = span_of_time(value, "rest", TENTH, problems)?;
    Some(StepKind::Rest { time, limits })
}

fn one_or_more(value: Value<'_>, what: &str, around: Surroundings, problems: &mut Problems) -> Vec<Step> {
    match value.get_ref() {
        DeValue::String(_) => step(value, around, problems).into_iter().collect(),
        _ => steps(value, what, around.deeper(), problems),
    }
}

fn each_side(value: Value<'_>, around: Surroundings, problems: &mut Problems) -> StepKind {
    if around.sided {
        problems.error(
            "nested-each-side",
            &span_of(value),
            "an `each_side` stands inside another",
            "its steps are already done for both sides: take the inner one away",
        );
    }
    let inside = Surroundings { sided: true, ..around.deeper() };
    StepKind::EachSide(steps(value, "`each_side`", inside, problems))
}

fn count(value: Value<'_>, problems: &mut Problems) -> Option<StepKind> {
    let DeValue::Table(table) = value.get_ref() else {
        let to = problems.count(value, "count", MAX_COUNT)?;
        return Some(StepKind::Count { to, beat: None, limits: Limits::default() });
    };
    let mut keys = Keys::new(table, "`count`");
    let to = keys.require("to", &span_of(value), "to = 10", problems);
    let to = to.and_then(|value| problems.count(value, "to", MAX_COUNT));
    let beat = keys.get("beat");
    let beat = beat.and_then(|value| problems.time(value, "beat", (HALF_SECOND, Duration::from_secs(30))));
    let limits =
        limits(&mut keys, to, problems, |value, key, problems| problems.count(value, key, MAX_COUNT));
    keys.finish(problems);
    Some(StepKind::Count { to: to?, beat, limits })
}

fn cycles(value: Value<'_>, key: &'static str, problems: &mut Problems) -> Option<Cycles> {
    let DeValue::Table(table) = value.get_ref() else {
        let cycles = problems.count(value, key, MAX_BREATHS)?;
        return Some(Cycles { cycles, ratio: None, limits: Limits::default() });
    };
    let mut keys = Keys::new(table, "this hold");
    let cycles = keys.require("cycles", &span_of(value), "cycles = 10", problems);
    let cycles = cycles.and_then(|value| problems.count(value, "cycles", MAX_BREATHS));
    let ratio = keys.get("ratio").and_then(|value| ratio(value, "ratio", problems));
    let limits =
        limits(&mut keys, cycles, problems, |value, key, problems| problems.count(value, key, MAX_BREATHS));
    keys.finish(problems);
    Some(Cycles { cycles: cycles?, ratio, limits })
}

/// A stretch of plain time, as a time or as a table with its limits.
fn span_of_time(
    value: Value<'_>,
    key: &'static str,
    least: Duration,
    problems: &mut Problems,
) -> Option<(Duration, Limits<Duration>)> {
    let DeValue::Table(table) = value.get_ref() else {
        return Some((problems.time(value, key, (least, MAX_HOLD))?, Limits::default()));
    };
    let mut keys = Keys::new(table, if key == "rest" { "`rest`" } else { "`seconds`" });
    let time = keys.require("time", &span_of(value), "time = 20", problems);
    let time = time.and_then(|value| problems.time(value, "time", (least, MAX_HOLD)));
    let limits = limits(&mut keys, time, problems, |value, key, problems| {
        problems.time(value, key, (least, MAX_HOLD))
    });
    keys.finish(problems);
    Some((time?, limits))
}

/// How far `value` may go; a limit on the wrong side of it is a problem.
fn limits<T: PartialOrd + Copy>(
    keys: &mut Keys<'_>,
    value: Option<T>,
    problems: &mut Problems,
    read: impl Fn(Value<'_>, &str, &mut Problems) -> Option<T>,
) -> Limits<T> {
    let mut limit = |key: &'static str, fits: fn(&T, &T) -> bool, help: &str| {
        let found = keys.get(key)?;
        let limit = read(found, key, problems)?;
        if value.is_some_and(|value| !fits(&limit, &value)) {
            problems.error(
                "out-of-range",
                &span_of(found),
                format!("`{key}` is on the wrong side of the value"),
                help,
            );
        }
        Some(limit)
    };
    Limits {
        at_least: limit("at_least", |limit, value| limit <= value, "give at most the value itself"),
        at_most: limit("at_most", |limit, value| limit >= value, "give at least the value itself"),
    }
}

fn wait(value: Value<'_>, around: Surroundings, problems: &mut Problems) -> Option<StepKind> {
    let read = |value, problems: &mut Problems| Text::read(value, "`wait`", around.sided, problems);
    let DeValue::Table(table) = value.get_ref() else {
        return Some(StepKind::Wait { text: read(value, problems)?, at_most: WAIT });
    };
    let mut keys = Keys::new(table, "`wait`");
    let text =
        keys.require("text", &span_of(value), "text = \"Press any key when you are there.\"", problems);
    let text = text.and_then(|value| read(value, problems));
    let at_most = keys.get("at_most");
    let at_most = at_most.map_or(Some(WAIT), |value| problems.time(value, "at_most", (LEAST_WAIT, MAX_WAIT)));
    keys.finish(problems);
    Some(StepKind::Wait { text: text?, at_most: at_most? })
}

/// How long the rounds of a `repeat` wait for a key: a time, or `true`.
fn round_wait(value: Value<'_>, problems: &mut Problems) -> Option<Duration> {
    match value.get_ref() {
        DeValue::Boolean(wait) => wait.then_some(WAIT),
        _ => problems.time(value, "wait", (LEAST_WAIT, MAX_WAIT)),
    }
}

pub(crate) fn ratio(value: Value<'_>, key: &str, problems: &mut Problems) -> Option<BreathRatio> {
    let text = problems.string(value, &format!("`{key}`"), &format!("{key} = \"4:6\""))?;
    text.parse()
        .map_err(|_: String| {
            problems.error(
                "out-of-range",
                &span_of(value),
                format!("`{key}` can't be {text:?}"),
                BreathRatio::HELP,
            );
        })
        .ok()
}

fn repeat(value: Value<'_>, around: Surroundings, problems: &mut Problems) -> Option<StepKind> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, "`repeat`", "a table", "repeat = { times = 3, steps = [\"Breathe.\"] }");
        return None;
    };
    let span = span_of(value);
    let mut keys = Keys::new(table, "`repeat`");
    let times = keys.require("times", &span, "times = 3", problems);
    let times = times.and_then(|value| problems.count(value, "times", MAX_TIMES));
    let inner = keys.require("steps", &span, "steps = [\"Breathe.\"]", problems);
    let inner = inner.map(|value| steps(value, "`repeat`", around.deeper(), problems));
    let at_least =
        keys.get("at_least").and_then(|value| problems.count(value, "at_least", times.unwrap_or(MAX_TIMES)));
    let wait = keys.get("wait").and_then(|value| round_wait(value, problems));
    keys.finish(problems);
    Some(StepKind::Repeat { times: times?, at_least, wait, steps: inner? })
}

fn chime(value: Value<'_>, span: &Span, problems: &mut Problems) -> Option<Chime> {
    let name = problems.string(value, "`sound`", "sound = \"bowl\"")?;
    let chime = Chime::named(name);
    if chime.is_none() {
        let names = Chime::ALL.map(Chime::name);
        problems.error(
            "unknown-sound",
            span,
            format!("there is no chime called {name:?}"),
            suggest(name, &names),
        );
    }
    chime
}

fn move_to(value: Value<'_>, around: Surroundings, problems: &mut Problems) -> Option<StepKind> {
    let text = |value, problems: &mut Problems| -> Option<Text> {
        Text::read(value, "a position", around.sided, problems)
    };
    let DeValue::Table(table) = value.get_ref() else {
        let position = text(value, problems)?;
        return Some(StepKind::MoveTo { position, time: None });
    };
    let mut keys = Keys::new(table, "`move_to`");
    let position = keys.require("position", &span_of(value), "position = \"lying on your back\"", problems);
    let position = position.and_then(|value| text(value, problems));
    let time = keys.get("time");
    let time = time.and_then(|value| problems.time(value, "time", (TENTH, MAX_HOLD)));
    keys.finish(problems);
    Some(StepKind::MoveTo { position: position?, time })
}
