//! Sessions in every format, looked at with the tools that people play them with: lengths, chapters, tags, loudness.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::rendered::{Rendered, frame};

/// Two poses, a welcome and a close.
const TWO: &str = r#"
id = "two"
title = "Knees & hips"
summary = "Loosens the knees."
ending = "awake"
[[pose]]
name = "Knee hugs"
steps = ["Draw one knee towards you.", { seconds = 4 }]
[[pose]]
name = "Rest"
steps = ["Let both legs lie long.", { count = 3 }]
"#;
const OPTIONS: &str = "--voice fake --ambience none";
const CHAPTERS: [&str; 4] = ["Welcome", "Knee hugs", "Rest", "Close"];

fn home() -> Home {
    let home = Home::new();
    home.write("two.toml", TWO);
    home
}

/// Renders the two poses, and returns their score.
#[track_caller]
fn render(home: &Home, file: &str, options: &str) -> Value {
    let outcome = home.run(&format!("render two.toml -o {file} {OPTIONS} {options}"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    score(home)
}

fn score(home: &Home) -> Value {
    serde_json::from_str(&home.run(&format!("show two.toml --json {OPTIONS}")).data()).unwrap()
}

/// The output of a tool that must succeed.
#[track_caller]
fn tool(home: &Home, line: &str) -> Vec<u8> {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let output = command.args(words).current_dir(home.path()).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn probed(home: &Home, file: &str) -> Value {
    let line = format!("ffprobe -v error -of json -show_chapters -show_format -show_streams {file}");
    serde_json::from_slice(&tool(home, &line)).unwrap()
}

/// The samples of a file, as ffmpeg decodes them.
fn decoded(home: &Home, file: &str) -> Rendered {
    let bytes = tool(home, &format!("ffmpeg -v error -i {file} -f f32le -ac 2 -ar 48000 -"));
    let samples = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    Rendered { samples }
}

/// A tag of a file, wherever its format keeps it, in whatever letters.
fn tag<'a>(probed: &'a Value, name: &str) -> Option<&'a str> {
    let of = |tags: &'a Value| {
        let mut tags = tags.as_object().into_iter().flatten();
        tags.find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    };
    of(&probed["format"]["tags"]).or_else(|| of(&probed["streams"][0]["tags"]))
}

/// The times of the score that chapters have.
fn times(score: &Value) -> Vec<f64> {
    let markers = score["markers"].as_array().unwrap();
    let poses: Vec<f64> = markers.iter().map(|marker| marker["at_s"].as_f64().unwrap()).collect();
    let events = score["events"].as_array().unwrap().iter();
    let close = events
        .filter(|event| event["pose"] == 0)
        .map(|event| event["at_s"].as_f64().unwrap())
        .find(|at| at > poses.last().unwrap());
    [0.0].into_iter().chain(poses).chain(close).collect()
}

#[track_caller]
fn has_chapters(probed: &Value, score: &Value) {
    let chapters = probed["chapters"].as_array().unwrap();
    let names: Vec<_> = chapters.iter().map(|chapter| chapter["tags"]["title"].as_str().unwrap()).collect();
    assert_eq!(names, CHAPTERS);
    for (chapter, at) in chapters.iter().zip(times(score)) {
        let start: f64 = chapter["start_time"].as_str().unwrap().parse().unwrap();
        assert!((start - at).abs() <= 0.01, "{chapter} should begin at {at}");
    }
}

#[test]
fn flac_holds_the_samples_of_wav_and_opus_is_as_long_to_the_frame() {
    let home = home();
    let score = render(&home, "two.wav", "");
    render(&home, "two.flac", "");
    render(&home, "two.opus", "");
    let length = frame(&score["length_s"]);
    let wav = Rendered::read(&home.path().join("two.wav"));
    assert_eq!(wav.frames(), length);
    assert!(decoded(&home, "two.flac").samples == wav.samples, "FLAC and WAV differ");
    // It compares the checksum of all samples, too.
    tool(&home, "flac --silent --test --warnings-as-errors two.flac");
    let opus = decoded(&home, "two.opus");
    assert_eq!(opus.frames(), length);
    // Each word begins where it does in WAV: the codec's delay is taken back.
    let onset = |sound: &Rendered| sound.first_louder(0, 0.05).unwrap();
    assert!(onset(&opus).abs_diff(onset(&wav)) <= 48, "{} and {}", onset(&opus), onset(&wav));
}

