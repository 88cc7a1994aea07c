//! Plays for hours, with requests and faults at random moments: `make soak HOURS=0.05`. The report and its picture are in
//! `target/soak`. Exits with 1 when something was lost.

// The results are printed.
#![allow(clippy::print_stdout)]

#[cfg(target_os = "linux")]
#[path = "../tests/support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use support::soak::faults::Fault;

    let words: Vec<String> = std::env::args().collect();
    let asked = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)?.parse::<f64>().ok());
    let seed = asked("seed=").map_or_else(|| fastrand::u64(..1 << 32), |seed| seed as u64);
    let report = support::soak::soak(asked("hours=").unwrap_or(0.05), seed, &Fault::ALL);
    report.write();
    if report.lost.is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("sessions are watched on Linux");
}
