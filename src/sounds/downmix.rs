//! From any number of channels to two, after ITU-R BS.775-4.

use std::f32::consts::FRAC_1_SQRT_2;

use symphonia::core::audio::{ChannelLabel, Channels, Position};

use crate::units::Frame;

/// How much of a channel is heard on the left and on the right, as amplitudes.
///
/// Front channels stay where they are. The centre is in both at -3 dB, and a surround channel is in the
/// same side at -3 dB (BS.775-4, annex 4); a single rear centre channel counts as both, so it is at -6 dB
/// in each. The standard leaves out the low-frequency channel, which is not needed when the other channels
/// have all the bass. A file of 2.1 channels may have its bass nowhere else, so here it is in both at -3
/// dB.
fn share(channel: Position) -> Frame {
    const HALF: f32 = FRAC_1_SQRT_2;
    const LEFT: Position = Position::FRONT_LEFT
        .union(Position::FRONT_LEFT_CENTER)
        .union(Position::FRONT_LEFT_WIDE)
        .union(Position::BOTTOM_FRONT_LEFT)
        .union(Position::TOP_FRONT_LEFT);
    const RIGHT: Position = Position::FRONT_RIGHT
        .union(Position::FRONT_RIGHT_CENTER)
        .union(Position::FRONT_RIGHT_WIDE)
        .union(Position::BOTTOM_FRONT_RIGHT)
        .union(Position::TOP_FRONT_RIGHT);
    const SURROUND_LEFT: Position = Position::REAR_LEFT
        .union(Position::SIDE_LEFT)
        .union(Position::TOP_SIDE_LEFT)
        .union(Position::TOP_REAR_LEFT);
    const SURROUND_RIGHT: Position = Position::REAR_RIGHT
        .union(Position::SIDE_RIGHT)
        .union(Position::TOP_SIDE_RIGHT)
        .union(Position::TOP_REAR_RIGHT);
    const BACK: Position = Position::REAR_CENTER.union(Position::TOP_CENTER).union(Position::TOP_REAR_CENTER);
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

/// The share of every channel, in the order in which they are decoded: for a layout, that of its bits. A single channel
/// is heard unchanged on both sides, and one without a place at -6 dB.
pub(crate) fn shares(channels: &Channels) -> Vec<Frame> {
    const PLACELESS: Frame = [0.5; 2];
    match channels {
        channels if channels.count() == 1 => vec![[1.0, 1.0]],
        Channels::Positioned(layout) => layout.iter().map(share).collect(),
        Channels::Custom(labels) => labels
            .iter()
            .map(|label| match label {
                ChannelLabel::Positioned(place) => share(*place),
                _ => PLACELESS,
            })
            .collect(),
        channels => vec![PLACELESS; channels.count()],
    }
}

/// The layout for a number of channels if the file does not say: the one that FLAC defines for 1 to 8.
pub(crate) fn usual(channels: usize) -> Option<Position> {
    const STEREO: Position = Position::FRONT_LEFT.union(Position::FRONT_RIGHT);
    const FRONT: Position = STEREO.union(Position::FRONT_CENTER);
    const REAR: Position = Position::REAR_LEFT.union(Position::REAR_RIGHT);
    const SIDES: Position = Position::SIDE_LEFT.union(Position::SIDE_RIGHT);
    Some(match channels {
        1 => Position::FRONT_LEFT,
        2 => STEREO,
        3 => FRONT,
        4 => STEREO.union(REAR),
        5 => FRONT.union(REAR),
        6 => FRONT.union(Position::LFE1).union(REAR),
        7 => FRONT.union(Position::LFE1).union(Position::REAR_CENTER).union(SIDES),
        8 => FRONT.union(Position::LFE1).union(REAR).union(SIDES),
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

/// Mixes `planes`, one for each channel, into two channels at the end of `out`.
pub(crate) fn mix(planes: &[Vec<f32>], shares: &[Frame], out: &mut Vec<Frame>) {
    let start = out.len();
    let length = planes.iter().map(Vec::len).max().unwrap_or(0);
    out.resize(start + length, [0.0; 2]);
    for (plane, [left, right]) in planes.iter().zip(shares) {
        for (frame, sample) in out[start..].iter_mut().zip(plane) {
            frame[0] += left * sample;
            frame[1] += right * sample;
        }
    }
}

/// The places of the channels: those that the file tells beside them if it does, else those of its format.
pub(crate) fn placed(decoded: &Channels, told: Option<Position>) -> Channels {
    let count = decoded.count();
    let told = told.map(Channels::Positioned).filter(|told| told.count() == count);
    let told = told.or_else(|| match decoded {
        Channels::Discrete(_) => usual(count).map(Channels::Positioned),
        _ => None,
    });
    told.unwrap_or_else(|| decoded.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For each channel, the output for a frame that is 1 in that channel and 0 in the others.
    fn heard(layout: Position) -> Vec<Frame> {
        let channels = Channels::Positioned(layout);
        let shares = shares(&channels);
        let one = |sounding: usize| {
            let planes: Vec<Vec<f32>> =
                (0..channels.count()).map(|n| vec![if n == sounding { 1.0 } else { 0.0 }]).collect();
            let mut out = Vec::new();
            mix(&planes, &shares, &mut out);
            out[0]
        };
        (0..channels.count()).map(one).collect()
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
        let two_and_one = Position::FRONT_LEFT | Position::FRONT_RIGHT | Position::LFE1;
        assert_eq!(heard(two_and_one), [left, right, both]);
    }

    #[test]
    fn every_channel_that_there_is_is_heard() {
        for channel in Position::all().iter() {
            let [left, right] = share(channel);
            assert!(left + right > 0.7, "{channel}: {left} {right}");
        }
    }

    #[test]
    fn channels_without_a_place_are_heard_too() {
        assert_eq!(usual(9), None);
        let mut out = vec![[9.0; 2]];
        mix(&[vec![1.0, 0.0], vec![0.0, 0.5]], &shares(&Channels::Discrete(2)), &mut out);
        assert_eq!(out, [[9.0; 2], [0.5; 2], [0.25; 2]]);
        let labels = vec![ChannelLabel::Positioned(Position::FRONT_RIGHT), ChannelLabel::Discrete(0)];
        assert_eq!(shares(&Channels::from(labels)), [[0.0, 1.0], [0.5; 2]]);
    }

    #[test]
    fn channels_are_where_the_file_tells_or_where_so_many_usually_are() {
        let quad = usual(4).unwrap();
        let other = Position::FRONT_LEFT | Position::FRONT_RIGHT | Position::SIDE_LEFT | Position::SIDE_RIGHT;
        let discrete = Channels::Discrete(4);
        assert_eq!(placed(&discrete, None), Channels::Positioned(quad));
        assert_eq!(placed(&discrete, Some(other)), Channels::Positioned(other));
        assert_eq!(placed(&Channels::Positioned(other), None), Channels::Positioned(other));
        assert_eq!(placed(&Channels::Positioned(quad), usual(2)), Channels::Positioned(quad), "too few");
        assert_eq!(placed(&Channels::Discrete(20), None), Channels::Discrete(20));
    }
}
