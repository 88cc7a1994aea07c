//! What a listener hears and reads when something is missing, dies or hangs; and the terminal's state.

use super::support::heard::{INSTEAD, OTHER_WORDS};
use super::support::process::{require, send};
use super::support::recogniser;
use super::support::recorder::RATE;
use super::support::rows::row;
use super::*;

/// A limit for the first sentence of a replacement voice; the first voice is given up after 10 s at most.
const WORDS: Duration = Duration::from_secs(40);

/// The routine without a choice of voice, on no ambience.
const UNCHOSEN: [&str; 5] = ["routine.toml", "--pace", "2", "--ambience", "none"];

/// Fails unless `text` is one sentence for people, and neither a library's dump nor a panic.
fn is_one_clear_line(text: &str) {
    println!("{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("supine: "), "{text}");
    for noise in ["ALSA", "snd_", "panicked", "Error {", "Err(", "RUST_BACKTRACE"] {
        assert!(!text.contains(noise), "{text}");
    }
}

#[test]
fn without_a_sound_device_one_sentence_says_what_to_do() {
    let stage = Stage::bare();
    let outcome = stage.supine(&["play", "--voice", "fake"]).wait(SOON).expect_code(4);
    assert_eq!(outcome.out, "");
    is_one_clear_line(&outcome.err);
    assert!(outcome.err.contains("supine render"));
    row("Sound device", "none at the start", "told: one line, with what to do; exit code 4");
}

#[test]
fn without_any_voice_one_line_says_what_to_install() {
    let mut stage = sound_stage(&SHORT.replace("\"en\"", "\"de\""));
    stage.allow_only(&[]);
    let outcome = play(&stage, &UNCHOSEN).wait(SOON).expect_code(3);
    is_one_clear_line(&outcome.err);
    for package in ["speech-dispatcher", "espeak-ng"] {
        assert!(outcome.err.contains(package), "{package} is to be named");
    }
    row("Voices", "none at all for the language", "told: one line, with what to install; exit code 3");
}

/// The first sentence, once it is over.
fn first_words(stage: &Stage, start: f64) -> Vec<f32> {
    // Longer than the rest at a comma.
    const OVER: f64 = 1.6;
    let first = |samples: &[f32]| sounds(samples, AUDIBLE, OVER).first().copied();
    let is_over = |samples: &[f32]| {
        let length = samples.len() as f64 / f64::from(RATE);
        first(samples).is_some_and(|sound| sound.end + OVER < length)
    };
    assert!(stage.recorder().wait_until(start, WORDS, is_over), "no sentence was heard");
    let samples = stage.recorder().samples_from(start);
    let sound = first(&samples).expect("it was just heard");
    recogniser::window(&samples, sound.start, sound.end).to_vec()
}

/// Hears that another voice than the chosen one speaks and says so, and stops the session. Returns the line
/// that is printed about it.
fn another_voice_says_so(stage: &Stage, session: Session, next: &str) -> String {
    let words = first_words(stage, session.start);
    session.signal("INT");
    let outcome = session.wait(SOON).expect_code(130);
    is_one_clear_line(&outcome.err);
    assert!(outcome.err.ends_with(&format!("; going on with `{next}`\n")), "{}", outcome.err);
    let phrases = [&[INSTEAD], &OTHER_WORDS[..]].concat();
    assert_eq!(recogniser::heard(&[&words], &phrases), [INSTEAD]);
    outcome.err
}

#[test]
fn a_chosen_voice_that_was_uninstalled_is_replaced_and_it_is_said_aloud() {
    let stage = sound_stage(SHORT);
    stage.write("config/supine/config.toml", "voice = \"espeak:en-us+f3\"\n");
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.args(["play", "routine.toml", "--ambience", "none"]);
    command.env("SUPINE_ESPEAK", stage.file("no/such/espeak-ng"));
    let told = another_voice_says_so(&stage, stage.start(command), "natural");
    assert!(told.contains("espeak-ng is not installed"), "{told}");
    row("espeak-ng", "missing, although it was chosen", "heard: the next voice says so, and leads");
}

/// Plays with an engine of the config that is a shell script, and returns what is printed about it.
fn with_engine(script: &str) -> String {
    let stage = sound_stage(SHORT);
    let config = format!(
        "voice = \"script\"\n[engines.script]\ncommand = [\"sh\", \"-c\", '{script}']\ntime_limit = \"3s\"\n"
    );
    stage.write("config/supine/config.toml", config);
    let session = play(&stage, &["routine.toml", "--ambience", "none"]);
    another_voice_says_so(&stage, session, "natural")
}

#[test]
fn an_engine_that_fails_is_quoted_and_replaced() {
    let told = with_engine("cat >/dev/null; echo >&2 \"the data files are gone\"; exit 1");
    assert!(told.contains("script failed: the data files are gone (exit code 1)"), "{told}");
    row("Own engine", "failing", "heard: the next voice says so, and leads; told: the engine's own words");
}

#[test]
fn an_engine_that_writes_garbage_is_replaced() {
    let told = with_engine("cat >/dev/null; echo hello");
    assert!(told.contains("script gave no usable sound") && told.contains("not WAV"), "{told}");
    row("Own engine", "writing garbage instead of WAV", "heard: the next voice says so, and leads");
}

#[test]
fn an_engine_that_writes_numbers_far_beyond_full_scale_is_replaced() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/wav/beyond-full-scale-44100");
    let told = with_engine(&format!("cat >/dev/null; cat \"{file}\""));
    assert!(told.contains("script gave no usable sound") && told.contains("beyond full scale"), "{told}");
    row("Own engine", "writing numbers far beyond full scale", "heard: the next voice says so, and leads");
}

