//! The cache of clips, broken.

use std::path::PathBuf;

use super::{are_told, home, plays, whole};
use crate::support::heard::Heard;
use crate::support::home::Home;
use crate::support::rows::row;
use crate::support::small_disk::SmallDisk;

const CLIPS: &str = "cache/supine/clips";

/// A home whose engine `own` writes a line each time it is asked, and how often that was since the last call.
fn counting() -> (Home, impl Fn(&Home) -> usize) {
    let home = home();
    home.write("own.sh", "echo >> asked; exec espeak-ng --stdin --stdout\n");
    home.config("[engines.own]\ncommand = [\"sh\", \"own.sh\"]\n");
    let asked = |home: &Home| {
        let asked = std::fs::read_to_string(home.path().join("asked")).unwrap_or_default();
        home.write("asked", "");
        asked.len()
    };
    (home, asked)
}

#[test]
fn clips_that_can_not_be_read_are_made_anew() {
    let (home, asked) = counting();
    let unbroken = counting().0;
    assert_eq!(unbroken.run("render rest.toml -o whole.wav --ambience none --voice own").code, 0);
    let whole = Heard::read(&unbroken.path().join("whole.wav"));
    plays(&home, "own", |_| {}).1.is_like(&whole);
    let sentences = asked(&home);
    let clips: Vec<PathBuf> =
        std::fs::read_dir(home.path().join(CLIPS)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(clips.len() > 3 && sentences == clips.len(), "{sentences} sentences, {} clips", clips.len());
    plays(&home, "own", |_| {}).1.is_like(&whole);
    assert_eq!(asked(&home), 0);
    // Root reads everything, but no folder as a file.
    for clip in &clips {
        std::fs::remove_file(clip).unwrap();
        std::fs::create_dir(clip).unwrap();
    }
    plays(&home, "own", |_| {}).1.is_like(&whole);
    assert_eq!(asked(&home), sentences);
    row("Cache of clips", "clips that can't be read", "heard: everything, made anew");
}

#[test]
fn a_cache_on_a_full_disk_is_told_and_the_session_is_heard() {
    let home = home();
    let Some(_disk) = SmallDisk::new(&home.path().join("cache"), "size=32k") else { return };
    let (told, heard) = plays(&home, "espeak", |_| {});
    are_told(&told, &["can't be kept in ~home/cache/supine/clips (No space left on device"]);
    heard.is_like(&whole("espeak"));
    row("Cache of clips", "full disk", "heard: everything; told: one line");
}
