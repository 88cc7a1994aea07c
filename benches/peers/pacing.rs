//! How far counts and breaths are from their beat, over five minutes: supine, nafas, and a loop of `espeak-ng` and
//! `sleep`, all at the same time.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::support::ears::{AUDIBLE, sounds};
use super::support::process::Helper;
use super::support::recorder::RATE;
use super::support::stage::Stage;
use super::support::timeline::Timeline;

const SECONDS: u32 = 300;
/// Seconds in a breath.
const BREATH: u32 = 10;
/// Seconds for which nafas pauses between two breaths, one after each and one before each: they are a part of its beat.
const PAUSE: u32 = 2;
const LIMIT: Duration = Duration::from_secs(600);
/// No two sounds of a count are so far apart.
const GAP: f64 = 0.2;

/// How far each onset is from the beat, in seconds.
type Measure = fn() -> Vec<f64>;

pub fn pacing() {
    let measures: [(&str, Measure); 4] = [
        ("supine, counts each second", supine_counts),
        ("supine, breaths of 10 s", supine_breaths),
        ("nafas 1.5, breaths of 10 s and pauses of 2 s", nafas_breaths),
        ("loop of espeak-ng and sleep 1", loop_counts),
    ];
    let running = measures.map(|(name, measure)| (name, thread::spawn(measure)));
    let largest = running.map(|(name, measure)| {
        let errors = measure.join().expect("the measure has come to its end");
        let most = errors.iter().fold(0.0, |most: f64, error| most.max(error.abs()));
        let last = errors.last().copied().unwrap_or(f64::NAN);
        println!(
            "pacing, {name}: {} onsets, at most {:.3} ms from the beat, the last {:.3} ms",
            errors.len(),
            most * 1000.0,
            last * 1000.0
        );
        most
    });
    // Nothing shorter than a sample of the recording can be seen.
    let least = largest[1].max(1.0 / f64::from(RATE));
    println!(
        "pacing: the largest error of supine's breaths is at most 1/{:.0} of nafas's",
        largest[2] / least
    );
}

/// How far onsets are from a beat that begins with the first one.
fn errors(onsets: &[f64], beat: f64) -> Vec<f64> {
    let Some(first) = onsets.first() else { return Vec::new() };
    onsets.iter().enumerate().map(|(n, onset)| onset - first - n as f64 * beat).collect()
}

fn supine_counts() -> Vec<f64> {
    // By tens: long numbers are longer than a second, and would run into each other.
    let tens = SECONDS / 10;
    let hold =
        format!("{{ repeat = {{ times = {tens}, steps = [{{ count = {{ to = 10, beat = \"1s\" }} }}] }} }}");
    supine(&hold, |event| event.track == "count")
}

fn supine_breaths() -> Vec<f64> {
    supine(&format!("{{ breaths = {} }}", SECONDS / BREATH), |event| event.text.contains("in"))
}

/// How far the onsets in a live session are from the places that its score gives them. Every word of the voice for tests
/// is the same sound, so onsets can be compared with each other.
fn supine(hold: &str, is_beat: fn(&super::support::timeline::Event) -> bool) -> Vec<f64> {
    let stage = Stage::with_sound();
    stage.write(
        "hold.toml",
        format!(
            "title = \"Hold\"\nending = \"asleep\"\nwelcome = \"none\"\n\n[[pose]]\nname = \"Rest\"\nsteps = [{hold}]\n"
        ),
    );
    let arguments = [
        "hold.toml",
        "--voice",
        "fake",
        "--ambience",
        "none",
        "--wind-down",
        "off",
        "--breath",
        "5:5",
        "--breath-cues",
        "voice",
    ];
    let score = Timeline::of(&stage, &arguments);
    let session = stage.supine(&[&["play"], &arguments[..]].concat());
    let start = session.start;
    session.wait(LIMIT).expect_code(0);
    let heard: Vec<f64> =
        sounds(&stage.recorder().samples_from(start), AUDIBLE, GAP).iter().map(|sound| sound.start).collect();
    let places: Vec<f64> =
        score.events.iter().filter(|event| is_beat(event)).map(|event| event.at_s).collect();
    // Of every sound, what it would mean if it were the first one of them.
    let fitting = |first: &f64| -> Vec<f64> {
        let shift = first - places[0];
        let error = |place: &f64| {
            let errors = heard.iter().map(|onset| onset - shift - place);
            errors.min_by(|a, b| a.abs().total_cmp(&b.abs()))
        };
        places.iter().filter_map(error).filter(|error| error.abs() < 0.4).collect()
    };
    let sum = |errors: &Vec<f64>| errors.iter().map(|error| error.abs()).sum::<f64>();
    heard
        .iter()
        .map(fitting)
        .max_by(|a, b| a.len().cmp(&b.len()).then_with(|| sum(b).total_cmp(&sum(a))))
        .expect("something was heard")
}

/// nafas prints a line as each in-breath begins.
fn nafas_breaths() -> Vec<f64> {
    let stage = Stage::bare();
    let breaths = SECONDS / (BREATH + PAUSE);
    stage.write(
        "breath.json",
        format!(
            "{{\"name\": \"Slow\", \"unit\": 1, \"pre\": 1, \"cycle\": {breaths}, \
             \"ratio\": {{\"inhale\": 5, \"retain\": 0, \"exhale\": 5, \"sustain\": 0}}}}"
        ),
    );
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/target/nafas/bin/nafas");
    let mut command = stage.command(program);
    command
        .args(["--silent", "--skip-intro", "--config", "breath.json"])
        .env("PYTHONUNBUFFERED", "1")
        .env("TERM", "dumb")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Helper::start(&mut command);
    let out = running.child().stdout.take().expect("the pipe was asked for");
    let began = Instant::now();
    let is_in = |line: &String| line.trim_start_matches(|c: char| !c.is_alphabetic()).starts_with("Inhale");
    let onsets: Vec<f64> = BufReader::new(out)
        .split(b'\n')
        .map_while(Result::ok)
        .map(|line| (String::from_utf8_lossy(&line).into_owned(), began.elapsed().as_secs_f64()))
        .filter(|(line, at)| is_in(line) && *at < LIMIT.as_secs_f64())
        .map(|(_, at)| at)
        .collect();
    assert!(!onsets.is_empty(), "nafas said nothing: run scripts/install-nafas.sh");
    errors(&onsets, f64::from(BREATH + PAUSE))
}

fn loop_counts() -> Vec<f64> {
    let stage = Stage::with_sound();
    let mut command = stage.command("sh");
    command.args(["-c", "for n in $(seq 300); do espeak-ng \"$n\"; sleep 1; done"]);
    let start = stage.recorder().seconds();
    let mut running = Helper::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()));
    let over = start + f64::from(SECONDS);
    stage.recorder().wait_until(over, LIMIT, |heard| !heard.is_empty());
    running.end();
    // A number is one or more sounds, and between two numbers it is silent for a second.
    let heard = sounds(&stage.recorder().samples_from(start), AUDIBLE, 0.7);
    errors(&heard.iter().map(|sound| sound.start).collect::<Vec<_>>(), 1.0)
}
