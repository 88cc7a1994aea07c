//! `supine render --all`: every routine of the shelf into a folder, several at a time. What is there already, and
//! would be the same, is kept. With `--feed`, a page and a podcast feed of them are written beside them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use super::render::Wanted;
use crate::failure::Failure;
use crate::opening;
use crate::screen::{complain, tell};
use supine::advice::{Advice, Advise};
use supine::catalogue::names;
use supine::config::Choices;
use supine::control::{Watch, Work};
use supine::folders::home_expanded;
use supine::output::file::{Destination, GoOn};
use supine::output::format::Format;
use supine::output::formats::{can_write, encoder};
use supine::output::written::Rendered;
use supine::remote::signals::Signals;
use supine::sharing::{FEW_PLAYERS, Offer, offers, page};
use supine::whole_file;

/// What the page and the feed are made from: the sessions that are there.
const PAGE: &str = "the sessions";
/// The steps of a routine on the bar.
const STEPS: u64 = 1000;
/// Those of them that are done when it is recorded, if it has to be.
const RECORDED: u64 = 400;

/// What all the threads know.
struct Everything<'a> {
    folder: &'a Path,
    wanted: &'a Wanted,
    choices: &'a Choices,
    signals: &'a Signals,
    bar: &'a ProgressBar,
    rendered: Mutex<Rendered>,
    /// How many files were rendered, and not kept as they were.
    made: AtomicUsize,
}

pub fn render_all(wanted: &Wanted, choices: &Choices) -> Result<ExitCode, Failure> {
    let folder = PathBuf::from(home_expanded(&wanted.output));
    if let Err(error) = std::fs::create_dir_all(&folder) {
        let problem = format!("can't make the folder {}: {error}", folder.display());
        return Err(Failure::Other(Advice::new(problem, "choose another folder")));
    }
    let names: Vec<String> =
        names().into_iter().map(str::to_owned).chain(opening::shelf(choices)?.own()).collect();
    let signals = Signals::listen_for_render()?;
    let formats = formats(wanted);
    let files: Vec<(&str, Format)> =
        names.iter().flat_map(|name| formats.iter().map(|format| (name.as_str(), *format))).collect();
    let bar = ProgressBar::new(STEPS * files.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    let work = Everything {
        folder: &folder,
        wanted,
        choices,
        signals: &signals,
        bar: &bar,
        rendered: Mutex::new(Rendered::read(&folder)),
        made: AtomicUsize::new(0),
    };
    let failed = work.all(&files);
    bar.finish_and_clear();
    let (made, kept) = (work.made.load(Ordering::Relaxed), files.len() - failed);
    if signals.exit_code().is_none() {
        complain(&format!(
            "supine: {kept} sessions are in {}, {made} of them rendered now",
            folder.display()
        ));
    }
    if wanted.feed && signals.exit_code().is_none() {
        let mut rendered = work.rendered.into_inner().unwrap_or_else(PoisonError::into_inner);
        write_feed(&folder, wanted.address.as_deref(), &mut rendered)?;
    }
    match (signals.exit_code(), failed) {
        (Some(code), _) => Err(Failure::Signal(code)),
        (None, 0) => Ok(ExitCode::SUCCESS),
        (None, _) => Ok(ExitCode::FAILURE),
    }
}

/// The formats of each routine. A phone's come in the order in which more players understand them.
fn formats(wanted: &Wanted) -> Vec<Format> {
    match (wanted.format, wanted.feed) {
        (Some(format), _) => vec![format],
        (None, false) => vec![Format::Opus],
        (None, true) => {
            let common = [Format::M4a, Format::Mp3].into_iter().find(|format| can_write(*format));
            common.into_iter().chain([Format::Opus]).collect()
        }
    }
}

/// Writes the page and the feed of what is in the folder.
fn write_feed(folder: &Path, address: Option<&str>, rendered: &mut Rendered) -> Result<(), Failure> {
    let name = folder.display();
    let offers = offers(folder).map_err(|error| {
        Failure::Other(Advice::new(format!("can't read {name} ({error})"), "check its permissions"))
    })?;
    let base = match address {
        Some(address) => format!("{}/", address.trim_end_matches('/')),
        None => {
            complain(
                "supine: `supine serve` offers this feed; on the web, podcast apps need whole addresses, which `--address URL` gives",
            );
            String::new()
        }
    };
    let files = page::files(&offers, &base);
    if let Some((foreign, _)) = files.iter().find(|(file, _)| !rendered.may_replace(file)) {
        let problem =
            format!("{} is there already, and supine did not write it", folder.join(foreign).display());
        return Err(Failure::Other(Advice::new(problem, "choose another folder, or move it away")));
    }
    for (file, content) in files {
        let path = folder.join(&file);
        whole_file::write(&path, &content).and_then(|()| rendered.note(&file, PAGE)).map_err(|refusal| {
            Failure::Other(
                refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display())),
            )
        })?;
    }
    // Without ffmpeg or lame there are formats that some phones don't play.
    if !offers.iter().all(Offer::plays_everywhere) {
        complain(&format!("supine: {FEW_PLAYERS}"));
    }
    Ok(())
}

