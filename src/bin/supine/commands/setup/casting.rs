//! Makes voices ready while others speak: an engine may take seconds to open, or hang.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use supine::speech::voices::{Voice, VoiceId, Voices};
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};

/// The number of voices that are made ready at once.
const AHEAD: usize = 3;
/// The time that a voice may still need when its turn has come.
const MOMENT: Duration = Duration::from_secs(1);

/// A voice that is being made ready.
struct Candidate {
    id: VoiceId,
    ready: Receiver<Result<Voice, SpeechError>>,
    /// Whether it was not ready when its turn came.
    is_late: bool,
}

/// Voices in the order in which they are to be heard.
pub(super) struct Casting {
    coming: VecDeque<(VoiceId, Vec<Utterance>)>,
    waiting: VecDeque<Candidate>,
    voices: Voices,
    language: String,
    patience: Duration,
}

impl Casting {
    /// Makes voices ready, each with its lines. A voice that is not ready in its turn comes last, and is waited
    /// for up to `patience`.
    pub(super) fn new(
        mut coming: VecDeque<(VoiceId, Vec<Utterance>)>,
        voices: &Voices,
        language: &str,
        patience: Duration,
    ) -> Self {
        if let Some((_, lines)) = coming.front_mut() {
            // The listener waits for this voice, so only its first words are made ready.
            lines.truncate(1);
        }
        let (voices, language) = (voices.clone(), language.to_owned());
        let mut casting = Self { coming, waiting: VecDeque::new(), voices, language, patience };
        casting.begin();
        casting
    }

    fn begin(&mut self) {
        while self.waiting.len() < AHEAD
            && let Some((id, lines)) = self.coming.pop_front()
        {
            let (voices, language, of) = (self.voices.clone(), self.language.clone(), id.clone());
            let (sender, ready) = mpsc::channel();
            let thread = std::thread::Builder::new().name("audition".to_owned());
            // Without a thread the voice is passed over, as one that has gone.
            let _ = thread.spawn(move || {
                let voice = voices.open(&of, &language).and_then(|voice| rehearse(voice, lines));
                // The receiver may be gone.
                let _ = sender.send(voice);
            });
            self.waiting.push_back(Candidate { id, ready, is_late: false });
        }
    }

    /// The next voice, or the reason why it does not speak; `None` when all have had their turn.
    pub(super) fn next(&mut self) -> Option<(VoiceId, Result<Voice, SpeechError>)> {
        loop {
            let mut candidate = self.waiting.pop_front()?;
            let answer = if !self.voices.can_hang(&candidate.id) {
                candidate.ready.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else if candidate.is_late {
                candidate.ready.recv_timeout(self.patience)
            } else {
                candidate.ready.recv_timeout(MOMENT)
            };
            let voice = match answer {
                Ok(voice) => voice,
                Err(RecvTimeoutError::Timeout) if !candidate.is_late => {
                    candidate.is_late = true;
                    self.waiting.push_back(candidate);
                    continue;
                }
                Err(_) => {
                    let (engine, limit) = (format!("`{}`", candidate.id), self.patience);
                    Err(SpeechError::TimedOut { engine, limit })
                }
            };
            self.begin();
            return Some((candidate.id, voice));
        }
    }
}

/// Lets a voice say `lines` unheard: a voice that can't is found out, and the others start faster.
fn rehearse(voice: Voice, lines: Vec<Utterance>) -> Result<Voice, SpeechError> {
    let Voice::Rendered(voice) = voice else { return Ok(voice) };
    let known = lines
        .into_iter()
        .map(|line| voice.synthesize(&line).map(|recording| (line, recording)))
        .collect::<Result<_, _>>()?;
    Ok(Voice::Rendered(Box::new(Rehearsed { voice, known })))
}

/// A voice that has said something before.
struct Rehearsed {
    voice: Box<dyn Synthesizer>,
    known: Vec<(Utterance, Recording)>,
}

impl Synthesizer for Rehearsed {
    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        match self.known.iter().find(|(known, _)| known == utterance) {
            Some((_, recording)) => Ok(recording.clone()),
            None => self.voice.synthesize(utterance),
        }
    }
}
