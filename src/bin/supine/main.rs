//! The program: arguments in, exit code out. Only this folder prints or knows the command line.

mod args;
mod audition;
mod broken;
mod commands;
mod completing;
mod failure;
mod memory;
mod opening;
mod progress;
mod refusal;
mod screen;
mod speaking;
mod status;
mod watching;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

fn main() -> ExitCode {
    memory::give_back();
    broken::note_panics();
    completing::answer(commands::Cli::command);
    let cli = match commands::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refusal::refuse(&error),
    };
    let starts = cli.starts();
    if let Some((routines, choices, _)) = &starts {
        opening::silence_screen(choices, routines);
    }
    broken::unless_broken(|| commands::run(cli)).unwrap_or_else(|failure| {
        failure.print();
        if let Some((_, choices, output)) = starts {
            refusal::say(&failure, choices, output);
        }
        ExitCode::from(failure.exit_code())
    })
}
