//! The natural voice against its reference, and against what a bedtime voice must never do: lose a word, cut an
//! end off, or say the same words in two ways.

#![cfg(feature = "natural-voice")]

mod deeper;
mod parity;
mod reference;

use std::sync::LazyLock;
use std::time::Duration;

use supine::catalogue::{Shelf, names};
use supine::routine::pronounce::ALPHABET;
use supine::speech::natural::Natural;
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};

const RATE: usize = 24_000;
/// Levels are compared in steps of 50 ms.
const STEP: usize = RATE / 20;
const COUNTS: [&str; 10] =
    ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten."];

/// Numbers that are counted, and higher ones that a routine may count to.
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
    sixteen seventeen eighteen nineteen twenty twenty-one thirty thirty-eight forty fifty-five sixty";

static VOICE: LazyLock<Natural> = LazyLock::new(|| Natural::new().unwrap());

fn say(text: &str, speed: f32, comma_ms: u64) -> Result<Recording, SpeechError> {
    let comma = Duration::from_millis(comma_ms);
    VOICE.synthesize(&Utterance { comma, ..Utterance::plain(text, speed) })
}

fn said(text: &str) -> Vec<f32> {
    say(text, 1.0, 0).unwrap().samples
}

fn phonemes(text: &str) -> String {
    given(text, &[])
}

/// The phonemes of a text, some of whose words are given their own.
fn given(text: &str, words: &[(&str, &str)]) -> String {
    let phonemes = words.iter().map(|(word, phonemes)| ((*word).to_owned(), (*phonemes).to_owned()));
    let utterance = Utterance { phonemes: phonemes.collect(), ..Utterance::plain(text, 1.0) };
    VOICE.phonemes(&utterance).unwrap().join(" ")
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// The samples from the first to the last that is louder than `below_peak` dB under the peak.
fn sounding(samples: &[f32], below_peak: f32) -> std::ops::RangeInclusive<usize> {
    let floor = peak(samples) * 10f32.powf(-below_peak / 20.0);
    let loud = |sample: &f32| sample.abs() > floor;
    samples.iter().position(loud).unwrap()..=samples.iter().rposition(loud).unwrap()
}

fn level(samples: impl Iterator<Item = f32>, count: usize) -> f64 {
    let power: f64 = samples.map(|sample| f64::from(sample).powi(2)).sum::<f64>() / count as f64;
    (10.0 * (power + 1e-12).log10()).max(-60.0)
}

/// Every text in a TOML value.
fn texts(value: &toml::Value, out: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => out.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| texts(value, out)),
        toml::Value::Table(table) => table.values().for_each(|value| texts(value, out)),
        _ => {}
    }
}

#[test]
fn no_word_of_a_routine_or_of_the_phrases_vanishes() {
    let routines = names().into_iter().map(|name| Shelf::english().read(name).unwrap().text);
    for source in routines.chain([include_str!("../../src/phrases/en.toml").to_owned()]) {
        let mut found = Vec::new();
        let mut table: toml::Table = source.parse().unwrap();
        // The voice does not get the short forms that people write.
        table.remove("short");
        texts(&toml::Value::Table(table), &mut found);
        assert!(found.len() > 30);
        for text in found {
            let text = text.replace(['{', '}'], "");
            let read = phonemes(&text);
            assert!(!read.contains('❓'), "{text}: {read}");
            // A lone word may be read differently, but it must be read.
            for word in text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
                let read = phonemes(word);
                assert!(read.chars().any(char::is_alphabetic), "{word} in {text:?}: {read}");
            }
        }
    }
}

#[test]
fn a_word_that_no_lexicon_has_is_read_from_its_letters() {
    assert_eq!(phonemes("savasana's"), "sˌævəsˈɑnəz.");
    assert_eq!(phonemes("half-savasana"), "hˈæf sˌævəsˈɑnə.");
    let long = phonemes("antidisestablishmentarianisticallyish");
    assert!(long.starts_with("ˌæntɪdˌəsɪstˈæblɪʃm") && long.ends_with("ʃ."), "{long}");
}

