//! Sessions that are killed at any moment, and an engine that fails now and then while requests come at random.

#![cfg(unix)]

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::home::Home;
use crate::support::process::{Helper, wait_until};
use crate::support::rows::row;

const LOG: &str = "state/supine/practice.jsonl";
const PLACE: &str = "state/supine/resume.json";
const PLAY: [&str; 8] =
    ["play", "many.toml", "--fake-output", "--no-setup", "--voice", "fake", "--ambience", "none"];
/// Long enough for whatever a test waits for.
const LIMIT: Duration = Duration::from_secs(60);
/// How often an engine fails among requests.
const ROUNDS: u64 = 4;
/// How many sessions are killed, and how many at once.
const TIMES: u64 = 100;
const AT_ONCE: u64 = 4;
/// The poses of a session that is killed.
const POSES: u64 = 30;

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

/// The place that is kept, which must be whole.
fn place(home: &Home) -> Option<Value> {
    let kept = std::fs::read(home.path().join(PLACE)).ok()?;
    Some(serde_json::from_slice(&kept).expect("the place is whole"))
}

/// The pose of a place, from 1.
fn pose(place: &Value) -> u64 {
    place["content"]["pose"].as_u64().unwrap()
}

/// The poses of the entries that came after `before`, each of which must be whole.
fn logged_after(home: &Home, before: &[u8]) -> Vec<String> {
    let after = log(home);
    let new = after.strip_prefix(before).expect("entries of before are lost");
    let entry = |line: &[u8]| -> Value {
        serde_json::from_slice(line).unwrap_or_else(|_| panic!("{:?}", String::from_utf8_lossy(line)))
    };
    let lines = new.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| entry(line)["pose"].as_str().unwrap().to_owned()).collect()
}

/// Fails unless every pose from `first` up to before `pose` has its entry, once and in order; some after them may have theirs.
fn has_all_before(logged: &[String], first: u64, pose: u64) {
    let end = first + logged.len() as u64;
    let expected: Vec<String> = (first..end).map(|n| format!("pose-{}", n - 1)).collect();
    assert_eq!(logged, expected);
    assert!(end >= pose, "{logged:?} before pose {pose}");
}

/// Starts a session, and kills it in the pose `target`, or before it has begun if that is 0. Returns the pose of its place;
/// `None` when it has none.
fn kill_one(home: &Home, target: u64, more: Duration) -> Option<u64> {
    let (before, former) = (log(home), place(home));
    let mut session = start(home, &PLAY);
    let mut seen = None;
    // The place is replaced as a whole, so it can be read at any time.
    let own_place = || place(home).filter(|place| Some(place) != former.as_ref());
    let limit = Instant::now() + LIMIT;
    while target > seen.as_ref().map_or(0, pose) && !session.has_ended() {
        assert!(Instant::now() < limit, "it does not go on from {seen:?}");
        std::thread::sleep(Duration::from_millis(1));
        seen = own_place().or(seen);
    }
    std::thread::sleep(more);
    seen = own_place().or(seen);
    let seen_in_log = log(home);
    session.kill();
    assert!(log(home).starts_with(&seen_in_log), "entries are lost");
    let logged = logged_after(home, &before);
    match own_place() {
        Some(kept) => {
            assert!(pose(&kept) >= seen.as_ref().map_or(1, pose), "{kept} after {seen:?}");
            has_all_before(&logged, 1, pose(&kept));
            Some(pose(&kept))
        }
        // It has come to its end, so there is nothing to go on with.
        None if logged.len() as u64 == POSES => {
            has_all_before(&logged, 1, POSES + 1);
            assert_eq!(place(home), None);
            None
        }
        // It had not begun, and what was kept before stays.
        None => {
            assert_eq!((seen, place(home)), (None, former));
            assert_eq!(logged, [""; 0], "without a place");
            None
        }
    }
}

/// Kills sessions one after the other, at moments all over a session; returns the places that were kept of them.
fn kill_some(which: u64) -> Vec<u64> {
    let home = Home::new();
    many(&home, POSES as usize);
    let kill = |n: u64| {
        let random = mixed(which * 1000 + n);
        // Some are killed before they have written anything.
        let target = if n.is_multiple_of(5) { 0 } else { random % POSES };
        let more = random / POSES % if target == 0 { 60_000 } else { 20_000 };
        kill_one(&home, target, Duration::from_micros(more))
    };
    let mut places: Vec<u64> = (0..TIMES / AT_ONCE).filter_map(kill).collect();
    let last =
        (0..20).find_map(|_| kill_one(&home, POSES / 3, Duration::ZERO)).expect("one is killed in time");
    places.push(last);
    // What was killed is nobody's burden.
    let before = log(&home);
    let outcome = home.run("resume --fake-output --voice fake --ambience none");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    has_all_before(&logged_after(&home, &before), last, POSES + 1);
    assert_eq!(home.run("history").code, 0);
    places
}

