//! Accidents of a session at night: a pause by a headset, a terminal that is closed, a device that disappears,
//! a voice that dies. The listener is led on in every case.

use super::steering::{CLICK, HOLD, is_whole_again, waits_in_the_ambience};
use super::support::bus::Bus;
use super::support::process::{require, wait_until};
use super::support::pty::Pty;
use super::support::rows::row;
use super::*;

/// Longer than the search for a lost device.
const LOOKED_FOR: Duration = Duration::from_secs(70);

const STEADY: [&str; 7] = ["routine.toml", "--voice", "fake", "--ambience", "brown", "--wind-down", "off"];

/// A command of the stage, on a bus.
fn on_bus(stage: &Stage, bus: &Bus, program: &str) -> std::process::Command {
    let mut command = stage.command(program);
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    command
}

#[cfg(feature = "media-keys")]
#[test]
fn a_headset_pauses_and_resumes() {
    require("playerctl", "playerctl");
    let stage = sound_stage(HOLD);
    let bus = Bus::start(&stage.file("run"));
    let playerctl = |word: &str| {
        let output = on_bus(&stage, &bus, "playerctl").args(["--player", "supine", word]).output();
        String::from_utf8(output.expect("playerctl can be started").stdout).expect("it writes text")
    };
    let mut command = on_bus(&stage, &bus, env!("CARGO_BIN_EXE_supine"));
    command.arg("play").args(STEADY);
    let session = stage.start(command);
    assert!(wait_until(SOON, || playerctl("status").trim() == "Playing"), "it is not on the bus");
    let resumed = waits_in_the_ambience(&stage, &STEADY, session.start, || {
        playerctl("play-pause");
    });
    playerctl("play-pause");
    is_whole_again(&stage, resumed);
    playerctl("stop");
    session.wait(SOON).expect_code(0);
}

#[test]
fn a_closed_terminal_ends_nothing() {
    let stage = sound_stage(HOLD);
    let arguments = ["routine.toml", "--pace", "2", "--voice", "fake", "--ambience", "none"];
    let score = Timeline::of(&stage, &arguments);
    let terminal = Pty::new();
    let mut command = stage.command("setsid");
    command.args(["--ctty", env!("CARGO_BIN_EXE_supine"), "play"]).args(arguments).env("TERM", "xterm");
    let start = stage.recorder().seconds();
    let mut session = terminal.start(command);
    heard(&stage, start, AUDIBLE);
    drop(terminal);
    let status = session.wait(SESSION).expect("it comes to its end");
    assert_eq!(status.code(), Some(0));
    hears_every_event(&stage.recorder().samples_from(start), &score);
    row("Terminal", "closed while a session plays", "heard: everything, to the end");
}

#[test]
fn a_session_that_was_stopped_waits_in_the_ambience_and_goes_on_with_the_whole_hold() {
    let stage = sound_stage(HOLD);
    let session = play(&stage, &STEADY);
    let resumed = waits_in_the_ambience(&stage, &STEADY, session.start, || {
        session.signal("STOP");
        std::thread::sleep(Duration::from_secs(1));
        session.signal("CONT");
    });
    let waiting = stage.supine(&["ctl", "status", "--json"]).wait(SOON).expect_code(0).out;
    assert!(waiting.contains("\"state\":\"paused\""), "{waiting}");
    session.signal("USR1");
    is_whole_again(&stage, resumed);
    stage.supine(&["ctl", "stop"]).wait(SOON).expect_code(0);
    session.wait(SOON).expect_code(0);
    row(
        "Machine",
        "the program stopped (SIGSTOP), and going on",
        "heard: it waits in the ambience, and goes on with the last instruction and its whole hold when asked",
    );
}

#[test]
fn another_device_goes_on_with_the_instruction_and_the_whole_hold() {
    let mut stage = sound_stage(HOLD);
    // Before the ambience is ducked, it would be as loud as a word.
    let arguments = ["routine.toml", "--voice", "fake", "--ambience", "none", "--wind-down", "off"];
    let score = Timeline::of(&stage, &arguments);
    let second = score.events[score.counts()][1].at_s;
    let session = play(&stage, &arguments);
    let start = session.start;
    let lost = start + heard(&stage, start, CLICK) - score.events[0].at_s + second + 1.0;
    assert!(stage.recorder().wait_until(lost, SESSION, |samples| !samples.is_empty()));
    stage.take_sink_away();
    std::thread::sleep(Duration::from_secs(3));
    // At another rate, as another device may have it.
    stage.give_sink(44_100);
    let is_heard = |samples: &[f32]| first_onset(samples, CLICK).is_some();
    assert!(stage.recorder().wait_until(0.0, LOOKED_FOR, is_heard), "nothing is heard on the other device");
    is_whole_again(&stage, 0.0);
    session.signal("INT");
    session.wait(SOON).expect_code(130).expect_silence();
    row(
        "Sound device",
        "gone, and back at another rate",
        "heard: the last instruction again, and its whole hold",
    );
}

