//! Several routines in one go, from the command line to the sound and the journal.

use serde_json::Value;

use crate::support::home::Home;

const BREATH: &str = r#"
id = "breath"
title = "Easy breath"
ambience = "none"
[[pose]]
id = "rest"
name = "Rest"
position = "lying on your back"
steps = ["Lie.", { breaths = 2 }]
"#;
const BACK: &str = r#"
title = "For the back"
[[pose]]
name = "Rest"
steps = ["Lie well.", { seconds = 30 }]
[[pose]]
name = "Cat"
position = "on all fours"
steps = ["Arch.", { count = 5 }]
"#;

fn home() -> Home {
    let home = Home::new();
    home.write("breath.toml", BREATH);
    home.write("back.toml", BACK);
    home
}

fn json(home: &Home, line: &str) -> Value {
    serde_json::from_str(&home.run(&format!("show {line} --voice fake --json")).data()).unwrap()
}

fn poses(score: &Value) -> Vec<&str> {
    score["markers"].as_array().unwrap().iter().map(|marker| marker["name"].as_str().unwrap()).collect()
}

fn texts(score: &Value) -> Vec<&str> {
    score["events"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap()).collect()
}

/// The time from the first word to the last.
fn guided(score: &Value) -> f64 {
    let last = score["events"].as_array().unwrap().last().unwrap();
    last["at_s"].as_f64().unwrap() + last["length_s"].as_f64().unwrap()
}

#[test]
fn the_script_of_breath_and_back_in_english_and_in_german() {
    for language in ["en", "de"] {
        let script = Home::new()
            .run(&format!("show breath-only back-in-ten --voice fake --language {language}"))
            .data();
        insta::with_settings!({ omit_expression => true, snapshot_suffix => language }, {
            insta::assert_snapshot!("one_after_the_other", script);
        });
    }
}

#[test]
fn they_are_numbered_through_and_fitted_as_a_whole() {
    let home = Home::new();
    let (breath, back) = (json(&home, "breath-only"), json(&home, "back-in-ten"));
    let both = json(&home, "breath-only back-in-ten");
    assert_eq!(poses(&both), [poses(&breath), poses(&back)].concat());
    let events = both["events"].as_array().unwrap();
    let numbers: Vec<u64> = events.iter().map(|event| event["pose"].as_u64().unwrap()).collect();
    assert_eq!(numbers.iter().max(), Some(&(poses(&both).len() as u64)));
    let fitted = guided(&json(&home, "breath-only back-in-ten --minutes 20"));
    assert!((fitted - 1200.0).abs() < 20.0, "{fitted}");
    let message = home.run("show breath-only back-in-ten --minutes 3").failure(2);
    assert!(message.contains("\"Breath only + Your back in ten minutes\" takes from"), "{message}");
}

#[test]
fn a_pose_of_any_of_them_may_be_chosen() {
    let home = Home::new();
    let of = |options: &str| json(&home, &format!("bedtime-back back-in-ten {options}"));
    let only = of("--only back-in-ten/knee-hugs,pigeon");
    assert_eq!(poses(&only), ["Pigeon", "Knee hugs"]);
    let from = of("--from back-in-ten/thread-the-needle");
    assert_eq!(poses(&from), ["Thread the needle", "Spinal twist"]);
    assert_eq!(texts(&from)[0], "Your back in ten minutes.", "what is not done is not announced");
    let said = |score: &Value, text: &str| texts(score).iter().filter(|said| **said == text).count();
    let never = of("--never spinal-twist --skip pigeon");
    assert!(!poses(&never).contains(&"Spinal twist") && !poses(&never).contains(&"Pigeon"));
    assert_eq!(said(&never, "As you asked, we leave out: Spinal twist."), 1);
    assert_eq!(said(&never, "If a leg tingles or goes numb, come out of the stretch, and rest."), 1);
    let message = home.run("show bedtime-back back-in-ten --skip knee-hugs").failure(2);
    let expected = "supine: `knee-hugs` is a pose of `bedtime-back` and one of `back-in-ten`; name it as \
        `bedtime-back/knee-hugs` or `back-in-ten/knee-hugs`\n";
    assert_eq!(message, expected);
}