#[test]
fn given_sounds_win_over_the_lexicon_and_over_the_net() {
    let words = [("savasana", "ʃəvˈɑsənə"), ("knee", "kənˈi"), ("child's pose", "bˈɑlɑsənə")];
    let said = |text| given(text, &words);
    assert_eq!(said("savasana"), "ʃəvˈɑsənə.");
    assert_eq!(said("Rest in savasana, with one knee up."), "ɹˈɛst ɪn ʃəvˈɑsənə, wɪð wˈʌn kənˈi ˌʌp.");
    assert_eq!(said("Rest in child's pose."), "ɹˈɛst ɪn bˈɑlɑsənə.");
    assert_eq!(said("savasana's and half-savasana"), "ʃəvˈɑsənəz ænd hˈæf ʃəvˈɑsənə.");
    assert_eq!(said("savasana’s end"), "ʃəvˈɑsənəz ˈɛnd.");
    assert_eq!(said("rest/savasana/rest"), "ɹˈɛst ʃəvˈɑsənə ɹˈɛst.");
    assert_eq!(said("knees, Savasana"), phonemes("knees, Savasana"));
    assert_eq!(given("shah-VAH-sah-nah", &[("shah-VAH-sah-nah", "ʃəvˈɑsənə")]), "ʃəvˈɑsənə.");
}

#[test]
fn no_text_gives_sounds_to_a_word() {
    for text in ["[knee](/kənˈi/)", "[knee](+2)", "] [knee](/x/", "[[knee](/kənˈi/)](/kənˈi/)"] {
        let read = phonemes(text);
        assert!(read.contains("nˈi") && !read.contains("kənˈi."), "{text}: {read}");
    }
    for bad in ["kə/)", "a](b", "1", "日", "a."] {
        let utterance = Utterance {
            phonemes: vec![("knee".to_owned(), bad.to_owned())],
            ..Utterance::plain("One knee.", 1.0)
        };
        let error = VOICE.phonemes(&utterance).unwrap_err().to_string();
        assert!(error.contains("`knee` is given the sound"), "{error}");
    }
}

#[test]
fn every_sound_that_a_routine_may_write_is_one_that_the_voice_has() {
    for sound in ALPHABET.chars() {
        let written = format!("{sound}a");
        let utterance = Utterance {
            phonemes: vec![("knee".to_owned(), written.clone())],
            ..Utterance::plain("knee", 1.0)
        };
        // The dictionary writes these two sounds differently.
        let read = written.replace('ɾ', "T").replace('ʔ', "t");
        assert_eq!(VOICE.phonemes(&utterance).unwrap(), [format!("{read}.")]);
    }
}

#[test]
fn numbers_and_marks_that_reach_it_raw_are_read() {
    assert_eq!(phonemes("5-10"), phonemes("five to ten"));
    assert_eq!(phonemes("Rest for 10s, at 3:30."), phonemes("Rest for ten s, at three thirty."));
    assert_eq!(phonemes("Good 😀 night"), "ɡˈʊd nˈIt.");
}

