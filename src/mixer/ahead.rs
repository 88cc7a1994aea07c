//! The mixer renders a little ahead of its output, because the limiter must see a peak before it is heard.
//! Other threads are told about frames that have come out: where the score is, which take is over, and the
//! end.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use super::take::{TAKES, Take};

/// Frames that were rendered but have not come out yet.
pub(super) struct Ahead {
    /// The score's clock after each frame, starting with the last frame that came out.
    clocks: Box<[u64]>,
    /// The index of the next one.
    place: usize,
    rendered: u64,
    heard: u64,
    /// The frame from which on there is no more sound.
    end: Option<u64>,
    /// Takes that are over, each with the frame of its end.
    leaving: VecDeque<(u64, Take)>,
}

impl Ahead {
    /// For a mixer that renders `frames` ahead.
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

    /// Records rendered frames, at whose end the clock is at `clock`; it may be running or standing.
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

    /// Records that the session ends here.
    pub(crate) fn ends(&mut self) {
        self.end = self.end.or(Some(self.rendered));
    }

    /// The number of takes that have not fully come out yet.
    pub(crate) fn leaving(&self) -> usize {
        self.leaving.len()
    }

    /// Records that a take ends here and another one plays.
    pub(crate) fn leave(&mut self, take: Take) {
        self.end = None;
        self.leaving.push_back((self.rendered, take));
    }

    /// Reports that `frames` more have come out, while `current` is being rendered. Returns the takes that
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
