//! `supine setup`: a voice and a pace, chosen by ear. Everything is said; any key takes what is
//! heard, waiting takes the first, Escape changes nothing.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::prepare::read_config;
use super::{Failure, complain};
use crate::cli::{OutputArgs, SessionArgs};
use crate::config::{self, Choices, Config, Resolved};
use crate::output::{self, Output};
use crate::phrases::Phrases;
use crate::remote::keys::{Key, Keys};
use crate::remote::signals::Signals;
use crate::remote::{Event, Now, Request};
use crate::routine::Ending;
use crate::score::expand::LEAD_IN;
use crate::score::plan::Plan;
use crate::session::performance::{Listener, SessionError, Stage, play as perform};
use crate::settings::{Pace, Settings};
use crate::sounds::AmbienceChoice;
use crate::speech::clips::Clips;
use crate::speech::voices::{VoiceError, VoiceId, Voices};

/// The time for a key after a sentence was heard.
const TO_ANSWER: Duration = Duration::from_secs(4);
/// Between two lines.
const PAUSE: Duration = Duration::from_millis(900);

/// What came of an offer.
enum Choice<T> {
    /// A key was pressed while this was heard, or after it.
    Taken(T),
    /// Nobody pressed a key: this was the first.
    First(T),
    /// Escape.
    Skipped,
}

/// Why a voice did not end.
enum Interruption {
    /// A key, and whether it was pressed before the first word: then it is for what was heard before.
    Key(Key, bool),
    Stopped,
}

/// Whether a session that is about to start is the first one and has somebody at a terminal.
pub fn is_due(session: &SessionArgs) -> Result<bool, Failure> {
    if session.names_a_voice() || !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    let config = read_config()?;
    Ok(config.choices.voice.is_none() && config.setup != Some(false))
}

/// Offers a voice and a pace for routines in `language`, and remembers them.
pub fn setup(language: &str, output: OutputArgs) -> Result<ExitCode, Failure> {
    let Some(mut audition) = Audition::new(language, output, true)? else {
        let advice = "set `voice` and `pace` in the config instead (`supine config` shows where it is)";
        return Err(Failure::Other(format!("setup needs a terminal for its keys; {advice}")));
    };
    let ranking = audition.voices.ranking(language, false);
    let id = match audition.choose_voice(&ranking, true)? {
        Choice::Taken(id) => id,
        Choice::First(id) => {
            audition.say_in(&id, &audition.phrases.setup.first.clone())?;
            id
        }
        Choice::Skipped => return audition.skip(&ranking),
    };
    let pace = match audition.choose_pace(&id)? {
        Choice::Taken(pace) | Choice::First(pace) => pace,
        Choice::Skipped => return audition.skip(&[id]),
    };
    let (voice, pace) = (id.to_string(), pace.to_string());
    remember(&[("voice", voice.as_str().into()), ("pace", pace.as_str().into())])?;
    audition.settings.pace = pace.parse().unwrap_or_default();
    audition.say_in(&id, &audition.phrases.setup.kept.clone())?;
    Ok(ExitCode::SUCCESS)
}

