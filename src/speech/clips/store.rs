//! A folder of recordings: one file each, named by a hash of its key, written completely or not at all, and
//! checked when read. No file is ever locked or changed, so any number of processes may share the folder. A
//! file's modification time is the time of its last use. A folder that is the user's own link is used; a link
//! inside it is no recording, and is never followed.

#[cfg(test)]
mod tests;

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
    /// Their size in bytes, unfinished files and links included.
    pub bytes: u64,
}

/// A file in the folder that belongs to the store.
struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Clip,
    Unfinished,
    /// A link with the name of one of these. Nobody reads it.
    Link,
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

    /// The recording called `name`. A damaged one is deleted, and so is a link in its place.
    pub(crate) fn find(&self, name: &Name) -> Option<Recording> {
        let path = self.folder.join(&name.0);
        remove_link(&path).ok()?;
        let mut file = whole_file::readable_itself(&path).ok()?;
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
        let path = self.folder.join(&name.0);
        remove_link(&path)?;
        Ok(whole_file::target(&path)?.write(&bytes, MANNER)?)
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

    /// Removes the least recently used files until the rest is within the limit, and all links.
    pub(crate) fn evict(&self) {
        let Ok(mut entries) = self.entries() else { return };
        let now = SystemTime::now();
        entries.retain(|entry| {
            let age = now.duration_since(entry.used).unwrap_or_default();
            let is_left_over = match entry.kind {
                Kind::Clip => false,
                Kind::Unfinished => age > ABANDONED,
                Kind::Link => true,
            };
            if is_left_over {
                let _ = fs::remove_file(&entry.path);
            }
            entry.kind == Kind::Clip
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

    /// Removes every file that belongs to the store, and nothing else; returns what was removed. Of a link, only
    /// the link is removed.
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
    // Of the link itself, where it is one.
    let data = file.metadata().ok()?;
    let kind = match (data.is_symlink(), data.is_file()) {
        (true, _) => Kind::Link,
        (_, true) if unfinished => Kind::Unfinished,
        (_, true) => Kind::Clip,
        (_, false) => return None,
    };
    Some(Entry { path: file.path(), bytes: data.len(), used: data.modified().ok()?, kind })
}

/// Removes a link. Through it, a recording would be read from elsewhere, or written over somebody's file.
fn remove_link(path: &Path) -> io::Result<()> {
    if !path.is_symlink() {
        return Ok(());
    }
    match fs::remove_file(path) {
        // Another process has removed it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn sum(entries: &[Entry]) -> Contents {
    Contents {
        clips: entries.iter().filter(|entry| entry.kind == Kind::Clip).count(),
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
