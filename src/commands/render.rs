//! `supine render`: a session as a file, through the same mixer.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::prepare::prepare;
use super::{Failure, complain};
use crate::cli::SessionArgs;
use crate::mixer::{Ambience, Mixer, Silence, Transport};
use crate::output::file::{FileError, write_wav};
use crate::remote::signals::Signals;
use crate::score::timeline::clock;
use crate::session::performance::SessionError;
use crate::session::prompter::Prompter;
use crate::session::studio::{Studio, chimes};
use crate::sounds::soundscape::Soundscape;
use crate::speech::voices::Voice;
use crate::units::{Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;

pub fn render(routine: &str, path: &Path, session: SessionArgs) -> Result<ExitCode, Failure> {
    let signals = Signals::listen()?;
    let prepared = prepare(routine, session)?;
    let (id, voice) = prepared.voice(true)?;
    let Voice::Rendered(voice) = voice else {
        return Err(crate::speech::voices::VoiceError::NotRendered(id).into());
    };
    let loudness = prepared.settings.loudness;
    let plan = Arc::clone(&prepared.plan);
    let speech = |error| Failure::Session(SessionError::Speech(error));
    let studio = Studio::new(voice, &plan, loudness, RATE).map_err(speech)?;
    let chimes = chimes(&plan, loudness, RATE)?;
    let ambience = Soundscape::open(&prepared.ambience()?, loudness, RATE)?;
    let ambience =
        ambience.map_or_else(|| Box::new(Silence) as Box<dyn Ambience>, |soundscape| Box::new(soundscape));
    let transport = Arc::new(Transport::default());
    let (mut mixer, mut feed) =
        Mixer::new(RATE, ambience, Arc::clone(&transport), (plan.max_events() + 8) * 4);
    let mut prompter = Prompter::new(plan, studio, chimes, RATE);

    prompter.record_all().map_err(speech)?;
    for problem in prompter.problems() {
        complain(&format!("supine: {}; {}", problem.message, problem.help));
    }
    prompter.hand_over(&mut feed, &transport);
    let length = prompter.score().length;
    let bar = progress_bar(length);
    let written = write_wav(path, &mut mixer, length, RATE, &mut |done| {
        while feed.spent.pop().is_ok() {}
        bar.set_position(done.0 / u64::from(RATE.hz()));
        !signals.is_stopped()
    });
    bar.finish_and_clear();
    prepared.tell_of_clips();
    match (written, signals.exit_code()) {
        (Err(FileError::Stopped), Some(code)) => Err(Failure::Signal(code)),
        (result, _) => {
            result?;
            complain(&format!("{}: {} with {id}", path.display(), clock(length.to_seconds(RATE))));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn progress_bar(length: Frames) -> ProgressBar {
    // indicatif draws nothing when standard error is not a terminal.
    let bar = ProgressBar::new(length.0 / u64::from(RATE.hz()));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    bar
}
