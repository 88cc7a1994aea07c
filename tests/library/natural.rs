//! The natural voice against its reference, and against what a bedtime voice must never do: lose a
//! word, cut an end off, or say the same thing twice in two ways.

#![cfg(feature = "natural-voice")]

use std::sync::LazyLock;
use std::time::Duration;

use supine::routine::pronounce::ALPHABET;
use supine::speech::natural::Natural;
use supine::speech::{Recording, SpeechError, Synthesizer, Utterance};

const RATE: usize = 24_000;
/// Levels are compared in steps of 50 ms.
const STEP: usize = RATE / 20;
const COUNTS: [&str; 10] =
    ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten."];

/// What is counted, and what a routine may count to.
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
    sixteen seventeen eighteen nineteen twenty twenty-one thirty thirty-eight forty fifty-five sixty";

/// Sentences and the phonemes that the reference (hibari-tts 0.2.1) reads in them.
const PHONEMES: &[(&str, &str)] = &[
    ("Feel your back grow wide and heavy on the bed.", "fˈil jʊɹ bˈæk ɡɹˈO wˈId ænd hˈɛvi ˌɔn ðə bˈɛd."),
    (
        "If long legs pull at your back, keep the resting leg bent, with its foot on the bed, each time.",
        "ˌɪf lˈɔŋ lˈɛɡz pˈʊl æt jʊɹ bˈæk, kˈip ðə ɹˈɛstɪŋ lˈɛɡ bˈɛnt, wɪð ɪts fˈʊt ˌɔn ðə bˈɛd, ˈiʧ tˈIm.",
    ),
    (
        "Bend your right knee, and draw it up toward your right armpit.",
        "bˈɛnd jʊɹ ɹˈIt nˈi, ænd dɹˈɔ ɪt ˌʌp tˈɔɹd jʊɹ ɹˈIt ˈɑɹmpɪt.",
    ),
    (
        "Take hold of your left shin, and hug the knee in as far as feels good.",
        "tˈAk hˈOld ʌv jʊɹ lˈɛft ʃˈɪn, ænd hˈʌɡ ðə nˈi ɪn æz fˈɑɹ æz fˈilz ɡˈʊd.",
    ),
    (
        "If your knee complains, hold the back of the thigh instead.",
        "ˌɪf jʊɹ nˈi kəmplˈAnz, hˈOld ðə bˈæk ʌv ðə θˈI ɪnstˈɛd.",
    ),
    (
        "Your lower back stays heavy on the bed, and both hips stay level.",
        "jˌʊɹ lˈOəɹ bˈæk stˈAz hˈɛvi ˌɔn ðə bˈɛd, ænd bˈOθ hˈɪps stˈA lˈɛvᵊl.",
    ),
    (
        "Let your arms cross over your shins, and gather both legs in to your chest.",
        "lˈɛt jʊɹ ˈɑɹmz kɹˈɔs ˈOvəɹ jʊɹ ʃˈɪnz, ænd ɡˈæðəɹ bˈOθ lˈɛɡz ɪn tə jʊɹ ʧˈɛst.",
    ),
    (
        "Walk your heels in, toward your fingertips, until they touch, or nearly touch.",
        "wˈɔk jʊɹ hˈilz ˈɪn, tˈɔɹd jʊɹ fˈɪŋɡəɹtˌɪps, ˌʌntˈɪl ðA tˈʌʧ, ɔɹ nˈɪɹli tˈʌʧ.",
    ),
    (
        "Lift your left foot, and rest its ankle across your right thigh.",
        "lˈɪft jʊɹ lˈɛft fˈʊt, ænd ɹˈɛst ɪts ˈæŋkᵊl əkɹˈɔs jʊɹ ɹˈIt θˈI.",
    ),
    ("Breathe out, and lower, bone by bone.", "bɹˈið ˈWt, ænd lˈOəɹ, bˈOn bI bˈOn."),
    (
        "Let your knees fall in, until they rest against each other.",
        "lˈɛt jʊɹ nˈiz fˈɔl ˈɪn, ˌʌntˈɪl ðA ɹˈɛst əɡˈɛnst ˈiʧ ˈʌðəɹ.",
    ),
    (
        "A pillow, or a fold of the covers, can hold up your knees.",
        "ɐ pˈɪlO, ɔɹ ɐ fˈOld ʌv ðə kˈʌvəɹz, kæn hˈOld ˌʌp jʊɹ nˈiz.",
    ),
    ("Next: Child's pose.", "nˈɛkst: ʧˈIldz pˈOz."),
    (
        "Rest your forehead on the bed, or on your hands.",
        "ɹˈɛst jʊɹ fˈɔɹhˌɛd ˌɔn ðə bˈɛd, ɔɹ ˌɔn jʊɹ hˈændz.",
    ),
    ("Next: Pigeon.", "nˈɛkst: pˈɪʤᵊn."),
    (
        "The nearer your left heel is to your body, the softer this is.",
        "ðə nˈɪɹəɹ jʊɹ lˈɛft hˈil ɪz tə jʊɹ bˈɑdi, ðə sˈɔftəɹ ðɪs ɪz.",
    ),
    (
        "Stay upright, propped on your hands, and let your hips grow heavy, forward and down.",
        "stˈA ˈʌpɹˌIt, pɹˈɑpt ˌɔn jʊɹ hˈændz, ænd lˈɛt jʊɹ hˈɪps ɡɹˈO hˈɛvi, fˈɔɹwəɹd ænd dˌWn.",
    ),
    (
        "Now lie the way you like to sleep, on your back or on your side.",
        "nˈW lˈI ðə wˈA ju lˈIk tə slˈip, ˌɔn jʊɹ bˈæk ɔɹ ˌɔn jʊɹ sˈId.",
    ),
    ("Hold for a slow count of five.", "hˈOld fɔɹ ɐ slˈO kˈWnt ʌv fˈIv."),
    (
        "There is nothing more to do, and nothing to switch off.",
        "ðˌɛɹ ɪz nˈʌθɪŋ mˈɔɹ tə dˈu, ænd nˈʌθɪŋ tə swˈɪʧ ˈɔf.",
    ),
    ("Halfway.", "hˌæfwˈA."),
    ("Tonight we rest in savasana.", "tənˈIt wi ɹˈɛst ɪn sˌævəsˈɑnə."),
    ("Supta baddha konasana, then vinyasa.", "sˈʌptə bˈædə kˌɑnəsˈɑnə, ðˈɛn vɪnjˈɑsə."),
    ("One.", "wˈʌn."),
    ("Two.", "tˈu."),
    ("Three.", "θɹˈi."),
    ("Four.", "fˈɔɹ."),
    ("Five.", "fˈIv."),
    ("Six.", "sˈɪks."),
    ("Seven.", "sˈɛvən."),
    ("Eight.", "ˈAt."),
    ("Nine.", "nˈIn."),
    ("Ten.", "tˈɛn."),
];

