//! What leads the breath, through the real program: `--breath`, `--breath-cues`, and their keys in a config.

use serde_json::Value;

use crate::support::home::Home;
use crate::support::rendered::{Rendered, frame};

const ROUTINE: &str =
    "title = \"Breath\"\nending = \"awake\"\n[[pose]]\nname = \"Breath\"\nsteps = [{ breaths = 6 }]\n";

fn home() -> Home {
    let home = Home::new();
    home.write("breath.toml", ROUTINE);
    home
}

fn score(home: &Home, options: &str) -> Value {
    let shown = home.run(&format!("show --json breath.toml --voice fake --wind-down off {options}"));
    serde_json::from_str(&shown.data()).unwrap()
}

/// The phases of the breaths, each with its length in seconds, and what sounds with them.
fn phases(score: &Value) -> Vec<(String, f64, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = score["breaths"].as_array().unwrap();
    rows.iter()
        .map(|row| (text(row, "phase"), row["length_s"].as_f64().unwrap(), text(row, "sound")))
        .collect()
}

fn spoken(score: &Value) -> usize {
    score["events"].as_array().unwrap().iter().filter(|event| event["track"] == "breath").count()
}

#[test]
fn the_phases_of_every_breath_are_listed_with_what_leads_them() {
    let home = home();
    for (option, sound, cues) in [
        ("", "breathing", 6),
        ("--breath-cues voice", "none", 12),
        ("--breath-cues tone", "tones", 0),
        ("--breath-cues number", "none", 6),
        ("--breath-cues none", "none", 0),
    ] {
        let score = score(&home, option);
        let phases = phases(&score);
        assert_eq!((phases.len(), spoken(&score)), (12, cues), "{option}");
        assert_eq!(phases[0], ("in".to_owned(), 4.0, sound.to_owned()), "{option}");
        assert_eq!(phases[11], ("out".to_owned(), 6.0, sound.to_owned()), "{option}");
    }
}

#[test]
fn a_breath_with_holds_is_given_by_its_name_or_its_times_in_an_option_a_config_and_a_step() {
    let home = home();
    let named = phases(&score(&home, "--breath box"));
    let names: Vec<&str> = named.iter().map(|(phase, ..)| phase.as_str()).collect();
    assert_eq!(names[..5], ["in", "hold-in", "out", "hold-out", "in"]);
    assert!(named.iter().all(|(_, length, _)| *length == 4.0));
    assert_eq!(phases(&score(&home, "--breath 4:4:4:4")), named);
    home.config("breath = \"box\"\nbreath_cues = \"tone\"\n");
    let configured = score(&home, "");
    assert_eq!((phases(&configured).len(), phases(&configured)[0].2.as_str()), (24, "tones"));
    assert!(home.run("config").data().contains("breath = \"box\""));
    home.write(
        "breath.toml",
        ROUTINE.replace("breaths = 6", "breaths = { cycles = 2, ratio = \"4:2:6:0\" }"),
    );
    let times: Vec<f64> = phases(&score(&home, "")).iter().map(|(_, length, _)| *length).collect();
    assert_eq!(times, [4.0, 2.0, 6.0, 4.0, 2.0, 6.0]);
}

#[test]
fn a_long_hold_is_done_four_times_and_show_says_so() {
    let home = home();
    let shown = home.run("show breath.toml --voice fake --wind-down off --breath 4-7-8");
    assert!(shown.stderr.contains("held for 7 s is done at most four times in a row"), "{}", shown.stderr);
    assert!(shown.stdout.contains("without holding it"), "{}", shown.stdout);
}

#[test]
fn what_is_no_breath_and_no_way_of_leading_it_is_refused_with_help() {
    let home = home();
    for (option, help) in
        [("--breath 4:7:8", "4:2:6:0"), ("--breath 4:30:8:0", "from 0 to 20"), ("--breath-cues hum", "sound")]
    {
        let refused = home.run(&format!("show breath.toml --voice fake {option}"));
        assert_eq!(refused.code, 2, "{option}");
        assert!(refused.stderr.contains(help), "{option}: {}", refused.stderr);
    }
}

#[test]
fn without_an_ambience_the_breath_is_heard_in_the_file_and_with_voice_it_is_silent_there() {
    let home = home();
    for (cues, is_heard) in [("sound", true), ("voice", false)] {
        let options = format!("--voice fake --wind-down off --ambience none --breath-cues {cues}");
        let score = score(&home, &format!("--ambience none --breath-cues {cues}"));
        let outcome = home.run(&format!("render breath.toml -o out.wav {options}"));
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let file = Rendered::read(&home.path().join("out.wav"));
        // In the middle of the fourth breath nobody speaks.
        let fourth = frame(&score["breaths"][6]["at_s"]);
        let second = 48_000;
        let middle = fourth + 3 * second..fourth + 4 * second;
        let loud = middle.map(|frame| file.level(frame)).fold(0.0, f32::max);
        assert_eq!(loud > 1e-3, is_heard, "{cues}: {loud}");
    }
}
