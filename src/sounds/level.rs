//! How loud a file is, by measurement and by its tags.

use std::path::Path;
use std::time::Duration;

use super::SoundError;
use super::tracks::TrackReader;
use crate::loudness::Meter;
use crate::settings::DEFAULT_LOUDNESS;
use crate::units::{Decibels, Frame, Frames};

/// If the length of a file is unknown, only this much of its beginning is measured.
const BEGINNING: Duration = Duration::from_secs(60);
/// In a longer file, this many parts of this length are measured, evenly spread: a piece that fades in over
/// a minute is much louder later on.
const PARTS: u32 = 12;
const PART: Duration = Duration::from_secs(4);
/// A tag may claim at most this much more loudness, in dB, than was measured.
const TRUSTED: f32 = 6.0;
/// An ambience at the speech's loudness is not raised so far that its peaks exceed this, in dB over full
/// scale. It is heard at least 4 dB lower.
const PEAK: f32 = 3.0;

/// The gain, in dB, that brings a file to `target` LUFS.
///
/// Of the measured and the tagged loudness, the higher one is used: music that is a little too soft is
/// still heard, but music that is too loud for the voice drowns the words. So a wrong tag can't raise the
/// sound, and a right one knows about a loud minute that was not measured.
///
/// # Errors
/// When the file can't be read or decoded.
pub(crate) fn gain(path: &Path, target: Decibels) -> Result<Decibels, SoundError> {
    let mut track = TrackReader::open_file(path)?;
    let tagged = track.tagged();
    let meter = measured(&mut track);
    let loudness = believed(meter.integrated(), tagged);
    let peak = meter.sample_peak();
    Ok(Decibels((target.0 - loudness.0).min(PEAK - peak.0)))
}

/// The loudness to use. A file that is too quiet to measure counts as being as loud as speech, so that its
/// noise is not amplified.
fn believed(measured: Decibels, tagged: Option<Decibels>) -> Decibels {
    if measured == Decibels::SILENCE {
        return DEFAULT_LOUDNESS;
    }
    match tagged {
        Some(tagged) => Decibels(measured.0.max(tagged.0.min(measured.0 + TRUSTED))),
        None => measured,
    }
}

/// Measures a track: the whole of a short one, parts of a long one.
fn measured(track: &mut TrackReader) -> Meter {
    let rate = track.rate();
    let mut meter = Meter::of_samples(rate);
    let length = track.length().filter(|length| *length > PART * PARTS);
    let Some(length) = length else {
        feed(&mut meter, track, Frames::at(BEGINNING, rate).0 as usize);
        return meter;
    };
    for part in 0..PARTS {
        // The first part is at the beginning, which every listener hears.
        if part > 0 && !track.seek(length / PARTS * part) {
            // If seeking fails, measurement goes on from here.
            let rest = PART * (PARTS - part);
            feed(&mut meter, track, Frames::at(rest, rate).0 as usize);
            break;
        }
        feed(&mut meter, track, Frames::at(PART, rate).0 as usize);
    }
    meter
}

fn feed(meter: &mut Meter, track: &mut TrackReader, frames: usize) {
    const BLOCK: usize = 4_096;
    let mut block: Vec<Frame> = Vec::with_capacity(BLOCK);
    let mut left = frames;
    while left > 0 {
        block.clear();
        block.extend(track.by_ref().take(BLOCK.min(left)));
        if block.is_empty() {
            break;
        }
        left -= block.len();
        meter.add(&block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_measure_and_tag_the_louder_counts_and_the_tag_only_so_far() {
        let measured = Decibels(-30.0);
        for (tagged, expected) in
            [(None, -30.0), (Some(-40.0), -30.0), (Some(-26.0), -26.0), (Some(-5.0), -24.0)]
        {
            assert_eq!(believed(measured, tagged.map(Decibels)), Decibels(expected), "{tagged:?}");
        }
        assert_eq!(believed(Decibels::SILENCE, Some(Decibels(-40.0))), DEFAULT_LOUDNESS);
    }
}
