//! The time there is, the poses that are wanted, and what they add up to.

use crate::support::home::Home;
use serde_json::Value;

const MINE: &str = r#"
id = "mine"
title = "Mine"
[[pose]]
name = "Cat"
position = "on all fours"
muscles = ["lower-back"]
steps = ["Arch.", { seconds = 30 }, { move_to = "child's pose" }, { count = 20 }]
[[pose]]
name = "Hug"
position = "lying on your back"
muscles = ["glutes"]
optional = true
steps = [{ gentle = "A little." }, { each_side = ["Draw the {side} knee in.", { seconds = 40 }] }]
[[pose]]
name = "Rest"
steps = ["Rest.", { repeat = { times = 9, at_least = 2, steps = ["Sink.", { rest = 4 }] } }]
"#;

fn home() -> Home {
    let home = Home::new();
    home.write("mine.toml", MINE);
    home
}

fn json(home: &Home, line: &str) -> Value {
    serde_json::from_str(&home.run(&format!("show {line} --voice fake --json")).data()).unwrap()
}

/// The time from the first word to the last.
fn guided(score: &Value) -> f64 {
    let last = score["events"].as_array().unwrap().last().unwrap();
    last["at_s"].as_f64().unwrap() + last["length_s"].as_f64().unwrap()
}

fn texts(score: &Value) -> Vec<&str> {
    score["events"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap()).collect()
}

fn poses(score: &Value) -> Vec<&str> {
    score["markers"].as_array().unwrap().iter().map(|marker| marker["name"].as_str().unwrap()).collect()
}

#[test]
fn a_session_takes_the_minutes_that_there_are_and_show_tells_how() {
    let home = home();
    let fit = &json(&home, "bedtime-back")["fit"];
    let (least, most) = (fit["least_min"].as_u64().unwrap(), fit["most_min"].as_u64().unwrap());
    assert!(least < 20 && most > 30 && fit.get("minutes").is_none(), "{fit}");
    for minutes in [least, 20, most] {
        let score = json(&home, &format!("bedtime-back --minutes {minutes}"));
        // The words of a voice that is recorded first are known, so it is nearly exact.
        assert!((guided(&score) - minutes as f64 * 60.0).abs() < 20.0, "{minutes}: {}", guided(&score));
        assert_eq!(score["fit"]["minutes"], minutes as f64);
    }
    let script = home.run("show bedtime-back --voice fake --minutes 20").data();
    assert!(script.contains("fitted to 20 min") && script.contains("takes about twenty minutes"), "{script}");
    let exact = guided(&json(&home, "bedtime-back --minutes 20"));
    assert!((exact - 1200.0).abs() < 2.0, "{exact}");
}

#[test]
fn a_time_that_can_not_be_is_refused_on_the_command_line_and_the_nearest_is_taken_for_the_config() {
    let home = home();
    let message = home.run("show bedtime-back --minutes 3").failure(2);
    assert!(message.contains("takes from") && message.contains("and not 3; give"), "{message}");
    home.config("minutes = 3\n");
    let told = home.run("show bedtime-back --voice fake");
    assert!(told.code == 0 && told.stderr.contains("and not 3: tonight"), "{}", told.stderr);
}

#[test]
fn minutes_that_are_the_only_ones_are_shown_as_one_number() {
    let home = home();
    home.write("still.toml", "title = \"Still\"\n[[pose]]\nname = \"Lie\"\nsteps = [\"Lie.\"]\n");
    let script = home.run("show still.toml --voice fake").data();
    assert!(script.contains("`--minutes` fits it into 1 min\n"), "{script}");
    let fitted = home.run("show still.toml --voice fake --minutes 1").data();
    assert!(fitted.contains("fitted to 1 min (only 1 min is possible):"), "{fitted}");
}

#[test]
fn some_poses_are_chosen_by_id_or_name_and_the_way_to_each_is_said() {
    let home = home();
    assert_eq!(poses(&json(&home, "mine.toml --only rest,Cat")), ["Cat", "Rest"]);
    assert_eq!(poses(&json(&home, "mine.toml --from hug")), ["Hug", "Rest"]);
    let score = json(&home, "mine.toml --skip hug");
    assert_eq!(poses(&score), ["Cat", "Rest"]);
    let way = "Take your time, and move until you are lying on your back.";
    let said = texts(&score);
    let rest = said.iter().position(|text| *text == "Rest.").unwrap();
    assert_eq!(said[rest + 1], way, "the pose that was skipped would have led there");
    let message = home.run("show mine.toml --skip hugs").failure(2);
    assert!(message.contains("`mine` has no pose called `hugs`; did you mean `hug`?"), "{message}");
    let message = home.run("show mine.toml --never hugg").failure(2);
    assert!(message.contains("did you mean `hug`?"), "a slip of a finger: {message}");
    let message = home.run("show mine.toml --skip cat,hug,rest").failure(2);
    assert!(message.contains("every pose of `mine` is left out"), "{message}");
}

