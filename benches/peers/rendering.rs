//! How fast a session is mixed into a file, beside ffmpeg with the very same clips at the same places, and beside sox and
//! ffmpeg that only add two finished files.

use std::fmt::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::recorder::read;
use super::support::stage::Stage;
use super::support::timeline::Timeline;

const LIMIT: Duration = Duration::from_secs(900);
const SESSION: [&str; 5] = ["bedtime-back", "--voice", "natural", "--ambience", "ocean"];
const ALONE: [&str; 5] = ["bedtime-back", "--voice", "natural", "--ambience", "none"];
/// The fastest of so many runs counts: the machine does other things as well.
const TRIES: usize = 3;
const RATE: f64 = 48_000.0;

pub fn rendering() {
    let stage = Stage::bare();
    let (score, clips) = prepared(&stage);
    let best = |program: &str, arguments: &[&str]| {
        let tries = (0..TRIES).map(|_| run(&stage, program, arguments));
        tries.min_by(|a, b| a.real.total_cmp(&b.real)).expect("there are tries")
    };
    let supine =
        |file: &str| best(env!("CARGO_BIN_EXE_supine"), &[&["render"], &SESSION[..], &["-o", file]].concat());
    let (wav, opus) = (supine("again.wav"), supine("again.opus"));
    let sox = best("sox", &["-m", "voice.wav", "ambience.wav", "sox.wav"]);
    let two = "[0][1]amix=normalize=0";
    let both = ["-y", "-i", "voice.wav", "-i", "ambience.wav", "-filter_complex", two, "two.wav"];
    let amix = best("ffmpeg", &both);
    let same = mixed_by_ffmpeg(&stage, &clips);
    println!(
        "rendering: a session of {:.1} minutes with {} clips, recorded before",
        score.length_s / 60.0,
        clips.len()
    );
    let lines = [
        ("supine, all of it, to WAV", &wav),
        ("supine, all of it, to Opus", &opus),
        ("sox -m, two finished files", &sox),
        ("ffmpeg amix, two finished files", &amix),
        ("ffmpeg adelay and amix, the same clips", &same),
    ];
    for (name, times) in lines {
        println!(
            "rendering, {name}: {:.2} s, {:.2} s of processor time; {:.0} times as fast as it plays",
            times.real,
            times.processor,
            score.length_s / times.real
        );
    }
    println!(
        "rendering: supine takes {:.2} of sox's time, {:.2} of amix's, and 1/{:.0} of what the same clips take in ffmpeg",
        wav.real / sox.real,
        wav.real / amix.real,
        same.real / wav.real
    );
}

/// Fills the cache, and makes what the others mix: the voice alone, the ambience alone, and each clip with the moment
/// at which it begins, in ms.
fn prepared(stage: &Stage) -> (Timeline, Vec<(String, f64)>) {
    for (arguments, file) in [(ALONE, "voice.wav"), (SESSION, "session.wav")] {
        stage.supine(&[&["render"], &arguments[..], &["-o", file]].concat()).wait(LIMIT).expect_code(0);
    }
    let less = "[0][1]amix=weights=1 -1:normalize=0";
    let difference = ["-y", "-i", "session.wav", "-i", "voice.wav", "-filter_complex", less, "ambience.wav"];
    run(stage, "ffmpeg", &difference);
    let score = Timeline::of(stage, &SESSION);
    let clips = cut(stage, &score);
    (score, clips)
}

fn mixed_by_ffmpeg(stage: &Stage, clips: &[(String, f64)]) -> Times {
    stage.write("mix.txt", script(clips));
    let mut mix: Vec<&str> = vec!["-y", "-i", "ambience.wav"];
    mix.extend(clips.iter().flat_map(|(name, _)| ["-i", name]));
    mix.extend(["-filter_complex_script", "mix.txt", "-map", "[out]", "-c:a", "pcm_s24le", "mixed.wav"]);
    run(stage, "ffmpeg", &mix)
}

/// Cuts every word of the session out of the voice alone; returns the files and when each begins, in ms.
fn cut(stage: &Stage, score: &Timeline) -> Vec<(String, f64)> {
    let (voice, rate) = read(&stage.file("voice.wav"));
    let at = |seconds: f64| ((seconds * f64::from(rate)) as usize).min(voice.len());
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut clips = Vec::new();
    for (number, event) in score.events.iter().enumerate() {
        let samples = &voice[at(event.at_s)..at(event.end_s())];
        let name = format!("clip-{number}.wav");
        let mut file = hound::WavWriter::create(stage.file(&name), spec).expect("a WAV file can be written");
        for sample in samples {
            file.write_sample((sample * 32_767.0) as i16).expect("a sample can be written");
        }
        file.finalize().expect("the file can be closed");
        clips.push((name, event.at_s * 1000.0));
    }
    clips
}

/// The mix in ffmpeg's words.
fn script(clips: &[(String, f64)]) -> String {
    let mut text = String::new();
    for (number, (_, at_ms)) in (1..).zip(clips) {
        let frames = (at_ms / 1000.0 * RATE).round();
        // Writing into a string does not fail.
        let _ = writeln!(text, "[{number}]adelay={frames}S:all=1,aformat=channel_layouts=stereo[c{number}];");
    }
    text.push_str("[0]");
    for number in 1..=clips.len() {
        let _ = write!(text, "[c{number}]");
    }
    let _ = write!(text, "amix=inputs={}:normalize=0[out]", clips.len() + 1);
    text
}

/// How long a program ran, in seconds.
struct Times {
    real: f64,
    processor: f64,
}

fn run(stage: &Stage, program: &str, arguments: &[&str]) -> Times {
    let before = children_seconds();
    let start = Instant::now();
    let mut command: Command = stage.command(program);
    let status =
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let real = start.elapsed().as_secs_f64();
    assert!(status.is_ok_and(|status| status.success()), "{program} {arguments:?}");
    Times { real, processor: children_seconds() - before }
}

/// The processor time of this process's children that have ended.
fn children_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux says it");
    let (_, fields) = stat.rsplit_once(')').expect("the name stands in brackets");
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // cutime and cstime are fields 16 and 17 in proc(5), in hundredths of a second; the first field here is number 3.
    fields[13..15].iter().filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}
