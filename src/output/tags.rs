//! What a file says of its session, in Vorbis comments (Opus and FLAC) and as the values that every format knows.

use super::description::{Cover, Description};
use super::encoder::Loudness;
use crate::units::{Frames, SampleRate};

/// Who made it; players list the sessions together under this name.
pub(super) const ARTIST: &str = "supine";
/// What wrote it.
pub(super) const WRITER: &str = concat!("supine ", env!("CARGO_PKG_VERSION"));
/// The loudness that Opus gains refer to, in LUFS (RFC 7845, 5.2.1, and EBU R 128).
const R128_REFERENCE: f32 = -23.0;
/// The loudness that ReplayGain 2.0 refers to, in LUFS.
const REPLAYGAIN_REFERENCE: f32 = -18.0;

/// A session without loudness, whose tags need the room of those of any other.
const UNKNOWN: Loudness =
    Loudness { integrated: crate::units::Decibels::SILENCE, true_peak: crate::units::Decibels::SILENCE };

/// The Vorbis comments without loudness: names and values.
pub(super) fn comments(about: &Description, rate: SampleRate) -> Vec<(String, String)> {
    let mut comments: Vec<(String, String)> = [
        ("TITLE", about.title.as_str()),
        ("ARTIST", ARTIST),
        ("DESCRIPTION", &about.summary),
        ("LANGUAGE", &about.language),
        ("GENRE", "Speech"),
        ("PERFORMER", &about.voice),
        ("ENCODER", WRITER),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    for (number, chapter) in (1..).zip(&about.chapters) {
        comments.push((format!("CHAPTER{number:03}"), clock(chapter.at, rate)));
        comments.push((format!("CHAPTER{number:03}NAME"), chapter.name.clone()));
    }
    comments
}

/// The time of a frame, as chapters in Vorbis comments give it: "01:02:03.456".
fn clock(at: Frames, rate: SampleRate) -> String {
    let ms = milliseconds(at, rate);
    let (s, minutes) = (ms / 1000, ms / 60_000);
    format!("{:02}:{:02}:{:02}.{:03}", minutes / 60, minutes % 60, s % 60, ms % 1000)
}

/// The time of a frame in milliseconds.
pub(super) fn milliseconds(at: Frames, rate: SampleRate) -> u64 {
    (at.to_seconds(rate) * 1000.0).round() as u64
}

/// The comment that says by how much a player of Opus changes its level. It always takes the same room, so that it
/// can be written when the session is known: RFC 7845 allows zeros at the front, and six characters.
pub(super) fn r128(loudness: Option<Loudness>) -> (String, String) {
    let gain = (R128_REFERENCE - loudness.unwrap_or(UNKNOWN).integrated.0) * 256.0;
    let gain = gain.round().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16;
    ("R128_TRACK_GAIN".to_owned(), format!("{gain:+06}"))
}

/// The same for every other format (ReplayGain 2.0): gain and peak. They always take the same room.
pub(super) fn replaygain(loudness: Option<Loudness>) -> [(String, String); 2] {
    let Loudness { integrated, true_peak } = loudness.unwrap_or(UNKNOWN);
    let gain = (REPLAYGAIN_REFERENCE - integrated.0).clamp(-99.99, 99.99);
    [
        ("REPLAYGAIN_TRACK_GAIN".to_owned(), format!("{gain:+06.2} dB")),
        ("REPLAYGAIN_TRACK_PEAK".to_owned(), format!("{:.6}", true_peak.amplitude().min(9.0))),
    ]
}

/// A picture as FLAC holds it (RFC 9639, 8.8): the front cover. Its size is for players to find out.
pub(super) fn picture(cover: &Cover) -> Vec<u8> {
    const FRONT_COVER: u32 = 3;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut block = FRONT_COVER.to_be_bytes().to_vec();
    block.extend(length(cover.media_type.as_bytes()));
    block.extend(cover.media_type.as_bytes());
    // No words; width, height, depth and colours are unknown.
    block.extend([0; 4 * 5]);
    block.extend(length(&cover.bytes));
    block.extend(&cover.bytes);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Decibels;

    #[test]
    fn a_gain_brings_a_session_to_its_reference_and_always_takes_the_same_room() {
        let at = |lufs, peak| Some(Loudness { integrated: Decibels(lufs), true_peak: Decibels(peak) });
        assert_eq!(r128(at(-23.0, -1.0)).1, "+00000");
        assert_eq!(r128(at(-20.5, -1.0)).1, "-00640");
        let [(_, gain), (_, peak)] = replaygain(at(-20.5, -6.0206));
        assert_eq!((gain.as_str(), peak.as_str()), ("+02.50 dB", "0.500000"));
        for loudness in [None, at(-96.0, -96.0), at(-70.0, -1.0), at(0.0, 3.0)] {
            let [(_, gain), (_, peak)] = replaygain(loudness);
            assert_eq!((r128(loudness).1.len(), gain.len(), peak.len()), (6, 9, 8), "{loudness:?}");
        }
    }

    #[test]
    fn the_time_of_a_chapter_is_written_with_hours() {
        assert_eq!(clock(Frames(48_000 * 3_723 + 21_900), SampleRate::HZ_48000), "01:02:03.456");
    }
}
