//! The endless stream of ambience: a built-in one, or the listener's own files one after another with a
//! crossfade. It is levelled and at the session's rate.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::converter::Converter;
use super::synthesis::Scene;
use super::tracks::TrackReader;
use super::{AmbienceChoice, BUILT_IN_LOUDNESS, BuiltIn, SoundError, level, synthesis};
use crate::clip::raised_cosine;
use crate::mixer::Ambience;
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// The crossfade between two of the listener's files, or between the end and the start of a single one.
const CROSSFADE: Duration = Duration::from_secs(4);

/// Receives the problem with a file, in a sentence without a full stop.
pub(crate) type Tell = Arc<dyn Fn(String) + Send + Sync>;
/// The most files that are reported by name.
const TOLD: usize = 5;

/// An endless, levelled stream of frames.
pub(crate) struct Soundscape {
    source: Source,
    rate: SampleRate,
    ready: VecDeque<Frame>,
    crossfade: usize,
}

// There is one of them in a session.
#[allow(clippy::large_enum_variant)]
enum Source {
    BuiltIn(Made, Converter),
    Files { playing: Option<Opened>, list: Playlist },
}

impl Soundscape {
    /// Opens the chosen ambience so that its integrated loudness is `loudness` (LUFS); `None` for no
    /// ambience. The listener's own music is opened and measured on a thread, and nothing waits for it
    /// before the first frame is read. `tell` receives the problems with files that can't be played.
    ///
    /// # Errors
    /// When the session's rate can't be reached.
    pub(crate) fn open(
        choice: &AmbienceChoice,
        loudness: Decibels,
        rate: SampleRate,
        tell: Tell,
    ) -> Result<Option<Self>, SoundError> {
        let source = match choice {
            AmbienceChoice::None => return Ok(None),
            AmbienceChoice::BuiltIn(built_in) => {
                let converter = Converter::new(synthesis::RATE, rate, loudness - BUILT_IN_LOUDNESS)?;
                Source::BuiltIn(Made { built_in: *built_in, scene: None }, converter)
            }
            AmbienceChoice::Files(files) => {
                Source::Files { playing: None, list: Playlist::new(files, loudness, rate, tell) }
            }
        };
        let crossfade = Frames::at(CROSSFADE, rate).0 as usize;
        Ok(Some(Self { source, rate, ready: VecDeque::new(), crossfade }))
    }

    /// Prepares more frames.
    fn advance(&mut self) {
        let more = match &mut self.source {
            Source::BuiltIn(made, converter) => match (converter.gain_alone(), made.scene()) {
                (Some(gain), Some(scene)) => {
                    // Whole blocks are several times as fast as frame by frame.
                    let frames = scene.next_frames().iter();
                    self.ready.extend(frames.map(|frame| frame.map(|sample| sample * gain)));
                    true
                }
                _ => converter.convert(made, &mut self.ready),
            },
            Source::Files { playing: Some(file), .. } => {
                file.converter.convert(&mut file.reader, &mut self.ready)
            }
            Source::Files { playing: None, .. } => false,
        };
        if !more {
            self.next_file();
        }
    }

    /// Joins the next file to the end of this one. A file that has become unreadable is skipped; if none is
    /// left there is silence, and they are tried again a while later.
    fn next_file(&mut self) {
        let Source::Files { playing, list } = &mut self.source else { return };
        if let Some(file) = playing
            && let Some(problem) = file.reader.problem()
        {
            list.tell(file.place, "broke off", problem);
        }
        *playing = list.next();
        let Some(Opened { reader, converter, .. }) = playing else {
            self.ready.extend(std::iter::repeat_n([0.0; 2], self.crossfade.max(self.rate.hz() as usize)));
            return;
        };
        let mut head = VecDeque::new();
        while head.len() < self.crossfade && converter.convert(reader, &mut head) {}
        // At most half of a short file is overlapped, so that the stream always grows.
        let overlap = self.crossfade.min(self.ready.len()).min(head.len() / 2);
        crossfade(&mut self.ready, head, overlap);
    }
}

/// The listener's files, one after another for ever. While one plays, a thread opens and measures the next.
struct Playlist {
    files: Arc<[PathBuf]>,
    target: Decibels,
    rate: SampleRate,
    /// The gain of every file, once it is known.
    gains: Vec<Option<Decibels>>,
    opening: Option<JoinHandle<Opening>>,
    tell: Tell,
    /// The files already reported.
    told: HashSet<usize>,
}

/// The first file that could be opened, and the problems with the files before it.
type Opening = (Option<Opened>, Vec<(usize, SoundError)>);

/// A file that is ready to play.
struct Opened {
    place: usize,
    gain: Decibels,
    reader: TrackReader,
    converter: Converter,
}

impl Playlist {
    fn new(files: &[PathBuf], target: Decibels, rate: SampleRate, tell: Tell) -> Self {
        let (gains, told) = (vec![None; files.len()], HashSet::new());
        let mut list = Self { files: files.into(), target, rate, gains, opening: None, tell, told };
        list.open_from(0);
        list
    }

    /// Opens the file at `place`, or the first file after it that can be played.
    fn open_from(&mut self, place: usize) {
        let (files, gains) = (Arc::clone(&self.files), self.gains.clone());
        let (target, rate) = (self.target, self.rate);
        let one = move |place: usize| {
            let path: &Path = &files[place];
            let gain = match gains[place] {
                Some(gain) => gain,
                None => level::gain(path, target)?,
            };
            let reader = TrackReader::open_loop(path)?;
            let converter = Converter::new(reader.rate(), rate, gain)?;
            Ok(Opened { place, gain, reader, converter })
        };
        let count = self.files.len();
        let open = move || {
            let mut problems = Vec::new();
            for place in (0..count).map(|ahead| (place + ahead) % count) {
                match one(place) {
                    Ok(opened) => return (Some(opened), problems),
                    Err(problem) => problems.push((place, problem)),
                }
            }
            (None, problems)
        };
        self.opening = std::thread::Builder::new().name("next ambience".to_owned()).spawn(open).ok();
    }