#[test]
fn what_is_never_wanted_is_left_out_until_it_is_forgotten() {
    let home = home();
    assert!(home.run("never").data().starts_with("no pose is left out"));
    home.config("pace = \"slow\" # mine\n");
    let told = home.run("never pigeon").data();
    assert!(told.contains("pigeon (Pigeon: ") && told.contains("bedtime-back"), "{told}");
    let score = json(&home, "bedtime-back");
    assert!(!poses(&score).contains(&"Pigeon"));
    let said = texts(&score).iter().filter(|text| **text == "As you asked, we leave out: Pigeon.").count();
    assert_eq!(said, 1);
    let why = "Pigeon: left out, by `never` (config file)";
    assert!(home.run("show bedtime-back --voice fake").data().contains(why));
    assert!(home.run("never").data().starts_with("never          pigeon (Pigeon: "));
    // What the command line adds does not bring back what the config leaves out.
    let both = json(&home, "bedtime-back --never spinal-twist");
    assert!(
        !poses(&both).contains(&"Pigeon") && !poses(&both).contains(&"Spinal twist"),
        "{:?}",
        poses(&both)
    );
    home.run("never --gently pigeon").data();
    let gentle = json(&home, "bedtime-back");
    assert!(poses(&gentle).contains(&"Pigeon"));
    assert!(texts(&gentle).contains(&"As you asked, kept gentle: Pigeon."));
    home.run("never --forget pigeon").data();
    let config = std::fs::read_to_string(home.path().join("config/supine/config.toml")).unwrap();
    assert!(config.contains("pace = \"slow\" # mine") && !config.contains("pigeon"), "{config}");
    let message = home.run("never pigeo").failure(1);
    assert!(message.contains("did you mean `pigeon`?"), "{message}");
}

#[test]
fn a_wish_about_a_pose_that_no_routine_has_is_told_wherever_it_stands() {
    let home = home();
    home.config(
        "never = [\"pigeom\", \"moonwalk\"]\nalways_gentle = [\"chair/spinal-twits\", \"spinal-twist\"]\n",
    );
    // What is like no other pose may be one of a file elsewhere.
    let shown = home.run("show bedtime-back --voice fake");
    assert_eq!(shown.code, 0);
    let told =
        "supine: in the config, `never`: no routine has a pose called `pigeom`; did you mean `pigeon`?";
    assert!(shown.stderr.contains(told), "{}", shown.stderr);
    assert!(shown.stderr.contains("`always_gentle`: no routine has a pose called `spinal-twits`"));
    assert!(home.run("doctor --quiet").stdout.contains("no routine has a pose called `pigeom`"));
    assert!(home.run("never").data().contains("pigeom (no routine has it)"));
    home.run("never --forget pigeom,chair/spinal-twits").data();
    let shown = home.run("show bedtime-back --voice fake");
    assert!(!shown.stderr.contains("no routine has"), "{}", shown.stderr);
    // Typed for this very session, it is refused.
    for wish in ["--never nope", "--always-gentle nope"] {
        let message = home.run(&format!("show bedtime-back {wish}")).failure(2);
        assert!(message.contains("no routine has a pose called `nope`"), "{message}");
    }
    home.run("show bedtime-back --voice fake --never crossed-arms-nowhere").failure(2);
}

#[test]
fn the_dose_is_shown_for_each_side_beside_guidance() {
    let home = home();
    let score = json(&home, "mine.toml");
    let dose = |muscle: &str| {
        let rows = score["dose"].as_array().unwrap();
        let row = rows.iter().find(|row| row["muscle"] == muscle).unwrap();
        (row["right_s"].as_f64().unwrap(), row["left_s"].as_f64().unwrap())
    };
    assert_eq!(dose("glutes"), (40.0, 40.0));
    assert_eq!(dose("lower-back"), (54.0, 54.0));
    let script = home.run("show mine.toml --voice fake").data();
    assert!(script.contains("Seconds in holds") && script.contains("no further gain"), "{script}");
}
