//! Ears: where sound begins and ends in a recording, and how loud it is. Times are in seconds
//! from the start of the samples. Pure.

use super::recorder::RATE;

/// Levels are measured in blocks of 1 ms.
const BLOCK: usize = RATE as usize / 1000;
/// Louder than this is sound, in dB below full scale.
pub const AUDIBLE: f64 = -55.0;

/// A stretch of sound between two silences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sound {
    pub start: f64,
    pub end: f64,
}

impl Sound {
    pub fn length(&self) -> f64 {
        self.end - self.start
    }
}

/// The level of each millisecond, in dB below full scale.
fn levels(samples: &[f32]) -> impl Iterator<Item = f64> {
    samples.chunks(BLOCK).map(level)
}

/// The level of some samples (root mean square), in dB below full scale; -120 at the least.
pub fn level(samples: &[f32]) -> f64 {
    let power: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    let mean = power / samples.len().max(1) as f64;
    (10.0 * mean.log10()).max(-120.0)
}

/// The samples between two moments, as far as they exist.
pub fn between(samples: &[f32], from: f64, to: f64) -> &[f32] {
    let place = |at: f64| ((at.max(0.0) * f64::from(RATE)).round() as usize).min(samples.len());
    &samples[place(from)..place(to).max(place(from))]
}

/// Sounds that are louder than `threshold`; silences shorter than `gap` belong to a sound.
pub fn sounds(samples: &[f32], threshold: f64, gap: f64) -> Vec<Sound> {
    let mut sounds: Vec<Sound> = Vec::new();
    for (place, level) in levels(samples).enumerate() {
        if level < threshold {
            continue;
        }
        let (start, end) = (place as f64 / 1000.0, (place + 1) as f64 / 1000.0);
        match sounds.last_mut() {
            Some(last) if start - last.end < gap => last.end = end,
            _ => sounds.push(Sound { start, end }),
        }
    }
    sounds
}

/// The first moment that is louder than `threshold`, exact to the sample: the wave itself passes the threshold
/// there.
pub fn first_onset(samples: &[f32], threshold: f64) -> Option<f64> {
    let amplitude = 10f64.powf(threshold / 20.0);
    let place = samples.iter().position(|s| f64::from(s.abs()) > amplitude)?;
    Some(place as f64 / f64::from(RATE))
}

/// Where `part` is heard in `samples`, in seconds, and how similar the two are: 1 is the same wave, at any
/// loudness. Exact to an eighth of a millisecond.
pub fn place_of(part: &[f32], samples: &[f32]) -> (f64, f64) {
    const STEP: usize = 6;
    let coarse = |samples: &[f32]| -> Vec<f32> {
        samples.chunks_exact(STEP).map(|block| block.iter().sum::<f32>() / STEP as f32).collect()
    };
    let (part, samples) = (coarse(part), coarse(samples));
    let power = |samples: &[f32]| samples.iter().map(|s| f64::from(s * s)).sum::<f64>();
    let own = power(&part);
    let likeness = samples.windows(part.len().max(1)).map(|window| {
        let both: f32 = window.iter().zip(&part).map(|(a, b)| a * b).sum();
        f64::from(both) / (own * power(window)).sqrt().max(1e-12)
    });
    let best = likeness.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let (place, likeness) = best.unwrap_or_default();
    ((place * STEP) as f64 / f64::from(RATE), likeness)
}

/// The last moment that is louder than `threshold`.
pub fn last_sound(samples: &[f32], threshold: f64) -> Option<f64> {
    sounds(samples, threshold, f64::INFINITY).last().map(|sound| sound.end)
}

/// Mean, standard deviation and largest distance from the mean.
pub struct Spread {
    pub mean: f64,
    pub sd: f64,
    pub max: f64,
}

/// The spread of `values`.
pub fn spread(values: &[f64]) -> Spread {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let sd = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt();
    let max = values.iter().map(|v| (v - mean).abs()).fold(0.0, f64::max);
    Spread { mean, sd, max }
}

/// The slope of a line through points (x, y), by least squares.
pub fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len().max(1) as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let both: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let own: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    if own == 0.0 { 0.0 } else { both / own }
}
