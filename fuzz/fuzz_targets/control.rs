//! The control socket's lines, and the keys of a terminal.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| supine::fuzzing::control(data));
