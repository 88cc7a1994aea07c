//! `supine list`: the built-in routines.

use std::io::Write;
use std::process::ExitCode;

use super::{Failure, screen};
use supine::catalogue;
use supine::phrases::Phrases;
use supine::routine::parse::parse;
use supine::score::plan::Plan;
use supine::settings::Settings;
use supine::sounds::chime_names;

pub fn list() -> Result<ExitCode, Failure> {
    let mut out = screen::stdout();
    for name in catalogue::names() {
        let source = catalogue::read(name)?;
        let routine = parse(&source.text).map_err(|problems| Failure::File(source.clone(), problems))?;
        let (phrases, _) = Phrases::for_language(&routine.language);
        let plan = Plan::new(&routine, &Settings::default(), &phrases, &chime_names())
            .map_err(|problems| Failure::File(source, problems))?;
        writeln!(
            out,
            "{name}  {} ({} poses, about {} min, {})\n    {}",
            routine.title.as_str(),
            routine.poses.len(),
            plan.estimated_minutes(),
            routine.language,
            routine.summary
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