#[test]
fn every_format_has_chapters_a_title_a_language_and_its_loudness() {
    let home = home();
    for file in ["two.opus", "two.flac", "two.mp3", "two.m4a", "two.m4b"] {
        let score = render(&home, file, "");
        let probed = probed(&home, file);
        has_chapters(&probed, &score);
        assert_eq!(tag(&probed, "title"), Some("Knees & hips"), "{file}");
        let summary = tag(&probed, "description").or_else(|| tag(&probed, "comment"));
        assert_eq!(summary, Some("Loosens the knees."), "{file}");
        assert!(tag(&probed, "language").is_some_and(|language| language.starts_with("en")), "{probed}");
        let (measured, peak) = decoded(&home, file).loudness();
        match tag(&probed, "R128_TRACK_GAIN") {
            Some(gain) => {
                let gain = gain.parse::<f64>().unwrap() / 256.0;
                assert!((-23.0 - gain - measured).abs() < 0.5, "{file}: {gain} dB at {measured} LUFS");
            }
            None => {
                let gain = tag(&probed, "REPLAYGAIN_TRACK_GAIN").unwrap().trim_end_matches(" dB");
                let gain: f64 = gain.parse().unwrap();
                // MP3 changes the clicks of the fake voice by half a decibel.
                assert!((-18.0 - gain - measured).abs() < 1.0, "{file}: {gain} dB at {measured} LUFS");
                let told: f64 = tag(&probed, "REPLAYGAIN_TRACK_PEAK").unwrap().parse().unwrap();
                // A codec with loss makes other peaks of clicks.
                assert!(
                    !file.ends_with("flac") || (20.0 * told.log10() - peak).abs() < 0.1,
                    "{file}: {told} and {peak} dB"
                );
            }
        }
        // A packet of MP3 has 1152 frames, one of AAC 1024; both codecs begin and end in silence.
        let length = frame(&score["length_s"]);
        let decoded = decoded(&home, file).frames();
        assert!(decoded.abs_diff(length) <= 2 * 1152, "{file}: {decoded} frames of {length}");
    }
}

#[test]
fn a_player_shows_the_chapters() {
    let home = home();
    for file in ["two.opus", "two.m4b", "two.mp3"] {
        render(&home, file, "");
        let line = format!(
            "mpv --no-config --ao=null --vo=null --end=0.1 --term-playing-msg=${{chapter-list}} {file}"
        );
        let said = String::from_utf8_lossy(&tool(&home, &line)).into_owned();
        assert!(CHAPTERS.iter().all(|name| said.contains(name)), "{file}: {said}");
    }
}

#[test]
fn the_same_session_gives_the_same_bytes_in_every_format() {
    let home = home();
    for ending in ["opus", "flac", "mp3", "m4a"] {
        let bytes = ["one", "two"].map(|name| {
            render(&home, &format!("{name}.{ending}"), "");
            std::fs::read(home.path().join(format!("{name}.{ending}"))).unwrap()
        });
        assert!(bytes[0] == bytes[1], "{ending}");
    }
}

#[test]
fn a_stream_of_opus_has_a_page_for_every_second() {
    let home = home();
    let outcome = home
        .command()
        .args(format!("render two.toml -o - --format opus {OPTIONS}").split(' '))
        .output()
        .unwrap();
    let (bytes, score) = (outcome.stdout, score(&home));
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    home.write("heard.opus", &bytes);
    assert_eq!(decoded(&home, "heard.opus").frames(), frame(&score["length_s"]));
    has_chapters(&probed(&home, "heard.opus"), &score);
    // Every page says how far it reaches.
    let starts = (0..bytes.len() - 14).filter(|place| bytes[*place..].starts_with(b"OggS"));
    let reaches: Vec<u64> =
        starts.map(|place| u64::from_le_bytes(bytes[place + 6..place + 14].try_into().unwrap())).collect();
    assert!(reaches.len() > 5);
    for pair in reaches.windows(2) {
        assert!(pair[1] - pair[0] <= 48_000, "{reaches:?}");
    }
}

