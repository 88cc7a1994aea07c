//! Shared parts of the test programs: the program in a home folder of its own (`home`), and its rendered files.
//! For tests that listen to a playing session there is a whole audio stack without a sound card: PulseAudio
//! with a null sink, Speech Dispatcher with espeak-ng, and a recorder on the sink. How a session should sound
//! is in the tests, not here.
//!
//! Debian's packages for it: pulseaudio pulseaudio-utils libasound2-plugins speech-dispatcher
//! speech-dispatcher-espeak-ng espeak-ng; for the recogniser of words, pocketsphinx pocketsphinx-en-us.

// Every test program and bench uses a different part of this, and a failing helper may end its test.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

pub mod bus;
pub mod ears;
pub mod heard;
pub mod home;
pub mod kit;
pub mod process;
pub mod pty;
pub mod pulled;
pub mod recogniser;
pub mod recorder;
pub mod rendered;
pub mod rows;
pub mod session;
pub mod small_disk;
#[cfg(all(target_os = "linux", feature = "device"))]
pub mod soak;
pub mod stage;
pub mod timeline;
