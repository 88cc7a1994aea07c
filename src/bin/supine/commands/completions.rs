//! `supine completions`: what makes a shell complete the command line.

use std::process::ExitCode;

use crate::completing;
use crate::failure::Failure;
use crate::screen;

/// What stands below the help.
pub const EXAMPLES: &str = "\
Examples:
  source <(supine completions bash)                      in ~/.bashrc
  source <(supine completions zsh)                       in ~/.zshrc, after compinit
  supine completions fish | source                       in config.fish

A package of supine brings them along. The shell asks supine itself, so your own routines are
completed too.";

pub fn completions(shell: &str) -> Result<ExitCode, Failure> {
    completing::write_script(shell, &mut screen::stdout())?;
    Ok(ExitCode::SUCCESS)
}