/// What the reference sounds like: its samples, and in steps of 50 ms the level in dB (full scale
/// 0, at least -60) of the sound and of its treble (its first difference).
const SOUNDS: &[(&str, usize, &[i32], &[i32])] = &[
    (
        "Feel your back grow wide and heavy on the bed.",
        73800,
        &[
            -60, -60, -60, -60, -60, -60, -44, -25, -19, -23, -21, -22, -38, -22, -24, -29, -56, -60, -43,
            -24, -22, -23, -24, -29, -26, -29, -30, -31, -30, -31, -43, -60, -60, -60, -35, -22, -28, -31,
            -21, -24, -25, -23, -23, -26, -26, -28, -42, -29, -33, -37, -43, -45, -54, -60, -60, -60, -60,
            -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -57, -39, -35, -32, -35, -35, -38, -53, -34, -34, -38, -55, -60, -45,
            -42, -38, -40, -44, -51, -40, -41, -42, -44, -45, -47, -42, -60, -60, -60, -43, -43, -40, -34,
            -34, -39, -40, -38, -37, -42, -49, -45, -51, -40, -42, -47, -54, -44, -54, -60, -60, -60, -60,
            -60, -60, -60, -60,
        ],
    ),
    (
        "Take hold of your left shin, and hug the knee in as far as feels good.",
        104400,
        &[
            -60, -60, -60, -60, -60, -60, -35, -23, -22, -43, -37, -40, -22, -21, -25, -24, -31, -24, -24,
            -28, -23, -27, -47, -44, -29, -30, -30, -32, -34, -35, -35, -50, -60, -60, -60, -60, -60, -60,
            -22, -22, -29, -24, -19, -30, -41, -20, -19, -20, -21, -22, -24, -25, -25, -27, -28, -33, -50,
            -24, -23, -24, -24, -28, -27, -28, -32, -47, -24, -25, -27, -29, -31, -50, -31, -31, -36, -42,
            -48, -59, -60, -60, -60, -60, -60, -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -60, -33, -37, -33, -51, -44, -45, -38, -37, -43, -38, -46, -40, -39,
            -48, -35, -40, -44, -43, -26, -28, -34, -42, -47, -58, -59, -60, -60, -60, -60, -60, -60, -60,
            -35, -43, -36, -36, -31, -52, -55, -36, -43, -42, -41, -41, -38, -40, -43, -42, -23, -30, -45,
            -37, -35, -37, -37, -39, -40, -22, -28, -46, -42, -42, -44, -28, -26, -53, -43, -44, -48, -55,
            -54, -60, -60, -60, -60, -60, -60, -60, -60, -60, -60,
        ],
    ),
    (
        "Hold for a slow count of five.",
        55200,
        &[
            -60, -60, -60, -60, -60, -60, -48, -22, -19, -21, -24, -38, -36, -21, -22, -27, -26, -30, -26,
            -22, -21, -25, -37, -32, -25, -25, -29, -30, -40, -48, -26, -29, -33, -38, -38, -42, -49, -57,
            -60, -60, -60, -60, -60, -60, -60, -60,
        ],
        &[
            -60, -60, -60, -60, -60, -60, -55, -40, -36, -38, -41, -35, -38, -35, -37, -23, -20, -24, -47,
            -38, -39, -46, -40, -39, -39, -41, -50, -44, -45, -43, -38, -40, -43, -47, -49, -57, -49, -60,
            -60, -60, -60, -60, -60, -60, -60, -60,
        ],
    ),
    (
        "One.",
        22200,
        &[-60, -60, -60, -60, -40, -26, -20, -22, -25, -26, -28, -40, -54, -60, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -60, -47, -36, -35, -38, -49, -48, -47, -59, -60, -60, -60, -60, -60],
    ),
    (
        "Six.",
        23400,
        &[-60, -60, -60, -60, -49, -39, -22, -22, -33, -35, -36, -41, -37, -55, -60, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -47, -35, -35, -35, -47, -39, -33, -38, -54, -60, -60, -60, -60, -60, -60],
    ),
    (
        "Eight.",
        19800,
        &[-60, -60, -60, -60, -32, -22, -23, -32, -31, -33, -42, -55, -60, -60, -60, -60],
        &[-60, -60, -60, -60, -43, -38, -42, -47, -27, -29, -40, -60, -60, -60, -60, -60],
    ),
];

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

