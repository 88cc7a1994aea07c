//! `supine new`: an example, a copy, a text made into a routine; what it writes passes `supine check`.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, send, wait_until};

const SHEET: &str = "\
Exercises for the evening

1. Bridge
   - Lie on your back with your knees bent.
   - Lift your hips. 3 x 10, hold 5 s.
2. Knee to chest
   - Draw your right knee in. Hold for a few breaths.
   - Repeat on the other side.
";

/// What a check of its text says.
fn checked(home: &Home, routine: &str) -> String {
    let outcome = home.run(&format!("check --quick {routine}"));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stderr
}

fn own(home: &Home, name: &str) -> String {
    let path = home.path().join("data/supine/routines").join(name);
    fs::read_to_string(path).unwrap()
}

#[test]
fn a_new_routine_stands_among_ones_own_is_fine_and_is_never_replaced() {
    let home = Home::new();
    let said = home.run("new my-back").data();
    assert!(said.starts_with("~home/data/supine/routines/my-back.toml\n"), "{said}");
    assert!(said.contains("supine check my-back --watch"), "{said}");
    assert!(checked(&home, "my-back").ends_with("my-back.toml: fine\n"));
    assert!(home.run("list").data().contains("my-back"));
    let before = own(&home, "my-back.toml");
    let refused = home.run("new my-back --from bedtime-back").failure(1);
    assert!(refused.contains("there is a file of this name already; choose another name"), "{refused}");
    assert_eq!(own(&home, "my-back.toml"), before);
}

#[test]
fn a_path_is_written_where_it_says_and_the_name_of_a_built_in_routine_is_refused() {
    let home = Home::new();
    home.run("new ./here.toml").data();
    home.run("new there/it").data();
    home.run("new beside.toml").data();
    for file in ["here.toml", "there/it.toml", "beside.toml"] {
        assert!(home.path().join(file).is_file(), "{file}");
    }
    let refused = home.run("new bedtime-back").failure(1);
    assert!(refused.contains("choose another, such as `my-bedtime-back`"), "{refused}");
}

#[test]
fn a_copy_is_known_by_an_id_of_its_own() {
    let home = Home::new();
    home.run("new mine --from bedtime-back").data();
    let copy = own(&home, "mine.toml");
    assert!(copy.contains("\nid = \"mine\"\n") && copy.contains("id = \"pigeon\""), "{copy}");
    checked(&home, "mine");
}

#[test]
fn a_sheet_of_exercises_becomes_a_routine_that_says_what_to_look_at() {
    let home = Home::new();
    home.write("sheet.txt", SHEET);
    let said = home.run("new sheet --from-text sheet.txt").data();
    assert!(said.contains("2 poses, in `en`: Bridge, Knee to chest\n"), "{said}");
    assert!(said.contains("the text gives no number here; 3 is a guess"), "{said}");
    checked(&home, "sheet");
    let piped = home.outcome(home.command().args(["new", "piped", "--from-text", "-"]).write_stdin(SHEET));
    piped.data();
    assert_eq!(own(&home, "piped.toml").replace("piped", "sheet"), own(&home, "sheet.toml"));
    let refused =
        home.outcome(home.command().args(["new", "x", "--from-text", "-"]).write_stdin("Dear diary."));
    assert!(refused.failure(1).contains("no exercise is found"));
}

/// A limit for what takes a moment.
const SOON: Duration = Duration::from_secs(60);

#[test]
fn a_file_is_checked_each_time_it_is_saved_until_ctrl_c() {
    let home = Home::new();
    let file = home.path().join("mine.toml");
    let good = "title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [\"Rest here.\"]\n";
    fs::write(&file, good).unwrap();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("supine"));
    command.args(["check", "mine.toml", "--watch"]).current_dir(home.path()).env("HOME", home.path());
    command.env("XDG_CONFIG_HOME", home.path()).stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(fs::File::create(home.path().join("said")).unwrap());
    let mut watching = Helper::start(&mut command);
    let said = || fs::read_to_string(home.path().join("said")).unwrap();
    // A save may be seen as two changes, and is then checked twice.
    let times = |words: &str| said().matches(words).count();
    let is_said = |words: &str, times_before: usize| wait_until(SOON, || times(words) > times_before);
    assert!(is_said("mine.toml: fine", 0), "{}", said());
    fs::write(&file, good.replace("steps", "stepps")).unwrap();
    assert!(is_said("did you mean `steps`?", 0), "{}", said());
    let before = times("mine.toml: fine");
    // As an editor does that writes beside it first.
    fs::write(home.path().join("mine.toml~"), good).unwrap();
    fs::rename(home.path().join("mine.toml~"), &file).unwrap();
    assert!(is_said("mine.toml: fine", before), "{}", said());
    send("INT", watching.pid());
    assert!(watching.wait(SOON).is_some(), "{}", said());
}

#[test]
fn a_preview_leaves_no_trace() {
    let home = Home::new();
    home.write(
        "mine.toml",
        "title = \"A\"\n[[pose]]\nname = \"B\"\nsteps = [\"Rest here.\", { count = 5 }]\n",
    );
    let played = home.run("play ./mine.toml --preview --ambience none --voice fake --fake-output --no-setup");
    assert_eq!(played.code, 0, "{}", played.stderr);
    assert!(!home.path().join("state/supine").exists(), "nothing is remembered");
    home.run("play ./mine.toml --ambience none --voice fake --fake-output --no-setup");
    assert!(home.path().join("state/supine").exists());
}

#[test]
fn what_is_no_file_can_not_be_watched() {
    let refused = Home::new().run("check bedtime-back --watch").failure(1);
    assert!(refused.contains("bedtime-back is no file that can be saved"), "{refused}");
}
