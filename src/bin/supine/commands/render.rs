//! `supine render`: writes a session to a file, through the same mixer.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::failure::Failure;
use crate::opening;
use crate::progress::Progress;
use crate::screen::{complain, tell};
use supine::catalogue::Source;
use supine::config::Choices;
use supine::control::Watch;
use supine::folders::home_expanded;
use supine::output::file::FILE_RATE;
use supine::output::file::{Destination, GoOn};
use supine::output::format::{FORMATS, Format};
use supine::output::formats::encoder;
use supine::output::written::Transcript;
use supine::remote::signals::Signals;
use supine::score::timeline::clock;

/// The name of standard output in messages.
const STANDARD_OUTPUT: &str = "standard output";

/// What is asked for besides the session.
#[derive(Debug, Args)]
pub struct Wanted {
    /// The file to write, which ends in .opus, .flac, .mp3, .m4a, .m4b or .wav, or - for standard output; a
    /// file of this name is replaced when the new one is complete
    #[arg(short, long)]
    pub output: PathBuf,
    /// Render every routine, built-in and your own, into the folder that `--output` names; what is there already
    /// and would be the same is kept
    #[arg(long, conflicts_with_all = ["routines", "report", "transcript"])]
    pub all: bool,
    /// With --all: in the formats that phones play (M4A or MP3, and Opus), with a page that plays them and a podcast feed,
    /// as files for any web server
    #[arg(long, requires = "all")]
    pub feed: bool,
    /// With --feed: the address of the folder on the web, which podcast apps need
    #[arg(long, value_name = "URL", requires = "feed")]
    pub address: Option<String>,
    /// The format, where the name of the file does not tell; a stream is WAV or Opus [default: wav; opus for --all]
    #[arg(long, value_parser = PossibleValuesParser::new(FORMATS.map(Format::word)).try_map(|word| Format::of_word(&word).ok_or("no format")))]
    pub format: Option<Format>,
    /// Kilobits per second for a format with loss [default: 40 for Opus, 96 for MP3, M4A and M4B]
    #[arg(long, value_name = "KBIT/S", value_parser = clap::value_parser!(u32).range(16..=320))]
    pub bitrate: Option<u32>,
    /// Write what is said as well: a .vtt has times, a .txt has none
    #[arg(long, value_name = "FILE")]
    pub transcript: Option<PathBuf>,
    /// Print its loudness, true peak and the margin of the voice over the ambience
    #[arg(long)]
    pub report: bool,
}

pub fn render(routines: &[OsString], wanted: Wanted, choices: Choices) -> Result<ExitCode, Failure> {
    // A routine may come from a pipe: while it is waited for, a signal ends the program as usual.
    let read = opening::read(routines, &choices)?;
    let signals = Signals::listen_for_render()?;
    let output = PathBuf::from(home_expanded(&wanted.output));
    let rendered = render_until(&signals, read, &Wanted { output, ..wanted }, choices);
    // Whatever failed after a signal, the signal was the reason.
    match (rendered, signals.exit_code()) {
        (Err(_), Some(code)) => Err(Failure::Signal(code)),
        (rendered, _) => rendered,
    }
}

fn render_until(
    signals: &Signals,
    read: Vec<(OsString, Source)>,
    wanted: &Wanted,
    choices: Choices,
) -> Result<ExitCode, Failure> {
    let session = opening::open_for_a_file(read, choices)?;
    opening::tell_of_language(&session);
    let session = session.with_an_end()?;
    // This comes before any recording, so a file that can't be written is reported at once.
    let transcript =
        wanted.transcript.as_ref().map(|path| Transcript::at(Path::new(&home_expanded(path)))).transpose()?;
    let path = wanted.output.as_path();
    let is_stdout = is_standard_output(path);
    let mut encoder = encoder(destination(path, wanted.format, signals)?, wanted.bitrate)?;
    let watch: Arc<dyn Watch> = Arc::new(Progress::until(signals));
    let recorded = session.record(&watch)?;
    tell(&recorded.warnings());
    opening::tell_of_ambience(&session);
    let report = if wanted.report { Some(session.measure(&recorded, watch.as_ref())?) } else { None };
    let (voice, length) = (recorded.voice.clone(), recorded.score().length);
    let words = transcript.map(|file| {
        let (score, about) = (recorded.score(), session.description(recorded.score(), &voice.to_string()));
        (file, score.clone(), about)
    });
    let encoded = session.encode(recorded, encoder.as_mut(), watch.as_ref());
    opening::tell_of_clips(&session);
    tell(&encoded?);
    if let Some((file, score, about)) = words {
        file.write(&score, &about)?;
    }
    let name = if is_stdout { STANDARD_OUTPUT.into() } else { path.display().to_string() };
    let title = session.routine().title.as_str();
    complain(&format!("{name}: {title}, {} with {voice}", clock(length.to_seconds(FILE_RATE))));
    let report = report.map(|report| opening::report_line(&session, &report));
    match report {
        // The report is data, but the sound occupies standard output.
        Some(report) if is_stdout => complain(&report),
        Some(report) => writeln!(std::io::stdout(), "{report}")?,
        None => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether `path` is a name of standard output. Opening it by name would truncate a file that a shell has
/// opened for appending.
fn is_standard_output(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path == Path::new(name))
}

fn destination(path: &Path, format: Option<Format>, signals: &Signals) -> Result<Destination, Failure> {
    let signals = signals.clone();
    let go_on: GoOn = Rc::new(move || !signals.is_stopped());
    if is_standard_output(path) {
        let file = File::from(std::io::stdout().as_fd().try_clone_to_owned()?);
        return Ok(Destination::stream(Path::new(STANDARD_OUTPUT), file, format, &go_on)?);
    }
    let waiting =
        || complain(&format!("supine: waiting until somebody reads {} (Ctrl-C ends it)", path.display()));
    Ok(Destination::open(path, format, &go_on, &mut { waiting })?)
}
