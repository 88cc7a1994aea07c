//! A folder of recordings: one file each, named by a hash of its key, written completely or not at all, and
//! checked when read. No file is ever locked or changed, so any number of processes may share the folder. A
//! file's modification time is the time of its last use.

use std::fs::{self, DirBuilder};
use std::io::{self, Cursor, Read};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hound::{SampleFormat, WavSpec, WavWriter};
use sha2::{Digest, Sha256};

use crate::speech::{Recording, wav};
use crate::whole_file::{self, Manner};

/// The folder is trimmed to this many bytes (256 MiB). The bedtime routine has ten minutes of speech: 25
/// MiB with espeak-ng, 55 MiB with the natural voice.
pub const MAX_BYTES: u64 = 256 << 20;
/// No recording is larger, given the limits of the engines.
const MAX_FILE: u64 = 80 << 20;
/// The start of a file. A hash of the rest follows, then the beat (8 bytes, little-endian) and the WAV.
const MAGIC: &[u8; 16] = b"supine clip 1\r\n\0";
const HASH: usize = 32;
/// Stands for a recording without a beat.
const NO_BEAT: u64 = u64::MAX;
/// The suffix of a clip's name, and the prefix of a name while the file is being written.
const SUFFIX: &str = ".clip";
const UNFINISHED: &str = ".writing-";
/// Only this user can read the file and the folder. A clip damaged by a power cut is found by its checksum.
const MANNER: Manner = Manner { prefix: UNFINISHED, suffix: "", is_private: true, is_durable: false };
/// An unfinished file older than this has been abandoned by its writer.
const ABANDONED: Duration = Duration::from_secs(3600);

/// The name of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// The name for `key`.
    pub(crate) fn of(key: &[u8]) -> Self {
        Self(hash(key).iter().map(|byte| format!("{byte:02x}")).chain([SUFFIX.to_owned()]).collect())
    }
}

fn hash(bytes: &[u8]) -> [u8; HASH] {
    Sha256::digest(bytes).into()
}

/// The contents of the folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The number of clips.
    pub clips: usize,
    /// Their size in bytes, unfinished files included.
    pub bytes: u64,
}

/// A file in the folder that belongs to the store.
struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    unfinished: bool,
}

/// The folder of recordings.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    most: u64,
}

impl Store {
    /// The store in `folder`, which need not exist yet, limited to `most` bytes.
    pub(crate) fn new(folder: PathBuf, most: u64) -> Self {
        Self { folder, most }
    }

    /// The folder's path.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The recording called `name`. A damaged one is deleted.
    pub(crate) fn find(&self, name: &Name) -> Option<Recording> {
        let path = self.folder.join(&name.0);
        let mut file = whole_file::readable(&path).ok()?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(MAX_FILE).read_to_end(&mut bytes).ok()?;
        let Some(recording) = read(&bytes) else {
            // A process that has the file open keeps its contents.
            let _ = fs::remove_file(&path);
            return None;
        };
        // Only eviction needs the time of last use, so an error does no harm.
        let _ = file.set_modified(SystemTime::now());
        Some(recording)
    }

    /// Stores a recording under `name`. Two processes that store the same one at the same time both
    /// succeed.
    ///
    /// # Errors
    /// When it can't be written; no partial file remains.
    pub(crate) fn keep(&self, name: &Name, recording: &Recording) -> io::Result<()> {
        let bytes = written(recording)?;
        self.make_folder()?;
        Ok(whole_file::target(&self.folder.join(&name.0))?.write(&bytes, MANNER)?)
    }

    fn make_folder(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.folder)?;
        if fs::symlink_metadata(&self.folder)?.is_symlink() {
            // The permissions of a folder elsewhere are the user's own affair.
            return Ok(());
        }
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))
    }

    /// Removes the least recently used files until the rest is within the limit.
    pub(crate) fn evict(&self) {
        let Ok(mut entries) = self.entries() else { return };
        let now = SystemTime::now();
        entries.retain(|entry| {
            let age = now.duration_since(entry.used).unwrap_or_default();
            if entry.unfinished && age > ABANDONED {
                let _ = fs::remove_file(&entry.path);
            }
            !entry.unfinished
        });
        entries.sort_by_key(|entry| entry.used);
        let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries {
            if bytes <= self.most {
                break;
            }
            // Another process may have removed it already.
            let _ = fs::remove_file(&entry.path);
            bytes -= entry.bytes;
        }
    }

    /// The contents of the folder.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub(crate) fn contents(&self) -> io::Result<Contents> {
        Ok(sum(&self.entries()?))
    }

    /// Removes every file that belongs to the store, and nothing else; returns what was removed.
    ///
    /// # Errors
    /// When a file can't be removed.
    pub(crate) fn clear(&self) -> io::Result<Contents> {
        let entries = self.entries()?;
        for entry in &entries {
            match fs::remove_file(&entry.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(sum(&entries))
    }

    fn entries(&self) -> io::Result<Vec<Entry>> {
        let listed = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed?,
        };
        // A file that vanishes meanwhile was removed by another process.
        Ok(listed.flatten().filter_map(|file| entry(&file)).collect())
    }
}

