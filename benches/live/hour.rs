//! A whole session of an hour, compared sample by sample with the file that `supine render` writes for it.
//! Neither is kept in memory. `hour=3` takes three minutes.

use std::collections::VecDeque;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use super::support::ears::level;
use super::support::process::{Helper, four_on_one_core};
use super::support::recorder::RATE;
use super::support::session::Session;
use super::support::stage::Stage;
use super::support::timeline::Timeline;

/// Samples that differ by less than this count as the same: the file has 24 bits.
const SAME: f32 = 1e-5;
/// After a difference, the comparison starts again after this many samples...
const SKIP: usize = RATE as usize / 5;
/// ...with this many samples, which match nothing else in the file...
const WINDOW: usize = RATE as usize / 10;
/// ...and are louder than this, in dB...
const LOUD: f64 = -75.0;
/// ...and are compared with the file up to this far ahead.
const REACH: usize = RATE as usize * 30;
/// A difference that lasts longer is given up, since the file goes on, too.
const PATIENCE: usize = RATE as usize * 5;

/// The length of a pose with the pauses around it, in seconds.
const POSE: u32 = 70;

const ARGUMENTS: [&str; 7] =
    ["hour.toml", "--voice", "espeak", "--ambience", "ocean", "--sleep-timer", "1min"];

pub fn hour(minutes: u32) {
    let (stage, priority) =
        Stage::with_priority().map_or_else(|| (Stage::with_device(), "without"), |stage| (stage, "with"));
    stage.write("hour.toml", routine(minutes));
    let score = Timeline::of(&stage, &ARGUMENTS);
    let path = stage.file("hour.wav");
    let output = path.display().to_string();
    let render = [&["render"], &ARGUMENTS[..], &["-o", &output]].concat();
    stage.supine(&render).wait(Duration::from_secs(1200)).expect_code(0);
    println!(
        "{:.1} minutes, espeak over ocean, {priority} rtkit; four processes keep one core busy",
        score.length_s / 60.0
    );

    let _others = four_on_one_core();
    let mut recorder = Helper::start(&mut stage.parec());
    let mut pipe = recorder.child().stdout.take().expect("it is piped");
    let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
    command.arg("play").args(ARGUMENTS).env_remove("SUPINE_PERIOD");
    let session = stage.start(command);
    let mut comparison = Comparison::with(&path);
    let mut memory = Memory::of(&session);
    // Longer than the session, so that a session that hangs is detected.
    let limit = Instant::now() + Duration::from_secs_f64(score.length_s * 1.1 + 30.0);
    while !comparison.is_over() && Instant::now() < limit {
        comparison.hear(&samples(&mut pipe));
        memory.look(score.length_s);
    }
    comparison.print();
    memory.print();
    let outcome = session.wait(Duration::from_secs(30));
    println!("it ended with code {:?} {}", outcome.code, outcome.err);
}

/// Sentences, counts, breaths and rests.
fn routine(minutes: u32) -> String {
    let poses = (minutes * 60).div_ceil(POSE).max(2);
    let mut text =
        "title = \"An hour\"\nsummary = \"Long.\"\nlanguage = \"en\"\nending = \"asleep\"\n".to_owned();
    for pose in 1..=poses {
        text += &format!(
            "\n[[pose]]\nname = \"Pose {pose}\"\nsteps = [\n  \"Let both legs lie long, and rest your arms \
             beside you.\",\n  {{ count = {{ to = 10, beat = \"1s\" }} }},\n  \"Let it go, and feel where \
             you are heavy.\",\n  {{ breaths = {{ cycles = 3, ratio = \"4:5\" }} }},\n  {{ rest = 6 }},\n]\n"
        );
    }
    text
}

/// The next samples of a recording.
fn samples(pipe: &mut impl Read) -> Vec<f32> {
    let mut bytes = [0; 4 * 2400];
    pipe.read_exact(&mut bytes).expect("the recorder goes on");
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect()
}

/// A place where the recording differed from the file.
struct Break {
    /// Seconds from the beginning of the file.
    at: f64,
    /// How many frames later than the file the recording went on.
    later: i64,
}

/// A recording beside a file: the parts that are not compared yet.
struct Comparison {
    file: hound::WavIntoSamples<std::io::BufReader<fs::File>, i32>,
    full_scale: f32,
    expected: VecDeque<f32>,
    heard: VecDeque<f32>,
    /// The number of frames compared in the file and in the recording.
    at: u64,
    heard_at: u64,
    /// Frames of the recording since it last matched the file; `None` while it matches.
    differs: Option<usize>,
    /// How much later the recording is than the file; `None` before it begins.
    delay: Option<i64>,
    breaks: Vec<Break>,
}

