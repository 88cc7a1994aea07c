//! Choosing a voice, a pace and a level by ear: at the first start, by `supine setup` and by `voices --try`. Everything
//! is said, and printed as it is said; any key takes the choice that is heard, waiting takes the first, Escape
//! changes nothing.

mod casting;
mod level;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::casting::Casting;
use crate::args::OutputArgs;
use crate::audition::{Audition, Interruption, Line};
use crate::failure::Failure;
use crate::opening::read_config;
use crate::screen::complain;
use supine::advice::{Advice, Advise};
use supine::config;
use supine::folders::Folders;
use supine::remote::keymap::Key;
use supine::remote::keys;
use supine::session::lines::Lines;
use supine::session::outcome::SessionError;
use supine::settings::Pace;
use supine::speech::voices::{Hearing, VoiceError, VoiceId};

/// The time for a key press after a sentence was heard. About two more seconds pass before the next sentence is
/// heard.
const TO_ANSWER: Duration = Duration::from_millis(1500);
/// The pause between two lines.
const PAUSE: Duration = Duration::from_millis(500);
/// At the first start no voice is offered later than this, and nothing is said after that: a listener who has
/// lain down waits for a session.
const LAST_OFFER: Duration = Duration::from_secs(27);
const LAST_WORD: Duration = Duration::from_secs(36);
/// How long a voice that is not ready may hold up the first start, or a listener who compares voices.
const IMPATIENT: Duration = Duration::from_secs(1);
const PATIENT: Duration = Duration::from_secs(15);

/// The result of an offer.
enum Choice<T> {
    /// A key was pressed while this choice was heard, or after it.
    Taken(T),
    /// No key was pressed: this choice came first.
    First(T),
    /// Escape was pressed.
    Skipped,
}

/// How voices are offered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    /// At the first start: in little time.
    FirstStart,
    /// By `supine setup`.
    Setup,
    /// By `voices --try`: without an introduction.
    Try,
}

/// Whether a session that is about to start is the first one, with somebody at a terminal; `voice` is the one
/// in force.
pub fn is_due(voice: Option<&str>) -> Result<bool, Failure> {
    Ok(voice.is_none() && keys::can_be_heard() && read_config()?.setup != Some(false))
}

/// Offers a voice for routines in `language` before the first session, and remembers it. Returns a voice that
/// could not be remembered and speaks tonight only.
pub fn first_start(language: &str, output: &OutputArgs) -> Result<Option<VoiceId>, Failure> {
    let start = Instant::now();
    let Some(mut audition) = Audition::new(language, output)? else { return Ok(None) };
    audition.until = Some(start + LAST_WORD);
    let ids = audition.voices.by_ear(language, Hearing::Brief);
    let id = match audition.choose_voice(&ids, Offer::FirstStart, start + LAST_OFFER) {
        Ok(Choice::Taken(id) | Choice::First(id)) => id,
        Ok(Choice::Skipped) => {
            audition.skip()?;
            return Ok(None);
        }
        // A session without a voice has words of its own for that.
        Err(Failure::Session(SessionError::Voice(error))) => {
            complain(&format!("supine: {error}"));
            return Ok(None);
        }
        Err(failure) => return Err(failure),
    };
    match remember(&[("voice", id.to_string().as_str().into())]) {
        Ok(()) => Ok(None),
        // This is not a reason not to play.
        Err(failure) => {
            complain(&format!("supine: {failure}"));
            Ok(Some(id))
        }
    }
}

/// Offers a voice, a pace and a level for routines in `language`, and remembers them.
pub fn setup(language: &str, output: &OutputArgs) -> Result<ExitCode, Failure> {
    let Some(mut audition) = Audition::new(language, output)? else {
        let help = "set `voice` and `pace` in the config instead (`supine config` shows where it is)";
        return Err(Failure::Other(Advice::new("setup needs a terminal for its keys", help)));
    };
    let ids = audition.voices.by_ear(language, Hearing::Whole);
    let id = match audition.choose_voice(&ids, Offer::Setup, far_away())? {
        Choice::Taken(id) => id,
        Choice::First(id) => {
            audition.say_in(&id, &audition.phrases.setup.first.clone())?;
            id
        }
        Choice::Skipped => return audition.skip(),
    };
    let pace = match audition.choose_pace(&id)? {
        Choice::Taken(pace) | Choice::First(pace) => pace,
        Choice::Skipped => return audition.skip(),
    };
    audition.settings.pace = pace;
    let level = match audition.choose_level(&id)? {
        Choice::Taken(level) | Choice::First(level) => level,
        Choice::Skipped => return audition.skip(),
    };
    let (voice, pace) = (id.to_string(), pace.to_string());
    let mut values = vec![("voice", voice.as_str().into()), ("pace", pace.as_str().into())];
    values.extend(level.map(|(option, level)| (option, level.into())));
    remember(&values)?;
    audition.say_in(&id, &audition.phrases.setup.kept.clone())?;
    Ok(ExitCode::SUCCESS)
}

