//! A routine from a stranger, or a shape and the texts of a language.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::routine(data));
