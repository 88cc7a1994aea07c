//! The file of the log: a line of JSON for each entry. A line is appended whole or not at all, behind whatever another
//! process appends; half a line, which a power cut may leave, spoils neither of its neighbours.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::num::NonZero;
use std::ops::Range;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::muscles::Muscles;
use super::practice::{Entry, Fate};
use super::{Journal, JournalError};
use crate::whole_file;

const PRACTICE: &str = "practice.jsonl";
/// A longer line is none of the log's.
const MAX_LINE: u64 = 64 << 10;
const BUFFER: usize = 256 << 10;
/// How long another process may keep the log for itself: a line takes a moment.
const TURN: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(10);
/// All of the file.
const WHOLE: Range<u64> = 0..u64::MAX;
/// So many bytes take longer to read than a thread takes to start.
const WORTH_A_THREAD: u64 = 1 << 20;
/// Written behind half a line once it was told.
const CUT: &[u8] = b" # cut short";

/// A line as it is read: nothing is copied.
#[derive(Debug, Deserialize)]
pub struct Line<'a> {
    /// When the session began (RFC 3339).
    pub session: &'a str,
    /// When the pose was over.
    pub at: &'a str,
    /// The offset of local time from UTC, in seconds; `None` in a line of an older version.
    #[serde(default)]
    pub offset_s: Option<i32>,
    /// The routine's id.
    pub routine: &'a str,
    /// The pose's id.
    pub pose: &'a str,
    /// What became of it.
    pub fate: Fate,
    /// How long the session was at it, in seconds.
    pub seconds: f64,
    /// Whether it was led gently.
    #[serde(default)]
    pub gentle: bool,
    /// What its holds stretch or work.
    #[serde(default)]
    pub muscles: Muscles,
    /// How long it was held on the right and on the left, in seconds.
    #[serde(default)]
    pub held: [f64; 2],
}

/// What could not be read of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Lines that are no entries.
    pub lines: u64,
    /// Whether the last line is cut short.
    pub is_cut: bool,
}

/// How the file ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// With the end of a line, or it is empty.
    Line,
    /// With an entry whose end of line is missing.
    Entry,
    /// With a part of an entry.
    Half,
}

impl Journal {
    /// Appends an entry.
    ///
    /// # Errors
    /// When the system refuses; the log is then as it was. Also when the line before was cut short, which is told this
    /// once; the new entry is kept even then.
    pub(crate) fn log(&self, entry: &Entry) -> Result<(), JournalError> {
        match self.append(entry) {
            Ok(Ending::Half) => Err(JournalError::CutShort { path: self.log_file() }),
            Ok(Ending::Line | Ending::Entry) => Ok(()),
            Err(error) => Err(self.refused("write", PRACTICE, error)),
        }
    }