#[test]
fn an_engine_that_hangs_is_replaced() {
    let told = with_engine("exec sleep 60");
    assert!(told.contains("script did not answer within 3.0s"), "{told}");
    row("Own engine", "hanging", "heard: after its time limit the next voice says so, and leads");
}

#[test]
fn a_broken_model_of_the_natural_voice_is_replaced_by_espeak_ng() {
    require("espeak-ng", "espeak-ng");
    let stage = sound_stage(SHORT);
    let model = stage.write("model.onnx", b"\x08\x08not a model");
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.args(["play", "routine.toml", "--ambience", "none", "--voice", "natural"]);
    command.env("SUPINE_HEART", model);
    let told = another_voice_says_so(&stage, stage.start(command), "espeak:en-us");
    assert!(told.contains("the natural voice failed: its model can't be used"), "{told}");
    row("Natural voice", "its model is garbage", "heard: the next voice says so, and leads");
}

#[test]
fn a_session_has_one_line_on_a_terminal_and_gives_the_terminal_back() {
    require("script", "bsdutils");
    let stage = sound_stage(SHORT);
    let supine = env!("CARGO_BIN_EXE_supine");
    let line = format!(
        "trap : INT; stty cols 80 rows 24; stty -g; '{supine}' play {}; echo code $?; stty -g",
        arguments("fake", "none").join(" ")
    );
    let mut command = stage.command("script");
    command.args(["--quiet", "--flush", "--return", "--command", &line, "/dev/null"]);
    command.env("TERM", "xterm").env("SHELL", "/bin/sh");
    let mut session = stage.start(command);
    let first = heard(&stage, session.start, AUDIBLE);
    heard(&stage, session.start + first + 1.0, AUDIBLE);
    session.type_in("\u{3}");
    let outcome = session.wait(SOON).expect_code(0);
    let shown = outcome.out;
    assert!(shown.contains("0:01"), "{shown:?}");
    assert!(shown.contains("code 130"), "{shown:?}");
    let lines: Vec<&str> = shown.lines().collect();
    let before = lines.first().expect("stty wrote a line").trim();
    let after = lines.last().expect("stty wrote a line").trim();
    assert!(!before.is_empty() && after.ends_with(before), "{shown:?}");
    // The terminal's settings, the line (in all its states), the exit code, and the settings again.
    assert!(lines.len() <= 4, "{shown:?}");
    let hidden = shown.rfind("\u{1b}[?25l");
    assert!(hidden.is_none() || hidden < shown.rfind("\u{1b}[?25h"), "the cursor stays hidden: {shown:?}");
}

