//! What the test programs share: the program in a home folder of its own (`home`), and what it rendered. And a
//! whole audio stack without a sound card, for tests that listen to a session as it plays: PulseAudio with a null sink, Speech Dispatcher with espeak-ng, and a
//! recorder on the sink. Nothing here knows what a session should sound like; that is in the tests.
//!
//! Debian's packages for it: pulseaudio pulseaudio-utils libasound2-plugins speech-dispatcher
//! speech-dispatcher-espeak-ng espeak-ng; for the ears that know words, pocketsphinx
//! pocketsphinx-en-us.

// Every test program and bench uses its own part of it, and a helper that fails ends its test.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

pub mod bus;
pub mod ears;
pub mod home;
pub mod process;
pub mod pty;
pub mod recogniser;
pub mod recorder;
pub mod rendered;
pub mod session;
pub mod stage;
pub mod timeline;
