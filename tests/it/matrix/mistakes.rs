//! Files that others have broken.

use super::{are_told, heard, home, plays, whole, whole_of};
use crate::support::heard::NO_MEMORY;
use crate::support::rows::row;

#[test]
fn a_config_that_is_broken_or_newer_is_told_with_its_place_and_said_aloud() {
    let home = home();
    let play = format!("{} --voice espeak", super::PLAY);
    // These sentences in the same voice, as they are said in a session.
    let said = |sentences: &[&str]| {
        let steps: Vec<String> = sentences.iter().map(|sentence| format!("{sentence:?}")).collect();
        let routine = format!("title = \"Why\"\n[[pose]]\nname = \"Why\"\nsteps = [{}]\n", steps.join(", "));
        whole_of(&routine, "--voice espeak --wind-down off", |_| {})
    };
    const OPENING: &str = "The session can't start.";
    let newer =
        said(&[OPENING, "There is a mistake in config dot toml.", "Mood is not a key of the config."]);
    home.config("pace = \"slow\"\nmood = \"calm\"\n");
    let (outcome, refusal) = heard(&home, &play, |_| {});
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    for words in ["`mood` is not a key", "config.toml:2:1", "did you mean"] {
        assert!(outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
    }
    assert!(newer.holds(&refusal));

    home.config("pace = \"slow\nmood = 1\n");
    let (outcome, refusal) = heard(&home, &play, |_| {});
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
    for words in ["this is not TOML", "config.toml:1:13", "check quotes"] {
        assert!(outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
    }
    let broken = said(&[
        OPENING,
        "There is a mistake in config dot toml.",
        "This is not TOML: invalid basic string, expected.",
    ]);
    assert!(broken.holds(&refusal));
    row(
        "Files",
        "a config that is broken, or of a newer version",
        "heard and told: that the session can't start, and why; told: the line",
    );
}

#[test]
fn a_mebibyte_of_brackets_is_refused_wherever_it_stands() {
    let home = home();
    let nested = |before: &str| {
        let half = ((1 << 20) - before.len() - 2) / 2;
        format!("{before}{}{}", "[".repeat(half), "]".repeat(half))
    };
    home.write("deep.toml", nested("title = \"Deep\"\n[[pose]]\nname = \"Deep\"\nsteps = "));
    let play = |name: &str| {
        home.run(&format!("{} --fake-output --voice fake", super::PLAY).replace("rest.toml", name))
    };
    let told = play("deep.toml").failure(2);
    assert!(told.len() < 4096 && told.contains("deep.toml"), "{} bytes", told.len());
    home.config(&nested("pace = "));
    let told = play("rest.toml").failure(2);
    assert!(told.len() < 4096 && told.contains("config.toml"), "{} bytes", told.len());
    std::fs::remove_file(home.path().join("config/supine/config.toml")).unwrap();

    let damage = |name: &str| home.write(&format!("state/supine/{name}"), nested(""));
    let is_aside = |name: &str| {
        let aside =
            std::fs::read_to_string(home.path().join(format!("state/supine/{name}.damaged"))).unwrap();
        assert!(aside == nested("") && !home.path().join(format!("state/supine/{name}")).exists());
    };
    damage("skipped.json");
    let (told, heard) = plays(&home, "espeak", |_| {});
    are_told(&told, &["~home/state/supine/skipped.json is damaged"]);
    heard.says_first(NO_MEMORY, &whole("espeak"));
    is_aside("skipped.json");
    damage("resume.json");
    are_told(&home.run("resume --fake-output").failure(1), &["~home/state/supine/resume.json is damaged"]);
    is_aside("resume.json");
    row(
        "Files",
        "1 MiB of nested brackets in a routine, the config, the memory",
        "told: what is wrong; heard: everything, if it is the memory; kept: the damaged file beside",
    );
}
