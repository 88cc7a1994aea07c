//! What a package of supine is made of: manual pages, completions, the desktop entry and its metadata.

use std::path::Path;
use std::process::{Command, Output};

use crate::cli::assert_says;
use crate::support::home::Home;
use crate::support::process::require;

/// The commands that the help lists.
fn commands(home: &Home) -> Vec<String> {
    let help = home.run("--help").data();
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let rows = list.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names = rows.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

fn text(output: Output) -> String {
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

/// Fails unless a checker ends without an error; its words are shown.
#[track_caller]
fn assert_passes(checker: &mut Command) {
    let output = checker.output().unwrap();
    let passes = output.status.success();
    assert!(passes, "{checker:?}:\n{}", text(output));
}

fn packaging(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(file)
}

/// What is offered for the last of these words, as the script for bash asks for it.
fn offered(home: &Home, words: &[&str]) -> Vec<String> {
    let mut command = home.command();
    command.env("SUPINE_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let outcome = home.outcome(command.args(["--", "supine"]).args(words));
    outcome.data().lines().map(str::to_owned).collect()
}

#[test]
fn every_command_has_a_manual_page_without_a_warning() {
    require("mandoc", "mandoc");
    let home = Home::new();
    let written = home.run("man --dir pages/man1").data();
    let commands = commands(&home);
    assert!(commands.contains(&"play".to_owned()) && commands.contains(&"man".to_owned()), "{commands:?}");
    for name in &commands {
        let page = home.path().join(format!("pages/man1/supine-{name}.1"));
        let page = std::fs::read_to_string(page).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_says(&page, &[&format!(".TH SUPINE-{} 1 ", name.to_uppercase())]);
        assert_says(&page, &[".SH EXAMPLE", ".SH \"SEE ALSO\""]);
    }
    assert_eq!(written.lines().count(), commands.len() + 1, "{written}");
    let pages = written.lines().map(|line| home.path().join(line));
    assert_passes(Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).args(pages));
}

#[test]
fn the_manual_page_keeps_the_lines_of_its_examples_and_bears_the_day_of_the_build() {
    require("mandoc", "mandoc");
    let home = Home::new();
    let outcome = home.outcome(home.command().env("SOURCE_DATE_EPOCH", "86400").arg("man"));
    let page = home.write("supine.1", outcome.data());
    let shown =
        text(Command::new("mandoc").args(["-T", "ascii", "-O", "width=200"]).arg(page).output().unwrap());
    // A letter, a backspace and the letter again is a bold one.
    let plain = shown.chars().fold(String::new(), |mut plain, sign| {
        if sign == '\u{8}' {
            plain.pop();
        } else {
            plain.push(sign);
        }
        plain
    });
    let is_line = |wanted: &str| plain.lines().any(|line| line.trim() == wanted);
    assert!(
        is_line("supine resume                         continue the session that was cut short"),
        "{plain}"
    );
    assert!(is_line("supine-play(1)") && plain.contains("1970-01-02"), "{plain}");
}

#[test]
fn a_folder_that_manual_pages_can_not_go_into_is_named() {
    let home = Home::new();
    home.write("taken", "a file");
    assert_says(&home.run("man --dir taken").failure(1), &["can't write taken", "choose a folder"]);
}

#[test]
fn each_shell_has_a_script_that_asks_supine_and_others_have_none() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert_says(&home.run(&format!("completions {shell}")).data(), &["supine", "SUPINE_COMPLETE"]);
    }
    assert_says(&home.run("completions tcsh").failure(2), &["tcsh", "bash", "fish"]);
}

#[test]
fn routines_of_every_kind_are_completed_with_files_beside_them() {
    let home = Home::new();
    home.write("data/supine/routines/desk-mine.toml", "title = \"Mine\"");
    home.write("desk-file.toml", "");
    home.write("desk.txt", "");
    let named = ["desk-break", "desk-mine", "desk-file.toml"];
    for words in [&["play", "desk"][..], &["render", "desk"], &["new", "mine", "--from", "desk"]] {
        assert_eq!(offered(&home, words), named, "{words:?}");
    }
    assert_eq!(offered(&home, &["play", "./desk"]), ["./desk-file.toml"]);
}

