//! Sessions that break off and are resumed, and poses that are left out, through the real command line. The
//! voice is an engine that stops at a word until the test lets it go on, so no test depends on timing.

#![cfg(target_os = "linux")]

mod ids;
mod several;

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, wait_until};
use serde_json::Value;
use supine::journal::hash;
use supine::routine::parse::parse;

/// A limit for work that takes a moment.
const SOON: Duration = Duration::from_secs(60);

const THREE: &str = r#"
title = "Three"
ambience = "none"

[[pose]]
name = "One"
position = "lying on your back"
steps = ["Rest.", "Go on.", "Stay.", "Wait for one."]

[[pose]]
name = "Two"
steps = [{ gentle = "Only a little." }, "Rest here.", "Go on here.", "Stay here.", "Wait for two."]

[[pose]]
name = "Three"
steps = ["Rest there.", "Go on there.", "Stay there.", "Wait for three."]
"#;

// A voice is asked for some sentences at a time, and plays up to them: so that it waits inside a pose, a few
// come before.
/// Writes down what it is to say, and waits at "Wait for NAME." until there is a file of that name.
const ENGINE: &str = r#"
read -r text < "$1"
printf '%s\n' "$text" >> said
case "$text" in
"Wait for "*)
  name=${text#Wait for }
  while [ -e word.wav ] && [ ! -e "${name%.}" ]; do sleep 0.02; done
  ;;
esac
cat word.wav
"#;

fn home() -> Home {
    let home = Home::new();
    home.write("three.toml", THREE);
    home.write("engine.sh", ENGINE);
    home.write("one", "");
    home.config("[engines.gate]\ncommand = [\"sh\", \"engine.sh\", \"{text}\"]\ntime_limit = \"120s\"\n");
    home.write_tone("word.wav");
    home
}

/// Starts a session in the home folder, with no clip cached.
fn start(home: &Home, arguments: &str) -> Helper {
    let _ = std::fs::remove_dir_all(home.path().join("cache"));
    let _ = std::fs::remove_file(home.path().join("said"));
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("supine"));
    command.args(arguments.split_whitespace()).arg("--fake-output").current_dir(home.path());
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    Helper::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))
}

/// Lets the engine say "Wait for NAME."
fn let_go(home: &Home, name: &str) {
    home.write(name, "");
}

fn said(home: &Home) -> Vec<String> {
    let said = std::fs::read_to_string(home.path().join("said")).unwrap_or_default();
    said.lines().map(str::to_owned).collect()
}

