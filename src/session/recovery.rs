//! What a session does when the device or the voice is lost: it goes on with another, from the
//! words that were not heard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::performance::{Finish, Listener, Session, SessionError, WATCH};
use super::pump;
use super::speaking::Cast;
use crate::mixer::{Entrance, Mixer};
use crate::output::{Output, OutputError};
use crate::remote::{Event, Request};
use crate::sounds::tone;
use crate::speech::tones::Tones;

/// How long another device is looked for: time to find the charger, or for a sound server to start.
const SEARCH: Duration = Duration::from_secs(60);
/// The first look comes after this, and each later one after twice as long, up to the other.
const FIRST_LOOK: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(8);

impl Session {
    /// Pauses until there is something to play on again, and resumes there as after a pause. Says
    /// how it ended when nothing is to be resumed.
    ///
    /// # Errors
    /// When nothing was found.
    pub(super) fn find_output(
        &mut self,
        output: &mut dyn Output,
        listener: &mut dyn Listener,
    ) -> Result<Option<Finish>, SessionError> {
        let place = self.place();
        // Whoever speaks sees this.
        self.current.transport.stop();
        if self.steering.is_ending() {
            return Ok(Some(Finish::Stopped));
        }
        if self.changes.is_none() {
            return Err(OutputError::Lost.into());
        }
        if self.current.is_said() {
            // Who sleeps with headphones on is not to be woken by the loudspeaker.
            return Ok(Some(Finish::Played));
        }
        self.note_position(place);
        let was_paused = self.steering.paused_at().is_some();
        self.steering.pause(place);
        if !self.wait_for(output, listener)? {
            return Ok(Some(Finish::Stopped));
        }
        self.start_again(output, was_paused)?;
        Ok(None)
    }

    /// Waits for an output; false when it was asked to stop.
    fn wait_for(
        &mut self,
        output: &mut dyn Output,
        listener: &mut dyn Listener,
    ) -> Result<bool, SessionError> {
        let since = Instant::now();
        let (mut wait, mut next) = (FIRST_LOOK, FIRST_LOOK);
        loop {
            listener.show(&self.now());
            if let Some(Event::Asked(Request::Stop)) = listener.next(WATCH) {
                return Ok(false);
            }
            if since.elapsed() < next {
                continue;
            }
            if output.reopen().is_ok() {
                return Ok(true);
            }
            if since.elapsed() > SEARCH {
                return Err(OutputError::Lost.into());
            }
            wait = (wait * 2).min(LONGEST_WAIT);
            next = since.elapsed() + wait;
        }
    }

    /// Plays on another output, at its rate, as after a pause; rests when it was paused.
    fn start_again(&mut self, output: &mut dyn Output, rests: bool) -> Result<(), SessionError> {
        let position = self.current.transport.position();
        self.played += position.to_duration(self.speaking.rate);
        self.speaking.rate = output.rate();
        let (loudness, rate) = (self.speaking.loudness, self.speaking.rate);
        self.tone = Arc::new(tone(loudness, rate));
        let ambience = pump::open(&self.ambience, loudness, rate, &self.gaps, &self.speaking.warnings)?;
        let (take, spoken) = if rests {
            self.silence()
        } else {
            let from = self.steering.resume(self.time());
            self.begin_part(self.part_from(from, &[]).on_new_output())?
        };
        let (mixer, desk) = Mixer::steered(rate, ambience, take);
        desk.set_volume(self.volume);
        self.desk = desk;
        self.current = spoken;
        output.start(mixer);
        Ok(())
    }

    /// Lets the next best voice go on with what the lost one was to say, or tones when there is none.
    /// What the lost one has recorded before is heard first.
    ///
    /// # Errors
    /// When nothing was heard yet, or nobody else may speak.
    pub(super) fn change_voice(&mut self, error: SessionError) -> Result<(), SessionError> {
        let SessionError::VoiceLost(error) = error else { return Err(error) };
        if self.current.transport.is_over() {
            return Ok(());
        }
        let Some(changes) = &mut self.changes else { return Err(SessionError::VoiceLost(error)) };
        let was_rendered = self.speaking.cast.is_rendered();
        let (name, cast) = match (changes.next_voice)() {
            Some((name, voice)) => (format!("`{name}`"), Cast::from(voice)),
            None => ("tones".to_owned(), Cast::Rendered(Arc::new(Tones))),
        };
        let words = changes.words.voice_lost.clone();
        self.speaking.warnings.add([format!("{error}; going on with {name}")]);
        self.speaking.cast = cast;
        let place = self.place();
        self.note_position(place);
        self.steering.say_in_close(words, place.at);
        // A rendered voice is ahead of the playhead: its last move is the one that it could not say.
        let starts = self.current.starts();
        let Some(frame) = starts.last().copied().filter(|_| was_rendered) else {
            return self.play_part(self.steering.lost_at(place.at), &[], Entrance::Cut);
        };
        let lost = self.part.whole_place(starts.len() - 1);
        if frame > self.current.transport.position() {
            self.current.transport.open_until(frame);
            self.play_part(lost, &[], Entrance::At(frame))
        } else {
            // In the middle of a hold.
            self.play_part(self.steering.lost_at(lost), &[], Entrance::Cut)
        }
    }
}
