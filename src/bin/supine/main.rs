//! The program: arguments in, exit code out. Only this folder prints or knows the command line.

mod args;
mod commands;
mod failure;
mod opening;
mod progress;
mod refusal;
mod screen;
mod status;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match args::Cli::try_parse() {
        Ok(cli) => commands::run(cli),
        Err(error) => refusal::refuse(&error),
    }
}
