//! The clip cache through the real program: speech is not synthesised twice, and whatever happens to its files,
//! a session still plays.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::support::home::{Home, Outcome};
use assert_cmd::Command;

const REST: &str = "title = \"Rest\"\nending = \"awake\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here, and let your back grow wide.\", { count = 3 }]\n";
const CLIPS: &str = "cache/supine/clips";

/// A home with a routine, and with a stand-in for espeak-ng that notes its calls and passes them on to the real
/// one.
fn home() -> Home {
    let home = Home::new();
    home.write("rest.toml", REST);
    let script =
        format!("#!/bin/sh\necho \"$*\" >> {}/calls\nexec espeak-ng \"$@\"\n", home.path().display());
    let engine = home.write("engine.sh", script);
    fs::set_permissions(engine, PermissionsExt::from_mode(0o755)).unwrap();
    home
}

fn rendering(home: &Home, file: &str) -> Command {
    let mut command = home.command();
    command.env("SUPINE_ESPEAK", home.path().join("engine.sh"));
    command.args(["render", "rest.toml", "--ambience", "none", "--voice", "espeak", "-o", file]);
    command
}

fn render(home: &Home, file: &str) -> Outcome {
    let outcome = home.outcome(&mut rendering(home, file));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    outcome
}

fn bytes(home: &Home, file: &str) -> Vec<u8> {
    fs::read(home.path().join(file)).unwrap()
}

/// How often the stand-in was asked to speak since the last call of this, and how often it was called at all.
fn calls(home: &Home) -> (usize, usize) {
    let path = home.path().join("calls");
    let calls = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    (calls.lines().filter(|line| line.contains("--stdin")).count(), calls.lines().count())
}

fn clips(home: &Home) -> Vec<PathBuf> {
    let listed = fs::read_dir(home.path().join(CLIPS)).into_iter().flatten();
    let mut clips: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    clips.sort();
    clips
}

#[test]
fn the_second_start_synthesises_nothing_and_gives_the_same_bytes() {
    let home = home();
    render(&home, "one.wav");
    let (spoken, asked) = calls(&home);
    assert!(spoken > 5 && asked == spoken + 1, "{spoken} of {asked}: its version is asked once");
    render(&home, "two.wav");
    assert_eq!(calls(&home), (0, 1));
    assert!(bytes(&home, "one.wav") == bytes(&home, "two.wav"));
    let show = home.command().args(["show", "rest.toml", "--voice", "espeak"]).output().unwrap();
    assert!(show.status.success());
    assert_eq!(
        home.run("cache").data().lines().nth(1).unwrap().split(' ').next().unwrap(),
        spoken.to_string()
    );
}

#[test]
fn another_pace_or_voice_is_synthesised() {
    let home = home();
    render(&home, "one.wav");
    calls(&home);
    for options in [["--pace", "slow"], ["--voice", "espeak:en-gb"]] {
        let mut command = rendering(&home, "two.wav");
        if options[0] == "--pace" {
            command.args(options);
        } else {
            command = home.command();
            command.env("SUPINE_ESPEAK", home.path().join("engine.sh"));
            command.args(["render", "rest.toml", "--ambience", "none", "-o", "two.wav"]).args(options);
        }
        assert_eq!(home.outcome(&mut command).code, 0);
        assert!(calls(&home).0 > 5, "{options:?}");
    }
}

#[test]
fn a_damaged_or_cut_clip_is_made_again() {
    let home = home();
    render(&home, "one.wav");
    calls(&home);
    let clips = clips(&home);
    let whole: Vec<Vec<u8>> = clips.iter().map(|path| fs::read(path).unwrap()).collect();
    let mut damaged = whole[0].clone();
    damaged[200] ^= 1;
    fs::write(&clips[0], damaged).unwrap();
    fs::write(&clips[1], &whole[1][..whole[1].len() / 2]).unwrap();
    fs::write(&clips[2], "").unwrap();
    render(&home, "two.wav");
    assert_eq!(calls(&home).0, 3);
    assert!(bytes(&home, "one.wav") == bytes(&home, "two.wav"));
    for (path, whole) in clips.iter().zip(whole) {
        assert!(fs::read(path).unwrap() == whole, "{path:?} is whole again");
    }
    crate::support::rows::row(
        "Cache of clips",
        "clips damaged, cut off, empty",
        "heard: everything; kept: those clips are made again",
    );
}