/// A sentence that the engine can't say, after some that it can say.
const ONE_THAT_FAILS: &str = r#"
title = "One"
summary = "A sentence in another script."
language = "en"
ending = "asleep"

[[pose]]
name = "Rest"
steps = ["Lie down, and rest.", "Breathe as you like.", { seconds = 5 }, "Cadabra.", "Rest again."]
"#;

#[test]
fn a_session_obeys_while_the_next_voice_speaks_for_one_that_failed() {
    require("espeak-ng", "espeak-ng");
    let stage = sound_stage(ONE_THAT_FAILS);
    let engine = "text=$(cat); case $text in *Cadabra*) exit 1;; esac; \
                  printf %s \"$text\" | espeak-ng --stdin -w \"$0\"";
    stage.write("engine.sh", engine);
    let engine = stage.file("engine.sh");
    let config = format!("[engines.one]\ncommand = [\"sh\", {engine:?}, \"{{wav}}\"]\n");
    stage.write("config/supine/config.toml", config);
    let session = play(&stage, &["routine.toml", "--voice", "one", "--ambience", "none"]);
    let start = session.start;
    let recorder = stage.recorder();
    let first = start + heard(&stage, start, AUDIBLE);
    // The voice fails ahead of what is heard, and the next one already has the missing words ready.
    assert!(recorder.wait_until(first + 3.0, SOON, |samples| !samples.is_empty()));
    stage.supine(&["ctl", "pause"]).wait(SOON).expect_code(0);
    let paused = recorder.seconds();
    let status = stage.supine(&["ctl", "status", "--json"]).wait(SOON).expect_code(0).out;
    assert!(status.contains("\"pose_number\":0"), "no pose has begun: {status}");
    assert!(recorder.wait_until(paused + 12.0, SOON, |samples| !samples.is_empty()));
    let silence = recorder.samples_from(paused + 1.0);
    let speaks = first_onset(between(&silence, 0.0, 10.5), AUDIBLE);
    assert!(speaks.is_none(), "it speaks {speaks:?} s after it was paused");
    stage.supine(&["ctl", "resume"]).wait(SOON).expect_code(0);
    let resumed = recorder.seconds();
    heard(&stage, resumed, AUDIBLE);
    session.signal("INT");
    let outcome = session.wait(SOON).expect_code(130);
    assert!(outcome.err.contains("going on with"), "{}", outcome.err);
    row(
        "Own engine",
        "failing on one sentence, while the listener pauses and goes on",
        "heard: silence at once in the pause; the next voice from that sentence on",
    );
}

/// Two poses, whose holds differ.
const TWO_POSES: &str = r#"
title = "Two"
summary = "Two poses."
language = "en"
ending = "asleep"

[[pose]]
name = "Knees"
steps = ["Lift it.", { count = { to = 2, beat = "2s" } }]

[[pose]]
name = "Arms"
steps = ["Let both of them lie long.", { count = { to = 4, beat = "2s" } }]
"#;