#[test]
fn voices_sounds_languages_poses_and_fixed_words_are_completed() {
    let home = Home::new();
    home.config("[engines.natty]\ncommand = [\"natty\"]\n");
    let voices = offered(&home, &["--voice", "nat"]);
    assert!(voices.contains(&"natty".to_owned()) && voices.contains(&"natural".to_owned()), "{voices:?}");
    assert_eq!(offered(&home, &["play", "--ambience", "r"]), ["rain"]);
    assert_eq!(offered(&home, &["sounds", "--try", "r"]), ["rain"]);
    assert_eq!(offered(&home, &["list", "--language", "d"]), ["de"]);
    assert_eq!(offered(&home, &["never", "pige"]), ["pigeon"]);
    assert_eq!(offered(&home, &["play", "--skip", "cobra,pige"]), ["cobra,pigeon"]);
    assert_eq!(offered(&home, &["ctl", "tog"]), ["toggle"]);
    assert_eq!(offered(&home, &["--counting", "sp"]), ["sparse"]);
    assert_eq!(offered(&home, &["--count"]), ["--counting"]);
    assert_eq!(offered(&home, &["--f"]), ["--from"], "what is for tests is hidden");
}

#[test]
fn music_and_what_is_written_are_completed_as_files() {
    let home = Home::new();
    home.write("music/quiet.flac", "");
    assert_eq!(offered(&home, &["--ambience", "mu"]), ["music/"]);
    assert_eq!(offered(&home, &["--ambience", "music/q"]), ["music/quiet.flac"]);
    assert_eq!(offered(&home, &["render", "-o", "mu"]), ["music/"]);
    assert_eq!(offered(&home, &["check", "music/q"]), ["music/quiet.flac"]);
}

#[test]
fn bash_completes_with_the_script() {
    require("bash", "bash");
    let home = Home::new();
    let program = assert_cmd::cargo::cargo_bin("supine");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let ask = "source <(supine completions bash)\n\
        COMP_WORDS=(supine play desk) COMP_CWORD=2 COMP_TYPE=9\n\
        _clap_complete_supine supine desk play\n\
        printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", ask]).current_dir(home.path()).env("HOME", home.path()).env("PATH", path);
    bash.env("XDG_DATA_HOME", home.path()).env("XDG_CONFIG_HOME", home.path());
    assert_eq!(text(bash.output().unwrap()), "desk-break\n");
}

#[test]
fn a_session_is_not_taken_for_a_question_of_another_program() {
    let home = Home::new();
    let outcome = home.outcome(home.command().env("COMPLETE", "bash").arg("--version"));
    assert!(outcome.data().starts_with("supine "));
}

#[test]
fn the_desktop_entry_and_the_metadata_are_valid_and_name_each_other() {
    require("desktop-file-validate", "desktop-file-utils");
    require("appstreamcli", "appstream");
    let metainfo = packaging("alt.supine.supine.metainfo.xml");
    assert_passes(Command::new("desktop-file-validate").arg(packaging("supine.desktop")));
    assert_passes(Command::new("appstreamcli").args(["validate", "--no-net"]).arg(&metainfo));
    let metainfo = std::fs::read_to_string(metainfo).unwrap();
    assert_says(
        &metainfo,
        &["<launchable type=\"desktop-id\">supine.desktop<", "<icon type=\"stock\">supine<"],
    );
    let entry = std::fs::read_to_string(packaging("supine.desktop")).unwrap();
    assert_says(&entry, &["\nIcon=supine\n", "\nExec=supine\n", "\nTerminal=true\n"]);
    assert!(packaging("supine.svg").is_file());
}