impl Comparison {
    fn with(path: &Path) -> Self {
        let file = hound::WavReader::open(path).expect("the session was written");
        let spec = file.spec();
        assert_eq!((spec.sample_rate, spec.channels), (RATE, 2), "they are compared sample by sample");
        let full_scale = (1u32 << (spec.bits_per_sample - 1)) as f32;
        Self {
            file: file.into_samples(),
            full_scale,
            expected: VecDeque::new(),
            heard: VecDeque::new(),
            at: 0,
            heard_at: 0,
            differs: Some(0),
            delay: None,
            breaks: Vec::new(),
        }
    }

    /// Whether the file has ended.
    fn is_over(&mut self) -> bool {
        self.expect(1);
        self.expected.is_empty()
    }

    /// Compares more of the recording.
    fn hear(&mut self, samples: &[f32]) {
        self.heard.extend(samples);
        if self.differs.is_none() {
            self.compare();
        }
        while self.differs.is_some() && self.heard.len() >= SKIP + WINDOW {
            self.find();
        }
    }

    /// Reads the file until `count` frames are waiting, as one channel.
    fn expect(&mut self, count: usize) {
        while self.expected.len() < count {
            let mut next = || self.file.next().map(|sample| sample.expect("the samples are whole") as f32);
            let (Some(left), Some(right)) = (next(), next()) else { return };
            self.expected.push_back((left + right) / 2.0 / self.full_scale);
        }
    }

    /// Advances as long as both are the same.
    fn compare(&mut self) {
        self.expect(self.heard.len());
        let both = self.heard.iter().zip(&self.expected);
        let same = both.take_while(|(heard, expected)| (*heard - *expected).abs() < SAME).count();
        if same < self.heard.len().min(self.expected.len()) {
            self.differs = Some(0);
        }
        self.pass(same, same);
    }

    /// Searches the file for the recorded sound.
    fn find(&mut self) {
        self.expect(REACH);
        let window: Vec<f32> = self.heard.range(SKIP..SKIP + WINDOW).copied().collect();
        let last = self.expected.len().saturating_sub(WINDOW);
        let is_like = |from: &usize| {
            let mut both = window.iter().zip(self.expected.range(*from..));
            both.all(|(heard, expected)| (heard - expected).abs() < SAME)
        };
        let place = if level(&window) > LOUD { (0..last).find(is_like) } else { None };
        if let Some(place) = place {
            let delay = (self.heard_at as i64 + SKIP as i64) - (self.at as i64 + place as i64);
            if let Some(before) = self.delay.replace(delay) {
                self.breaks.push(Break { at: self.at as f64 / f64::from(RATE), later: delay - before });
            }
            self.differs = None;
            self.pass(SKIP, place);
            self.compare();
        } else {
            let waited = self.differs.unwrap_or_default();
            let is_late = self.delay.is_some() && waited > PATIENCE;
            self.differs = Some(waited + WINDOW);
            self.pass(WINDOW, if is_late { WINDOW.min(self.expected.len()) } else { 0 });
        }
    }

    fn pass(&mut self, heard: usize, expected: usize) {
        self.heard.drain(..heard);
        self.expected.drain(..expected);
        self.heard_at += heard as u64;
        self.at += expected as u64;
    }

    fn print(&self) {
        let later: i64 = self.breaks.iter().map(|gap| gap.later).sum();
        println!(
            "{} breaks in {:.1} minutes; at its end it is {later} frames ({:.1} ms) behind the file{}",
            self.breaks.len(),
            self.at as f64 / f64::from(RATE) / 60.0,
            later as f64 / f64::from(RATE) * 1000.0,
            if self.differs.is_some() { ", and its end is another" } else { "" }
        );
        for gap in self.breaks.iter().take(20) {
            println!("  at {:.1} s: {} frames", gap.at, gap.later);
        }
    }
}

/// The memory of a session, early and late.
struct Memory {
    pid: u32,
    started: Instant,
    looked: Instant,
    early: Option<(f64, f64)>,
    late: (f64, f64),
}

impl Memory {
    fn of(session: &Session) -> Self {
        let now = Instant::now();
        Self { pid: session.pid(), started: now, looked: now, early: None, late: (0.0, 0.0) }
    }

    /// Measures once a second.
    fn look(&mut self, length: f64) {
        if self.looked.elapsed() < Duration::from_secs(1) {
            return;
        }
        self.looked = Instant::now();
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        // A session that has ended has no figure.
        let Some(kib) = kib else { return };
        let minutes = self.started.elapsed().as_secs_f64() / 60.0;
        self.late = (minutes, kib / 1024.0);
        if self.early.is_none() && minutes >= (length / 60.0 / 3.0).min(5.0) {
            self.early = Some(self.late);
        }
    }

    fn print(&self) {
        for (minutes, mib) in self.early.into_iter().chain([self.late]) {
            println!("memory after {minutes:.1} minutes: {mib:.1} MiB");
        }
    }
}