    /// The next file, or `None` if none can be played. The file after it is then being opened.
    fn next(&mut self) -> Option<Opened> {
        // If the thread panicked, it has opened nothing.
        let opening = self.opening.take().and_then(|opening| opening.join().ok());
        let (opened, problems) = opening.unwrap_or_default();
        for (place, problem) in problems {
            self.tell(place, "was passed over", &problem.reason());
        }
        match &opened {
            Some(opened) => {
                self.gains[opened.place] = Some(opened.gain);
                self.open_from(opened.place + 1);
            }
            None => {
                if self.told.insert(usize::MAX) {
                    (self.tell)(
                        "the ambience fell silent: none of its files can be played any more".to_owned(),
                    );
                }
                self.open_from(0);
            }
        }
        opened
    }

    /// Reports the problem with a file, once for each file; only a few are named.
    fn tell(&mut self, place: usize, what: &str, problem: &str) {
        if !self.told.insert(place) {
            return;
        }
        match self.told.len() {
            ..=TOLD => (self.tell)(format!("{} {what}: {problem}", self.files[place].display())),
            told if told == TOLD + 1 => (self.tell)("more files of the ambience can't be played".to_owned()),
            _ => {}
        }
    }
}

impl Ambience for Soundscape {
    fn read(&mut self, out: &mut [Frame]) {
        // Frames that may still be crossfaded into the next file are held back.
        let held_back = match self.source {
            Source::BuiltIn(..) => 0,
            Source::Files { .. } => self.crossfade,
        };
        while self.ready.len() < out.len() + held_back {
            self.advance();
        }
        let (first, second) = self.ready.as_slices();
        let (head, tail) = out.split_at_mut(out.len().min(first.len()));
        head.copy_from_slice(&first[..head.len()]);
        tail.copy_from_slice(&second[..tail.len()]);
        self.ready.drain(..out.len());
    }
}

/// Crossfades `head` with the last `overlap` frames of `tail` at equal power, and appends the rest.
fn crossfade(tail: &mut VecDeque<Frame>, mut head: VecDeque<Frame>, overlap: usize) {
    let overlap = overlap.min(head.len());
    let start = tail.len() - overlap;
    for (place, frame) in head.drain(..overlap).enumerate() {
        let rising = raised_cosine(place, overlap).sqrt();
        let falling = (1.0 - rising * rising).sqrt();
        for (channel, sample) in frame.into_iter().enumerate() {
            let old = &mut tail[start + place][channel];
            *old = *old * falling + sample * rising;
        }
    }
    tail.extend(head);
}

/// A built-in ambience. It is prepared when it is first read, since that takes a moment and may be done on
/// another thread.
struct Made {
    built_in: BuiltIn,
    scene: Option<Scene>,
}

impl Made {
    fn scene(&mut self) -> Option<&mut Scene> {
        if self.scene.is_none() {
            self.scene = synthesis::scene(self.built_in.name);
        }
        self.scene.as_mut()
    }
}

impl Iterator for Made {
    type Item = Frame;

    fn next(&mut self) -> Option<Frame> {
        self.scene()?.next()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A second of a square wave at the session's rate.
    fn tone(path: &Path) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        (0..48_000)
            .for_each(|n| writer.write_sample(if n / 50 % 2 == 0 { 9_000i16 } else { -9_000 }).unwrap());
        writer.finalize().unwrap();
    }

    fn is_heard(soundscape: &mut Soundscape, seconds: usize) -> bool {
        let mut frames = vec![[0.0; 2]; 48_000 * seconds];
        soundscape.read(&mut frames);
        frames.iter().any(|frame| frame[0].abs() > 1e-3)
    }

    #[test]
    fn a_file_that_goes_away_while_it_plays_is_passed_over_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["a.wav", "b.wav"].map(|name| folder.path().join(name));
        files.iter().for_each(|path| tone(path));
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = {
            let told = Arc::clone(&told);
            Arc::new(move |line| told.lock().unwrap().push(line))
        };
        let choice = AmbienceChoice::Files(files.to_vec());
        let rate = SampleRate::HZ_48000;
        let mut soundscape = Soundscape::open(&choice, Decibels(-20.0), rate, tell).unwrap().unwrap();
        assert!(is_heard(&mut soundscape, 1));
        std::fs::remove_file(&files[1]).unwrap();
        // Files that are already open are played to the end.
        assert!(is_heard(&mut soundscape, 10) && is_heard(&mut soundscape, 10));
        assert!(told.lock().unwrap()[0].contains("b.wav was passed over: No such file"), "{told:?}");
        // A file that is cut short ends early.
        std::fs::write(&files[0], "").unwrap();
        is_heard(&mut soundscape, 30);
        assert!(!is_heard(&mut soundscape, 10), "nothing is left");
        let told = told.lock().unwrap().clone();
        assert_eq!(told.len(), 3, "each once: {told:?}");
        assert!(told[1].contains("a.wav was passed over: it is empty"), "{told:?}");
        assert!(told[2].contains("fell silent"), "{told:?}");
        // It is heard again once it is back.
        tone(&files[0]);
        assert!(is_heard(&mut soundscape, 15));
    }
}
