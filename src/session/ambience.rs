//! The ambience of a session, decoded ahead of the audio callback on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::outcome::Warnings;
use crate::mixer::{Ambience, Silence};
use crate::sounds::soundscape::Soundscape;
use crate::sounds::{AmbienceChoice, SoundError};
use crate::thread::spawn;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// How much decoded ambience is kept ready: enough to bridge a moment in which the machine is busy.
const BUFFERED: Duration = Duration::from_secs(3);
/// How often the ambience's buffer is filled.
const TEND: Duration = Duration::from_millis(100);

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
    let (mut ring, consumer) = rtrb::RingBuffer::new(Frames::at(BUFFERED, rate).0 as usize);
    spawn("ambience", move || {
        let mut block: [Frame; 1024] = [[0.0; 2]; 1024];
        while !ring.is_abandoned() {
            while ring.slots() >= block.len() {
                soundscape.read(&mut block);
                let _ = ring.push_entire_slice(&block); // there is room
            }
            std::thread::sleep(TEND);
        }
    });
    Box::new(Buffered { ready: consumer, gaps, is_dry: true })
}

/// The audio callback's end of a pump.
struct Buffered {
    ready: rtrb::Consumer<Frame>,
    gaps: Arc<AtomicU64>,
    /// Whether it has run empty; it is empty before its beginning, too.
    is_dry: bool,
}

impl Ambience for Buffered {
    fn read(&mut self, out: &mut [Frame]) {
        let (_, missing) = self.ready.pop_partial_slice(out);
        missing.fill([0.0; 2]);
        let is_dry = !missing.is_empty();
        if is_dry && !self.is_dry {
            self.gaps.fetch_add(1, Ordering::Relaxed);
        }
        self.is_dry = is_dry;
    }
}
