//! The ambience of a session, decoded ahead on a thread of its own: of the audio callback, or of a file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::outcome::Warnings;
use crate::mixer::{Ambience, Silence};
use crate::sounds::soundscape::Soundscape;
use crate::sounds::{AmbienceChoice, SoundError};
use crate::thread::spawn;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// How much decoded ambience is kept ready: three seconds or more, enough to bridge a moment in which the machine is
/// busy.
const BUFFERED: Duration = Duration::from_millis(3_500);
/// How often the ambience's buffer is filled, and how often when it is used up faster than it is heard. Each time wakes
/// the processor.
const TEND: Duration = Duration::from_millis(500);
const TEND_SOON: Duration = Duration::from_millis(100);
/// Frames of a file's ambience that are handed over at once, and how many such blocks are ready.
const BLOCK: usize = 4_096;
const READY: usize = 4;

/// Opens an ambience at a rate, for speech at `loudness` (LUFS). `gaps` counts how often it was not ready in
/// time; `warnings` receives the files that can't be played.
///
/// # Errors
/// When it can't be read or decoded.
pub(crate) fn open(
    choice: &AmbienceChoice,
    loudness: Decibels,
    rate: SampleRate,
    gaps: &Arc<AtomicU64>,
    warnings: &Warnings,
) -> Result<Box<dyn Ambience>, SoundError> {
    let warnings = warnings.clone();
    let soundscape = Soundscape::open(choice, loudness, rate, Arc::new(move |told| warnings.add([told])))?;
    Ok(match soundscape {
        Some(soundscape) => pumped(soundscape, rate, Arc::clone(gaps)),
        None => Box::new(Silence),
    })
}

/// Decodes on a thread of its own, ahead of the audio callback.
fn pumped(mut soundscape: Soundscape, rate: SampleRate, gaps: Arc<AtomicU64>) -> Box<dyn Ambience> {
    let size = Frames::at(BUFFERED, rate).0 as usize;
    let (mut ring, consumer) = rtrb::RingBuffer::new(size);
    spawn("ambience", move || {
        let mut block: [Frame; 1024] = [[0.0; 2]; 1024];
        while !ring.is_abandoned() {
            let is_low = ring.slots() > size / 2;
            while ring.slots() >= block.len() {
                soundscape.read(&mut block);
                let _ = ring.push_entire_slice(&block); // there is room
            }
            std::thread::sleep(if is_low { TEND_SOON } else { TEND });
        }
    });
    Box::new(Buffered { ready: consumer, gaps, begins: Some(0), is_dry: false })
}

/// The audio callback's end of a pump.
struct Buffered {
    ready: rtrb::Consumer<Frame>,
    gaps: Arc<AtomicU64>,
    /// Before its beginning: the frames that were asked for and not ready yet.
    begins: Option<usize>,
    /// Whether it has run empty.
    is_dry: bool,
}

impl Buffered {
    /// Begins if enough is ready for so many frames. What comes too late is left out, so that each sound of the ambience
    /// has its place among the words, as in a file.
    fn begin(&mut self, late: usize, frames: usize) -> bool {
        // Music that takes seconds to open begins at its beginning.
        let left_out = if late <= self.ready.buffer().capacity() / 2 { late } else { 0 };
        let begins = self.ready.slots() >= left_out + frames;
        self.begins = if begins { None } else { Some(late + frames) };
        if begins && let Ok(left_out) = self.ready.read_chunk(left_out) {
            left_out.commit_all();
        }
        begins
    }
}

/// Raises a block from silence.
fn fade_in(block: &mut [Frame]) {
    let step = 1.0 / block.len() as f32;
    for (place, frame) in block.iter_mut().enumerate() {
        *frame = frame.map(|sample| sample * place as f32 * step);
    }
}

impl Ambience for Buffered {
    fn read(&mut self, out: &mut [Frame]) {
        let late = self.begins;
        if late.is_some_and(|late| !self.begin(late, out.len())) {
            return out.fill([0.0; 2]);
        }
        let (_, missing) = self.ready.pop_partial_slice(out);
        missing.fill([0.0; 2]);
        let is_dry = !missing.is_empty();
        if is_dry && !self.is_dry {
            self.gaps.fetch_add(1, Ordering::Relaxed);
        }
        self.is_dry = is_dry;
        if late.is_some_and(|late| late > 0) {
            fade_in(out);
        }
    }
}

