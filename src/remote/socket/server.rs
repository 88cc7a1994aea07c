//! The answering end of the control socket. A client that is slow, silent or sends nonsense wastes only its own
//! time: each has a thread and a deadline, and their number is limited.
//!
//! The standard library's listener is sufficient: a crate for local sockets (interprocess) would add Windows'
//! pipes, and hides the time limits that this depends on.

use std::fs::{File, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::lines::Lines;
use super::{Answer, Question, SocketError, is_own, make_private, question, read_line};
use crate::remote::{Board, Wire};

/// How long a client may take for a line.
const LINE_LIMIT: Duration = Duration::from_secs(5);
/// How many clients are served at the same time.
const MAX_CLIENTS: usize = 16;
/// How long the socket waits after the system has refused a connection, for example because no file descriptors
/// are left.
const REST: Duration = Duration::from_millis(200);

/// Answers until it is dropped.
pub(in crate::remote) struct Socket {
    path: PathBuf,
    is_closed: Arc<AtomicBool>,
    /// Whoever holds the lock owns the socket; the system releases it when a process is killed.
    _lock: File,
}

impl Socket {
    /// Answers at `path` from now on. A socket that a killed session left there is replaced.
    pub(in crate::remote) fn open(path: &Path, wire: Wire, board: Arc<Board>) -> Result<Self, SocketError> {
        let unusable = |error| SocketError::Unusable { path: path.to_owned(), error };
        let folder = path.parent().ok_or_else(|| unusable(io::ErrorKind::NotFound.into()))?;
        make_private(folder).map_err(unusable)?;
        let lock = lock(&path.with_extension("lock")).map_err(unusable)?.ok_or(SocketError::Taken)?;
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(unusable)?;
        std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(unusable)?;
        let is_closed = Arc::new(AtomicBool::new(false));
        let desk = Arc::new(Desk { wire, board, clients: AtomicUsize::new(0) });
        let closed = Arc::clone(&is_closed);
        let listening = std::thread::Builder::new().name("control socket".to_owned());
        listening.spawn(move || listen(&listener, &closed, &desk)).map_err(unusable)?;
        Ok(Self { path: path.to_owned(), is_closed, _lock: lock })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Release);
        let _ = UnixStream::connect(&self.path); // the thread waits for a connection
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A lock that lasts as long as its file is open; `None` when another process has it.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The parts that answers are made from.
struct Desk {
    wire: Wire,
    board: Arc<Board>,
    clients: AtomicUsize,
}

fn listen(listener: &UnixListener, is_closed: &AtomicBool, desk: &Arc<Desk>) {
    for client in listener.incoming() {
        if is_closed.load(Ordering::Acquire) {
            return;
        }
        match client {
            Ok(client) => receive(client, desk),
            Err(_) => std::thread::sleep(REST),
        }
    }
}

fn receive(mut client: UnixStream, desk: &Arc<Desk>) {
    // The modes of the socket and of its folder keep others out; this does so where somebody has changed them.
    if !is_own(&client) {
        return;
    }
    if desk.clients.fetch_add(1, Ordering::AcqRel) >= MAX_CLIENTS {
        desk.clients.fetch_sub(1, Ordering::AcqRel);
        let error = "too many ask at the same time; try again".to_owned();
        let _ = send(&mut client, &Answer { error: Some(error), ..Answer::default() });
        return;
    }
    let at_desk = Arc::clone(desk);
    let attending = std::thread::Builder::new().name("control client".to_owned());
    let started = attending.spawn(move || {
        // A client that breaks off needs no answer.
        let _ = attend(&mut client, &at_desk);
        at_desk.clients.fetch_sub(1, Ordering::AcqRel);
    });
    if started.is_err() {
        desk.clients.fetch_sub(1, Ordering::AcqRel);
    }
}

fn attend(client: &mut UnixStream, desk: &Desk) -> io::Result<()> {
    let mut lines = Lines::default();
    while let Some(line) = read_line(client, &mut lines, Instant::now() + LINE_LIMIT)? {
        send(client, &desk.answer(&line))?;
    }
    Ok(())
}

fn send(client: &mut UnixStream, answer: &Answer) -> io::Result<()> {
    client.set_write_timeout(Some(LINE_LIMIT))?;
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    client.write_all(&line)
}

impl Desk {
    fn answer(&self, line: &str) -> Answer {
        match question(line) {
            Ok(Question::Status) => Answer { ok: true, now: Some(self.board.now()), ..Answer::default() },
            Ok(Question::Do(request)) => {
                self.wire.ask(request);
                Answer { ok: true, ..Answer::default() }
            }
            Err(error) => Answer { error: Some(error.to_string()), ..Answer::default() },
        }
    }
}
