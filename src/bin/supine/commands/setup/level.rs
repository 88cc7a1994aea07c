//! Finding by ear how loud the voice must be in this room: a sentence gets softer until no key is pressed any more. The
//! volume of the machine is left alone.

use std::time::Duration;

use super::Choice;
use crate::audition::{Audition, Interruption, Line};
use crate::failure::Failure;
use supine::remote::keymap::Key;
use supine::speech::voices::{VoiceError, VoiceId};
use supine::units::Decibels;

/// The session plays this far above the softest sentence that was heard, in dB: soft, and every word is understood.
const MARGIN: f32 = 14.0;
/// How far the first sentence is below the session's level, and how much softer each further one is, in dB.
const FIRST: f32 = -4.0;
const STEP: f32 = -4.0;
/// The softest sentence is 40 dB below the session's level.
const SENTENCES: u8 = 10;
/// The time for a key press after a sentence.
const TO_ANSWER: Duration = Duration::from_millis(2500);
/// How often a sentence is said again because the key for the one before came late.
const AGAIN: u8 = 2;
/// The ranges of the two options, and the most that a level grows by this, in dB.
const LOUDNESS: (f32, f32) = (-40.0, -14.0);
const VOICE_GAIN: (f32, f32) = (-40.0, 6.0);

/// The result of one sentence.
enum Heard {
    Yes,
    No,
    Skipped,
}

impl Audition {
    /// Says the same sentence, softer each time. Returns the option to set and its value in dB; `First(None)` when not
    /// even the first sentence was heard, so that nothing is known.
    pub(super) fn choose_level(
        &mut self,
        id: &VoiceId,
    ) -> Result<Choice<Option<(&'static str, f64)>>, Failure> {
        self.show("press any key each time you still hear it, Escape changes nothing");
        for line in self.phrases.setup.level.clone() {
            self.say_in(id, &line)?;
        }
        let mut softest = None;
        for place in 0..SENTENCES {
            let gain = FIRST + STEP * f32::from(place);
            match self.hear_at(id, gain)? {
                Heard::Yes => softest = Some(gain),
                Heard::No => break,
                Heard::Skipped => return Ok(Choice::Skipped),
            }
        }
        let Some(softest) = softest else { return Ok(Choice::First(None)) };
        let (option, level, (least, most)) = match self.voices.is_rendered(id) {
            true => ("loudness", self.settings.loudness, LOUDNESS),
            false => ("voice_gain", self.settings.voice_gain, VOICE_GAIN),
        };
        let level = (level.0 + softest + MARGIN).clamp(least, most);
        Ok(Choice::Taken(Some((option, f64::from(level.round())))))
    }

    /// Says the sentence at a gain; whether a key was pressed for it.
    fn hear_at(&mut self, id: &VoiceId, gain: f32) -> Result<Heard, Failure> {
        let lines: [Line; 1] = [(self.phrases.setup.cue.clone(), TO_ANSWER)];
        let before = (self.settings.loudness, self.settings.voice_gain);
        match self.voices.is_rendered(id) {
            true => self.settings.loudness = before.0 + Decibels(gain),
            false => self.settings.voice_gain = before.1 + Decibels(gain),
        }
        let mut heard = Heard::No;
        for _ in 0..=AGAIN {
            let voice = self.voices.open(id, &self.language).map_err(VoiceError::from)?;
            match self.say(voice, &lines, "")? {
                Some(Interruption::Key(Key::Escape, _)) => heard = Heard::Skipped,
                // The key was for the sentence before.
                Some(Interruption::Key(_, true)) => continue,
                Some(Interruption::Key(..)) => heard = Heard::Yes,
                None | Some(Interruption::TooLate | Interruption::Silence) => {}
            }
            break;
        }
        (self.settings.loudness, self.settings.voice_gain) = before;
        Ok(heard)
    }
}
