//! Keeps C libraries from writing to the terminal.

/// Suppresses the messages of C libraries on standard error until it is dropped.
pub(super) struct Hush {
    #[cfg(unix)]
    stderr: Option<std::os::fd::OwnedFd>,
}

impl Hush {
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        let null = std::fs::File::options().write(true).open("/dev/null");
        let stderr = null.ok().and_then(|null| {
            let saved = rustix::io::dup(std::io::stderr()).ok()?;
            rustix::stdio::dup2_stderr(&null).ok()?;
            Some(saved)
        });
        Self { stderr }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Hush {
    fn drop(&mut self) {
        if let Some(stderr) = &self.stderr {
            // If this fails, the rest of the session has no messages, but it plays as usual.
            let _ = rustix::stdio::dup2_stderr(stderr);
        }
    }
}