    /// Returns how the file ended before.
    fn append(&self, entry: &Entry) -> io::Result<Ending> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let path = self.behind_links(PRACTICE);
        if path.exists() {
            whole_file::readable(&path)?; // Only a plain file is written to.
        }
        let mut file = File::options().create(true).append(true).read(true).mode(0o600).open(&path)?;
        wait_for_turn(&file);
        let before = file.metadata()?.len();
        let ending = ending(&mut file, before)?;
        let mut line = match ending {
            Ending::Line => Vec::new(),
            Ending::Entry => b"\n".to_vec(),
            Ending::Half => [CUT, b"\n"].concat(),
        };
        serde_json::to_writer(&mut line, entry)?;
        line.push(b'\n');
        if let Err(error) = file.write_all(&line) {
            // A disk that gets full takes a part of it.
            let _ = file.set_len(before);
            return Err(error);
        }
        Ok(ending)
    }

    /// Hands over every entry, in the order in which they were written.
    ///
    /// # Errors
    /// When the file can't be read. A log that is not there yet is empty.
    pub fn read_log(&self, each: &mut dyn FnMut(&Line<'_>)) -> Result<Unread, JournalError> {
        self.entries(WHOLE, each)
    }

    /// Gathers every entry, in parts that are read side by side: `begin` is what a part begins with, and `each` adds an
    /// entry to it. The parts are in the order in which they were written.
    ///
    /// # Errors
    /// As [`Journal::read_log`].
    pub(crate) fn gather<T: Send>(
        &self,
        begin: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, &Line<'_>) + Sync,
    ) -> Result<(Vec<T>, Unread), JournalError> {
        let length = std::fs::metadata(self.log_file()).map_or(0, |about| about.len());
        let cores = thread::available_parallelism().map_or(1, NonZero::get) as u64;
        let parts = cores.min(length / WORTH_A_THREAD).max(1);
        let border = |part| if part == parts { WHOLE.end } else { length / parts * part };
        let read = |part| {
            let mut gathered = begin();
            let unread =
                self.entries(border(part)..border(part + 1), &mut |line| each(&mut gathered, line))?;
            Ok((gathered, unread))
        };
        let read: Vec<Result<_, JournalError>> = thread::scope(|scope| {
            let read = &read;
            let readers: Vec<_> = (0..parts).map(|part| scope.spawn(move || read(part))).collect();
            // A panic in one of supine's threads is a bug, so it is passed on.
            let end = |reader: thread::ScopedJoinHandle<'_, _>| {
                reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            readers.into_iter().map(end).collect()
        });
        let (mut all, mut unread) = (Vec::new(), Unread::default());
        for part in read {
            let (gathered, Unread { lines, is_cut }) = part?;
            all.push(gathered);
            unread = Unread { lines: unread.lines + lines, is_cut: unread.is_cut || is_cut };
        }
        Ok((all, unread))
    }

    fn entries(&self, part: Range<u64>, each: &mut dyn FnMut(&Line<'_>)) -> Result<Unread, JournalError> {
        let mut unread = Unread::default();
        self.lines(part, &mut |line, is_ended| match serde_json::from_slice(line) {
            Ok(entry) => each(&entry),
            Err(_) if line.is_empty() || line.ends_with(CUT) => {}
            Err(_) if !is_ended => unread.is_cut = true,
            Err(_) => unread.lines += 1,
        })?;
        Ok(unread)
    }

    /// Hands over every line.
    pub(super) fn all_lines(&self, each: &mut dyn FnMut(&[u8])) -> Result<(), JournalError> {
        self.lines(WHOLE, &mut |line, _| each(line))
    }

    /// Hands over every line that begins in a part of the file, which is given in bytes; and whether its end is there.
    fn lines(&self, part: Range<u64>, each: &mut dyn FnMut(&[u8], bool)) -> Result<(), JournalError> {
        let mut read = || -> io::Result<()> {
            let mut file = whole_file::readable(&self.log_file())?;
            let mut at = part.start.saturating_sub(1);
            file.seek(SeekFrom::Start(at))?;
            let mut file = BufReader::with_capacity(BUFFER, file);
            if part.start > 0 {
                at += file.skip_until(b'\n')? as u64;
            }
            let mut line = Vec::new();
            while at < part.end {
                let length = (&mut file).take(MAX_LINE).read_until(b'\n', &mut line)?;
                if length == 0 {
                    break;
                }
                at += length as u64;
                let is_ended = line.pop_if(|last| *last == b'\n').is_some();
                each(&line, is_ended);
                line.clear();
            }
            Ok(())
        };
        match read() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.refused("read", PRACTICE, error))
            }
            _ => Ok(()),
        }
    }

    /// The path of the log, which may not exist.
    pub fn log_file(&self) -> PathBuf {
        self.folder.join(PRACTICE)
    }

    /// Erases the log. Returns whether there was one.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn forget(&self) -> Result<bool, JournalError> {
        match std::fs::remove_file(self.behind_links(PRACTICE)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.refused("erase", PRACTICE, error)),
        }
    }
}

/// A session that appends at the same time waits its turn. Where a folder has no locks, or somebody keeps the lock for
/// himself, two may mistake each other's lines for half ones, and lose none.
fn wait_for_turn(file: &File) {
    let until = Instant::now() + TURN;
    while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && Instant::now() < until {
        thread::sleep(LOOK);
    }
}

/// How a file of this length ends.
fn ending(file: &mut File, length: u64) -> io::Result<Ending> {
    let mut last = Vec::new();
    file.seek(SeekFrom::Start(length.saturating_sub(1)))?;
    file.read_to_end(&mut last)?;
    if last.is_empty() || last == b"\n" {
        return Ok(Ending::Line);
    }
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_LINE)))?;
    last.clear();
    file.read_to_end(&mut last)?;
    let line = last.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_whole = serde_json::from_slice::<Line<'_>>(line).is_ok();
    Ok(if is_whole { Ending::Entry } else { Ending::Half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_the_log_is_parted_each_line_is_read_once() {
        let home = tempfile::tempdir().unwrap();
        let journal = Journal::in_folder(home.path().to_owned());
        let text = "one\n\nthree is longer\n\nfive\nsix is cut sho";
        std::fs::write(journal.log_file(), text).unwrap();
        let read = |part: Range<u64>| {
            let mut lines = Vec::new();
            journal.lines(part, &mut |line, is_ended| lines.push((line.to_vec(), is_ended))).unwrap();
            lines
        };
        let whole = read(WHOLE);
        assert_eq!(whole.len(), 6);
        assert_eq!(whole.last(), Some(&(b"six is cut sho".to_vec(), false)));
        for border in 0..=text.len() as u64 + 2 {
            assert_eq!([read(0..border), read(border..u64::MAX)].concat(), whole, "parted at {border}");
        }
    }
}
