//! `supine show`: what is said and when.

use std::ffi::OsStr;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use crate::failure::Failure;
use crate::opening::{open_and_tell, tell_of_clips};
use crate::progress::Progress;
use crate::screen::{self, tell};
use supine::config::Choices;
use supine::control::Watch;
use supine::output::file::FILE_RATE;
use supine::score::timeline::{Timeline, clock, script};

pub fn show(routine: &OsStr, json: bool, choices: Choices) -> Result<ExitCode, Failure> {
    let session = open_and_tell(routine, choices)?;
    let watch: Arc<dyn Watch> = Arc::new(Progress::default());
    let scored = session.score(&watch)?;
    tell(&scored.warnings);
    tell_of_clips(&session);
    let (score, voice) = (scored.score, scored.voice);
    let title = session.routine().title.as_str();
    let mut out = screen::stdout();
    if json {
        screen::print_json(&Timeline::new(&score, title, &voice, scored.is_estimate), true)?;
    } else {
        let about = if scored.is_estimate { "about " } else { "" };
        writeln!(out, "{title}")?;
        if !session.routine().summary.is_empty() {
            writeln!(out, "{}", session.routine().summary)?;
        }
        let length = clock(score.length.to_seconds(FILE_RATE));
        let morning = if score.endless { ", then until morning" } else { "" };
        writeln!(
            out,
            "{about}{length}{morning} · {voice} · {}",
            session.resolved().ambience.value.display()
        )?;
        write!(out, "{}", script(&score))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
