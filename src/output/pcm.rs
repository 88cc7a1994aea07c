//! Samples as whole numbers of 24 bits, as WAV and FLAC hold them and other programs get them.

use crate::units::Frame;

const FULL_SCALE: f32 = 8_388_607.0;
const BYTES: usize = 3;

/// A sample as a number of 24 bits.
pub(super) fn number(sample: f32) -> i32 {
    let exact = f64::from(sample.clamp(-1.0, 1.0) * FULL_SCALE);
    // Rounded to the nearest, as `round` does; that is a call, and this is two instructions.
    (exact + 0.5_f64.copysign(exact)) as i32
}

/// Puts frames into `bytes`, the lowest byte of each number first.
pub(super) fn bytes(frames: &[Frame], bytes: &mut Vec<u8>) {
    let samples = frames.as_flattened();
    bytes.resize(samples.len() * BYTES, 0);
    for (bytes, sample) in bytes.chunks_exact_mut(BYTES).zip(samples) {
        // The lowest three bytes are the number in 24 bits.
        bytes.copy_from_slice(&number(*sample).to_le_bytes()[..BYTES]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rounded_to_the_nearest_number_on_both_sides_of_silence() {
        let step = 1.0 / FULL_SCALE;
        for (sample, expected) in
            [(0.0, 0), (0.4, 0), (0.6, 1), (-0.4, 0), (-0.6, -1), (1000.4, 1000), (-1000.6, -1001)]
        {
            assert_eq!(number(sample * step), expected, "{sample}");
        }
        assert_eq!([1.0, 2.0, -1.0, -2.0].map(number), [8_388_607, 8_388_607, -8_388_607, -8_388_607]);
        let mut out = vec![9; 40];
        bytes(&[[step, -step]], &mut out);
        assert_eq!(out, [1, 0, 0, 255, 255, 255]);
    }
}