#[test]
fn two_at_once_with_a_cold_cache_both_succeed() {
    let home = home();
    std::thread::scope(|scope| {
        for file in ["one.wav", "two.wav"] {
            scope.spawn(|| assert_eq!(render(&home, file).stderr.lines().count(), 1));
        }
    });
    assert!(bytes(&home, "one.wav") == bytes(&home, "two.wav"));
    assert!(clips(&home).iter().all(|path| path.extension().is_some_and(|end| end == "clip")));
    calls(&home);
    render(&home, "three.wav");
    assert_eq!(calls(&home).0, 0);
    crate::support::rows::row(
        "Cache of clips",
        "shared by two processes that begin at once",
        "heard: the same in both; kept: whole clips, once",
    );
}

#[test]
fn a_folder_that_can_not_be_written_is_one_warning_and_no_failure() {
    let home = home();
    home.write("cache", "a file where the folder should be");
    let outcome = render(&home, "one.wav");
    assert_eq!(
        outcome.stderr.matches("can't be kept in ~home/cache/supine/clips").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert!(outcome.stderr.contains("check that folder"));
    let play = home.run("play rest.toml --fake-output --ambience none --voice espeak");
    assert_eq!((play.code, play.stderr.lines().count()), (0, 1), "{}", play.stderr);
    crate::support::rows::row(
        "Cache of clips",
        "no folder can be made for it",
        "heard: everything; told: one line",
    );
}

#[test]
fn the_folder_is_for_the_user_only() {
    let home = home();
    render(&home, "one.wav");
    let mode = |path: PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.path().join(CLIPS)), 0o700);
    assert!(clips(&home).into_iter().all(|clip| mode(clip) == 0o600));
}

#[test]
fn cache_tells_what_there_is_and_clears_only_what_is_its_own() {
    let home = home();
    let empty = home.run("cache").data();
    assert_eq!(empty, format!("~home/{CLIPS}\n0 clips, 0.0 MiB of 256 MiB at most\n"));
    assert_eq!(home.run("cache --clear").data(), format!("removed 0 clips, 0.0 MiB from ~home/{CLIPS}\n"));
    assert!(!home.path().join("cache").exists(), "looking makes no folder");
    render(&home, "one.wav");
    let count = clips(&home).len();
    home.write(&format!("{CLIPS}/notes.txt"), "mine");
    let told = home.run("cache").data();
    assert!(told.contains(&format!("\n{count} clips, ")) && !told.contains(" 0.0 MiB of"), "{told}");
    let gone = home.run("cache --clear").data();
    assert!(gone.starts_with(&format!("removed {count} clips, ")), "{gone}");
    assert_eq!(clips(&home), [home.path().join(CLIPS).join("notes.txt")]);
    render(&home, "two.wav");
    assert!(bytes(&home, "one.wav") == bytes(&home, "two.wav"));
}

/// What a file says, and when it was changed: a clip that is used gets a new time.
fn state(path: &Path) -> (Vec<u8>, SystemTime) {
    (fs::read(path).unwrap(), path.metadata().unwrap().modified().unwrap())
}

#[test]
fn a_link_in_the_folder_is_no_clip_and_what_it_leads_to_is_left_alone() {
    let home = home();
    render(&home, "one.wav");
    calls(&home);
    let clips = clips(&home);
    // One leads to the very clip that it stands for.
    let [whole, mine] = ["elsewhere/whole.clip", "elsewhere/mine.txt"].map(|name| home.write(name, "mine"));
    fs::copy(&clips[0], &whole).unwrap();
    let before = [&whole, &mine].map(|path| state(path));
    for (clip, leads_to) in clips.iter().zip([&whole, &mine, &home.path().join("elsewhere/nothing")]) {
        fs::remove_file(clip).unwrap();
        symlink(leads_to, clip).unwrap();
    }
    let told = home.run("cache").data();
    assert!(told.contains(&format!("\n{} clips, ", clips.len() - 3)), "{told}");
    render(&home, "two.wav");
    assert_eq!(calls(&home).0, 3, "those three are spoken again");
    assert!(bytes(&home, "one.wav") == bytes(&home, "two.wav"));
    assert!(clips.iter().all(|clip| clip.symlink_metadata().unwrap().is_file()));
    assert!([&whole, &mine].map(|path| state(path)) == before);
    assert_eq!(fs::read_dir(home.path().join("elsewhere")).unwrap().count(), 2);
}

