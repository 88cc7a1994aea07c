//! Recovery from a lost device or voice: the session goes on with another one, from the first words that were
//! not heard.

use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use super::playout::Lost;
use super::running::Performance;
use super::steering::Place;
use crate::control::Host;
use crate::control::{Event, Request};
use crate::mixer::{Entrance, Mixer};
use crate::output::{Output, OutputError};
use crate::session::ambience;
use crate::session::outcome::{Finish, SessionError, Warnings};
use crate::session::stage::NextVoice;
use crate::session::take::SharedVoice;
use crate::session::waiting::{WATCH, wait_for};
use crate::sounds::tone;
use crate::speech::SpeechError;
use crate::speech::tones::Tones;
use crate::thread::spawn;

/// How long it looks for another device: time to find the charger, or for a sound server to start.
const SEARCH: Duration = Duration::from_secs(60);
/// The time before the first look; each wait is twice as long as the one before, up to the limit.
const FIRST_LOOK: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

impl Performance {
    /// Pauses until there is an output to play on, and resumes there as after a pause. Returns how the session
    /// ended when there is nothing to resume.
    ///
    /// # Errors
    /// When no output was found.
    pub(super) fn find_output(
        &mut self,
        output: &mut dyn Output,
        host: &mut dyn Host,
    ) -> Result<Option<Finish>, SessionError> {
        let place = self.place();
        // Asked before the stop, which the voices see.
        let is_said = self.playout.is_said();
        self.playout.stop();
        if self.steering.is_ending() {
            return Ok(Some(Finish::Stopped));
        }
        if self.changes.is_none() {
            return Err(OutputError::Lost.into());
        }
        if is_said {
            // The loudspeaker must not wake a listener who has fallen asleep with headphones on.
            return Ok(Some(Finish::Played));
        }
        self.note_position(place);
        let was_paused = self.steering.paused_at().is_some();
        self.steer(|steering| steering.pause(place));
        if !self.wait_for_output(output, host)? {
            return Ok(Some(Finish::Stopped));
        }
        let is_stopped = !self.start_again(output, host, was_paused)?;
        Ok(is_stopped.then_some(Finish::Stopped))
    }

    /// Waits for an output; false when the session was asked to stop.
    fn wait_for_output(
        &mut self,
        output: &mut dyn Output,
        host: &mut dyn Host,
    ) -> Result<bool, SessionError> {
        let since = self.time();
        let (mut wait, mut next) = (FIRST_LOOK, FIRST_LOOK);
        loop {
            host.show(&self.now());
            match host.next(WATCH) {
                Some(Event::Asked(Request::Stop)) => return Ok(false),
                // The session resumes by itself, from the last words.
                Some(Event::Asked(Request::PauseOrResume | Request::Resume | Request::Again)) => {}
                event => self.early.extend(event),
            }
            let passed = self.time().saturating_sub(since);
            if passed < next {
                continue;
            }
            match output.reopen() {
                Ok(true) => return Ok(true),
                // A device is being opened; that may take as long as the sound server needs.
                Ok(false) if passed <= SEARCH * 2 => continue,
                Ok(false) | Err(_) => {}
            }
            if passed > SEARCH {
                return Err(OutputError::Lost.into());
            }
            wait = (wait * 2).min(LONGEST_WAIT);
            next = passed + wait;
        }
    }

    /// Plays on another output, at its rate, as after a pause; stays silent when the session was paused. False
    /// when the session was asked to stop while the ambience was opened.
    fn start_again(
        &mut self,
        output: &mut dyn Output,
        host: &mut dyn Host,
        rests: bool,
    ) -> Result<bool, SessionError> {
        self.speaking.rate = output.rate();
        let (loudness, rate) = (self.speaking.loudness, self.speaking.rate);
        self.tone = Arc::new(tone(loudness, rate));
        let (choice, gaps) = (self.ambience.clone(), Arc::clone(&self.gaps));
        let warnings = self.speaking.warnings.clone();
        let opened = wait_for(&mut |time| host.next(time), &mut self.early, move || {
            ambience::open(&choice, loudness, rate, &gaps, &warnings)
        });
        let Ok(ambience) = opened else { return Ok(false) };
        let (take, playing) = if rests {
            self.silence()
        } else {
            let from = self.steering.resume(self.time());
            self.begin_part(self.part_from(from, &[]).on_new_output())?
        };
        let (mixer, handle) = Mixer::steered(rate, ambience?, take);
        let mixer = mixer.in_mono(self.is_mono);
        handle.set_volume(self.volume);
        self.playout.begin_anew(handle, playing);
        output.start(mixer);
        Ok(true)
    }

    /// Lets the next best voice say what the lost one could not, or tones when there is no voice left. Words
    /// that the lost voice has recorded are heard first. Another thread looks for that voice, so requests are
    /// still carried out at once.
    ///
    /// # Errors
    /// When nothing was heard yet, or no other voice may speak.
    pub(super) fn change_voice(&mut self, error: SessionError, lost: Lost) -> Result<(), SessionError> {
        let SessionError::VoiceLost(error) = error else { return Err(error) };
        if self.steering.is_ending() {
            return Ok(());
        }
        let Some(changes) = &self.changes else { return Err(SessionError::VoiceLost(error)) };
        let words = changes.words.voice_lost.clone();
        self.speaking.cast = seek(Arc::clone(&changes.next_voice), error, self.speaking.warnings.clone());
        let place = self.place();
        if let Some(at) = self.steering.paused_at() {
            // In a pause nothing is said but where the session is.
            self.steer(|steering| steering.say_in_close(words, at));
            return self.tell_in_pause(place);
        }
        self.note_position(place);
        // The voice was lost in the middle of a hold, or of a live voice's sentence, unless it is ahead of what is heard.
        let missing = Place { at: lost.place, ..place };
        let from = self.steer(|steering| {
            steering.say_in_close(words, lost.place);
            if lost.frame.is_some() { lost.place } else { steering.lost_at(missing) }
        });
        self.play_part(from, &[], lost.frame.map_or(Entrance::Cut, Entrance::At))
    }
}

/// Starts to look for a voice on another thread.
fn seek(next_voice: NextVoice, error: SpeechError, warnings: Warnings) -> SharedVoice {
    let place = Arc::new(OnceLock::new());
    let found = Arc::clone(&place);
    spawn("next voice", move || {
        // When a search has panicked, the next voice can still be looked for.
        let next = (next_voice.lock().unwrap_or_else(PoisonError::into_inner))();
        let (name, cast) = match next {
            Some((name, voice)) => (format!("`{name}`"), SharedVoice::from(voice)),
            None => ("tones".to_owned(), SharedVoice::Rendered(Arc::new(Tones))),
        };
        warnings.add([format!("{error}; going on with {name}")]);
        // Only this thread sets it, and only once.
        let _ = found.set(cast);
    });
    SharedVoice::Sought(place)
}
