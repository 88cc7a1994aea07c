//! The desktop's own text-to-speech engine as a live voice, through the crate tts (Speech Dispatcher on
//! Linux). One thread owns the engine, from its construction on, and every call waits for that thread only
//! up to a deadline, since the engine may block for ever. A thread that is overdue is abandoned, and the
//! next utterance starts a new one. The session decides how long an utterance may take to end, and what to
//! do if it never ends.

mod engine;
mod handshake;

use std::collections::VecDeque;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use tts::UtteranceId;

use self::engine::{Deadline, ENGINE, Engine, Stage, Worker, gone};
use super::{Speaker, SpeakerEvent, SpeechError, Ticket, Utterance};

/// The longest that a call to a connected engine may take; it takes a few milliseconds.
const CALL_LIMIT: Duration = Duration::from_secs(2);

/// The longest that dropping the speaker waits for the engine to fall silent.
const QUIT_LIMIT: Duration = Duration::from_millis(200);

/// A voice that the engine offers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SystemVoice {
    /// Its language as a tag, such as `en-US`.
    pub language: String,
    /// Its name, unique within the engine.
    pub name: String,
}

/// Which of the engine's voices should speak.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted<'a> {
    /// The engine's own choice.
    Any,
    /// The voice with this name, from [`SystemSpeaker::voices`].
    Named(&'a str),
    /// A voice for this language.
    Speaking(&'a str),
}

/// The desktop's speech engine. It can't express [`Utterance::comma`], and ignores it.
pub(crate) struct SystemSpeaker {
    /// `None` after a failure, until the next utterance.
    worker: Option<Worker>,
    voice: Option<tts::Voice>,
    deadline: Duration,
    ledger: Ledger,
    spoken: u64,
}

impl SystemSpeaker {
    /// Connects, and starts the engine if that is allowed. Asking for a particular voice takes about 3 s
    /// more. `deadline` bounds this call and any later reconnection; other calls are bounded by 2 s as
    /// well.
    ///
    /// # Errors
    /// When the engine is missing, can't be reached, is late, or has no such voice.
    pub(crate) fn connect(wanted: Wanted<'_>, deadline: Duration) -> Result<Self, SpeechError> {
        let limit = Deadline::after(deadline);
        let worker = Worker::start(limit)?;
        let voice = match wanted {
            Wanted::Any => None,
            Wanted::Named(name) => {
                let name = name.to_owned();
                Some(worker.call(limit, move |engine| engine.choose_named(&name))?)
            }
            Wanted::Speaking(language) => {
                let language = language.to_owned();
                Some(worker.call(limit, move |engine| engine.choose_speaking(&language))?)
            }
        };
        Ok(Self { worker: Some(worker), voice, deadline, ledger: Ledger::default(), spoken: 0 })
    }

    /// All voices of the engine, sorted by language and then by name. With espeak-ng's variants there are
    /// thousands, and it takes more than a second: ask once.
    ///
    /// # Errors
    /// When the engine is missing, can't be reached, is late, or has no voice.
    pub(crate) fn voices(deadline: Duration) -> Result<Vec<SystemVoice>, SpeechError> {
        let limit = Deadline::after(deadline);
        let found = Worker::start(limit)?.call(limit, |engine| engine.voices())?;
        let mut voices: Vec<_> = found
            .iter()
            .map(|voice| SystemVoice { language: voice.language().to_string(), name: voice.name() })
            .collect();
        voices.sort_unstable();
        Ok(voices)
    }

    fn call_limit(&self) -> Duration {
        CALL_LIMIT.min(self.deadline)
    }

    /// The worker; a new one is started if the last one was given up.
    fn worker(&mut self) -> Result<&Worker, SpeechError> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => {
                let limit = Deadline::after(self.deadline);
                let worker = Worker::start(limit)?;
                if let Some(voice) = self.voice.clone() {
                    worker.call(limit, move |engine| engine.set_voice(&voice))?;
                }
                worker
            }
        };
        Ok(self.worker.insert(worker))
    }

    fn try_to_speak(&mut self, text: &str, utterance: &Utterance) -> Result<Ticket, SpeechError> {
        let limit = self.call_limit();
        let (text, speed, gain) = (text.to_owned(), utterance.speed, utterance.gain);
        let worker = self.worker()?;
        let id = worker
            .call(Deadline::after(limit), move |engine| engine.speak(&text, speed, gain))
            .inspect_err(|error| self.give_up(error))?;
        self.spoken += 1;
        let ticket = Ticket(self.spoken);
        self.ledger.open(key(&id), ticket);
        Ok(ticket)
    }

    /// Abandons the worker: utterances that it has not finished are reported as failed.
    fn give_up(&mut self, error: &SpeechError) {
        if let Some(worker) = self.worker.take() {
            for (id, stage) in worker.reports.try_iter() {
                self.ledger.report(key(&id), stage);
            }
        }
        self.ledger.fail_all(error);
    }
}

impl Speaker for SystemSpeaker {
    fn speak(&mut self, utterance: &Utterance) -> Result<Ticket, SpeechError> {
        let text = speakable(&utterance.spoken)?;
        let had_worker = self.worker.is_some();
        match self.try_to_speak(&text, utterance) {
            // The engine may have been restarted since the last utterance.
            Err(SpeechError::Failed { .. }) if had_worker => self.try_to_speak(&text, utterance),
            answer => answer,
        }
    }

    fn stop(&mut self) {
        let limit = Deadline::after(self.call_limit());
        if let Some(worker) = &self.worker
            && let Err(error) = worker.call(limit, Engine::stop)
        {
            self.give_up(&error);
        }
    }

