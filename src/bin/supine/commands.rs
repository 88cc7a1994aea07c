//! One file a subcommand.

mod cache;
mod check;
mod config;
mod ctl;
mod list;
mod play;
mod render;
mod resume;
mod setup;
mod show;
mod sounds;
mod voices;

use std::process::ExitCode;

use crate::opening::silence_screen;
use crate::refusal;
use supine::catalogue;
use supine::cli::{Cli, Command};

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
