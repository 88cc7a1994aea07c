//! The memory of a session survives every change to its routine's file.

use super::*;

/// [`THREE`] with ids of its own.
fn given() -> String {
    let text = THREE.replace("title =", "id = \"my-three\"\ntitle =");
    let pose = |text: String, name: &str, id: &str| {
        let name = format!("name = \"{name}\"");
        text.replace(&name, &format!("id = \"{id}\"\n{name}"))
    };
    pose(pose(pose(text, "One", "first"), "Two", "second"), "Three", "third")
}

/// The same routine in another language; the words at which the engine waits stay the same.
fn german() -> String {
    let text = given().replace("title = \"Three\"", "title = \"Drei\"\nlanguage = \"de\"");
    text.replace("\"One\"", "\"Eins\"").replace("\"Two\"", "\"Zwei\"").replace("\"Three\"", "\"Drei\"")
}

/// The messages on standard error of a session that is resumed with the fake voice.
fn resumed(home: &Home) -> String {
    let outcome = home.run("resume --fake-output --voice fake");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stderr
}

/// Plays a session in which the second pose is left out.
fn leave_out_the_second(home: &Home, routine: &str) {
    let mut session = start(home, &format!("play {routine} --voice gate"));
    wait_for_pose(home, 2);
    assert_eq!(home.run("ctl skip-tonight").data(), "");
    wait_for_pose(home, 3);
    for name in ["two", "three"] {
        let_go(home, name);
    }
    ends_well(&mut session);
}

/// Whether the second pose is led gently.
fn is_led_gently(home: &Home, routine: &str) -> bool {
    let before = kept(home, "skipped.json");
    ends_well(&mut start(home, &format!("play {routine} --voice gate")));
    let is_gentle = said(home).iter().any(|text| text == "Only a little.");
    // The pose was done now; the next call must not see that.
    home.write("state/supine/skipped.json", before.to_string());
    is_gentle
}

#[test]
fn a_session_goes_on_in_silence_after_a_comma_another_name_or_another_language() {
    let home = home();
    home.write("three.toml", given());
    broken_off(&home);
    let place = kept(&home, "resume.json");
    assert_eq!(place["content"]["routine_id"], "my-three");
    assert_eq!(place["content"]["pose_id"], "second");
    assert!(place["content"].get("routine_hash").is_none(), "{place}");
    for text in [
        given().replace("\"Rest.\"", "\"Rest, now.\""),
        given().replace("\"Two\"", "\"Deux\"").replace("title = \"Three\"", "title = \"Trois\""),
        german(),
    ] {
        home.write("state/supine/resume.json", place.to_string());
        home.write("three.toml", text);
        assert_eq!(resumed(&home), "");
    }

    home.write("state/supine/resume.json", place.to_string());
    let german = german();
    let first = german.find("[[pose]]").unwrap();
    let second = first + german[first + 1..].find("[[pose]]").unwrap() + 1;
    home.write("three.toml", format!("{}{}", &german[..first], &german[second..]));
    let told = "supine: `~home/three.toml` was changed since that session broke off: `Zwei` is now pose 1 of 2 \
        (it was pose 2 of 3); going on there\n";
    assert_eq!(resumed(&home), told);
}

#[test]
fn of_two_poses_with_one_name_the_one_of_the_session_is_found() {
    let home = home();
    home.write("three.toml", THREE.replace("name = \"One\"", "name = \"Two\""));
    broken_off(&home);
    assert_eq!(kept(&home, "resume.json")["content"]["pose_id"], "two-2");
    assert_eq!(resumed(&home), "");
}

#[test]
fn a_place_that_was_written_before_there_were_ids_is_found_and_kept_under_them() {
    let home = home();
    broken_off(&home);
    written_before_ids(&home, "meaning_hash", |_| ());
    home.write("three.toml", format!("# Mine.\n{}", given()));
    std::fs::remove_file(home.path().join("two")).unwrap();
    let mut session = start(&home, "resume");
    assert!(wait_until(SOON, || kept(&home, "resume.json")["content"]["pose_id"] == "second"));
    session.kill();
    let content = kept(&home, "resume.json")["content"].clone();
    assert_eq!((&content["routine_id"], &content["pose"]), (&"my-three".into(), &2.into()), "{content}");
    assert!(content.get("meaning_hash").is_none(), "{content}");

    // In a changed routine, the pose is found by its name.
    written_before_ids(&home, "routine_hash", |_| ());
    home.write("three.toml", given().replace("\"Rest.\"", "\"Rest, now.\""));
    let told = "supine: `~home/three.toml` was changed since that session broke off: `Two` is still pose 2 of 3; \
        going on there\n";
    assert_eq!(resumed(&home), told);
}

#[test]
fn a_pose_that_was_left_out_is_known_whatever_becomes_of_the_file() {
    let home = home();
    home.write("three.toml", given());
    leave_out_the_second(&home, "three.toml");
    let content = serde_json::json!([{ "routine": "my-three", "pose": "second" }]);
    assert_eq!(kept(&home, "skipped.json")["content"], content);
    home.write("three.toml", given().replace("\"Two\"", "\"Deux\"").replace("\"Rest.\"", "\"Rest, now.\""));
    assert!(is_led_gently(&home, "three.toml"));
    std::fs::create_dir(home.path().join("folder")).unwrap();
    std::fs::rename(home.path().join("three.toml"), home.path().join("folder/moved.toml")).unwrap();
    assert!(is_led_gently(&home, "folder/moved.toml"));
    home.write("drei.toml", german());
    let config = std::fs::read_to_string(home.path().join("config/supine/config.toml")).unwrap();
    home.config(&format!("{config}language = \"de\"\n"));
    assert!(is_led_gently(&home, "drei.toml"), "in another language");
}

#[test]
fn a_routine_without_an_id_is_known_by_its_file_and_where_that_was_moved() {
    let home = home();
    leave_out_the_second(&home, "three.toml");
    let entry = kept(&home, "skipped.json")["content"][0].clone();
    assert_eq!((&entry["routine"], &entry["pose"]), (&"three".into(), &"two".into()));
    assert!(entry["file"].as_str().unwrap().ends_with("/three.toml"), "{entry}");
    home.write("three.toml", THREE.replace("title = \"Three\"", "title = \"Mine\""));
    assert!(is_led_gently(&home, "three.toml"), "under another title");
    home.write("copy.toml", THREE);
    assert!(!is_led_gently(&home, "copy.toml"), "another routine with this title");
    std::fs::remove_file(home.path().join("three.toml")).unwrap();
    assert!(is_led_gently(&home, "copy.toml"), "it was moved");
}

#[test]
fn what_was_left_out_before_there_were_ids_is_taken_over_when_its_routine_plays() {
    let home = home();
    for name in ["two", "three"] {
        let_go(&home, name);
    }
    for key in ["routine_hash", "meaning_hash"] {
        let other = serde_json::json!({ "routine_hash": "of another", "pose": "Two" });
        let old = serde_json::json!({ "routine_hash": hash_of(key), "pose": "Two" });
        let file = serde_json::json!({ "version": 1, "content": [other, old] });
        home.write("state/supine/skipped.json", file.to_string());
        ends_well(&mut start(&home, "play three.toml --voice gate"));
        assert!(said(&home).iter().any(|text| text == "Only a little."), "{:?}", said(&home));
        assert_eq!(kept(&home, "skipped.json")["content"], serde_json::json!([other]), "it was done");
    }
}
