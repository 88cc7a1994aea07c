//! `supine render`: a session as a file, through the same mixer.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::prepare::{FILE_RATE as RATE, prepare_and_tell};
use super::{Failure, complain};
use supine::catalogue::{self, Source};
use supine::config::{Choices, home_expanded};
use supine::mixer::{Mixer, Transport};
use supine::output::file::{Destination, GoOn, write_wav};
use supine::remote::signals::Signals;
use supine::score::compile::capacity;
use supine::score::timeline::clock;
use supine::units::Frames;

/// What it is called in messages.
const STANDARD_OUTPUT: &str = "standard output";

pub fn render(routine: &OsStr, path: &Path, report: bool, choices: Choices) -> Result<ExitCode, Failure> {
    // A routine may come from a pipe: while it is waited for, a signal does what it does to any program.
    let source = catalogue::read(routine)?;
    let signals = Signals::listen_for_render()?;
    let path = PathBuf::from(home_expanded(path));
    let rendered = render_until(&signals, source, &path, report, choices);
    // Whatever it was that a signal has kept from being done, the signal was the reason.
    match (rendered, signals.exit_code()) {
        (Err(_), Some(code)) => Err(Failure::Signal(code)),
        (rendered, _) => rendered,
    }
}

fn render_until(
    signals: &Signals,
    source: Source,
    path: &Path,
    report: bool,
    choices: Choices,
) -> Result<ExitCode, Failure> {
    let prepared = prepare_and_tell(source, &choices)?.with_an_end()?;
    // Before anything is recorded: what can't be written is known at once.
    let is_stdout = is_standard_output(path);
    let destination = open(path, signals)?;
    let stops = signals.clone();
    let recorded = prepared.recorded_while(Arc::new(move || !stops.is_stopped()))?;
    recorded.tell();
    let (id, mut feeder) = (recorded.id, recorded.feeder);
    let report = if report { Some(prepared.measured(&feeder)?) } else { None };
    let transport = Arc::new(Transport::default());
    let (mut mixer, mut feed) =
        Mixer::new(RATE, prepared.soundscape()?, Arc::clone(&transport), capacity(&prepared.plan));
    feeder.hand_over(&mut feed, &transport);
    let length = feeder.score().length;
    let bar = progress_bar(length);
    let written = write_wav(destination, &mut mixer, length, RATE, &mut |done| {
        while feed.spent.pop().is_ok() {}
        bar.set_position(done.0 / u64::from(RATE.hz()));
        !signals.is_stopped()
    });
    bar.finish_and_clear();
    prepared.tell_of_clips();
    written?;
    let name = if is_stdout { STANDARD_OUTPUT.into() } else { path.display().to_string() };
    complain(&format!("{name}: {} with {id}", clock(length.to_seconds(RATE))));
    match report {
        // Data, but the sound has taken its place.
        Some(report) if is_stdout => complain(&report),
        Some(report) => writeln!(std::io::stdout(), "{report}")?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether `path` is a name of standard output. Opened by its name it would begin a file anew that a shell
/// has opened to be added to.
fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

fn open(path: &Path, signals: &Signals) -> Result<Destination, Failure> {
    let signals = signals.clone();
    let go_on: GoOn = Rc::new(move || !signals.is_stopped());
    if is_standard_output(path) {
        let file = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
        return Ok(Destination::stream(Path::new(STANDARD_OUTPUT), file, &go_on)?);
    }
    let waiting =
        || complain(&format!("supine: waiting until somebody reads {} (Ctrl-C ends it)", path.display()));
    Ok(Destination::open(path, &go_on, &mut { waiting })?)
}

fn progress_bar(length: Frames) -> ProgressBar {
    // indicatif draws nothing when standard error is not a terminal.
    let bar = ProgressBar::new(length.0 / u64::from(RATE.hz()));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    bar
}
