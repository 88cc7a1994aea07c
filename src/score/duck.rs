//! The ambience's gain from the onsets of speech. Onsets are known in advance, so the gain is down before a
//! word begins instead of reacting to it. After the last word the ambience fades, or stays.

use std::f64::consts::FRAC_PI_2;
use std::time::Duration;

use super::GainPoint;
use crate::plan::{AmbiencePlan, Tail};
use crate::units::{Decibels, Frames, SampleRate};

/// The ramp down before a word: slow enough not to be noticed.
pub(crate) const RAMP_DOWN: Duration = Duration::from_millis(800);
/// The ramp up after the last word.
pub(crate) const RAMP_UP: Duration = Duration::from_secs(2);
/// In shorter gaps the ambience stays down, or it would pump with every sentence.
pub(crate) const SHORTEST_GAP: Duration = Duration::from_secs(3);
/// The fade from silence at the start, within the lead-in.
const FADE_IN: Duration = Duration::from_millis(500);
/// The last fade is at least this long where there is time for it: a sudden stop wakes people.
const SHORTEST_FADE: Duration = Duration::from_secs(2);
/// Points of the last fade: one for every decibel down to -64. The curve between two of them is
/// within 0.3 dB of an equal-power one.
pub(crate) const FADE_POINTS: u8 = 64;

/// A stretch of sound that the ambience makes room for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spoken {
    /// Onset of the first word.
    pub start: Duration,
    /// End of the last word; `None` while it is not known.
    pub end: Option<Duration>,
    /// Level of the voice relative to the session's loudness.
    pub gain: Decibels,
    /// Whether the ambience stays down since the stretch before, however long ago that was.
    pub joins: bool,
}

/// The time after the last event in which the gain still changes.
pub(crate) fn tail_length(tail: Tail) -> Duration {
    match tail {
        Tail::Fades(time) => time,
        Tail::Endless => RAMP_UP,
    }
}

/// The gain curve around `spoken`, which is in the order of onsets; `end` is the session's end, once it is
/// known. The ambience winds down with the voice and so keeps its margin.
pub(crate) fn gain_points(
    spoken: &[Spoken],
    plan: &AmbiencePlan,
    end: Option<Duration>,
    rate: SampleRate,
) -> Vec<GainPoint> {
    let mut curve = Curve { points: Vec::new(), rate, plan: *plan };
    let mut level = spoken.first().map_or(0.0, |first| first.gain.0);
    curve.begin(spoken.first().map(|first| first.start), level);
    // When the speech so far ends; `None` while that is not known.
    let mut busy_until = Some(Duration::ZERO);
    for (place, next) in spoken.iter().enumerate() {
        let Some(busy) = busy_until else { break };
        let gap = next.start.saturating_sub(busy);
        let opens = gap >= SHORTEST_GAP && !next.joins;
        if place > 0 && opens {
            curve.open(busy, level);
            curve.push(next.start.saturating_sub(RAMP_DOWN), curve.plan.open + level);
        } else if level != next.gain.0 {
            let ramp = RAMP_DOWN.min(gap);
            curve.push(next.start.saturating_sub(ramp), curve.plan.ducked + level);
        }
        if place == 0 || opens || level != next.gain.0 {
            level = next.gain.0;
            curve.push(next.start, curve.plan.ducked + level);
        }
        busy_until = next.end.map(|end| end.max(busy));
    }
    if let (Some(end), Some(busy)) = (end, busy_until) {
        curve.end((!spoken.is_empty()).then_some(busy), end, level);
    }
    curve.points
}

/// The points so far.
struct Curve {
    points: Vec<GainPoint>,
    rate: SampleRate,
    plan: AmbiencePlan,
}

impl Curve {
    fn push(&mut self, at: Duration, gain: f32) {
        self.points.push(GainPoint { at: Frames::at(at, self.rate), gain: Decibels(gain) });
    }

