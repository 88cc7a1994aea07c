//! The program: arguments in, exit code out. Everything else is in the library.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match supine::cli::Cli::try_parse() {
        Ok(cli) => supine::commands::run(cli),
        Err(error) => supine::commands::refuse(&error),
    }
}
