//! Decoding the stored files, whole and broken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

fn path_of(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/music").join(name)
}

fn stored(name: &str) -> TrackReader {
    TrackReader::open_file(&path_of(name)).unwrap()
}

fn power(frames: &[Frame]) -> f32 {
    frames.iter().map(|frame| frame[0] * frame[0]).sum::<f32>() / frames.len() as f32
}

#[test]
fn a_file_has_exactly_the_frames_that_were_encoded() {
    for name in [
        "tone.flac",
        "tone.ogg",
        "tone.opus",
        "six.opus",
        "opus.mp4",
        "alac.m4a",
        "tone.aiff",
        "tone.caf",
        "tone.mp3",
    ] {
        let track = stored(name);
        let rate = track.rate().hz() as usize;
        assert_eq!(track.count(), rate, "{name} is a second long");
    }
}

#[test]
fn the_gain_of_an_opus_header_is_applied() {
    let [plain, softer] = ["tone.opus", "softer.opus"].map(|name| power(&stored(name).collect::<Vec<_>>()));
    let decibels = 10.0 * (plain / softer).log10();
    assert!((decibels - 6.0).abs() < 0.01, "{decibels} dB");
}

#[test]
fn the_tag_of_an_opus_file_tells_its_loudness() {
    assert_eq!(stored("tagged.opus").tagged(), Some(Decibels(-22.0)));
    assert_eq!(stored("tone.opus").tagged(), None);
}

#[test]
fn after_a_seek_the_rest_is_read() {
    for name in ["tone.flac", "tone.mp3", "tone.m4a", "tone.aiff", "tone.opus", "tone.ogg"] {
        let mut track = stored(name);
        let rate = track.rate().hz() as usize;
        assert!(track.seek(Duration::from_millis(500)), "{name}");
        let rest = track.count();
        assert!(rest > 0 && rest < rate, "{name}: {rest} of {rate} frames");
    }
}

/// A second of sound, at which its decoder panics from some moment on.
struct Panics {
    sound: Cursor<Vec<u8>>,
    is_time: Arc<AtomicBool>,
}

impl Panics {
    fn when(is_time: &Arc<AtomicBool>) -> Box<Self> {
        let sound = Cursor::new(std::fs::read(path_of("tone.caf")).unwrap());
        Box::new(Self { sound, is_time: Arc::clone(is_time) })
    }
}

impl Read for Panics {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        assert!(!self.is_time.load(Ordering::Relaxed), "as asked");
        self.sound.read(into)
    }
}

impl Seek for Panics {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        assert!(!self.is_time.load(Ordering::Relaxed), "as asked");
        self.sound.seek(to)
    }
}

impl MediaSource for Panics {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.sound.get_ref().len() as u64)
    }
}

#[test]
fn a_file_on_which_a_decoder_panics_is_one_that_can_not_be_played() {
    let open =
        |is_time: &Arc<AtomicBool>| TrackReader::open("a file", Panics::when(is_time), Patience::new(), None);
    let refusal = open(&Arc::new(true.into())).err().unwrap().to_string();
    assert!(refusal.contains("a file") && refusal.contains(BROKEN), "{refusal}");
    // It begins well, and then its decoder panics.
    let begun = || {
        let is_time = Arc::new(AtomicBool::new(false));
        let track = open(&is_time).unwrap();
        is_time.store(true, Ordering::Relaxed);
        track
    };
    let whole = stored("tone.caf").count();
    let mut track = begun();
    let frames = track.by_ref().count();
    assert!(frames > 0 && frames < whole, "{frames} of {whole}");
    assert_eq!(track.problem(), Some(BROKEN));
    assert!(track.next().is_none() && !track.seek(Duration::ZERO), "it is not used again");
    let mut track = begun();
    assert!(!track.seek(Duration::from_millis(900)));
    assert!(track.count() < whole);
}

#[test]
fn a_file_that_is_broken_in_the_middle_is_played_on_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["tone.flac", "tone.mp3"] {
        let path = folder.path().join(name);
        let mut bytes = std::fs::read(path_of(name)).unwrap();
        let middle = bytes.len() * 3 / 5;
        bytes[middle..middle + 20].fill(0xff);
        std::fs::write(&path, bytes).unwrap();
        let track = TrackReader::open_file(&path).unwrap();
        let rate = track.rate().hz() as usize;
        assert!(track.count() > rate / 4, "{name}");
    }
}
