//! A routine that may be played, from its text to its sound.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::performed(data));
