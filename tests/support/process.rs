//! Programs that a test starts: found, ended and signalled by their own ids, never by a name.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How often a wait looks for what it waits for.
pub const POLL: Duration = Duration::from_millis(10);
/// How long a program may take to end after it was asked to.
const END_LIMIT: Duration = Duration::from_secs(2);

/// Fails the test, naming the package, where a program is missing.
///
/// # Panics
/// When `program` is not in `PATH`.
pub fn require(program: &str, package: &str) {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    assert!(found, "`{program}` is missing, and this test needs it: install the package {package}");
}

/// Fails the test, naming the package, where none of `files` exists.
///
/// # Panics
/// When all are missing.
pub fn require_file(name: &str, folders: &[&str], package: &str) {
    let found = folders.iter().any(|folder| has_file(Path::new(folder), name));
    assert!(found, "`{name}` is missing, and this test needs it: install the package {package}");
}

/// Whether `folder` or a folder in it has a file called `name`.
fn has_file(folder: &Path, name: &str) -> bool {
    let inner = std::fs::read_dir(folder).into_iter().flatten().flatten();
    folder.join(name).is_file() || inner.map(|entry| entry.path()).any(|path| path.join(name).is_file())
}

/// Waits until `done`, for at most `limit`; false when the limit was reached.
pub fn wait_until(limit: Duration, mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if done() {
            return true;
        }
        if start.elapsed() > limit {
            return false;
        }
        std::thread::sleep(POLL);
    }
}

/// Sends a signal, such as `INT`, to one process. The shell's own `kill` is on every machine.
pub fn send(signal: &str, pid: u32) {
    let status = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid.to_string()])
        .stderr(Stdio::null())
        .status();
    // A process that has just ended by itself needs no signal.
    drop(status);
}

/// A program that can't get more than so much memory: what asks for more is ended.
pub fn limited(bytes: u64, program: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", bytes >> 10), program]);
    command
}

/// Room for a crowd of connections in this process, given back at the end. One test has it at a time, since some systems
/// allow no more than 1,024 open files.
pub struct ManyFiles {
    before: Rlimit,
    _turn: MutexGuard<'static, ()>,
}

impl ManyFiles {
    /// Waits for its turn.
    pub fn wait() -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let before = getrlimit(Resource::Nofile);
        // What other tests start meanwhile gets the limit too, so it is no larger than needed.
        let enough = before.maximum.map_or(2_048, |most| most.min(2_048));
        setrlimit(Resource::Nofile, Rlimit { current: Some(enough), ..before }).unwrap();
        Self { before, _turn: turn }
    }
}

impl Drop for ManyFiles {
    fn drop(&mut self) {
        let _ = setrlimit(Resource::Nofile, self.before);
    }
}

/// A program that begins with the number of open files that most systems allow at first.
pub fn with_few_files(program: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -S -n 1024; exec \"$0\" \"$@\"", program]);
    command
}

/// A program of the stage, which ends with it.
pub struct Helper {
    child: Child,
}

impl Helper {
    /// Starts `command`.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn start(command: &mut Command) -> Self {
        let child =
            command.spawn().unwrap_or_else(|error| panic!("{command:?} could not be started: {error}"));
        Self { child }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The program itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// Waits for its end; `None` when it takes longer than `limit`.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let mut status = None;
        wait_until(limit, || {
            status = self.child.try_wait().ok().flatten();
            status.is_some()
        });
        status
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and kills it when it does not.
    pub fn end(&mut self) {
        if self.has_ended() {
            return;
        }
        send("CONT", self.pid()); // a stopped process reacts to no other signal
        send("TERM", self.pid());
        if self.wait(END_LIMIT).is_none() {
            self.kill();
        }
    }
}

/// Keeps one core busy until it is dropped.
pub fn busy_core() -> Helper {
    Helper::start(Command::new("sh").args(["-c", "while :; do :; done"]))
}

/// Keeps one core, the first, busy with four processes until they are dropped.
pub fn four_on_one_core() -> [Helper; 4] {
    let spin = ["-c", "0", "sh", "-c", "while :; do :; done"];
    [(); 4].map(|()| Helper::start(Command::new("taskset").args(spin)))
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.end();
    }
}
