//! How a session sounds, in figures: its speech and its ambience are rendered apart and measured.

use std::sync::Arc;
use std::time::Duration;

use crate::loudness::{Meter, Momentary};
use crate::mixer::limiter::Limiter;
use crate::mixer::{Ambience, MixCue, Mixer, Silence, Transport};
use crate::score::{Score, Track};
use crate::units::{Decibels, Frame, Frames};

/// Ambience is judged where somebody speaks; shorter gaps belong to the speech.
const GAP: Duration = Duration::from_millis(400);
/// A tenth of a second: the step of the momentary loudness (EBU Tech 3341).
const STEP: Duration = Duration::from_millis(100);

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Integrated loudness of everything that is said, in LUFS.
    pub speech: Decibels,
    /// Integrated loudness of speech and ambience together, in LUFS.
    pub mix: Decibels,
    /// The largest true peak of both together, in dBTP.
    pub true_peak: Decibels,
    /// How far the ambience stays below the voice while it speaks, where it comes nearest: the
    /// loudness of the words of a stretch over that of the ambience under them. `None` without
    /// ambience.
    pub margin: Option<Decibels>,
}

/// Renders `score` and measures it, up to a second after its last sound: then the ambience only fades.
/// Speech and ambience are measured apart as they are, and both together as they are heard, limited.
pub fn measure(score: &Score, cues: Vec<MixCue>, ambience: Box<dyn Ambience>) -> Report {
    let mut speech = stem(score, cues, Box::new(Silence));
    let mut under = stem(score, Vec::new(), ambience);
    let step = Frames::at(STEP, score.rate).0 as usize;
    let mut blocks = [vec![[0.0; 2]; step], vec![[0.0; 2]; step], vec![[0.0; 2]; step]];
    let [said, quiet, both] = &mut blocks;
    let (mut meter, mut speech_meter) = (Meter::new(score.rate), Meter::new(score.rate));
    let mut limiter = Limiter::new(score.rate);
    let mut momentary = [Momentary::new(score.rate), Momentary::new(score.rate)];
    let mut powers = Vec::new();
    let last = score.events.iter().map(|event| event.at + event.length).max().unwrap_or_default();
    for _ in 0..(last.0 + u64::from(score.rate.hz())).div_ceil(step as u64) {
        speech.render(said);
        under.render(quiet);
        sum(said, quiet, both);
        // A few milliseconds late, which no figure of a whole session tells.
        limiter.process(both);
        speech_meter.add(said);
        meter.add(both);
        powers.push([momentary[0].add(said), momentary[1].add(quiet)]);
    }
    Report {
        speech: speech_meter.integrated(),
        mix: meter.integrated(),
        true_peak: meter.true_peak(),
        margin: margin(score, &powers),
    }
}

fn sum(a: &[Frame], b: &[Frame], out: &mut [Frame]) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = [a[0] + b[0], a[1] + b[1]];
    }
}

/// A mixer that plays a part of the score to its end, as it is.
fn stem(score: &Score, cues: Vec<MixCue>, ambience: Box<dyn Ambience>) -> Mixer {
    let transport = Arc::new(Transport::default());
    transport.end_at(score.length);
    transport.open_until(Frames::NEVER);
    let capacity = cues.len() + score.ambience.len() + 1;
    let (mixer, mut feed) = Mixer::new(score.rate, ambience, transport, capacity);
    // The rings hold them all.
    for cue in cues {
        let _ = feed.cues.push(cue);
    }
    for point in &score.ambience {
        let _ = feed.gains.push(*point);
    }
    mixer.unlimited()
}

/// The least margin over all stretches of speech. `powers` are the momentary powers of speech and
/// ambience, one pair a step.
fn margin(score: &Score, powers: &[[f64; 2]]) -> Option<Decibels> {
    let step = |frames: Frames| (frames.to_seconds(score.rate) / STEP.as_secs_f64()) as usize;
    // A momentary value looks back over four steps.
    let margins = stretches(score).into_iter().filter_map(|(start, end)| {
        let last = (step(end) + 2).min(powers.len());
        stretch_margin(&powers[(step(start) + 2).min(last)..last])
    });
    margins.reduce(f64::min).map(|margin| Decibels(margin as f32))
}

/// The words are what is less than 10 dB below the loudest step: pauses are not.
fn stretch_margin(powers: &[[f64; 2]]) -> Option<f64> {
    let loudest = powers.iter().map(|[speech, _]| *speech).fold(0.0, f64::max);
    let words = powers.iter().filter(|[speech, _]| *speech > loudest / 10.0);
    let (speech, ambience) = words.fold((0.0, 0.0), |sum, [s, a]| (sum.0 + s, sum.1 + a));
    (speech > 0.0 && ambience > 0.0).then(|| 10.0 * (speech / ambience).log10())
}

/// Where somebody speaks.
fn stretches(score: &Score) -> Vec<(Frames, Frames)> {
    let gap = Frames::at(GAP, score.rate);
    let mut stretches: Vec<(Frames, Frames)> = Vec::new();
    for event in score.events.iter().filter(|event| event.track != Track::Chime) {
        let end = event.at + event.length;
        match stretches.last_mut() {
            Some((_, last)) if event.at < *last + gap => *last = end.max(*last),
            _ => stretches.push((event.at, end)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_is_taken_over_the_words_and_not_over_the_pauses() {
        let word = [1.0, 0.001];
        let pause = [0.001, 1.0];
        let margin = stretch_margin(&[word, word, pause, pause, word]).unwrap();
        assert!((margin - 30.0).abs() < 1e-9, "{margin}");
        assert_eq!(stretch_margin(&[[1.0, 0.0]]), None);
        assert_eq!(stretch_margin(&[]), None);
    }
}
