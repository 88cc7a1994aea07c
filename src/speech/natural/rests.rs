//! Rests: the voice pauses at a comma by itself, for about 0.2 s; a calm reader pauses longer. The
//! sentence is spoken as a whole, so that its melody is kept, and silence is added inside the
//! pause, where it is quietest. Measured on 170 commas of the built-in routine at two speeds: all
//! but 2 % are pauses that fall below -57 dB of the peak, so nothing audible is cut. Where the
//! voice runs on ("In, five") there is no pause to lengthen and none is made.

use std::ops::Range;

use super::signal::RATE;

/// A pause is what stays this far below the peak: -40 dB.
const QUIET: f32 = 0.01;
/// A pause is looked for this much before and after its mark, in samples: 100 ms. The voice fades
/// into a comma and out of it.
const AROUND: usize = RATE as usize / 10;
/// A word is cut off only in a pause that stays this far below the peak (-50 dB) for this long (40 ms):
/// the silence inside a stop consonant is not one.
const CLEAN: (f32, usize) = (0.003_16, RATE as usize / 25);
/// The level is taken over this many samples: 5 ms, a period of this voice.
const BLOCK: usize = RATE as usize / 200;

/// A mark in the samples, and how long the voice is to rest there.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The samples of the mark and of the space after it.
    pub at: Range<usize>,
    /// The whole length of the rest, in samples.
    pub length: usize,
}

/// Lengthens the pauses at `rests`, which are in order; one that is long enough stays as it is.
pub fn lengthened(samples: &[f32], rests: &[Rest]) -> Vec<f32> {
    let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let mut out = Vec::with_capacity(samples.len() + rests.iter().map(|rest| rest.length).sum::<usize>());
    let mut done = 0;
    for rest in rests {
        let Some(pause) = pause(samples, &rest.at, peak * QUIET) else { continue };
        let added = rest.length.saturating_sub(pause.length);
        if added == 0 || pause.quietest < done {
            continue;
        }
        out.extend_from_slice(&samples[done..pause.quietest]);
        fade_end(&mut out);
        out.resize(out.len() + added, 0.0);
        done = pause.quietest;
    }
    out.extend_from_slice(&samples[done..]);
    out
}

/// What is said before `rest`, up to where the voice is quietest there, and a little silence; `None`
/// when the voice makes no clean pause there.
pub fn before(samples: &[f32], rest: &Rest) -> Option<Vec<f32>> {
    let peak = samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    let pause = pause(samples, &rest.at, peak * CLEAN.0).filter(|pause| pause.length >= CLEAN.1)?;
    let mut out = samples[..pause.quietest].to_vec();
    fade_end(&mut out);
    out.resize(out.len() + AROUND, 0.0);
    Some(out)
}

/// A pause in the samples.
struct Pause {
    length: usize,
    quietest: usize,
}

/// The pause at a mark, if the voice makes one: the stretch around the quietest block near it.
fn pause(samples: &[f32], mark: &Range<usize>, quiet: f32) -> Option<Pause> {
    let level = |block: usize| {
        let start = (block * BLOCK).min(samples.len());
        let end = (start + BLOCK).min(samples.len());
        samples[start..end].iter().fold(0f32, |peak, sample| peak.max(sample.abs()))
    };
    let blocks = samples.len().div_ceil(BLOCK);
    let near = mark.start.saturating_sub(AROUND) / BLOCK..((mark.end + AROUND) / BLOCK).min(blocks);
    let quietest = near.min_by(|a, b| level(*a).total_cmp(&level(*b)))?;
    if level(quietest) > quiet {
        return None;
    }
    let before = (0..quietest).rev().take_while(|block| level(*block) <= quiet).count();
    let after = (quietest..blocks).take_while(|block| level(*block) <= quiet).count();
    Some(Pause { length: (before + after) * BLOCK, quietest: quietest * BLOCK + BLOCK / 2 })
}

/// Brings the end to zero inside the quietest block, so that no step is left there.
fn fade_end(samples: &mut [f32]) {
    let length = (BLOCK / 2).min(samples.len());
    let start = samples.len() - length;
    for (place, sample) in samples[start..].iter_mut().enumerate() {
        *sample *= 1.0 - (place + 1) as f32 / length as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A word of 0.5 s, a pause of 0.2 s, a word of 0.5 s.
    fn two_words() -> (Vec<f32>, Range<usize>) {
        let word = |n: usize| (0..n).map(|n| 0.3 * (n as f32 * 0.05).sin()).collect::<Vec<f32>>();
        let samples = [word(12_000), vec![0.0; 4_800], word(12_000)].concat();
        (samples, 12_600..16_200)
    }

    #[test]
    fn a_pause_is_as_long_as_it_should_be() {
        let (samples, at) = two_words();
        let out = lengthened(&samples, &[Rest { at, length: 14_400 }]);
        assert!(out.len().abs_diff(samples.len() + 9_600) <= 2 * BLOCK, "{}", out.len());
        assert!(out[..12_000] == samples[..12_000]);
        assert!(out[out.len() - 12_000..] == samples[samples.len() - 12_000..]);
    }

    #[test]
    fn what_stands_before_a_pause_ends_in_it_and_in_silence() {
        let (samples, at) = two_words();
        let word = before(&samples, &Rest { at, length: 0 }).unwrap();
        assert!(word[..12_000] == samples[..12_000]);
        assert!((12_000 + AROUND..16_800 + AROUND).contains(&word.len()), "{}", word.len());
        assert!(word[12_000..].iter().all(|sample| *sample == 0.0));
        assert!(before(&samples, &Rest { at: 4_800..6_000, length: 0 }).is_none());
    }

    #[test]
    fn a_long_pause_stays_and_a_mark_without_a_pause_is_left_alone() {
        let (samples, at) = two_words();
        assert!(lengthened(&samples, &[Rest { at, length: 2_400 }]) == samples);
        assert!(lengthened(&samples, &[Rest { at: 4_800..6_000, length: 48_000 }]) == samples);
        assert!(lengthened(&[], &[Rest { at: 0..0, length: 100 }]).is_empty());
    }
}
