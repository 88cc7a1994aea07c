//! What a session has played into a file in place of a device (`--fake-output=FILE`), beside the same session unbroken.

use std::path::Path;

use super::recogniser;
use super::rendered::{RATE, Rendered};

/// Shorter silences belong to a sound: they are an engine's own.
const GAP: usize = RATE as usize / 20;
/// How much later than planned a session may end, in frames: while nothing is ready yet, its sound goes on.
const LATE: i64 = RATE as i64;
/// A clip that comes while the session waits for it begins where it waits, later by as much as it leads its event.
const LEAD: i64 = RATE as i64 / 20;
/// The words of a voice that speaks in place of the chosen one.
pub const INSTEAD: &str = "the voice you chose does not answer so this one will guide you";
/// The words before a session that other programs can't control, and before one that has forgotten what was left out.
pub const NO_CONTROL: &str = "other programs can't control this session";
pub const NO_MEMORY: &str = "the poses you left out last time can't be read";
/// Words that the recogniser must not take for those.
pub const OTHER_WORDS: [&str; 7] = [
    "the voice you chose will guide you",
    "short",
    "this takes about one minute",
    "move slowly and only as far as it feels good",
    "if anything hurts stop",
    "close your eyes whenever you like",
    "you will hear everything you need",
];

/// A session as it was heard.
pub struct Heard {
    /// Each sound: its first frame, and its samples.
    sounds: Vec<(usize, Vec<f32>)>,
    /// The left side.
    samples: Vec<f32>,
}

impl Heard {
    /// Reads what was played, or rendered.
    pub fn read(path: &Path) -> Self {
        let samples: Vec<f32> = Rendered::read(path).samples.chunks(2).map(|frame| frame[0]).collect();
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (place, _) in samples.iter().enumerate().filter(|(_, sample)| **sample != 0.0) {
            match places.last_mut() {
                Some((_, end)) if place - *end <= GAP => *end = place + 1,
                _ => places.push((place, place + 1)),
            }
        }
        let sounds = places.into_iter().map(|(start, end)| (start, samples[start..end].to_vec())).collect();
        Self { sounds, samples }
    }

    /// How many sounds there are.
    pub fn len(&self) -> usize {
        self.sounds.len()
    }

    /// Fails unless every sound is that of `whole`, to the sample, and stands where it stands there.
    #[track_caller]
    pub fn is_like(&self, whole: &Self) {
        assert_eq!(self.len(), whole.len());
        self.ends_like(whole);
        let late = self.sounds[0].0 as i64 - whole.sounds[0].0 as i64;
        assert!((0..=LATE).contains(&late), "it begins {late} frames late");
    }

    /// Fails unless it ends with every sound of `whole`, to the sample and as far from each other. Returns what was heard
    /// before.
    #[track_caller]
    pub fn ends_like(&self, whole: &Self) -> &[f32] {
        let before = self.len().checked_sub(whole.len()).expect("no fewer sounds than in the whole session");
        let here = &self.sounds[before..];
        for ((at, sound), (place, expected)) in here.iter().zip(&whole.sounds) {
            assert!(sound == expected, "another sound at {at} than at {place} of the whole session");
        }
        let (first, origin) = (here[0].0, whole.sounds[0].0);
        let ends = [(self.samples.len(), &Vec::new())];
        let late = here.iter().map(|(at, sound)| (*at, sound)).chain(ends);
        let planned = whole.sounds.iter().map(|(at, _)| *at).chain([whole.samples.len()]);
        let mut most = 0;
        for ((at, _), planned) in late.zip(planned) {
            let late = (at - first) as i64 - (planned - origin) as i64;
            assert!(late + LEAD >= most && late <= LATE, "{late} frames late at {at}, {most} before");
            most = most.max(late);
        }
        &self.samples[..first]
    }

    /// Whether all sounds of `part` are among these, one after the other.
    pub fn holds(&self, part: &Self) -> bool {
        let sounds = |heard: &Self| heard.sounds.iter().map(|(_, sound)| sound.clone()).collect::<Vec<_>>();
        let (here, part) = (sounds(self), sounds(part));
        !part.is_empty() && here.windows(part.len()).any(|some| some == part)
    }

    /// Fails unless `words` are said first, and then all that `whole` holds.
    #[track_caller]
    pub fn says_first(&self, words: &str, whole: &Self) {
        let before = self.ends_like(whole);
        let phrases = [&[INSTEAD, NO_CONTROL, NO_MEMORY], &OTHER_WORDS[..]].concat();
        assert_eq!(recogniser::heard(&[before], &phrases), [words]);
    }
}
