//! MP3 and AAC, by a program that gets the samples through a pipe: ffmpeg, or lame for MP3. It writes the unfinished
//! file; what the file says of its session is added when the program has ended.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use subprocess::{Exec, ExitStatus, Job, Redirection};

use super::description::Description;
use super::encoder::{Encoder, Loudness};
use super::file::{Destination, FILE_RATE, FileError, GoOn};
use super::format::Format;
use super::labels::label;
use super::pcm;
use super::stream::Stream;
use crate::score::Score;
use crate::speech::process::{end_group, first_line};
use crate::units::{Frame, Frames};

/// The bitrate unless another is asked for, in kbit/s.
const BITRATE: u32 = 96;
/// How long the program may stand still, and how long it may take to complete its file.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often an ended program is looked for.
const STEP: Duration = Duration::from_millis(20);

/// The programs that write a format, the preferred one first; none for those that need no program.
pub(super) fn programs(format: Format) -> &'static [&'static str] {
    match format {
        Format::Mp3 => &["ffmpeg", "lame"],
        Format::M4a | Format::M4b => &["ffmpeg"],
        Format::Opus | Format::Flac | Format::Wav => &[],
    }
}

/// Has a program write a destination.
pub(crate) struct Outside {
    /// Taken when the file is finished.
    destination: Option<Destination>,
    program: Program,
    about: Description,
    length: Frames,
    /// The frames that are being written, as bytes.
    bytes: Vec<u8>,
}

/// A program at work. When it is dropped, it is ended.
struct Program {
    name: &'static str,
    job: Job,
    input: Option<Stream>,
    /// What it complains about.
    complaints: File,
    /// When it was last given something.
    since: Rc<Cell<Instant>>,
    go_on: GoOn,
}

impl Outside {
    /// Starts the program, so that a missing one is known at once.
    ///
    /// # Errors
    /// When no program is there, or it can't be started.
    pub(crate) fn start(destination: Destination, bitrate: Option<u32>) -> Result<Self, FileError> {
        let format = destination.format();
        let Some(file) = destination.unfinished() else { return Err(FileError::NotStreamed(format)) };
        let bitrate = bitrate.unwrap_or(BITRATE);
        let ffmpeg = ("ffmpeg", ffmpeg(format, bitrate, file));
        let mut programs = vec![ffmpeg];
        if format == Format::Mp3 {
            programs.push(("lame", lame(bitrate, file)));
        }
        for (name, arguments) in programs {
            match Program::start(name, &arguments, &destination.go_on()) {
                Ok(program) => {
                    let (about, length, bytes) = Default::default();
                    return Ok(Self { destination: Some(destination), program, about, length, bytes });
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(destination.path(), name, error.to_string())),
            }
        }
        let help = match format {
            Format::Mp3 => "install ffmpeg or lame (Debian's packages `ffmpeg`, `lame`), or name it .opus",
            _ => "install ffmpeg (Debian's package `ffmpeg`), or name it .opus",
        };
        Err(FileError::NoProgram { path: destination.path().to_owned(), format, help })
    }

    fn failed(&self, why: impl Into<String>) -> FileError {
        let path = self.destination.as_ref().map(Destination::path).unwrap_or(Path::new(""));
        failed(path, self.program.name, why)
    }
}

fn failed(path: &Path, program: &'static str, why: impl Into<String>) -> FileError {
    FileError::Program { path: path.to_owned(), program, why: why.into() }
}

/// What ffmpeg is told: numbers of 24 bits come in, and a file without any words goes out, the same one every time.
fn ffmpeg(format: Format, bitrate: u32, file: &Path) -> Vec<OsString> {
    let (rate, bitrate) = (FILE_RATE.hz().to_string(), format!("{bitrate}k"));
    let mut arguments: Vec<&str> = vec!["-v", "error", "-nostats", "-f", "s24le", "-ar", &rate, "-ac", "2"];
    arguments.extend([
        "-i",
        "pipe:0",
        "-map_metadata",
        "-1",
        "-fflags",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ]);
    arguments.extend(["-b:a", &bitrate]);
    arguments.extend(match format {
        Format::Mp3 => ["-c:a", "libmp3lame", "-id3v2_version", "0", "-f", "mp3"],
        _ => ["-c:a", "aac", "-movflags", "+faststart", "-f", "ipod"],
    });
    arguments.push("-y");
    // Without the prefix, a name with a colon would be taken for an address.
    let mut name = OsString::from("file:");
    name.push(file);
    arguments.into_iter().map(Into::into).chain([name]).collect()
}

