//! One run of the program: its output, its end, and where in the recording it began.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::process::{Helper, send};
use super::recorder::Recorder;

/// A running program; it ends with its test.
pub struct Session {
    program: Helper,
    out: Reader,
    err: Reader,
    /// When it was started.
    pub started: Instant,
    /// How much had been recorded when it started, in seconds.
    pub start: f64,
}

/// How a session ended.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
    /// The part of it that is about a machine that was too busy, which is not the program's fault.
    pub broke_off: Option<String>,
    /// The time from start to end.
    pub took: Duration,
}

impl Session {
    /// Starts `command`.
    pub fn start(mut command: Command, recorder: Option<&Recorder>) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = recorder.map_or(0.0, Recorder::seconds);
        let started = Instant::now();
        let mut program = Helper::start(&mut command);
        let out = Reader::start(program.child().stdout.take().expect("the pipe was asked for"));
        let err = Reader::start(program.child().stderr.take().expect("the pipe was asked for"));
        Self { program, out, err, started, start }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.program.pid()
    }

    /// Sends it a signal, such as `INT`.
    pub fn signal(&self, signal: &str) {
        send(signal, self.pid());
    }

    /// Types on its terminal.
    pub fn type_in(&mut self, keys: &str) {
        let input = self.program.child().stdin.as_mut().expect("the pipe was asked for");
        std::io::Write::write_all(input, keys.as_bytes()).expect("the program reads its input");
    }

    /// Whether it is still running.
    pub fn is_running(&mut self) -> bool {
        !self.program.has_ended()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When that takes longer than `limit`, counted from now.
    pub fn wait(mut self, limit: Duration) -> Outcome {
        let status = self.program.wait(limit);
        let took = self.started.elapsed();
        let Some(status) = status else {
            self.program.end();
            let (out, err) = (self.out.finish(), self.err.finish());
            panic!("the program did not end within {limit:?}; it said {out:?}, {err:?}");
        };
        let err = self.err.finish();
        let (busy, err): (Vec<&str>, Vec<&str>) =
            err.split_inclusive('\n').partition(|line| line.contains("the sound broke off"));
        let broke_off = busy.first().map(|line| line.trim().to_owned());
        if let Some(line) = &broke_off {
            println!("{line}");
        }
        Outcome { code: status.code(), out: self.out.finish(), err: err.concat(), broke_off, took }
    }
}

impl Outcome {
    /// Fails unless it ended with `code`, and then prints its output.
    ///
    /// # Panics
    /// When it did not.
    pub fn expect_code(self, code: i32) -> Self {
        let hint = match self.code {
            Some(4) if code != 4 => " (4: no sound device; is libasound2-plugins installed?)",
            _ => "",
        };
        assert_eq!(self.code, Some(code), "exit code{hint}; {self:?}");
        self
    }

    /// Fails unless it wrote nothing.
    ///
    /// # Panics
    /// When it wrote something.
    pub fn expect_silence(self) -> Self {
        assert_eq!((self.out.as_str(), self.err.as_str()), ("", ""));
        self
    }
}

/// Reads a pipe as it fills, so that the program never waits for it.
struct Reader {
    text: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Reader {
    fn start(mut pipe: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut block = [0; 4096];
            while let Ok(length @ 1..) = pipe.read(&mut block) {
                let mut text = shared.lock().unwrap_or_else(PoisonError::into_inner);
                text.extend_from_slice(&block[..length]);
            }
        });
        Self { text, thread }
    }

    /// All output, once the program has ended. A grandchild may hold the pipe open, so the wait for it is
    /// short.
    fn finish(self) -> String {
        super::process::wait_until(Duration::from_millis(500), || self.thread.is_finished());
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }
}
