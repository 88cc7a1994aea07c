//! The command line as people meet it: its lists, its messages when something is wrong, and its exit codes. The
//! messages about routine files and the config are in `check.rs`.

use std::path::PathBuf;

use crate::support::home::{Home, Outcome};
use supine::config::choices::OPTIONS;

const COMMANDS: [&str; 11] =
    ["play", "resume", "list", "show", "check", "voices", "sounds", "render", "cache", "ctl", "config"];
const REST: &str =
    "title = \"Rest\"\nambience = \"brown\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here.\"]\n";

#[track_caller]
pub fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} is missing in:\n{message}");
    }
}

#[test]
fn every_command_is_in_the_help_and_has_help_with_an_example() {
    let home = Home::new();
    let help = home.run("--help").data();
    assert_says(&help, &["Examples:", "supine --pace slow", "exit code", "130", "143"]);
    for command in COMMANDS {
        assert_says(&help, &[&format!("  {command} ")]);
        let help = home.run(&format!("{command} --help")).data();
        assert!(help.contains("Example"), "{command} has no example:\n{help}");
        assert!(help.contains("supine "), "{command} has no example:\n{help}");
    }
    assert!(!help.contains("fake"), "what is for tests is hidden");
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(Home::new().run("--version").data(), format!("supine {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn sounds_lists_ambiences_and_chimes_and_marks_the_default() {
    let sounds = Home::new().run("sounds").data();
    for name in ["ocean", "rain", "stream", "wind", "night", "brown", "pink", "pad", "bowls", "none", "bowl"]
    {
        assert_says(&sounds, &[&format!("  {name} ")]);
    }
    let default: Vec<&str> = sounds.lines().filter(|line| line.contains("(default)")).collect();
    assert!(matches!(default[..], [line] if line.contains("ocean")), "{default:?}");
}

#[test]
fn voices_are_listed_with_language_and_kind() {
    let outcome = Home::new().run("voices");
    let table = outcome.stdout;
    assert_eq!(outcome.code, 0);
    assert_says(&table, &["LANGUAGE", "KIND", "Default: ", " f3 "]);
    let row = table.lines().find(|line| line.contains("espeak:en-us ")).expect("espeak-ng is installed");
    let columns: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(columns[..3], ["en-us", "rendered", "espeak:en-us"]);
    let natural = table
        .lines()
        .filter(|line| line.contains(" natural") && !line.starts_with("Default"))
        .filter_map(|line| line.split_whitespace().nth(2));
    assert_eq!(natural.collect::<Vec<_>>(), ["natural", "natural:low", "natural:deep"]);
    assert_says(&outcome.stderr, &["the system voice", "--voice"]);
}

#[test]
fn voices_as_json_are_one_object_a_line_with_variants_written_out() {
    let outcome = Home::new().run("voices --language de --json");
    let rows: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows[0]["id"], "espeak:de");
    assert!(rows.iter().all(|row| row["language"] == "de" && row["kind"] == "rendered"));
    assert!(rows.iter().any(|row| row["id"] == "espeak:de+f3"));
}

#[test]
fn a_language_that_nobody_speaks_is_an_error() {
    let outcome = Home::new().run("voices --language tlh");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""));
    assert_says(&outcome.stderr, &["`tlh`", "supine voices"]);
}

#[test]
fn config_shows_every_setting_with_its_origin() {
    let home = Home::new();
    let table = home.run("config").data();
    assert_says(&table, &["# ~home/config/supine/config.toml (not there yet)"]);
    let defaults = table.lines().filter(|line| line.ends_with("# default")).count();
    assert_eq!(defaults, OPTIONS.len(), "{table}");

    home.config("pace = \"slow\"\nambience = \"rain\"\nholds = 1.5\n");
    let table = home.run("config --pace brisk --counting sparse").data();
    let origin = |start: &str| {
        let line = table
            .lines()
            .find(|line| line.starts_with(start))
            .unwrap_or_else(|| panic!("no {start} in {table}"));
        line.split_once('#').unwrap().1.trim().to_owned()
    };
    assert_eq!(origin("pace = \"brisk\""), "command line");
    assert_eq!(origin("counting = \"sparse\""), "command line");
    assert_eq!(origin("ambience = \"rain\""), "config file");
    assert_eq!(origin("holds = 1.5"), "config file");
    assert_eq!(origin("level = \"standard\""), "default");
    assert!(!table.contains("not there yet"));
}

