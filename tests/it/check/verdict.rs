//! The verdict of `supine check` on several files, and on problems outside them.

use super::*;

#[test]
fn whatever_is_a_mistake_has_exit_code_2_in_every_order_and_the_other_files_are_checked() {
    let home = Home::new();
    home.write("good.toml", GOOD);
    home.write("warned.toml", GOOD.replace("Rest.", "Look at your knee."));
    home.write("bad.toml", "title = \"Bad\"\n");
    home.write("lost.toml", GOOD.replace("title", "ambience = \"gone.flac\"\ntitle"));
    home.write("latin1.toml", b"title = \"Caf\xe9\"\n");
    std::fs::create_dir(home.path().join("folder")).unwrap();
    for options in ["--quick", "--voice fake --ambience none"] {
        for (files, code) in [("good.toml", 0), ("warned.toml", 0), ("good.toml warned.toml bedtime-back", 0)]
        {
            let outcome = home.run(&format!("check {options} {files}"));
            assert_eq!(outcome.code, code, "{files}: {}", outcome.stderr);
        }
        for bad in ["bad.toml", "lost.toml", "latin1.toml", "folder", "missing.toml", "./"] {
            for files in [bad.to_owned(), format!("good.toml {bad}"), format!("{bad} good.toml")] {
                let outcome = home.run(&format!("check {options} {files}"));
                assert_eq!(outcome.code, 2, "{files}: {}", outcome.stderr);
                let is_checked = outcome.stderr.contains("good.toml: fine");
                assert_eq!(is_checked, files.contains("good"), "{files}: {}", outcome.stderr);
                assert!(!outcome.stderr.contains(&format!("{bad}: fine")), "{}", outcome.stderr);
            }
        }
    }
}

const GOOD: &str = "title = \"Good\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\"]\n";

#[test]
fn what_is_wrong_besides_the_files_is_told_once() {
    let home = Home::new();
    home.write("a.toml", GOOD);
    home.write("b.toml", GOOD);
    let once = |arguments: &str, code: i32, words: &str| {
        let outcome = home.run(&format!("check a.toml b.toml a.toml {arguments}"));
        assert_eq!(outcome.code, code, "{}", outcome.stderr);
        assert_eq!(outcome.stderr.matches(words).count(), 1, "{}", outcome.stderr);
        outcome.stderr
    };
    let message = once("--voice fake --ambience gone", 2, "there is no ambience");
    assert!(!message.contains("fine"), "{message}");
    once("--voice nobody", 2, "there is no voice `nobody`");
    let message = once("--voice fake --ambience none", 0, "a.toml: fine");
    assert_eq!(message, "a.toml: fine\nb.toml: fine\n", "a file that is named twice is checked once");
    home.config("pace = \"fast\"\n");
    let message = once("--voice fake --ambience none", 2, "config.toml:1:8");
    assert!(message.ends_with("a.toml: fine\nb.toml: fine\n"), "{message}");
    home.config("");
    home.write("a.toml", GOOD.replace("title", "language = \"ja\"\ntitle"));
    once("--voice fake --ambience none", 0, "no phrases in `ja`");
}

#[test]
fn a_verdict_comes_after_all_that_is_wrong_and_a_voice_that_fails_keeps_no_file_from_being_checked() {
    let home = Home::new();
    home.write("a.toml", GOOD);
    home.write("b.toml", GOOD);
    home.config("[engines.fails]\ncommand = [\"false\"]\n");
    let outcome = home.run("check a.toml b.toml --voice fails --ambience none");
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!((outcome.code, lines.len()), (3, 4), "{}", outcome.stderr);
    assert!(lines[0].starts_with("a.toml: its sound was not measured: fails failed"), "{}", lines[0]);
    assert_eq!((lines[1], lines[3]), ("a.toml: fine", "b.toml: fine"));
}

#[test]
fn a_language_that_is_not_there_is_not_called_fine() {
    let home = Home::new();
    let outcome = home.run("check --quick breath-only --language ja");
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("not available in `ja` yet"), "{}", outcome.stderr);
    assert_eq!(home.run("check --quick breath-only --language de").code, 0);
}
