//! A cache of recordings in the user's cache folder, so that nothing is synthesised twice, and a
//! [`Synthesizer`] that looks there first. `store` handles the files themselves.

mod store;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use serde::Serialize;

pub use self::store::{Contents, MAX_BYTES};
use self::store::{Name, Store};
use super::{IsWanted, Recording, SpeechError, Synthesizer, Utterance};
use crate::folders::Folders;

/// Raised when the file format changes, or the way in which an engine is asked to speak.
const FORMAT: u32 = 1;
/// A recording with no sample above this (-80 dBFS) is an engine's mistake and is not kept.
const SILENT: f32 = 1e-4;

/// The clips of one run of the program. Dropping this trims the folder to its size limit, but only if
/// something was stored.
#[derive(Debug)]
pub struct Clips {
    store: Option<Store>,
    has_stored: AtomicBool,
    is_closed: AtomicBool,
    problem: Mutex<Option<String>>,
}

impl Clips {
    /// The clips in the user's cache folder. Without such a folder none are kept.
    pub fn of(folders: &Folders) -> Self {
        let folder = folders.cache.as_ref().map(|cache| cache.join("clips"));
        Self::in_folder(folder.map(|folder| Store::new(folder, MAX_BYTES)))
    }

    fn in_folder(store: Option<Store>) -> Self {
        Self {
            store,
            has_stored: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            problem: Mutex::default(),
        }
    }

    /// The folder; `None` without a home.
    pub fn folder(&self) -> Option<&Path> {
        self.store.as_ref().map(Store::folder)
    }

    /// The number and the total size of the clips.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn contents(&self) -> std::io::Result<Contents> {
        self.store.as_ref().map_or(Ok(Contents::default()), Store::contents)
    }

    /// Removes all clips and nothing else; returns what was removed.
    ///
    /// # Errors
    /// When a clip can't be removed.
    pub fn clear(&self) -> std::io::Result<Contents> {
        self.store.as_ref().map_or(Ok(Contents::default()), Store::clear)
    }

    /// Why clips could not be kept; reported once, since the session goes on without them.
    pub(crate) fn problem(&self) -> Option<String> {
        self.problem.lock().ok()?.take()
    }

    fn find(&self, name: &Name) -> Option<Recording> {
        self.store.as_ref()?.find(name)
    }

    fn keep(&self, name: &Name, recording: &Recording) {
        let Some(store) = &self.store else { return };
        let silent = recording.samples.iter().all(|sample| sample.abs() < SILENT);
        // A full or unwritable folder is taken to stay so for this run.
        if silent || self.is_closed.load(Ordering::Relaxed) {
            return;
        }
        match store.keep(name, recording) {
            Ok(()) => self.has_stored.store(true, Ordering::Relaxed),
            Err(error) => self.close(store, &error),
        }
    }

    fn close(&self, store: &Store, error: &std::io::Error) {
        self.is_closed.store(true, Ordering::Relaxed);
        if let Ok(mut problem) = self.problem.lock() {
            let folder = store.folder().display();
            problem.get_or_insert(format!(
                "what was said can't be kept in {folder} ({error}) and is made anew each time; check that folder"
            ));
        }
    }
}

impl Drop for Clips {
    fn drop(&mut self) {
        if let Some(store) = self.store.as_ref().filter(|_| self.has_stored.load(Ordering::Relaxed)) {
            store.evict();
        }
    }
}

/// Makes a voice ready, when it is needed.
type Open = Box<dyn Fn() -> Result<Box<dyn Synthesizer>, SpeechError> + Send + Sync>;
/// Everything besides the utterance that a voice's sound depends on; `None` when it can't be determined.
type Version = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// A voice that first looks for what it has said before. The voice itself is opened only when a clip is
/// missing, so that a model of 100 MB is not loaded for nothing.
pub(crate) struct Cached {
    id: String,
    clips: Arc<Clips>,
    version: Version,
    known_version: OnceLock<Option<String>>,
    open: Open,
    voice: OnceLock<Result<Box<dyn Synthesizer>, SpeechError>>,
}

