//! The mixer's input: cues and gain points that arrive through rings, take after take.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::transport::Transport;
use crate::clip::Clip;
use crate::score::{BreathPhase, GainPoint};
use crate::units::Frames;

/// The most clips that sound at once; a session has two or three.
pub(super) const POLYPHONY: usize = 16;

/// A clip to be mixed.
#[derive(Clone, Debug)]
pub(crate) struct MixCue {
    /// The frame of the clip's first sample.
    pub start: Frames,
    /// The clip.
    pub clip: Arc<Clip>,
}

/// The other ends of a take's rings.
pub(crate) struct Feed {
    /// Clips in the order of their starts; they must arrive before the gate opens to them.
    pub cues: rtrb::Producer<MixCue>,
    /// The gain curve, in order.
    pub gains: rtrb::Producer<GainPoint>,
    /// The phases of paced breaths, in order.
    pub breaths: rtrb::Producer<BreathPhase>,
    /// Clips that have been played, to be freed.
    pub spent: rtrb::Consumer<Arc<Clip>>,
}

/// A part of a session as the mixer plays it: from a place in the plan to the end or to the next take. Its
/// clock begins at zero.
pub(crate) struct Take {
    pub(super) cues: rtrb::Consumer<MixCue>,
    pub(super) gains: rtrb::Consumer<GainPoint>,
    pub(super) breaths: rtrb::Consumer<BreathPhase>,
    pub(super) spent: rtrb::Producer<Arc<Clip>>,
    pub(super) transport: Arc<Transport>,
}

impl Take {
    /// A take whose rings hold `capacity` cues, gain points and phases of breaths.
    pub(crate) fn new(transport: Arc<Transport>, capacity: usize) -> (Self, Feed) {
        let (cues_in, cues) = rtrb::RingBuffer::new(capacity);
        let (gains_in, gains) = rtrb::RingBuffer::new(capacity);
        let (breaths_in, breaths) = rtrb::RingBuffer::new(capacity);
        let (spent, spent_out) = rtrb::RingBuffer::new(capacity + POLYPHONY);
        let take = Self { cues, gains, breaths, spent, transport };
        (take, Feed { cues: cues_in, gains: gains_in, breaths: breaths_in, spent: spent_out })
    }
}

/// How a take follows the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// At once: the current speech fades out over [`super::CUT`].
    Cut,
    /// When the previous take's clock reaches this frame; sounds that are playing then go on.
    At(Frames),
}

/// A take on its way to the mixer.
pub(super) struct Entry {
    pub take: Take,
    pub entrance: Entrance,
    /// Takes are numbered in the order in which they were entered, from 0.
    pub number: u64,
    /// The take whose clock the entrance refers to.
    pub after: u64,
}

/// The control side of a mixer that plays one take after another.
pub(crate) struct MixerHandle {
    takes: rtrb::Producer<Entry>,
    over: rtrb::Consumer<Take>,
    sounds: rtrb::Producer<Arc<Clip>>,
    volume: Arc<AtomicU32>,
    /// The number of the take that was entered last, and of the one before it.
    last: u64,
    after: u64,
}

/// The mixer's end of a [`MixerHandle`].
pub(super) struct Inbox {
    pub takes: rtrb::Consumer<Entry>,
    pub over: rtrb::Producer<Take>,
    pub sounds: rtrb::Consumer<Arc<Clip>>,
}

/// More takes than a listener can request during one fade.
pub(super) const TAKES: usize = 64;

impl MixerHandle {
    /// A handle, and the mixer's end of it.
    pub(super) fn new(volume: Arc<AtomicU32>) -> (Self, Inbox) {
        let (takes_in, takes) = rtrb::RingBuffer::new(TAKES);
        let (over, over_out) = rtrb::RingBuffer::new(TAKES);
        let (sounds_in, sounds) = rtrb::RingBuffer::new(TAKES);
        let handle = Self { takes: takes_in, over: over_out, sounds: sounds_in, volume, last: 0, after: 0 };
        (handle, Inbox { takes, over, sounds })
    }

    /// Enters a take that follows the one entered last. Frees takes that are over.
    pub(crate) fn enter(&mut self, take: Take, entrance: Entrance) {
        self.push(take, entrance, self.last);
    }

    /// Enters a take that replaces the one entered last, which is still waiting for its frame and whose
    /// [`Transport::leave`] must be called next. If that one has started meanwhile, this one cuts in.
    pub(crate) fn enter_instead(&mut self, take: Take, entrance: Entrance) {
        self.push(take, entrance, self.after);
    }

    fn push(&mut self, take: Take, entrance: Entrance, after: u64) {
        while self.over.pop().is_ok() {}
        (self.last, self.after) = (self.last + 1, after);
        // If the ring is full, the mixer has gone.
        let _ = self.takes.push(Entry { take, entrance, number: self.last, after });
    }

    /// Plays a sound once no fade of a cut is running. The caller keeps a reference, so that the sound is
    /// not freed in the audio callback.
    pub(crate) fn sound(&mut self, clip: Arc<Clip>) {
        // If the ring is full, enough sounds are playing.
        let _ = self.sounds.push(clip);
    }

    /// Sets the overall volume; 1 is unchanged.
    pub(crate) fn set_volume(&self, volume: f32) {
        self.volume.store(volume.to_bits(), Ordering::Relaxed);
    }
}
