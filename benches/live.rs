//! Exact figures of live sessions, played by the release binary on a real audio stack without a
//! sound card: onsets, the first word, pauses, processor time and memory. About 15 minutes for all of
//! them; `cargo bench --bench live -- rendered` runs those whose name has the word. A session of an
//! hour is played by `cargo bench --bench live -- hour` alone.

// The results are printed.
#![allow(clippy::print_stdout)]

#[cfg(target_os = "linux")]
#[path = "../tests/support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
#[path = "live/hour.rs"]
mod hour;
#[cfg(target_os = "linux")]
#[path = "live/latency.rs"]
mod latency;

#[cfg(target_os = "linux")]
fn main() {
    measures::run();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("live sessions are measured on Linux");
}

#[cfg(target_os = "linux")]
mod measures {
    use std::fs;
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    use super::support::ears::{self, AUDIBLE, between, first_onset, sounds, spread};
    use super::support::recorder::read;
    use super::support::session::Session;
    use super::support::stage::Stage;
    use super::support::timeline::{Event, Timeline};

    const SOON: Duration = Duration::from_secs(30);
    /// Ambience or silence before the first word, which is not part of the wait.
    const LEAD_IN: f64 = 0.7;
    /// How far from its place an onset is searched for.
    const REACH: f64 = 0.4;

    pub fn run() {
        let all: [(&str, fn()); 7] = [
            ("rendered", rendered),
            ("system", system),
            ("calm", calm),
            ("first-word", first_word),
            ("routine", routine),
            ("memory", memory),
            ("latency", super::latency::latency),
        ];
        // cargo adds options of its own, such as --bench.
        let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
        for (name, measure) in all {
            if wanted.is_empty() || wanted.iter().any(|word| name.contains(word)) {
                measure();
            }
        }
        // Only on request.
        let minutes = wanted.iter().find_map(|word| Some(word.strip_prefix("hour")?.trim_start_matches('=')));
        if let Some(minutes) = minutes {
            super::hour::hour(minutes.parse().unwrap_or(60));
        }
    }

    fn counting(to: u32) -> String {
        format!(
            "title = \"Count\"\nsummary = \"A long hold.\"\nending = \"asleep\"\n\n\
             [[pose]]\nname = \"Rest\"\nsteps = [{{ count = {{ to = {to}, beat = \"1s\" }} }}]\n"
        )
    }

    fn counting_stage(stage: Stage, to: u32) -> Stage {
        stage.write("count.toml", counting(to));
        stage
    }

    /// One to ten, at the standard beat, six times.
    fn by_tens() -> String {
        counting(1).replace(
            "{ count = { to = 1, beat = \"1s\" } }",
            "{ repeat = { times = 6, steps = [{ count = 10 }] } }",
        )
    }

    fn arguments(voice: &str) -> [&str; 5] {
        ["count.toml", "--voice", voice, "--ambience", "none"]
    }

    fn play(stage: &Stage, arguments: &[&str]) -> Session {
        stage.supine(&[&["play"], arguments].concat())
    }

    /// Five minutes of counts with both exact voices, side by side.
    fn rendered() {
        let voices = ["fake", "espeak"].map(|voice| std::thread::spawn(|| long_hold(voice)));
        for voice in voices {
            println!("{}", voice.join().expect("the measure has come to its end"));
        }
    }

    /// The errors of 300 onsets against the file that `supine render` writes.
    fn long_hold(voice: &str) -> String {
        let stage = counting_stage(Stage::with_sound(), 300);
        let score = Timeline::of(&stage, &arguments(voice));
        let file = stage.file("count.wav").display().to_string();
        let render = [&["render"], &arguments(voice)[..], &["-o", &file]].concat();
        stage.supine(&render).wait(Duration::from_secs(120)).expect_code(0);
        let (written, rate) = read(Path::new(&file));
        assert_eq!(rate, 48_000, "the recording is compared sample by sample");

        let session = play(&stage, &arguments(voice));
        let (start, pid) = (session.start, session.pid());
        // Before it ends, since the process's figures vanish with it.
        let last = start + score.events[score.counts().end - 1].at_s;
        let counted = stage.recorder().wait_until(last, Duration::from_secs(400), |heard| !heard.is_empty());
        assert!(counted, "the session goes on to its last count");
        let memory = peak_mib(pid);
        session.wait(SOON).expect_code(0);
        let heard = stage.recorder().samples_from(start);
        format!("{voice:>6}, count to 300: {}; memory {memory:.0} MiB", against(&heard, &written, &score))
    }

