//! What a shell offers at Tab. The shell asks the program itself, through `clap_complete`, so routines and engines of
//! the listener's own are offered too. What belongs into an argument is told by the name of its value, whatever
//! command it stands in.

use std::ffi::OsStr;
use std::io::{self, Write};

use clap::{Arg, Command};
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter};
use clap_complete::env::Shells;

use crate::opening::{read_config, shelf, voices};
use supine::catalogue;
use supine::config::Choices;
use supine::phrases::Phrases;
use supine::session::never;
use supine::sounds::AMBIENCES;

/// The program, as a shell starts it.
const PROGRAM: &str = "supine";
/// The variable by which a shell asks. Other programs use `COMPLETE`: a session is not to fail for what is set for them.
const ASKED: &str = "SUPINE_COMPLETE";

/// Answers and ends, if it is a shell that asks about this command.
pub fn answer(command: impl Fn() -> Command) {
    CompleteEnv::with_factory(|| hinted(command())).var(ASKED).complete();
}

/// The shells whose completions there are.
pub fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// Writes what makes a shell ask.
pub fn write_script(shell: &str, out: &mut dyn Write) -> io::Result<()> {
    match Shells::builtins().completer(shell) {
        Some(completer) => completer.write_registration(ASKED, PROGRAM, PROGRAM, PROGRAM, out),
        None => Ok(()),
    }
}

/// A command whose arguments, and those of its subcommands, know what belongs into them.
fn hinted(command: Command) -> Command {
    command.mut_args(hinted_argument).mut_subcommands(hinted)
}

fn hinted_argument(argument: Arg) -> Arg {
    let value = argument.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
    match value.as_deref() {
        Some("ROUTINE") => argument.add(ArgValueCompleter::new(routines)),
        Some("SOUND") => argument.add(ArgValueCompleter::new(sounds)),
        Some("VOICE") => argument.add(ArgValueCompleter::new(voice_names)),
        Some("LANGUAGE") => argument.add(ArgValueCompleter::new(languages)),
        Some("POSE" | "POSES" | "POSE,...") => argument.add(ArgValueCompleter::new(poses)),
        _ => argument,
    }
}

/// Those words, with what they mean, that begin with what is typed.
fn beginning<'a>(
    typed: &OsStr,
    words: impl IntoIterator<Item = (String, Option<&'a str>)>,
) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let fitting = words.into_iter().filter(|(word, _)| word.starts_with(typed.as_ref()));
    fitting
        .map(|(word, about)| CompletionCandidate::new(word).help(about.map(|about| about.to_owned().into())))
        .collect()
}

/// Routines by name, then files and folders.
fn routines(typed: &OsStr) -> Vec<CompletionCandidate> {
    let own = shelf(&Choices::default()).map(|shelf| shelf.own()).unwrap_or_default();
    let names = catalogue::names().into_iter().map(str::to_owned).chain(own);
    let mut found = beginning(typed, names.map(|name| (name, None)));
    let is_routine = |path: &std::path::Path| path.extension().is_some_and(|ending| ending == "toml");
    found.extend(PathCompleter::any().filter(is_routine).complete(typed));
    found
}

/// Ambiences, then music.
fn sounds(typed: &OsStr) -> Vec<CompletionCandidate> {
    let built_in = AMBIENCES.iter().map(|sound| (sound.name.to_owned(), Some(sound.about)));
    let mut found = beginning(typed, built_in.chain([("none".to_owned(), Some("no sound"))]));
    found.extend(PathCompleter::any().complete(typed));
    found
}

/// Voices as far as they are known without asking an engine, which may take seconds.
fn voice_names(typed: &OsStr) -> Vec<CompletionCandidate> {
    let config = read_config().unwrap_or_default();
    let own = shelf(&Choices::default()).map(|shelf| shelf.language()).unwrap_or_default();
    let voices = voices(&config);
    let mut names: Vec<String> = Vec::new();
    for id in [own.as_str(), "en"].into_iter().flat_map(|language| voices.ranking(language, false)) {
        let name = id.to_string();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    beginning(typed, names.into_iter().map(|name| (name, None)))
}

/// The languages that supine speaks.
fn languages(typed: &OsStr) -> Vec<CompletionCandidate> {
    beginning(typed, Phrases::languages().map(|tag| (tag.to_owned(), None)))
}

/// Poses by id, also after a comma.
fn poses(typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_string_lossy();
    let (before, last) = text.rfind(',').map_or(("", text.as_ref()), |comma| text.split_at(comma + 1));
    let known = shelf(&Choices::default()).map(|shelf| never::poses(&shelf)).unwrap_or_default();
    let words = known.iter().map(|pose| (pose.id.clone(), Some(pose.name.as_str())));
    let found = beginning(last.as_ref(), words);
    found.into_iter().map(|candidate| candidate.add_prefix(before)).collect()
}
