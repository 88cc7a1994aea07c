//! The destination of a rendered session: a file, which appears completely or not at all, or a stream,
//! which is written during rendering.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::format::{FORMATS, Format, Named};
pub use super::stream::GoOn;
use super::stream::Stream;
use crate::advice::{Advice, Advise, advised};
use crate::units::SampleRate;
use crate::whole_file::{self, Found, Manner, Refusal, WholeFile};

/// The rate of a session that is rendered, or only measured or shown.
pub const FILE_RATE: SampleRate = SampleRate::HZ_48000;
/// The name of an unfinished file: its prefix and suffix.
const PART: Manner = Manner { prefix: ".supine-", suffix: ".part", is_private: false, is_durable: false };

/// Why there is no file.
#[derive(Debug)]
pub enum FileError {
    /// It can't be written.
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        refusal: Refusal,
    },
    /// Its name says that it is of another format.
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// What is wrong with its name, as a clause.
        why: String,
        /// What to do instead.
        help: String,
    },
    /// A stream can't be of this format.
    NotStreamed(Format),
    /// A bitrate was asked for, and this format has none.
    NoBitrate(Format),
    /// No program is installed that writes it.
    NoProgram {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: Format,
        /// What to do.
        help: &'static str,
    },
    /// The program that writes it has failed.
    Program {
        /// The file.
        path: PathBuf,
        /// The program.
        program: &'static str,
        /// What it said.
        why: String,
    },
    /// Standard output is a terminal.
    Terminal,
    /// Whoever read a stream has stopped.
    Unread {
        /// The stream.
        path: PathBuf,
        /// How far it was, in seconds.
        done_s: f64,
    },
    /// WAV ends at 4 GiB.
    TooLong {
        /// Its length.
        hours: f64,
    },
    /// Somebody asked to stop.
    Stopped,
}

impl Advise for FileError {
    fn advice(&self) -> Advice {
        match self {
            Self::Unwritable { path, refusal } => {
                refusal.advice().about(|problem| format!("can't write {}: {problem}", path.display()))
            }
            Self::OtherFormat { path, why, help } => {
                Advice::new(format!("can't write {}: {why}", path.display()), help)
            }
            Self::NotStreamed(format) => Advice::new(
                format!("{format} can't be written into a pipe or a device"),
                "name a file, or use `--format opus` or `--format wav`",
            ),
            Self::NoBitrate(format) => Advice::new(
                format!("{format} keeps every bit, so it has no bitrate to choose"),
                "leave `--bitrate` out, or render to a file that ends in .opus",
            ),
            Self::NoProgram { path, format, help } => Advice::new(
                format!("can't write {}: no program is installed that writes {format}", path.display()),
                *help,
            ),
            Self::Program { path, program, why } => Advice::new(
                format!("can't write {}: {program} failed ({why})", path.display()),
                "check the program, or render to a file that ends in .opus",
            ),
            Self::Terminal => Advice::new(
                "sound is not for a terminal",
                "name a file, or let a program read it, as in `supine render -o - | ...`",
            ),
            Self::Unread { path, done_s } => {
                let path = path.display();
                Advice::from(format!("whoever read {path} stopped reading {done_s:.1} s into the session"))
                    .and("the rest was not written")
            }
            Self::TooLong { hours } => Advice::new(
                format!("a session of {hours:.1} hours does not fit into a WAV file of 4 GiB"),
                "render it with shorter --holds, or to a program that reads it (-o -)",
            ),
            Self::Stopped => Advice::from("stopped").and("nothing was written"),
        }
    }
}

advised!(FileError);

/// Where the sound goes.
pub struct Destination {
    path: PathBuf,
    format: Format,
    go_on: GoOn,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    File(WholeFile),
    Stream(Stream),
}

impl Destination {
    /// Opens `path`: a file, which is put in its place when it is complete, or a FIFO or device, which is
    /// written directly. For a FIFO it waits until somebody reads it, and calls `waiting` if so. Without a
    /// `format` the file's name decides, and a stream gets WAV.
    ///
    /// # Errors
    /// When nothing can be written there, its name belongs to another format, or `go_on` returned false.
    pub fn open(
        path: &Path,
        format: Option<Format>,
        go_on: &GoOn,
        waiting: &mut dyn FnMut(),
    ) -> Result<Self, FileError> {
        let refused = |refusal| FileError::Unwritable { path: path.to_owned(), refusal };
        let (format, sink) = match whole_file::follow(path).map_err(refused)? {
            Found::File(target) => {
                let format = named(path, path, format)?.or(format);
                let format = named(path, target.path(), format)?.or(format).unwrap_or(Format::Wav);
                (format, Sink::File(target.begin(PART).map_err(refused)?))
            }
            Found::Stream => {
                let format = streamed(format)?;
                match Stream::open(path, Rc::clone(go_on), waiting) {
                    Err(_) if !go_on() => return Err(FileError::Stopped),
                    stream => (format, Sink::Stream(stream.map_err(|error| refused(error.into()))?)),
                }
            }
        };
        Self { path: path.to_owned(), format, go_on: Rc::clone(go_on), sink }.unless_terminal()
    }

