//! `supine play`: a session on the sound device.

use std::process::ExitCode;

use super::prepare::{Prepared, prepare};
use super::status::Status;
use super::{Failure, complain};
use crate::cli::{OutputArgs, SessionArgs};
use crate::output;
use crate::remote::signals::Signals;
use crate::session::performance::{Finish, SessionError, Stage, play as perform};
use crate::speech::voices::{Voice, VoiceId};

pub fn play(routine: &str, session: SessionArgs, output: OutputArgs) -> Result<ExitCode, Failure> {
    let signals = Signals::listen()?;
    let prepared = prepare(routine, session)?;
    // The device comes first: without it nothing else matters.
    let mut device = output::open(output.fake_output)?;
    let (id, voice) = prepared.voice(false)?;
    let first_try = on_stage(&prepared, &id, voice, device.as_mut(), &signals);
    let result = match first_try {
        Err(Failure::Session(SessionError::Speech(error))) if may_fall_back(&prepared, &id) => {
            complain(&format!("supine: {error}; going on with espeak-ng"));
            let (id, voice) = prepared.voices.default(&prepared.routine.language, true)?;
            drop(device);
            device = output::open(output.fake_output)?;
            on_stage(&prepared, &id, voice, device.as_mut(), &signals)
        }
        other => other,
    };
    prepared.tell_of_clips();
    match (result?, signals.exit_code()) {
        (Finish::Stopped, Some(code)) => Err(Failure::Signal(code)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A voice that nobody chose may be exchanged for another while nothing has been heard: to begin
/// again from the welcome in the middle of the night would wake somebody.
fn may_fall_back(prepared: &Prepared, id: &VoiceId) -> bool {
    prepared.resolved.voice.value.is_none() && matches!(id, VoiceId::System(_))
}

fn on_stage(
    prepared: &Prepared,
    id: &VoiceId,
    voice: Voice,
    output: &mut dyn output::Output,
    signals: &Signals,
) -> Result<Finish, Failure> {
    let stage = Stage {
        plan: prepared.plan.clone(),
        settings: prepared.settings.clone(),
        ambience: prepared.ambience()?,
        voice,
    };
    let mut status = Status::new(prepared.routine.title.as_str(), &id.to_string());
    let result = perform(stage, output, &mut |progress| {
        status.show(progress);
        !signals.is_stopped()
    });
    status.clear();
    let (finish, warnings) = result?;
    for warning in warnings {
        complain(&format!("supine: {warning}"));
    }
    Ok(finish)
}
