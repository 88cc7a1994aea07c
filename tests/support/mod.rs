//! A whole audio stack without a sound card, for tests that listen to a session as it plays:
//! PulseAudio with a null sink, Speech Dispatcher with espeak-ng, and a recorder on the sink.
//! Nothing here knows what a session should sound like; that is in the tests.
//!
//! Debian's packages for it: pulseaudio pulseaudio-utils libasound2-plugins speech-dispatcher
//! speech-dispatcher-espeak-ng espeak-ng; for the ears that know words, pocketsphinx
//! pocketsphinx-en-us.

#![allow(dead_code)] // every test program and bench uses its own part of it

pub mod bus;
pub mod ears;
pub mod process;
pub mod pty;
pub mod recogniser;
pub mod recorder;
pub mod session;
pub mod stage;
pub mod timeline;
