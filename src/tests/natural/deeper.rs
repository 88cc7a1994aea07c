//! The deeper voices that are made from the natural voice's model: their pitch, and that they keep its pace,
//! its rests and its counts.

use std::time::Duration;

use super::{COUNTS, pauses_at, sounding};
use supine::speech::natural::{Natural, Timbre};
use supine::speech::{Recording, Synthesizer, Utterance};

const SENTENCES: [&str; 5] = [
    "Feel your back grow wide and heavy on the bed.",
    "Take hold of your left shin, and hug the knee in as far as feels good.",
    "Your lower back stays heavy on the bed, and both hips stay level.",
    "Rest your forehead on the bed, or on your hands.",
    "There is nothing more to do, and nothing to switch off.",
];
/// The pitch of each voice in Hz, and how far from it the middle of these sentences may be.
const PITCHES: [(Timbre, f32); 3] = [(Timbre::PLAIN, 195.0), (Timbre::LOW, 164.0), (Timbre::DEEP, 123.0)];
const TOLERANCE: f32 = 0.1;

fn say(timbre: Timbre, utterance: &Utterance) -> Recording {
    Natural::in_timbre(timbre).unwrap().synthesize(utterance).unwrap()
}

fn seconds(recording: &Recording) -> f32 {
    sounding(&recording.samples, 40.0).count() as f32 / recording.rate.hz() as f32
}

/// The pitches of the voiced parts of a recording in Hz, for parts of 50 ms: the lag at which a part is most
/// like itself is its period. Of lags that are about as good the shortest counts, since two periods fit as well
/// as one.
fn pitches(recording: &Recording) -> Vec<f32> {
    let rate = recording.rate.hz() as f32;
    let length = (rate * 0.05) as usize;
    let lags = (rate / 320.0) as usize..(rate / 70.0) as usize;
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    let loudest = recording.samples.chunks(length).map(power).fold(0.0, f32::max);
    let pitch = |start: usize| {
        let here = &recording.samples[start..start + length];
        let likeness = |lag: usize| {
            let later = &recording.samples[start + lag..start + lag + length];
            let both: f32 = here.iter().zip(later).map(|(one, other)| one * other).sum();
            both / (power(here) * power(later)).sqrt().max(1e-9)
        };
        let all: Vec<(usize, f32)> = lags.clone().map(|lag| (lag, likeness(lag))).collect();
        let best = all.iter().map(|(_, likeness)| *likeness).fold(0.0, f32::max);
        let peaks = all.windows(3).filter(|three| three[1].1 >= three[0].1 && three[1].1 >= three[2].1);
        let first = peaks.map(|three| three[1]).find(|(_, likeness)| *likeness > 0.9 * best);
        let is_voiced = best > 0.7 && power(here) > loudest / 30.0;
        first.filter(|_| is_voiced).map(|(lag, _)| rate / lag as f32)
    };
    let last = recording.samples.len() - length - lags.end;
    (0..last).step_by(length).filter_map(pitch).collect()
}

#[test]
fn each_voice_is_as_deep_as_it_was_measured() {
    for (timbre, expected) in PITCHES {
        let mut all: Vec<f32> =
            SENTENCES.iter().flat_map(|text| pitches(&say(timbre, &Utterance::plain(*text, 1.0)))).collect();
        all.sort_by(f32::total_cmp);
        let middle = all[all.len() / 2];
        println!("{:?}: {middle:.0} Hz in {} parts", timbre.name, all.len());
        assert!(all.len() > 100 && (middle / expected - 1.0).abs() < TOLERANCE, "{middle} Hz: {timbre:?}");
    }
}

#[test]
fn a_deeper_voice_keeps_the_pace() {
    for speed in [0.77, 1.0] {
        let all = |timbre: Timbre| -> f32 {
            SENTENCES.iter().map(|text| seconds(&say(timbre, &Utterance::plain(*text, speed)))).sum()
        };
        let [plain, low, deep] = Timbre::ALL.map(all);
        println!("at {speed}: {plain:.1}, {low:.1} and {deep:.1} s");
        // The model counts its sounds in whole steps: a fifth faster is not quite that.
        assert!(
            [low, deep].iter().all(|length| (0.87..1.18).contains(&(length / plain))),
            "{low}, {deep}, {plain}"
        );
    }
}

#[test]
fn a_deeper_voice_rests_at_commas_as_long_as_it_is_told() {
    let text = "Let your arms cross over your shins, and gather both legs in to your chest.";
    for timbre in [Timbre::LOW, Timbre::DEEP] {
        for comma in [600, 1_200] {
            let comma = Duration::from_millis(comma);
            let recording = say(timbre, &Utterance { comma, ..Utterance::plain(text, 1.0) });
            let pauses = pauses_at(&recording.samples, recording.rate.hz() as usize);
            let apart = pauses.iter().map(|pause| (pause - comma.as_secs_f32()).abs());
            assert!(pauses.len() == 1 && apart.fold(0.0, f32::max) < 0.03, "{timbre:?}: {pauses:?}");
        }
    }
}

#[test]
fn a_count_of_a_deeper_voice_is_whole_and_ends_in_silence() {
    for timbre in [Timbre::LOW, Timbre::DEEP] {
        for text in COUNTS {
            let count = Utterance { is_count: true, ..Utterance::plain(text, 1.0) };
            let [cut, alone] = [&count, &Utterance::plain(text, 1.0)].map(|utterance| say(timbre, utterance));
            let ratio = seconds(&cut) / seconds(&alone);
            assert!((0.7..1.3).contains(&ratio), "{text} of {timbre:?}: {ratio} of its length");
            let (start, end) = sounding(&cut.samples, 40.0).into_inner();
            let beat = cut.beat.unwrap();
            assert!((start..end).contains(&beat), "{text} of {timbre:?}: {beat} in {start} to {end}");
            let tail = &cut.samples[cut.samples.len() - cut.rate.hz() as usize / 20..];
            assert!(tail.iter().all(|sample| sample.abs() < 0.003), "{text} of {timbre:?}");
        }
    }
}
