//! `supine doctor` names what is broken, and what mends it. Each fault is a real one, made on purpose.

use std::os::unix::fs::PermissionsExt;

use crate::support::home::{Home, Outcome};
use assert_cmd::Command;

/// The finding about a link: its health, what it says, and what mends it.
#[track_caller]
fn finding<'a>(outcome: &'a Outcome, link: &str, about: &str) -> (&'a str, &'a str) {
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let is_it =
        |line: &&str| line.get(7..).is_some_and(|rest| rest.starts_with(link)) && line.contains(about);
    let place = lines.iter().position(is_it).unwrap_or_else(|| panic!("{link}: {about}\n{}", outcome.stdout));
    let mend = lines.get(place + 1).and_then(|line| line.trim_start().strip_prefix("> ")).unwrap_or_default();
    (lines[place][..5].trim(), mend)
}

fn quiet(home: &Home) -> Command {
    let mut command = home.command();
    command.args(["doctor", "--quiet"]);
    command
}

#[test]
fn a_config_with_a_mistake_is_found() {
    let home = Home::new();
    home.config("pace = 17\n");
    let outcome = home.outcome(&mut quiet(&home));
    assert_eq!(outcome.code, 1);
    assert_eq!(finding(&outcome, "config", "mistake").0, "FAULT");
}

#[test]
fn a_voice_and_a_sound_that_are_not_there_are_found() {
    let home = Home::new();
    home.config("voice = \"nobody\"\nambience = \"/nowhere/night.flac\"\n");
    let outcome = home.outcome(&mut quiet(&home));
    assert_eq!(outcome.code, 1);
    let (health, mend) = finding(&outcome, "voice ", "nobody");
    assert_eq!(health, "FAULT");
    assert!(mend.contains("supine voices"), "{mend}");
    assert_eq!(finding(&outcome, "ambience", "night.flac").0, "FAULT");
}

#[test]
fn an_engine_that_is_not_installed_and_one_that_fails_are_found() {
    let home = Home::new();
    home.config("[engines.gone]\ncommand = [\"no-such-program\", \"{wav}\"]\n[engines.bad]\ncommand = [\"false\", \"{wav}\"]\n");
    let outcome = home.outcome(quiet(&home).env("SUPINE_ESPEAK", "/nonexistent/espeak-ng"));
    assert_eq!(finding(&outcome, "own engine", "gone").0, "FAULT");
    assert_eq!(finding(&outcome, "own engine", "bad").0, "FAULT");
    // The machine's own engines are missing as well.
    let (health, mend) = finding(&outcome, "voices", "espeak");
    assert_eq!(health, "note");
    assert!(mend.contains("install"), "{mend}");
}

#[test]
fn a_speech_service_and_a_sound_server_that_do_not_answer_are_found() {
    let home = Home::new();
    let outcome = home.outcome(quiet(&home).env("PULSE_SERVER", "unix:/nonexistent/pulse"));
    let (health, mend) = finding(&outcome, "sound server", "does not answer");
    // A machine may do without one; whether it can, the device shows.
    assert_eq!(health, "note");
    assert!(mend.contains("pulseaudio --start"), "{mend}");
    assert_eq!(finding(&outcome, "sound device", "no sound device").0, "FAULT");
    assert_eq!(finding(&outcome, "voices", "").0, "note");
    assert_eq!(finding(&outcome, "media keys", "no D-Bus").0, "note");
    assert_eq!(finding(&outcome, "sleep", "may fall asleep").0, "note");
}

#[test]
fn folders_that_are_no_folders_are_found() {
    let home = Home::new();
    home.write("cache/supine", "a file where a folder should be");
    home.write("run/supine", "another one");
    let outcome = home.outcome(&mut quiet(&home));
    let (health, mend) = finding(&outcome, "recorded speech", "supine");
    assert_eq!(health, "note");
    assert!(mend.contains("cache/supine"), "{mend}");
    assert_eq!(finding(&outcome, "remote control", "can't be used").0, "note");
}

#[test]
fn a_damaged_memory_and_one_that_others_can_read_are_found() {
    let home = Home::new();
    let path = home.write("state/supine/practice.jsonl", "");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let outcome = home.outcome(&mut quiet(&home));
    let (health, mend) = finding(&outcome, "memory", "others can read");
    assert_eq!((health, mend), ("note", "chmod 600 ~home/state/supine/practice.jsonl"));
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    home.write("state/supine/resume.json", "{ half");
    let outcome = home.outcome(&mut quiet(&home));
    assert_eq!(finding(&outcome, "memory", "resume.json").0, "note");
}

#[test]
fn speech_with_gaps_is_foreseen() {
    let home = Home::new();
    home.write(
        "config/speech-dispatcher/speechd.conf",
        "AudioOutputMethod \"pulse\"\n# AudioPulseMinLength 100\n",
    );
    let outcome = home.outcome(&mut quiet(&home));
    let (health, mend) = finding(&outcome, "speech ", "gaps");
    assert_eq!(health, "note");
    assert!(mend.contains("AudioPulseMinLength 100"), "{mend}");
    home.write(
        "config/speech-dispatcher/speechd.conf",
        "AudioOutputMethod \"pulse\"\nAudioPulseMinLength 100\n",
    );
    let outcome = home.outcome(&mut quiet(&home));
    assert!(!outcome.stdout.contains("gaps"), "{}", outcome.stdout);
}

#[test]
fn the_report_as_json_has_no_private_paths() {
    let home = Home::new();
    home.config("voice = \"natural\"\n");
    let outcome = home.outcome(home.command().args(["doctor", "--quiet", "--json"]));
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 8, "{report}");
    for finding in findings {
        assert!(["good", "doubtful", "broken"].contains(&finding["health"].as_str().unwrap()), "{finding}");
    }
    assert!(!outcome.stdout.contains("~home"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("~/config/supine/config.toml"), "{}", outcome.stdout);
}

#[test]
fn a_sentence_and_a_sound_are_played_unless_nothing_is_to_be_heard() {
    let home = Home::new();
    home.config("voice = \"fake\"\n");
    let outcome = home.outcome(home.command().args(["doctor", "--fake-output"]));
    let (health, _) = finding(&outcome, "test", "let your shoulders sink");
    assert_eq!(health, "fine");
    assert!(!home.outcome(&mut quiet(&home)).stdout.contains("shoulders"));
}
