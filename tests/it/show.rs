//! `supine show`: the script as people read it, for every built-in routine, and the JSON that tools read
//! (DESIGN section 7).

use crate::support::home::Home;
use serde_json::Value;
use supine::catalogue;

/// Compares the script of a built-in routine with its snapshot.
#[track_caller]
fn assert_script(routine: &str, name: &str, options: &str) {
    let script = Home::new().run(&format!("show {routine} --voice fake {options}")).data();
    insta::with_settings!({ omit_expression => true, snapshot_suffix => routine }, {
        insta::assert_snapshot!(name, script);
    });
}

/// Compares the script of the default routine with its snapshot.
#[track_caller]
fn assert_scripts(name: &str, options: &str) {
    assert_script(catalogue::DEFAULT, name, options);
}

#[test]
fn the_script_of_every_routine_as_it_is() {
    for routine in catalogue::names() {
        assert_script(routine, "standard", "");
    }
}

#[test]
fn the_script_with_few_words() {
    assert_scripts("words_short", "--words short");
}

#[test]
fn the_script_when_it_is_gentle() {
    assert_scripts("gentle", "--level gentle");
}

#[test]
fn the_script_when_it_goes_deeper() {
    assert_scripts("deeper", "--level deeper");
}

#[test]
fn the_script_with_sparse_counting() {
    assert_scripts("counting_sparse", "--counting sparse");
}

#[test]
fn the_script_without_counting() {
    assert_scripts("counting_none", "--counting none");
}

#[test]
fn the_script_with_half_the_holds() {
    assert_scripts("holds_half", "--holds 0.5");
}

fn json(routine: &str, options: &str) -> Value {
    let text = Home::new().run(&format!("show {routine} --json {options}")).data();
    serde_json::from_str(&text).unwrap()
}

/// The rows of a list, each with exactly these keys, in the order of their times.
fn rows<'a>(score: &'a Value, list: &str, keys: &[&str]) -> &'a [Value] {
    let rows = score[list].as_array().unwrap_or_else(|| panic!("{list} is a list"));
    assert!(!rows.is_empty(), "{list} is empty");
    for row in rows {
        let mut found: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        found.retain(|key| *key != "side");
        found.sort_unstable();
        assert_eq!(found, keys, "in {list}");
    }
    let times: Vec<f64> = rows.iter().map(|row| row["at_s"].as_f64().unwrap()).collect();
    assert!(times.is_sorted() && times[0] >= 0.0, "{list} is not in order");
    assert!(times[times.len() - 1] <= score["length_s"].as_f64().unwrap(), "{list} goes on past the end");
    rows
}

#[test]
fn the_wind_down_is_shown_pose_by_pose_and_can_be_turned_off() {
    let score = json("bedtime-back", "--voice fake");
    let led = score["wind_down"].as_array().unwrap();
    let row = |place: usize| {
        ["pose", "words_per_minute", "breaths_per_minute", "gain_db"]
            .map(|key| led[place][key].as_f64().unwrap())
    };
    assert_eq!(led.len(), 8);
    assert_eq!(row(0), [1.0, 115.0, 8.0, 2.0]);
    assert_eq!(row(7), [8.0, 95.0, 6.0, -2.0]);
    assert_eq!(json("bedtime-back", "--voice fake --wind-down off")["wind_down"], serde_json::json!([]));
    // The same words take longer in the last pose.
    let now_the_left: Vec<f64> = score["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["text"] == "Now the left side.")
        .map(|event| event["length_s"].as_f64().unwrap())
        .collect();
    assert!(now_the_left.len() > 1 && now_the_left.is_sorted());
    assert!(now_the_left[0] < now_the_left[now_the_left.len() - 1]);
}

#[test]
fn the_json_has_exactly_the_fields_of_the_contract() {
    for routine in catalogue::names() {
        for voice in ["fake", "fake-live"] {
            let score = json(routine, &format!("--voice {voice}"));
            let mut keys: Vec<&str> = score.as_object().unwrap().keys().map(String::as_str).collect();
            keys.sort_unstable();
            let wanted = [
                "ambience_gain",
                "breaths",
                "dose",
                "estimated",
                "events",
                "fit",
                "left_out",
                "length_s",
                "markers",
                "sample_rate",
                "title",
                "voice",
                "wind_down",
            ];
            assert_eq!(keys, wanted);
            assert_eq!(score["voice"], voice);
            assert_eq!(score["sample_rate"], 48_000);
            assert_eq!(score["estimated"], voice == "fake-live");
            assert!(score["title"].as_str().is_some_and(|title| !title.is_empty()));
            rows(&score, "markers", &["at_s", "name"]);
            rows(&score, "events", &["at_s", "length_s", "pose", "text", "track"]);
            rows(&score, "ambience_gain", &["at_s", "gain_db"]);
            if !score["breaths"].as_array().unwrap().is_empty() {
                rows(&score, "breaths", &["at_s", "length_s", "phase", "pose", "sound"]);
            }
        }
    }
}

#[test]
fn every_event_of_the_json_makes_sense() {
    for routine in catalogue::names() {
        let score = json(routine, "--voice fake");
        let end = score["length_s"].as_f64().unwrap();
        let poses = score["markers"].as_array().unwrap().len() as u64;
        for event in score["events"].as_array().unwrap() {
            let length = event["length_s"].as_f64().unwrap();
            assert!(length > 0.0 && event["at_s"].as_f64().unwrap() + length <= end, "{event}");
            assert!(
                ["speech", "count", "breath", "chime"].contains(&event["track"].as_str().unwrap()),
                "{event}"
            );
            assert!(event["pose"].as_u64().is_some_and(|pose| pose <= poses), "{event}");
            assert!(event.get("side").is_none_or(|side| side == "right" || side == "left"), "{event}");
            let text = event["text"].as_str().unwrap();
            assert!(text.chars().any(char::is_alphabetic) && !text.contains(['{', '}']), "{event}");
        }
    }
}

/// The number of poses in a score.
fn poses(score: &Value) -> u64 {
    score["markers"].as_array().map_or(0, |markers| markers.len() as u64)
}

#[test]
fn every_pose_has_one_marker_at_its_first_word_and_the_frame_of_the_json_is_zero() {
    for routine in catalogue::names() {
        let score = json(routine, "--voice fake");
        let events = score["events"].as_array().unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event["pose"].as_u64().unwrap()).collect();
        // One routine is for the middle of the night, and begins and ends without a word.
        let ends = if routine == "back-to-sleep" { (1, poses(&score)) } else { (0, 0) };
        assert_eq!((numbers[0], numbers[numbers.len() - 1]), ends, "welcome and close: {routine}");
        let body = &numbers[..numbers.iter().rposition(|pose| *pose > 0).unwrap() + 1];
        assert!(body.is_sorted(), "the poses come in order");
        for (place, marker) in score["markers"].as_array().unwrap().iter().enumerate() {
            let first = events.iter().find(|event| event["pose"] == place + 1).expect("every pose is heard");
            assert_eq!(marker["at_s"], first["at_s"]);
            assert_eq!(first["text"], format!("{}.", marker["name"].as_str().unwrap()));
        }
    }
}

