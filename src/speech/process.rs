//! Runs an engine's program: text goes in, bytes come out, within limits of time and size. No process is
//! left running, not even the program's own children. `wav` interprets the bytes.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use subprocess::{Exec, ExitStatus, Job, Redirection};

use super::{CHECK_IT, IsWanted, SpeechError};
use crate::advice::Advice;

/// How often a silent program is checked: whether it has ended, and how large its file is.
const STEP: Duration = Duration::from_millis(50);
/// How long a killed program may take to disappear.
const GONE: Duration = Duration::from_secs(1);
/// The most characters of an engine's own message that are shown.
const MAX_WORDS: usize = 200;

/// Whether a program is found in `PATH`, and may be run.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let may_run = |file: std::path::PathBuf| {
        file.is_file() && rustix::fs::access(&file, rustix::fs::Access::EXEC_OK).is_ok()
    };
    std::env::split_paths(&path).any(|folder| may_run(folder.join(program)))
}

/// The program to run, and its limits.
pub(crate) struct Run<'a> {
    /// The engine, for messages.
    pub engine: &'a str,
    /// The program: a path, or a name that is looked for in `PATH`.
    pub program: OsString,
    /// Its arguments; no shell parses them.
    pub arguments: Vec<OsString>,
    /// What it is given on its standard input.
    pub input: Vec<u8>,
    /// How long it may take.
    pub time: Duration,
    /// How many bytes it may write.
    pub bytes: usize,
    /// The file that it writes, if any: its size counts as output.
    pub file: Option<&'a Path>,
    /// The program is ended soon after this returns false.
    pub is_wanted: IsWanted<'a>,
    /// What to do if there is no such program, as an imperative sentence without a full stop.
    pub install: &'a str,
}

/// The output of a program that ended well.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its standard output.
    pub output: Vec<u8>,
    /// The first line that it wrote to its standard error; may be empty.
    pub words: String,
}

/// How a program ended.
enum End {
    Itself(ExitStatus),
    TimedOut,
    TooMuch,
    Unwanted,
}

impl Run<'_> {
    /// Runs the program. Blocks, for its time limit at most.
    ///
    /// # Errors
    /// When it does not exist, fails, hangs or writes too much.
    pub(crate) fn answer(self) -> Result<Answer, SpeechError> {
        let job = self.start()?;
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let end = self.attend(job, &mut output, &mut errors);
        let words = first_line(&errors);
        match end.map_err(|error| self.failed(error.to_string()))? {
            End::Itself(status) if status.success() => Ok(Answer { output, words }),
            End::Itself(status) if words.is_empty() => {
                Err(self.failed(format!("it gave no reason ({status})")))
            }
            End::Itself(status) => Err(self.failed(format!("{words} ({status})"))),
            End::TooMuch => Err(self.failed(Advice::new("it does not stop", CHECK_IT))),
            End::Unwanted => Err(self.failed("it was stopped, for nobody waits for its words any more")),
            End::TimedOut => Err(SpeechError::TimedOut { engine: self.engine.to_owned(), limit: self.time }),
        }
    }

    fn start(&self) -> Result<Job, SpeechError> {
        let exec = Exec::cmd(&self.program)
            .args(&self.arguments)
            .stdin(self.input.clone())
            .stdout(Redirection::Pipe)
            .stderr(Redirection::Pipe);
        // The program gets a process group of its own: Ctrl-C is meant for the session, which fades out,
        // and must not cut the engine off in the middle of a word.
        #[cfg(unix)]
        let exec = subprocess::ExecExt::setpgid(exec);
        exec.start().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                let (engine, install) = (self.engine.to_owned(), self.install.to_owned());
                SpeechError::NotInstalled { engine, install }
            }
            _ => self.failed(format!("it could not be started: {error}")),
        })
    }

    /// Exchanges data with the program until it has ended, by itself or by force.
    fn attend(&self, mut job: Job, output: &mut Vec<u8>, errors: &mut Vec<u8>) -> std::io::Result<End> {
        let deadline = Instant::now() + self.time;
        let mut talk = job.communicate()?.limit_time(STEP).limit_size(self.bytes);
        let mut talking = true;
        let end = loop {
            if talking {
                talking = !is_over(talk.read_to(&mut *output, &mut *errors))?;
            } else {
                job.wait_timeout(STEP)?;
            }
            if output.len() + errors.len() >= self.bytes || self.file_is_too_large() {
                break End::TooMuch;
            }
            if let Some(status) = job.poll() {
                break End::Itself(status);
            }
            if Instant::now() >= deadline {
                break End::TimedOut;
            }
            if !(self.is_wanted)() {
                break End::Unwanted;
            }
        };
        end_group(&job);
        if talking && matches!(end, End::Itself(_)) {
            // Its last output is still in the pipes. A child that has left the group may hold them open, so
            // their end is not waited for.
            is_over(talk.read_to(&mut *output, &mut *errors))?;
        }
        Ok(end)
    }

    fn file_is_too_large(&self) -> bool {
        let size = self.file.and_then(|file| std::fs::metadata(file).ok()).map(|file| file.len());
        size.is_some_and(|size| size >= self.bytes as u64)
    }

    fn failed(&self, why: impl Into<Advice>) -> SpeechError {
        SpeechError::failed(self.engine, why)
    }
}

