//! How soon a pause is heard, and where a resume goes on. The instruction is a steady tone, so the fade of
//! a pause can be located to the millisecond: its gain is a cosine of a known length.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::support::ears::{AUDIBLE, between, first_onset, level, place_of};
use super::support::process::{busy_core, wait_until};
use super::support::pty::Pty;
use super::support::recorder::{RATE, read};
use super::support::stage::Stage;
use super::support::timeline::Timeline;

/// The number of pauses for each remote.
const PAUSES: usize = 20;
const SOON: Duration = Duration::from_secs(30);
/// The length of the speech's fade-out, in seconds.
const FADE: f64 = 0.3;
/// The tone, in Hz: a period is a whole number of samples.
const TONE: usize = 1000;
/// The length in seconds of the sound before the tone, which is similar to itself nowhere else.
const HEAD: f64 = 0.5;
const INSTRUCTION: f64 = 10.0;

const ROUTINE: &str = r#"
title = "Tone"
summary = "An instruction that is a tone."
language = "en"
ending = "asleep"

[[pose]]
name = "Rest"
steps = ["Hold it.", { rest = 5 }]
"#;

const ARGUMENTS: [&str; 5] = ["tone.toml", "--ambience", "none", "--wind-down", "off"];

pub fn latency() {
    let _other_core = busy_core();
    println!("one core is kept busy; the fade is compared with the moment of the key");
    println!("   a direct stream: {}", in_ms(&direct()));
    for remote in [Remote::Keyboard, Remote::Ctl, Remote::Signal] {
        let stage = tone_stage();
        let (pauses, resumes) = pauses(&stage, remote);
        println!("{remote:>8?}, to the start of the fade: {}", in_ms(&pauses));
        println!("{remote:>8?}, to the instruction again: {}", in_ms(&resumes));
    }
}

fn in_ms(seconds: &[f64]) -> String {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [least, .., most] = sorted[..] else { return "too few".to_owned() };
    let median = sorted[sorted.len() / 2];
    let [median, least, most] = [median, least, most].map(|seconds| seconds * 1000.0);
    format!("median {median:.1} ms, from {least:.1} to {most:.1} ms, {} of {PAUSES} times", sorted.len())
}

/// How a pause is requested.
#[derive(Clone, Copy, Debug)]
enum Remote {
    Keyboard,
    Ctl,
    Signal,
}

/// The time from the sound server's report that it plays a sample to the sample's sound in the recording:
/// the latency of the stage itself.
fn direct() -> Vec<f64> {
    let stage = Stage::with_sound();
    write_wav(&stage, "click.wav", 0.2, |n| (n as f64 * 0.05).cos());
    let pactl = |arguments: &[&str]| {
        let status = stage.command("pactl").args(arguments).stdout(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "pactl {arguments:?}");
    };
    pactl(&["upload-sample", &stage.file("click.wav").display().to_string(), "click"]);
    (0..PAUSES)
        .map(|place| {
            std::thread::sleep(Duration::from_millis(600 + place as u64 * 37 % 100));
            let before = stage.recorder().place_of(Instant::now());
            pactl(&["play-sample", "click", "stage"]);
            let played = stage.recorder().place_of(Instant::now());
            let is_heard = |samples: &[f32]| first_onset(samples, AUDIBLE).is_some();
            assert!(stage.recorder().wait_until(before, SOON, is_heard), "nothing was heard");
            let onset = first_onset(&stage.recorder().samples_from(before), AUDIBLE);
            before + onset.expect("it was just heard") - played
        })
        .collect()
}

/// A stage whose voice says the instruction as a tone, and everything else as a click.
fn tone_stage() -> Stage {
    let stage = Stage::with_sound();
    write_wav(&stage, "tone.wav", INSTRUCTION, |n| {
        let at = n as f64 / f64::from(RATE);
        // A sweep, whose frequency rises from 200 Hz to that of the tone and above.
        let sweep = std::f64::consts::TAU * (200.0 * at + 2000.0 * at * at);
        let tone = std::f64::consts::TAU * TONE as f64 * at;
        if at < HEAD { sweep.sin() } else { tone.sin() }
    });
    write_wav(&stage, "click.wav", 0.2, |n| (n as f64 * 0.05).sin());
    let (tone, click) = (stage.file("tone.wav"), stage.file("click.wav"));
    let script = format!("if grep -q Hold; then cat {}; else cat {}; fi", tone.display(), click.display());
    stage.write(
        "config/supine/config.toml",
        format!("voice = \"tone\"\n[engines.tone]\ncommand = [\"sh\", \"-c\", '{script}']\n"),
    );
    stage.write("tone.toml", ROUTINE);
    stage
}

fn write_wav(stage: &Stage, name: &str, seconds: f64, wave: impl Fn(usize) -> f64) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(stage.file(name), spec).expect("a WAV file can be written");
    for n in 0..(seconds * f64::from(RATE)) as usize {
        file.write_sample((wave(n) * 8000.0) as i16).expect("a sample can be written");
    }
    file.finalize().expect("the file can be closed");
}

/// The instruction as rendered to a file: its beginning, and the silence before it.
struct Instruction {
    head: Vec<f32>,
    lead: f64,
}