#[test]
fn what_a_format_can_not_do_is_told_with_what_to_do() {
    let home = home();
    for (arguments, words) in [
        ("-o - --format mp3", "MP3 can't be written into a pipe or a device; name a file"),
        (
            "-o two.flac --bitrate 64",
            "FLAC keeps every bit, so it has no bitrate to choose; leave `--bitrate` out",
        ),
        ("-o two.mp3 --format opus", "it is to be Opus, and `.mp3` is another format; name it two.opus"),
        (
            "-o two.wav --transcript two.pdf",
            "can't write two.pdf: a transcript is a .vtt or a .txt; name it two.vtt",
        ),
    ] {
        let message = home.run(&format!("render two.toml {OPTIONS} {arguments}")).failure(2);
        assert!(message.contains(words), "{message}");
    }
    for (file, package) in [("two.mp3", "`lame`"), ("two.m4b", "`ffmpeg`")] {
        let mut command = home.command();
        command.env("PATH", home.path()).args(format!("render two.toml -o {file} {OPTIONS}").split(' '));
        let message = home.outcome(&mut command).failure(1);
        assert!(
            message.contains("no program is installed that writes") && message.contains(package),
            "{message}"
        );
    }
    let left: Vec<_> =
        std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("two.m")), "{left:?}");
}

#[test]
fn lame_writes_mp3_where_there_is_no_ffmpeg() {
    let home = home();
    let lame = Path::new("/usr/bin/lame");
    std::fs::create_dir(home.path().join("bin")).unwrap();
    std::os::unix::fs::symlink(lame, home.path().join("bin/lame")).unwrap();
    let mut command = home.command();
    command.env("PATH", home.path().join("bin"));
    let outcome = home.outcome(command.args(format!("render two.toml -o two.mp3 {OPTIONS}").split(' ')));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    has_chapters(&probed(&home, "two.mp3"), &score(&home));
}