#[test]
fn erasing_removes_links_and_follows_none() {
    let home = home();
    render(&home, "one.wav");
    let count = clips(&home).len();
    let mine = home.write("elsewhere/mine.txt", "mine");
    let folder = home.path().join(CLIPS);
    let name = |digit: &str| format!("{}.clip", digit.repeat(64));
    let lost = home.path().join("lost");
    for (name, leads_to) in [
        (name("0"), mine.as_path()),
        (name("1"), lost.as_path()),
        (name("2"), mine.parent().unwrap()),
        (".writing-x".to_owned(), mine.as_path()),
        // Not a name that supine gives.
        ("my-link".to_owned(), mine.as_path()),
    ] {
        symlink(leads_to, folder.join(name)).unwrap();
    }
    let gone = home.run("cache --clear").data();
    assert!(gone.starts_with(&format!("removed {count} clips, ")), "{gone}");
    assert_eq!(clips(&home), [folder.join("my-link")]);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
}

#[test]
fn a_whole_folder_that_is_the_listener_s_link_is_emptied_and_stays_one() {
    let home = home();
    let mine = home.write("elsewhere/mine.txt", "mine");
    let elsewhere = mine.parent().unwrap();
    let folder = home.path().join(CLIPS);
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    symlink(elsewhere, &folder).unwrap();
    render(&home, "one.wav");
    assert!(fs::read_dir(elsewhere).unwrap().count() > 5);
    assert!(!home.run("cache --clear").data().starts_with("removed 0 clips"));
    assert!(folder.is_symlink());
    assert_eq!(clips(&home), [folder.join("mine.txt")]);
}

#[test]
fn clips_of_an_engine_are_made_anew_when_its_files_change() {
    let home = home();
    let script = home.write("own.sh", "echo x >> calls; exec espeak-ng --stdin --stdout\n");
    home.config(&format!("[engines.own]\ncommand = [\"sh\", {script:?}]\n"));
    let calls_of = || {
        let outcome = home.run("render rest.toml -o out.wav --ambience none --voice own");
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let calls = fs::read_to_string(home.path().join("calls")).unwrap_or_default();
        let _ = fs::remove_file(home.path().join("calls"));
        calls.lines().count()
    };
    assert!(calls_of() > 5);
    assert_eq!(calls_of(), 0);
    home.write("own.sh", "echo x >> calls; exec espeak-ng --stdin --stdout -v en-gb\n");
    assert!(calls_of() > 5);
    assert_eq!(calls_of(), 0);
}

#[test]
#[cfg(feature = "natural-voice")]
fn the_natural_voice_says_the_same_the_second_time() {
    let home = home();
    let run = |file: &str| {
        let outcome = home.run(&format!("render rest.toml -o {file} --ambience none --voice natural"));
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        bytes(&home, file)
    };
    assert!(run("one.wav") == run("two.wav"));
    assert!(!clips(&home).is_empty());
}

#[test]
#[cfg(feature = "natural-voice")]
fn each_voice_of_the_model_has_clips_of_its_own() {
    let home = home();
    let run = |voice: &str, file: &str| {
        let outcome = home.run(&format!("render rest.toml -o {file} --ambience none --voice {voice}"));
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        (bytes(&home, file), clips(&home))
    };
    let (plain, plain_clips) = run("natural", "plain.wav");
    let (deep, both) = run("natural:deep", "deep.wav");
    assert!(plain != deep);
    assert_eq!(both.len(), 2 * plain_clips.len());
    let again = run("natural", "again.wav");
    assert!(again.0 == plain && again.1 == both);
}

#[test]
fn the_voices_for_tests_are_not_kept() {
    let home = home();
    assert_eq!(home.run("play rest.toml --fake-output --voice fake --ambience none").data(), "");
    assert!(!home.path().join("cache").exists());
}
