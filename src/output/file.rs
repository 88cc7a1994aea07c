//! A mixer rendered to WAV: 24 bits, stereo, at 48 kHz. A file appears whole or not at all; a stream is
//! written into as it is rendered.

use std::ffi::OsStr;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub use super::stream::GoOn;
use super::stream::Stream;
use crate::mixer::Mixer;
use crate::units::{Frame, Frames, SampleRate};
use crate::whole_file::{self, Found, Manner, Refusal, WholeFile};

/// Frames that are rendered at once.
const BLOCK: usize = 4096;
/// Bytes of a frame: two channels of 24 bits.
const FRAME_BYTES: u64 = 6;
const FULL_SCALE: f32 = 8_388_607.0;
/// Bytes that are written at once.
const BUFFER: usize = 1 << 18;
/// The end of an unfinished file's name.
const PART: Manner = Manner { prefix: ".supine-", suffix: ".part", is_private: false, is_durable: false };
/// Sound that the table of file names does not know.
const MORE_SOUND: [&str; 5] = ["ape", "tak", "tta", "w64", "wv"];

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be written.
    #[error("can't write {}: {refusal}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        refusal: Refusal,
    },
    /// Its name says that it is of another format.
    #[error("can't write {}: supine writes WAV, and `.{ending}` is another format; {help}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The end of its name.
        ending: String,
        /// What to do instead.
        help: String,
    },
    /// Standard output is a terminal.
    #[error(
        "sound is not for a terminal; name a file, or let a program read it, as in `supine render -o - | ...`"
    )]
    Terminal,
    /// Whoever read a stream has stopped.
    #[error("whoever read {} stopped reading {done_s:.1} s into the session; the rest was not written", path.display())]
    Unread {
        /// The stream.
        path: PathBuf,
        /// How far it was, in seconds.
        done_s: f64,
    },
    /// WAV ends at 4 GiB.
    #[error(
        "a session of {hours:.1} hours does not fit into a WAV file of 4 GiB; render it with shorter --holds, or to a \
         program that reads it (-o -)"
    )]
    TooLong {
        /// Its length.
        hours: f64,
    },
    /// Somebody asked to stop.
    #[error("stopped; nothing was written")]
    Stopped,
}

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
    /// Opens `path`: a file that is put in its place when it is complete, or a FIFO or device that is
    /// written into. A FIFO is waited for until somebody reads it; `waiting` is told so.
    ///
    /// # Errors
    /// When nothing can be written there, its name is that of another format, or `go_on` said no.
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

    /// A stream that is open already, called `path` in messages.
    ///
    /// # Errors
    /// When it is a terminal.
    pub fn stream(path: &Path, file: std::fs::File, go_on: &GoOn) -> Result<Self, FileError> {
        let sink = Sink::Stream(Stream::of(file, Rc::clone(go_on)));
        Self { path: path.to_owned(), sink }.unless_terminal()
    }

    fn unless_terminal(self) -> Result<Self, FileError> {
        match &self.sink {
            Sink::Stream(stream) if stream.is_terminal() => Err(FileError::Terminal),
            _ => Ok(self),
        }
    }
}

/// A file that is called MP3 and holds WAV is one that a player may refuse. An ending that is no
/// format's, as in `bed.v2`, misleads nobody.
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

/// Renders `length` frames. `progress` is told how many frames are done and says whether to go on.
///
/// # Errors
/// When the file can't be written, would be too long, or `progress` said no; a file is then as it was
/// before.
pub fn write_wav(
    destination: Destination,
    mixer: &mut Mixer,
    length: Frames,
    rate: SampleRate,
    progress: &mut dyn FnMut(Frames) -> bool,
) -> Result<(), FileError> {
    let Destination { path, mut sink } = destination;
    let header = match (header(length, rate), &sink) {
        (Ok(header), _) => header,
        (Err(endless), Sink::Stream(_)) => endless,
        (Err(_), Sink::File(_)) => {
            return Err(FileError::TooLong { hours: length.to_seconds(rate) / 3600.0 });
        }
    };
    let mut done = Frames::ZERO;
    let written = render(&mut sink, &header, mixer, length, &mut |frames| {
        done = frames;
        progress(frames)
    });
    match (written, sink) {
        (Ok(true), Sink::Stream(_)) => Ok(()),
        (Ok(true), Sink::File(file)) => {
            file.finish().map_err(|refusal| FileError::Unwritable { path, refusal })
        }
        (Ok(false), _) => Err(FileError::Stopped),
        (Err(_), _) if !progress(done) => Err(FileError::Stopped),
        (Err(error), Sink::Stream(_)) if error.kind() == ErrorKind::BrokenPipe => {
            Err(FileError::Unread { path, done_s: done.to_seconds(rate) })
        }
        (Err(error), _) => Err(FileError::Unwritable { path, refusal: error.into() }),
    }
}

/// The bytes before the samples. They are written first, so that a stream has the right length as well.
///
/// # Errors
/// Those of a stream without an end, when WAV has no number for the length.
fn header(length: Frames, rate: SampleRate) -> Result<Vec<u8>, Vec<u8>> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate.hz(),
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut header = spec.into_header_for_infinite_file();
    let data = length.0.saturating_mul(FRAME_BYTES);
    // The first length counts what follows it; the other one is the header's end.
    let lengths = [(4, data.saturating_add(header.len() as u64 - 8)), (header.len() - 4, data)];
    for (place, bytes) in lengths {
        let Ok(bytes) = u32::try_from(bytes) else { return Err(spec.into_header_for_infinite_file()) };
        header[place..place + 4].copy_from_slice(&bytes.to_le_bytes());
    }
    Ok(header)
}

/// Writes everything; false when `progress` said no.
fn render(
    sink: &mut Sink,
    header: &[u8],
    mixer: &mut Mixer,
    length: Frames,
    progress: &mut dyn FnMut(Frames) -> bool,
) -> std::io::Result<bool> {
    let mut sink = BufWriter::with_capacity(BUFFER, sink);
    sink.write_all(header)?;
    let mut block: Vec<Frame> = vec![[0.0; 2]; BLOCK];
    let mut done = 0;
    while done < length.0 {
        let frames = (length.0 - done).min(BLOCK as u64) as usize;
        mixer.render(&mut block[..frames]);
        for sample in block[..frames].as_flattened() {
            let scaled = (sample.clamp(-1.0, 1.0) * FULL_SCALE).round() as i32;
            // The lowest three bytes are the number in 24 bits.
            sink.write_all(&scaled.to_le_bytes()[..3])?;
        }
        done += frames as u64;
        if !progress(Frames(done)) {
            return Ok(false);
        }
    }
    sink.flush()?;
    Ok(true)
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Stream(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Stream(stream) => stream.flush(),
        }
    }
}
