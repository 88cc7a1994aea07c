//! How the system's allocator is asked to behave.

use std::time::{Duration, Instant};

#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KIB: libc::c_int = 1 << 10;

/// How often a session gives back what it has freed, and how soon for the first time: the start needs more than what
/// comes after it.
const OFTEN: Duration = Duration::from_secs(60);
const FIRST: Duration = Duration::from_secs(5);

/// Memory that was freed goes back to the system. Each request begins threads that make sound, and glibc keeps what
/// every thread has freed, for a thread like it: a session in the natural voice grew from 150 to 250 MB within twenty
/// minutes of requests. With these limits it does not, and a render takes as long as before.
///
/// To be called before there is a second thread.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // Threads share so many heaps.
        set(libc::M_ARENA_MAX, 2);
        // Blocks of this size and more are mapped one by one, and unmapped when they are freed.
        set(libc::M_MMAP_THRESHOLD, 1024 * KIB);
        // Each heap keeps no more than this at its end. With less, it grows and shrinks all the time.
        set(libc::M_TRIM_THRESHOLD, 4096 * KIB);
    }
}

/// What a session plays is made a few words at a time, with long rests: it can do with less than a render.
pub(crate) struct Sparing {
    due: Instant,
}

impl Sparing {
    /// From now on, memory that was freed goes back sooner.
    pub(crate) fn begin() -> Self {
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        {
            set(libc::M_MMAP_THRESHOLD, 256 * KIB);
            set(libc::M_TRIM_THRESHOLD, 256 * KIB);
        }
        Self { due: Instant::now() + FIRST }
    }

    /// Gives back what lies free between blocks that are in use, once a minute. To be called at any time.
    pub(crate) fn go_on(&mut self) {
        let now = Instant::now();
        if now < self.due {
            return;
        }
        self.due = now + OFTEN;
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        // SAFETY: it takes a plain number, and may be called from any thread. Memory that is in use stays.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn set(parameter: libc::c_int, value: libc::c_int) {
    // SAFETY: both are plain numbers, and it may be called from any thread. What it does not know, it refuses.
    unsafe {
        libc::mallopt(parameter, value);
    }
}