impl Instruction {
    fn of(stage: &Stage) -> Self {
        let score = Timeline::of(stage, &ARGUMENTS);
        let said = score.events.iter().find(|event| event.text.starts_with("Hold")).expect("it is said");
        let path = stage.file("session.wav");
        let output = path.display().to_string();
        stage.supine(&[&["render"], &ARGUMENTS[..], &["-o", &output]].concat()).wait(SOON).expect_code(0);
        let (file, rate) = read(&path);
        assert_eq!(rate, RATE, "they are compared sample by sample");
        let head = between(&file, said.at_s - 0.02, said.at_s + HEAD).to_vec();
        let lead = first_onset(&head, AUDIBLE).expect("it is heard");
        Self { head, lead }
    }

    /// When it is heard in `samples`, where it is the first sound; `None` if the first sound is not its
    /// first frame, or it is incomplete.
    fn first_frame(&self, samples: &[f32]) -> Option<f64> {
        let onset = first_onset(samples, AUDIBLE)?;
        let from = (onset - 0.2).max(0.0);
        let (place, likeness) = place_of(&self.head, between(samples, from, onset + HEAD + 0.2));
        let first = from + place + self.lead;
        let is_first = (first - onset).abs() < 0.001 && likeness > 0.99;
        if !is_first {
            println!("  heard {:.4} s from its first frame, alike to {likeness:.3}", onset - first);
        }
        is_first.then_some(onset)
    }
}

/// The times to the fade of a pause, and to the first frame after a resume.
fn pauses(stage: &Stage, remote: Remote) -> (Vec<f64>, Vec<f64>) {
    let instruction = Instruction::of(stage);
    let mut pty = Pty::new();
    let mut command = stage.command("setsid");
    command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_supine"), "play"]).args(ARGUMENTS);
    command.env_remove("SUPINE_PERIOD");
    let start = stage.recorder().seconds();
    let mut session = pty.start(command);
    let recorder = stage.recorder();
    let holds = |samples: &[f32]| {
        let last = samples.len().saturating_sub(RATE as usize);
        amplitude(&samples[last..]) > 0.01 && level(&samples[last..]) > AUDIBLE
    };
    assert!(recorder.wait_until(start, SOON, holds), "the instruction is not heard");
    let mut ask = || match remote {
        Remote::Keyboard => pty.press(" "),
        Remote::Ctl => {
            let mut ctl = stage.command(env!("CARGO_BIN_EXE_supine"));
            let status = ctl.args(["ctl", "toggle"]).status();
            assert!(status.is_ok_and(|status| status.success()), "the session was not asked");
        }
        Remote::Signal => {
            let pid = rustix::process::Pid::from_child(session.child());
            rustix::process::kill_process(pid, rustix::process::Signal::USR1).expect("it is running");
        }
    };
    let (mut to_fades, mut to_firsts) = (Vec::new(), Vec::new());
    for place in 0..PAUSES {
        std::thread::sleep(Duration::from_millis(1500 + place as u64 * 37 % 100));
        let asked = Instant::now();
        ask();
        let at = recorder.place_of(asked);
        assert!(recorder.wait_until(at + 1.0, SOON, |samples| !samples.is_empty()));
        to_fades.extend(start_of_fade(&recorder.samples_from(at - 0.5)).map(|start| start - 0.5));
        let asked = Instant::now();
        ask();
        let at = recorder.place_of(asked);
        let goes_on = |samples: &[f32]| {
            first_onset(samples, AUDIBLE)
                .is_some_and(|onset| samples.len() as f64 / f64::from(RATE) > onset + HEAD + 0.5)
        };
        assert!(recorder.wait_until(at, SOON, goes_on), "it does not go on");
        to_firsts.extend(instruction.first_frame(&recorder.samples_from(at)));
    }
    session.end();
    assert!(wait_until(SOON, || session.has_ended()));
    (to_fades, to_firsts)
}

/// The amplitude of the tone in the given samples.
fn amplitude(samples: &[f32]) -> f64 {
    let step = std::f64::consts::TAU * TONE as f64 / f64::from(RATE);
    let sum = samples.iter().enumerate().fold((0.0, 0.0), |sum, (n, sample)| {
        let (sin, cos) = (step * n as f64).sin_cos();
        (sum.0 + sin * f64::from(*sample), sum.1 + cos * f64::from(*sample))
    });
    2.0 * sum.0.hypot(sum.1) / samples.len().max(1) as f64
}

/// When the tone begins to fade, in seconds, calculated from every millisecond of the fade. `None` if the
/// results disagree, because the sound broke off.
fn start_of_fade(samples: &[f32]) -> Option<f64> {
    let period = RATE as usize / TONE;
    let amplitudes: Vec<f64> = samples.chunks_exact(period).map(amplitude).collect();
    let full = amplitudes.get(..400)?.iter().sum::<f64>() / 400.0;
    let mut starts: Vec<f64> = Vec::new();
    for (place, amplitude) in amplitudes.iter().enumerate() {
        let gain = amplitude / full;
        if (0.2..0.95).contains(&gain) {
            let into = gain.acos() / std::f64::consts::FRAC_PI_2 * FADE;
            starts.push((place as f64 + 0.5) / TONE as f64 - into);
        }
    }
    starts.sort_by(f64::total_cmp);
    let (early, late) = (starts.get(starts.len() / 10)?, starts.get(starts.len() * 9 / 10)?);
    let is_smooth = starts.len() > 100 && late - early < 0.002;
    if !is_smooth {
        println!("  a fade that is none, from {early:.3} to {late:.3} s");
    }
    is_smooth.then(|| starts[starts.len() / 2])
}
