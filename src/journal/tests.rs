//! What is written down is read again, whatever became of the file meanwhile.

use super::*;
use crate::settings::Pace;

fn point(pose: usize) -> ResumePoint {
    ResumePoint {
        routine: "bedtime-back".into(),
        routine_hash: hash("title = \"Bedtime\""),
        meaning_hash: Some(hash("pose Cat")),
        pose,
        pose_name: Some("Cat".to_owned()),
        poses: 9,
        position_s: 312.5,
        choices: Ok(Choices { pace: Some(Pace::SLOW), ..Choices::default() }),
        at: "2026-01-31T22:14:05Z".parse().unwrap(),
    }
}

fn routine(name: &str) -> Identity {
    Identity { text: hash(name), meaning: hash(&format!("pose {name}")) }
}

fn journal() -> (tempfile::TempDir, Journal) {
    let home = tempfile::tempdir().unwrap();
    let journal = Journal::in_folder(home.path().join("state/supine"));
    (home, journal)
}

#[test]
fn a_session_goes_on_where_it_broke_off_until_one_ends() {
    let (_home, journal) = journal();
    assert_eq!(journal.resume_point().unwrap(), None);
    journal.keep(&point(1)).unwrap();
    journal.keep(&point(2)).unwrap();
    assert_eq!(journal.resume_point().unwrap(), Some(point(2)));
    assert_eq!(journal.resume_point().unwrap(), Some(point(2)), "to look does not take it");
    journal.clear().unwrap();
    journal.clear().unwrap();
    assert_eq!(journal.resume_point().unwrap(), None);
}

#[test]
fn words_that_are_no_utf_8_are_found_again_and_all_others_can_be_read() {
    use std::os::unix::ffi::OsStringExt;
    let (_home, journal) = journal();
    let odd = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
    let (pace, ambience) = (Some(Pace::SLOW), Some(odd(b"/\xff.flac")));
    let choices = Ok(Choices { pace, ambience, ..Choices::default() });
    let point = ResumePoint { routine: odd(b"/routines/\xfe.toml"), choices, ..point(1) };
    journal.keep(&point).unwrap();
    assert_eq!(journal.resume_point().unwrap(), Some(point));
    assert!(std::fs::read_to_string(journal.folder.join(RESUME)).unwrap().contains("\"pace\": \"slow\""));
}

/// A resume point whose choices are as they are given.
fn with_choices(choices: &str) -> String {
    format!(
        "{{\"version\": 1, \"content\": {{\"routine\": \"bedtime-back\", \"routine_hash\": \"\", \"pose\": 2, \
         \"position_s\": 1.5, {choices}, \"at\": \"2026-01-31T22:14:05Z\"}}}}"
    )
}

#[test]
fn the_options_that_0_1_wrote_are_read_and_those_of_another_time_damage_nothing() {
    let (_home, journal) = journal();
    std::fs::create_dir_all(&journal.folder).unwrap();
    let read = |choices: &str| {
        std::fs::write(journal.folder.join(RESUME), with_choices(choices)).unwrap();
        journal.resume_point().unwrap().unwrap().choices
    };
    let old = read("\"options\": [\"--pace=slow\", \"--until-morning\", \"--silent-screen=true\"]").unwrap();
    assert_eq!((old.pace, old.until_morning, old.silent_screen), (Some(Pace::SLOW), Some(true), Some(true)));
    assert_eq!(read("\"choices\": {\"pace\": \"slow\"}").unwrap().pace, Some(Pace::SLOW));
    for another_time in ["\"options\": [\"--harp=soft\"]", "\"choices\": {\"harp\": \"soft\"}"] {
        assert_eq!(read(another_time).unwrap_err(), "unexpected argument '--harp' found");
    }
}

#[test]
fn a_link_to_a_file_elsewhere_stays_a_link() {
    let (home, journal) = journal();
    std::fs::create_dir_all(&journal.folder).unwrap();
    let link = journal.folder.join(RESUME);
    std::os::unix::fs::symlink(home.path().join("elsewhere.json"), &link).unwrap();
    journal.keep(&point(1)).unwrap();
    journal.clear().unwrap();
    assert_eq!(journal.resume_point().unwrap(), None);
    journal.keep(&point(2)).unwrap();
    assert!(link.is_symlink());
    assert_eq!(journal.resume_point().unwrap(), Some(point(2)));
}