#[test]
fn a_session_that_is_killed_at_any_moment_keeps_its_place_and_its_log() {
    let places: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|which| scope.spawn(move || kill_some(which))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    println!("{} of {TIMES} had a place: {places:?}", places.len());
    assert!(places.len() > TIMES as usize / 2, "only {} had a place", places.len());
    let in_third = |third: u64| places.iter().any(|place| (place - 1) * 3 / POSES == third);
    assert!((0..3).all(in_third), "{places:?}");
    row(
        "supine itself",
        "killed (SIGKILL) at 100 moments, before its first word and in each third (with a fake voice)",
        "kept: each time a whole place, if it had begun, and an entry for every pose before it; `supine resume` goes on there",
    );
}

const REQUESTS: [&str; 12] = [
    "pause", "resume", "toggle", "again", "next", "previous", "longer", "slower", "faster", "louder",
    "softer", "where",
];

/// Whether the last sentence that failed was then said.
fn is_asked_again(said: &str) -> bool {
    let after: Vec<&str> = said.lines().rev().take_while(|line| !line.starts_with('-')).collect();
    let failed = said.lines().rev().find_map(|line| line.strip_prefix("- ")).unwrap();
    after.contains(&format!("+ {failed}").as_str())
}

/// Writes down what it is asked to say. While there is a file `fail`, it takes that away and fails.
const ENGINE: &str = "\
    read -r text; if mv fail failed 2>/dev/null; then echo \"- $text\" >> said; exit 1; fi\n\
    echo \"+ $text\" >> said; sleep 0.02; cat word.wav\n";

#[test]
fn an_engine_that_fails_now_and_then_while_requests_come_at_random_leads_to_an_end() {
    let home = Home::new();
    many(&home, 600);
    home.write("engine.sh", ENGINE);
    home.config("[engines.own]\ncommand = [\"sh\", \"engine.sh\"]\n");
    home.write_tone("word.wav");
    let mut play = PLAY;
    play[5] = "own";
    let mut command = home.std_command();
    let told = std::fs::File::create(home.path().join("told")).unwrap();
    command.args(play).stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
    let mut session = Helper::start(&mut command);
    let is_there = || home.run("ctl status").code == 0;
    assert!(wait_until(LIMIT, is_there), "it does not begin");
    let said = || std::fs::read_to_string(home.path().join("said")).unwrap_or_default();
    let failures = || said().lines().filter(|line| line.starts_with('-')).count();
    let ask = |word: &str| assert_eq!(home.run(&format!("ctl {word}")).code, 0, "{word}");
    // A voice that fails at its first words is not asked again.
    assert!(wait_until(LIMIT, || said().lines().count() > 8), "it does not begin to speak");
    for round in 0..ROUNDS {
        // Whatever is asked for, it fails meanwhile.
        home.write("fail", "");
        for n in 0..12 {
            ask(REQUESTS[(mixed(round * 100 + n) % REQUESTS.len() as u64) as usize]);
        }
        ask("resume");
        let has_failed = 2 * round as usize + 1;
        assert!(wait_until(LIMIT, || failures() >= has_failed), "it was asked for {:?}", said());
        // What a request has cut off may still be asked for again.
        let speaks_on = || said().lines().next_back().is_some_and(|line| line.starts_with('+'));
        assert!(wait_until(LIMIT, speaks_on), "{}; {:?}", home.run("ctl status").stdout, said());
        std::thread::sleep(Duration::from_secs(1));
        // And once while nothing is asked for: then it is asked for the same sentence again, and goes on.
        home.write("fail", "");
        assert!(wait_until(LIMIT, || failures() > has_failed), "it was asked for {:?}", said());
        let is_asked_again = || is_asked_again(&said());
        assert!(wait_until(LIMIT, is_asked_again), "{:?}", said());
    }
    ask("stop");
    assert_eq!(session.wait(LIMIT).and_then(|status| status.code()), Some(0));
    // No other voice has taken over.
    assert_eq!(std::fs::read_to_string(home.path().join("told")).unwrap(), "");
    assert_eq!(failures(), 2 * ROUNDS as usize);
    row(
        "Own engine",
        "failing on one sentence now and then, while requests come at random",
        "heard: no other voice, since the engine is asked again for that sentence; every request is answered",
    );
}
