//! Says aloud why a session can't start, or why it stopped: a listener who lies in the dark reads no message.

use std::borrow::Cow;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::args::{self, OutputArgs};
use crate::broken;
use crate::commands::Cli;
use crate::failure::Failure;
use crate::opening::read_config;
use crate::screen::complain;
use crate::speaking;
use supine::advice::Advise;
use supine::config::{Choices, ForRoutine, Resolved};
use supine::diagnostic::{Diagnostic, Severity};
use supine::phrases::Phrases;
use supine::remote::signals::Signals;
use supine::routine::Ending;
use supine::session::lines::Lines;
use supine::session::outcome::SessionError;
use supine::signs::{printable, printable_lines};
use supine::speech::voices::VoiceError;

/// Messages are in English.
const LANGUAGE: &str = "en";
const OPENING: &str = "The session can't start.";
const BROKEN: &str = "Something broke inside supine, and the session stopped.";
/// Between the two lines, and after them.
const PAUSE: Duration = Duration::from_millis(700);
/// Nobody is kept waiting longer, whatever an engine does.
const LONGEST: Duration = Duration::from_secs(30);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long it may go on when it is asked to stop: what is heard then fades.
const FADE: Duration = Duration::from_secs(3);

/// Tells what is wrong with a command line, or shows its help.
pub fn refuse(error: &clap::Error) -> ExitCode {
    let is_given = |flag: &str| std::env::args_os().any(|word| word == flag);
    let is_silent = is_given("--silent-screen") || is_given("--silent-screen=true");
    if !(is_silent && error.use_stderr()) {
        print_refused(error);
    }
    let dashes = error.use_stderr().then(|| args::dashes(std::env::args_os())).flatten();
    if let (Some(dashes), false) = (&dashes, is_silent) {
        complain(&format!("supine: {dashes}"));
    }
    if error.use_stderr() && Cli::would_start(std::env::args_os()) {
        let output = OutputArgs::of(std::env::args_os());
        let reason = dashes.unwrap_or_else(|| args::reason(error).into());
        say(&Failure::Other(reason), Choices::default(), output);
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Prints what clap says, in colours unless an argument would steer the terminal by them.
fn print_refused(error: &clap::Error) {
    let text = error.render().to_string();
    match printable_lines(&text) {
        Cow::Borrowed(_) => drop(error.print()),
        Cow::Owned(safe) => complain(safe.trim_end()),
    }
}

/// Says why, if a device opens and a voice answers. Ctrl-C ends it.
pub fn say(failure: &Failure, choices: Choices, output: OutputArgs) {
    let (Some(sentences), Ok(signals)) = (sentences(failure), Signals::listen()) else { return };
    let hears = signals.clone();
    let speaking = std::thread::Builder::new().name("refusal".to_owned());
    let Ok(speaking) = speaking.spawn(move || speak(sentences, &choices, &output, &hears)) else { return };
    let longest = Instant::now() + LONGEST;
    let mut stopped = None;
    while !speaking.is_finished() {
        let now = Instant::now();
        stopped = stopped.or(signals.is_stopped().then_some(now));
        if now > longest || stopped.is_some_and(|at| now > at + FADE) {
            break;
        }
        std::thread::sleep(LOOK);
    }
}

/// `None` when nothing can be said, or nobody to be told.
fn speak(sentences: Vec<String>, choices: &Choices, output: &OutputArgs, signals: &Signals) -> Option<()> {
    // A config with mistakes may be the reason.
    let config = read_config().unwrap_or_default();
    let resolved = Resolved::new(choices, &config, ForRoutine::default());
    let phrases = Phrases::for_language(LANGUAGE).0;
    let lines: Vec<_> = sentences.into_iter().map(|sentence| (sentence, PAUSE)).collect();
    let lines = Lines::new(&lines, &resolved.settings(Ending::Awake), &phrases);
    speaking::say(&lines, LANGUAGE, &config, resolved.voice.value, (output, signals))
}

/// What is said; `None` when nobody is to be told.
fn sentences(failure: &Failure) -> Option<Vec<String>> {
    match failure {
        Failure::Broken(_) => (!broken::may_sleep()).then(|| vec![BROKEN.to_owned()]),
        other => reason(other).map(|reason| vec![OPENING.to_owned(), reason]),
    }
}

/// Why a session can't start; nothing when there is nobody to tell, nothing to tell it with, or a session plays.
fn reason(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Unread | Failure::Signal(_) | Failure::Taken(_) => None,
        // It had started, or there is no device.
        Failure::Session(SessionError::VoiceLost(_) | SessionError::Output(_)) => None,
        // Every voice has been asked already.
        Failure::Session(SessionError::Voice(VoiceError::None { language, .. }))
            if supine::language::is_same(language, LANGUAGE) =>
        {
            None
        }
        Failure::Session(SessionError::Mistakes(source, problems)) => Some(mistakes(&source.path, problems)),
        other => Some(speakable(&other.problem())),
    }
}

fn mistakes(path: &str, problems: &[Diagnostic]) -> String {
    let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
    let many = match errors.len() {
        1 => "There is a mistake".to_owned(),
        n => format!("There are {n} mistakes"),
    };
    let first = errors.first().map_or(String::new(), |error| speakable(&error.message));
    format!("{many} in {}. {first}", file_name(path))
}

/// The first line of what is wrong, as a sentence without what only eyes can read.
fn speakable(problem: &str) -> String {
    let first = printable(problem.lines().next().unwrap_or_default());
    let words: Vec<String> =
        without_placeholders(&without_parentheses(&first)).split_whitespace().map(word).collect();
    let text = words.join(" ");
    let mut chars = text.trim_end_matches('.').chars();
    let capital = chars.next().into_iter().flat_map(char::to_uppercase);
    capital.chain(chars).chain(['.']).collect()
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0usize;
    let outside = |c: &char| {
        depth += usize::from(*c == '(');
        let is_outside = depth == 0;
        depth -= usize::from(*c == ')' && depth > 0);
        is_outside
    };
    text.chars().filter(outside).collect::<String>().replace(" ,", ",").replace(" :", ":")
}

/// Without what stands for a value on the command line, as in `--pace <PACE>`.
fn without_placeholders(text: &str) -> String {
    let mut parts = text.split(" <");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, part| said + part.split_once('>').map_or(part, |(_, rest)| rest))
}

