//! From any number of channels to two, after ITU-R BS.775-4.

use std::f32::consts::FRAC_1_SQRT_2;

use symphonia::core::audio::{AudioBuffer, AudioBufferRef, Channels};

use crate::units::Frame;

/// How much of a channel is heard on the left and on the right, as amplitudes.
///
/// Front channels stay where they are. The centre is in both at -3 dB, and a surround channel is in the
/// same side at -3 dB (BS.775-4, annex 4); a single rear centre channel counts as both, so it is at -6 dB
/// in each. The standard leaves out the low-frequency channel, which is not needed when the other channels
/// have all the bass. A file of 2.1 channels may have its bass nowhere else, so here it is in both at -3
/// dB.
fn share(channel: Channels) -> Frame {
    const HALF: f32 = FRAC_1_SQRT_2;
    const LEFT: Channels = Channels::FRONT_LEFT
        .union(Channels::FRONT_LEFT_CENTRE)
        .union(Channels::FRONT_LEFT_WIDE)
        .union(Channels::FRONT_LEFT_HIGH)
        .union(Channels::TOP_FRONT_LEFT);
    const RIGHT: Channels = Channels::FRONT_RIGHT
        .union(Channels::FRONT_RIGHT_CENTRE)
        .union(Channels::FRONT_RIGHT_WIDE)
        .union(Channels::FRONT_RIGHT_HIGH)
        .union(Channels::TOP_FRONT_RIGHT);
    const SURROUND_LEFT: Channels = Channels::REAR_LEFT
        .union(Channels::SIDE_LEFT)
        .union(Channels::REAR_LEFT_CENTRE)
        .union(Channels::TOP_REAR_LEFT);
    const SURROUND_RIGHT: Channels = Channels::REAR_RIGHT
        .union(Channels::SIDE_RIGHT)
        .union(Channels::REAR_RIGHT_CENTRE)
        .union(Channels::TOP_REAR_RIGHT);
    const BACK: Channels = Channels::REAR_CENTRE.union(Channels::TOP_CENTRE).union(Channels::TOP_REAR_CENTRE);
    match channel {
        one if LEFT.contains(one) => [1.0, 0.0],
        one if RIGHT.contains(one) => [0.0, 1.0],
        one if SURROUND_LEFT.contains(one) => [HALF, 0.0],
        one if SURROUND_RIGHT.contains(one) => [0.0, HALF],
        one if BACK.contains(one) => [0.5, 0.5],
        // The centre, high or not, and the low frequencies.
        _ => [HALF, HALF],
    }
}

/// The share of every channel of a layout, in symphonia's order, which is that of the layout's bits. A
/// single channel is heard unchanged on both sides.
pub(crate) fn shares(layout: Channels) -> Vec<Frame> {
    match layout.count() {
        1 => vec![[1.0, 1.0]],
        _ => layout.iter().map(share).collect(),
    }
}

/// The layout for a number of channels if the file does not say: the one that FLAC defines for 1 to 8.
pub(crate) fn usual(channels: usize) -> Option<Channels> {
    const STEREO: Channels = Channels::FRONT_LEFT.union(Channels::FRONT_RIGHT);
    const FRONT: Channels = STEREO.union(Channels::FRONT_CENTRE);
    const REAR: Channels = Channels::REAR_LEFT.union(Channels::REAR_RIGHT);
    const SIDES: Channels = Channels::SIDE_LEFT.union(Channels::SIDE_RIGHT);
    Some(match channels {
        1 => Channels::FRONT_LEFT,
        2 => STEREO,
        3 => FRONT,
        4 => STEREO.union(REAR),
        5 => FRONT.union(REAR),
        6 => FRONT.union(Channels::LFE1).union(REAR),
        7 => FRONT.union(Channels::LFE1).union(Channels::REAR_CENTRE).union(SIDES),
        8 => FRONT.union(Channels::LFE1).union(REAR).union(SIDES),
        _ => return None,
    })
}

/// The place in symphonia's order of channel `number` in Vorbis's order (Vorbis I, 4.3.9).
pub(crate) fn vorbis_place(channels: usize, number: usize) -> usize {
    let order: &[usize] = match channels {
        3 => &[0, 2, 1],
        5 => &[0, 2, 1, 3, 4],
        6 => &[0, 2, 1, 4, 5, 3],
        7 => &[0, 2, 1, 5, 6, 4, 3],
        8 => &[0, 2, 1, 6, 7, 4, 5, 3],
        _ => return number,
    };
    order.get(number).copied().unwrap_or(number)
}