/// `supine voices --try`: says a sentence in each voice; with a terminal, a key takes one.
pub fn try_voices(names: &[String], language: &str, output: OutputArgs) -> Result<ExitCode, Failure> {
    // Without a terminal they are heard all the same, and nothing is chosen.
    let Some(mut audition) = Audition::new(language, output, false)? else { return Ok(ExitCode::SUCCESS) };
    let ids = match names {
        [] => audition.voices.ranking(language, false),
        names => names
            .iter()
            .map(|name| audition.voices.find(name, language))
            .collect::<Result<Vec<_>, VoiceError>>()?,
    };
    if let Choice::Taken(id) = audition.choose_voice(&ids, false)? {
        remember(&[("voice", id.to_string().as_str().into())])?;
        audition.say_in(&id, &audition.phrases.setup.kept.clone())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn remember(values: &[(&str, toml_edit::Value)]) -> Result<(), Failure> {
    let path = config::remember(values).map_err(Failure::Other)?;
    let written: Vec<String> = values.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    complain(&format!("supine: {} in {}", written.join(", "), path.display()));
    Ok(())
}

/// Everything that is needed to let voices be heard one after another.
struct Audition {
    language: String,
    phrases: Phrases,
    settings: Settings,
    voices: Voices,
    device: Box<dyn Output>,
    keys: Option<Keys>,
    signals: Signals,
}

impl Audition {
    /// `None` when there is no terminal and `must_answer` is set.
    fn new(language: &str, output: OutputArgs, must_answer: bool) -> Result<Option<Self>, Failure> {
        let signals = Signals::listen()?;
        let keys = Keys::listen();
        if keys.is_none() && must_answer {
            return Ok(None);
        }
        let Config { choices, engines, .. } = read_config()?;
        let settings = Resolved::new(&Choices::default(), &choices, None).settings(Ending::Awake);
        Ok(Some(Self {
            language: language.to_owned(),
            phrases: Phrases::for_language(language).0,
            settings: Settings { ambience: false, ..settings },
            voices: Voices::new(engines, Clips::of_user()),
            device: output::open(output.fake_output)?,
            keys,
            signals,
        }))
    }

    /// Says the same sentence in each voice, numbered.
    fn choose_voice(&mut self, ids: &[VoiceId], with_intro: bool) -> Result<Choice<VoiceId>, Failure> {
        let mut heard: Vec<VoiceId> = Vec::new();
        for id in ids {
            let mut lines = Vec::new();
            if heard.is_empty() && with_intro {
                lines.extend(self.phrases.setup.intro.iter().map(|line| (line.clone(), PAUSE)));
            }
            let number = u32::try_from(heard.len() + 1).unwrap_or(u32::MAX);
            lines.push((self.phrases.setup_voice(number), PAUSE));
            lines.push((self.phrases.setup.cue.clone(), TO_ANSWER));
            match self.say(id, &lines) {
                Ok(None) => heard.push(id.clone()),
                Ok(Some(Interruption::Key(Key::Escape, _))) => return Ok(Choice::Skipped),
                Ok(Some(Interruption::Key(_, early))) => {
                    let before = heard.pop().filter(|_| early);
                    return Ok(Choice::Taken(before.unwrap_or_else(|| id.clone())));
                }
                Ok(Some(Interruption::Stopped)) => return Err(self.stopped()),
                // A voice that does not answer is not offered.
                Err(Failure::Voice(VoiceError::Speech(error)))
                | Err(Failure::Session(SessionError::Speech(error) | SessionError::VoiceLost(error))) => {
                    complain(&format!("supine: {error}"));
                }
                Err(failure) => return Err(failure),
            }
        }
        match heard.into_iter().next() {
            Some(first) => Ok(Choice::First(first)),
            None => Err(Failure::Other(format!("no voice for `{}` could be heard", self.language))),
        }
    }

    /// Says the same sentence at each pace.
    fn choose_pace(&mut self, id: &VoiceId) -> Result<Choice<Pace>, Failure> {
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
            match self.say(id, &lines)? {
                None => before = pace,
                Some(Interruption::Key(Key::Escape, _)) => return Ok(Choice::Skipped),
                Some(Interruption::Key(_, early)) => {
                    return Ok(Choice::Taken(if early { before } else { pace }));
                }
                Some(Interruption::Stopped) => return Err(self.stopped()),
            }
        }
        Ok(Choice::First(Pace::NORMAL))
    }

    /// Says that nothing is changed, in the first of `ids` that answers, and asks no more.
    fn skip(&mut self, ids: &[VoiceId]) -> Result<ExitCode, Failure> {
        remember(&[("setup", false.into())])?;
        let line = self.phrases.setup.skipped.clone();
        // Who skips has heard a voice, or wants to hear none.
        let _ = ids.iter().any(|id| self.say_in(id, &line).is_ok());
        Ok(ExitCode::SUCCESS)
    }

    fn say_in(&mut self, id: &VoiceId, line: &str) -> Result<(), Failure> {
        match self.say(id, &[(line.to_owned(), PAUSE)])? {
            Some(Interruption::Stopped) => Err(self.stopped()),
            _ => Ok(()),
        }
    }

    /// Says lines in a voice, until a key is pressed.
    fn say(&mut self, id: &VoiceId, lines: &[(String, Duration)]) -> Result<Option<Interruption>, Failure> {
        let voice = self.voices.open(id, &self.language).map_err(VoiceError::from)?;
        let stage = Stage {
            plan: Arc::new(Plan::lines(lines, &self.settings, &self.phrases)),
            settings: self.settings.clone(),
            ambience: AmbienceChoice::None,
            voice,
            begin: None,
            changes: None,
            pause_silence: false,
        };
        let mut listener =
            KeyListener { keys: &mut self.keys, signals: &self.signals, early: true, interruption: None };

        perform(stage, self.device.as_mut(), &mut listener)?;
        Ok(listener.interruption)
    }

    fn stopped(&self) -> Failure {
        Failure::Signal(self.signals.exit_code().unwrap_or(1))
    }
}

/// Any key, or a signal, ends what is being said.
struct KeyListener<'a> {
    keys: &'a mut Option<Keys>,
    signals: &'a Signals,
    /// Whether nothing has been heard yet.
    early: bool,
    interruption: Option<Interruption>,
}

impl Listener for KeyListener<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        if self.interruption.is_none() {
            if self.signals.is_stopped() {
                self.interruption = Some(Interruption::Stopped);
            } else {
                let key = self.keys.as_mut().and_then(Keys::pressed);
                self.interruption = key.map(|key| Interruption::Key(key, self.early));
            }
            if self.interruption.is_some() {
                return Some(Event::Asked(Request::Stop));
            }
        }
        std::thread::sleep(timeout);
        None
    }

    fn show(&mut self, now: &Now) {
        self.early = now.position_s < LEAD_IN.as_secs_f64();
    }
}
