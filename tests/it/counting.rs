//! A count whose numbers are longer than their beat, through the real program: the program reports it once, and
//! says every number that should be said.

use crate::support::home::Home;

const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt"];

/// A routine whose poses count to twenty on each side, on the ordinary beat.
fn routine(language: &str) -> String {
    let pose =
        "[[pose]]\nname = \"Knee\"\nsteps = [{ each_side = [\"Lift.\", { count = 20 }, \"Lower.\"] }]\n";
    format!("title = \"Count\"\nlanguage = \"{language}\"\n{pose}{}", pose.replace("Knee", "Leg"))
}

#[test]
fn show_and_render_tell_it_once_and_say_every_number_that_is_to_be_said() {
    let home = Home::new();
    home.write("count.toml", routine("en"));
    let once = "after 100 only every fifth number is said";
    let shown = home.run("show count.toml --json --holds 10 --voice fake");
    assert_eq!(shown.stderr.matches(once).count(), 1, "{}", shown.stderr);
    assert_eq!(shown.stderr.lines().count(), 1, "{}", shown.stderr);
    let score: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let counts = score["events"].as_array().unwrap().iter().filter(|event| {
        event["track"] == "count" && event["pose"] == 1 // the second is led more slowly
    });
    assert_eq!(counts.count(), 2 * 120);
    let options = "--holds 10 --voice fake --ambience none --sleep-timer 0s";
    let rendered = home.run(&format!("render count.toml -o a.wav {options}"));
    assert_eq!((rendered.code, rendered.stderr.matches(once).count()), (0, 1), "{}", rendered.stderr);
}

#[test]
fn play_tells_it_once_whoever_speaks() {
    let home = Home::new();
    home.write("count.toml", routine("en"));
    for voice in ["fake", "fake-live"] {
        let options = "--fake-output --holds 10 --ambience none --sleep-timer 0s";
        let played = home.run(&format!("play count.toml --voice {voice} {options}"));
        let times = played.stderr.matches("only every fifth number is said").count();
        assert_eq!((played.code, times), (0, 1), "{voice}: {}", played.stderr);
    }
}

#[test]
fn espeak_has_time_for_every_number_in_every_language() {
    let home = Home::new();
    for language in LANGUAGES {
        home.write("count.toml", routine(language));
        let shown = home.run("show count.toml --json --holds 10 --voice espeak");
        assert_eq!((shown.code, shown.stderr.lines().count()), (0, 1), "{language}: {}", shown.stderr);
        assert!(shown.stderr.contains("every fifth"), "{language}: {}", shown.stderr);
    }
}