fn kept(home: &Home, file: &str) -> Value {
    let text = std::fs::read_to_string(home.path().join("state/supine").join(file)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Waits until the journal's place is this pose.
#[track_caller]
fn wait_for_pose(home: &Home, pose: usize) {
    let place = || kept(home, "resume.json");
    assert!(wait_until(SOON, || place()["content"]["pose"] == pose), "{}", place());
}

#[track_caller]
fn ends_well(session: &mut Helper) {
    assert_eq!(session.wait(SOON).and_then(|status| status.code()), Some(0));
}

fn nothing_is_left(home: &Home) {
    let message = home.run("resume --fake-output --voice fake").failure(1);
    assert_eq!(message, "supine: there is nothing to resume; `supine` starts a session\n");
}

#[test]
fn after_a_crash_a_session_goes_on_at_its_pose_and_what_ended_leaves_nothing() {
    let home = home();
    nothing_is_left(&home);
    let mut session = start(&home, "play three.toml --voice gate --pace slow --holds 2");
    wait_for_pose(&home, 2);
    session.kill();

    std::fs::create_dir(home.path().join("elsewhere")).unwrap();
    let mut session = start(&home, "resume --pace brisk");
    assert!(wait_until(SOON, || said(&home).last().is_some_and(|text| text == "Wait for two.")));
    let opening =
        ["Let's go on from where we stopped.", "Take your time, and move until you are lying on your back."];
    let pose = ["Two.", "Rest here.", "Go on here.", "Stay here.", "Wait for two."];
    assert_eq!(said(&home), [&opening[..], &pose].concat());
    let status = || home.run("ctl status --json").stdout;
    let pose = || serde_json::from_str::<Value>(&status()).unwrap_or_default()["now"]["pose_number"].clone();
    assert!(wait_until(SOON, || pose() == 2), "{}", status());

    // It may break off again, later.
    let_go(&home, "two");
    wait_for_pose(&home, 3);
    let content = kept(&home, "resume.json")["content"].clone();
    assert_eq!(content["choices"], serde_json::json!({ "voice": "gate", "pace": "brisk", "holds": 2.0 }));
    assert_eq!(content["routine"], home.path().join("three.toml").display().to_string());
    let_go(&home, "three");
    ends_well(&mut session);
    assert_eq!(kept(&home, "resume.json"), Value::Null);
    nothing_is_left(&home);
}

#[test]
fn who_stops_a_session_keeps_the_place() {
    let home = home();
    let mut session = start(&home, "play three.toml --voice gate");
    wait_for_pose(&home, 2);
    crate::support::process::send("TERM", session.pid());
    let_go(&home, "two");
    let_go(&home, "three");
    assert_eq!(session.wait(SOON).and_then(|status| status.code()), Some(143));
    wait_for_pose(&home, 2);
    ends_well(&mut start(&home, "resume"));
    nothing_is_left(&home);
}

#[test]
fn nothing_is_said_into_a_session_that_plays() {
    let home = home();
    let mut session = start(&home, "play three.toml --voice gate");
    wait_for_pose(&home, 2);
    let message = home.run("play three.toml --fake-output --voice gate").failure(1);
    assert!(message.starts_with("supine: another session is playing"), "{message}");
    home.run("play gone.toml --fake-output --voice gate").failure(2);
    assert!(!said(&home).iter().any(|text| text.contains("The session")), "{:?}", said(&home));
    let_go(&home, "two");
    let_go(&home, "three");
    ends_well(&mut session);
    // Otherwise it is said, by the voice that was chosen.
    home.run("play gone.toml --fake-output --voice gate").failure(2);
    assert_eq!(
        said(&home).iter().rfind(|text| text.contains("session")).unwrap(),
        "The session can't start."
    );
}

#[test]
fn a_place_that_is_not_there_any_more_is_told_and_kept() {
    let home = home();
    let mut session = start(&home, "play three.toml --voice gate");
    wait_for_pose(&home, 2);
    session.kill();
    let anew = "`supine play ~home/three.toml` starts it anew";

    home.write("three.toml", THREE.replace("name = \"Two\"", "name = \"Deux\""));
    let message = home.run("resume --fake-output --voice fake").failure(1);
    assert!(message.contains("three.toml` was changed since that session broke off: it has no"), "{message}");
    assert!(
        message.contains("no pose `Two` any more (that was pose 2 of 3, and there are 3 now)"),
        "{message}"
    );
    assert!(message.contains(anew), "{message}");

    home.write("three.toml", THREE);
    let place = home.path().join("state/supine/resume.json");
    let text = std::fs::read_to_string(&place).unwrap();
    written_before_ids(&home, "routine_hash", |point| point["pose"] = 4.into());
    let message = home.run("resume --fake-output --voice fake").failure(1);
    assert!(message.contains("broke off in pose 4") && message.contains("has 3; "), "{message}");
    assert!(message.contains(anew), "{message}");

    std::fs::remove_file(home.path().join("three.toml")).unwrap();
    assert!(home.run("resume --fake-output --voice fake").failure(2).contains("there is no file called"));

    std::fs::write(&place, &text[..text.len() / 2]).unwrap();
    let message = home.run("resume --fake-output --voice fake").failure(1);
    assert!(message.contains("resume.json is damaged") && message.contains("it is kept as"), "{message}");
    nothing_is_left(&home);
}

/// Breaks a session off in its second pose.
fn broken_off(home: &Home) {
    let mut session = start(home, "play three.toml --voice gate");
    wait_for_pose(home, 2);
    session.kill();
    for name in ["two", "three"] {
        let_go(home, name);
    }
}

#[test]
fn a_comment_white_space_and_line_ends_keep_no_session_from_going_on() {
    let home = home();
    broken_off(&home);
    let place = std::fs::read_to_string(home.path().join("state/supine/resume.json")).unwrap();
    let crlf = format!("# Mine.\n{}", THREE.replace("[\"Rest.\",", "[\n  \"Rest.\", # still\n"))
        .replace('\n', "\r\n");
    home.write("three.toml", crlf);
    let outcome = home.run("resume --fake-output --voice fake");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    nothing_is_left(&home);

    // The form of supine 0.1: the hash of the bytes, and no names.
    home.write("state/supine/resume.json", place);
    written_before_ids(&home, "routine_hash", |point| {
        point.retain(|key, _| !["pose_name", "poses"].contains(&key.as_str()));
        assert_eq!(point.remove("choices"), Some(serde_json::json!({ "voice": "gate" })));
        point.insert("options".to_owned(), serde_json::json!(["--voice=gate"]));
    });
    let message = home.run("resume --fake-output --voice fake").failure(1);
    assert!(message.contains("was changed since that session broke off, so its place can't be"), "{message}");
    home.write("three.toml", THREE);
    let outcome = home.run("resume --fake-output --voice fake");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
}

/// Writes the place in the journal in the form from before there were ids: with a hash of [`THREE`] under
/// `key`, and with the changes of `change`.
fn written_before_ids(home: &Home, key: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    let mut old = kept(home, "resume.json");
    let point = old["content"].as_object_mut().unwrap();
    point.retain(|key, _| !["routine_id", "pose_id"].contains(&key.as_str()));
    point.insert("routine_hash".to_owned(), "unknown".into());
    point.insert(key.to_owned(), hash_of(key).into());
    change(point);
    home.write("state/supine/resume.json", old.to_string());
}

/// The hash of the text or of the meaning of [`THREE`].
fn hash_of(key: &str) -> String {
    match key {
        "meaning_hash" => hash(&parse(THREE).unwrap().meaning()),
        _ => hash(THREE),
    }
}

#[test]
fn in_a_routine_that_was_changed_a_session_goes_on_at_the_pose_of_the_same_name() {
    let home = home();
    broken_off(&home);
    let first = THREE.find("[[pose]]").unwrap();
    let second = first + THREE[first + 1..].find("[[pose]]").unwrap() + 1;
    home.write("three.toml", format!("{}{}", &THREE[..first], &THREE[second..]));
    let mut session = start(&home, "resume");
    ends_well(&mut session);
    let said = said(&home);
    assert_eq!(said[..3], ["Let's go on from where we stopped.", "Two.", "Rest here."], "{said:?}");

    home.write("three.toml", THREE);
    std::fs::remove_file(home.path().join("two")).unwrap();
    broken_off(&home);
    home.write("three.toml", format!("{}{}", &THREE[..first], &THREE[second..]));
    let outcome = home.run("resume --fake-output --voice fake");
    let told = "supine: `~home/three.toml` was changed since that session broke off: `Two` is now pose 1 of 2 \
        (it was pose 2 of 3); going on there\n";
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, told));
}

