//! A drive with the ambience on it is pulled.

use super::support::pulled::Drive;
use super::support::rows::row;
use super::*;

/// Louder than the ambience, and softer than a word.
const WORD: f64 = -30.0;

fn every_word_is_heard(samples: &[f32], origin: f64, score: &Timeline) {
    for event in &score.events {
        let from = origin + event.at_s;
        let heard = first_onset(between(samples, from - TOLERANCE, from + TOLERANCE), WORD);
        assert!(heard.is_some(), "{:?} at {:.1} s was not heard", event.text, event.at_s);
    }
}

#[test]
fn a_drive_that_is_pulled_takes_the_ambience_and_no_word() {
    // A breath would be led by noise of its own.
    let counts =
        SHORT.replace("to = 6", "to = 14").replace("  { breaths = { cycles = 2, ratio = \"4:4\" } },\n", "");
    let stage = sound_stage(&counts);
    write_tone(&stage);
    let drive = stage.file("drive");
    std::fs::create_dir(&drive).expect("a folder can be made");
    for name in ["drive/a.wav", "drive/b.wav"] {
        std::fs::copy(stage.file("tone.wav"), stage.file(name)).expect("a file can be copied");
    }
    let arguments =
        ["routine.toml", "--pace", "2", "--voice", "fake", "--ambience", "drive", "--wind-down", "off"];
    let score = Timeline::of(&stage, &arguments);
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    let drive = Drive::of(&drive, &stage.file("run"), command.arg("play").args(arguments));
    let session = stage.start(command);
    let start = session.start;
    let origin = heard(&stage, start, WORD) - score.events[0].at_s;
    let pulled = score.events[3].at_s;
    assert!(stage.recorder().wait_until(start + origin + pulled, SESSION, |samples| !samples.is_empty()));
    drive.pull();
    let last = score.events.last().expect("something is said").end_s();
    assert!(stage.recorder().wait_until(start + origin + last + 0.5, SESSION, |samples| !samples.is_empty()));
    session.signal("INT");
    let outcome = session.wait(SOON).expect_code(130);
    let told: Vec<&str> = outcome.err.lines().collect();
    let expected = [
        "supine: drive/a.wav broke off: it can't be read (Input/output error (os error 5))",
        "supine: drive/b.wav broke off: it can't be read (Input/output error (os error 5))",
        "supine: the ambience fell silent: none of its files can be played any more",
    ];
    assert_eq!(told, expected);
    assert!(drive.failed() > 0, "every read went well");

    let samples = stage.recorder().samples_from(start);
    every_word_is_heard(&samples, origin, &score);
    // Between the words.
    let is_quiet =
        |at: f64| score.events.iter().all(|event| at + 0.3 < event.at_s || event.end_s() + 0.3 < at);
    let tenths = (10..(last * 10.0) as usize).map(|tenth| tenth as f64 / 10.0).filter(|at| is_quiet(*at));
    let levels: Vec<(f64, f64)> =
        tenths.map(|at| (at, level(between(&samples, origin + at, origin + at + 0.1)))).collect();
    let before = levels.iter().filter(|(at, _)| *at + 0.2 < pulled);
    assert!(before.clone().count() > 5 && before.clone().all(|(_, level)| *level > -70.0), "{levels:?}");
    // It is read up to 3 s ahead, and as much again may be in a decoder.
    let after = levels.iter().filter(|(at, _)| *at > pulled + 10.0);
    assert!(after.clone().count() > 5 && after.clone().all(|(_, level)| *level < -90.0), "{levels:?}");
    row(
        "Ambience",
        "on a drive that is pulled: what is open can't be read on",
        "heard: every word, and what was read already; told: a line for each file, and that the ambience fell silent",
    );
}
