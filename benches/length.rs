//! What it costs to mix a session, against its length: from ten minutes to ten hours. The goal is an exponent of 1, and
//! memory that does not grow.

// The results are printed.
#![allow(clippy::print_stdout)]

#[path = "common/mod.rs"]
mod common;

use std::time::Instant;

const MINUTES: [usize; 6] = [10, 30, 60, 120, 300, 600];
/// The fastest of so many is taken: the machine does other things as well.
const TRIES: usize = 2;

fn main() {
    let folder = tempfile::tempdir().expect("there is room for a file");
    let mut points = Vec::new();
    for minutes in MINUTES {
        let routine = folder.path().join(format!("{minutes}.toml"));
        common::write_routine(&routine, minutes);
        let session = common::session(&routine, "ocean");
        let mut frames = 0;
        let tries = (0..TRIES).map(|_| {
            let start = Instant::now();
            frames = common::mix(&session);
            start.elapsed().as_secs_f64()
        });
        let took = tries.fold(f64::INFINITY, f64::min);
        let length = frames as f64 / 48_000.0;
        println!(
            "length: {:.1} minutes mixed in {took:.2} s, {:.0} times as fast as it plays; at most {:.0} MiB until then",
            length / 60.0,
            length / took,
            most_mib()
        );
        points.push((length, took));
    }
    println!("length: the cost grows with the session to the power of {:.3}", common::exponent(&points));
}

/// The most memory that this process has had; 0 where Linux does not say it.
fn most_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
