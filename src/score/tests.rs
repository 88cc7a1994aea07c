//! What is shown of a score, from one that is written by hand. One frame is one millisecond.

use super::chapters::{Chapter, chapters};
use super::overrun::told_once;
use super::timeline::{Timeline, clock, script};
use super::transcript::{plain_text, webvtt};
use super::*;
use crate::diagnostic::Diagnostic;

const RATE: SampleRate = SampleRate::new(1_000).unwrap();

fn event(at: u64, length: u64, track: Track, pose: usize, text: &str) -> ScoreEvent {
    ScoreEvent {
        at: Frames(at),
        length: Frames(length),
        track,
        pose,
        side: None,
        text: text.to_owned(),
        cue: Cue::Chime(0),
        span: Span(pose..pose + 1),
    }
}

fn marker(at: u64, name: &str, lead: Option<PoseTempo>) -> Marker {
    Marker { at: Frames(at), name: name.to_owned(), lead }
}

fn score(events: Vec<ScoreEvent>) -> Score {
    let length = events.last().map_or(Frames(0), |last| last.at + last.length);
    Score {
        rate: RATE,
        length,
        complete: true,
        endless: false,
        starts: Vec::new(),
        markers: Vec::new(),
        events,
        ambience: Vec::new(),
        breaths: Vec::new(),
    }
}

/// So many cues, one second each, from a time on.
fn cues(at: u64, many: u64, track: Track, side: Option<Side>) -> Vec<ScoreEvent> {
    let cue = |n: u64| ScoreEvent { side, ..event(at + n * 1_000, 1_000, track, 1, &format!("{}.", n + 1)) };
    (0..many).map(cue).collect()
}

/// So many breaths of two seconds in and three out, from a time on.
fn breaths(at: u64, many: u64, sound: BreathSound) -> Vec<BreathPhase> {
    let level = BreathLevel { loudness: Decibels::UNITY, lift: Decibels::UNITY, in_music: false };
    let phase = |at, length, phase| BreathPhase {
        at: Frames(at),
        length: Frames(length),
        phase,
        pose: 1,
        sound,
        level,
    };
    let one = |n| [phase(at + n * 5_000, 2_000, Phase::In), phase(at + n * 5_000 + 2_000, 3_000, Phase::Out)];
    (0..many).flat_map(one).collect()
}

const LEAD: PoseTempo =
    PoseTempo { words_per_minute: 115.04, breaths_per_minute: 7.46, gain: Decibels(-1.0) };

fn guided_session() -> Score {
    let mut events =
        vec![event(700, 900, Track::Speech, 0, "Hello."), event(5_000, 800, Track::Speech, 1, "Cat.")];
    events.extend(cues(10_000, 8, Track::Count, Some(Side::Right)));
    events.extend(cues(20_000, 6, Track::Count, Some(Side::Left)));
    events.push(event(30_000, 1_000, Track::Chime, 2, "bowl"));
    events.extend(cues(61_000, 1, Track::Breath, None));
    events.push(event(125_400, 1_000, Track::Speech, 0, "Sleep."));
    let markers = vec![marker(5_000, "Cat", Some(LEAD)), marker(30_000, "Child", None)];
    Score { markers, length: Frames(200_000), ..score(events) }
}

#[test]
fn a_script_has_a_head_for_each_part_and_a_line_for_each_hold() {
    let expected = "
  0:01  Welcome
  0:01    Hello.

  0:05  1  Cat  (115 words and 7.5 breaths a minute, -1.0 dB)
  0:05    Cat.
          right side
  0:10    [ 1, 2, ... 8 ]  8 cues in 8 s
          left side
  0:20    [ 1, 2, 3, 4, 5, 6 ]  6 s

  0:30  2  Child
  0:30    (bowl)

  1:01  1  Cat  (115 words and 7.5 breaths a minute, -1.0 dB)
  1:01    [ 1 ]

  2:05  Close
  2:05    Sleep.
  2:06    (the sound stays, and fades)
  3:20  End
";
    assert_eq!(script(&guided_session()), expected);
}

