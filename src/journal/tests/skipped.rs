//! A pose that was left out is recognised again, whatever it is called, wherever its file is, and whichever
//! version wrote the entry.

use super::*;
use crate::catalogue::Shelf;

/// A routine without ids of its own.
const PLAIN: &str = r#"
title = "Evening"
[[pose]]
name = "Pigeon"
steps = ["Fold."]
[[pose]]
name = "Cobra"
steps = ["Lift."]
"#;

/// The same routine with ids for everything.
const GIVEN: &str = r#"
id = "evening-stretch"
title = "Evening"
[[pose]]
id = "pigeon"
name = "Pigeon"
steps = ["Fold."]
[[pose]]
id = "cobra"
name = "Cobra"
steps = ["Lift."]
"#;

/// The same routine in another language and another order.
const GERMAN: &str = r#"
id = "evening-stretch"
title = "Abend"
language = "de"
[[pose]]
id = "cobra"
name = "Kobra"
steps = ["Heben."]
[[pose]]
id = "pigeon"
name = "Taube"
steps = ["Beugen."]
"#;

/// The identity of a routine with this text, in a file that is written.
fn in_file(folder: &Path, name: &str, text: &str) -> Identity {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    Identity::new(&parse(text).unwrap(), text, Some(file))
}

#[track_caller]
fn assert_skipped(journal: &Journal, routine: &Identity, poses: &[&str]) {
    let skipped = journal.skipped(routine).unwrap();
    assert_eq!(skipped.iter().map(Id::as_str).collect::<Vec<_>>(), poses);
}

fn old(hash: &str, pose: &str) -> Skipped {
    Skipped::Old { routine_hash: hash.to_owned(), pose: pose.to_owned() }
}

#[test]
fn a_pose_that_was_left_out_is_remembered_for_its_routine_until_it_was_done() {
    let (_home, journal) = journal();
    let (a, b) = (known(PLAIN), known(GIVEN));
    journal.skip(&a, &id("pigeon")).unwrap();
    journal.skip(&a, &id("cobra")).unwrap();
    journal.skip(&a, &id("pigeon")).unwrap();
    journal.skip(&b, &id("pigeon")).unwrap();
    assert_skipped(&journal, &a, &["cobra", "pigeon"]);
    journal.done(&a, &id("pigeon")).unwrap();
    journal.done(&a, &id("pigeon")).unwrap();
    assert_skipped(&journal, &a, &["cobra"]);
    assert_skipped(&journal, &b, &["pigeon"]);
    std::fs::write(journal.folder.join(SKIPPED), "[").unwrap();
    assert!(journal.skip(&a, &id("pigeon")).is_err(), "the damage is told");
    assert_skipped(&journal, &a, &["pigeon"]);
}

#[test]
fn nothing_is_forgotten_for_a_comma_a_comment_another_name_or_another_language() {
    let (home, journal) = journal();
    let given = in_file(home.path(), "evening.toml", GIVEN);
    journal.skip(&given, &id("pigeon")).unwrap();
    for (name, text) in [
        ("evening.toml", GIVEN.replace("Fold.", "Fold, slowly.")),
        ("evening.toml", format!("# Mine.\n{GIVEN}")),
        ("evening.toml", GIVEN.replace("\"Pigeon\"", "\"Sleeping pigeon\"").replace("Evening", "Night")),
        ("moved.toml", GIVEN.to_owned()),
        ("abend.toml", GERMAN.to_owned()),
    ] {
        assert_skipped(&journal, &in_file(home.path(), name, &text), &["pigeon"]);
        assert_skipped(&journal, &known(&text), &["pigeon"]);
    }
    journal.done(&known(GERMAN), &id("pigeon")).unwrap();
    assert_skipped(&journal, &given, &[]);
}

#[test]
fn two_files_with_one_id_are_one_routine_and_two_with_one_title_are_two() {
    let (home, journal) = journal();
    let given = ["a.toml", "b.toml"].map(|name| in_file(home.path(), name, GIVEN));
    journal.skip(&given[0], &id("pigeon")).unwrap();
    assert_skipped(&journal, &given[1], &["pigeon"]);
    let plain = ["c.toml", "d.toml"].map(|name| in_file(home.path(), name, PLAIN));
    journal.skip(&plain[0], &id("cobra")).unwrap();
    assert_skipped(&journal, &plain[1], &[]);
    assert_skipped(&journal, &plain[0], &["cobra"]);
    assert_skipped(&journal, &known(PLAIN), &[]);
    // A title that sounds like an id does not take over that id's entries.
    let alike = in_file(home.path(), "e.toml", &PLAIN.replace("Evening", "Evening stretch"));
    assert_skipped(&journal, &alike, &[]);
}