impl Everything<'_> {
    /// Renders all files, as many at a time as there are cores; returns how many could not be rendered.
    fn all(&self, files: &[(&str, Format)]) -> usize {
        let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            while !self.signals.is_stopped()
                && let Some((name, format)) = files.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let share = Arc::new(Share::of(self));
                let rendered = self.one(name, *format, &share);
                share.fill(STEPS);
                if let Err(failure) = rendered
                    && !self.signals.is_stopped()
                {
                    failed.fetch_add(1, Ordering::Relaxed);
                    self.bar.suspend(|| complain(&format!("supine: {name}: {failure}")));
                }
            }
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            (0..cores.min(files.len())).for_each(|_| drop(scope.spawn(work)));
        });
        failed.into_inner()
    }

    fn one(&self, name: &str, format: Format, share: &Arc<Share>) -> Result<(), Failure> {
        let source = opening::shelf(self.choices)?.read(name)?;
        let session =
            opening::open_for_a_file(vec![(name.into(), source)], self.choices.clone())?.with_an_end()?;
        let from = session.made_from(format, self.wanted.bitrate)?;
        let file = format!("{name}.{}", format.word());
        let known = || self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if known().has(&file, &from) {
            return Ok(());
        }
        let signals = self.signals.clone();
        let go_on: GoOn = Rc::new(move || !signals.is_stopped());
        let path = self.folder.join(&file);
        let destination = Destination::open(&path, Some(format), &go_on, &mut || {})?;
        let mut encoder = encoder(destination, self.wanted.bitrate)?;
        let watch: Arc<dyn Watch> = share.clone();
        let rendered = session.render(encoder.as_mut(), &watch)?;
        self.made.fetch_add(1, Ordering::Relaxed);
        self.bar.suspend(|| tell(&rendered.warnings));
        known().note(&file, &from).map_err(|refusal| Failure::Other(refusal.advice()))
    }
}

/// A routine's share of the bar.
struct Share {
    bar: ProgressBar,
    signals: Signals,
    /// Where its work stands: the first step and the number of steps of this kind of work, and how many of its own it
    /// has.
    work: Mutex<(u64, u64, u64)>,
    filled: AtomicU64,
}

impl Share {
    fn of(all: &Everything<'_>) -> Self {
        let (bar, signals) = (all.bar.clone(), all.signals.clone());
        Self { bar, signals, work: Mutex::new((0, 0, 1)), filled: AtomicU64::new(0) }
    }

    /// Moves the bar on to this step of the routine.
    fn fill(&self, step: u64) {
        let before = self.filled.fetch_max(step, Ordering::Relaxed);
        self.bar.inc(step.saturating_sub(before));
    }
}

impl Watch for Share {
    fn begin(&self, work: Work, steps: u64) {
        let (first, share) =
            if work == Work::Recording { (0, RECORDED) } else { (RECORDED, STEPS - RECORDED) };
        *self.work.lock().unwrap_or_else(PoisonError::into_inner) = (first, share, steps.max(1));
    }

    fn done(&self, steps: u64) {
        let (first, share, of) = *self.work.lock().unwrap_or_else(PoisonError::into_inner);
        self.fill(first + share * steps.min(of) / of);
    }

    fn is_wanted(&self) -> bool {
        !self.signals.is_stopped()
    }
}