    /// A stream that is already open, called `path` in messages; WAV, unless another format is asked for.
    ///
    /// # Errors
    /// When the stream is a terminal, or the format is none for streams.
    pub fn stream(
        path: &Path,
        file: std::fs::File,
        format: Option<Format>,
        go_on: &GoOn,
    ) -> Result<Self, FileError> {
        let sink = Sink::Stream(Stream::of(file, Rc::clone(go_on)));
        let destination = Self { path: path.to_owned(), format: Format::Wav, go_on: Rc::clone(go_on), sink };
        Ok(Self { format: streamed(format)?, ..destination.unless_terminal()? })
    }

    /// The path, as it was given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The format that is to be written.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Whether to go on.
    pub(super) fn go_on(&self) -> GoOn {
        Rc::clone(&self.go_on)
    }

    /// Whether it is a stream, which is written during rendering.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.sink, Sink::Stream(_))
    }

    /// Where the unfinished file is, for another program to write it; `None` for a stream.
    pub(super) fn unfinished(&self) -> Option<&Path> {
        match &self.sink {
            Sink::File(file) => Some(file.unfinished()),
            Sink::Stream(_) => None,
        }
    }

    /// Writes again what stands at the beginning of a file.
    pub(super) fn rewrite(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.sink {
            Sink::File(file) => file.rewrite(bytes),
            Sink::Stream(_) => Err(std::io::ErrorKind::NotSeekable.into()),
        }
    }

    /// Completes the output: a file appears under its name.
    pub(super) fn finish(self) -> Result<(), FileError> {
        let Self { path, sink, .. } = self;
        match sink {
            Sink::Stream(_) => Ok(()),
            Sink::File(file) => file.finish().map_err(|refusal| FileError::Unwritable { path, refusal }),
        }
    }

    fn unless_terminal(self) -> Result<Self, FileError> {
        match &self.sink {
            Sink::Stream(stream) if stream.is_terminal() => Err(FileError::Terminal),
            _ => Ok(self),
        }
    }
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, format, go_on: _, sink } = self;
        let mut shown = f.debug_struct("Destination");
        shown.field("path", path).field("format", format).field("sink", sink).finish_non_exhaustive()
    }
}

/// The format of a stream.
fn streamed(format: Option<Format>) -> Result<Format, FileError> {
    let format = format.unwrap_or(Format::Wav);
    if format.streams() { Ok(format) } else { Err(FileError::NotStreamed(format)) }
}

/// The format that the name at `path` promises. Names of other formats are refused: a player may refuse a file that
/// is called MP3 and holds WAV.
fn named(asked: &Path, path: &Path, format: Option<Format>) -> Result<Option<Format>, FileError> {
    let other = |why, help| Err(FileError::OtherFormat { path: asked.to_owned(), why, help });
    let called = |ending: &str| path.with_extension(ending).display().to_string();
    match (Named::of(path), format) {
        (Named::Nothing, _) => Ok(None),
        (Named::Format(named), Some(format)) if !format.may_be_called(named) => {
            let why = format!("it is to be {format}, and `.{}` is another format", named.word());
            other(why, format!("name it {}, or choose another --format", called(format.word())))
        }
        (Named::Format(named), _) => Ok(Some(named)),
        (Named::Other { ending, is_sound }, _) => {
            let endings = FORMATS.map(|format| format!(".{}", format.word())).join(", ");
            let convert = match is_sound {
                true => format!(": `ffmpeg -i {} {}` converts it", called("flac"), path.display()),
                false => String::new(),
            };
            let help = format!("name it {}, or another of {endings}{convert}", called("opus"));
            other(format!("supine writes no `.{ending}`"), help)
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.sink {
            Sink::File(file) => file.write(bytes),
            Sink::Stream(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.sink {
            Sink::File(file) => file.flush(),
            Sink::Stream(stream) => stream.flush(),
        }
    }
}
