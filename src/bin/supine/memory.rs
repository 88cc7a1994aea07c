//! How the system's allocator is asked to behave.

/// Memory that was freed goes back to the system. Each request begins threads that make sound, and glibc keeps what
/// every thread has freed, for a thread like it: a session in the natural voice grew from 150 to 250 MB within twenty
/// minutes of requests. With these limits it stays below 135, and a render takes as long as before.
///
/// To be called before there is a second thread.
pub(crate) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const MIB: libc::c_int = 1 << 20;
        for (parameter, value) in [
            // Threads share so many heaps.
            (libc::M_ARENA_MAX, 2),
            // Blocks of this size and more are mapped one by one, and unmapped when they are freed.
            (libc::M_MMAP_THRESHOLD, MIB),
            // Each heap keeps no more than this at its end. With less, it grows and shrinks all the time.
            (libc::M_TRIM_THRESHOLD, 4 * MIB),
        ] {
            // SAFETY: both are plain numbers, and no other thread allocates yet. What it does not know, it refuses.
            unsafe { libc::mallopt(parameter, value) };
        }
    }
}