#[test]
fn what_config_shows_is_a_config_again() {
    let home = Home::new();
    let flags = "--voice fake --pace 0.9 --holds 0.5 --breath 3:7 --loudness -23 --ambience-gain -6 --level deeper \
         --voice-gain -3 --wind-down gentle --ending awake --sleep-timer 1h30m --settle 60s";
    let table = home.run(&format!("config {flags}")).data();
    home.config(&table);
    let again = home.run("config").data();
    let chosen = |line: &&str| !line.starts_with('#') && line.contains(" = ");
    assert!(again.lines().filter(chosen).count() >= 15, "{again}");
    assert!(again.lines().filter(chosen).all(|line| line.ends_with("# config file")), "{again}");
    let values = |table: &str| -> Vec<String> {
        let line = |line: &str| line.split('#').next().unwrap().trim().to_owned();
        table.lines().map(line).filter(|line| !line.is_empty()).collect()
    };
    assert_eq!(values(&again), values(&table));
}

#[test]
fn the_config_is_in_force_and_its_mistakes_stop_every_command() {
    let home = Home::new();
    home.config("voice = \"fake\"\nholds = 0.5\n");
    assert_says(&home.run("show bedtime-back").data(), &["· fake ·", "[ One, Two, Three, Four, Five ]"]);
    home.config("pace = \"fast\"\n");
    for command in ["show", "play --fake-output", "render -o a.wav", "config"] {
        let message = home.run(command).failure(2);
        assert_says(&message, &["config.toml:1:8", "^^^^^^", "slow, normal, brisk", "1 error in"]);
    }
    assert!(!home.path().join("a.wav").exists());
}

#[test]
fn a_config_that_is_not_text_is_named() {
    let home = Home::new();
    home.write("config/supine/config.toml", b"voice = \"caf\xe9\"");
    assert_says(&home.run("config").failure(2), &["config.toml", "UTF-8"]);
}

#[test]
fn unknown_names_are_answered_with_the_nearest_one() {
    let home = Home::new();
    assert_says(&home.run("show bedtime-bak").failure(2), &["`bedtime-bak`", "did you mean `bedtime-back`?"]);
    assert_says(&home.run("show zzz").failure(2), &["`supine list` lists", "path"]);
    assert_says(
        &home.run("show --voice espeak:en-uss").failure(2),
        &["did you mean `en-us`?", "supine voices"],
    );
    assert_says(
        &home.run("show --voice englsh").failure(2),
        &["there is no voice `englsh`", "supine voices"],
    );
    assert_says(&home.run("show --voice espeak:en-us+f33").failure(2), &["`f33`", "did you mean `f3`?"]);
    let play = "play --fake-output --voice fake --ambience";
    assert_says(&home.run(&format!("{play} raim")).failure(2), &["did you mean `rain`?", "supine sounds"]);
    assert_says(&home.run(&format!("{play} zzz")).failure(2), &["none, ocean, rain", "path"]);
}

#[test]
fn a_part_that_several_voices_have_is_refused_with_some_of_them() {
    let message = Home::new().run("show --voice english").failure(2);
    assert_says(&message, &["`english` fits", "espeak:en-", "give more"]);
}

#[test]
fn options_out_of_range_say_what_is_in_range() {
    let home = Home::new();
    let cases = [
        ("--pace 9", "0.5 to 2"),
        ("--holds 0", "0.1 to 10"),
        ("--holds nan", "0.1 to 10"),
        ("--breath 4", "4:6"),
        ("--loudness 0", "-40 to -10"),
        ("--ambience-gain 20", "-40 to 12"),
        ("--counting evry", "every"),
        ("--level deep", "deeper"),
        ("--words ful", "full"),
        ("--ending aslep", "asleep"),
        ("--sleep-timer 13h", "0s to 12h"),
        ("--sleep-timer 10", "10min"),
        ("--settle 11min", "0s to 10min"),
    ];
    for (option, wanted) in cases {
        assert_says(
            &home.run(&format!("show {option}")).failure(2),
            &[wanted, option.split(' ').next().unwrap()],
        );
    }
}