fn entry(file: &fs::DirEntry) -> Option<Entry> {
    let name = file.file_name();
    let name = name.to_str()?;
    let unfinished = name.starts_with(UNFINISHED);
    let is_name = |stem: &str| stem.len() == 2 * HASH && stem.bytes().all(|b| b.is_ascii_hexdigit());
    if !unfinished && !name.strip_suffix(SUFFIX).is_some_and(is_name) {
        return None;
    }
    let data = file.metadata().ok().filter(fs::Metadata::is_file)?;
    Some(Entry { path: file.path(), bytes: data.len(), used: data.modified().ok()?, unfinished })
}

fn sum(entries: &[Entry]) -> Contents {
    Contents {
        clips: entries.iter().filter(|entry| !entry.unfinished).count(),
        bytes: entries.iter().map(|entry| entry.bytes).sum(),
    }
}

/// A file's bytes. 16-bit sound stays so and everything else is kept as floats: a clip read from here
/// equals the first recording bit for bit.
fn written(recording: &Recording) -> io::Result<Vec<u8>> {
    let short: Option<Vec<i16>> = recording.samples.iter().map(|sample| as_16_bits(*sample)).collect();
    let (bits_per_sample, sample_format) =
        if short.is_some() { (16, SampleFormat::Int) } else { (32, SampleFormat::Float) };
    let spec = WavSpec { channels: 1, sample_rate: recording.rate.hz(), bits_per_sample, sample_format };
    let mut wav = Cursor::new(Vec::new());
    write_samples(&mut wav, spec, short.as_deref(), &recording.samples).map_err(io::Error::other)?;
    let beat = recording.beat.map_or(NO_BEAT, |beat| beat as u64);
    let rest = [&beat.to_le_bytes()[..], wav.get_ref()].concat();
    Ok([&MAGIC[..], &hash(&rest), &rest].concat())
}

fn write_samples(
    wav: &mut Cursor<Vec<u8>>,
    spec: WavSpec,
    short: Option<&[i16]>,
    samples: &[f32],
) -> hound::Result<()> {
    let mut writer = WavWriter::new(wav, spec)?;
    match short {
        Some(short) => short.iter().try_for_each(|sample| writer.write_sample(*sample))?,
        None => samples.iter().try_for_each(|sample| writer.write_sample(*sample))?,
    }
    writer.finalize()
}

/// The sample as 16 bits, if that loses nothing.
fn as_16_bits(sample: f32) -> Option<i16> {
    let scaled = sample * 32_768.0;
    let short = scaled as i16;
    (f32::from(short).to_bits() == scaled.to_bits()).then_some(short)
}

