//! Holds that are written by hand, in seconds.

use super::*;
use crate::plan::{BreathSound, UtteranceId};
use crate::routine::breath::BreathRatio;

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// A cue whose words have the number of its place among the cues.
fn cues(track: Track, places: &[f64]) -> Vec<HoldCue> {
    let cue =
        |(number, at): (usize, &f64)| HoldCue { at: seconds(*at), utterance: UtteranceId(number), track };
    places.iter().enumerate().map(cue).collect()
}

/// Breaths of 4 s in and 6 s out, from the beginning on.
fn breaths(many: usize) -> Vec<PacedBreath> {
    let phases = BreathRatio::unheld(seconds(4.0), seconds(6.0));
    let breath = |n| PacedBreath { at: seconds(10.0 * n as f64), phases, sound: BreathSound::None };
    (0..many).map(breath).collect()
}

fn hold(cues: Vec<HoldCue>, breaths: Vec<PacedBreath>, length: f64) -> ItemKind {
    ItemKind::Hold { cues, breaths, length: seconds(length), then: Duration::ZERO }
}

/// Ten counts of a second, the first at once.
fn ten_counts() -> ItemKind {
    let places: Vec<f64> = (0..10).map(f64::from).collect();
    hold(cues(Track::Count, &places), Vec::new(), 10.0)
}

/// What a hold consists of: the places of its cues and of its breaths, and its length.
fn parts(what: &ItemKind) -> (Vec<f64>, Vec<f64>, f64) {
    let ItemKind::Hold { cues, breaths, length, .. } = what else { panic!("{what:?}") };
    let cues = cues.iter().map(|cue| cue.at.as_secs_f64()).collect();
    (cues, breaths.iter().map(|breath| breath.at.as_secs_f64()).collect(), length.as_secs_f64())
}

#[test]
fn a_count_that_is_due_is_still_said_and_a_breath_is_still_done() {
    let next = |what: &ItemKind, into| next_beat(what, seconds(into)).map(|end| end.as_secs_f64());
    assert_eq!([1.9, 2.0, 9.2].map(|into| next(&ten_counts(), into)), [Some(2.9), Some(3.9), Some(10.0)]);
    let one = hold(cues(Track::Count, &[3.0]), Vec::new(), 10.0);
    assert_eq!(next(&one, 1.0), Some(3.9));
    let counted_breaths = hold(cues(Track::Count, &[4.0]), breaths(3), 30.0);
    assert_eq!(next(&counted_breaths, 5.0), Some(10.0));
    assert_eq!(next(&ItemKind::Wait(seconds(5.0)), 1.0), None);
}

#[test]
fn longer_is_as_many_counts_at_the_same_beat_or_as_many_breaths_with_the_same_words() {
    let (places, _, length) = parts(&more(&ten_counts()).unwrap());
    assert_eq!((places, length), ((0..10).map(f64::from).collect(), 10.0));
    let two = hold(cues(Track::Count, &[0.0, 1.0]), Vec::new(), 2.0);
    let (places, _, length) = parts(&more(&two).unwrap());
    assert_eq!((places, length), ((0..10).map(f64::from).collect(), 10.0));
    for (hold, more_time) in
        [(hold(Vec::new(), Vec::new(), 12.0), 12.0), (hold(Vec::new(), Vec::new(), 50.0), 20.0)]
    {
        assert_eq!(parts(&more(&hold).unwrap()), (Vec::new(), Vec::new(), more_time));
    }
    let breathing = more(&hold(cues(Track::Breath, &[0.0, 4.0, 10.0, 24.0]), breaths(3), 30.0)).unwrap();
    let places = [0.0, 4.0, 10.0, 24.0, 30.0, 34.0, 40.0].to_vec();
    assert_eq!(parts(&breathing), (places, [0.0, 10.0, 20.0, 30.0, 40.0].to_vec(), 50.0));
    let ItemKind::Hold { cues, .. } = breathing else { panic!() };
    let said: Vec<usize> = cues.iter().map(|cue| cue.utterance.0).collect();
    assert_eq!(said, [0, 1, 2, 3, 0, 1, 2], "an in-breath has the words of an in-breath");
}

#[test]
fn of_a_hold_a_part_is_done_and_of_breaths_whole_ones() {
    let done = |what: &ItemKind, into| Done::of(what, seconds(into));
    assert_eq!(done(&ten_counts(), 5.0), Some(Done::Part(0.5)));
    assert_eq!(done(&ten_counts(), 10.0), None);
    let breathing = hold(Vec::new(), breaths(3), 30.0);
    let many = [0.0, 9.9, 10.0, 29.9].map(|into| done(&breathing, into));
    assert_eq!(many, [0, 0, 1, 2].map(|many| Some(Done::Breaths(many))));
}

#[test]
fn what_was_done_before_a_sentence_between_two_breaths_is_not_done_again() {
    let mut spoken = cues(Track::Breath, &[0.0, 4.0, 10.0, 14.0]);
    spoken.extend(cues(Track::Speech, &[9.0]));
    spoken.sort_by_key(|cue| cue.at);
    let with_words = hold(spoken, breaths(3), 30.0);
    let before = |into| Done::before_words(&with_words, seconds(into));
    assert_eq!([8.0, 9.0, 15.0].map(before), [None, Some(Done::Breaths(1)), Some(Done::Breaths(1))]);
    for (at, done) in [(0.0, None), (10.0, Some(Done::Breaths(1)))] {
        let what = hold(cues(Track::Speech, &[at]), breaths(3), 30.0);
        assert_eq!(Done::before_words(&what, seconds(25.0)), done);
    }
}

#[test]
fn a_hold_is_parted_after_the_count_that_is_being_said_and_before_a_breath_and_its_words() {
    let (done, rest) = split(&ten_counts(), Done::Part(0.5)).unwrap();
    assert_eq!(parts(&done), ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0].to_vec(), Vec::new(), 5.0));
    assert_eq!(parts(&rest), ([1.0, 2.0, 3.0, 4.0].to_vec(), Vec::new(), 5.0));
    for (words, from) in [(10.0, 20.0), (11.0, 11.0), (19.0, 19.0)] {
        let what = hold(cues(Track::Speech, &[words]), breaths(3), 30.0);
        let (done, rest) = split(&what, Done::Breaths(2)).unwrap();
        assert_eq!(parts(&done), (if words < from { vec![words] } else { vec![] }, vec![0.0, 10.0], from));
        let left = if words < from { vec![] } else { vec![0.0] };
        assert_eq!(parts(&rest), (left, vec![20.0 - from], 30.0 - from));
    }
}

#[test]
fn what_is_left_of_a_hold_begins_with_words_where_they_come_first() {
    assert!(begins_with_words(&hold(cues(Track::Speech, &[0.0]), breaths(2), 20.0)));
    assert!(!begins_with_words(&hold(cues(Track::Speech, &[1.0]), breaths(2), 20.0)));
    assert!(!begins_with_words(&ten_counts()));
}