/// Whether there is nothing more to read; a read that timed out is not an error here.
fn is_over(read: std::io::Result<()>) -> std::io::Result<bool> {
    match read {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => Ok(false),
        Err(error) => Err(error),
    }
}

/// Ends the program and all processes that it has started, without waiting for them.
pub(crate) fn end_group(job: &Job) {
    // The group's number is not reused while one of its members lives; if none lives, the signal hits
    // nobody.
    #[cfg(unix)]
    if let Some(group) = i32::try_from(job.pid()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    // It may be gone already. Either way the wait for it must be bounded.
    let _ = job.kill();
    let _ = job.wait_timeout(GONE);
    job.detach();
}

/// The first line that is not empty, without characters that would move a terminal's cursor.
pub(crate) fn first_line(errors: &[u8]) -> String {
    let errors = String::from_utf8_lossy(errors);
    let line = errors.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(script: &str, time: Duration) -> (Result<Answer, SpeechError>, Duration) {
        let start = Instant::now();
        let run = Run {
            engine: "sh",
            program: "sh".into(),
            arguments: vec!["-c".into(), script.into()],
            input: b"hello".to_vec(),
            time,
            bytes: 100_000,
            file: None,
            is_wanted: &|| start.elapsed() < WANTED,
            install: "install it",
        };
        (run.answer(), start.elapsed())
    }

    /// After this time nobody waits any more.
    const WANTED: Duration = Duration::from_secs(90);

    /// Whether the process with this id is still running. A killed one may take a moment to disappear.
    fn is_alive(id: &str) -> bool {
        let goes_on = || {
            let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            !status.is_empty() && !status.contains(") Z ")
        };
        (0..500).all(|_| {
            std::thread::sleep(Duration::from_millis(10));
            goes_on()
        })
    }

    #[test]
    fn what_goes_in_comes_out_with_the_first_words() {
        let (answer, _) = run("cat; echo >&2; printf 'one\\033[2J\\ntwo\\n' >&2", Duration::from_secs(10));
        let answer = answer.unwrap();
        assert_eq!((answer.output.as_slice(), answer.words.as_str()), (&b"hello"[..], "one[2J"));
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_its_children_at_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("ids");
        let script = format!("sleep 600 & echo $! $$ > {}; wait", list.display());
        let (answer, took) = run(&script, Duration::from_secs(2));
        assert!(matches!(answer, Err(SpeechError::TimedOut { .. })), "{answer:?}");
        assert!(took < Duration::from_secs(300), "{took:?}");
        let ids = std::fs::read_to_string(list).unwrap();
        assert_eq!(ids.split_whitespace().count(), 2);
        assert!(!ids.split_whitespace().any(is_alive), "{ids}");
    }

    #[test]
    fn a_child_left_behind_is_ended_and_not_waited_for() {
        for silent in ["", ">/dev/null 2>&1 "] {
            let (answer, took) =
                run(&format!("cat; sleep 600 {silent}& echo $! >&2"), Duration::from_secs(30));
            let answer = answer.unwrap();
            assert_eq!(answer.output, b"hello");
            assert!(took < Duration::from_secs(5), "{took:?}");
            // A killed process may take a moment to disappear.
            std::thread::sleep(Duration::from_millis(100));
            assert!(!is_alive(&answer.words), "{}", answer.words);
        }
    }

    #[test]
    fn a_program_that_does_not_stop_is_ended_at_once() {
        for script in ["yes", "yes >&2", "trap '' PIPE; while :; do echo yes; done"] {
            let (answer, took) = run(script, Duration::from_secs(60));
            assert!(answer.unwrap_err().to_string().contains("does not stop"), "{script}");
            assert!(took < Duration::from_secs(20), "{took:?}");
        }
    }

    #[test]
    fn the_last_words_of_a_program_are_heard() {
        let (answer, _) = run("head -c 50000 /dev/zero; echo why >&2; exit 3", Duration::from_secs(10));
        assert_eq!(answer.unwrap_err().to_string(), "sh failed: why (exit code 3)");
        let (answer, _) = run("exec >&- 2>&-; kill -9 $$", Duration::from_secs(10));
        assert_eq!(answer.unwrap_err().to_string(), "sh failed: it gave no reason (signal 9)");
    }
}
