//! Figures on how a session sounds: its speech and its ambience are rendered apart and measured.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use crate::loudness::{Meter, PeakMeter};
use crate::mixer::limiter::Limiter;
use crate::mixer::{Ambience, MixCue, Mixer, Silence, Transport};
use crate::plan::Track;
use crate::score::{BreathPhase, Score};
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// The ambience is judged where somebody speaks; shorter gaps count as speech.
const GAP: Duration = Duration::from_millis(400);
/// A tenth of a second: the step of the momentary loudness (EBU Tech 3341).
const STEP: Duration = Duration::from_millis(100);

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Integrated loudness of the speech, in LUFS.
    pub speech: Decibels,
    /// Integrated loudness of speech and ambience together, in LUFS.
    pub mix: Decibels,
    /// The largest true peak of both together, in dBTP.
    pub true_peak: Decibels,
    /// How far the ambience stays below the voice while it speaks, in the stretch where it comes nearest: the
    /// loudness of the stretch's words minus that of the ambience under them. `None` without ambience.
    pub margin: Option<Decibels>,
}

/// Blocks of ambience that are ready before they are wanted.
const READY: usize = 16;
/// The ambience is metered this long before and after a stretch of speech, too: a momentary value looks back
/// over 400 ms, and its filter remembers as long.
const AROUND: Duration = Duration::from_millis(1_500);

/// Renders `score` and measures it, up to a second after its last sound: then the ambience only fades.
/// Speech and ambience are measured apart as they are, and both together as they are heard, limited.
/// `progress` is told how many steps of how many are done.
///
/// The ambience is rendered on a thread of its own. Far from speech, neither of the two is metered for the
/// margin, since the result would not be used.
pub(crate) fn measure(
    score: &Score,
    cues: Vec<MixCue>,
    ambience: Box<dyn Ambience>,
    progress: &mut dyn FnMut(u64, u64),
) -> Report {
    let mut speech = stem(score, cues, Box::new(Silence), &[]);
    let under = stem(score, Vec::new(), ambience, &score.breaths);
    let last = score.events.iter().map(|event| event.at + event.length).max().unwrap_or_default();
    let step = Frames::at(STEP, score.rate).0 as usize;
    let steps = (last.0 + u64::from(score.rate.hz())).div_ceil(step as u64);
    let is_near = near_speech(score, steps as usize);
    let (send, blocks) = sync_channel(READY);
    std::thread::scope(|scope| {
        scope.spawn(|| render_under(under, score.rate, step, &is_near, send));
        let mut said = vec![[0.0; 2]; step];
        let mut both = said.clone();
        let (mut mix, mut speech_meter) = (Meter::new(score.rate), Meter::new(score.rate));
        let mut peak = PeakMeter::new(score.rate);
        let mut limiter = Limiter::new(score.rate);
        let mut powers = Vec::with_capacity(steps as usize);
        for (done, (quiet, power)) in (1..).zip(blocks) {
            speech.render(&mut said);
            sum(&said, &quiet, &mut both);
            // The limiter delays it by a few milliseconds, which no figure of a whole session shows.
            limiter.process(&mut both);
            mix.add(&both);
            peak.add(&both);
            // Once the meter's window holds only silence, more silence changes nothing.
            if is_near[powers.len()] {
                speech_meter.add(&said);
                powers.push([speech_meter.momentary(), power]);
            } else {
                powers.push([0.0, 0.0]);
            }
            progress(done, steps);
        }
        Report {
            speech: speech_meter.integrated(),
            mix: mix.integrated(),
            true_peak: peak.true_peak(),
            margin: margin(score, &powers),
        }
    })
}

/// Renders the ambience step by step, and meters it where somebody speaks.
fn render_under(
    mut under: Mixer,
    rate: SampleRate,
    step: usize,
    is_near: &[bool],
    send: SyncSender<(Vec<Frame>, f64)>,
) {
    let mut meter = Meter::momentary_only(rate);
    for is_near in is_near {
        let mut block = vec![[0.0; 2]; step];
        under.render(&mut block);
        let power = if *is_near {
            meter.add(&block);
            meter.momentary()
        } else {
            0.0
        };
        // The measuring side receives all blocks.
        let _ = send.send((block, power));
    }
}

/// The steps that are near enough to speech to be metered.
fn near_speech(score: &Score, steps: usize) -> Vec<bool> {
    let around = Frames::at(AROUND, score.rate);
    let step = Frames::at(STEP, score.rate).0;
    let mut is_near = vec![false; steps];
    for event in score.events.iter() {
        let from = event.at.saturating_sub(around).0 / step;
        let to = (event.at + event.length + around).0 / step;
        let last = steps.min(to as usize + 1);
        is_near[(from as usize).min(last)..last].fill(true);
    }
    is_near
}

fn sum(a: &[Frame], b: &[Frame], out: &mut [Frame]) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = [a[0] + b[0], a[1] + b[1]];
    }
}

/// A mixer that plays a part of the score to its end, as it is.
fn stem(score: &Score, cues: Vec<MixCue>, ambience: Box<dyn Ambience>, breaths: &[BreathPhase]) -> Mixer {
    let transport = Arc::new(Transport::default());
    transport.end_at(score.length);
    transport.open_until(Frames::NEVER);
    let capacity = cues.len() + score.ambience.len() + score.breaths.len() + 1;
    let (mixer, mut feed) = Mixer::new(score.rate, ambience, transport, capacity);
    // The rings are large enough for all of them.
    for cue in cues {
        let _ = feed.cues.push(cue);
    }
    for point in &score.ambience {
        let _ = feed.gains.push(*point);
    }
    for phase in breaths {
        let _ = feed.breaths.push(*phase);
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

/// The margin of one stretch. Its words are the steps within 10 dB of the loudest step; pauses are softer.
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
