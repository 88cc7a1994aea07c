//! The control socket: other programs of the same user send requests here, one line for each request and one
//! for each answer. This file holds the path, the words and the asking end; `server` answers.

pub(crate) mod lines;
pub(super) mod server;

use std::fs::{DirBuilder, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::advice::{Advice, Advise, advised};
use crate::control::{Now, Request};
use crate::folders::Folders;

use self::lines::Lines;

/// What a folder or a socket of another user is.
const STRANGERS: &str = "it belongs to somebody else";
/// How long a session may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// A question that may be sent through the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Asks for something to be done.
    Do(Request),
    /// Asks for the session's state.
    Status,
}

/// The answer, one line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether the question was understood; a request is carried out a moment later.
    pub ok: bool,
    /// The session's state, when the question was for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Now>,
    /// Why the question was not understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Why there is no socket, or no answer from one.
#[derive(Debug)]
pub enum SocketError {
    /// Another session has it.
    Taken,
    /// Nobody has it.
    NoSession,
    /// There is one, and it is busy or hangs.
    NoAnswer,
    /// The place can't be used.
    Unusable {
        /// The socket, or its folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Advise for SocketError {
    fn advice(&self) -> Advice {
        match self {
            Self::Taken => Advice::from("another session is playing")
                .and("`supine ctl stop` ends it, and `supine ctl status` shows it"),
            Self::NoSession => Advice::new("no session is playing", "start one with `supine`"),
            Self::NoAnswer => Advice::new("the session does not answer", "try again, or end its process"),
            Self::Unusable { path, error } => {
                let problem = format!("the control socket {} can't be used ({error})", path.display());
                Advice::new(problem, "check XDG_RUNTIME_DIR")
            }
        }
    }
}

advised!(SocketError);

/// A line as a question: a plain word, or JSON.
///
/// # Errors
/// A sentence that lists the possible questions.
pub(crate) fn question(line: &str) -> Result<Question, Advice> {
    let line = line.trim();
    if matches!(line, "status" | "\"status\"") {
        return Ok(Question::Status);
    }
    let request = if line.starts_with(['"', '{']) {
        serde_json::from_str(line).map_err(|error| {
            let help = r#"write "pause", {"volume":80} or "status""#;
            Advice::new(format!("this is not a request ({error})"), help)
        })?
    } else {
        line.parse()?
    };
    match request {
        // JSON does not check the range.
        Request::Volume(_) => request.to_string().parse().map(Question::Do),
        _ => Ok(Question::Do(request)),
    }
}

/// The path of this user's socket: in `$XDG_RUNTIME_DIR/supine`, or else in a folder of the temporary folder
/// that is named after the user.
pub fn path() -> PathBuf {
    let in_temporary = || std::env::temp_dir().join(format!("supine-{}", rustix::process::getuid().as_raw()));
    let folder = Folders::of_user().runtime.unwrap_or_else(in_temporary);
    folder.join("control.sock")
}

/// Creates the folder of a socket, for this user alone. In the temporary folder, somebody else could have
/// created a folder of that name before, so its owner and mode are checked.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = std::fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != rustix::process::getuid().as_raw() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, STRANGERS));
    }
    if found.mode() & 0o777 != 0o700 {
        std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn unusable(path: &Path, error: io::Error) -> SocketError {
    SocketError::Unusable { path: path.to_owned(), error }
}

/// Whether the other end belongs to this user. Where the system does not tell, the socket's mode and its folder's must do.
fn is_own(stream: &UnixStream) -> bool {
    #[cfg(target_os = "linux")]
    return rustix::net::sockopt::socket_peercred(stream)
        .is_ok_and(|other| other.uid == rustix::process::geteuid());
    #[cfg(not(target_os = "linux"))]
    return true;
}

/// Asks the playing session.
///
/// # Errors
/// When no session plays, or it does not answer.
pub fn ask(path: &Path, question: Question) -> Result<Answer, SocketError> {
    let mut stream = UnixStream::connect(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => SocketError::NoSession,
        _ => unusable(path, error),
    })?;
    if !is_own(&stream) {
        return Err(unusable(path, io::Error::new(io::ErrorKind::PermissionDenied, STRANGERS)));
    }
    let line = match question {
        Question::Do(request) => format!("{request}\n"),
        Question::Status => "status\n".to_owned(),
    };
    let sent = stream.set_write_timeout(Some(ANSWER_LIMIT)).and_then(|()| stream.write_all(line.as_bytes()));
    sent.map_err(|_| SocketError::NoAnswer)?;
    let deadline = Instant::now() + ANSWER_LIMIT;
    let line = read_line(&mut stream, &mut Lines::default(), deadline).map_err(|_| SocketError::NoAnswer)?;
    line.and_then(|line| serde_json::from_str(&line).ok()).ok_or(SocketError::NoAnswer)
}

/// The next line, or `None` at the end. What came after it stays in `lines`.
fn read_line(stream: &mut UnixStream, lines: &mut Lines, deadline: Instant) -> io::Result<Option<String>> {
    loop {
        if let Some(line) = lines.next()? {
            return Ok(Some(line));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        let mut chunk = [0; 512];
        match stream.read(&mut chunk) {
            // Bytes without a final line feed are a line, too.
            Ok(0) if lines.end() => {}
            Ok(0) => return Ok(None),
            Ok(many) => lines.add(&chunk[..many]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_word_or_json() {
        assert_eq!(question("pause\r"), Ok(Question::Do(Request::Pause)));
        assert_eq!(question("\"skip-tonight\""), Ok(Question::Do(Request::SkipTonight)));
        assert_eq!(question("{\"volume\":80}"), Ok(Question::Do(Request::Volume(80))));
        assert_eq!(question("volume 0"), Ok(Question::Do(Request::Volume(0))));
        assert_eq!(question("\"status\""), Ok(Question::Status));
        assert!(question("{\"volume\":240}").unwrap_err().to_string().contains("0 to 200"));
        assert!(question("{\"dance\":1}").unwrap_err().to_string().contains("{\"volume\":80}"));
        assert!(question("").unwrap_err().to_string().contains("toggle"));
    }
}