    /// Fades in, for a first word at `first`, if there is one.
    fn begin(&mut self, first: Option<Duration>, level: f32) {
        if !self.plan.goes_on {
            self.push(Duration::ZERO, Decibels::SILENCE.0);
        }
        let Some(first) = first else { return self.push(FADE_IN, self.plan.open + level) };
        let down = first.saturating_sub(RAMP_DOWN);
        if down < FADE_IN {
            // The first word comes soon: the ambience fades in to the level under speech.
            self.push(FADE_IN.min(first), self.plan.ducked + level);
        } else {
            self.push(FADE_IN, self.plan.open + level);
            self.push(down, self.plan.open + level);
        }
    }

    /// Comes up again after the last word, which ends at `from`.
    fn open(&mut self, from: Duration, level: f32) {
        self.push(from, self.plan.ducked + level);
        self.push(from + RAMP_UP, self.plan.open + level);
    }

    /// Writes the end, after the last word, which ends at `from`. In a session without words the ambience is up
    /// already.
    fn end(&mut self, from: Option<Duration>, end: Duration, level: f32) {
        let fade = match self.plan.tail {
            Tail::Fades(time) => end.saturating_sub((time / 2).max(SHORTEST_FADE)),
            Tail::Endless => end,
        };
        let fade = fade.max(from.unwrap_or(FADE_IN)).min(end);
        let mut gain = self.plan.open + level;
        match from {
            None => {}
            Some(from) if fade >= from + RAMP_UP => self.open(from, level),
            // There is no time for the ramp up.
            Some(_) => gain = self.plan.ducked + level,
        }
        if self.plan.tail != Tail::Endless {
            self.fade(fade, end, gain);
        }
    }

