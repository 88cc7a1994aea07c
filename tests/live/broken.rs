//! What is heard and seen when supine itself breaks, and who gives its sound priority.

use super::support::process::wait_until;
use super::support::pty::Pty;
use super::support::rows::row;
use super::*;

#[test]
fn when_supine_breaks_the_sound_fades_the_terminal_is_as_before_and_one_sentence_is_said() {
    let stage = sound_stage(PAUSE);
    write_tone(&stage);
    // What was kept before.
    let entry = r#"{"session":"2026-01-02T20:00:00Z","at":"2026-01-02T20:01:00Z","offset_s":0,"routine":"bedtime-back","pose":"childs-pose","fate":"done","seconds":60.0}"#;
    let log = stage.write("state/supine/practice.jsonl", format!("{entry}\n"));
    let supine = env!("CARGO_BIN_EXE_supine");
    let arguments = ["routine.toml", "--voice", "fake", "--ambience", "tone.wav"];
    let score = Timeline::of(&stage, &arguments);
    let words = score.events.iter().rfind(|event| event.pose == 1).expect("there is a pose").end_s();
    let line = format!("stty -g; '{supine}' play {} --no-setup; echo code $?; stty -g", arguments.join(" "));
    let terminal = Pty::new();
    let mut command = stage.command("setsid");
    command.args(["--ctty", "--wait", "sh", "-c", &format!("({line}) >&2")]).env("TERM", "xterm");
    // In the pose, after its words, where the tone is alone and has come up again.
    command.env("SUPINE_BREAK", (words + 4.0).to_string());
    let start = stage.recorder().seconds();
    let mut session = terminal.start(command);
    assert_eq!(session.wait(SESSION).and_then(|status| status.code()), Some(0), "{}", terminal.shown());
    assert!(wait_until(SOON, || terminal.shown().contains("code 101")), "{}", terminal.shown());
    let shown = terminal.shown();
    let told = "supine: supine itself broke (broken.rs, line ";
    assert!(shown.contains(told) && shown.contains("`supine resume` goes on from there"), "{shown:?}");
    assert!(!shown.contains("panicked") && !shown.contains("stack"), "{shown:?}");
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    let is_modes = |line: &&&str| line.contains(':') && line.split(':').count() > 10;
    let (before, after) = (lines.iter().find(is_modes), lines.iter().rfind(is_modes));
    assert!(before.is_some() && before.map(|line| line.len()) == after.map(|line| line.len()), "{shown:?}");
    assert_eq!(before, after);

    let place = std::fs::read_to_string(stage.file("state/supine/resume.json")).expect("the place is kept");
    let place: serde_json::Value = serde_json::from_str(&place).expect("the place is whole");
    assert!(place["content"]["pose"].as_u64() >= Some(1), "{place}");
    let log = std::fs::read_to_string(log).expect("the log is kept");
    assert!(log.starts_with(entry) && log.ends_with('\n'), "{log}");

    let samples = stage.recorder().samples_from(start);
    let first = first_onset(&samples, -25.0).expect("the first word is heard");
    let alone = first - score.events[0].at_s + words + 3.0;
    // Blocks of 50 ms.
    let levels: Vec<f64> = samples[(alone * 48_000.0) as usize..].chunks(2_400).map(level).collect();
    let tone = levels[0];
    let loud = levels.iter().take_while(|now| **now > tone - 3.0).count();
    let fading = levels.iter().skip(loud).take_while(|now| **now > tone - 20.0).count();
    let silence = levels.iter().skip(loud + fading).position(|now| *now < -90.0);
    println!("tone {tone:.0} dB for {loud} blocks, fading for {fading}, silent after {silence:?}");
    assert!(loud > 0 && fading >= 6, "it broke off");
    let silence = loud + fading + silence.expect("it falls silent");
    assert!(levels[silence..].iter().any(|now| *now > -40.0), "nothing is said");
    row(
        "supine itself",
        "breaking in the middle of a session (a panic)",
        "heard: the sound fades out, one sentence says so; kept: the terminal as it was, the place, the log",
    );
}

#[cfg(feature = "realtime")]
mod priority {
    use std::sync::{Arc, Mutex};

    use zbus::blocking::connection::Builder;
    use zbus::fdo;

    use super::*;
    use crate::support::bus::Bus;

    /// The requests, and what the system said of each process then.
    type Asked = Arc<Mutex<Vec<(u64, u32)>>>;

    /// A stand-in for rtkit.
    struct Kit {
        asked: Asked,
        refuses: bool,
    }

