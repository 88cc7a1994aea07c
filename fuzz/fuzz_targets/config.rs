//! A config from anywhere.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::config(data));
