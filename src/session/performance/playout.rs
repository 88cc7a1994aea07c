//! What plays now, and what comes next. A take that waits for its frame is not heard yet, so every question is
//! about the take that is heard; the waiting one can still be replaced.

use std::time::Duration;

use crate::mixer::{Entrance, MixerHandle, Take};
use crate::plan::part::Part;
use crate::session::outcome::SessionError;
use crate::session::take::RunningTake;
use crate::session::waiting::{FAREWELL, wait_at_most};
use crate::units::{Frames, SampleRate};

/// A part of the plan, and the take in which it is spoken.
pub(super) struct Playing {
    pub(super) part: Part,
    pub(super) spoken: RunningTake,
}

/// A take that waits for a frame of the take that is heard.
struct Next {
    playing: Playing,
    frame: Frames,
}

/// The takes of a session.
pub(super) struct Playout {
    handle: MixerHandle,
    heard: Playing,
    /// How many takes have been heard before it.
    turn: u64,
    next: Option<Next>,
    /// Takes that are over but whose voices may still speak.
    left: Vec<RunningTake>,
}

/// Where the words are that a lost voice could not say.
pub(super) struct Lost {
    /// The item of the plan.
    pub(super) place: usize,
    /// Their frame in the take that is heard, if that take can be heard up to there.
    pub(super) frame: Option<Frames>,
}

impl Playout {
    pub(super) fn new(handle: MixerHandle, part: Part, spoken: RunningTake) -> Self {
        Self { handle, heard: Playing { part, spoken }, turn: 0, next: None, left: Vec::new() }
    }

    pub(super) fn handle(&mut self) -> &mut MixerHandle {
        &mut self.handle
    }

    /// The take that is heard now. The next one takes its place once its frame has come.
    pub(super) fn now(&mut self) -> &Playing {
        if self.heard.spoken.transport.is_finished()
            && let Some(next) = self.next.take()
        {
            self.turn_to(next.playing);
        }
        &self.heard
    }

    /// Where the items of the take that is heard begin, as far as that is known and they are heard.
    pub(super) fn starts(&mut self) -> Vec<Frames> {
        let mut starts = self.now().spoken.starts();
        if let Some(next) = &self.next {
            starts.retain(|start| *start <= next.frame);
        }
        starts
    }

    fn turn_to(&mut self, playing: Playing) {
        let before = std::mem::replace(&mut self.heard, playing);
        self.left.push(before.spoken);
        self.turn += 1;
    }

    /// Counts the takes that are heard: within one, the session goes straight on.
    pub(super) fn turn(&mut self) -> u64 {
        self.now();
        self.turn
    }

    /// The item of the plan that is heard, and how long it has lasted.
    pub(super) fn place(&mut self, rate: SampleRate) -> (usize, Duration) {
        let Playing { part, spoken } = self.now();
        let starts = spoken.starts();
        let position = spoken.transport.position();
        let at = starts.partition_point(|start| *start <= position).saturating_sub(1);
        let start = starts.get(at).copied().unwrap_or_default();
        let into = match part.move_of_whole(at) {
            Some(_) => position.saturating_sub(start).to_duration(rate),
            // The opening of a part comes before its first item.
            None => Duration::ZERO,
        };
        (part.whole_place(at), into)
    }

    /// Lets a part be heard, now or at a frame of the current take. A take that waited for its frame is
    /// dropped.
    pub(super) fn enter(&mut self, take: Take, playing: Playing, entrance: Entrance) {
        self.left.retain(|spoken| !spoken.is_silent());
        match self.next.take() {
            None => self.handle.enter(take, entrance),
            Some(next) => {
                self.handle.enter_instead(take, entrance);
                next.playing.spoken.transport.leave();
                self.left.push(next.playing.spoken);
            }
        }
        let transport = &self.heard.spoken.transport;
        match entrance {
            Entrance::Cut => {
                transport.leave();
                self.turn_to(playing);
            }
            Entrance::At(frame) => {
                transport.seal_at(frame);
                self.next = Some(Next { playing, frame });
            }
        }
    }

    /// Plays on with another mixer; a part is heard from its beginning.
    pub(super) fn begin_anew(&mut self, handle: MixerHandle, playing: Playing) {
        self.stop();
        let anew = Self { handle, heard: playing, turn: self.turn + 1, next: None, left: Vec::new() };
        let before = std::mem::replace(self, anew);
        self.left = before.left;
        self.left.push(before.heard.spoken);
        self.left.extend(before.next.map(|next| next.playing.spoken));
    }

    /// Fades out. A take that waits for its frame fades too, if the frame comes meanwhile.
    pub(super) fn stop(&mut self) {
        self.heard.spoken.transport.stop();
        if let Some(next) = &self.next {
            next.playing.spoken.transport.stop();
            next.playing.spoken.transport.leave();
        }
    }

    /// Takes the stop back. No voice speaks any more, so a part has to be entered next.
    pub(super) fn take_back_stop(&mut self) {
        self.heard.spoken.transport.take_back_stop();
        if let Some(next) = &self.next {
            next.playing.spoken.transport.take_back_stop();
        }
    }

    /// Whether everything has been rendered.
    pub(super) fn is_over(&mut self) -> bool {
        self.now().spoken.transport.is_finished()
    }

    /// Whether everything has been said.
    pub(super) fn is_said(&mut self) -> bool {
        self.now().spoken.is_said() && self.next.is_none()
    }

    /// The error of the voice that was lost, if one was, and where that happened.
    pub(super) fn failure(&mut self, rate: SampleRate) -> Option<(SessionError, Lost)> {
        let (place, _) = self.place(rate);
        let failure = self.heard.spoken.failure();
        let Some(next) = &mut self.next else {
            return failure.map(|error| (error, self.lost(place)));
        };
        if let Some(error) = failure {
            if !self.heard.spoken.is_rendered() {
                return Some((error, Lost { place, frame: None }));
            }
            // The next take comes before the words that could not be said.
            self.heard.spoken.transport.open_until(next.frame);
        }
        // If the next take has words to say, it is heard first.
        if next.playing.spoken.starts().len() > 1 {
            return None;
        }
        let error = next.playing.spoken.failure()?;
        Some((error, Lost { place: next.playing.part.whole_place(0), frame: Some(next.frame) }))
    }

    /// Where the words are that the voice of the current take could not say. A rendered voice is ahead of what
    /// is heard, so its last item is the missing one.
    fn lost(&self, place: usize) -> Lost {
        let Playing { part, spoken } = &self.heard;
        let starts = spoken.starts();
        let Some(last) = starts.last().copied().filter(|_| spoken.is_rendered()) else {
            return Lost { place, frame: None };
        };
        let frame = Some(last).filter(|last| *last > spoken.transport.position());
        if let Some(frame) = frame {
            spoken.transport.open_until(frame);
        }
        Lost { place: part.whole_place(starts.len() - 1), frame }
    }

    /// Waits for voices to fall silent, but only for a moment: the wait does not depend on a voice that hangs.
    pub(super) fn end(mut self) {
        self.stop();
        self.left.push(self.heard.spoken);
        self.left.extend(self.next.map(|next| next.playing.spoken));
        wait_at_most(FAREWELL, || self.left.iter().all(RunningTake::is_silent));
    }
}
