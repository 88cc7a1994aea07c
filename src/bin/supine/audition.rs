//! Lets voices be heard one after another, and hears the keys meanwhile.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::opening::{self, read_config};
use crate::screen::complain;
use supine::config::{Choices, ForRoutine, Resolved};
use supine::control::{Event, Now, Request};
use supine::control::{Host, News};
use supine::output::Output;
use supine::phrases::Phrases;
use supine::remote::keymap::Key;
use supine::remote::keys::{Keys, Typed};
use supine::remote::signals::Signals;
use supine::routine::Ending;
use supine::session::lines::Lines;
use supine::settings::Settings;
use supine::speech::voices::{Hearing, Voice, VoiceError, VoiceId, Voices};

/// Behind a line that stands alone.
const PAUSE: Duration = Duration::from_millis(300);
/// A live voice whose sentence lasts so much longer than it should has not begun.
const SILENCE: Duration = Duration::from_secs(3);

/// What is said, and the pause behind it.
pub type Line = (String, Duration);

/// Why a voice did not end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// A key, and whether it was pressed before the first word: then it is for what was heard before.
    Key(Key, bool),
    /// The listener has waited long enough for the session.
    TooLate,
    /// The voice has connected and says nothing.
    Silence,
}

/// Everything that is needed to let voices be heard one after another.
pub struct Audition {
    pub language: String,
    pub phrases: Phrases,
    pub settings: Settings,
    pub voices: Voices,
    /// The voice that the config chooses.
    pub voice: Option<String>,
    /// Nothing is said after this.
    pub until: Option<Instant>,
    /// Who spoke last.
    pub last: Option<VoiceId>,
    device: Box<dyn Output>,
    keys: Option<Keys>,
    signals: Signals,
}

impl Audition {
    /// `None` where no key would be heard.
    pub fn new(language: &str, output: &OutputArgs) -> Result<Option<Self>, Failure> {
        let audition = Self::anywhere(language, output)?;
        Ok(audition.keys.is_some().then_some(audition))
    }

    /// Where no key is heard, too.
    pub fn anywhere(language: &str, output: &OutputArgs) -> Result<Self, Failure> {
        let signals = Signals::listen()?;
        let keys = Keys::listen();
        let config = read_config()?;
        let resolved = Resolved::new(&Choices::default(), &config, ForRoutine::default());
        Ok(Self {
            language: language.to_owned(),
            phrases: Phrases::for_language(language).0,
            settings: Settings { ambience: false, ..resolved.settings(Ending::Awake) },
            voices: opening::voices(&config),
            voice: resolved.voice.value,
            until: None,
            last: None,
            device: output.open()?,
            keys,
            signals,
        })
    }

    /// Tells whoever looks at the screen what keys do.
    pub fn show(&self, what: &str) {
        if self.keys.is_some() {
            complain(&format!("supine: {what}"));
        }
    }

    /// Says one line in a voice.
    pub fn say_in(&mut self, id: &VoiceId, line: &str) -> Result<(), Failure> {
        let voice = self.voices.open(id, &self.language).map_err(VoiceError::from)?;
        self.say(voice, &[(line.to_owned(), PAUSE)], "").map(|_| ())
    }

    /// Says lines in a voice, until a key is pressed. What is `offered` is named on the screen. A signal is an error, so
    /// that nothing goes on after it.
    pub fn say(
        &mut self,
        voice: Voice,
        lines: &[Line],
        offered: &str,
    ) -> Result<Option<Interruption>, Failure> {
        self.hear(voice, &Lines::new(lines, &self.settings, &self.phrases), offered)
    }

    /// As `say`.
    pub fn hear(
        &mut self,
        voice: Voice,
        lines: &Lines,
        offered: &str,
    ) -> Result<Option<Interruption>, Failure> {
        let shown = Shown::new(lines, offered);
        let is_live = matches!(voice, Voice::Live(..));
        let mut listener = KeyListener {
            keys: &mut self.keys,
            signals: &self.signals,
            until: self.until,
            shown,
            is_live,
            early: true,
            position_s: 0.0,
            moved: Instant::now(),
            interruption: None,
            is_taken_back: false,
        };
        lines.say(voice, self.device.as_mut(), &mut listener)?;
        let interruption = listener.end();
        self.signals.exit_code().map_or(Ok(interruption), |code| Err(Failure::Signal(code)))
    }
}

/// Who speaks where no voice is offered: the chosen one, or the best one.
pub struct Narrator {
    id: Option<VoiceId>,
    chosen: Option<String>,
}

impl Narrator {
    /// `chosen` wins over the voice of the config.
    pub fn new(chosen: Option<String>) -> Self {
        Self { id: None, chosen }
    }

