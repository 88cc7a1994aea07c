//! `supine show`: what will be said and when.

use std::ffi::OsStr;
use std::io::Write;
use std::process::ExitCode;

use super::prepare::{FILE_RATE as RATE, Prepared, prepare};
use super::{Failure, complain, screen};
use supine::cli::SessionArgs;
use supine::plan::estimate::estimated_length;
use supine::score::Score;
use supine::score::compile::compile;
use supine::score::timeline::{Timeline, clock, script};
use supine::session::rendered::recorder::chimes;
use supine::speech::voices::VoiceError;

pub fn show(routine: &OsStr, json: bool, session: SessionArgs) -> Result<ExitCode, Failure> {
    let prepared = prepare(routine, session)?;
    prepared.ambience_of_file()?; // a session with an ambience that is not there would not play
    let (score, voice, estimated) = score(&prepared)?;
    prepared.tell_of_clips();
    let title = prepared.routine.title.as_str();
    let mut out = screen::stdout();
    if json {
        screen::print_json(&Timeline::new(&score, title, &voice, estimated), true)?;
    } else {
        let about = if estimated { "about " } else { "" };
        writeln!(out, "{title}")?;
        if !prepared.routine.summary.is_empty() {
            writeln!(out, "{}", prepared.routine.summary)?;
        }
        let length = clock(score.length.to_seconds(RATE));
        let morning = if score.endless { ", then until morning" } else { "" };
        writeln!(out, "{about}{length}{morning} · {voice} · {}", prepared.resolved.ambience.value.display())?;
        write!(out, "{}", script(&score))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The score, who speaks it, and whether its lengths are guesses. Without a choice a voice is
/// taken that can be rendered: its times are exact. Where nothing speaks, they are estimates.
fn score(prepared: &Prepared) -> Result<(Score, String, bool), Failure> {
    if prepared.chosen()?.is_some_and(|id| !prepared.voices.is_rendered(&id)) {
        // It has to answer, too.
        let (id, _) = prepared.voice(false)?;
        return Ok((estimated(prepared)?, id.to_string(), true));
    }
    match prepared.recorded() {
        Ok(recorded) => {
            recorded.tell();
            Ok((recorded.feeder.score().clone(), recorded.id.to_string(), false))
        }
        Err(Failure::Voice(error @ VoiceError::None { .. })) => {
            complain(&format!("supine: the times are estimates: {error}"));
            Ok((estimated(prepared)?, "none".to_owned(), true))
        }
        Err(error) => Err(error),
    }
}

fn estimated(prepared: &Prepared) -> Result<Score, Failure> {
    let plan = &prepared.plan;
    let chimes = chimes(plan, prepared.settings.loudness, RATE)?;
    let length = |id| Some(estimated_length(plan.utterance(id), RATE));
    Ok(compile(plan, RATE, &length, &|place| chimes[place].length()).0)
}