fn word(word: &str) -> String {
    let word = word.replace(['`', '"'], "");
    let word = word.trim_start_matches('\'').replace("':", ":");
    let word = word.trim_end_matches('\'');
    match word.strip_prefix("--") {
        Some(flag) => flag.replace(['-', '='], " "),
        None => file_name(word),
    }
}

/// The last part of a path, with its full stops in words.
fn file_name(path: &str) -> String {
    let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path);
    let parts: Vec<&str> = name.split('.').collect();
    let is_name = parts.len() > 1 && parts.iter().all(|part| part.starts_with(char::is_alphabetic));
    if is_name { parts.join(" dot ") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use supine::advice::Advice;
    use supine::remote::socket::SocketError;

    #[test]
    fn a_message_is_said_without_what_only_eyes_can_read() {
        let cases: [(Advice, &str); 8] = [
            (
                Advice::new("there is no routine called `/home/me/gone.toml`", "built in: bedtime-back. A file"),
                "There is no routine called gone dot toml.",
            ),
            (
                Advice::new("can't read /a/b.flac: No such file or directory (os error 2)", "check the path"),
                "Can't read b dot flac: No such file or directory.",
            ),
            (
                Advice::from("~/x/resume.json is damaged (EOF (end))").and("it is kept"),
                "Resume dot json is damaged.",
            ),
            ("`--ambience-gain` takes 0.5 to 2.".into(), "Ambience gain takes 0.5 to 2."),
            ("two\nlines".into(), "Two."),
            (
                "invalid value '9' for '--pace <PACE>': `9` is not a pace: use slow, or a factor from 0.5 to 2".into(),
                "Invalid value 9 for pace: 9 is not a pace: use slow, or a factor from 0.5 to 2.",
            ),
            (
                "the argument '--sleep-timer <TIME>' cannot be used with '--until-morning'".into(),
                "The argument sleep timer cannot be used with until morning.",
            ),
            ("it can't be < 3".into(), "It can't be 3."),
        ];
        for (message, said) in cases {
            assert_eq!(speakable(&message.problem()), said);
        }
    }

    #[test]
    fn mistakes_in_a_file_are_counted_and_the_first_is_said() {
        let error = |message| Diagnostic::error("x", &Default::default(), message, "do this");
        let warning = Diagnostic::warning("x", &Default::default(), "a warning", "do that");
        let one = [warning, error("`pace` is 9")];
        assert_eq!(mistakes("/a/config.toml", &one), "There is a mistake in config dot toml. Pace is 9.");
        let two = [error("no `title`"), error("no poses")];
        assert_eq!(mistakes("mine.toml", &two), "There are 2 mistakes in mine dot toml. No title.");
    }

    #[test]
    fn nothing_is_said_into_a_session_or_to_nobody() {
        let none = |language: &str| {
            let (language, reasons) = (language.to_owned(), vec!["all fail".into()]);
            Failure::from(VoiceError::None { language, reasons })
        };
        for failure in
            [Failure::Unread, Failure::Signal(130), Failure::Taken(SocketError::Taken), none("en-gb")]
        {
            assert_eq!(reason(&failure), None, "{failure}");
        }
        assert_eq!(reason(&none("de")).as_deref(), Some("No voice speaks de: all fail."));
    }
}
