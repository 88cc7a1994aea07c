//! Choosing a voice by ear, through the real command line on a terminal of its own.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;

/// Runs a command line on a terminal on which `keys` are pressed all the time. Returns the terminal's content
/// and the exit code.
fn on_a_terminal(home: &Home, arguments: &str, keys: &str) -> (String, i32) {
    let program = assert_cmd::cargo::cargo_bin("supine");
    in_a_shell(home, &format!("{} {arguments}", program.display()), keys)
}

/// Runs a line of a shell in the same way.
fn in_a_shell(home: &Home, line: &str, keys: &str) -> (String, i32) {
    let mut script = Command::new("script");
    script.args(["-qec", line, "/dev/null"]).current_dir(home.path());
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut terminal = script.spawn().unwrap();
    let mut keyboard = terminal.stdin.take().unwrap();
    let mut stdout = terminal.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut shown = String::new();
        stdout.read_to_string(&mut shown).unwrap();
        shown
    });
    // Keys that come before the program listens are lost, and nothing lasts long on a fake output: they are
    // pressed again and again, for a while. `script` does not end under a stream of keys.
    for _ in 0..300 {
        if reader.is_finished() {
            break;
        }
        let _ = keyboard.write_all(keys.as_bytes());
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = terminal.wait().unwrap();
    let shown = reader.join().unwrap();
    // Closing the keyboard earlier would have closed the terminal.
    drop(keyboard);
    (shown, status.code().unwrap())
}

fn config(home: &Home) -> String {
    std::fs::read_to_string(home.path().join("config/supine/config.toml")).unwrap_or_default()
}

/// Writes a routine that ends soon.
fn short_routine(home: &Home) {
    home.write("short.toml", "title = \"Short\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Lie down.\"]");
}

/// Whether `texts` are in `shown`, each once and in this order.
#[track_caller]
fn assert_shows(shown: &str, texts: &[&str]) {
    let places: Vec<Option<usize>> = texts.iter().map(|text| shown.find(text)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} of {texts:?} in\n{shown}");
    for text in texts {
        assert_eq!(shown.matches(text).count(), 1, "{text:?} in\n{shown}");
    }
}

#[test]
fn whoever_waits_gets_the_first_voice_and_the_normal_pace() {
    let home = Home::new();
    let (shown, code) = on_a_terminal(&home, "setup --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"natural\"\npace = \"normal\"\n"), "{shown}");
    let said = [
        "supine: any key takes the voice that you hear, Escape changes nothing",
        "Let's choose a voice.",
        "Or just wait, and it will be the first.",
        "Press Escape to leave everything as it is.",
        "Voice one. (natural)",
        "Voice two. (natural:low)",
        "Voice three. (natural:deep)",
        "Voice four. (espeak:en-us)",
        "The first one, then.",
        "supine: any key takes the pace that you hear, Escape changes nothing",
        "Normal. (normal)",
        "Slower. (slow)",
        "Faster. (brisk)",
        "supine: press any key each time you still hear it, Escape changes nothing",
        "The next sentences grow softer and softer.",
        "supine: voice = \"natural\", pace = \"normal\" in ",
        "That is saved.",
    ];
    assert_shows(&shown, &said);
}

#[test]
fn the_first_start_offers_a_voice_once_and_says_and_shows_it_in_the_language_of_the_routine() {
    let home = Home::new();
    home.config("holds = 0.1\n");
    home.write(
        "de.toml",
        "title = \"Kurz\"\nlanguage = \"de\"\n[[pose]]\nname = \"Katze\"\nsteps = [\"Lieg.\"]",
    );
    let (shown, code) = on_a_terminal(&home, "play de.toml --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, "holds = 0.1\nvoice = \"espeak:de\"\n"), "{shown}");
    assert_shows(
        &shown,
        &["Lass uns eine Stimme aussuchen.", "Stimme eins. (espeak:de)", "Atme ein, und lass"],
    );
    assert!(!shown.contains("Tempo") && !shown.contains("Escape-Taste"), "{shown}");
    let (shown, _) = on_a_terminal(&home, "play de.toml --fake-output", "");
    assert!(!shown.contains("Stimme"), "{shown}");
}

#[test]
fn a_silent_screen_shows_nothing_of_the_first_start_either() {
    let home = Home::new();
    home.config("holds = 0.1\n");
    short_routine(&home);
    let (shown, code) = on_a_terminal(&home, "play short.toml --fake-output --silent-screen", "");
    assert_eq!((shown.as_str(), code), ("", 0));
    assert_eq!(config(&home), "holds = 0.1\nvoice = \"natural\"\n");
}

#[test]
fn one_key_takes_a_voice_and_the_session_begins() {
    let home = Home::new();
    home.config("holds = 0.1\n");
    short_routine(&home);
    // In the session, this key only changes the volume.
    let (shown, code) = on_a_terminal(&home, "play short.toml --fake-output", "+");
    assert_eq!((code, config(&home).as_str()), (0, "holds = 0.1\nvoice = \"natural\"\n"), "{shown}");
    assert!(!shown.contains("Voice two"), "{shown}");
}

