//! A FIFO, a device or standard output, written during rendering. Ctrl-C is obeyed during every wait.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::pipe::PIPE_BUF;

/// How often `go_on` is checked while waiting for a reader.
const STEP: Duration = Duration::from_millis(50);
/// Whether to go on waiting and writing.
pub type GoOn = Rc<dyn Fn() -> bool>;

/// An output that is written from beginning to end.
pub(crate) struct Stream {
    file: File,
    go_on: GoOn,
    /// The most bytes written at once.
    most: usize,
}

impl Stream {
    /// Opens a FIFO or a device. For a FIFO it waits until somebody reads it, and calls `waiting` once if
    /// so.
    ///
    /// # Errors
    /// When the system refuses, or `go_on` returned false.
    pub(crate) fn open(path: &Path, go_on: GoOn, waiting: &mut dyn FnMut()) -> io::Result<Self> {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let mut options = File::options();
        options.write(true).custom_flags(flags.bits().cast_signed());
        let is_fifo = std::fs::metadata(path)?.file_type().is_fifo();
        let mut is_told = false;
        loop {
            match options.open(path) {
                Err(error) if is_fifo && Errno::from_io_error(&error) == Some(Errno::NXIO) => {
                    if !std::mem::replace(&mut is_told, true) {
                        waiting();
                    }
                    must_go_on(&go_on)?;
                    std::thread::sleep(STEP);
                }
                // It is non-blocking, so a pipe accepts as much as it has room for.
                opened => return Ok(Self { file: opened?, go_on, most: usize::MAX }),
            }
        }
    }

    /// A stream that is already open and may be shared with other programs, so its modes are left alone. A
    /// pipe that is ready accepts [`PIPE_BUF`] bytes without blocking (POSIX).
    pub(crate) fn of(file: File, go_on: GoOn) -> Self {
        Self { file, go_on, most: PIPE_BUF }
    }

    /// Whether it is a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.file.is_terminal()
    }

    /// Waits until the stream can be written.
    fn wait(&self) -> io::Result<()> {
        let limit = Timespec { tv_sec: 0, tv_nsec: STEP.subsec_nanos().into() };
        loop {
            must_go_on(&self.go_on)?;
            match poll(&mut [PollFd::new(&self.file, PollFlags::OUT)], Some(&limit)) {
                Ok(0) | Err(Errno::INTR) => {}
                // If something is wrong with it, writing reports it.
                ready => return ready.map(drop).map_err(io::Error::from),
            }
        }
    }
}

fn must_go_on(go_on: &GoOn) -> io::Result<()> {
    if go_on() { Ok(()) } else { Err(io::Error::other("stopped")) }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            self.wait()?;
            match self.file.write(&bytes[..bytes.len().min(self.most)]) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::sleep(STEP),
                written => return written,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("file", &self.file).finish_non_exhaustive()
    }
}
