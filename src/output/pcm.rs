//! Samples as whole numbers of 24 bits, as WAV and FLAC hold them and other programs get them.

use crate::units::Frame;

const FULL_SCALE: f32 = 8_388_607.0;

/// A sample as a number of 24 bits.
pub(super) fn number(sample: f32) -> i32 {
    (sample.clamp(-1.0, 1.0) * FULL_SCALE).round() as i32
}

/// Puts frames into `bytes`, the lowest byte of each number first.
pub(super) fn bytes(frames: &[Frame], bytes: &mut Vec<u8>) {
    bytes.clear();
    for sample in frames.as_flattened() {
        // The lowest three bytes are the number in 24 bits.
        let [low, middle, high, _] = number(*sample).to_le_bytes();
        bytes.extend([low, middle, high]);
    }
}
