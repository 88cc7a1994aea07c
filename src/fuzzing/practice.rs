//! The journal with anything in its files: nothing of it is lost, and it goes on.

use std::fs;

use jiff::tz::{Offset, TimeZone};

use super::config::in_folder;
use super::routine::phrases;
use crate::history::History;
use crate::journal::log::Line;
use crate::journal::practice::{Entry, Fate};
use crate::journal::{Identity, Journal, Muscles};
use crate::routine::Id;
use crate::routine::parse::parse;

const VERSION: &[u8] = b"version";

/// Reads bytes as the log, or as the place to go on from and the poses that were left out, and writes to it.
///
/// # Panics
/// When an entry is lost, or a damaged file stands in the way.
pub fn practice(data: &[u8]) {
    in_folder(|folders| {
        let journal = Journal::of(folders).expect("there is a folder");
        let folder = folders.state.clone().expect("there is a folder");
        fs::create_dir_all(&folder).expect("there is room");
        let put = |name: &str| fs::write(folder.join(name), data).expect("there is room");
        // The other two files are of one form, and the log is of none that has a version.
        if data.windows(VERSION.len()).any(|bytes| bytes == VERSION) {
            put("resume.json");
            resume(&journal);
            put("skipped.json");
            skipped(&journal);
        } else {
            put("practice.jsonl");
            log(&journal);
        }
    });
}

fn entries(journal: &Journal) -> (Vec<String>, u64) {
    let mut all = Vec::new();
    let unread =
        journal.read_log(&mut |line: &Line<'_>| all.push(format!("{line:?}"))).expect("it can be read");
    (all, unread.lines + u64::from(unread.is_cut))
}

fn log(journal: &Journal) {
    let (before, unread) = entries(journal);
    let zone = TimeZone::fixed(Offset::UTC);
    let history = History::read(journal, &zone).expect("it can be read");
    assert!(history.sessions.iter().all(|session| session.done + session.partly > 0));
    let today = jiff::civil::date(2026, 11, 28);
    let summary = history.summary(today, 12);
    let picture = crate::history::picture::picture(&summary, &phrases("en").history);
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
    let mut table = Vec::new();
    crate::history::table::write_csv(journal, &zone, &mut table).expect("memory takes it");
    let entry = Entry {
        session: jiff::Timestamp::UNIX_EPOCH,
        at: jiff::Timestamp::UNIX_EPOCH,
        offset_s: Some(0),
        routine: Id::of("a"),
        file: None,
        pose: Id::of("b"),
        fate: Fate::Done,
        seconds: 9.5,
        gentle: false,
        muscles: Muscles::default(),
        held: [0.0; 2],
        step: None,
    };
    // It may tell that the line before was cut short.
    let _ = journal.log(&entry);
    journal.log(&entry).unwrap_or_else(|error| panic!("{error}"));
    let (after, still_unread) = entries(journal);
    assert!(after.starts_with(&before), "an entry is lost");
    assert_eq!(after.len(), before.len() + 2, "an entry was not kept");
    assert!(still_unread <= unread, "an entry spoils another line");
}

fn resume(journal: &Journal) {
    match journal.resume_point() {
        Ok(None) => panic!("there is a file"),
        Err(_) => {
            let gone = journal.resume_point().unwrap_or_else(|error| panic!("it stands in the way: {error}"));
            assert_eq!(gone, None);
        }
        Ok(Some(point)) => {
            journal.keep(&point).unwrap_or_else(|error| panic!("{error}"));
            let again =
                journal.resume_point().unwrap_or_else(|error| panic!("what was kept is damaged: {error}"));
            assert_eq!(again, Some(point));
        }
    }
}

fn skipped(journal: &Journal) {
    let identity = identity();
    let pose = identity.poses()[0].0.clone();
    // It may tell that the file was damaged.
    let _ = journal.skip(&identity, &pose);
    let known = journal.skipped(&identity).unwrap_or_else(|error| panic!("{error}"));
    assert!(known.contains(&pose), "a pose that was left out is forgotten");
    journal.done(&identity, &pose).unwrap_or_else(|error| panic!("{error}"));
    let known = journal.skipped(&identity).unwrap_or_else(|error| panic!("{error}"));
    assert!(!known.contains(&pose), "a pose that was done is still left out");
}

/// A routine whose poses may be left out.
fn identity() -> Identity {
    let text = "title = \"A\"\nid = \"a\"\n[[pose]]\nname = \"B\"\nsteps = [\"Lie.\"]\n";
    Identity::new(&parse(text).expect("it is a routine"), text, None)
}