#[cfg(feature = "system-voice")]
mod speech_service {
    use std::io::{Read, Write};
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    fn speech_stage(routine: &str) -> Stage {
        let stage = Stage::with_speech();
        stage.write("routine.toml", routine);
        stage
    }

    #[test]
    fn a_frozen_service_is_replaced() {
        let mut stage = speech_stage(SHORT);
        send("STOP", stage.dispatcher().pid());
        let session = play(&stage, &["routine.toml", "--ambience", "none", "--voice", "system"]);
        let told = another_voice_says_so(&stage, session, "natural");
        assert!(told.contains("the system voice did not answer"), "{told}");
        row(
            "Speech Dispatcher",
            "stopped (SIGSTOP) before the start",
            "heard: the next voice says so, and leads",
        );
    }

    #[test]
    fn a_service_that_is_not_there_is_replaced() {
        let stage = sound_stage(SHORT);
        let session = play(&stage, &["routine.toml", "--ambience", "none", "--voice", "system"]);
        another_voice_says_so(&stage, session, "natural");
        row("Speech Dispatcher", "absent", "heard: the next voice says so, and leads");
    }

    #[test]
    fn a_service_that_answers_garbage_is_replaced() {
        let stage = sound_stage(SHORT);
        let socket = UnixListener::bind(stage.file("run/speech.socket")).expect("it can be bound");
        std::thread::spawn(move || {
            for client in socket.incoming() {
                // Ends when the client hangs up.
                std::thread::spawn(move || client.map(babble));
            }
        });
        let session = play(&stage, &["routine.toml", "--ambience", "none", "--voice", "system"]);
        another_voice_says_so(&stage, session, "natural");
        row("Speech Dispatcher", "answering garbage", "heard: the next voice says so, and leads");
    }

    /// Answers everything with lines that mean nothing.
    fn babble(mut client: UnixStream) {
        let mut asked = [0; 4096];
        while let Ok(1..) = client.read(&mut asked) {
            if client.write_all(b"\xfe\x01? %s%n \xc3\x28\r\n7x9 \x1b[2J\r\n").is_err() {
                return;
            }
        }
    }

    #[test]
    fn ctrl_c_fades_out_while_the_service_is_frozen() {
        let mut stage = speech_stage(PAUSE);
        write_tone(&stage);
        let session = play(&stage, &arguments("system", "tone.wav"));
        let first = session.start + heard(&stage, session.start, -25.0);
        // After its first sentence, in which the ambience is down.
        let is_over = |samples: &[f32]| {
            sounds(samples, -25.0, 0.3).iter().any(|sound| sound.end + 0.4 < samples.len() as f64 / 48_000.0)
        };
        assert!(stage.recorder().wait_until(first, SOON, is_over), "the first sentence does not end");
        send("STOP", stage.dispatcher().pid());
        fades_out(&stage, session, "INT", 130);
        row("Speech Dispatcher", "stopped (SIGSTOP) when Ctrl-C comes", "heard: the sound fades out at once");
    }

    #[test]
    fn a_service_that_was_restarted_is_found_again() {
        let mut stage = speech_stage(PAUSE);
        let session = play(&stage, &arguments("system", "none"));
        heard(&stage, session.start, AUDIBLE);
        stage.dispatcher().kill();
        stage.start_dispatcher();
        // The sentence was lost, but not the session.
        let restarted = stage.recorder().seconds() + 1.0;
        heard(&stage, restarted, AUDIBLE);
        session.signal("INT");
        // No other voice came in its place.
        session.wait(SOON).expect_code(130).expect_silence();
        row("Speech Dispatcher", "killed, and started again", "heard: the same voice speaks on");
    }
}
