//! Lets voices be heard one after another, and listens for keys meanwhile.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::opening::{self, read_config};
use crate::screen::complain;
use supine::config::{Choices, ForRoutine, Resolved};
use supine::control::{Event, Now, Request};
use supine::control::{Host, News};
use supine::output::{self, Output};
use supine::phrases::Phrases;
use supine::plan::LEAD_IN;
use supine::plan::{ItemKind, Plan};
use supine::remote::keymap::Key;
use supine::remote::keys::{Keys, Typed};
use supine::remote::signals::Signals;
use supine::routine::Ending;
use supine::session::performance::play as perform;
use supine::session::stage::Stage;
use supine::settings::Settings;
use supine::sounds::AmbienceChoice;
use supine::speech::voices::{Voice, VoiceError, VoiceId, Voices};

/// The pause after a line that stands alone.
const PAUSE: Duration = Duration::from_millis(300);
/// A live voice whose sentence takes this much longer than it should has not begun.
const SILENCE: Duration = Duration::from_secs(3);

/// A line to say, and the pause after it.
pub(super) type Line = (String, Duration);

/// The reason why a voice was interrupted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Interruption {
    /// A key, and whether it was pressed before the first word: then it is meant for the voice before.
    Key(Key, bool),
    /// A signal.
    Stopped,
    /// The listener has waited long enough for the session.
    TooLate,
    /// The voice has connected but says nothing.
    Silence,
}

/// Everything needed to let voices be heard one after another.
pub(super) struct Audition {
    pub(super) language: String,
    pub(super) phrases: Phrases,
    pub(super) settings: Settings,
    pub(super) voices: Voices,
    /// Nothing is said after this moment.
    pub(super) until: Option<Instant>,
    /// The voice that spoke last.
    pub(super) last: Option<VoiceId>,
    device: Box<dyn Output>,
    keys: Option<Keys>,
    signals: Signals,
}

impl Audition {
    /// `None` where keys can't be heard.
    pub(super) fn new(language: &str, output: OutputArgs) -> Result<Option<Self>, Failure> {
        let audition = Self::anywhere(language, output)?;
        Ok(audition.keys.is_some().then_some(audition))
    }

    /// Works without keys, too.
    pub(super) fn anywhere(language: &str, output: OutputArgs) -> Result<Self, Failure> {
        let signals = Signals::listen()?;
        let keys = Keys::listen();
        let config = read_config()?;
        let resolved = Resolved::new(&Choices::default(), &config, ForRoutine::default());
        Ok(Self {
            language: language.to_owned(),
            phrases: Phrases::for_language(language).0,
            settings: Settings { ambience: false, ..resolved.settings(Ending::Awake) },
            voices: opening::voices(&config),
            until: None,
            last: None,
            device: output::open(output.fake_output)?,
            keys,
            signals,
        })
    }

    /// Prints what the keys do.
    pub(super) fn show(&self, what: &str) {
        if self.keys.is_some() {
            complain(&format!("supine: {what}"));
        }
    }

    /// Says one line in a voice.
    pub(super) fn say_in(&mut self, id: &VoiceId, line: &str) -> Result<(), Failure> {
        let voice = self.voices.open(id, &self.language).map_err(VoiceError::from)?;
        match self.say(voice, &[(line.to_owned(), PAUSE)], "")? {
            Some(Interruption::Stopped) => Err(self.stopped()),
            _ => Ok(()),
        }
    }

    /// Says lines in a voice, until a key is pressed. The screen names the voice or pace that is `offered`.
    pub(super) fn say(
        &mut self,
        voice: Voice,
        lines: &[Line],
        offered: &str,
    ) -> Result<Option<Interruption>, Failure> {
        let mut plan = Plan::lines(lines, &self.settings, &self.phrases);
        let shown = Shown::new(&mut plan, offered);
        let is_live = matches!(voice, Voice::Live(..));
        let stage = Stage {
            plan: Arc::new(plan),
            settings: self.settings.clone(),
            ambience: AmbienceChoice::None,
            voice,
            begin: None,
            changes: None,
            pause_silence: false,
        };
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
        perform(stage, self.device.as_mut(), &mut listener)?;
        Ok(listener.end())
    }

    /// The failure when a signal has ended the audition.
    pub(super) fn stopped(&self) -> Failure {
        Failure::Signal(self.signals.exit_code().unwrap_or(1))
    }
}

/// The lines on the screen, as far as they were said.
struct Shown {
    sentences: Vec<String>,
    so_far: usize,
}

impl Shown {
    /// Turns each sentence of `plan` into a pose, so that the session reports its sentences.
    fn new(plan: &mut Plan, offered: &str) -> Self {
        let mut sentences = Vec::new();
        for item in &mut plan.items {
            if let ItemKind::Speak { utterance, .. } = item.what {
                sentences.push(plan.utterances[utterance.0].text.clone());
                item.pose = sentences.len();
            }
        }
        // The sample is last, and its name comes before it.
        if let Some(name) = sentences.iter_mut().rev().nth(1).filter(|_| !offered.is_empty()) {
            name.push_str(&format!(" ({offered})"));
        }
        Self { sentences, so_far: 0 }
    }

    /// Prints the sentences up to one, counted from 1.
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
    /// The position of the session, and since when.
    position_s: f64,
    moved: Instant,
    interruption: Option<Interruption>,
    /// Whether the Escape that ended it was taken back, and its key is still to come.
    is_taken_back: bool,
}

impl KeyListener<'_> {
    /// The next input; waits at most `timeout` for it.
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
            _ if self.signals.is_stopped() => Some(Interruption::Stopped),
            Some(Typed::Key(key, _)) => Some(Interruption::Key(key, self.early)),
            _ if self.until.is_some_and(|until| now > until) => Some(Interruption::TooLate),
            _ if self.is_live && now - self.moved > SILENCE => Some(Interruption::Silence),
            _ => None,
        }
    }

    /// While the sound fades, the Escape that ended it may turn out to have been the start of another key.
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

    /// What has ended it; an input that was not a key leaves that open.
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
        self.early = now.position_s < LEAD_IN.as_secs_f64();
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
