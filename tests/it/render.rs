//! Rendered files, measured: lengths, onsets, loudness, ambience. Everything goes through the real program;
//! src/tests/score.rs tests the score itself.

use crate::support::home::Home;
use crate::support::rendered::{RATE, Rendered, events, frame, loudness_of};
use serde_json::Value;

/// A routine with every kind of sound in it, about a minute long.
const EVERYTHING: &str = r#"
title = "Everything"
ending = "awake"
[[pose]]
name = "Knee hugs"
steps = [
  "Let both legs lie long.",
  { each_side = ["Bend your {side} knee.", { count = 5 }, { release = "Let go of the {side} leg." }] },
  { inhale = "Breathe in, and lift." },
  { exhale = "And out." },
  { breaths = 2 },
  { sound = "bowl" },
  { seconds = 20 },
]
"#;

/// Some sentences and a pause to hear the ambience in: ambience takes long to decode in a debug build.
const SHORT: &str = r#"
title = "Short"
ending = "awake"
[[pose]]
name = "Rest"
steps = ["Let both legs lie long, and rest your lower back on the bed.", { seconds = 12 }]
"#;

fn render_only(home: &Home, routine: &str, options: &str) -> Rendered {
    let outcome = home.run(&format!("render {routine} -o out.wav {options}"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    Rendered::read(&home.path().join("out.wav"))
}

/// Renders in `home` and returns the file and the score of the same command line.
fn render(home: &Home, routine: &str, options: &str) -> (Rendered, Value) {
    let score = home.run(&format!("show {routine} --json {options}")).stdout;
    (render_only(home, routine, options), serde_json::from_str(&score).unwrap())
}

fn everything() -> Home {
    let home = Home::new();
    home.write("all.toml", EVERYTHING);
    home.write("short.toml", SHORT);
    home
}

/// The ambience of the short routine as it was mixed: the file minus the voice.
fn ambience(home: &Home, voice: &Rendered, options: &str) -> Rendered {
    let both = render_only(home, "short.toml", options);
    let common = voice.samples.len().min(both.samples.len());
    Rendered { samples: (0..common).map(|n| both.samples[n] - voice.samples[n]).collect() }
}

/// A short sound file at 44.1 kHz: a tone that does not fit its length, so that a hard join clicks.
fn tone(home: &Home, name: &str, hz: f32, seconds: f32) {
    let path = home.write(name, "");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..(44_100.0 * seconds) as usize {
        let sample = 8_000.0 * (std::f32::consts::TAU * hz * n as f32 / 44_100.0).cos();
        writer.write_sample(sample as i16).unwrap();
    }
    writer.finalize().unwrap();
}

#[test]
fn a_file_is_as_long_as_its_score_to_the_frame() {
    let home = everything();
    for options in ["--ambience none", "--ambience none --pace 0.77 --holds 0.3"] {
        let (file, score) = render(&home, "all.toml", &format!("--voice fake {options}"));
        assert_eq!(file.frames(), frame(&score["length_s"]), "{options}");
    }
}

#[test]
fn every_word_of_the_whole_routine_begins_on_its_frame() {
    let (file, score) =
        render(&Home::new(), "bedtime-back", "--voice fake --ambience none --breath-cues voice --holds 0.2");
    assert_eq!(file.frames(), frame(&score["length_s"]));
    let mut end = 0;
    for event in events(&score, &["speech", "count", "breath"]) {
        // The click is loud at once, and its fade-in takes 20 ms, of which 15 lie before the onset.
        let onset = frame(&event["at_s"]);
        let peak = (onset..onset + 2_400).map(|frame| file.level(frame)).fold(0.0, f32::max);
        assert!(peak > 0.05, "nothing is heard at {event}");
        assert_eq!(file.first_louder(end, 0.02), Some(onset), "{event}");
        end = onset + frame(&event["length_s"]);
    }
    assert_eq!(file.first_louder(end, 0.0), None, "something sounds after the last word");
}

#[test]
fn a_chime_is_heard_on_its_frame() {
    let (file, score) = render(&everything(), "all.toml", "--voice fake --ambience none");
    let chimes: Vec<&Value> = events(&score, &["chime"]).collect();
    assert_eq!(chimes.len(), 2, "one in the routine, one at its close");
    for chime in chimes {
        let onset = frame(&chime["at_s"]);
        let before = (onset - 4_800..onset).map(|frame| file.level(frame)).fold(0.0, f32::max);
        let after = (onset..onset + 48_000).map(|frame| file.level(frame)).fold(0.0, f32::max);
        assert!(before < 1e-4 && after > 0.01, "{before} before, {after} after {chime}");
    }
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let home = everything();
    for options in ["--voice fake", "--voice espeak --ambience none"] {
        let bytes = |name: &str| {
            // The engine speaks both times, since its clips are deleted.
            home.run("cache --clear").data();
            home.run(&format!("render short.toml -o {name} {options}"));
            std::fs::read(home.path().join(name)).unwrap()
        };
        assert!(bytes("one.wav") == bytes("two.wav"), "{options}");
    }
}

#[test]
fn the_speech_of_the_whole_routine_is_as_loud_as_promised() {
    let options = "--voice espeak --ambience none --holds 0.2";
    let (loudness, peak) = render_only(&Home::new(), "bedtime-back", options).loudness();
    assert!((loudness + 20.0).abs() <= 1.5, "{loudness} LUFS");
    assert!(peak <= -1.0, "{peak} dBTP");
}

#[test]
fn the_words_of_a_real_voice_begin_on_their_frames() {
    let home = Home::new();
    home.write("words.toml", EVERYTHING.replace("{ sound = \"bowl\" },", ""));
    let (file, score) = render(&home, "words.toml", "--voice espeak --ambience none --breath-cues voice");
    assert_eq!(file.frames(), frame(&score["length_s"]));
    for event in events(&score, &["speech", "count", "breath"]) {
        // A voice begins softly, within the fade of 20 ms around its onset.
        let onset = frame(&event["at_s"]);
        assert!((onset - 4_800..onset - 720).all(|frame| file.level(frame) == 0.0), "sound before {event}");
        let first = file.first_louder(onset - 720, 1e-3);
        assert!(first.is_some_and(|first| first < onset + 2_400), "{first:?} is not the onset of {event}");
    }
}

#[test]
fn another_loudness_is_kept_too() {
    let home = everything();
    let loudness = |options: &str| {
        render_only(&home, "all.toml", &format!("--voice espeak --ambience none {options}")).loudness().0
    };
    let difference = loudness("") - loudness("--loudness -30");
    assert!((difference - 10.0).abs() < 0.5, "{difference} LU");
}

#[test]
fn the_ambience_is_20_lu_under_the_voice_while_it_speaks_and_heard_in_the_pauses() {
    let home = everything();
    let (voice, score) = render(&home, "short.toml", "--voice espeak --ambience none");
    let spoken: Vec<&Value> = events(&score, &["speech", "count", "breath"]).collect();
    for kind in ["ocean", "rain", "brown", "wind", "rain --ambience-gain 12"] {
        let ambience = ambience(&home, &voice, &format!("--voice espeak --ambience {kind}"));
        let mut measured = 0;
        for event in &spoken {
            let (start, length) = (2 * frame(&event["at_s"]), 2 * frame(&event["length_s"]));
            // The meter needs 400 ms.
            if length >= 38_400 {
                measured += 1;
                let loudness = loudness_of(&ambience.samples[start..start + length]);
                assert!(loudness <= -40.0, "{kind}: {loudness} LUFS under {event}");
            }
        }
        assert!(measured > 5, "{kind}: the ambience was measured under {measured} sentences");
        let hold =
            spoken.iter().find(|event| event["text"].as_str().unwrap().starts_with("Stay for")).unwrap();
        let start = 2 * (frame(&hold["at_s"]) + frame(&hold["length_s"]) + 2 * RATE as usize);
        let open = loudness_of(&ambience.samples[start..start + 6 * 2 * RATE as usize]);
        assert!((-46.0..-20.0).contains(&open), "{kind}: {open} LUFS in a pause");
    }
}

#[test]
fn none_is_silence_between_the_words() {
    let (file, score) = render(&everything(), "short.toml", "--voice fake --ambience none");
    let speech = events(&score, &["speech"]).next().unwrap();
    let end = frame(&speech["at_s"]) + frame(&speech["length_s"]);
    assert!((end..end + 48_000).all(|frame| file.level(frame) == 0.0));
}

#[test]
fn files_and_folders_are_played_and_joined_without_a_click() {
    let home = everything();
    // Each tone ends in the middle of a wave: joined hard, the wave would jump from one side to the other.
    tone(&home, "tone.wav", 220.25, 2.0);
    tone(&home, "short.wav", 110.3, 0.7);
    tone(&home, "music/a.wav", 220.25, 2.0);
    tone(&home, "music/b.wav", 329.9, 5.013);
    let voice = render_only(&home, "short.toml", "--voice fake --ambience none");
    for (name, hz) in [("tone.wav", 220.25), ("short.wav", 110.3), ("music", 329.9)] {
        let ambience = ambience(&home, &voice, &format!("--voice fake --ambience {name}"));
        // It fades in within the first second, and out over the last six.
        for start in (48_000..ambience.frames() - 6 * 48_000).step_by(4_800) {
            let heard = (start..start + 4_800).any(|frame| ambience.level(frame) > 1e-4);
            assert!(heard, "{name} falls silent at frame {start}");
        }
        let peak = ambience.samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
        let steepest = peak * std::f32::consts::TAU * hz / RATE as f32;
        let step = ambience.largest_step();
        assert!(step < steepest * 1.25, "{name}: a step of {step}, {steepest} is the tone's own");
    }
}

#[test]
fn what_can_t_be_played_in_a_folder_is_named_and_left_out_but_for_covers_and_texts() {
    let home = everything();
    tone(&home, "music/a.wav", 220.0, 2.0);
    for name in ["cover.jpg", "Notes.TXT", "booklet.pdf"] {
        home.write(&format!("music/{name}"), "no sound");
    }
    let render = "render short.toml -o out.wav --voice fake --ambience music";
    let outcome = home.run(render);
    assert!(outcome.code == 0 && !outcome.stderr.contains("left out"), "{}", outcome.stderr);
    home.write("music/b.flac", "no sound");
    home.write("music/c.mp3", "no sound");
    let outcome = home.run(render);
    assert_eq!(outcome.code, 0);
    assert!(
        outcome.stderr.contains("left out what can't be played: music/b.flac (it is a text), and 1 more"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_ambience_that_can_not_be_played_is_named_with_what_to_do() {
    let home = everything();
    home.write("notes.wav", "these are words");
    home.write("cut.wav", &b"RIFF\xff\xff\xff\xffWAVEfmt "[..]);
    home.write("empty.flac", "");
    home.write("empty/readme.txt", "words");
    for (ambience, words) in [
        ("notes.wav", "is a text"),
        ("cut.wav", "use a FLAC, WAV"),
        ("empty.flac", "it is empty; use a FLAC, WAV"),
        ("empty", "no sound to play in empty"),
        ("missing.wav", "no ambience or file called `missing.wav`"),
    ] {
        let message =
            home.run(&format!("render all.toml -o out.wav --voice fake --ambience {ambience}")).failure(2);
        assert!(message.contains(ambience) && message.contains(words), "{message}");
        assert!(!home.path().join("out.wav").exists());
    }
}

#[test]
fn a_file_that_can_not_be_written_is_named_and_nothing_is_left_behind() {
    let home = everything();
    std::fs::create_dir(home.path().join("folder")).unwrap();
    for path in ["missing/out.wav", "all.toml/out.wav", "folder"] {
        let message = home.run(&format!("render all.toml -o {path} --voice fake --ambience none")).failure(1);
        assert!(message.contains(&format!("can't write {path}")) && message.contains("folder"), "{message}");
    }
    let mut left: Vec<_> =
        std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["all.toml", "folder", "short.toml"]);
}

#[test]
fn a_file_of_that_name_is_replaced_only_when_the_new_one_is_whole() {
    let home = everything();
    home.write("out.wav", "old");
    home.run("render all.toml -o out.wav --voice system").failure(2);
    assert_eq!(std::fs::read(home.path().join("out.wav")).unwrap(), b"old");
    home.run("render all.toml -o out.wav --voice fake --ambience none");
    assert!(hound::WavReader::open(home.path().join("out.wav")).is_ok());
}