    fn next_event(&mut self, timeout: Duration) -> Option<SpeakerEvent> {
        let limit = Deadline::after(timeout);
        loop {
            if let Some(event) = self.ledger.ready.pop_front() {
                return Some(event);
            }
            let Some(worker) = &self.worker else {
                thread::sleep(limit.left());
                return None;
            };
            match worker.reports.recv_timeout(limit.left()) {
                Ok((id, stage)) => self.ledger.report(key(&id), stage),
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => self.give_up(&gone()),
            }
        }
    }

    fn check(&mut self) -> Result<(), SpeechError> {
        let limit = Deadline::after(self.call_limit());
        let Some(worker) = &self.worker else { return Err(gone()) };
        worker.call(limit, Engine::check).inspect_err(|error| self.give_up(error))
    }

    fn renew(&mut self) {
        self.give_up(&gone());
    }
}

impl Drop for SystemSpeaker {
    fn drop(&mut self) {
        // Otherwise the engine would go on speaking after the program has ended.
        if let Some(worker) = &self.worker
            && !self.ledger.open.is_empty()
        {
            // There is nobody left to report an error to.
            let _ = worker.call(Deadline::after(QUIT_LIMIT), Engine::stop);
        }
    }
}

/// Maps the engine's utterance numbers to our tickets, and keeps the reports not yet delivered.
#[derive(Default)]
struct Ledger {
    open: Vec<(String, Ticket)>,
    /// Reports that arrived before the number that they refer to.
    early: Vec<(String, Stage)>,
    ready: VecDeque<SpeakerEvent>,
}

impl Ledger {
    fn open(&mut self, key: String, ticket: Ticket) {
        self.open.push((key, ticket));
        for (key, stage) in std::mem::take(&mut self.early) {
            self.report(key, stage);
        }
    }

    fn report(&mut self, key: String, stage: Stage) {
        let Some(at) = self.open.iter().position(|(known, _)| *known == key) else {
            self.early.push((key, stage));
            return;
        };
        self.ready.push_back(match stage {
            Stage::Began => SpeakerEvent::Began(self.open[at].1),
            Stage::Ended => SpeakerEvent::Ended(self.open.remove(at).1),
        });
    }

    /// A new engine counts from the start again, so no entry of the old one may remain.
    fn fail_all(&mut self, error: &SpeechError) {
        self.early.clear();
        let failures = self.open.drain(..);
        self.ready.extend(failures.map(|(_, ticket)| SpeakerEvent::Failed(ticket, error.clone())));
    }
}

/// The engine's number of an utterance as a key. Its debug form is all that tts offers on every platform.
fn key(id: &UtteranceId) -> String {
    format!("{id:?}")
}

/// The text in a form that the engine can take. A text without a word makes it block for ever, a NUL makes
/// tts panic, and a single byte makes it change the user's punctuation setting.
fn speakable(text: &str) -> Result<String, SpeechError> {
    if !text.chars().any(char::is_alphanumeric) {
        return Err(SpeechError::Unusable {
            engine: ENGINE.to_owned(),
            text: text.to_owned(),
            why: "it has no letter and no digit".into(),
        });
    }
    let mut clean = text.replace(char::is_control, " ").trim().to_owned();
    if clean.len() == 1 {
        clean.push(' ');
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(speakable("\tBreathe\0in.\n").unwrap(), "Breathe in.");
    }

    #[test]
    fn a_single_byte_is_never_handed_over_alone() {
        assert_eq!(speakable("5").unwrap(), "5 ");
    }

    #[test]
    fn text_without_a_word_is_refused() {
        for text in ["", " ", "\0", "...", "\u{2014}"] {
            let answer = speakable(text);
            assert!(matches!(answer, Err(SpeechError::Unusable { .. })), "{text:?}");
        }
    }

    /// The ledger's reports, as text.
    fn told(ledger: &mut Ledger) -> Vec<String> {
        let events = ledger.ready.drain(..);
        events
            .map(|event| match event {
                SpeakerEvent::Began(ticket) => format!("{} began", ticket.0),
                SpeakerEvent::Ended(ticket) => format!("{} ended", ticket.0),
                SpeakerEvent::Failed(ticket, _) => format!("{} failed", ticket.0),
            })
            .collect()
    }

    #[test]
    fn reports_are_told_by_ticket_in_the_order_they_came() {
        let mut ledger = Ledger::default();
        ledger.open("seven".to_owned(), Ticket(1));
        ledger.open("eight".to_owned(), Ticket(2));
        for (key, stage) in [("seven", Stage::Began), ("eight", Stage::Ended), ("seven", Stage::Ended)] {
            ledger.report(key.to_owned(), stage);
        }
        assert_eq!(told(&mut ledger), ["1 began", "2 ended", "1 ended"]);
        assert!(ledger.open.is_empty());
    }

    #[test]
    fn a_beginning_that_comes_before_its_number_is_kept() {
        let mut ledger = Ledger::default();
        ledger.report("seven".to_owned(), Stage::Began);
        assert!(told(&mut ledger).is_empty());
        ledger.open("seven".to_owned(), Ticket(1));
        ledger.report("seven".to_owned(), Stage::Ended);
        assert_eq!(told(&mut ledger), ["1 began", "1 ended"]);
    }

    #[test]
    fn what_a_lost_engine_was_to_say_fails_and_is_forgotten() {
        let mut ledger = Ledger::default();
        ledger.report("eight".to_owned(), Stage::Began);
        ledger.open("seven".to_owned(), Ticket(1));
        ledger.fail_all(&gone());
        ledger.open("eight".to_owned(), Ticket(2));
        assert_eq!(told(&mut ledger), ["1 failed"]);
    }
}