#[test]
fn a_first_start_that_can_not_ask_or_remember_plays_all_the_same() {
    let home = Home::new();
    short_routine(&home);
    let program = assert_cmd::cargo::cargo_bin("supine");
    // When a job is in the background, the shell gets the keys.
    let line = format!("sh -c 'set -m; {} play short.toml --fake-output & wait $!'", program.display());
    let (shown, code) = in_a_shell(&home, &line, "");
    assert_eq!((code, config(&home).as_str()), (0, ""), "{shown}");
    // A file takes the place of the config's folder.
    home.write("config/supine", "");
    let (shown, code) = on_a_terminal(&home, "play short.toml --fake-output", "");
    assert!(code == 0 && shown.contains("supine: can't write "), "{shown}");
    assert!(shown.contains("Voice one. (natural)"), "{shown}");
}

#[test]
fn a_voice_that_hangs_or_fails_holds_nobody_up() {
    let home = Home::new();
    let engines = "[engines.hangs]\ncommand = [\"sleep\", \"40\"]\n[engines.fails]\ncommand = [\"false\"]\n";
    home.config(&format!("holds = 0.1\n{engines}"));
    short_routine(&home);
    let start = std::time::Instant::now();
    let (shown, code) = on_a_terminal(&home, "play short.toml --fake-output", "");
    assert!(code == 0 && config(&home).contains("voice = \"natural\""), "{shown}");
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}\n{shown}", start.elapsed());
    assert!(shown.contains("supine: fails failed") && shown.contains("`hangs` did not answer"), "{shown}");
    assert_shows(&shown, &["Voice one. (natural)", "Voice two. (espeak:en-us)"]);
    assert!(!shown.contains("(fails)") && !shown.contains("(hangs)"), "{shown}");
}

#[test]
fn escape_changes_nothing_and_the_first_start_asks_no_more() {
    let home = Home::new();
    home.config("# mine\nholds = 0.1 # short\n\n[engines.own]\ncommand = [\"true\"]\n");
    let (shown, code) = on_a_terminal(&home, "play --fake-output", "\u{1b}");
    assert_eq!(code, 0, "{shown}");
    let expected = "# mine\nholds = 0.1 # short\nsetup = false\n\n[engines.own]\ncommand = [\"true\"]\n";
    assert_eq!(config(&home), expected);
    let (shown, code) = on_a_terminal(&home, "play --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, expected), "{shown}");
}

#[test]
fn nobody_is_asked_without_a_terminal_or_when_a_voice_is_named() {
    let home = Home::new();
    home.config("holds = 0.1\n");
    assert_eq!(home.run("play --fake-output --voice fake").data(), "");
    for options in ["--voice fake", "--no-setup"] {
        let (shown, code) = on_a_terminal(&home, &format!("play --fake-output {options}"), "");
        assert_eq!((code, config(&home).as_str()), (0, "holds = 0.1\n"), "{shown}");
    }
    let message = home.run("setup --fake-output").failure(1);
    assert!(message.contains("needs a terminal") && message.contains("supine config"), "{message}");
}

#[test]
fn ambiences_are_heard_on_demand_and_a_key_takes_one() {
    let home = Home::new();
    home.config("voice = \"fake\"\n");
    let (shown, code) = on_a_terminal(&home, "sounds --try rain bowls --fake-output", "");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"fake\"\n"), "{shown}");
    assert_shows(
        &shown,
        &["any key takes the ambience that you hear", "Rain. (rain)", "Singing bowls. (bowls)"],
    );
    let (shown, code) = on_a_terminal(&home, "sounds --try stream rain --fake-output", "x");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"fake\"\nambience = \"stream\"\n"), "{shown}");
    // Without a terminal they are heard, and nothing is printed.
    assert_eq!(home.run("sounds --try pad --fake-output").data(), "");
    let message = home.run("sounds --try rain sleet --fake-output").failure(1);
    assert!(message.contains("`sleet`") && message.contains("supine sounds"), "{message}");
}

#[test]
fn voices_are_heard_on_demand_and_a_key_takes_one() {
    let home = Home::new();
    home.config("voice = \"natural\" # for now\n");
    let (shown, code) = on_a_terminal(&home, "voices --try espeak:en-gb fake --fake-output", "x");
    assert_eq!((code, config(&home).as_str()), (0, "voice = \"espeak:en-gb\" # for now\n"), "{shown}");
    // Without a terminal the voices are heard, and nothing is printed.
    assert_eq!(home.run("voices --try fake --fake-output").data(), "");
    assert_eq!(config(&home), "voice = \"espeak:en-gb\" # for now\n");
    assert!(home.run("voices --try nobody --fake-output").failure(2).contains("`nobody`"));
}