#[test]
fn what_is_damaged_is_told_once_and_set_aside() {
    let (_home, journal) = journal();
    journal.keep(&point(3)).unwrap();
    let path = journal.folder.join(RESUME);
    let whole = std::fs::read(&path).unwrap();
    let other = String::from_utf8_lossy(&whole).replace("\"version\": 1", "\"version\": 9");
    let no_pose = String::from_utf8_lossy(&whole).replace("\"pose\": 3", "\"pose\": 0");
    let long = vec![b' '; MAX_BYTES as usize + 10];
    for bytes in [&whole[..whole.len() / 2], b"", b"\xff\0", other.as_bytes(), no_pose.as_bytes(), &long] {
        std::fs::write(&path, bytes).unwrap();
        let message = journal.resume_point().unwrap_err().to_string();
        assert!(message.contains("resume.json is damaged"), "{message}");
        assert!(message.contains("resume.json.damaged"), "{message}");
        assert_eq!(journal.resume_point().unwrap(), None);
        assert_eq!(std::fs::read(journal.folder.join("resume.json.damaged")).unwrap(), bytes);
    }
    journal.keep(&point(4)).unwrap();
    assert_eq!(journal.resume_point().unwrap(), Some(point(4)));
}

#[test]
fn a_place_that_can_not_be_used_is_an_error_and_no_panic() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("file"), "").unwrap();
    let journal = Journal::in_folder(home.path().join("file/supine"));
    assert!(journal.keep(&point(1)).unwrap_err().to_string().contains("check the folder"));
    assert!(journal.skip(&routine("x"), "Pigeon").is_err());
    let journal = Journal::in_folder(home.path().to_owned());
    std::fs::create_dir(home.path().join(RESUME)).unwrap();
    assert!(journal.resume_point().unwrap_err().to_string().contains("can't read"));
    assert!(journal.keep(&point(1)).is_err());
}

#[test]
fn a_reader_never_sees_half_of_a_point() {
    let (_home, journal) = journal();
    let writer = journal.clone();
    writer.keep(&point(1)).unwrap();
    let writing = std::thread::spawn(move || (1..=100).for_each(|pose| writer.keep(&point(pose)).unwrap()));
    while !writing.is_finished() {
        assert!(journal.resume_point().unwrap().is_some());
    }
    writing.join().unwrap();
    assert_eq!(std::fs::read_dir(&journal.folder).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn a_pose_that_was_left_out_is_remembered_for_its_routine_until_it_was_done() {
    let (_home, journal) = journal();
    let (a, b) = (routine("a"), routine("b"));
    journal.skip(&a, "Pigeon").unwrap();
    journal.skip(&a, "Cobra").unwrap();
    journal.skip(&a, "Pigeon").unwrap();
    journal.skip(&b, "Pigeon").unwrap();
    assert_eq!(journal.skipped(&a).unwrap(), ["Cobra", "Pigeon"]);
    journal.done(&a, "Pigeon").unwrap();
    journal.done(&a, "Pigeon").unwrap();
    assert_eq!(journal.skipped(&a).unwrap(), ["Cobra"]);
    assert_eq!(journal.skipped(&b).unwrap(), ["Pigeon"]);
    std::fs::write(journal.folder.join(SKIPPED), "[").unwrap();
    assert!(journal.skip(&a, "Cat").is_err(), "the damage is told");
    assert_eq!(journal.skipped(&a).unwrap(), ["Cat"]);
}

#[test]
fn what_was_left_out_outlives_a_comment_and_what_0_1_wrote_is_known() {
    let (_home, journal) = journal();
    let before = routine("a");
    let commented = Identity { text: "another text".to_owned(), ..before.clone() };
    journal.skip(&before, "Pigeon").unwrap();
    assert_eq!(journal.skipped(&commented).unwrap(), ["Pigeon"]);
    let old = Skipped { routine_hash: before.text.clone(), pose: "Cobra".to_owned() };
    journal.write(SKIPPED, &vec![old]).unwrap();
    assert_eq!(journal.skipped(&before).unwrap(), ["Cobra"]);
    journal.skip(&before, "Cobra").unwrap();
    assert_eq!(journal.skipped(&before).unwrap(), ["Cobra"], "once");
    journal.done(&commented, "Cobra").unwrap();
    assert!(journal.skipped(&before).unwrap().is_empty());
}

#[test]
fn what_is_remembered_does_not_grow_for_ever() {
    let (_home, journal) = journal();
    let many: Vec<Skipped> = (0..MAX_SKIPPED)
        .map(|pose| Skipped { routine_hash: "a".to_owned(), pose: pose.to_string() })
        .collect();
    journal.write(SKIPPED, &many).unwrap();
    journal.skip(&routine("b"), "Pigeon").unwrap();
    assert_eq!(journal.all_skipped().unwrap().len(), MAX_SKIPPED);
    assert_eq!(journal.skipped(&routine("b")).unwrap(), ["Pigeon"]);
}