    fn against(heard: &[f32], written: &[f32], score: &Timeline) -> String {
        let shift = first_onset(heard, AUDIBLE).expect("something was heard")
            - first_onset(written, AUDIBLE).expect("the file is not silent");
        let mut points = Vec::new();
        let mut missing = 0;
        for event in &score.events[score.counts()] {
            let onset = |samples, shift: f64| {
                let from = event.at_s + shift - 0.1;
                first_onset(between(samples, from, from + REACH), AUDIBLE).map(|at| from + at - shift)
            };
            match (onset(heard, shift), onset(written, 0.0)) {
                (Some(heard), Some(written)) => points.push((event.at_s, (heard - written) * 1000.0)),
                _ => missing += 1,
            }
        }
        let errors: Vec<f64> = points.iter().map(|(_, error)| *error).collect();
        let spread = spread(&errors);
        // An underrun shifts everything after it at once.
        let jumps = errors.windows(2).filter(|pair| (pair[1] - pair[0]).abs() > 5.0).count();
        format!(
            "{} onsets, {missing} missing, error sd {:.3} ms, max {:.3} ms, {jumps} jumps, \
             drift {:.3} ms in 5 min",
            points.len(),
            spread.sd,
            errors.iter().fold(0.0, |max: f64, error| max.max(error.abs())),
            ears::slope(&points) * 300.0
        )
    }

    /// Sixty counts of the system voice, against their beat.
    fn system() {
        let stage = Stage::with_speech();
        stage.write("count.toml", by_tens());
        let score = Timeline::of(&stage, &arguments("system"));
        let session = play(&stage, &arguments("system"));
        let start = session.start;
        session.wait(Duration::from_secs(240)).expect_code(0);
        let heard = sounds(&stage.recorder().samples_from(start), AUDIBLE, 0.2);
        let heard: Vec<f64> = heard.iter().map(|sound| sound.start).collect();
        let places: Vec<f64> = score.events[score.counts()].iter().map(|event| event.at_s).collect();
        // The sentences before the counts take their own time, so every sound is tried as the first count.
        let tries = heard.iter().map(|first| errors_from(&heard, &places, first - places[0]));
        let errors = tries.max_by_key(Vec::len).expect("something was heard");
        let spread = spread(&errors);
        println!(
            "system, {} of {} counts: sd {:.1} ms, at most {:.1} ms from the mean",
            errors.len(),
            places.len(),
            spread.sd,
            spread.max
        );
    }

    /// How far the sounds that are near their places are from them, in ms.
    fn errors_from(heard: &[f64], places: &[f64], shift: f64) -> Vec<f64> {
        let error = |place: &f64| {
            let errors = heard.iter().map(|onset| onset - shift - place);
            errors.min_by(|a, b| a.abs().total_cmp(&b.abs())).filter(|error| error.abs() < REACH)
        };
        places.iter().filter_map(error).map(|error| error * 1000.0).collect()
    }

    /// The same words in the first and in the last of two poses, by the system voice.
    fn calm() {
        let words = "Let both legs lie long, and let your arms rest beside you.";
        let count = words.split(' ').count() as f64;
        let stage = Stage::with_speech();
        let pose = |name| {
            format!("[[pose]]\nname = \"{name}\"\nsteps = [\"{words}\", \"{words}\", {{ rest = 5 }}]\n")
        };
        let head = "title = \"Calm\"\nending = \"asleep\"\n";
        stage.write("calm.toml", format!("{head}{}{}", pose("First"), pose("Last")));
        let arguments = ["calm.toml", "--voice", "system", "--ambience", "none"];
        let score = Timeline::of(&stage, &arguments);
        let session = play(&stage, &arguments);
        let start = session.start;
        session.wait(Duration::from_secs(240)).expect_code(0);
        let samples = stage.recorder().samples_from(start);
        // No rest inside a sentence is this long.
        let heard = sounds(&samples, AUDIBLE, 0.7);
        assert_eq!(heard.len(), score.events.len(), "every sentence is heard");
        for pose in [1, 2] {
            let is_first = |event: &Event| event.pose == pose && event.text == words;
            let place = score.events.iter().position(is_first).expect("each pose says it");
            let (one, two) = (heard[place], heard[place + 1]);
            let level = ears::level(between(&samples, one.start, one.end));
            println!(
                "system, pose {pose} of 2: {:.0} words a minute inside a sentence, {:.0} with the pause between two; \
                 {level:.1} dB",
                count / one.length() * 60.0,
                2.0 * count / (two.end - one.start) * 60.0
            );
        }
    }

