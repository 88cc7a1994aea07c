//! `supine render`: a session as a file, through the same mixer.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::prepare::{FILE_RATE as RATE, prepare};
use super::{Failure, complain};
use crate::cli::SessionArgs;
use crate::mixer::{Mixer, Transport};
use crate::output::file::{FileError, write_wav};
use crate::remote::signals::Signals;
use crate::score::timeline::clock;
use crate::units::Frames;

pub fn render(routine: &str, path: &Path, report: bool, session: SessionArgs) -> Result<ExitCode, Failure> {
    let signals = Signals::listen()?;
    let prepared = prepare(routine, session)?.with_an_end()?;
    let recorded = prepared.recorded()?;
    recorded.tell();
    let (id, mut prompter) = (recorded.id, recorded.prompter);
    let report = if report { Some(prepared.measured(&prompter)?) } else { None };
    let transport = Arc::new(Transport::default());
    let (mut mixer, mut feed) =
        Mixer::new(RATE, prepared.soundscape()?, Arc::clone(&transport), prepared.plan.capacity());
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
            if let Some(report) = report {
                writeln!(std::io::stdout(), "{report}")?;
            }
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