#[test]
fn a_comment_does_not_bring_back_a_pose_that_was_left_out() {
    let home = home();
    let mut session = start(&home, "play three.toml --voice gate");
    wait_for_pose(&home, 2);
    assert_eq!(home.run("ctl skip-tonight").data(), "");
    wait_for_pose(&home, 3);
    let_go(&home, "two");
    let_go(&home, "three");
    ends_well(&mut session);
    home.write("three.toml", format!("# Mine.\n{THREE}"));
    ends_well(&mut start(&home, "play three.toml --voice gate"));
    assert!(said(&home).iter().any(|text| text == "Only a little."), "{:?}", said(&home));
    assert_eq!(kept(&home, "skipped.json")["content"], serde_json::json!([]), "it was done");
}

#[test]
fn a_pose_that_was_left_out_is_offered_gently_until_it_was_done() {
    const WHY: &str = "You left this one out last time, so let it be gentle tonight, and rest through it whenever you like.";
    let home = home();
    let mut session = start(&home, "play three.toml --voice gate");
    wait_for_pose(&home, 2);
    assert_eq!(home.run("ctl skip-tonight").data(), "");
    wait_for_pose(&home, 3);
    let_go(&home, "two");
    let_go(&home, "three");
    ends_well(&mut session);
    assert_eq!(kept(&home, "skipped.json")["content"][0]["pose"], "two");
    assert!(!said(&home).iter().any(|text| text == WHY));
    // Only a session offers the gentler form.
    assert!(!home.run("show three.toml --voice fake").data().contains(WHY));

    for name in ["two", "three"] {
        std::fs::remove_file(home.path().join(name)).unwrap();
    }
    let mut session = start(&home, "play three.toml --voice gate --level deeper");
    wait_for_pose(&home, 2);
    let_go(&home, "two");
    wait_for_pose(&home, 3);
    let_go(&home, "three");
    ends_well(&mut session);
    let said = said(&home);
    let name = said.iter().position(|text| text == "Two.").unwrap();
    assert_eq!(said[name..name + 4], ["Two.", WHY, "Only a little.", "Rest here."]);
    assert_eq!(kept(&home, "skipped.json")["content"], serde_json::json!([]));
}
