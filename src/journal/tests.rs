//! The journal reads again what it wrote, whatever happened to the file meanwhile.

use super::*;
use crate::routine::parse::parse;
use crate::settings::Pace;

mod practice;
mod skipped;

fn point(pose: usize) -> ResumePoint {
    ResumePoint {
        routine: "bedtime-back".into(),
        then: Vec::new(),
        part: 0,
        routine_id: Some(id("bedtime-back")),
        routine_hash: None,
        meaning_hash: None,
        pose,
        pose_id: Some(id("cat")),
        pose_name: Some("Cat".to_owned()),
        poses: 9,
        position_s: 312.5,
        own_breath: None,
        choices: Ok(Choices { pace: Some(Pace::SLOW), ..Choices::default() }),
        at: "2026-01-31T22:14:05Z".parse().unwrap(),
    }
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

/// The identity of a routine with this text that has no file.
fn known(text: &str) -> Identity {
    Identity::new(&parse(text).unwrap(), text, None)
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

/// A resume point with these choices.
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
    assert!(
        journal.skip(&known("title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [\"C.\"]"), &id("b")).is_err()
    );
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
fn a_point_that_was_written_before_there_were_ids_is_read() {
    let (_home, journal) = journal();
    std::fs::create_dir_all(&journal.folder).unwrap();
    let first = r#"{ "version": 1, "content": { "routine": "bedtime-back", "routine_hash": "ab", "pose": 2,
        "position_s": 9.5, "options": [], "at": "2026-01-31T22:14:05Z" } }"#;
    let later =
        first.replace("\"pose\"", "\"meaning_hash\": \"cd\", \"pose_name\": \"Cat\", \"poses\": 9, \"pose\"");
    let read = |text: &str| {
        std::fs::write(journal.folder.join(RESUME), text).unwrap();
        journal.resume_point().unwrap().unwrap()
    };
    let point = read(first);
    assert_eq!((point.routine_id, point.pose_id, point.pose), (None, None, 2));
    assert_eq!((point.routine_hash.as_deref(), point.meaning_hash), (Some("ab"), None));
    let point = read(&later);
    assert_eq!((point.meaning_hash.as_deref(), point.pose_name.as_deref()), (Some("cd"), Some("Cat")));
}