/// The same for lame.
fn lame(bitrate: u32, file: &Path) -> Vec<OsString> {
    let (rate, bitrate) = ((f64::from(FILE_RATE.hz()) / 1000.0).to_string(), bitrate.to_string());
    let arguments = ["--silent", "-r", "-s", &rate, "--bitwidth", "24", "--signed", "--little-endian"];
    let arguments = arguments.into_iter().chain(["-m", "j", "-b", &bitrate, "-"]);
    arguments.map(Into::into).chain([file.as_os_str().to_owned()]).collect()
}

impl Program {
    fn start(name: &'static str, arguments: &[OsString], go_on: &GoOn) -> std::io::Result<Self> {
        let complaints = tempfile::tempfile()?;
        let exec = Exec::cmd(name)
            .args(arguments)
            .stdin(Redirection::Pipe)
            .stdout(Redirection::Null)
            .stderr(Redirection::File(complaints.try_clone()?));
        // Ctrl-C is meant for the render, which removes what is unfinished.
        #[cfg(unix)]
        let exec = subprocess::ExecExt::setpgid(exec);
        let mut job = exec.start()?;
        let since = Rc::new(Cell::new(Instant::now()));
        let (until, last) = (Rc::clone(go_on), Rc::clone(&since));
        let patient: GoOn = Rc::new(move || until() && last.get().elapsed() < PATIENCE);
        let input = job.stdin.take().map(|input| Stream::of(input, patient));
        Ok(Self { name, job, input, complaints, since, go_on: Rc::clone(go_on) })
    }

    /// Gives it bytes.
    fn give(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.since.set(Instant::now());
        let Some(input) = &mut self.input else { return Err(ErrorKind::BrokenPipe.into()) };
        input.write_all(bytes)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// Why it has not ended well.
    fn end(&mut self) -> Result<(), String> {
        self.input = None;
        let begun = Instant::now();
        let status = loop {
            match self.job.wait_timeout(STEP) {
                Ok(Some(status)) => break status,
                Ok(None) if !(self.go_on)() => return Err("stopped".to_owned()),
                Ok(None) if begun.elapsed() < PATIENCE => {}
                Ok(None) => return Err("it does not end".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
        };
        if status.success() { Ok(()) } else { Err(self.reason(&status)) }
    }

    fn reason(&mut self, status: &ExitStatus) -> String {
        const MOST: u64 = 10_000;
        let mut words = Vec::new();
        // Without its words there is its status.
        let _ = self.complaints.rewind();
        let _ = (&self.complaints).take(MOST).read_to_end(&mut words);
        let line = first_line(&words);
        if line.is_empty() { status.to_string() } else { line }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.input = None;
        if self.job.poll().is_none() {
            end_group(&self.job);
        }
    }
}

impl Encoder for Outside {
    fn begin(&mut self, score: &Score, about: &Description) -> Result<(), FileError> {
        (self.about, self.length) = (about.clone(), score.length);
        if score.rate == FILE_RATE { Ok(()) } else { Err(self.failed("the rate is another one")) }
    }

    fn write(&mut self, frames: &[Frame]) -> Result<(), FileError> {
        pcm::bytes(frames, &mut self.bytes);
        self.program.give(&self.bytes).map_err(|error| match error.kind() {
            // It has given up, and says why.
            ErrorKind::BrokenPipe => {
                let why = self.program.end().err();
                self.failed(why.unwrap_or_else(|| "it has stopped listening".to_owned()))
            }
            _ if !(self.program.go_on)() => FileError::Stopped,
            _ => self.failed("it stands still"),
        })
    }

    fn wants_loudness(&self) -> bool {
        true
    }

    fn finish(&mut self, loudness: Option<Loudness>) -> Result<(), FileError> {
        self.program.end().map_err(|why| match (self.program.go_on)() {
            true => self.failed(why),
            false => FileError::Stopped,
        })?;
        let Some(destination) = self.destination.take() else { return Ok(()) };
        if let Some(file) = destination.unfinished() {
            label(file, destination.format(), (&self.about, self.length), loudness).map_err(|error| {
                FileError::Unwritable { path: destination.path().to_owned(), refusal: error.into() }
            })?;
        }
        destination.finish()
    }
}
