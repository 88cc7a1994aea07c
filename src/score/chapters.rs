//! The chapters of a score: the welcome, every pose, and the close.

use super::Score;
use crate::units::Frames;

/// A part of a session that a player can jump to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its first frame.
    pub at: Frames,
    /// Its name.
    pub name: String,
}

/// The chapters in order: one for each pose, and one each for what is said before the first pose and after the last,
/// where there is any; these two get the names given here.
pub fn chapters(score: &Score, welcome: &str, close: &str) -> Vec<Chapter> {
    let chapter = |at, name: &str| Chapter { at, name: name.to_owned() };
    let outside = |event: &&super::ScoreEvent| event.pose == 0;
    let first = score.markers.first().map_or(Frames::NEVER, |marker| marker.at);
    let last = score.markers.last().map_or(Frames::ZERO, |marker| marker.at);
    let welcomes = score.events.iter().filter(outside).any(|event| event.at < first);
    let close_at = score.events.iter().filter(outside).map(|event| event.at).find(|at| *at > last);
    let poses = score.markers.iter().map(|marker| chapter(marker.at, &marker.name));
    let mut chapters: Vec<Chapter> = welcomes.then(|| chapter(Frames::ZERO, welcome)).into_iter().collect();
    chapters.extend(poses);
    chapters.extend(close_at.map(|at| chapter(at, close)));
    chapters
}