#[test]
fn all_of_it_is_in_one_language() {
    let home = Home::new();
    for (language, first, now) in [
        ("es", "Primero: ", "Ahora: "),
        ("fr", "D'abord : ", "Maintenant : "),
        ("pt", "Primeiro: ", "Agora: "),
    ] {
        let score = json(&home, &format!("breath-only back-in-ten --language {language}"));
        let texts = texts(&score);
        assert!(texts[0].starts_with(first), "{}", texts[0]);
        assert_eq!(texts.iter().filter(|text| text.starts_with(now)).count(), 1, "{texts:?}");
    }
    let told = home.run("show bedtime-back hips --voice fake --language es");
    assert_eq!(told.stderr, "supine: `hips` is not available in `es` yet; all of it will be in `en`\n");
    assert!(told.stdout.contains("Some of this is not available in your language yet"), "{}", told.stdout);
    assert!(told.stdout.contains("Then: Hips that sat all day."), "{}", told.stdout);
    home.write("mein.toml", BACK.replace("title", "language = \"de\"\ntitle"));
    let told = home.run("show bedtime-back mein.toml --voice fake");
    assert_eq!(told.stderr, "supine: `mein.toml` is not available in `en` yet; all of it will be in `de`\n");
    assert!(told.stdout.contains("Zuerst: "), "{}", told.stdout);
    home.write("mine.toml", BACK);
    let message = home.run("show mein.toml mine.toml --voice fake").failure(2);
    assert!(message.contains("no language that all of them are in: `mein.toml` is in de"), "{message}");
}

#[test]
fn what_is_wrong_with_one_of_them_is_told_of_its_own_file() {
    let home = home();
    home.write("wrong.toml", "title = \"A\"\npace = 9\n[[pose]]\nname = \"A\"\nsteps = [\"A.\"]\n");
    let message = home.run("show breath.toml wrong.toml --voice fake").failure(2);
    assert!(message.contains("wrong.toml:2:1") && message.contains("1 error in wrong.toml"), "{message}");
    let message = home.run("show breath.toml gone.toml").failure(2);
    assert!(message.contains("there is no file called `gone.toml`"), "{message}");
    let message = home.run("show - breath.toml -").failure(2);
    assert!(message.contains("standard input can be read only once"), "{message}");
}

#[test]
fn what_was_done_is_remembered_of_the_routine_that_it_belongs_to() {
    let home = home();
    // The second one was left out last time, in the one routine and not in the other.
    let file = home.path().join("back.toml").canonicalize().unwrap();
    let skipped = serde_json::json!({ "version": 1, "content": [
        { "routine": "for-the-back", "file": file, "pose": "rest" }
    ] });
    home.write("state/supine/skipped.json", skipped.to_string());
    home.run("play breath.toml back.toml --voice fake --fake-output --no-setup --ending awake").data();
    let log = std::fs::read_to_string(home.path().join("state/supine/practice.jsonl")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let done: Vec<(&str, &str, &str)> = lines
        .iter()
        .map(|line| {
            let word = |key: &str| line[key].as_str().unwrap();
            (word("routine"), word("pose"), word("fate"))
        })
        .collect();
    let expected =
        [("breath", "rest", "done"), ("for-the-back", "rest", "done"), ("for-the-back", "cat", "done")];
    assert_eq!(done, expected);
    assert!(lines[0].get("file").is_none() && lines[1].get("file").is_some(), "{log}");
    let skipped = std::fs::read_to_string(home.path().join("state/supine/skipped.json")).unwrap();
    assert!(!skipped.contains("for-the-back"), "it was done now: {skipped}");
}

#[test]
fn they_are_rendered_into_one_file() {
    let home = home();
    let seconds = |line: &str| {
        home.run(&format!("render {line} -o out.wav --voice fake --ending awake"));
        let wav = hound::WavReader::open(home.path().join("out.wav")).unwrap();
        f64::from(wav.duration()) / f64::from(wav.spec().sample_rate)
    };
    let (one, other, both) = (seconds("breath.toml"), seconds("back.toml"), seconds("breath.toml back.toml"));
    assert!(both > one.max(other) + 20.0 && both < one + other, "{one} {other} {both}");
}

#[test]
fn tables_of_both_hold_and_where_they_differ_the_first_one_does_and_says_so() {
    let home = home();
    home.config("[routine.breath]\nlevel = \"deeper\"\nminutes = 2\n[routine.back]\nlevel = \"gentle\"\npace = \"slow\"\nskip = [\"rest\"]\n");
    let told = home.run("config breath.toml back.toml");
    let row = |key: &str| {
        let line =
            told.stdout.lines().find(|line| line.trim_start_matches("# ").starts_with(&format!("{key} =")));
        line.unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("level"), "level = \"deeper\" # config file, [routine.breath]");
    assert_eq!(row("pace"), "pace = \"slow\" # config file, [routine.back]");
    assert!(row("minutes").starts_with("# "), "it is for its own routine alone: {}", row("minutes"));
    let sentence = "supine: `level` is \"deeper\" in [routine.breath] and \"gentle\" in [routine.back]: the first holds \
        for all\n";
    assert_eq!(told.stderr, sentence);
    let shown = home.run("show breath.toml back.toml --voice fake --json");
    assert_eq!(shown.stderr, sentence);
    assert_eq!(poses(&serde_json::from_str(&shown.stdout).unwrap()), ["Rest", "Cat"], "each skips its own");
    home.run("show breath.toml back.toml --voice fake --level standard").data();
}