#[test]
fn a_program_that_fails_is_named_with_what_it_said_and_nothing_is_left() {
    let home = home();
    for (script, words) in [
        ("#!/bin/sh\necho no room for AAC >&2\nexit 3\n", "ffmpeg failed (no room for AAC)"),
        ("#!/bin/sh\ncat > /dev/null\nexit 4\n", "ffmpeg failed (exit code 4)"),
    ] {
        let path = home.write("bin/ffmpeg", script);
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut command = home.command();
        let path = format!("{}:{}", home.path().join("bin").display(), std::env::var("PATH").unwrap());
        command.env("PATH", path).args(format!("render two.toml -o two.m4a {OPTIONS}").split(' '));
        let message = home.outcome(&mut command).failure(1);
        assert!(message.contains(words), "{message}");
        let mut left: Vec<_> =
            std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.retain(|name| name.to_string_lossy().ends_with(".part") || name == "two.m4a");
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_transcript_has_every_word_and_its_time() {
    let home = home();
    let score = render(&home, "two.wav", "--transcript two.vtt");
    render(&home, "two.wav", "--transcript two.txt");
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    let (subtitles, text) = (read("two.vtt"), read("two.txt"));
    for event in score["events"].as_array().unwrap().iter().filter(|event| event["track"] != "chime") {
        let words = event["text"].as_str().unwrap();
        let subtitle = words.replace('&', "&amp;");
        assert!(subtitles.contains(&subtitle) && text.contains(words), "{words} is missing");
    }
    assert!(text.starts_with("Knees & hips\n\nWelcome\n\n") && text.contains("\n\nKnee hugs\n\n"), "{text}");
    // ffmpeg reads the times as any player does.
    let probed = tool(&home, "ffprobe -v error -of json -show_packets two.vtt");
    let probed: Value = serde_json::from_slice(&probed).unwrap();
    let cues = probed["packets"].as_array().unwrap();
    let said: Vec<&Value> =
        score["events"].as_array().unwrap().iter().filter(|e| e["track"] != "chime").collect();
    assert_eq!(cues.len(), said.len());
    for (cue, event) in cues.iter().zip(said) {
        let at: f64 = cue["pts_time"].as_str().unwrap().parse().unwrap();
        assert!((at - event["at_s"].as_f64().unwrap()).abs() <= 0.001, "{cue} and {event}");
    }
}

#[test]
fn a_whole_shelf_is_rendered_and_a_second_time_only_what_would_be_another() {
    let home = home();
    let short = |title: &str| TWO.replace("Knees & hips", title).replace("id = \"two\"", "");
    home.write("data/supine/routines/mine.toml", short("Mine"));
    home.write("data/supine/routines/other.toml", short("Other"));
    home.write("data/supine/routines/broken.toml", "title = 3");
    let render = format!("render --all -o shelf {OPTIONS} --holds 0.1 --pace 2");
    let outcome = home.run(&render);
    // What can't be read is named, and the others are there.
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("broken: there are mistakes in"), "{}", outcome.stderr);
    std::fs::remove_file(home.path().join("data/supine/routines/broken.toml")).unwrap();
    let folder = home.path().join("shelf");
    let files = || {
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
        let stamp = |entry: std::fs::DirEntry| {
            (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().modified().unwrap())
        };
        let mut files: Vec<_> = entries.map(stamp).filter(|(name, _)| name.ends_with(".opus")).collect();
        files.sort();
        files
    };
    let first = files();
    let named = |name: &str| first.iter().any(|(file, _)| file == name);
    assert!(named("bedtime-back.opus") && named("mine.opus") && named("other.opus") && !named("broken.opus"));
    let kept = home.run(&render);
    assert!(kept.code == 0 && kept.stderr.contains(" 0 of them rendered now"), "{}", kept.stderr);
    assert!(files() == first, "something was rendered again");
    // Another text, a file that somebody has changed, and one that is gone.
    home.write("data/supine/routines/mine.toml", short("Mine again"));
    home.write("shelf/other.opus", "mine");
    std::fs::remove_file(folder.join("bedtime-back.opus")).unwrap();
    let outcome = home.run(&render);
    assert!(outcome.code == 0 && outcome.stderr.contains(" 3 of them rendered now"), "{}", outcome.stderr);
    let second = files();
    assert_eq!(second.len(), first.len());
    let again: Vec<_> =
        second.iter().filter(|file| !first.contains(file)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(again, ["bedtime-back.opus", "mine.opus", "other.opus"]);
    assert_eq!(tag(&probed(&home, "shelf/mine.opus"), "title"), Some("Mine again"));
    assert_eq!(offered(&home, &render), second.len());
}

/// Makes the same folder one for any web server, and returns how many sessions are in it.
fn offered(home: &Home, render: &str) -> usize {
    let folder = home.path().join("shelf");
    let stamps = || {
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
        let opus = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".opus"));
        let mut stamps: Vec<_> = opus.map(|entry| entry.metadata().unwrap().modified().unwrap()).collect();
        stamps.sort();
        stamps
    };
    let before = stamps();
    // What Opus means for some phones is told.
    let feed = home.run(&format!("{render} --format opus --feed --address https://example.org/bed"));
    assert_eq!((feed.code, feed.stdout.as_str()), (0, ""), "{}", feed.stderr);
    assert!(feed.stderr.contains("ffmpeg"), "{}", feed.stderr);
    assert!(stamps() == before, "something was rendered again");
    let written = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(
        written("feed.xml").contains("url=\"https://example.org/bed/mine.opus\""),
        "{}",
        written("feed.xml")
    );
    assert!(written("index.html").contains("Mine again") && written("player.js").contains("mediaSession"));
    assert!(written("mine.chapters.json").contains("Knee hugs"));
    assert!(std::fs::read(folder.join("mine.png")).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(home.run(&format!("{render} --format opus --feed")).code, 0, "its own files are replaced");
    // What somebody else has written is not.
    home.write("shelf/index.html", "my own page");
    let message = home.run(&format!("{render} --format opus --feed")).failure(1);
    assert!(message.contains("index.html is there already, and supine did not write it"), "{message}");
    assert_eq!(written("index.html"), "my own page");
    before.len()
}