/// `supine voices --try`: says a sentence in each voice; on a terminal, a key takes one.
pub fn try_voices(names: &[String], language: &str, output: &OutputArgs) -> Result<ExitCode, Failure> {
    // Without a terminal the voices are heard all the same, but none is chosen.
    let mut audition = Audition::anywhere(language, output)?;
    let ids = match names {
        [] => audition.voices.by_ear(language, Hearing::Whole),
        names => names
            .iter()
            .map(|name| audition.voices.find(name, language))
            .collect::<Result<Vec<_>, VoiceError>>()?,
    };
    if let Choice::Taken(id) = audition.choose_voice(&ids, Offer::Try, far_away())? {
        remember(&[("voice", id.to_string().as_str().into())])?;
        audition.say_in(&id, &audition.phrases.setup.kept.clone())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(24 * 60 * 60)
}

pub(super) fn remember(values: &[(&str, toml_edit::Value)]) -> Result<(), Failure> {
    let path = config::remember(&Folders::of_user(), values).map_err(Failure::Other)?;
    let written: Vec<String> = values.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    complain(&format!("supine: {} in {}", written.join(", "), path.display()));
    Ok(())
}

impl Audition {
    /// The lines that offer the voice at a place, from 0.
    fn lines(&self, place: usize, offer: Offer) -> Vec<Line> {
        let setup = &self.phrases.setup;
        let mut lines = Vec::new();
        if place == 0 && offer != Offer::Try {
            lines.extend(setup.intro.iter().map(|line| (line.clone(), PAUSE)));
        }
        if place == 0 && offer == Offer::Setup {
            lines.push((setup.escape.clone(), PAUSE));
        }
        let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
        lines.push((self.phrases.setup_voice(number), PAUSE));
        lines.push((setup.cue.clone(), TO_ANSWER));
        lines
    }

    /// Says the same sentence in each voice, numbered. No voice begins after `last_offer`.
    fn choose_voice(
        &mut self,
        ids: &[VoiceId],
        offer: Offer,
        last_offer: Instant,
    ) -> Result<Choice<VoiceId>, Failure> {
        self.show("any key takes the voice that you hear, Escape changes nothing");
        let patience = if offer == Offer::FirstStart { IMPATIENT } else { PATIENT };
        let rehearsed = (0..ids.len()).map(|place| {
            Lines::new(&self.lines(place, offer), &self.settings, &self.phrases).into_utterances()
        });
        let voices = ids.iter().cloned().zip(rehearsed).collect();
        let mut casting = Casting::new(voices, &self.voices, &self.language, patience);
        let (mut heard, mut reasons): (Vec<VoiceId>, Vec<Advice>) = Default::default();
        while let Some((id, voice)) = casting.next() {
            let lines = self.lines(heard.len(), offer);
            let said = match voice {
                Ok(voice) => {
                    self.last = Some(id.clone());
                    self.say(voice, &lines, &id.to_string())
                }
                Err(error) => Err(VoiceError::from(error).into()),
            };
            match said {
                Ok(None) => heard.push(id),
                Ok(Some(Interruption::Key(Key::Escape, _))) => return Ok(Choice::Skipped),
                Ok(Some(Interruption::Key(_, early))) => {
                    let before = heard.pop().filter(|_| early);
                    return Ok(Choice::Taken(before.unwrap_or(id)));
                }
                Ok(Some(Interruption::TooLate)) => {
                    heard.push(id);
                    break;
                }
                Ok(Some(Interruption::Silence)) => reasons.push(format!("`{id}` does not speak").into()),
                // A voice that does not answer is not offered.
                Err(Failure::Session(
                    SessionError::Voice(VoiceError::Speech(error))
                    | SessionError::Speech(error)
                    | SessionError::VoiceLost(error),
                )) => {
                    complain(&format!("supine: {error}"));
                    reasons.push(error.advice());
                }
                Err(failure) => return Err(failure),
            }
            if Instant::now() > last_offer {
                break;
            }
        }
        let language = self.language.clone();
        let none = VoiceError::None { language, reasons };
        heard.into_iter().next().map(Choice::First).ok_or_else(|| none.into())
    }

    /// Says the same sentence at each pace.
    fn choose_pace(&mut self, id: &VoiceId) -> Result<Choice<Pace>, Failure> {
        self.show("any key takes the pace that you hear, Escape changes nothing");
        let setup = self.phrases.setup.clone();
        let offers = [(Pace::NORMAL, setup.normal), (Pace::SLOW, setup.slow), (Pace::BRISK, setup.brisk)];
        let mut before = Pace::NORMAL;
        for (place, (pace, name)) in offers.into_iter().enumerate() {
            let mut lines = Vec::new();
            if place == 0 {
                lines.extend(setup.pace.iter().map(|line| (line.clone(), PAUSE)));
            }
            lines.push((name, PAUSE));
            lines.push((setup.cue.clone(), TO_ANSWER));
            self.settings.pace = pace;
            let voice = self.voices.open(id, &self.language).map_err(VoiceError::from)?;
            match self.say(voice, &lines, &pace.to_string())? {
                Some(Interruption::Key(Key::Escape, _)) => return Ok(Choice::Skipped),
                Some(Interruption::Key(_, early)) => {
                    return Ok(Choice::Taken(if early { before } else { pace }));
                }
                None | Some(Interruption::TooLate | Interruption::Silence) => before = pace,
            }
        }
        Ok(Choice::First(Pace::NORMAL))
    }

    /// Says that nothing has changed, in the voice that was heard last, and ends the questions.
    fn skip(&mut self) -> Result<ExitCode, Failure> {
        remember(&[("setup", false.into())])?;
        let line = self.phrases.setup.skipped.clone();
        if let Some(id) = self.last.take() {
            // A failure does not matter here: the listener has heard a voice already, or wants to hear none.
            let _ = self.say_in(&id, &line);
        }
        Ok(ExitCode::SUCCESS)
    }
}