    /// The voice, opened anew.
    pub fn voice(&mut self, audition: &Audition) -> Result<Voice, Failure> {
        let id = match &self.id {
            Some(id) => id.clone(),
            None => self.first(audition)?,
        };
        let voice = audition.voices.open(&id, &audition.language).map_err(VoiceError::from)?;
        self.id = Some(id);
        Ok(voice)
    }

    fn first(&self, audition: &Audition) -> Result<VoiceId, Failure> {
        if let Some(name) = self.chosen.as_ref().or(audition.voice.as_ref()) {
            return Ok(audition.voices.find(name, &audition.language)?);
        }
        let ids = audition.voices.by_ear(&audition.language, Hearing::Whole);
        let (language, reasons) = (audition.language.clone(), Vec::new());
        ids.into_iter().next().ok_or_else(|| VoiceError::None { language, reasons }.into())
    }
}

/// What is on the screen of what is said.
struct Shown {
    sentences: Vec<String>,
    so_far: usize,
}

impl Shown {
    fn new(lines: &Lines, offered: &str) -> Self {
        let mut sentences: Vec<String> = lines.sentences().map(str::to_owned).collect();
        // The sample is last, and its name stands before it; a sound has its name only.
        let place = sentences.len().saturating_sub(2);
        if let Some(name) = sentences.get_mut(place).filter(|_| !offered.is_empty()) {
            name.push_str(&format!(" ({offered})"));
        }
        Self { sentences, so_far: 0 }
    }

    /// Prints what is said up to a sentence, from 1.
    fn up_to(&mut self, sentence: usize) {
        let new = self.sentences.iter().take(sentence).skip(self.so_far);
        if std::io::stderr().is_terminal() {
            new.for_each(|text| complain(&format!("  {text}")));
        }
        self.so_far = self.so_far.max(sentence);
    }
}

/// Any key, or a signal, ends what is being said.
struct KeyListener<'a> {
    keys: &'a mut Option<Keys>,
    signals: &'a Signals,
    until: Option<Instant>,
    shown: Shown,
    is_live: bool,
    /// Whether nothing has been heard yet.
    early: bool,
    /// Where it is, and since when.
    position_s: f64,
    moved: Instant,
    interruption: Option<Interruption>,
    /// Whether the Escape that ended it was none, and what it was is still to come.
    is_taken_back: bool,
}

impl KeyListener<'_> {
    /// What was typed next; waits for it, for `timeout` at most.
    fn typed(&mut self, timeout: Duration) -> Option<Typed> {
        match self.keys {
            Some(keys) => keys.within(timeout),
            None => {
                std::thread::sleep(timeout);
                None
            }
        }
    }

    fn reason_to_stop(&mut self, typed: Option<Typed>) -> Option<Interruption> {
        let now = Instant::now();
        match typed {
            // `hear` makes an error of it.
            _ if self.signals.is_stopped() => Some(Interruption::TooLate),
            Some(Typed::Key(key, _)) => Some(Interruption::Key(key, self.early)),
            _ if self.until.is_some_and(|until| now > until) => Some(Interruption::TooLate),
            _ if self.is_live && now - self.moved > SILENCE => Some(Interruption::Silence),
            _ => None,
        }
    }

    /// An Escape may turn out to have been the head of another key, while what it ended fades.
    fn revise(&mut self, typed: Typed) {
        match (typed, self.interruption) {
            (Typed::NotEscape, Some(Interruption::Key(Key::Escape, _))) => self.is_taken_back = true,
            (Typed::Key(key, _), Some(Interruption::Key(_, early))) if self.is_taken_back => {
                self.interruption = Some(Interruption::Key(key, early));
                self.is_taken_back = false;
            }
            _ => {}
        }
    }

    /// What has ended it; what was no key leaves everything open.
    fn end(mut self) -> Option<Interruption> {
        if self.interruption.is_none() {
            self.shown.up_to(usize::MAX);
        }
        self.interruption.filter(|_| !self.is_taken_back)
    }
}

impl Host for KeyListener<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        let typed = self.typed(timeout);
        if self.interruption.is_some() {
            typed.into_iter().for_each(|typed| self.revise(typed));
            return None;
        }
        self.interruption = self.reason_to_stop(typed);
        self.interruption.map(|_| Event::Asked(Request::Stop))
    }

    fn show(&mut self, now: &Now) {
        self.early = now.position_s < Lines::LEAD_IN.as_secs_f64();
        if now.position_s != self.position_s {
            (self.position_s, self.moved) = (now.position_s, Instant::now());
        }
    }

    fn tell(&mut self, news: News) {
        if let News::Reached(sentence) = news {
            self.shown.up_to(sentence);
        }
    }
}
