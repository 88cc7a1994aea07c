//! The mixer renders a little ahead of what comes out of it, for the limiter sees a peak before it is heard.
//! Others are told of what has come out, frame for frame: where the score is, which take is over, the end.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use super::take::{TAKES, Take};

/// What was rendered and has not come out.
pub(super) struct Ahead {
    /// The score's clock after each frame, from the last one that came out on.
    clocks: Box<[u64]>,
    /// Where the next of them belongs.
    place: usize,
    rendered: u64,
    heard: u64,
    /// The frame from which on nothing comes any more.
    end: Option<u64>,
    /// Takes that are over, each from a frame on.
    leaving: VecDeque<(u64, Take)>,
}

impl Ahead {
    /// Of a mixer that renders `frames` ahead.
    pub(crate) fn new(frames: usize) -> Self {
        Self {
            clocks: vec![0; frames + 1].into(),
            place: 0,
            rendered: 0,
            heard: 0,
            end: None,
            leaving: VecDeque::with_capacity(TAKES),
        }
    }

    /// Notes frames that were rendered while the clock came to `clock`, running or standing.
    pub(crate) fn note(&mut self, frames: usize, clock: u64, runs: bool) {
        for left in (0..frames as u64).rev() {
            self.clocks[self.place] = if runs { clock - left } else { clock };
            self.place += 1;
            if self.place == self.clocks.len() {
                self.place = 0;
            }
        }
        self.rendered += frames as u64;
    }

    /// Notes that nothing comes from here on.
    pub(crate) fn ends(&mut self) {
        self.end = self.end.or(Some(self.rendered));
    }

    /// How many takes are on their way out.
    pub(crate) fn leaving(&self) -> usize {
        self.leaving.len()
    }

    /// Notes that a take is over from here on, and another plays.
    pub(crate) fn leave(&mut self, take: Take) {
        self.end = None;
        self.leaving.push_back((self.rendered, take));
    }

    /// Tells that `frames` more have come out, while `current` is what is rendered. Gives back the takes that
    /// are over.
    pub(crate) fn come_out(&mut self, frames: usize, current: &Take, over: &mut rtrb::Producer<Take>) {
        self.heard += frames as u64;
        while let Some((_, take)) = self.leaving.pop_front_if(|(from, _)| *from < self.heard) {
            take.transport.finished.store(true, Ordering::Release);
            let _ = over.push(take); // there is room
        }
        let last = self.heard.saturating_sub(1) % self.clocks.len() as u64;
        let clock = self.clocks[last as usize];
        let heard = self.leaving.front().map_or(current, |(_, take)| take);
        heard.transport.position.store(clock, Ordering::Release);
        if self.leaving.is_empty() && self.end.is_some_and(|end| end < self.heard) {
            current.transport.finished.store(true, Ordering::Release);
        }
    }
}
