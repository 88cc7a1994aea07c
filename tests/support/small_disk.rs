//! A disk that is full after some pages, which only root can make. Where it can't be made, the test that needs it says so,
//! and fails where all tests are to run.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory, until it is dropped.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Makes a disk at `folder`, with the options of tmpfs, such as `size=32k`. `None` when this machine does not let it be
    /// made.
    ///
    /// # Panics
    /// When that is so and `CI` is set: nothing is left untried there.
    pub fn new(folder: &Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).expect("a folder can be made");
        let made = Command::new("mount").args(["-t", "tmpfs", "-o", options, "supine"]).arg(folder).output();
        if made.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        not_tried("a small disk can't be made here: root could");
        None
    }

    /// Makes it read-only.
    ///
    /// # Panics
    /// When the system refuses.
    pub fn lock(&self) {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()), "it can't be made read-only");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Who still has a file open on it does not keep it.
        let gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
        drop(gone);
    }
}

/// Says that a test can't be made on this machine.
///
/// # Panics
/// When `CI` is set: there, everything is to be tried.
#[allow(clippy::print_stderr)]
pub fn not_tried(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    eprintln!("NOT TRIED: {why}");
}
