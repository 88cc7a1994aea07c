//! A drive that is pulled while files on it are open. On Linux a file that was removed can be read on, so the system's own
//! `read` is replaced: once the folder is gone, it fails for what was in it, as it does for a drive.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::require;

const SOURCE: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_pulled(int file) {
    const char *drive = getenv("PULLED_DRIVE");
    char link[64], path[4096];
    if (!drive || access(drive, F_OK) == 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, drive, strlen(drive)) == 0;
}

ssize_t read(int file, void *bytes, size_t many) {
    static ssize_t (*real)(int, void *, size_t);
    if (!real) real = (ssize_t (*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
    if (!is_pulled(file)) return real(file, bytes, many);
    const char *log = getenv("PULLED_LOG");
    int noted = log ? open(log, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (noted >= 0) {
        if (write(noted, "x", 1) < 0) {}
        close(noted);
    }
    errno = EIO;
    return -1;
}
"#;

/// A folder that a program takes for a drive.
pub struct Drive {
    folder: PathBuf,
    log: PathBuf,
}

impl Drive {
    /// Makes `folder` a drive for `command`; the tools for that are kept in `tools`.
    ///
    /// # Panics
    /// When no C compiler is there.
    pub fn of(folder: &Path, tools: &Path, command: &mut Command) -> Self {
        require("cc", "build-essential");
        let (source, library, log) = (tools.join("pulled.c"), tools.join("pulled.so"), tools.join("failed"));
        std::fs::write(&source, SOURCE).expect("a file can be written");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
        assert!(compiler.status().is_ok_and(|status| status.success()), "the C compiler fails");
        command.env("LD_PRELOAD", library).env("PULLED_DRIVE", folder).env("PULLED_LOG", &log);
        Self { folder: folder.to_owned(), log }
    }

    /// Pulls it.
    pub fn pull(&self) {
        std::fs::remove_dir_all(&self.folder).expect("it is there");
    }

    /// How many reads have failed.
    pub fn failed(&self) -> u64 {
        std::fs::metadata(&self.log).map_or(0, |log| log.len())
    }
}