#[test]
fn a_file_without_an_id_may_be_edited_moved_and_given_one() {
    let (home, journal) = journal();
    let at = |name: &str, text: &str| in_file(home.path(), name, text);
    journal.skip(&at("a.toml", PLAIN), &id("pigeon")).unwrap();
    let titled = PLAIN.replace("Evening", "Night");
    assert_skipped(&journal, &at("a.toml", &titled), &["pigeon"]);
    std::fs::remove_file(home.path().join("a.toml")).unwrap();
    assert_skipped(&journal, &at("b.toml", &titled), &["pigeon"]);
    // The id that the pose had from its name is recognised, too.
    let given = titled.replace("name = \"Pigeon\"", "id = \"kapotasana\"\nname = \"Pigeon\"");
    assert_skipped(&journal, &at("b.toml", &format!("id = \"mine\"{given}")), &["kapotasana"]);
    std::fs::remove_file(home.path().join("b.toml")).unwrap();
    assert_skipped(&journal, &at("c.toml", &format!("id = \"mine\"{given}")), &["kapotasana"]);
}

#[test]
fn poses_of_one_name_are_told_apart() {
    let (_home, journal) = journal();
    let twice = known(&PLAIN.replace("Cobra", "Pigeon"));
    journal.skip(&twice, &id("pigeon-2")).unwrap();
    assert_skipped(&journal, &twice, &["pigeon-2"]);
}

#[test]
fn what_was_kept_before_there_were_ids_is_taken_over_and_what_is_anothers_stays() {
    let (_home, journal) = journal();
    let meaning = hash(&parse(PLAIN).unwrap().meaning());
    let entries = [old(&hash(PLAIN), "Cobra"), old("of another", "Cow"), old(&meaning, "Cobra")];
    let entries = [&entries[..], &[old(&meaning, "Pigeon"), old(&meaning, "Gone")]].concat();
    journal.write(SKIPPED, &entries).unwrap();
    assert_skipped(&journal, &known(GERMAN), &[]);
    assert_eq!(journal.all_skipped().unwrap(), entries, "nothing is its");
    let plain = known(PLAIN);
    assert_skipped(&journal, &plain, &["cobra", "pigeon"]);
    let new = |pose| Skipped::new(&plain, id(pose));
    let kept = [new("cobra"), old("of another", "Cow"), new("pigeon"), old(&meaning, "Gone")];
    assert_eq!(journal.all_skipped().unwrap(), kept);
    // From now on the text may change.
    let edited = known(&PLAIN.replace("Lift.", "Lift, slowly."));
    journal.done(&edited, &id("cobra")).unwrap();
    assert_skipped(&journal, &edited, &["pigeon"]);
}

#[test]
fn what_is_done_first_and_read_later_is_taken_over_as_well() {
    let (_home, journal) = journal();
    journal.write(SKIPPED, &[old(&hash(PLAIN), "Cobra"), old(&hash(PLAIN), "Pigeon")]).unwrap();
    journal.done(&known(PLAIN), &id("cobra")).unwrap();
    assert_eq!(journal.all_skipped().unwrap(), [Skipped::new(&known(PLAIN), id("pigeon"))]);
}

#[test]
fn a_name_stood_for_every_pose_that_is_called_so() {
    let (_home, journal) = journal();
    let text = PLAIN.replace("Cobra", "Pigeon");
    journal.write(SKIPPED, &[old(&hash(&text), "Pigeon")]).unwrap();
    assert_skipped(&journal, &known(&text), &["pigeon", "pigeon-2"]);
}

#[test]
fn what_was_kept_under_the_text_that_a_built_in_routine_had_is_known() {
    let (_home, journal) = journal();
    let text = Shelf::english().read("bedtime-back").unwrap().text;
    // The hash of the text before it had ids.
    let former = "b147af6db294d95a78ca2f75c82d6e7bf2fd0869560a4c670e11c1edca2e8ddc".to_owned();
    journal.write(SKIPPED, &[old(&former, "Child's pose")]).unwrap();
    assert_skipped(&journal, &known(&text), &["childs-pose"]);
    assert!(!known(PLAIN).has_hash(&former));
}

#[test]
fn a_path_of_any_bytes_is_kept_and_a_file_of_neither_form_is_damaged() {
    use std::os::unix::ffi::OsStringExt;
    let (home, journal) = journal();
    let folder = home.path().join(OsString::from_vec(b"\xff".to_vec()));
    std::fs::create_dir(&folder).unwrap();
    let routine = in_file(&folder, "a.toml", PLAIN);
    journal.skip(&routine, &id("cobra")).unwrap();
    assert_skipped(&journal, &routine, &["cobra"]);
    let path = journal.folder.join(SKIPPED);
    for entry in ["{ \"pose\": \"Cat\" }", "{ \"routine\": \"No id\", \"pose\": \"cat\" }", "3"] {
        std::fs::write(&path, format!("{{ \"version\": 1, \"content\": [{entry}] }}")).unwrap();
        let message = journal.skipped(&routine).unwrap_err().to_string();
        assert!(message.contains("skipped.json is damaged"), "{message}");
    }
}

#[test]
fn what_is_remembered_does_not_grow_for_ever() {
    let (_home, journal) = journal();
    let many: Vec<Skipped> = (0..MAX_SKIPPED).map(|pose| old("a", &pose.to_string())).collect();
    journal.write(SKIPPED, &many).unwrap();
    journal.skip(&known(PLAIN), &id("pigeon")).unwrap();
    assert_eq!(journal.all_skipped().unwrap().len(), MAX_SKIPPED);
    assert_skipped(&journal, &known(PLAIN), &["pigeon"]);
}