/// The recording in a file's bytes; `None` if they are damaged.
fn read(bytes: &[u8]) -> Option<Recording> {
    let rest = bytes.strip_prefix(&MAGIC[..])?;
    let (sum, rest) = rest.split_at_checked(HASH)?;
    let (beat, wav) = rest.split_first_chunk::<8>().filter(|_| hash(rest) == sum)?;
    let beat = u64::from_le_bytes(*beat);
    let beat = if beat == NO_BEAT { None } else { usize::try_from(beat).ok() };
    Some(Recording { beat, ..wav::decode(wav).ok()? })
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::units::SampleRate;

    fn store(most: u64) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("clips"), most);
        (folder, store)
    }

    fn recording(samples: Vec<f32>) -> Recording {
        Recording { samples, rate: SampleRate::new(24_000).unwrap(), beat: Some(7) }
    }

    /// Stores a recording of about 2 KB, last used the given number of seconds ago.
    fn keep(store: &Store, key: &str, seconds: u64) -> Name {
        let name = Name::of(key.as_bytes());
        store.keep(&name, &recording(vec![0.5; 1_000])).unwrap();
        let file = File::options().write(true).open(store.folder.join(&name.0)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        name
    }

    fn is_kept(store: &Store, name: &Name) -> bool {
        store.folder.join(&name.0).exists()
    }

    #[test]
    fn a_recording_comes_back_to_the_bit() {
        let (_folder, store) = store(MAX_BYTES);
        let floats = vec![0.1, -0.0, 1.5, -1.0, f32::MIN_POSITIVE];
        let shorts = vec![0.0, -1.0, 32_767.0 / 32_768.0, 0.5, 1.0 / 32_768.0];
        for (samples, bytes) in [(floats, 4), (shorts, 2)] {
            let name = Name::of(&[bytes]);
            store.keep(&name, &recording(samples.clone())).unwrap();
            let found = store.find(&name).unwrap();
            let bits = |samples: &[f32]| samples.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&found.samples), bits(&samples));
            assert_eq!((found.rate.hz(), found.beat), (24_000, Some(7)));
            let size = store.folder.join(&name.0).metadata().unwrap().len();
            assert!(size < 200 && written(&recording(samples)).unwrap().len() as u64 == size, "{size}");
        }
    }

    #[test]
    fn every_damaged_or_cut_file_is_thrown_away() {
        let (_folder, store) = store(MAX_BYTES);
        let whole = written(&recording(vec![0.5; 100])).unwrap();
        let name = Name::of(b"a");
        let path = store.folder.join(&name.0);
        let damaged = (0..whole.len()).map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            bytes
        });
        let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
        store.make_folder().unwrap();
        for bytes in damaged.chain(cut).chain([[whole.clone(), vec![0]].concat()]) {
            fs::write(&path, bytes).unwrap();
            assert!(store.find(&name).is_none() && !path.exists());
        }
        fs::write(&path, whole).unwrap();
        assert!(store.find(&name).is_some());
    }

    #[test]
    fn what_was_not_used_for_the_longest_time_goes_first_and_no_more_than_needed() {
        let (_folder, store) = store(4_600);
        let [old, older, oldest] =
            [("old", 10), ("older", 20), ("oldest", 30)].map(|(key, seconds)| keep(&store, key, seconds));
        assert!(store.find(&oldest).is_some(), "and so it is used");
        store.evict();
        assert!(is_kept(&store, &oldest) && is_kept(&store, &old) && !is_kept(&store, &older));
        assert!(store.contents().unwrap().bytes <= 4_600);
        store.evict();
        assert_eq!(store.contents().unwrap().clips, 2, "within the bound nothing goes");
    }

    #[test]
    fn files_of_others_are_never_touched() {
        let (_folder, store) = store(0);
        keep(&store, "a", 0);
        fs::create_dir(store.folder.join("folder.clip")).unwrap();
        for name in ["notes.txt", "x.clip", "clip"] {
            fs::write(store.folder.join(name), "mine").unwrap();
        }
        store.evict();
        store.clear().unwrap();
        assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 4);
    }

    #[test]
    fn an_unfinished_file_is_left_to_its_writer_for_an_hour() {
        let (_folder, store) = store(MAX_BYTES);
        keep(&store, "a", 0);
        for (name, hours) in [("young", 0), ("abandoned", 2)] {
            let file = File::create(store.folder.join(format!("{UNFINISHED}{name}"))).unwrap();
            file.set_modified(SystemTime::now() - ABANDONED * hours).unwrap();
        }
        store.evict();
        let left = |name: &str| store.folder.join(format!("{UNFINISHED}{name}")).exists();
        assert!(left("young") && !left("abandoned"));
        assert_eq!(store.clear().unwrap().clips, 1);
        assert!(!left("young"));
    }

    #[test]
    fn many_at_once_store_read_and_evict_the_same_without_a_failure() {
        let (_folder, store) = store(8_000);
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..100 {
                        let name = Name::of(&[(n * (worker + 1) % 7) as u8]);
                        store.keep(&name, &recording(vec![0.5; 1_000])).unwrap();
                        if let Some(found) = store.find(&name) {
                            assert_eq!(found.samples.len(), 1_000);
                        }
                        store.evict();
                    }
                });
            }
        });
        assert!(store.contents().unwrap().bytes <= 8_000);
    }

    #[test]
    fn only_the_user_can_read_it() {
        let (_folder, store) = store(MAX_BYTES);
        fs::create_dir(&store.folder).unwrap();
        fs::set_permissions(&store.folder, fs::Permissions::from_mode(0o755)).unwrap();
        let name = keep(&store, "a", 0);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&store.folder), mode(&store.folder.join(&name.0))), (0o700, 0o600));
    }
}
