//! Sound from outside: what an engine writes, and the listener's music.

use std::time::Duration;

use super::config::in_folder;
use crate::clip::{CEILING, Clip};
use crate::loudness::true_peak;
use crate::output::format::Format;
use crate::settings::DEFAULT_LOUDNESS;
use crate::sharing::label::Label;
use crate::sounds::playlist;
use crate::sounds::tracks::TrackReader;
use crate::speech::wav::decode;
use crate::units::{Decibels, SampleRate};

/// A longer sound is read, and not made into a clip: that takes its time.
const CLIPPED: usize = 3_000;
/// Frames that are read of a file, before and after a jump.
const HEARD: usize = 3_000;
const RATES: [u32; 3] = [8_000, 44_100, 48_000];
/// The rate of most clips: measuring them takes most of the time, and a sixth of it at this rate. One in [`ONE_IN`] is
/// made for 48 kHz.
const QUICK: SampleRate = SampleRate::new(8_000).unwrap();
const ONE_IN: usize = 8;
const FORMATS: [Format; 6] = [Format::Wav, Format::Flac, Format::Opus, Format::Mp3, Format::M4a, Format::M4b];

/// Reads what an engine may have written: a recording that is a sound, or a sentence that says why it is none. A clip that
/// is made of it has its onset inside, and is not too loud.
///
/// # Panics
/// When one of that is not so.
pub fn wav(data: &[u8]) {
    let recording = match decode(data) {
        Ok(recording) => recording,
        Err(why) => return assert!(!why.is_empty() && !why.contains('\n'), "{why:?}"),
    };
    assert!(!recording.samples.is_empty() && recording.samples.iter().all(|sample| sample.is_finite()));
    let is_music = RATES.contains(&recording.rate.hz());
    if recording.samples.len() > CLIPPED || !is_music {
        return;
    }
    let rate = if data.len().is_multiple_of(ONE_IN) { SampleRate::HZ_48000 } else { QUICK };
    match Clip::from_recording(&recording, DEFAULT_LOUDNESS, rate) {
        Err(why) => assert!(!why.is_empty()),
        Ok(clip) => {
            assert!(clip.onset() < clip.frames(), "{:?} of {:?}", clip.onset(), clip.frames());
            let mut frames = vec![[0.0; 2]; clip.frames().0 as usize];
            clip.add_to(&mut frames, 0);
            let samples: Vec<f32> = frames.iter().map(|frame| frame[0]).collect();
            let peak = Decibels::of_amplitude(true_peak(&samples, rate));
            assert!(peak.0 <= CEILING.0 + 0.2, "{peak:?}");
        }
    }
}

/// Reads bytes as a sound file, as one with a session in it, and as a playlist. A decoder's panic is an answer.
///
/// # Panics
/// When a sample is no number, or something else panics.
pub fn music(data: &[u8]) {
    in_folder(|folders| {
        let folder = folders.data.clone().expect("there is a folder");
        std::fs::create_dir_all(&folder).expect("there is room");
        let path = folder.join("a");
        std::fs::write(&path, data).expect("there is room");
        if let Ok(mut track) = TrackReader::open_file(&path) {
            assert!(track.rate().hz() > 0);
            let is_sound = |frame: &[f32; 2]| frame.iter().all(|sample| sample.is_finite());
            assert!(track.by_ref().take(HEARD).all(|frame| is_sound(&frame)), "a sample is no number");
            if track.seek(Duration::from_millis(300)) {
                assert!(track.by_ref().take(HEARD).all(|frame| is_sound(&frame)), "a sample is no number");
            }
        }
        let format = FORMATS[usize::from(data.last().copied().unwrap_or_default()) % FORMATS.len()];
        let label = Label::read(&path, format);
        assert!(label.seconds.is_finite() && label.seconds >= 0.0, "{label:?}");
        assert!(label.chapters.iter().all(|(at, _)| at.is_finite() && *at >= 0.0), "{label:?}");
        let _ = playlist::read(&path);
    });
}
