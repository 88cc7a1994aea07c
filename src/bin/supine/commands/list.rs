//! `supine list`: the built-in routines.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::opening::shelf;
use crate::screen;
use supine::catalogue;
use supine::config::Choices;
use supine::phrases::Phrases;
use supine::routine::parse::parse;
use supine::score::length::{estimated_minutes, planned};
use supine::session::outcome::SessionError;
use supine::settings::Settings;

pub fn list() -> Result<ExitCode, Failure> {
    let shelf = shelf(&Choices::default())?;
    let mut out = screen::stdout();
    for name in catalogue::names() {
        let source = shelf.read(name)?;
        let routine =
            parse(&source.text).map_err(|problems| SessionError::Mistakes(Box::new(source), problems))?;
        let (phrases, _) = Phrases::for_language(&routine.language);
        let plan = planned(&routine, &Settings::default(), &phrases);
        writeln!(
            out,
            "{name}  {} ({} poses, about {} min, {})\n    {}",
            routine.title.as_str(),
            routine.poses.len(),
            estimated_minutes(&plan),
            routine.language,
            routine.summary
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