#[test]
fn what_it_cannot_say_is_refused_in_a_sentence() {
    for (text, part) in
        [("…", "no words"), ("", "no words"), ("Now 日本.", "can't say `日本`, which is in Chinese")]
    {
        let error = say(text, 1.0, 0).unwrap_err().to_string();
        assert!(error.starts_with("the natural voice "), "{error}");
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn the_same_text_gives_the_same_samples_on_any_thread() {
    let text = "Let your knees fall in, and rest.";
    let first = say(text, 0.9, 500).unwrap().samples;
    std::thread::scope(|scope| {
        let others = [0; 2].map(|_| scope.spawn(|| say(text, 0.9, 500).unwrap().samples));
        for other in others {
            assert!(other.join().unwrap() == first);
        }
    });
}

#[test]
fn counts_are_whole_and_about_as_loud_as_each_other() {
    let mut loudness = Vec::new();
    for text in COUNTS {
        let samples = said(text);
        let sounding = sounding(&samples, 50.0);
        let seconds = (sounding.end() - sounding.start()) as f32 / RATE as f32;
        assert!((0.3..0.7).contains(&seconds), "{text} takes {seconds} s");
        assert!(
            *sounding.start() > RATE / 20 && *sounding.end() + RATE / 20 < samples.len(),
            "{text} is cut off"
        );
        // The loudest tenth of a second: the vowel.
        let loudest = samples.windows(RATE / 10).step_by(240);
        loudness.push(loudest.map(|part| level(part.iter().copied(), part.len())).fold(-60.0, f64::max));
    }
    let quietest = loudness.iter().copied().fold(0.0, f64::min);
    let loudest = loudness.iter().copied().fold(-60.0, f64::max);
    assert!(loudest - quietest < 4.0, "{loudness:.1?}");
}

/// A number as it is counted: its samples, and its beat.
fn counted(text: &str, speed: f32) -> (Vec<f32>, usize) {
    let utterance = Utterance { is_count: true, ..Utterance::plain(text, speed) };
    let Recording { samples, beat, .. } = VOICE.synthesize(&utterance).unwrap();
    (samples, beat.unwrap())
}

#[test]
fn a_count_is_whole_and_ends_in_silence_wherever_it_was_cut() {
    for number in NUMBERS.split(' ') {
        let text = format!("{number}.");
        for speed in [1.0, 1.3] {
            let (samples, beat) = counted(&text, speed);
            let length = |samples: &[f32]| sounding(samples, 40.0).count() as f32;
            let alone = say(&text, speed, 0).unwrap().samples;
            let ratio = length(&samples) / length(&alone);
            // A missing or extra syllable is at least a third of a number.
            assert!((0.75..1.25).contains(&ratio), "{text} at {speed}: {ratio} of its length");
            let (start, end) = sounding(&samples, 40.0).into_inner();
            assert!((start.saturating_sub(STEP)..end).contains(&beat), "{text} at {speed}: {beat}");
            // 50 dB down, or as the model itself ends.
            let end = |samples: &[f32]| peak(&samples[samples.len() - RATE / 20..]) / peak(samples);
            assert!(end(&samples) <= end(&alone).max(0.003), "{text} at {speed} does not end in silence");
        }
    }
}

#[test]
fn a_count_is_said_at_the_natural_speed_however_slow_the_session_is() {
    for text in COUNTS {
        assert!(counted(text, 0.77) == counted(text, 1.0), "{text}");
    }
}

#[test]
fn a_text_without_a_final_mark_ends_as_softly_as_one_with_it() {
    assert!(said("Two") == said("Two."));
}

#[test]
fn speed_divides_the_length() {
    let text = "Draw both knees in, one after the other.";
    let length = |speed: f32| say(text, speed, 0).unwrap().samples.len() as f32;
    let natural = length(1.0);
    for speed in [0.5, 0.8, 1.25, 2.0] {
        let ratio = natural / length(speed);
        assert!((ratio / speed - 1.0).abs() < 0.12, "{ratio} at {speed}");
    }
    assert_eq!(length(0.01), length(0.5));
    assert_eq!(length(f32::INFINITY), length(2.0));
    assert_eq!(length(f32::NAN), natural);
}

/// The longest stretches, in seconds, that are 40 dB under the peak, without the ends.
fn pauses(samples: &[f32]) -> Vec<f32> {
    pauses_at(samples, RATE)
}

/// The same at another rate, in Hz.
fn pauses_at(samples: &[f32], rate: usize) -> Vec<f32> {
    let floor = peak(samples) * 0.01;
    let quiet: Vec<bool> =
        samples[sounding(samples, 40.0)].chunks(rate / 200).map(|part| peak(part) <= floor).collect();
    let runs = quiet.chunk_by(|a, b| a == b).filter(|run| run[0]).map(|run| run.len() as f32 * 0.005);
    runs.filter(|seconds| *seconds > 0.15).collect()
}

#[test]
fn the_voice_rests_at_commas_as_long_as_it_is_told() {
    let text = "Let your arms cross over your shins, and gather both legs in to your chest.";
    let natural = pauses(&said(text));
    assert!(natural.len() == 1 && natural[0] < 0.4, "{natural:?}");
    for (comma, seconds) in [(600, 0.6), (1_200, 1.2)] {
        let pauses = pauses(&say(text, 1.0, comma).unwrap().samples);
        assert!(pauses.len() == 1 && (pauses[0] - seconds).abs() < 0.03, "{pauses:?}");
    }
}

#[test]
fn sentences_are_apart_further_than_commas() {
    let text = "Let your whole back land. Then rest.";
    for (comma, seconds) in [(0, 0.6), (800, 1.2)] {
        let longest = pauses(&say(text, 1.0, comma).unwrap().samples).into_iter().fold(0.0, f32::max);
        assert!((seconds - 0.03..seconds + 0.4).contains(&longest), "{longest} s at commas of {comma} ms");
    }
}

#[test]
fn a_minute_without_a_full_stop_is_spoken_whole() {
    let text = vec!["and let your shoulders sink"; 40].join(", ");
    let seconds = said(&text).len() as f32 / RATE as f32;
    assert!((40.0..120.0).contains(&seconds), "{seconds}");
}
