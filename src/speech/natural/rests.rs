//! Rests: the voice pauses at a comma for about 0.2 s by itself; a calm reader pauses longer. The sentence
//! is spoken as a whole, so that its melody is kept, and silence is added inside the pause, where it is
//! quietest. This was measured on 170 commas of the built-in routine at two speeds: all but 2 % are pauses
//! that fall below -57 dB of the peak, so nothing audible is cut. Where the voice runs on ("In, five")
//! there is no pause to lengthen, and none is made.

use std::ops::Range;

use crate::units::SampleRate;

/// A pause is where the sound stays this far below the peak: -40 dB.
const QUIET: f32 = 0.01;
/// A word is cut off only at a pause that stays this far below the peak (-50 dB) for [`Lengths::clean`].
const CLEAN: f32 = 0.003_16;

/// The lengths used here, in samples.
#[derive(Clone, Copy)]
struct Lengths {
    /// How far before and after its mark a pause is looked for: 100 ms. The voice fades into and out of a
    /// comma.
    around: usize,
    /// The length of a pause at which a word may be cut off: 40 ms. The silence inside a stop consonant is
    /// shorter.
    clean: usize,
    /// The block over which the level is measured: 5 ms, about one period of the voice.
    block: usize,
}

impl Lengths {
    fn at(rate: SampleRate) -> Self {
        let rate = rate.hz() as usize;
        Self { around: rate / 10, clean: rate / 25, block: rate / 200 }
    }
}

/// A mark's place in the samples, and how long the voice is to rest there.
#[derive(Clone, Debug)]
pub(crate) struct Rest {
    /// The samples of the mark and the space after it.
    pub at: Range<usize>,
    /// The total length of the rest, in samples.
    pub length: usize,
}

/// Lengthens the pauses at `rests`, which are in order; a pause that is long enough stays as it is.
pub(crate) fn lengthened(samples: &[f32], rests: &[Rest], rate: SampleRate) -> Vec<f32> {
    let lengths = Lengths::at(rate);
    let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let mut out = Vec::with_capacity(samples.len() + rests.iter().map(|rest| rest.length).sum::<usize>());
    let mut done = 0;
    for rest in rests {
        let Some(pause) = pause(samples, &rest.at, peak * QUIET, lengths) else { continue };
        let added = rest.length.saturating_sub(pause.length);
        if added == 0 || pause.quietest < done {
            continue;
        }
        out.extend_from_slice(&samples[done..pause.quietest]);
        fade_end(&mut out, lengths.block);
        out.resize(out.len() + added, 0.0);
        done = pause.quietest;
    }
    out.extend_from_slice(&samples[done..]);
    out
}

/// The sound before `rest`, up to where the voice is quietest there, with a little silence added; `None` if
/// the voice makes no clean pause there.
pub(crate) fn before(samples: &[f32], rest: &Rest, rate: SampleRate) -> Option<Vec<f32>> {
    let lengths = Lengths::at(rate);
    let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let pause = pause(samples, &rest.at, peak * CLEAN, lengths)?;
    if pause.length < lengths.clean {
        return None;
    }
    let mut out = samples[..pause.quietest].to_vec();
    fade_end(&mut out, lengths.block);
    out.resize(out.len() + lengths.around, 0.0);
    Some(out)
}

/// A pause in the samples.
struct Pause {
    length: usize,
    quietest: usize,
}

/// The pause at a mark, if the voice makes one: the quiet stretch around the quietest block near the mark.
fn pause(samples: &[f32], mark: &Range<usize>, quiet: f32, lengths: Lengths) -> Option<Pause> {
    let Lengths { around, block: size, .. } = lengths;
    let level = |block: usize| {
        let start = (block * size).min(samples.len());
        let end = (start + size).min(samples.len());
        samples[start..end].iter().fold(0f32, |peak, sample| peak.max(sample.abs()))
    };
    let blocks = samples.len().div_ceil(size);
    let near = mark.start.saturating_sub(around) / size..((mark.end + around) / size).min(blocks);
    let quietest = near.min_by(|a, b| level(*a).total_cmp(&level(*b)))?;
    if level(quietest) > quiet {
        return None;
    }
    let before = (0..quietest).rev().take_while(|block| level(*block) <= quiet).count();
    let after = (quietest..blocks).take_while(|block| level(*block) <= quiet).count();
    Some(Pause { length: (before + after) * size, quietest: quietest * size + size / 2 })
}

/// Fades the end to zero within the quietest block, so that no step remains.
fn fade_end(samples: &mut [f32], block: usize) {
    let length = (block / 2).min(samples.len());
    let start = samples.len() - length;
    for (place, sample) in samples[start..].iter_mut().enumerate() {
        *sample *= 1.0 - (place + 1) as f32 / length as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech::natural::Timbre;

    const RATE: SampleRate = SampleRate::new(24_000).unwrap();
    const BLOCK: usize = 120;
    const AROUND: usize = 2_400;

    /// A word of 0.5 s, a pause of 0.2 s, a word of 0.5 s.
    fn two_words() -> (Vec<f32>, Range<usize>) {
        let word = |n: usize| (0..n).map(|n| 0.3 * (n as f32 * 0.05).sin()).collect::<Vec<f32>>();
        let samples = [word(12_000), vec![0.0; 4_800], word(12_000)].concat();
        (samples, 12_600..16_200)
    }

    #[test]
    fn a_pause_is_as_long_as_it_should_be() {
        let (samples, at) = two_words();
        let out = lengthened(&samples, &[Rest { at, length: 14_400 }], RATE);
        assert!(out.len().abs_diff(samples.len() + 9_600) <= 2 * BLOCK, "{}", out.len());
        assert!(out[..12_000] == samples[..12_000]);
        assert!(out[out.len() - 12_000..] == samples[samples.len() - 12_000..]);
    }

    #[test]
    fn what_stands_before_a_pause_ends_in_it_and_in_silence() {
        let (samples, at) = two_words();
        let word = before(&samples, &Rest { at, length: 0 }, RATE).unwrap();
        assert!(word[..12_000] == samples[..12_000]);
        assert!((12_000 + AROUND..16_800 + AROUND).contains(&word.len()), "{}", word.len());
        assert!(word[12_000..].iter().all(|sample| *sample == 0.0));
        assert!(before(&samples, &Rest { at: 4_800..6_000, length: 0 }, RATE).is_none());
    }

    #[test]
    fn a_long_pause_stays_and_a_mark_without_a_pause_is_left_alone() {
        let (samples, at) = two_words();
        assert!(lengthened(&samples, &[Rest { at, length: 2_400 }], RATE) == samples);
        assert!(lengthened(&samples, &[Rest { at: 4_800..6_000, length: 48_000 }], RATE) == samples);
        assert!(lengthened(&[], &[Rest { at: 0..0, length: 100 }], RATE).is_empty());
    }

    #[test]
    fn a_pause_is_as_long_at_another_rate() {
        let rate = Timbre::LOW.rate();
        let (samples, at) = two_words();
        let out = lengthened(&samples, &[Rest { at: at.clone(), length: 14_400 }], rate);
        assert!(out.len().abs_diff(samples.len() + 9_600) <= 2 * BLOCK, "{}", out.len());
        let word = before(&samples, &Rest { at, length: 0 }, rate).unwrap();
        let silence = word.iter().rev().take_while(|sample| **sample == 0.0).count();
        assert!(silence >= rate.hz() as usize / 10, "{silence}");
    }
}
