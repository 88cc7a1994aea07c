//! The `[engines.NAME]` tables of the config: programs that write WAV. Only the listener's own config may have
//! them; a routine can't name a program.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use crate::diagnostic::{Span, nearest};
use crate::reader::{Keys, Problems, Value, span_of};
use crate::signs::hidden;
use crate::speech::command::{Engine, SLOTS, Template};
use crate::speech::voices::is_taken;

const EXAMPLE: &str = "command = [\"flite\", \"-voice\", \"slt\", \"-o\", \"{wav}\"]";
const LANGUAGE: &str = "en";
const TIME_LIMIT: Duration = Duration::from_secs(20);
/// The range of `time_limit`.
const TIME_LIMITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(120));

/// Reads the table `engines`, noting every problem.
pub(crate) fn engines(value: Value<'_>, problems: &mut Problems) -> Vec<Engine> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, "`engines`", "a table", "[engines.flite]");
        return Vec::new();
    };
    table
        .iter()
        .filter_map(|(name, value)| {
            let span = Span::from(name.span());
            let known = check_name(name.get_ref(), &span, problems);
            let engine = engine(name.get_ref(), &span, value, problems)?;
            known.then_some(engine)
        })
        .collect()
}

fn check_name(name: &str, span: &Span, problems: &mut Problems) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let message = if is_taken(name) {
        format!("`{name}` is a voice already")
    } else if name.is_empty() || name.starts_with('-') || !name.chars().all(fits) {
        format!("{name:?} can't be the name of an engine")
    } else {
        return true;
    };
    let help = "use lowercase letters, digits and `-`, for example `[engines.my-flite]`";
    problems.error("bad-name", span, message, help);
    false
}

fn engine(name: &str, span: &Span, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Engine> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, &format!("the engine `{name}`"), "a table", &format!("[engines.{name}]"));
        return None;
    };
    let mut keys = Keys::new(table, "an engine");
    let command = keys.require("command", span, EXAMPLE, problems);
    let engine = Engine {
        name: name.to_owned(),
        command: command.map(|value| command_line(value, problems)).unwrap_or_default(),
        language: keys
            .get("language")
            .and_then(|value| problems.language(value))
            .unwrap_or_else(|| LANGUAGE.to_owned()),
        time_limit: keys
            .get("time_limit")
            .and_then(|value| problems.time(value, "time_limit", TIME_LIMITS))
            .unwrap_or(TIME_LIMIT),
        about: keys
            .get("about")
            .and_then(|value| problems.string(value, "`about`", "about = \"a voice of flite\""))
            .map(|about| about.replace(|c: char| c.is_control() || hidden(c).is_some(), " "))
            .unwrap_or_default(),
    };
    keys.finish(problems);
    Some(engine)
}

fn command_line(value: Value<'_>, problems: &mut Problems) -> Vec<Template> {
    let DeValue::Array(arguments) = value.get_ref() else {
        problems.wrong_type(value, "`command`", "a list of texts", EXAMPLE);
        return Vec::new();
    };
    let empty = |argument: &Spanned<DeValue<'_>>| argument.get_ref().as_str() == Some("");
    if arguments.first().is_none_or(empty) {
        problems.error(
            "empty-command",
            &span_of(value),
            "`command` names no program",
            format!("write, for example, `{EXAMPLE}`"),
        );
    }
    arguments.iter().filter_map(|argument| template(argument, problems)).collect()
}

fn template(argument: Value<'_>, problems: &mut Problems) -> Option<Template> {
    let text = problems.string(argument, "an argument of `command`", EXAMPLE)?;
    if text.contains('\0') {
        let message = "no program takes an argument with the character NUL";
        problems.error("bad-argument", &span_of(argument), message, "leave it out");
        return None;
    }
    let unknown = match Template::parse(&crate::folders::home_expanded(text).to_string_lossy()) {
        Ok(template) => return Some(template),
        Err(unknown) => unknown,
    };
    let names = SLOTS.map(|(name, _)| name);
    let help = match nearest(unknown.trim_matches(['{', '}']), names) {
        Some(near) => format!("did you mean `{{{near}}}`? A brace by itself is written twice"),
        None => format!("use one of {{{}}}, or write a brace by itself twice", names.join("}, {")),
    };
    problems.error("unknown-placeholder", &span_of(argument), format!("`{unknown}` is no placeholder"), help);
    None
}