#[test]
fn a_voice_that_speaks_by_itself_is_not_rendered() {
    let home = Home::new();
    for voice in ["system", "fake-live"] {
        let message = home.run(&format!("render --voice {voice} -o a.wav")).failure(2);
        assert_says(&message, &[&format!("`{voice}`"), "can't be rendered", "espeak"]);
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn the_next_best_voice_goes_on_for_a_chosen_one_that_does_not_answer() {
    let home = Home::new();
    home.write("rest.toml", REST);
    home.config("voice = \"espeak:gone\"\n[engines.hangs]\ncommand = [\"sleep\", \"60\"]\ntime_limit = 1\n");
    let cases = [
        ("--voice system", "the system voice failed: it does not answer"),
        ("--voice hangs", "hangs did not answer within 1.0s"),
        // The engine was uninstalled after it was written into the config.
        ("--pace slow", "there is no voice `gone`"),
    ];
    for (option, reason) in cases {
        let outcome = home.run(&format!("play rest.toml --fake-output {option}"));
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
        assert_says(&outcome.stderr, &[reason, "going on with `natural`"]);
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    }
    // Whoever mistypes a name is still at the screen.
    assert_says(&home.run("play rest.toml --fake-output --voice nobody").failure(2), &["`nobody`"]);
}

#[test]
fn a_broken_model_of_the_natural_voice_is_told_and_espeak_goes_on() {
    let home = Home::new();
    home.write("rest.toml", REST);
    let broken = home.write("broken.onnx", "no model");
    for (model, reason) in [(broken, "its model can't be used"), (home.path().join("gone"), "No such file")] {
        let mut command = home.command();
        command.env("SUPINE_HEART", model).args(["play", "rest.toml", "--fake-output", "--voice", "natural"]);
        let outcome = home.outcome(&mut command);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
        assert_says(&outcome.stderr, &["the natural voice failed", reason, "going on with `espeak:en-us`"]);
    }
}

#[test]
fn a_voice_does_not_read_another_language() {
    let home = Home::new();
    home.write("ruhe.toml", REST.replace("title = ", "language = \"de\"\ntitle = "));
    let outcome = home.run("play ruhe.toml --fake-output --voice natural");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_says(&outcome.stderr, &["`natural` does not speak `de`", "going on with `espeak:de`"]);
}

#[test]
fn the_whole_routine_plays_to_its_end_and_prints_nothing() {
    let home = Home::new();
    assert_eq!(home.run("play --fake-output --voice fake").data(), "");
    assert_eq!(home.run("play --fake-output --voice fake-live").data(), "");
    assert_eq!(home.run("--fake-output --voice fake --holds 0.1 --ambience none").data(), "");
}

#[test]
fn a_silent_screen_shows_nothing_whatever_happens() {
    let home = Home::new();
    home.write("rest.toml", REST);
    home.write("broken.toml", "title = 1");
    home.write("taube.toml", REST.replace("title = ", "language = \"tlh\"\ntitle = "));
    let cases = [
        ("play rest.toml --fake-output --voice fake", 0, ""),
        // These are printed when the screen is not silent: another voice speaks, and there are no phrases.
        ("play rest.toml --fake-output --voice fails", 0, "going on with"),
        ("play taube.toml --fake-output --voice fake", 0, "no phrases"),
        ("play broken.toml --fake-output --voice fake", 2, "broken.toml:1"),
        ("play gone.toml --fake-output --voice fake", 2, "no file called"),
        ("resume --fake-output --voice fake", 1, "nothing to resume"),
        ("--fake-output --voice fake --ambience gone", 2, "no ambience or file"),
        ("--fake-output --pace 9", 2, "--pace"),
    ];
    let fails = "[engines.fails]\ncommand = [\"false\"]\n";
    for (line, code, message) in cases {
        home.config(fails);
        let outcome = home.run(line);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (code, ""), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{line}: {}", outcome.stderr);
        let silent = [home.run(&format!("{line} --silent-screen"))];
        home.config(&format!("silent_screen = true\n{fails}"));
        // A malformed command line is reported before any config is read.
        let by_config = (!line.contains("--pace")).then(|| home.run(line));
        for outcome in silent.into_iter().chain(by_config) {
            let seen = (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str());
            assert_eq!(seen, (code, "", ""), "{line}");
        }
    }
    home.config("silent_screen = true\n");
    assert!(
        home.run("play gone.toml --fake-output --voice fake --silent-screen=false")
            .failure(2)
            .contains("no file called")
    );
    assert!(home.run("show gone.toml").failure(2).contains("no file called"), "it is for sessions");
    home.config("silent_screen = 1\npause_silence = \"yes\"\n");
    let message = home.run("play --fake-output").failure(2);
    assert_says(&message, &["config.toml:1:17", "`silent_screen`", "true or false", "config.toml:2:17"]);
    assert!(home.run("--help --silent-screen").data().contains("--silent-screen[=<true|false>]"));
}

#[test]
fn a_routine_of_ones_own_plays_with_its_ambience_beside_it() {
    let home = Home::new();
    home.write("mine/rest.toml", REST);
    assert_eq!(home.run("play mine/rest.toml --fake-output --voice fake").data(), "");
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let home = Home::new();
    let program = assert_cmd::cargo::cargo_bin("supine");
    let mut shell = assert_cmd::Command::new("sh");
    shell.env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    let line = format!(
        "{{ {} show --voice fake --json; echo \"exit code $?\" >&2; }} | head -n 1",
        program.display()
    );
    let outcome = home.outcome(shell.args(["-c", &line]));
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("{\n", "exit code 0\n"));
}

/// Runs a command line with another program in place of espeak-ng.
#[cfg(unix)]
fn with_engine(script: Option<&str>, arguments: &str) -> (Home, Outcome) {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.write("rest.toml", REST);
    home.write("klingon.toml", REST.replace("title = ", "language = \"tlh\"\ntitle = "));
    let engine = match script {
        Some(script) => {
            let path = home.write("engine.sh", format!("#!/bin/sh\n{script}\n"));
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            path
        }
        None => PathBuf::from("/no/such/engine"),
    };
    let outcome = home.outcome(home.command().env("SUPINE_ESPEAK", engine).args(arguments.split(' ')));
    (home, outcome)
}

#[test]
#[cfg(unix)]
fn an_engine_that_fails_is_named_with_its_own_words_and_exit_code_3() {
    let cases = [
        (Some("echo garbage"), vec!["espeak-ng gave no usable sound", "not WAV"]),
        (Some("exit 0"), vec!["espeak-ng gave no usable sound", "wrote nothing"]),
        (Some("echo 'no data path' >&2; exit 1"), vec!["espeak-ng failed", "no data path"]),
        (Some("exit 1"), vec!["espeak-ng failed", "no reason"]),
        (Some("kill -9 $$"), vec!["espeak-ng failed", "signal 9"]),
        (None, vec!["espeak-ng is not installed", "install"]),
    ];
    for (script, words) in cases {
        let (home, outcome) = with_engine(script, "render rest.toml -o a.wav --voice espeak");
        assert_says(&outcome.failure(3), &words);
        assert!(!home.path().join("a.wav").exists());
        // The session does not fail because of it: the next best voice is part of the program.
        let (_home, outcome) = with_engine(script, "play rest.toml --fake-output --voice espeak");
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
        assert_says(&outcome.stderr, &words);
        assert_says(&outcome.stderr, &["going on with `natural`"]);
    }
}

#[test]
#[cfg(unix)]
fn an_engine_without_end_is_stopped_and_named() {
    let (_home, outcome) =
        with_engine(Some("yes | head -c 50000000"), "render rest.toml -o a.wav --voice espeak");
    assert_says(&outcome.failure(3), &["espeak-ng", "does not stop"]);
}

#[test]
#[cfg(unix)]
fn an_engine_that_hangs_is_given_up_after_its_time_limit() {
    let (_home, outcome) = with_engine(Some("exec sleep 600"), "render rest.toml -o a.wav --voice espeak");
    assert_says(&outcome.failure(3), &["espeak-ng did not answer within 10", "--voice"]);
}

#[test]
#[cfg(unix)]
fn without_any_voice_every_reason_is_given() {
    let (_home, outcome) = with_engine(None, "play klingon.toml --fake-output");
    let reasons = ["no voice speaks `tlh`", "the system voice", "espeak-ng is not installed", "nstall"];
    assert_says(&outcome.failure(3), &reasons);
    let (_home, outcome) = with_engine(None, "show klingon.toml");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_says(&outcome.stderr, &["estimates"]);
    assert_says(&outcome.stdout, &["about ", " · none · brown"]);
}
