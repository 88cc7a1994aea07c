//! supine beside what people use instead, in one run on one machine: a breathing program and a shell loop for the pace,
//! mpv for playing, ffmpeg and sox for mixing. `cargo bench --bench peers -- pacing` runs the part whose name has the
//! word. About twelve minutes in all; `scripts/install-nafas.sh` has to be run before.

// The results are printed.
#![allow(clippy::print_stdout)]

#[cfg(target_os = "linux")]
#[path = "peers/pacing.rs"]
mod pacing;
#[cfg(target_os = "linux")]
#[path = "peers/playing.rs"]
mod playing;
#[cfg(target_os = "linux")]
#[path = "peers/rendering.rs"]
mod rendering;
#[cfg(target_os = "linux")]
#[path = "../tests/support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
fn main() {
    let all: [(&str, fn()); 3] =
        [("pacing", pacing::pacing), ("playing", playing::playing), ("rendering", rendering::rendering)];
    // cargo adds options of its own, such as --bench.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, measure) in all {
        if wanted.is_empty() || wanted.iter().any(|word| name.contains(word)) {
            measure();
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("peers are measured on Linux");
}