    /// Falls from `gain` to silence on an equal-power curve: the amplitude is a quarter of a cosine.
    fn fade(&mut self, from: Duration, to: Duration, gain: f32) {
        self.push(from, gain);
        for below in 1..=FADE_POINTS {
            let part = 10f64.powf(-f64::from(below) / 20.0).acos() / FRAC_PI_2;
            let gain = (gain - f32::from(below)).max(Decibels::SILENCE.0);
            self.push(from + (to - from).mul_f64(part), gain);
        }
        self.push(to, Decibels::SILENCE.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(start: u64, end: u64, gain: f32) -> Spoken {
        Spoken {
            start: Duration::from_secs(start),
            end: Some(Duration::from_secs(end)),
            gain: Decibels(gain),
            joins: false,
        }
    }

    fn curve(spoken: &[Spoken], tail: Tail, end: u64, hz: u32) -> Vec<GainPoint> {
        let plan = AmbiencePlan { tail, ..AmbiencePlan::default() };
        gain_points(spoken, &plan, Some(Duration::from_secs(end)), SampleRate::new(hz).unwrap())
    }

    /// The gain points of an endless session. One frame is one second, so the points can be checked in the
    /// head.
    fn points(times: &[(u64, u64)]) -> Vec<(u64, f32)> {
        let spoken: Vec<Spoken> = times.iter().map(|(start, end)| spoken(*start, *end, 0.0)).collect();
        let points = curve(&spoken, Tail::Endless, 40, 1);
        points.iter().map(|point| (point.at.0, point.gain.0)).collect()
    }

    #[test]
    fn the_gain_is_down_before_the_word_and_up_after_it() {
        let expected = [(0, -96.0), (1, -16.0), (9, -16.0), (10, -25.0), (12, -25.0), (14, -16.0)];
        assert_eq!(points(&[(10, 12)]), expected);
    }

    #[test]
    fn without_a_word_the_ambience_comes_up_and_stays_up() {
        assert_eq!(points(&[]), [(0, -96.0), (1, -16.0)]);
        let fading = curve(&[], Tail::Fades(Duration::from_secs(20)), 40, 1);
        assert_eq!((fading[2].at, fading[2].gain.0), (Frames(30), -16.0));
    }

    #[test]
    fn a_gap_under_three_seconds_stays_down() {
        let expected = [(0, -96.0), (1, -16.0), (9, -16.0), (10, -25.0), (16, -25.0), (18, -16.0)];
        assert_eq!(points(&[(10, 12), (14, 16)]), expected);
    }

    #[test]
    fn between_the_cues_of_a_breath_it_stays_down_and_after_them_it_comes_up_once() {
        let cues = [spoken(10, 11, 0.0), spoken(14, 15, 0.0), spoken(20, 21, 0.0), spoken(24, 25, 0.0)];
        let cues: Vec<Spoken> =
            cues.into_iter().enumerate().map(|(place, cue)| Spoken { joins: place > 0, ..cue }).collect();
        let points = curve(&cues, Tail::Endless, 40, 1);
        let points: Vec<(u64, f32)> = points.iter().map(|point| (point.at.0, point.gain.0)).collect();
        assert_eq!(points, [(0, -96.0), (1, -16.0), (9, -16.0), (10, -25.0), (25, -25.0), (27, -16.0)]);
    }

    #[test]
    fn the_ambience_follows_the_level_of_the_voice() {
        let spoken = [spoken(10, 12, 2.0), spoken(14, 16, 1.0), spoken(30, 32, -2.0)];
        let points = curve(&spoken, Tail::Endless, 60, 10);
        let gains: Vec<(u64, f32)> = points.iter().map(|point| (point.at.0, point.gain.0)).collect();
        let expected = [
            (0, -96.0),
            (5, -14.0),
            (92, -14.0),
            (100, -23.0),
            (132, -23.0),
            (140, -24.0),
            (160, -24.0),
            (180, -15.0),
            (292, -15.0),
            (300, -27.0),
            (320, -27.0),
            (340, -18.0),
        ];
        assert_eq!(gains, expected);
    }

    #[test]
    fn a_gap_of_three_seconds_opens() {
        let gains = points(&[(10, 12), (15, 16)]);
        assert!(gains.contains(&(14, -16.0)), "{gains:?}");
    }

    /// The gain in dB at a time, from the points alone.
    fn gain_at(points: &[GainPoint], seconds: f64, hz: u32) -> f64 {
        let at = seconds * f64::from(hz);
        let after = points.iter().position(|point| point.at.0 as f64 > at).unwrap_or(points.len() - 1);
        let (from, to) = (points[after - 1], points[after]);
        let part = (at - from.at.0 as f64) / (to.at.0 - from.at.0) as f64;
        f64::from(from.gain.0) + f64::from(to.gain.0 - from.gain.0) * part
    }

    #[test]
    fn the_sleep_timer_holds_for_its_first_half_and_fades_with_equal_power_over_its_last() {
        let points = curve(&[spoken(10, 12, -2.0)], Tail::Fades(Duration::from_secs(600)), 612, 48_000);
        let gain = |seconds| gain_at(&points, seconds, 48_000);
        for seconds in [14.0, 100.0, 311.0, 312.0] {
            assert_eq!(gain(seconds), -18.0, "at {seconds} s");
        }
        for step in 0..3_000 {
            let part = f64::from(step) / 3_000.0;
            let exact = 20.0 * (part * FRAC_PI_2).cos().log10();
            let below = gain(312.0 + 300.0 * part) + 18.0;
            assert!(exact < -60.0 || (below - exact).abs() < 0.3, "{below} dB at {part}, not {exact}");
        }
        assert_eq!(points[points.len() - 1], GainPoint { at: Frames(612 * 48_000), gain: Decibels::SILENCE });
    }

    #[test]
    fn no_ending_is_so_short_that_it_clicks() {
        for (tail, end) in [(0, 14), (1, 14), (3, 15), (4, 16), (5, 17), (9, 21)] {
            let points = curve(&[spoken(10, 12, 0.0)], Tail::Fades(Duration::from_secs(tail)), end, 48_000);
            assert!(points.windows(2).all(|pair| pair[0].at <= pair[1].at), "{tail} s: {points:?}");
            let amplitude = |ms: u64| 10f64.powf(gain_at(&points, ms as f64 / 1e3, 48_000) / 20.0);
            for ms in 12_000..end * 1_000 - 1 {
                let step = (amplitude(ms + 1) - amplitude(ms)).abs();
                // From full to silent, a tenth of the way takes at least 50 ms.
                assert!(step < 0.16 / 500.0, "{tail} s: a step of {step} at {ms} ms");
            }
            assert!(amplitude(end * 1_000 - 1) < 1e-3, "{tail} s: it ends with a sound");
        }
    }
}
