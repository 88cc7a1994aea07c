//! A session that broke off and is resumed: what was fitted to a time stays so, and what was tapped is kept.

use std::time::Duration;

use supine::config::Choices;
use supine::control::{Event, Host, Now};
use supine::folders::Folders;
use supine::journal::ResumePoint;
use supine::output::Output;
use supine::output::fake::{FakeOutput, Played};
use supine::routine::Id;
use supine::session::Session;
use supine::settings::OwnBreath;
use supine::units::SampleRate;

const RATE: SampleRate = SampleRate::HZ_48000;

const FOUR: &str = r#"
title = "Four"
own_breath = true
[[pose]]
name = "One"
position = "lying on your back"
steps = ["Bend one knee.", { count = 10 }, { release = "Let it slide." }, { rest = 10 }]
[[pose]]
name = "Two"
optional = true
steps = ["Bend both knees.", { seconds = 40 }, { release = "Let them slide." }]
[[pose]]
name = "Three"
steps = ["Let your arms be wide.", { breaths = 6 }, { release = "Bring them in." }]
[[pose]]
name = "Four"
steps = ["Turn to one side.", { seconds = 40 }, { release = "Turn back." }, "Rest."]
"#;

/// A host that asks for nothing.
struct Asleep;

impl Host for Asleep {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        std::thread::sleep(timeout);
        None
    }

    fn show(&mut self, _now: &Now) {}
}

fn choices(minutes: &str) -> Choices {
    let words = ["--voice=fake", "--ambience=none", minutes].map(Into::into);
    Choices::of_words(&words).unwrap()
}

fn session(folder: &std::path::Path, minutes: &str) -> Session {
    let file = folder.join("four.toml");
    std::fs::write(&file, FOUR).unwrap();
    Session::open(&file, choices(minutes), &Folders::default()).unwrap()
}

/// Where a session broke off, in the pose with this name.
fn broken_off(pose: &str, own_breath: Option<OwnBreath>) -> ResumePoint {
    ResumePoint {
        routine: "four.toml".into(),
        then: Vec::new(),
        part: 0,
        routine_id: Some(Id::of("Four")),
        routine_hash: None,
        meaning_hash: None,
        pose: 2,
        pose_id: Some(Id::of(pose)),
        pose_name: Some(pose.to_owned()),
        poses: 4,
        position_s: 0.0,
        own_breath,
        choices: Ok(Choices::default()),
        at: jiff::Timestamp::now(),
    }
}

/// How long a session plays, in seconds.
fn played(session: &mut Session) -> f64 {
    let played = Played::default();
    let mut output = FakeOutput::new(RATE);
    output.played = Some(Played::clone(&played));
    let output: &mut dyn Output = &mut output;
    session.play(output, &mut Asleep).unwrap();
    let since = std::time::Instant::now();
    while played.lock().unwrap().is_empty() {
        assert!(since.elapsed() < Duration::from_secs(20), "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    let samples: usize = played.lock().unwrap().iter().map(Vec::len).sum();
    samples as f64 / f64::from(RATE.hz())
}

#[test]
fn what_is_left_of_a_session_that_was_fitted_to_minutes_ends_when_these_are_over() {
    let folder = tempfile::tempdir().unwrap();
    for minutes in [3.0, 5.0] {
        let option = format!("--minutes={minutes}");
        let whole = played(&mut session(folder.path(), &option));
        assert!((whole - minutes * 60.0).abs() < 20.0, "{minutes} min: {whole} s");
        for pose in ["Three", "Four"] {
            let mut resumed = session(folder.path(), &option);
            let score = resumed.score(&(std::sync::Arc::new(()) as _)).unwrap().score;
            let begun =
                score.markers.iter().find(|marker| marker.name == pose).unwrap().at.to_seconds(score.rate);
            resumed.resume(&broken_off(pose, None)).unwrap();
            let rest = played(&mut resumed);
            // It is said first that it goes on, and where to lie.
            let all = begun + rest;
            assert!(
                all > minutes * 60.0 - 20.0 && all < minutes * 60.0 + 35.0,
                "{pose} of {minutes} min: {all} s"
            );
        }
    }
}

#[test]
fn the_breath_that_was_tapped_is_kept_and_one_that_nobody_can_have_tapped_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let own = OwnBreath::new(Duration::from_secs(4), Duration::from_secs(10), 1.0);
    let json = serde_json::to_value(broken_off("Three", Some(own))).unwrap();
    let point: ResumePoint = serde_json::from_value(json).unwrap();
    let mut kept = session(folder.path(), "--pace=normal");
    kept.resume(&point).unwrap();
    assert_eq!(kept.settings().own_breath, Some(own));
    let odd = OwnBreath::new(Duration::from_secs(4_000_000_000), Duration::from_secs(10), 1.0);
    let mut odd_one = session(folder.path(), "--pace=normal");
    odd_one.resume(&broken_off("Three", Some(odd))).unwrap();
    assert_eq!(odd_one.settings().own_breath, None);
}
