//! A session of several routines goes on in the one that it broke off in.

use super::*;

const OTHER: &str = r#"
id = "other"
title = "Other"
ambience = "none"
[[pose]]
name = "One"
position = "lying on your back"
steps = ["Lie.", "Lie on.", "Lie still.", "Wait for one."]
"#;

/// Breaks a session of two routines off in the pose `two` of the second one.
fn broken_off_in_the_second(home: &Home) {
    home.write("other.toml", OTHER);
    let mut session = start(home, "play other.toml three.toml --voice gate");
    wait_for_pose(home, 3);
    session.kill();
}

#[test]
fn a_session_of_several_goes_on_in_the_routine_that_it_had_reached() {
    let home = home();
    broken_off_in_the_second(&home);
    let content = kept(&home, "resume.json")["content"].clone();
    let path = |name: &str| home.path().join(name).display().to_string();
    assert_eq!(
        (&content["routine"], &content["then"][0]),
        (&path("other.toml").into(), &path("three.toml").into())
    );
    assert_eq!(
        (&content["pose_id"], &content["part"], &content["poses"]),
        (&"two".into(), &1.into(), &4.into())
    );

    let mut session = start(&home, "resume");
    assert!(wait_until(SOON, || said(&home).last().is_some_and(|text| text == "Wait for two.")));
    let opening =
        ["Let's go on from where we stopped.", "Take your time, and move until you are lying on your back."];
    let pose = ["Two.", "Rest here.", "Go on here.", "Stay here.", "Wait for two."];
    assert_eq!(said(&home), [&opening[..], &pose].concat());
    // What is left out now is left out of that routine.
    assert_eq!(home.run("ctl skip-tonight").data(), "");
    wait_for_pose(&home, 4);
    let_go(&home, "two");
    let_go(&home, "three");
    ends_well(&mut session);
    nothing_is_left(&home);
    let skipped = kept(&home, "skipped.json")["content"].clone();
    assert_eq!((&skipped[0]["routine"], &skipped[0]["pose"]), (&"three".into(), &"two".into()), "{skipped}");
    assert_eq!(skipped.as_array().map(Vec::len), Some(1));
}

#[test]
fn where_another_of_them_was_changed_the_pose_is_found_and_its_new_number_told() {
    let home = home();
    broken_off_in_the_second(&home);
    home.write("other.toml", format!("{OTHER}[[pose]]\nname = \"Two\"\nsteps = [\"Lie.\"]\n"));
    for name in ["two", "three"] {
        let_go(&home, name);
    }
    let outcome = home.run("resume --fake-output --voice fake");
    let told = "supine: one of `~home/other.toml` and `~home/three.toml` was changed since that session broke off: `Two` is now pose 4 of 5 (it was \
        pose 3 of 4); going on there\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, told));
}