/// The key under which a recording is stored.
#[derive(Serialize)]
struct Key<'a> {
    format: u32,
    supine: &'a str,
    voice: &'a str,
    version: &'a str,
    spoken: &'a str,
    phonemes: &'a [(String, String)],
    is_count: bool,
    speed: u32,
    comma: u128,
}

impl Cached {
    /// The voice `id`, which `open` makes ready. `version` is asked once, when it is first needed.
    pub(crate) fn new(
        id: impl Into<String>,
        clips: Arc<Clips>,
        version: impl Fn() -> Option<String> + Send + Sync + 'static,
        open: impl Fn() -> Result<Box<dyn Synthesizer>, SpeechError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            clips,
            version: Box::new(version),
            known_version: OnceLock::new(),
            open: Box::new(open),
            voice: OnceLock::new(),
        }
    }

    fn name(&self, utterance: &Utterance) -> Option<Name> {
        let version = Synthesizer::version(self)?;
        let key = Key {
            format: FORMAT,
            supine: env!("CARGO_PKG_VERSION"),
            voice: &self.id,
            version,
            spoken: &utterance.spoken,
            phonemes: &utterance.phonemes,
            is_count: utterance.is_count,
            speed: utterance.speed.to_bits(),
            comma: utterance.comma.as_nanos(),
        };
        serde_json::to_vec(&key).ok().map(|key| Name::of(&key))
    }
}

impl Synthesizer for Cached {
    fn version(&self) -> Option<&str> {
        self.known_version.get_or_init(|| (self.version)()).as_deref()
    }

    fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
        self.synthesize_while(utterance, &|| true)
    }

    fn synthesize_while(
        &self,
        utterance: &Utterance,
        is_wanted: IsWanted<'_>,
    ) -> Result<Recording, SpeechError> {
        let name = self.clips.store.as_ref().and_then(|_| self.name(utterance));
        if let Some(recording) = name.as_ref().and_then(|name| self.clips.find(name)) {
            return Ok(recording);
        }
        let voice = self.voice.get_or_init(|| (self.open)()).as_ref().map_err(Clone::clone)?;
        let recording = voice.synthesize_while(utterance, is_wanted)?;
        if let Some(name) = name {
            self.clips.keep(&name, &recording);
        }
        Ok(recording)
    }
}