/// Mixes `planes`, one for each channel, into two channels at the end of `out`. Channels without a share
/// are heard on both sides at -6 dB.
fn mix(planes: &[&[f32]], shares: &[Frame], out: &mut Vec<Frame>) {
    let start = out.len();
    let length = planes.iter().map(|plane| plane.len()).max().unwrap_or(0);
    out.resize(start + length, [0.0; 2]);
    for (number, plane) in planes.iter().enumerate() {
        let [left, right] = shares.get(number).copied().unwrap_or([0.5; 2]);
        for (frame, sample) in out[start..].iter_mut().zip(plane.iter()) {
            frame[0] += left * sample;
            frame[1] += right * sample;
        }
    }
}

/// The layout of the channels: the file's own if it has one, else that of its format.
pub(crate) fn placed(decoded: Channels, told: Option<Channels>) -> Channels {
    let fitting = told.filter(|layout| layout.count() == decoded.count());
    fitting.or_else(|| (decoded.is_empty()).then(|| usual(2)).flatten()).unwrap_or(decoded)
}

/// Mixes a decoded packet into two channels; `planes` is reused for the next one.
pub(crate) fn mixed(
    decoded: &AudioBufferRef<'_>,
    planes: &mut Option<AudioBuffer<f32>>,
    shares: &[Frame],
    out: &mut Vec<Frame>,
) {
    let fits =
        |kept: &AudioBuffer<f32>| kept.spec() == decoded.spec() && kept.capacity() >= decoded.capacity();
    let kept = match planes.take().filter(fits) {
        Some(kept) => planes.insert(kept),
        None => planes.insert(decoded.make_equivalent::<f32>()),
    };
    decoded.convert(kept);
    mix(kept.planes().planes(), shares, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each channel, the output for a frame that is 1 in that channel and 0 in the others.
    fn heard(layout: Channels) -> Vec<Frame> {
        let shares = shares(layout);
        let one = |sounding: usize| {
            let planes: Vec<[f32; 1]> =
                (0..layout.count()).map(|n| [if n == sounding { 1.0 } else { 0.0 }]).collect();
            let planes: Vec<&[f32]> = planes.iter().map(|plane| plane.as_slice()).collect();
            let mut out = Vec::new();
            mix(&planes, &shares, &mut out);
            out[0]
        };
        (0..layout.count()).map(one).collect()
    }

    #[test]
    fn every_usual_layout_is_mixed_as_the_standard_says() {
        const HALF: f32 = FRAC_1_SQRT_2;
        let (left, right, both) = ([1.0, 0.0], [0.0, 1.0], [HALF, HALF]);
        let (back_left, back_right) = ([HALF, 0.0], [0.0, HALF]);
        let expected: [&[Frame]; 8] = [
            &[[1.0, 1.0]],
            &[left, right],
            &[left, right, both],
            &[left, right, back_left, back_right],
            &[left, right, both, back_left, back_right],
            &[left, right, both, both, back_left, back_right],
            &[left, right, both, both, [0.5, 0.5], back_left, back_right],
            &[left, right, both, both, back_left, back_right, back_left, back_right],
        ];
        for (number, expected) in expected.into_iter().enumerate() {
            assert_eq!(heard(usual(number + 1).unwrap()), expected, "{} channels", number + 1);
        }
        let two_and_one = Channels::FRONT_LEFT | Channels::FRONT_RIGHT | Channels::LFE1;
        assert_eq!(heard(two_and_one), [left, right, both]);
    }

    #[test]
    fn every_channel_that_there_is_is_heard() {
        for channel in Channels::all().iter() {
            let [left, right] = share(channel);
            assert!(left + right > 0.7, "{channel}: {left} {right}");
        }
    }

    #[test]
    fn channels_without_a_place_are_heard_too() {
        assert_eq!(usual(9), None);
        let mut out = vec![[9.0; 2]];
        mix(&[&[1.0, 0.0], &[0.0, 0.5]], &[], &mut out);
        assert_eq!(out, [[9.0; 2], [0.5; 2], [0.25; 2]]);
    }
}
