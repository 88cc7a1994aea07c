//! The program: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod commands;

fn main() -> ExitCode {
    match args::Cli::try_parse() {
        Ok(cli) => commands::run(cli),
        Err(error) => commands::refuse(&error),
    }
}