#[test]
fn a_script_says_how_the_sound_ends() {
    let ends = |endless, length| {
        let script =
            script(&Score { endless, length: Frames(length), ..score(cues(0, 10, Track::Speech, None)) });
        script
            .lines()
            .skip_while(|line| !line.ends_with("10."))
            .skip(1)
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(ends(false, 30_000), "0:30  End");
    assert_eq!(ends(false, 30_001), "0:10    (the sound stays, and fades); 0:30  End");
    assert_eq!(ends(true, 90_000), "0:10    (the sound stays); 1:30  Until morning");
}

#[test]
fn a_hold_goes_on_as_long_as_nothing_but_the_count_changes() {
    let lines = |second: ScoreEvent| {
        let script = script(&score(vec![event(0, 500, Track::Count, 1, "1."), second]));
        script.matches('[').count()
    };
    let next = event(1_000, 500, Track::Count, 1, "2.");
    assert_eq!(lines(next.clone()), 1);
    assert_eq!(lines(ScoreEvent { track: Track::Breath, ..next.clone() }), 2);
    assert_eq!(lines(ScoreEvent { side: Some(Side::Left), ..next.clone() }), 2);
    assert_eq!(lines(ScoreEvent { pose: 2, ..next.clone() }), 2);
    assert_eq!(lines(ScoreEvent { span: Span(7..8), ..next }), 2);
}

#[test]
fn breaths_that_a_sound_leads_stand_beside_their_words_or_in_a_line_of_their_own() {
    let breathing = BreathSound::Breathing;
    let said = |at| event(at, 1_000, Track::Breath, 1, "In.");
    let led = [
        breaths(10_000, 1, breathing),
        breaths(20_000, 2, breathing),
        breaths(30_000, 3, BreathSound::Tones),
        breaths(60_000, 3, BreathSound::None),
        breaths(70_001, 1, breathing),
        breaths(80_000, 4, breathing),
    ]
    .concat();
    let events = vec![said(20_000), event(50_000, 1_000, Track::Speech, 1, "On."), said(69_000)];
    let script = script(&Score { breaths: led, ..score(events) });
    let lines: Vec<&str> = script.lines().filter(|line| line.contains('[') || line.contains("On.")).collect();
    let expected = [
        "  0:10    [ the sound breathes for 1 breath ]",
        "  0:20    [ In ]  the sound breathes for 2 breaths",
        "  0:30    [ tones lead for 3 breaths ]",
        "  0:50    On.",
        "  1:09    [ In ]",
        "  1:10    [ the sound breathes for 1 breath ]",
        "  1:20    [ the sound breathes for 4 breaths ]",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_timeline_has_times_in_microseconds_and_figures_in_tenths() {
    let mut score = guided_session();
    score.rate = SampleRate::HZ_48000;
    score.events.truncate(3);
    score.ambience = vec![GainPoint { at: Frames(48), gain: Decibels(-20.0) }];
    score.breaths = breaths(1, 1, BreathSound::Tones);
    let found = serde_json::to_value(Timeline::new(&score, "Cats", "mute", true)).unwrap();
    let expected = serde_json::json!({
        "title": "Cats", "voice": "mute", "estimated": true, "sample_rate": 48_000, "length_s": 4.166_667,
        "markers": [{ "at_s": 0.104_167, "name": "Cat" }, { "at_s": 0.625, "name": "Child" }],
        "events": [
            { "at_s": 0.014_583, "length_s": 0.018_75, "track": "speech", "pose": 0, "text": "Hello." },
            { "at_s": 0.104_167, "length_s": 0.016_667, "track": "speech", "pose": 1, "text": "Cat." },
            { "at_s": 0.208_333, "length_s": 0.020_833, "track": "count",
              "pose": 1, "side": "right", "text": "1." },
        ],
        "ambience_gain": [{ "at_s": 0.001, "gain_db": -20.0 }],
        "breaths": [
            { "at_s": 0.000_021, "length_s": 0.041_667, "phase": "in", "pose": 1, "sound": "tones" },
            { "at_s": 0.041_688, "length_s": 0.0625, "phase": "out", "pose": 1, "sound": "tones" },
        ],
        "wind_down": [{ "pose": 1, "words_per_minute": 115.0, "breaths_per_minute": 7.5, "gain_db": -1.0 }],
    });
    assert_eq!(found, expected);
}

#[test]
fn a_clock_shows_whole_minutes_and_the_nearest_second() {
    assert_eq!([0.4, 59.6, 725.0].map(clock), ["0:00", "1:00", "12:05"]);
}

#[test]
fn subtitles_stand_as_long_as_their_words_are_heard_and_never_two_at_once() {
    let events = vec![
        event(700, 900, Track::Speech, 0, "Knees & <hips>."),
        event(1_000, 500, Track::Chime, 0, "bowl"),
        event(1_500, 600, Track::Count, 1, "1."),
        event(3_723_456, 1_000, Track::Breath, 1, "In."),
    ];
    let expected = "WEBVTT

NOTE
Knees &amp; hips

00:00:00.700 --> 00:00:01.500
Knees &amp; &lt;hips&gt;.

00:00:01.500 --> 00:00:02.100
1.

01:02:03.456 --> 01:02:04.456
In.
";
    assert_eq!(webvtt(&score(events), "Knees & hips"), expected);
}

#[test]
fn in_plain_text_a_chapter_is_a_paragraph_and_a_count_is_a_line() {
    let mut events =
        vec![event(700, 900, Track::Speech, 0, "Hello."), event(5_000, 800, Track::Speech, 1, "Cat.")];
    events.extend(cues(10_000, 2, Track::Count, None));
    events.extend(cues(12_000, 1, Track::Breath, None));
    events.push(event(13_000, 1_000, Track::Chime, 1, "bowl"));
    events.push(event(14_000, 1_000, Track::Speech, 1, "Rest."));
    events.extend(cues(16_000, 1, Track::Count, None));
    events.extend(cues(20_000, 1, Track::Count, None));
    let chapter = |at, name: &str| Chapter { at: Frames(at), name: name.to_owned() };
    let chapters = [chapter(0, "Welcome"), chapter(5_000, "Cat"), chapter(20_000, "Child")];
    let expected = "Cats

Welcome

Hello.

Cat

Cat.
1. 2. 1.
Rest.
1.

Child

1.
";
    assert_eq!(plain_text(&score(events), "Cats", &chapters), expected);
}

#[test]
fn the_welcome_and_the_close_are_chapters_where_something_is_said_in_them() {
    let said = |at, pose| event(at, 500, Track::Speech, pose, "Well.");
    let found = |events: Vec<ScoreEvent>| -> Vec<(u64, String)> {
        let markers = vec![marker(5_000, "Cat", None), marker(9_000, "Child", None)];
        let chapters = chapters(&Score { markers, ..score(events) }, "Welcome", "Close");
        chapters.into_iter().map(|chapter| (chapter.at.0, chapter.name)).collect()
    };
    let named =
        |all: &[(u64, &str)]| all.iter().map(|(at, name)| (*at, (*name).to_owned())).collect::<Vec<_>>();
    let whole = vec![said(700, 0), said(5_000, 1), said(9_000, 2), said(20_000, 0), said(22_000, 0)];
    assert_eq!(found(whole), named(&[(0, "Welcome"), (5_000, "Cat"), (9_000, "Child"), (20_000, "Close")]));
    let within = vec![said(4_000, 1), said(5_000, 0), said(9_000, 0), said(10_000, 2)];
    assert_eq!(found(within), named(&[(5_000, "Cat"), (9_000, "Child")]));
    let nobody = chapters(&score(vec![said(0, 0)]), "Welcome", "Close");
    assert_eq!(nobody.iter().map(|chapter| chapter.name.as_str()).collect::<Vec<_>>(), ["Welcome"]);
}

#[test]
fn what_does_not_fit_is_told_once_in_the_order_of_its_places() {
    let text = r#"
title = "Much"
[[pose]]
name = "Rest"
steps = [
  { count = { to = 30, beat = 0.5 } },
  { inhale = "Breathe in while you slowly lift both hips and then the whole long back, bone by bone, to the shoulders." },
  { seconds = 1 },
  { breaths = { cycles = 25, ratio = "1:1" } },
  { breaths = { cycles = 2, ratio = "4:6" } },
]
"#;
    let codes = |text: &str| -> Vec<&str> {
        let routine = crate::routine::parse::parse(text).unwrap();
        super::overrun::overrun(&routine).iter().map(|problem| problem.code).collect()
    };
    let expected = [
        "counted-in-fives",
        "cue-does-not-fit",
        "cue-too-long",
        "hold-shorter-than-words",
        "cue-does-not-fit",
        "cue-too-long",
    ];
    assert_eq!(codes(text), expected);
    let roomy = "title = \"Little\"\n[[pose]]\nname = \"Rest\"\nsteps = [{ inhale = \"In.\" }, { exhale = \"Out.\" }, { seconds = 9 }]";
    assert_eq!(codes(roomy), [""; 0]);
}

#[test]
fn the_two_sides_of_a_step_are_one_place_and_another_hold_is_counted() {
    let told = |problems: &[(&'static str, usize, &str)]| -> Vec<String> {
        let problems: Vec<Diagnostic> = problems
            .iter()
            .map(|(code, at, message)| Diagnostic::warning(code, &Span(*at..at + 1), *message, ""))
            .collect();
        told_once(&problems).into_iter().map(|problem| problem.message).collect()
    };
    assert_eq!(told(&[("a", 1, "It is late"), ("a", 1, "It is late")]), ["It is late"]);
    let twice = [("a", 1, "It is late"), ("a", 2, "It is late"), ("a", 1, "It is late")];
    assert_eq!(told(&twice), ["It is late (and so in another hold)"]);
    let differ = [("cue-does-not-fit", 1, "1 s late"), ("cue-does-not-fit", 2, "2 s late")];
    assert_eq!(told(&differ), ["1 s late (and so in another hold)"]);
    let others = [("a", 1, "1 s late"), ("a", 2, "2 s late"), ("b", 3, "1 s late"), ("a", 4, "1 s late")];
    assert_eq!(told(&others), ["1 s late (and so in another hold)", "2 s late", "1 s late"]);
    let often = [("a", 1, "It is late"), ("a", 2, "It is late"), ("a", 3, "It is late")];
    assert_eq!(told(&often), ["It is late (and so in 2 other holds)"]);
}
