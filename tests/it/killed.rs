//! Sessions that are killed at any moment, and an engine that fails now and then while requests come at random.

#![cfg(unix)]

use std::process::Stdio;
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, wait_until};
use crate::support::rows::row;

const LOG: &str = "state/supine/practice.jsonl";
const PLACE: &str = "state/supine/resume.json";
const PLAY: [&str; 8] =
    ["play", "many.toml", "--fake-output", "--no-setup", "--voice", "fake", "--ambience", "none"];
/// How many sessions are killed, and how many at once.
const TIMES: u64 = 100;
const AT_ONCE: u64 = 4;

/// A routine of many short poses, so that something is written all the time.
fn many(home: &Home, poses: usize) {
    let pose = |n| format!("[[pose]]\nname = \"Pose {n}\"\nsteps = [\"Rest at {n}.\", {{ seconds = 2 }}]\n");
    let poses: String = (0..poses).map(pose).collect();
    home.write("many.toml", format!("id = \"many\"\ntitle = \"Many\"\nending = \"awake\"\n{poses}"));
}

fn start(home: &Home, arguments: &[&str]) -> Helper {
    let mut command = home.std_command();
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Helper::start(&mut command)
}

fn log(home: &Home) -> Vec<u8> {
    std::fs::read(home.path().join(LOG)).unwrap_or_default()
}

/// A number that looks random.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

/// Kills sessions one after the other; returns how many of them had begun to write.
fn kill_some(which: u64) -> usize {
    let home = Home::new();
    many(&home, 60);
    let mut begun = 0;
    for n in 0..TIMES / AT_ONCE {
        let mut session = start(&home, &PLAY);
        let place = home.path().join(PLACE);
        // Most are killed while they write; some before.
        if n % 5 > 0 {
            let known = std::fs::metadata(&place).and_then(|file| file.modified()).ok();
            let writes = || std::fs::metadata(&place).and_then(|file| file.modified()).ok() != known;
            wait_until(Duration::from_secs(20), || writes() || session.has_ended());
        }
        std::thread::sleep(Duration::from_micros(mixed(which * 1000 + n) % 60_000));
        let before = log(&home);
        session.kill();
        let after = log(&home);
        assert!(after.starts_with(&before), "entries are lost");
        for line in after.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            assert!(
                serde_json::from_slice::<serde_json::Value>(line).is_ok(),
                "{:?}",
                String::from_utf8_lossy(line)
            );
        }
        if let Ok(kept) = std::fs::read(&place) {
            let kept: serde_json::Value = serde_json::from_slice(&kept).expect("the place is whole");
            assert!(kept["content"]["pose"].as_u64() >= Some(1), "{kept}");
            begun += 1;
        }
    }
    // What was killed is nobody's burden.
    let outcome = home.run("resume --fake-output --voice fake --ambience none");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert_eq!(home.run("history").code, 0);
    begun
}

#[test]
fn a_session_that_is_killed_at_any_moment_keeps_its_place_and_its_log() {
    let begun: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|which| scope.spawn(move || kill_some(which))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{begun} of {TIMES} had a place");
    assert!(begun > TIMES as usize / 2, "only {begun} had a place");
    row(
        "supine itself",
        "killed (SIGKILL) at 100 random moments",
        "kept: each time every entry of the log, and a whole place; `supine resume` goes on",
    );
}

#[test]
fn an_engine_that_fails_now_and_then_while_requests_come_at_random_leads_to_an_end() {
    let home = Home::new();
    many(&home, 150);
    home.write(
        "engine.sh",
        // Its thirteenth sentence first.
        "echo >> said; [ $((($(wc -l < said) + 87) % 100)) -ne 0 ] || exit 1; cat >/dev/null; cat word.wav\n",
    );
    home.config("[engines.own]\ncommand = [\"sh\", \"engine.sh\"]\n");
    home.write_tone("word.wav");
    let mut play = PLAY;
    play[5] = "own";
    let mut command = home.std_command();
    let told = std::fs::File::create(home.path().join("told")).unwrap();
    command.args(play).stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
    let mut session = Helper::start(&mut command);
    let requests = [
        "pause", "resume", "toggle", "again", "next", "previous", "longer", "slower", "faster", "louder",
        "softer", "where",
    ];
    let is_there = || home.run("ctl status").code == 0;
    assert!(wait_until(Duration::from_secs(30), is_there), "it does not begin");
    let said = || std::fs::read_to_string(home.path().join("said")).unwrap_or_default().lines().count();
    let ask = |word: &str| usize::from(home.run(&format!("ctl {word}")).code == 0);
    let at_random = |n: u64| ask(requests[(mixed(n) % requests.len() as u64) as usize]);
    let mut answered: usize = (0..40).map(at_random).sum();
    // It has failed by then, whatever was asked for.
    ask("resume");
    assert!(wait_until(Duration::from_secs(60), || said() >= 15), "it was asked {} times", said());
    answered += (40..60).map(at_random).sum::<usize>();
    println!("{answered} requests were answered");
    assert_eq!(answered, 60);
    ask("stop");
    assert_eq!(session.wait(Duration::from_secs(60)).and_then(|status| status.code()), Some(0));
    let told = std::fs::read_to_string(home.path().join("told")).unwrap();
    println!("the engine was asked {} times; {told}", said());
    assert!(!told.contains("panicked"), "{told}");
    row(
        "Own engine",
        "failing on one sentence in a hundred, while requests come at random",
        "heard: every sentence, since the engine is asked a second time; every request is answered",
    );
}
