//! A scene: an endless sound that is made in blocks of one length, however many frames are asked for at once.

use crate::units::{Decibels, Frame, SampleRate};

/// The rate of every scene.
pub(crate) const RATE: SampleRate = SampleRate::HZ_48000;
/// The frames made at once. Levels move in a straight line from one block's end to the next one's.
pub(crate) const BLOCK: usize = 256;

/// Blocks in a second.
pub(crate) fn blocks_in(seconds: f64) -> usize {
    ((seconds * f64::from(RATE.hz()) / BLOCK as f64).round() as usize).max(1)
}

/// Adds one block to the frames. The times of its first frame and of the frame behind it are in seconds from
/// the beginning of the scene.
pub(crate) type Make = Box<dyn FnMut(f64, f64, &mut [Frame; BLOCK]) + Send>;

/// An endless sound at 48 kHz, the same each time.
pub(crate) struct Scene {
    make: Make,
    gain: f32,
    block: [Frame; BLOCK],
    /// The frame of the block that comes next.
    place: usize,
    blocks: u64,
}

impl Scene {
    /// A scene that is brought to its level by `trim`.
    pub(crate) fn new(
        trim: Decibels,
        make: impl FnMut(f64, f64, &mut [Frame; BLOCK]) + Send + 'static,
    ) -> Self {
        let (make, gain) = (Box::new(make), trim.amplitude());
        Self { make, gain, block: [[0.0; 2]; BLOCK], place: BLOCK, blocks: 0 }
    }

    /// The next frames: what is left of a block, or another one.
    pub(crate) fn next_frames(&mut self) -> &[Frame] {
        if self.place == BLOCK {
            self.next_block();
        }
        let from = std::mem::replace(&mut self.place, BLOCK);
        &self.block[from..]
    }

    fn next_block(&mut self) {
        let seconds = |blocks: u64| (blocks * BLOCK as u64) as f64 / f64::from(RATE.hz());
        self.block.fill([0.0; 2]);
        (self.make)(seconds(self.blocks), seconds(self.blocks + 1), &mut self.block);
        self.block.iter_mut().flatten().for_each(|sample| *sample *= self.gain);
        self.blocks += 1;
        self.place = 0;
    }
}

impl Iterator for Scene {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        if self.place == BLOCK {
            self.next_block();
        }
        self.place += 1;
        Some(self.block[self.place - 1])
    }
}