/// Makes `ambience` ahead on a thread of its own, for a file: whoever mixes it waits for what is not ready.
pub(crate) fn ahead(mut ambience: impl Ambience + 'static) -> Box<dyn Ambience> {
    let ((made, blocks), (spent, spare)) = (sync_channel(READY), sync_channel::<Vec<Frame>>(READY + 2));
    let making = spawn("ambience", move || {
        loop {
            let mut block = spare.try_recv().unwrap_or_else(|_| vec![[0.0; 2]; BLOCK]);
            ambience.read(&mut block);
            // Nobody mixes it any more.
            if made.send(block).is_err() {
                break;
            }
        }
    });
    Box::new(Ahead { making: Some(making), blocks, spent, block: Vec::new(), next: 0 })
}

/// The mixing end of [`ahead`].
struct Ahead {
    making: Option<JoinHandle<()>>,
    blocks: Receiver<Vec<Frame>>,
    spent: SyncSender<Vec<Frame>>,
    block: Vec<Frame>,
    /// The frame of the block that comes next.
    next: usize,
}

impl Ahead {
    fn turn(&mut self) {
        let block = self.blocks.recv().unwrap_or_else(|_| {
            // It makes ambience for ever, unless it panicked: that is a bug in supine, so it is passed on.
            if let Some(Err(panic)) = self.making.take().map(JoinHandle::join) {
                std::panic::resume_unwind(panic);
            }
            vec![[0.0; 2]; BLOCK]
        });
        // There is room for every block there is.
        let _ = self.spent.try_send(std::mem::replace(&mut self.block, block));
        self.next = 0;
    }
}

impl Ambience for Ahead {
    fn read(&mut self, out: &mut [Frame]) {
        let mut rest = out;
        while !rest.is_empty() {
            if self.next == self.block.len() {
                self.turn();
            }
            let ready = &self.block[self.next..];
            let (now, behind) = rest.split_at_mut(rest.len().min(ready.len()));
            now.copy_from_slice(&ready[..now.len()]);
            self.next += now.len();
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames that count.
    struct Counted(u32);

    impl Ambience for Counted {
        fn read(&mut self, out: &mut [Frame]) {
            for frame in out {
                *frame = [self.0 as f32, -(self.0 as f32)];
                self.0 += 1;
            }
        }
    }

    #[test]
    fn an_ambience_that_is_ready_late_has_the_place_that_it_has_in_a_file() {
        let (mut ring, ready) = rtrb::RingBuffer::new(100);
        let mut ambience = Buffered { ready, gaps: Arc::default(), begins: Some(0), is_dry: false };
        let mut read = |ready: u32| {
            (0..ready).for_each(|_| ring.push([ring.slots() as f32; 2]).unwrap());
            let mut block = [[9.0; 2]; 10];
            ambience.read(&mut block);
            block.map(|frame| frame[0])
        };
        // Too few for this block behind those that were missed.
        assert_eq!([read(0), read(15)], [[0.0; 10]; 2]);
        let begins = read(30);
        assert_eq!(begins[0], 0.0);
        assert!(begins[9] > 0.0);
        assert_eq!(read(0)[0], 70.0);
    }

    #[test]
    fn an_ambience_that_takes_longer_than_it_can_be_kept_begins_at_its_beginning() {
        let (mut ring, ready) = rtrb::RingBuffer::new(100);
        let mut ambience = Buffered { ready, gaps: Arc::default(), begins: Some(60), is_dry: false };
        (0..20).for_each(|frame| ring.push([frame as f32; 2]).unwrap());
        let mut block = [[9.0; 2]; 10];
        ambience.read(&mut block);
        assert!(block[0] == [0.0; 2] && block[9][0] > 0.0);
        ambience.read(&mut block);
        assert_eq!(block[0], [10.0; 2]);
    }

    #[test]
    fn what_is_made_ahead_comes_in_order_and_whole_in_blocks_of_any_size() {
        let mut ambience = ahead(Counted(0));
        let mut frames = Vec::new();
        for length in [1, BLOCK - 1, 7, 3 * BLOCK, 0, 5_000] {
            let mut block = vec![[0.0; 2]; length];
            ambience.read(&mut block);
            frames.extend(block);
        }
        let expected = (0..frames.len()).map(|n| [n as f32, -(n as f32)]);
        assert!(frames.iter().copied().eq(expected));
    }
}
