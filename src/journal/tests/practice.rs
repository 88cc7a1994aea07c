//! What was practised is found again, whatever happened to the log meanwhile.

use super::*;
use crate::journal::log::Unread;
use crate::journal::practice::{Entry, Familiarity, Fate, Led};
use crate::routine::Muscle;
use crate::tests::small_disk::SmallDisk;

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

/// The poses in the log, and what could not be read of it.
fn read(journal: &Journal) -> (Vec<String>, Unread) {
    let mut poses = Vec::new();
    let unread = journal.read_log(&mut |line| poses.push(line.pose.to_owned())).unwrap();
    (poses, unread)
}

#[test]
fn half_a_line_spoils_neither_the_line_before_nor_the_one_after_and_is_told_once() {
    let (_home, journal) = journal();
    journal.log(&entry("03-01", "cat", Fate::Done)).unwrap();
    let path = journal.log_file();
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}{}", &whole[..whole.len() / 2])).unwrap();
    assert_eq!(read(&journal), (vec!["cat".to_owned()], Unread { lines: 0, is_cut: true }));
    let told = journal.log(&entry("03-02", "cow", Fate::Done)).unwrap_err().to_string();
    assert!(told.contains("cut short"), "{told}");
    journal.log(&entry("03-03", "cat", Fate::Done)).unwrap();
    assert_eq!(read(&journal), (["cat", "cow", "cat"].map(str::to_owned).to_vec(), Unread::default()));
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(kept.contains(&whole[..whole.len() / 2]), "the half line is still there");
    assert_eq!(journal.last_practised().unwrap()[&id("evening")], time("03-03T22:00:00"));
    // Only the end of the line was lost.
    std::fs::write(&path, whole.trim_end()).unwrap();
    journal.log(&entry("03-02", "cow", Fate::Done)).unwrap();
    assert_eq!(read(&journal).0, ["cat", "cow"]);
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(journal.log(&entry("03-03", "cat", Fate::Done)).is_err());
    assert!(journal.read_log(&mut |_| {}).is_err());
    crate::tests::rows::row(
        "Log",
        "half a line, as a power cut leaves it",
        "kept: every other line; told once",
    );
}

#[test]
fn a_full_disk_leaves_the_log_as_it_was_and_there_is_room_again_later() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    let Some(_disk) = SmallDisk::new(&disk, "size=32k") else { return };
    let journal = Journal::in_folder(disk.join("supine"));
    journal.log(&entry("03-01", "cat", Fate::Done)).unwrap();
    std::fs::write(disk.join("filler"), vec![0; 64 << 10]).unwrap_err();
    // The page of the log has room for some more lines, and then for a part of one.
    let mut lines = (0..1000).map(|_| journal.log(&entry("03-02", "cow", Fate::Done)));
    let told = lines.find(Result::is_err).expect("the disk is full");
    let full = std::fs::read(journal.log_file()).unwrap();
    let (is_whole, unread) = (full.ends_with(b"\n"), read(&journal).1);
    std::fs::remove_file(disk.join("filler")).unwrap();
    let later = journal.log(&entry("03-03", "cat", Fate::Done));
    let last = read(&journal).0.pop();
    assert!(told.unwrap_err().to_string().contains("permissions and space"));
    assert!(is_whole && unread == Unread::default());
    assert!(later.is_ok() && last.as_deref() == Some("cat"));
    crate::tests::rows::row(
        "Log",
        "full disk, and room again later",
        "kept: the log as it was, and what comes later; told: one line",
    );
}

#[test]
fn a_line_of_an_older_version_is_still_read_and_a_new_one_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let (_home, journal) = journal();
    let led = Led { gentle: true, muscles: vec![Muscle::LowerBack, Muscle::Calves] };
    journal.log(&entry("03-02", "cow", Fate::Done).led(&led, [50.0, 50.0])).unwrap();
    let path = journal.log_file();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let new = std::fs::read_to_string(&path).unwrap();
    assert!(
        new.contains("\"gentle\":true,\"muscles\":[\"lower-back\",\"calves\"],\"held\":[50.0,50.0]"),
        "{new}"
    );
    let old = "{\"session\":\"2026-03-01T22:00:00Z\",\"at\":\"2026-03-01T22:05:00Z\",\"routine\":\"evening\",\"pose\":\"cat\",\
               \"fate\":\"done\",\"seconds\":61.5}\n";
    let later = new.replace("calves", "toes").replace("\"gentle\"", "\"mood\":[1],\"gentle\"");
    std::fs::write(&path, format!("{old}{new}{later}")).unwrap();
    let mut lines = Vec::new();
    let unread = journal
        .read_log(&mut |line| {
            lines.push((line.seconds, line.gentle, line.muscles.iter().count(), line.offset_s))
        })
        .unwrap();
    assert_eq!(unread, Unread::default());
    assert_eq!(lines[0], (61.5, false, 0, None));
    assert!(
        matches!(lines[1], (60.0, true, 2, Some(_))) && matches!(lines[2], (60.0, true, 1, Some(_))),
        "{lines:?}"
    );
    assert_eq!(times(&journal, "03-03")[0], 1);
    crate::tests::rows::row(
        "Log",
        "lines of an older and of a newer version",
        "kept: what this version knows of them",
    );
}

#[test]
fn two_sessions_that_write_at_once_lose_no_entry() {
    let (_home, journal) = journal();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..50).for_each(|_| journal.log(&entry("03-01", "cow", Fate::Done)).unwrap()));
        }
    });
    let (poses, unread) = read(&journal);
    assert_eq!((poses.len(), unread), (200, Unread::default()));
    assert!(journal.forget().unwrap() && !journal.forget().unwrap());
    assert_eq!(read(&journal).0.len(), 0);
    crate::tests::rows::row("Log", "written by several at once", "kept: every entry");
}
