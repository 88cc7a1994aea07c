//! A sound file from anywhere.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::music(data));
