//! The destination of a rendered session: a file, which appears completely or not at all, or a stream,
//! which is written during rendering.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub use super::stream::GoOn;
use super::stream::Stream;
use crate::advice::{Advice, Advise, advised};
use crate::units::SampleRate;
use crate::whole_file::{self, Found, Manner, Refusal, WholeFile};

/// The rate of a session that is rendered, or only measured or shown.
pub const FILE_RATE: SampleRate = SampleRate::HZ_48000;
/// The name of an unfinished file: its prefix and suffix.
const PART: Manner = Manner { prefix: ".supine-", suffix: ".part", is_private: false, is_durable: false };
/// Extensions of sound files that the table of file types lacks.
const MORE_SOUND: [&str; 5] = ["ape", "tak", "tta", "w64", "wv"];

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
        /// The end of its name.
        ending: String,
        /// What to do instead.
        help: String,
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
            Self::OtherFormat { path, ending, help } => {
                let path = path.display();
                let problem =
                    format!("can't write {path}: supine writes WAV, and `.{ending}` is another format");
                Advice::new(problem, help)
            }
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
#[derive(Debug)]
pub struct Destination {
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    File(WholeFile),
    Stream(Stream),
}

impl Destination {
    /// Opens `path`: a file, which is put in its place when it is complete, or a FIFO or device, which is
    /// written directly. For a FIFO it waits until somebody reads it, and calls `waiting` if so.
    ///
    /// # Errors
    /// When nothing can be written there, its name belongs to another format, or `go_on` returned false.
    pub fn open(path: &Path, go_on: &GoOn, waiting: &mut dyn FnMut()) -> Result<Self, FileError> {
        let refused = |refusal| FileError::Unwritable { path: path.to_owned(), refusal };
        let sink = match whole_file::follow(path).map_err(refused)? {
            Found::File(target) => {
                must_be_called_wav(path, path)?;
                must_be_called_wav(path, target.path())?;
                Sink::File(target.begin(PART).map_err(refused)?)
            }
            Found::Stream => match Stream::open(path, Rc::clone(go_on), waiting) {
                Err(_) if !go_on() => return Err(FileError::Stopped),
                stream => Sink::Stream(stream.map_err(|error| refused(error.into()))?),
            },
        };
        Self { path: path.to_owned(), sink }.unless_terminal()
    }

    /// A stream that is already open, called `path` in messages.
    ///
    /// # Errors
    /// When the stream is a terminal.
    pub fn stream(path: &Path, file: std::fs::File, go_on: &GoOn) -> Result<Self, FileError> {
        let sink = Sink::Stream(Stream::of(file, Rc::clone(go_on)));
        Self { path: path.to_owned(), sink }.unless_terminal()
    }

    /// The path, as it was given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is a stream, which is written during rendering.
    pub(super) fn is_stream(&self) -> bool {
        matches!(self.sink, Sink::Stream(_))
    }

    /// Completes the output: a file appears under its name.
    pub(super) fn finish(self) -> Result<(), FileError> {
        let Self { path, sink } = self;
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

/// Refuses names of other formats: a player may refuse a file that is called MP3 and holds WAV. An
/// extension that belongs to no format, as in `bed.v2`, misleads nobody.
fn must_be_called_wav(asked: &Path, path: &Path) -> Result<(), FileError> {
    let Some(ending) = path.extension().map(OsStr::to_string_lossy) else { return Ok(()) };
    let is = |known: &&str| ending.eq_ignore_ascii_case(known);
    let format = mime_guess::from_ext(&ending).first_raw();
    let is_sound = MORE_SOUND.iter().any(is)
        || format.is_some_and(|format| format.starts_with("audio/") || format.starts_with("video/"));
    if is(&"wav") || is(&"wave") || !(is_sound || format.is_some()) {
        return Ok(());
    }
    let wav = path.with_extension("wav");
    let help = if is_sound {
        format!("render to {0}, and `ffmpeg -i {0} {1}` converts it", wav.display(), path.display())
    } else {
        format!("name it {}", wav.display())
    };
    Err(FileError::OtherFormat { path: asked.to_owned(), ending: ending.into_owned(), help })
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