#[test]
fn a_killed_session_is_resumed_at_its_pose() {
    let stage = sound_stage(TWO_POSES);
    let arguments =
        ["routine.toml", "--pace", "2", "--voice", "fake", "--ambience", "none", "--wind-down", "off"];
    let score = Timeline::of(&stage, &arguments);
    let pose = score.events.iter().position(|event| event.pose == 2).expect("there are two poses");
    let pose = &score.events[pose..];
    let killed = play(&stage, &arguments);
    let origin = killed.start + heard(&stage, killed.start, AUDIBLE) - score.events[0].at_s;
    // After the second count of the second pose.
    let broken_off = origin + pose[3].end_s() + 0.2;
    assert!(stage.recorder().wait_until(broken_off, SESSION, |samples| !samples.is_empty()));
    killed.signal("KILL");
    let outcome = killed.wait(SOON);
    assert_eq!(outcome.code, None, "it was not killed: {outcome:?}");

    let session = stage.supine(&["resume"]);
    let start = session.start;
    session.wait(SESSION).expect_code(0);
    let heard = sounds(&stage.recorder().samples_from(start), AUDIBLE, 0.3);
    let expected: Vec<&str> = pose.iter().map(|event| event.text.as_str()).collect();
    // A sentence that says so, and then the pose and everything after it.
    assert_eq!(heard.len(), 1 + pose.len(), "{heard:?} instead of {expected:?}");
    for (sound, event) in heard[1..].iter().zip(pose) {
        let late = (sound.start - heard[1].start) - (event.at_s - pose[0].at_s);
        assert!(late.abs() < TOLERANCE, "{:?} was heard {late:.3} s from its place", event.text);
    }
    row(
        "supine itself",
        "killed (SIGKILL), then resumed",
        "heard: its pose from the beginning, and everything after it",
    );
}

#[cfg(feature = "system-voice")]
mod voice {
    use super::super::support::ears::place_of;
    use super::super::support::process::send;
    use super::super::support::recorder;
    use super::*;

    /// How similar the heard and the expected sound must be; other words reach 0.7 at most.
    const ALIKE: f64 = 0.8;
    /// How long it may take until a lost voice is noticed and the next one begins, and the longest time between
    /// two sentences.
    const MISSED: f64 = 25.0;

    /// Each sentence from the second on as the natural voice says it, by its first words.
    fn as_the_next_voice_says_it(stage: &Stage) -> Vec<(String, Vec<f32>)> {
        let arguments = arguments("natural", "none");
        let score = Timeline::of(stage, &arguments);
        let path = stage.file("natural.wav");
        let output = path.display().to_string();
        stage.supine(&[&["render"], &arguments[..], &["-o", &output]].concat()).wait(SESSION).expect_code(0);
        let (file, rate) = recorder::read(&path);
        assert_eq!(rate, recorder::RATE, "they are compared sample by sample");
        let beginning = |event: &super::super::support::timeline::Event| {
            let part = between(&file, event.at_s - 0.05, event.end_s().min(event.at_s + 0.7));
            (event.text.clone(), part.to_vec())
        };
        score.events[1..].iter().map(beginning).collect()
    }

    /// Breaks the service in the second sentence; the next voice says that sentence from its beginning, and
    /// everything after it.
    fn goes_on_with_the_next(break_it: fn(&mut Stage)) {
        let mut stage = Stage::with_speech();
        stage.write("routine.toml", PAUSE);
        let sentences = as_the_next_voice_says_it(&stage);
        let session = play(&stage, &arguments("system", "none"));
        let start = session.start;
        let is_second = |samples: &[f32]| sounds(samples, -30.0, 0.6).len() > 1;
        assert!(stage.recorder().wait_until(start, SOON, is_second), "it says two sentences");
        break_it(&mut stage);
        let mut from = stage.recorder().seconds() - start;
        let outcome = session.wait(SESSION).expect_code(0);
        assert!(outcome.err.contains("going on with `natural`"), "{}", outcome.err);
        assert_eq!(outcome.err.lines().count(), 1, "{}", outcome.err);
        let samples = stage.recorder().samples_from(start);
        for (text, beginning) in &sentences {
            let (place, likeness) = place_of(beginning, between(&samples, from, from + MISSED));
            println!("{text:?} after {place:.2} s, alike to {likeness:.2}");
            assert!(likeness > ALIKE, "{text:?} is not heard");
            from += place;
        }
    }

    #[test]
    fn a_voice_that_dies_in_mid_sentence_is_followed_by_the_next() {
        goes_on_with_the_next(|stage| stage.dispatcher().kill());
        row(
            "Speech Dispatcher",
            "killed in the middle of a sentence",
            "heard: the next voice, from the beginning of that sentence",
        );
    }

    #[test]
    fn a_voice_that_freezes_in_mid_sentence_is_followed_by_the_next() {
        goes_on_with_the_next(|stage| send("STOP", stage.dispatcher().pid()));
        row(
            "Speech Dispatcher",
            "stopped (SIGSTOP) in the middle of a sentence",
            "heard: the next voice, from the beginning of that sentence",
        );
    }
}
