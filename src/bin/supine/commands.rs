//! One file a subcommand. Only what is here prints: data to standard output, messages to standard
//! error.

mod cache;
mod check;
mod config;
mod ctl;
mod list;
mod opening;
mod play;
mod progress;
mod refusal;
mod render;
mod resume;
mod screen;
mod setup;
mod show;
mod sounds;
mod status;
mod voices;

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use supine::catalogue::{self, CatalogueError, Source};
use supine::cli::{self, Cli, Command, OutputArgs, SessionArgs, StartArgs};
use supine::diagnostic::{Diagnostic, Severity};
use supine::journal::JournalError;
use supine::output::OutputError;
use supine::output::file::FileError;
use supine::remote::{self, socket::SocketError};
use supine::session::outcome::SessionError;
use supine::signs::printable_lines;
use supine::speech::voices::VoiceError;

/// Whether nothing is printed any more.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// Tells of a command line that is none, or shows its help.
pub fn refuse(error: &clap::Error) -> ExitCode {
    let is_given = |flag: &str| std::env::args_os().any(|word| word == flag);
    let is_silent = is_given("--silent-screen") || is_given("--silent-screen=true");
    if !(is_silent && error.use_stderr()) {
        print_refused(error);
    }
    let dashes = error.use_stderr().then(|| cli::dashes(std::env::args_os())).flatten();
    if let (Some(dashes), false) = (&dashes, is_silent) {
        complain(&format!("supine: {dashes}"));
    }
    if error.use_stderr() && Cli::would_start(std::env::args_os()) {
        let output = OutputArgs { fake_output: is_given("--fake-output") };
        let reason = dashes.unwrap_or_else(|| cli::reason(error));
        refusal::say(&Failure::Other(reason), SessionArgs::default(), output);
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

/// Runs a command line.
pub fn run(cli: Cli) -> ExitCode {
    let starts = cli.starts().map(|(session, start)| (session.clone(), *start));
    if let Some((_, start)) = &starts {
        silence_screen(start);
    }
    let result = match cli.command {
        None => play::play(catalogue::DEFAULT.as_ref(), cli.session, cli.start, None),
        Some(Command::Play { routine, session, start }) => play::play(&routine, session, start, None),
        Some(Command::Resume { session, start }) => resume::resume(session, start),
        Some(Command::List) => list::list(),
        Some(Command::Show { routine, json, session }) => show::show(&routine, json, session),
        Some(Command::Check { files, quick, session }) => check::check(&files, quick, &session),
        Some(Command::Voices { language, json: _, try_voices: Some(ids), output }) => {
            setup::try_voices(&ids, language.as_deref().unwrap_or("en"), output)
        }
        Some(Command::Voices { language, json, .. }) => voices::voices(language.as_deref(), json),
        Some(Command::Setup { language, output }) => setup::setup(&language, output),
        Some(Command::Sounds) => sounds::sounds(),
        Some(Command::Render { routine, output, report, session }) => {
            render::render(&routine, &output, report, session)
        }
        Some(Command::Cache { clear }) => cache::cache(clear),
        Some(Command::Config { session }) => config::config(session),
        Some(Command::Ctl { request, percent, json }) => ctl::ctl(&request, percent, json),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            if let Some((session, start)) = starts {
                refusal::say(&failure, session, start.output);
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Taken(SocketError),
    #[error("{0}")]
    Other(String),
    /// Standard output was closed, as `head` does; there is nobody to tell.
    #[error("nobody reads the output any more")]
    Unread,
    /// A signal ended it; this is its exit code.
    #[error("stopped")]
    Signal(u8),
}

/// What a session may fail of, wherever it is met.
macro_rules! from_session_errors {
    ($($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Session(error.into())
            }
        })+
    };
}
from_session_errors! { CatalogueError, VoiceError, OutputError, FileError }

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Session(error) => session_code(error),
            Self::Journal(_) | Self::Taken(_) | Self::Other(_) => 1,
            Self::Unread => 0,
            Self::Signal(code) => *code,
        }
    }

    fn print(&self) {
        match self {
            Self::Unread | Self::Signal(_) => {}
            Self::Session(SessionError::Mistakes(source, problems)) => print_problems(source, problems),
            other => complain(&format!("supine: {other}")),
        }
    }
}

/// The exit code of what kept a session from beginning, or from its end.
fn session_code(error: &SessionError) -> u8 {
    use SessionError as E;
    match error {
        E::Catalogue(_) | E::Mistakes(..) | E::Endless | E::Ambience(_) => 2,
        E::Written(FileError::OtherFormat { .. } | FileError::Terminal) => 2,
        E::Voice(VoiceError::None { .. } | VoiceError::Speech(_)) | E::Unsaid(_) => 3,
        E::Speech(_) | E::VoiceLost(_) => 3,
        E::Voice(_) => 2,
        E::Output(_) => 4,
        E::Place(_) | E::Sound(_) | E::Written(_) | E::GivenUp(_) => 1,
    }
}

/// Heeds a session's flag, or the config; one that can't be read is told of by the session.
fn silence_screen(start: &StartArgs) {
    let by_config = || opening::read_config().ok()?.silent_screen;
    let is_silent = start.silent_screen.or_else(by_config).unwrap_or(false);
    IS_SILENT.store(is_silent, Ordering::Relaxed);
    if is_silent {
        remote::leave_terminal_untouched();
    }
}

fn is_silent() -> bool {
    IS_SILENT.load(Ordering::Relaxed)
}

/// Writes a message to standard error; when even that is closed there is nobody to tell.
fn complain(message: &str) {
    complain_drawn(&printable_lines(message));
}

/// Writes what is safe to print, colours included.
fn complain_drawn(message: &str) {
    if !is_silent() {
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}

/// Tells warnings, a sentence each.
fn tell(warnings: &[String]) {
    warnings.iter().for_each(|warning| complain(&format!("supine: {warning}")));
}

fn print_problems(source: &Source, problems: &[Diagnostic]) {
    let styled = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for problem in problems {
        complain_drawn(&format!("{}\n", problem.render(&source.text, &source.path, styled)));
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors > 0 {
        let many = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
        complain(&format!("supine: {many} in {}", source.path));
    }
}
