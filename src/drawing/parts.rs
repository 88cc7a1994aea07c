//! What a session consists of, as far as pictures show it: the welcome, the poses, the close; and the sides.

use crate::plan::Track;
use crate::routine::Side;
use crate::score::Score;
use crate::units::Frames;

/// The welcome, a pose, or the close with the sound after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The pose, from 1; `None` for the welcome and the close.
    pub pose: Option<usize>,
    /// Its first frame.
    pub from: Frames,
    /// The frame after it.
    pub to: Frames,
}

/// A time in which one side is led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SideSpan {
    /// The side.
    pub side: Side,
    /// The onset of its first word.
    pub from: Frames,
    /// The end of its last.
    pub to: Frames,
}

/// The parts, in order, without gaps. None is empty.
pub(super) fn parts(score: &Score) -> Vec<Part> {
    let close = close(score);
    let mut parts = Vec::new();
    let mut from = Frames::ZERO;
    let ends = score.markers.iter().map(|marker| marker.at).chain([close, score.length]);
    for (place, to) in ends.enumerate() {
        let pose = (1..=score.markers.len()).contains(&place).then_some(place);
        if to > from {
            parts.push(Part { pose, from, to });
            from = to;
        }
    }
    parts
}

/// Where the words after the last pose begin: where nothing is said after it, the end.
fn close(score: &Score) -> Frames {
    let Some(last) = score.markers.last() else { return Frames::ZERO };
    let after = score.events.iter().find(|event| event.at > last.at && event.pose == 0);
    after.map_or(score.length, |event| event.at)
}

/// The sides, in order.
pub(super) fn sides(score: &Score) -> Vec<SideSpan> {
    let mut spans: Vec<SideSpan> = Vec::new();
    let mut last: Option<(Side, usize)> = None;
    for event in score.events.iter().filter(|event| event.track != Track::Chime) {
        let here = event.side.map(|side| (side, event.pose));
        let end = event.at + event.length;
        match (here, spans.last_mut()) {
            (Some(_), Some(span)) if here == last => span.to = end,
            (Some((side, _)), _) => spans.push(SideSpan { side, from: event.at, to: end }),
            (None, _) => {}
        }
        last = here;
    }
    spans
}
