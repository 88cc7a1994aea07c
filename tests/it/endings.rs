//! The beginning and the end of a session, as shown and as written to a file.

use crate::support::home::Home;

const ROUTINE: &str = "title = \"Rest\"\nprops = [\"a bed\"]\n[[pose]]\nname = \"Rest\"\nposition = \"lying on your back\"\nsteps = [\"Rest here.\"]\n";

#[test]
fn a_session_until_morning_is_shown_and_not_rendered() {
    let home = Home::new();
    home.write("rest.toml", ROUTINE);
    let script = home.run("show rest.toml --voice fake --until-morning").data();
    assert!(
        script.contains(", then the sound until morning · fake") && script.ends_with("  Until morning\n"),
        "{script}"
    );
    let json = |options: &str| -> serde_json::Value {
        let text = home.run(&format!("show rest.toml --voice fake --json {options}")).data();
        serde_json::from_str(&text).unwrap()
    };
    let (endless, timed) = (json("--until-morning"), json("--sleep-timer 1h"));
    let last = &timed["events"].as_array().unwrap().last().unwrap().clone();
    let end = last["at_s"].as_f64().unwrap() + last["length_s"].as_f64().unwrap();
    let length = |score: &serde_json::Value| score["length_s"].as_f64().unwrap();
    assert!((end..end + 5.0).contains(&length(&endless)), "{} is not that of the words", length(&endless));
    assert!((length(&timed) - end - 3600.0).abs() < 1e-3);

    let refused = home.run("render rest.toml -o a.wav --voice fake --until-morning").failure(2);
    assert!(refused.contains("`--until-morning`") && refused.contains("--sleep-timer 1h"), "{refused}");
    assert!(!home.path().join("a.wav").exists());
    // The config's `until_morning` is for playing: a file ends by the sleep timer.
    home.config("until_morning = true\nsleep_timer = \"3s\"\nambience = \"brown\"\n");
    let outcome = home.run("render rest.toml -o a.wav --voice fake");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let frames = hound::WavReader::open(home.path().join("a.wav")).unwrap().duration();
    assert!((f64::from(frames) / 48_000.0 - end - 3.0).abs() < 1e-3);
}

#[test]
fn the_preflight_tells_everything_and_then_gives_time() {
    let home = Home::new();
    home.write("rest.toml", ROUTINE);
    let script = home.run("show rest.toml --voice fake --settle 60s").data();
    let said: Vec<&str> = script.lines().filter_map(|line| line.get(10..)).collect();
    let place = |sentence: &str| said.iter().position(|said| *said == sentence).expect(sentence);
    let order = [
        "Rest.",
        "This takes about two minutes.",
        "You will need a bed.",
        "You begin lying on your back.",
        "Take one minute to settle in, or press any key to begin sooner.",
    ]
    .map(place);
    assert!(order.is_sorted(), "{script}");
}
