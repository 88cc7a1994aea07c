//! A text that somebody wrote for eyes, made into a routine.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::sheet(data));
