//! The subcommands, one file for each.

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

use crate::args::{Cli, Command};
use crate::opening::silence_screen;
use crate::refusal;
use supine::catalogue;

/// Runs a command line.
pub fn run(cli: Cli) -> ExitCode {
    let starts = cli.starts();
    if let Some((routine, choices, _)) = &starts {
        silence_screen(choices, routine.as_deref());
    }
    let result = match cli.command {
        None => play::play(catalogue::DEFAULT.as_ref(), cli.session.and(&cli.playing), cli.start, None),
        Some(Command::Play { routine, session, playing, start }) => {
            play::play(&routine, session.and(&playing), start, None)
        }
        Some(Command::Resume { session, playing, start }) => resume::resume(session.and(&playing), start),
        Some(Command::List) => list::list(),
        Some(Command::Show { routine, json, session }) => show::show(&routine, json, session.0),
        Some(Command::Check { files, quick, session }) => check::check(&files, quick, &session.0),
        Some(Command::Voices { language, json: _, try_voices: Some(ids), output }) => {
            setup::try_voices(&ids, language.as_deref().unwrap_or("en"), output)
        }
        Some(Command::Voices { language, json, .. }) => voices::voices(language.as_deref(), json),
        Some(Command::Setup { language, output }) => setup::setup(&language, output),
        Some(Command::Sounds) => sounds::sounds(),
        Some(Command::Render { routine, output, report, session }) => {
            render::render(&routine, &output, report, session.0)
        }
        Some(Command::Cache { clear }) => cache::cache(clear),
        Some(Command::Config { routine, session }) => config::config(routine.as_deref(), &session.0),
        Some(Command::Ctl { request, percent, json }) => ctl::ctl(&request, percent, json),
    };
    match result {
        Ok(code) => code,
        Err(failure) => {
            failure.print();
            if let Some((_, choices, output)) = starts {
                refusal::say(&failure, choices, output);
            }
            ExitCode::from(failure.exit_code())
        }
    }
}