    #[zbus::interface(name = "org.freedesktop.RealtimeKit1")]
    impl Kit {
        fn make_thread_realtime(&self, thread: u64, priority: u32) -> fdo::Result<()> {
            self.asked.lock().expect("nobody panics here").push((thread, priority));
            if self.refuses { Err(fdo::Error::AccessDenied("not tonight".into())) } else { Ok(()) }
        }

        #[zbus(property, name = "RTTimeUSecMax")]
        fn longest(&self) -> i64 {
            200_000
        }

        #[zbus(property)]
        fn max_realtime_priority(&self) -> i32 {
            20
        }
    }

    #[test]
    fn the_thread_that_plays_asks_for_priority_and_plays_on_without() {
        for refuses in [false, true] {
            let stage = sound_stage(PAUSE);
            let bus = Bus::start(&stage.file("run"));
            let asked = Asked::default();
            let kit = Kit { asked: Arc::clone(&asked), refuses };
            let _connection = Builder::address(bus.address.as_str())
                .and_then(|builder| builder.serve_at("/org/freedesktop/RealtimeKit1", kit))
                .and_then(|builder| builder.name("org.freedesktop.RealtimeKit1"))
                .and_then(Builder::build)
                .expect("there is a bus");
            let mut command = stage.command(env!("CARGO_BIN_EXE_supine"));
            command.arg("play").args(arguments("fake", "none")).env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address);
            let session = stage.start(command);
            let is_asked = || !asked.lock().expect("nobody panics here").is_empty();
            assert!(wait_until(SOON, is_asked), "nobody asked");
            let (thread, priority) = asked.lock().expect("nobody panics here")[0];
            assert!((1..=20).contains(&priority), "{priority}");
            let of = |what: &str| {
                std::fs::read_to_string(format!("/proc/{}/{what}", session.pid())).unwrap_or_default()
            };
            let name = of(&format!("task/{thread}/comm"));
            assert!(!name.is_empty() && name.trim() != "supine", "thread {thread} is {name:?}");
            let limits = of("limits");
            let limit = limits.lines().find(|line| line.starts_with("Max realtime timeout"));
            let numbers: Vec<&str> = limit.unwrap_or_default().split_whitespace().skip(3).take(2).collect();
            assert_eq!(numbers, ["100000", "200000"], "{limits}");
            let second = |samples: &[f32]| sounds(samples, AUDIBLE, 0.6).len() > 1;
            assert!(stage.recorder().wait_until(session.start, SOON, second), "it does not play on");
            session.signal("INT");
            session.wait(SOON).expect_code(130).expect_silence();
        }
        row("Machine", "no real-time priority to be had (rtkit refuses)", "heard: the session, as with it");
    }

    #[test]
    fn rtkit_gives_priority_to_the_thread_that_plays_and_to_no_other() {
        let Some(mut stage) = Stage::with_priority() else { return };
        stage.record();
        stage.write("routine.toml", PAUSE);
        let session = stage.supine(&[&["play"], &arguments("fake", "none")[..]].concat());
        let threads = |pid: u32| {
            let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
            let stats = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
            stats.filter_map(|stat| policy(&stat)).collect::<Vec<_>>()
        };
        let preferred =
            |pid| threads(pid).into_iter().filter(|(_, class, _)| *class != 0).collect::<Vec<_>>();
        assert!(wait_until(SOON, || !preferred(session.pid()).is_empty()), "{:?}", threads(session.pid()));
        let preferred = preferred(session.pid());
        let [(name, class, priority)] = &preferred[..] else { panic!("{preferred:?}") };
        assert!(*class == ROUND_ROBIN && (1..=20).contains(priority) && name != "supine", "{preferred:?}");
        assert!(threads(session.pid()).len() > 1, "only one thread is there");
        let second = |samples: &[f32]| sounds(samples, AUDIBLE, 0.6).len() > 1;
        assert!(stage.recorder().wait_until(session.start, SOON, second), "it does not play on");
        session.signal("INT");
        session.wait(SOON).expect_code(130).expect_silence();
        row(
            "Machine",
            "rtkit gives real-time priority",
            "heard: the session; the thread that plays has it, no other one",
        );
    }

    /// What sched(7) calls SCHED_RR.
    const ROUND_ROBIN: u32 = 2;

    /// The name of a thread, its class of scheduling and its real-time priority: fields 2, 41 and 40 in proc(5).
    fn policy(stat: &str) -> Option<(String, u32, u32)> {
        let (name, fields) = stat.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        Some((name.to_owned(), fields.get(38)?.parse().ok()?, fields.get(37)?.parse().ok()?))
    }
}
