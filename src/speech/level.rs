//! How loud a voice is. Engines differ by several dB, so each is measured once and all of its
//! clips get the same gain: its own emphasis stays.

use super::{SpeechError, Synthesizer, Utterance};
use crate::loudness::loudness;
use crate::units::{Decibels, SampleRate};

/// Sentences and counts as a routine has them; a few seconds suffice for a gated measurement.
const REFERENCE: [&str; 3] = [
    "Bend your right knee and bring it in toward your right armpit.",
    "Let your shoulders grow heavy, and rest your lower back on the bed.",
    "One. Two. Three. Four. Five. Breathe in. Breathe out.",
];

/// The gain that brings `voice` to `target` (LUFS) when it is played on both sides.
///
/// # Errors
/// Whatever keeps the voice from speaking.
pub fn gain_for(
    voice: &dyn Synthesizer,
    like: &Utterance,
    target: Decibels,
) -> Result<Decibels, SpeechError> {
    let mut frames = Vec::new();
    let mut rate = SampleRate::HZ_48000;
    for text in REFERENCE {
        let recording =
            voice.synthesize(&Utterance { comma: like.comma, ..Utterance::plain(text, like.speed) })?;
        rate = recording.rate;
        frames.extend(recording.samples.iter().map(|sample| [*sample, *sample]));
    }
    // Without a measurable level it is left as it is; a silent clip is refused later, by name.
    Ok(loudness(&frames, rate).map_or(Decibels::UNITY, |measured| target - measured))
}