/// A file's size and modification time, which differ once a program or a model is replaced.
pub(crate) fn stamp(path: &Path) -> Option<String> {
    let file = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let changed = file.modified().ok()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Some(format!("{} {} {}", path.display(), file.len(), changed.as_nanos()))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use super::*;
    use crate::speech::fake::FakeSynthesizer;

    /// A voice that counts how often it was opened and asked.
    fn counted(clips: &Arc<Clips>, version: Option<&str>, count: &Arc<[AtomicUsize; 2]>) -> Cached {
        struct Counting(Arc<[AtomicUsize; 2]>);
        impl Synthesizer for Counting {
            fn synthesize(&self, utterance: &Utterance) -> Result<Recording, SpeechError> {
                self.0[1].fetch_add(1, Ordering::Relaxed);
                FakeSynthesizer.synthesize(utterance)
            }
        }
        let (version, count) = (version.map(str::to_owned), Arc::clone(count));
        let open = move || {
            count[0].fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(Counting(Arc::clone(&count))) as Box<dyn Synthesizer>)
        };
        Cached::new("counting", Arc::clone(clips), move || version.clone(), open)
    }

    fn counts(count: &[AtomicUsize; 2]) -> [usize; 2] {
        [0, 1].map(|place| count[place].load(Ordering::Relaxed))
    }

    fn clips_in(folder: &Path, most: u64) -> Arc<Clips> {
        Arc::new(Clips::in_folder(Some(Store::new(folder.join("clips"), most))))
    }

    #[test]
    fn what_is_known_is_said_without_opening_the_voice() {
        let folder = tempfile::tempdir().unwrap();
        let clips = clips_in(folder.path(), MAX_BYTES);
        let hello = Utterance::plain("Hello there.", 0.8);
        let count = Arc::default();
        let first = counted(&clips, Some("1"), &count).synthesize(&hello).unwrap();
        assert_eq!(counts(&count), [1, 1]);
        let voice = counted(&clips, Some("1"), &count);
        assert_eq!(voice.synthesize(&hello).unwrap().samples, first.samples);
        let shown = Utterance { text: "as it is shown".to_owned(), ..hello };
        voice.synthesize(&shown).unwrap();
        assert_eq!(counts(&count), [1, 1]);
    }

    #[test]
    fn everything_that_changes_the_sound_makes_another_clip() {
        let folder = tempfile::tempdir().unwrap();
        let clips = clips_in(folder.path(), MAX_BYTES);
        let plain = || Utterance::plain("Five.", 0.8);
        let phonemes = |word: &str, sounds: &str| vec![(word.to_owned(), sounds.to_owned())];
        let others = [
            plain(),
            Utterance { spoken: "Six.".to_owned(), ..plain() },
            Utterance { speed: 0.81, ..plain() },
            Utterance { comma: Duration::from_millis(1), ..plain() },
            Utterance { is_count: true, ..plain() },
            Utterance { phonemes: phonemes("a", "bc"), ..plain() },
            Utterance { phonemes: phonemes("ab", "c"), ..plain() },
        ];
        let count = Arc::default();
        let voice = counted(&clips, Some("1"), &count);
        others.iter().for_each(|utterance| drop(voice.synthesize(utterance).unwrap()));
        counted(&clips, Some("2"), &count).synthesize(&plain()).unwrap();
        assert_eq!(counts(&count), [2, others.len() + 1]);
        assert_eq!(clips.contents().unwrap().clips, others.len() + 1);
    }

    #[test]
    fn a_voice_whose_version_is_not_known_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let clips = clips_in(folder.path(), MAX_BYTES);
        let count = Arc::default();
        for _ in 0..2 {
            counted(&clips, None, &count).synthesize(&Utterance::plain("Hello.", 1.0)).unwrap();
        }
        assert_eq!((counts(&count), clips.contents().unwrap().clips), ([2, 2], 0));
    }

    #[test]
    fn an_error_of_opening_comes_out_as_it_is_and_silence_is_not_kept() {
        struct Silent;
        impl Synthesizer for Silent {
            fn synthesize(&self, _: &Utterance) -> Result<Recording, SpeechError> {
                Ok(Recording {
                    samples: vec![0.0; 100],
                    rate: crate::units::SampleRate::HZ_48000,
                    beat: None,
                })
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let clips = clips_in(folder.path(), MAX_BYTES);
        let version = || Some("1".to_owned());
        let closed = || {
            let (engine, message) = ("it".to_owned(), "it is closed".to_owned());
            Err(SpeechError::failed(engine, message))
        };
        let hello = Utterance::plain("Hello.", 1.0);
        let error = Cached::new("a", Arc::clone(&clips), version, closed).synthesize(&hello).unwrap_err();
        assert_eq!(error.to_string(), "it failed: it is closed");
        let silent = Cached::new("b", Arc::clone(&clips), version, || Ok(Box::new(Silent)));
        assert_eq!(silent.synthesize(&hello).unwrap().samples.len(), 100);
        assert_eq!(clips.contents().unwrap().clips, 0);
    }

    #[test]
    fn the_bound_is_kept_when_a_session_that_stored_something_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let clips = clips_in(folder.path(), 0);
        let count = Arc::default();
        counted(&clips, Some("1"), &count).synthesize(&Utterance::plain("Hello.", 1.0)).unwrap();
        assert_eq!(clips.contents().unwrap().clips, 1, "not while it speaks");
        drop(clips);
        assert_eq!(clips_in(folder.path(), 0).contents().unwrap().clips, 0);
    }

    #[test]
    fn a_folder_that_can_not_be_written_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("clips"), "a file").unwrap();
        let clips = clips_in(folder.path(), MAX_BYTES);
        let count = Arc::default();
        let voice = counted(&clips, Some("1"), &count);
        for text in ["One.", "Two."] {
            voice.synthesize(&Utterance::plain(text, 1.0)).unwrap();
        }
        assert!(clips.problem().is_some_and(|problem| problem.contains("check that folder")));
        assert_eq!(clips.problem(), None);
    }
}