#[test]
fn times_are_finer_than_a_millisecond_and_name_one_frame() {
    let score = json(catalogue::DEFAULT, "--voice fake --pace 0.77");
    let times = || score["events"].as_array().unwrap().iter().map(|event| event["at_s"].as_f64().unwrap());
    for time in times() {
        let frames = time * 48_000.0;
        assert!((frames - frames.round()).abs() < 0.05, "{time} s is no frame");
    }
    let fine = times().filter(|time| (time * 1e3 - (time * 1e3).round()).abs() > 1e-4).count();
    assert!(fine > 10, "only {fine} times are finer than a millisecond");
}

#[test]
fn no_ambience_is_louder_than_20_db_under_the_voice_while_it_speaks() {
    let score = json(catalogue::DEFAULT, "--voice fake --ambience-gain 12");
    let points = rows(&score, "ambience_gain", &["at_s", "gain_db"]);
    let at = |row: &Value| row["at_s"].as_f64().unwrap();
    for event in score["events"].as_array().unwrap().iter().filter(|event| event["track"] == "speech") {
        let (start, end) = (at(event), at(event) + event["length_s"].as_f64().unwrap());
        let before = points.iter().rev().find(|point| at(point) <= start);
        let inside = points.iter().filter(|point| (start..=end).contains(&at(point)));
        for point in inside.chain(before) {
            assert!(point["gain_db"].as_f64().unwrap() <= -20.0, "{point} during {event}");
        }
    }
}

#[test]
fn sides_are_named_in_their_order_and_their_holds_are_equal() {
    let score = json(catalogue::DEFAULT, "--voice fake");
    let events = score["events"].as_array().unwrap();
    let poses = score["markers"].as_array().unwrap().len() as u64;
    for pose in 1..=poses {
        let cues = |side: &str| -> Vec<&str> {
            let of_side = events.iter().filter(|event| event["pose"] == pose && event["side"] == side);
            let cues = of_side.filter(|event| event["track"] == "count" || event["track"] == "breath");
            cues.map(|event| event["text"].as_str().unwrap()).collect()
        };
        assert_eq!(cues("right"), cues("left"), "pose {pose}");
        let sides: Vec<&str> = events
            .iter()
            .filter(|event| event["pose"] == pose)
            .filter_map(|event| event.get("side")?.as_str())
            .collect();
        let turns = sides.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(sides.is_empty() || (sides[0] == "right" && turns % 2 == 1), "pose {pose}: {sides:?}");
    }
}

#[test]
fn the_same_command_line_shows_the_same() {
    let show = || Home::new().run("show --voice fake --json --pace slow").data();
    assert_eq!(show(), show());
}
