//! `supine schema`: the format of a routine file, for editors.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::screen;
use supine::authoring;

pub fn schema() -> Result<ExitCode, Failure> {
    write!(screen::stdout(), "{}", authoring::schema())?;
    Ok(ExitCode::SUCCESS)
}
