//! The sound when no voice is left: a soft tone in place of a word, so that a listener with closed eyes can
//! go on by heart. A count is short, everything else is longer.

use super::{Recording, SpeechError, Synthesizer, Utterance};
use crate::units::SampleRate;

const RATE: SampleRate = SampleRate::HZ_48000;
/// The A below middle C, and the C above it for a count.
const PITCH_HZ: f32 = 220.0;
const COUNT_PITCH_HZ: f32 = 261.63;
const LENGTH_S: f32 = 0.9;
const COUNT_LENGTH_S: f32 = 0.4;

/// One tone for each utterance. It never fails.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tones;

impl Synthesizer for Tones {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        let (pitch, length) =
            if utterance.is_count { (COUNT_PITCH_HZ, COUNT_LENGTH_S) } else { (PITCH_HZ, LENGTH_S) };
        let hz = RATE.hz() as f32;
        let samples = (0..(length * hz) as usize).map(|n| {
            let t = n as f32 / hz;
            // It swells and fades, so that nobody is startled.
            let shape = (std::f32::consts::PI * t / length).sin().powi(2);
            0.1 * shape * (std::f32::consts::TAU * pitch * t).sin()
        });
        Ok(Recording { samples: samples.collect(), rate: RATE, beat: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::Clip;
    use crate::units::Decibels;

    #[test]
    fn a_count_is_a_shorter_tone_than_a_sentence_and_both_can_be_mixed() {
        let sentence = Utterance::plain("Lie down.", 0.8);
        let count = Utterance { is_count: true, ..Utterance::plain("One.", 0.8) };
        let length = |utterance| {
            let recording = Tones.synthesize(utterance).unwrap();
            Clip::from_recording(&recording, Decibels(-20.0), RATE).unwrap().length()
        };
        assert!(length(&count).0 * 2 < length(&sentence).0);
    }
}