/// The phonemes of a text when some of its words are given theirs.
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

fn levels(samples: &[f32]) -> Vec<f64> {
    samples.chunks_exact(STEP).map(|step| level(step.iter().copied(), STEP)).collect()
}

fn treble(samples: &[f32]) -> Vec<f32> {
    std::iter::once(0.0).chain(samples.windows(2).map(|pair| pair[1] - pair[0])).collect()
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
fn the_phonemes_are_the_references() {
    for (text, expected) in PHONEMES {
        assert_eq!(phonemes(text), *expected, "{text}");
    }
}

#[test]
fn no_word_of_the_routine_or_the_phrases_vanishes() {
    for source in
        [include_str!("../../routines/bedtime-back.toml"), include_str!("../../src/phrases/en.toml")]
    {
        let mut found = Vec::new();
        let mut table: toml::Table = source.parse().unwrap();
        // What people write short is not what the voice gets.
        table.remove("short");
        texts(&toml::Value::Table(table), &mut found);
        assert!(found.len() > 30);
        for text in found {
            let text = text.replace(['{', '}'], "");
            let read = phonemes(&text);
            assert!(!read.contains('❓'), "{text}: {read}");
            // A lone word may be read in another way, but never in none.
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
        // The dictionary writes these two in another way.
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
fn it_sounds_like_the_reference() {
    for (text, samples, expected, expected_treble) in SOUNDS {
        let said = said(text);
        // The reference ran the model as it is packaged, which rounds: a sound may move by a step of 25 ms.
        assert!(said.len().abs_diff(*samples) <= STEP, "{text}: {} samples", said.len());
        for (levels, expected) in [(levels(&said), expected), (levels(&treble(&said)), expected_treble)] {
            let apart: Vec<f64> = levels
                .iter()
                .zip(*expected)
                .map(|(level, expected)| (level - f64::from(*expected)).abs())
                .collect();
            let mean = apart.iter().sum::<f64>() / apart.len() as f64;
            assert!(mean < 1.0, "{text}: {mean:.2} dB apart, {apart:.1?}");
        }
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
            // A syllable that is missing, or one too many, is a third of a number at least.
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
fn every_sentence_is_heard_and_lasts_as_long_as_reading_it() {
    for (text, read) in &PHONEMES[..20] {
        let samples = said(text);
        let sounding = sounding(&samples, 40.0);
        let seconds = (sounding.end() - sounding.start()) as f32 / RATE as f32;
        let rate = read.chars().filter(|c| c.is_alphabetic() && !"ˈˌ".contains(*c)).count() as f32 / seconds;
        assert!((6.0..20.0).contains(&rate), "{text}: {rate} sounds a second");
        let peak = peak(&samples);
        assert!((0.1..1.0).contains(&peak), "{text}: {peak}");
    }
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
    let floor = peak(samples) * 0.01;
    let quiet: Vec<bool> =
        samples[sounding(samples, 40.0)].chunks(120).map(|part| peak(part) <= floor).collect();
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
