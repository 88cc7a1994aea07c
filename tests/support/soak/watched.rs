//! What is watched: what a program uses, and whether it is heard.

use std::fs;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::super::process::Helper;
use super::super::stage::Stage;

/// Softer than this is silence; the ambience between words is far above it.
const AUDIBLE: f32 = 1e-4;

/// What a process uses.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Seconds since the beginning.
    pub at: f64,
    /// MiB in memory.
    pub memory: f64,
    /// Open files, sockets and the like.
    pub handles: usize,
    pub threads: usize,
}

impl Usage {
    /// What it uses now; zeros when it has ended.
    pub fn of(pid: u32, at: f64) -> Self {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let number = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0)
        };
        let handles = fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        Self { at, memory: number("VmRSS:") / 1024.0, handles, threads: number("Threads:") as usize }
    }
}

/// Hears the sound device, and forgets what it heard.
pub struct Listener {
    loudest: Arc<AtomicU32>,
    _parec: Helper,
}

impl Listener {
    pub fn start(stage: &Stage) -> Self {
        let mut parec = Helper::start(&mut stage.parec());
        let loudest = Arc::new(AtomicU32::new(0));
        let mut pipe = parec.child().stdout.take().expect("the pipe was asked for");
        let heard = Arc::clone(&loudest);
        std::thread::spawn(move || {
            let mut block = [0; 4_096];
            while let Ok(length @ 1..) = pipe.read(&mut block) {
                let samples = block[..length].chunks_exact(4);
                let peak = samples
                    .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]).abs())
                    .fold(0.0, f32::max);
                // Floats that are not negative are in the order of their bits.
                heard.fetch_max(peak.to_bits(), Ordering::Relaxed);
            }
        });
        Self { loudest, _parec: parec }
    }

    /// Whether anything was heard since the last look.
    pub fn hears(&self) -> bool {
        f32::from_bits(self.loudest.swap(0, Ordering::Relaxed)) > AUDIBLE
    }
}
