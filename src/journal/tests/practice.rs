//! What was practised is found again, whatever happened to the log meanwhile.

use super::*;
use crate::journal::practice::{Entry, Familiarity, Fate};

const ROUTINE: &str = "id = \"evening\"\ntitle = \"Evening\"\n\
    [[pose]]\nid = \"cat\"\nname = \"Cat\"\nsteps = [\"Fold.\"]\n[[pose]]\nid = \"cow\"\nname = \"Cow\"\nsteps = [\"Lift.\"]\n";

fn time(text: &str) -> Timestamp {
    format!("2026-{text}Z").parse().unwrap()
}

/// An entry about a pose in an evening of 2026, such as "03-01".
fn entry(evening: &str, pose: &str, fate: Fate) -> Entry {
    let session = time(&format!("{evening}T22:00:00"));
    Entry { at: session, ..Entry::new(&known(ROUTINE), session, id(pose), fate, 60.0) }
}

fn times(journal: &Journal, now: &str) -> Vec<u32> {
    let now = time(&format!("{now}T22:00:00"));
    journal
        .familiarity(&known(ROUTINE), now)
        .unwrap()
        .iter()
        .map(|(_, Familiarity { times })| *times)
        .collect()
}

#[test]
fn a_pose_becomes_familiar_and_is_new_again_when_it_was_left_out_or_not_done_for_a_month() {
    let (_home, journal) = journal();
    assert_eq!(times(&journal, "03-01"), [0, 0]);
    for evening in ["03-01", "03-02", "03-03"] {
        journal.log(&entry(evening, "cat", Fate::Done)).unwrap();
        journal.log(&entry(evening, "cow", Fate::Done)).unwrap();
        // To go back and do it again is not another evening.
        journal.log(&entry(evening, "cow", Fate::Done)).unwrap();
    }
    assert_eq!(times(&journal, "03-04"), [3, 3]);
    journal.log(&entry("03-04", "cow", Fate::LeftOut)).unwrap();
    assert_eq!(times(&journal, "03-05"), [3, 0]);
    assert_eq!(times(&journal, "04-10"), [0, 0]);
    journal.log(&entry("04-10", "cat", Fate::Done)).unwrap();
    assert_eq!(times(&journal, "04-11"), [1, 0]);
    let other = known(&ROUTINE.replace("evening", "morning"));
    assert!(
        journal
            .familiarity(&other, time("03-04T22:00:00"))
            .unwrap()
            .iter()
            .all(|(_, known)| known.times == 0)
    );
}

#[test]
fn half_a_line_spoils_neither_the_line_before_nor_the_one_after() {
    let (_home, journal) = journal();
    journal.log(&entry("03-01", "cat", Fate::Done)).unwrap();
    let path = journal.folder.join("practice.jsonl");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
    journal.log(&entry("03-02", "cat", Fate::Done)).unwrap();
    assert_eq!(journal.practised().unwrap().len(), 2);
    assert_eq!(journal.last_practised().unwrap()[&id("evening")], time("03-02T22:00:00"));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(journal.log(&entry("03-03", "cat", Fate::Done)).is_err() && journal.practised().is_err());
}

#[test]
fn two_sessions_that_write_at_once_lose_no_entry() {
    let (_home, journal) = journal();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| journal.log(&entry("03-01", "cow", Fate::Done)).unwrap()));
        }
    });
    assert_eq!(journal.practised().unwrap().len(), 200);
}