    /// The default routine without ambience.
    fn bedtime(voice: &str) -> [&str; 4] {
        ["--voice", voice, "--ambience", "none"]
    }

    /// From the start of the program to the first word of the default routine, without the lead-in; a cold
    /// start has no clip in the cache.
    fn first_word() {
        for (voice, is_cold) in
            [("natural", true), ("natural", false), ("espeak", true), ("espeak", false), ("system", true)]
        {
            let stage = Stage::with_speech();
            let times: Vec<f64> = (0..6).map(|_| waited(&stage, voice, is_cold)).collect();
            // The first run fills the cache.
            let times = &times[1..];
            let most = times.iter().copied().fold(0.0, f64::max);
            println!(
                "{voice:>7}, {}: first word after {:.2} s (most {most:.2} s)",
                if is_cold { "cold" } else { "warm" },
                spread(times).mean
            );
        }
    }

    fn waited(stage: &Stage, voice: &str, is_cold: bool) -> f64 {
        if is_cold {
            stage.supine(&["cache", "--clear"]).wait(SOON).expect_code(0);
        }
        let session = play(stage, &bedtime(voice));
        let (start, started) = (session.start, session.started);
        let is_heard = |samples: &[f32]| first_onset(samples, AUDIBLE).is_some();
        assert!(stage.recorder().wait_until(start, SOON, is_heard), "nothing was heard");
        let onset = first_onset(&stage.recorder().samples_from(start), AUDIBLE);
        let waited = start + onset.expect("it was just heard") - stage.recorder().place_of(started);
        session.signal("INT");
        session.wait(SOON);
        std::thread::sleep(Duration::from_millis(500)); // the device's last samples
        waited - LEAD_IN
    }

    /// The first 65 seconds of the default routine over the ocean, with an empty cache. The goal for its memory is 200
    /// MiB.
    fn routine() {
        for voice in ["natural", "espeak", "system"] {
            let stage = Stage::with_speech();
            let session = play(&stage, &["--voice", voice, "--ambience", "ocean"]);
            std::thread::sleep(Duration::from_secs(5));
            let early = processor_seconds(session.pid());
            std::thread::sleep(Duration::from_secs(60));
            let late = processor_seconds(session.pid());
            let memory = peak_mib(session.pid());
            session.signal("INT");
            session.wait(SOON).expect_code(130);
            println!(
                "bedtime-back, {voice} over ocean: {:.1} % of a core for a minute, {early:.2} s in its first 5 s; \
                 memory {memory:.0} MiB at most",
                (late - early) / 60.0 * 100.0
            );
        }
    }

    /// The memory of a short hold; that of a long hold is reported with its onsets.
    fn memory() {
        for voice in ["fake", "espeak"] {
            let stage = counting_stage(Stage::with_sound(), 50);
            let session = play(&stage, &arguments(voice));
            std::thread::sleep(Duration::from_secs(60));
            let memory = peak_mib(session.pid());
            session.signal("INT");
            session.wait(SOON);
            println!("{voice:>6}, count to 50: memory {memory:.0} MiB");
        }
    }

    /// The peak memory of a process, in MiB.
    fn peak_mib(pid: u32) -> f64 {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the session is running");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says it");
        let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("it is a number");
        kib / 1024.0
    }

    /// The processor time of a process and of its children that have ended.
    fn processor_seconds(pid: u32) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the session is running");
        let (_, fields) = stat.rsplit_once(')').expect("the name stands in brackets");
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // utime, stime, cutime and cstime are fields 14 to 17 in proc(5); the first field here is number 3.
        let ticks: f64 = fields[11..15].iter().filter_map(|field| field.parse::<f64>().ok()).sum();
        ticks / ticks_per_second()
    }

    fn ticks_per_second() -> f64 {
        let output = Command::new("getconf").arg("CLK_TCK").output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        text.ok().and_then(|text| text.trim().parse().ok()).unwrap_or(100.0)
    }
}
