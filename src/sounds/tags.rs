//! The loudness and the layout of a file's sound, from its tags.

use symphonia::core::audio::Position;
use symphonia::core::meta::{StandardTag, Tag};

use crate::units::Decibels;

/// The loudness in LUFS to which ReplayGain 2.0 and R 128 (EBU R 128; RFC 7845, 5.2.1) adjust sound.
const REPLAY_GAIN: f32 = -18.0;
const R128: f32 = -23.0;
/// ReplayGain's old reference, as a sound pressure level that stands for -18 LUFS.
const REFERENCE_SPL: f32 = 89.0;
/// The field beside a value in which symphonia gives the name of a text of the user's own (ID3v2.4.0, 4.2.6).
const TXXX_DESCRIPTION: &str = "DESCRIPTION";
/// The plausible loudness of music, in LUFS: a tag beyond this is wrong.
const BELIEVED: std::ops::RangeInclusive<f32> = -50.0..=0.0;

/// The facts about a file's sound in its tags.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tags {
    /// R 128's gain in dB, which Opus files have. It takes precedence.
    r128: Option<f32>,
    /// ReplayGain's gain in dB, and the loudness that it leads to.
    replay_gain: Option<f32>,
    reference: Option<f32>,
    /// The layout of the channels: FLAC knows only a few layouts and has a tag for all others.
    pub layout: Option<Position>,
}

impl Tags {
    /// Reads the facts about the sound from a tag. Album gain is of no use: within an album a soft piece is
    /// meant to be softer, but an ambience must be even all night.
    pub(crate) fn read(&mut self, tag: &Tag) {
        let value = tag.raw.value.to_string();
        // ID3 has one frame for all of them, and names them beside it; MP4 puts "com.apple.iTunes:" before a name.
        let described = tag.raw.sub_fields.iter().flatten().find(|field| field.field == TXXX_DESCRIPTION);
        let key = described.map_or_else(|| tag.raw.key.clone(), |field| field.value.to_string());
        let key = key.rsplit(':').next().unwrap_or_default().to_ascii_uppercase();
        match key.as_str() {
            "R128_TRACK_GAIN" => {
                self.r128 = value.trim().parse().ok().map(|gain: i16| f32::from(gain) / 256.0)
            }
            "REPLAYGAIN_TRACK_GAIN" => self.replay_gain = decibels(&value),
            "REPLAYGAIN_REFERENCE_LOUDNESS" => {
                self.reference = decibels(&value).map(|reference| match reference {
                    spl if spl > 0.0 => REPLAY_GAIN + spl - REFERENCE_SPL,
                    lufs => lufs,
                });
            }
            "WAVEFORMATEXTENSIBLE_CHANNEL_MASK" => {
                let mask = value.trim().trim_start_matches("0x").trim_start_matches("0X");
                self.layout = u32::from_str_radix(mask, 16).ok().and_then(Position::from_wave_channel_mask);
            }
            _ => {
                if let Some(StandardTag::ReplayGainTrackGain(gain)) = &tag.std {
                    self.replay_gain = decibels(gain);
                }
            }
        }
    }

    /// The loudness in LUFS of a file with this number of channels when it is heard on two sides.
    pub(crate) fn loudness(&self, channels: usize) -> Option<Decibels> {
        // A single channel is measured alone but heard on two sides: twice the power.
        let twice = match channels {
            1 => 10.0 * 2f32.log10(),
            2 => 0.0,
            _ => return None,
        };
        let r128 = self.r128.map(|gain| R128 - gain);
        let replay_gain = self.replay_gain.map(|gain| self.reference.unwrap_or(REPLAY_GAIN) - gain);
        let loudness = r128.or(replay_gain)? + twice;
        BELIEVED.contains(&loudness).then_some(Decibels(loudness))
    }
}

/// The number of "-7.03 dB" or "-18.00 LUFS".
fn decibels(text: &str) -> Option<f32> {
    let number = text.split_whitespace().next()?;
    let number = number.trim_end_matches(|c: char| c.is_ascii_alphabetic()).replace(',', ".");
    number.parse().ok().filter(|number: &f32| number.is_finite())
}

#[cfg(test)]
mod tests {
    use symphonia::core::meta::{RawTag, RawTagSubField};

    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        let mut tags = Tags::default();
        for (key, value) in pairs {
            tags.read(&Tag::new(RawTag::new(*key, *value)));
        }
        tags
    }

    fn loudness(pairs: &[(&str, &str)]) -> Option<f32> {
        tags(pairs).loudness(2).map(|loudness| loudness.0)
    }

    #[test]
    fn a_gain_tells_a_loudness_by_the_reference_it_leads_to() {
        assert_eq!(loudness(&[("REPLAYGAIN_TRACK_GAIN", "-7.50 dB")]), Some(-10.5));
        assert_eq!(loudness(&[("com.apple.iTunes:replaygain_track_gain", "-1,5dB")]), Some(-16.5));
        let named = RawTagSubField::new(TXXX_DESCRIPTION, "replaygain_track_gain");
        let mut of_id3 = Tags::default();
        of_id3.read(&Tag::new(RawTag::new_with_sub_fields("TXXX", "+2 dB", Box::new([named]))));
        assert_eq!(of_id3.loudness(2), Some(Decibels(-20.0)));
        let reference =
            |value| loudness(&[("REPLAYGAIN_REFERENCE_LOUDNESS", value), ("REPLAYGAIN_TRACK_GAIN", "-3 dB")]);
        assert_eq!(reference("89.0 dB"), Some(-15.0));
        assert_eq!(reference("83.0 dB"), Some(-21.0));
        assert_eq!(reference("-23.00 LUFS"), Some(-20.0));
        // In 1/256 dB, and it takes precedence over the other.
        let opus = [("R128_TRACK_GAIN", "-1280"), ("REPLAYGAIN_TRACK_GAIN", "0 dB")];
        assert_eq!(loudness(&opus), Some(-18.0));
    }

    #[test]
    fn a_gain_that_no_music_needs_is_not_believed() {
        for gain in ["+60 dB", "-60 dB", "nan", "inf dB", "", "loud", "1e9 dB"] {
            assert_eq!(loudness(&[("REPLAYGAIN_TRACK_GAIN", gain)]), None, "{gain}");
        }
        assert_eq!(loudness(&[("R128_TRACK_GAIN", "99999")]), None);
        assert_eq!(loudness(&[("REPLAYGAIN_ALBUM_GAIN", "-7 dB")]), None, "an album's is of no use");
    }

    #[test]
    fn a_single_channel_is_heard_on_both_sides_and_more_than_two_are_measured() {
        let tags = tags(&[("REPLAYGAIN_TRACK_GAIN", "0 dB")]);
        assert!((tags.loudness(1).unwrap().0 + 14.99).abs() < 0.01);
        assert_eq!(tags.loudness(6), None);
    }

    #[test]
    fn a_layout_of_its_own_is_read_from_its_tag() {
        let two_and_one = Position::FRONT_LEFT | Position::FRONT_RIGHT | Position::LFE1;
        assert_eq!(tags(&[("WAVEFORMATEXTENSIBLE_CHANNEL_MASK", "0xB")]).layout, Some(two_and_one));
        assert_eq!(tags(&[("WAVEFORMATEXTENSIBLE_CHANNEL_MASK", "0xffffffff")]).layout, None);
    }
}
