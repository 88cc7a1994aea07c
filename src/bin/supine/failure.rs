//! The reasons why a command failed, and their exit codes.

use crate::screen::{complain, print_problems};
use supine::advice::{Advice, Advise};
use supine::catalogue::CatalogueError;
use supine::journal::JournalError;
use supine::output::OutputError;
use supine::output::file::FileError;
use supine::remote::socket::SocketError;
use supine::session::outcome::SessionError;
use supine::speech::voices::VoiceError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Taken(SocketError),
    #[error(transparent)]
    Other(Advice),
    /// Standard output was closed, as `head` does; there is nobody to tell.
    #[error("nobody reads the output any more")]
    Unread,
    /// Supine itself broke.
    #[error(transparent)]
    Broken(Advice),
    /// A signal ended it; this is its exit code.
    #[error("stopped")]
    Signal(u8),
}

impl Advise for Failure {
    fn advice(&self) -> Advice {
        match self {
            Self::Session(error) => error.advice(),
            Self::Journal(error) => error.advice(),
            Self::Taken(error) => error.advice(),
            Self::Other(advice) | Self::Broken(advice) => advice.clone(),
            Self::Unread | Self::Signal(_) => self.to_string().into(),
        }
    }
}

/// The errors of a session, from wherever they come.
macro_rules! from_session_errors {
    ($($error:ty),+) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Session(error.into())
            }
        })+
    };
}
from_session_errors! { CatalogueError, VoiceError, OutputError, FileError }

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Other(error.to_string().into()),
        }
    }
}

impl Failure {
    /// The program's exit code: see `supine --help`.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Session(error) => session_code(error),
            Self::Journal(_) | Self::Taken(_) | Self::Other(_) => 1,
            Self::Broken(_) => 101,
            Self::Unread => 0,
            Self::Signal(code) => *code,
        }
    }

    /// Prints it, if somebody can read it.
    pub fn print(&self) {
        match self {
            Self::Unread | Self::Signal(_) => {}
            Self::Session(SessionError::Mistakes(source, problems)) => print_problems(source, problems),
            other => complain(&format!("supine: {other}")),
        }
    }
}

/// The exit code for an error of a session.
fn session_code(error: &SessionError) -> u8 {
    use SessionError as E;
    match error {
        E::Catalogue(_) | E::Mistakes(..) | E::Endless | E::Ambience(_) | E::Unfit(_) => 2,
        E::Written(
            FileError::OtherFormat { .. }
            | FileError::NotStreamed(_)
            | FileError::NoBitrate(_)
            | FileError::Terminal,
        ) => 2,
        E::Voice(VoiceError::None { .. } | VoiceError::Speech(_)) | E::Unsaid(_) => 3,
        E::Speech(_) | E::VoiceLost(_) => 3,
        E::Voice(_) => 2,
        E::Output(_) => 4,
        E::Place(_) | E::Sound(_) | E::Written(_) | E::GivenUp(_) => 1,
    }
}
