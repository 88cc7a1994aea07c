//! What is left one-sided when a side or a pose ends.

use super::act::Posture;
use super::finding::{End, Left};
use super::state::{Body, Height, Known, SIDES, Since};
use crate::diagnostic::Span;
use crate::routine::Side;

/// What was not so at `start` and is left in `body` after `holds` holds; and the text that did it.
pub(super) fn left(start: &Body, body: &Body, holds: u32, end: End) -> Vec<(Left, Span)> {
    let mut found = Vec::new();
    let is_on_side = body.posture == Some(Posture::OnSide);
    for side in SIDES.into_iter().filter(|_| end != End::Pose || !is_on_side) {
        found.extend(leg(start, body, side, holds).filter(|(left, _)| !is_told_later(*left, body, end)));
        let was_up = start.arm(side).height.is(Height::Up);
        let is_alone = !body.arm(side.other()).height.is(Height::Up);
        let up = since_hold(&body.arm(side).height, Height::Up, holds).filter(|_| is_alone && !was_up);
        found.extend(up.map(|since| (Left::ArmUp(side), since)));
    }
    if end == End::Pose {
        found.extend(middle(start, body, holds));
    }
    found.into_iter().map(|(what, since)| (what, since.span.clone())).collect()
}

/// Whoever stands can't lift the other foot then, which is what is told.
fn is_told_later(left: Left, body: &Body, end: End) -> bool {
    end == End::Side && body.posture == Some(Posture::Standing) && matches!(left, Left::LegUp(_))
}

/// Since when it is so, if a hold has passed meanwhile.
fn since_hold<T: Copy + PartialEq>(known: &Known<T>, value: T, holds: u32) -> Option<&Since> {
    known.since(value).filter(|since| since.holds < holds)
}

fn leg<'a>(start: &Body, body: &'a Body, side: Side, holds: u32) -> Option<(Left, &'a Since)> {
    let (before, leg, other) = (start.leg(side), body.leg(side), body.leg(side.other()));
    let crossed = leg.crossed.since(true).filter(|_| !before.crossed.is(true) && !other.crossed.is(true));
    let held = leg.held.since(true).filter(|_| !before.held.is(true) && !other.held.is(true));
    let up = since_hold(&leg.foot, Height::Up, holds);
    let up = up.filter(|_| !before.foot.is(Height::Up) && !other.foot.is(Height::Up));
    let crossed = crossed.map(|since| (Left::LegCrossed(side), since));
    let held = held.map(|since| (Left::LegHeld(side), since));
    crossed.or(held).or(up.map(|since| (Left::LegUp(side), since)))
}

fn middle<'a>(start: &Body, body: &'a Body, holds: u32) -> Vec<(Left, &'a Since)> {
    let hips = since_hold(&body.hips, Height::Up, holds).filter(|_| !start.hips.is(Height::Up));
    // A head rests on one side when the face is down, and whoever lies on one side may have the knees there.
    let is_lying_back = body.posture == Some(Posture::OnBack);
    let is_upright = matches!(body.posture, Some(Posture::Sitting | Posture::OnChair | Posture::Standing));
    let head = since_hold(&body.head, true, holds).filter(|_| is_lying_back || is_upright);
    let knees = since_hold(&body.knees, true, holds).filter(|_| is_lying_back);
    let hips = hips.map(|since| (Left::HipsUp, since));
    let head = head.map(|since| (Left::HeadAside, since));
    let knees = knees.map(|since| (Left::KneesAside, since));
    [hips, head, knees].into_iter().flatten().collect()
}
