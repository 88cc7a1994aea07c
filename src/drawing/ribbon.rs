//! A session in two lines of a terminal: where its poses begin, and what is heard when.

use super::parts;
use crate::plan::Track;
use crate::score::Score;
use crate::units::Frames;

/// What is heard in a column, most of its time.
const QUIET: char = '░';
const PACED: char = '▒';
const WORDS: char = '█';
/// Words in so much of a column's time are what it is about: between sentences there are pauses.
const ENOUGH: f64 = 0.25;
/// A beat belongs to its hold until the next one; the longest is a long breath.
const BEAT_S: f64 = 12.0;

/// What the signs mean.
pub const LEGEND: &str = "█ words  ▒ counts and breaths  ░ the sound alone";

/// Two lines of `columns` signs: the numbers of the poses where they begin, and what is heard.
pub fn ribbon(score: &Score, columns: usize) -> [String; 2] {
    let length = score.length.to_seconds(score.rate);
    let column = length / columns as f64;
    let place = |seconds: f64| ((seconds / column) as usize).min(columns.saturating_sub(1));
    let mut numbers = vec![' '; columns];
    for part in parts::parts(score) {
        let Some(pose) = part.pose else { continue };
        let label: Vec<char> = pose.to_string().chars().collect();
        let at = place(part.from.to_seconds(score.rate));
        // A number is left out where the one before has no room beside it.
        let is_free = (at == 0 || numbers[at - 1] == ' ') && at + label.len() <= columns;
        if is_free && numbers[at..at + label.len()].iter().all(|sign| *sign == ' ') {
            numbers[at..at + label.len()].copy_from_slice(&label);
        }
    }
    let (words, paced) = heard(score, columns, column);
    let signs = words.iter().zip(&paced).map(|(words, paced)| {
        let is_spoken = *words >= ENOUGH * column;
        match () {
            () if is_spoken && words >= paced => WORDS,
            () if *paced >= column / 2.0 => PACED,
            () if is_spoken => WORDS,
            () => QUIET,
        }
    });
    let numbers: String = numbers.into_iter().collect();
    [numbers.trim_end().to_owned(), signs.collect()]
}

/// The seconds of words, and of holds that are paced, in each column.
fn heard(score: &Score, columns: usize, column: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut words, mut paced) = (vec![0.0; columns], vec![0.0; columns]);
    let mut add = |to: Track, from: f64, end: f64| {
        let lane = if to == Track::Speech { &mut words } else { &mut paced };
        for (place, sum) in lane.iter_mut().enumerate() {
            let (left, right) = (place as f64 * column, (place + 1) as f64 * column);
            *sum += (end.min(right) - from.max(left)).max(0.0);
        }
    };
    let seconds = |frames: Frames| frames.to_seconds(score.rate);
    for (place, event) in score.events.iter().enumerate() {
        let (from, mut end) = (seconds(event.at), seconds(event.at + event.length));
        match event.track {
            Track::Speech => {}
            Track::Count | Track::Breath => {
                let next = score.events.get(place + 1).map_or(end, |next| seconds(next.at));
                end = next.min(from + BEAT_S).max(end);
            }
            Track::Chime => continue,
        }
        add(event.track, from, end);
    }
    for breath in &score.breaths {
        add(Track::Breath, seconds(breath.at), seconds(breath.at + breath.length));
    }
    (words, paced)
}
