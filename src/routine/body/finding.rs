//! What a body can't do, as a message with what to do about it.

use super::act::{Limb, Need, Part, Posture, Which};
use crate::diagnostic::{Diagnostic, Span};
use crate::routine::Side;

/// When something is left one-sided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Side,
    BothSides,
    Pose,
}

/// Something that is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    LegCrossed(Side),
    LegHeld(Side),
    LegUp(Side),
    ArmUp(Side),
    HipsUp,
    HeadAside,
    KneesAside,
}

/// What the listener lies, stands or leans on is needed otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    NoFootToStandOn,
    HandsCarry,
    LegsAreLong,
    FootIsUp(Side),
    KneesFromThere(Posture),
    LegsCarry(Posture),
}

/// One thing that is out of reach.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    NotDrawnIn(Side),
    NotLifted(&'static str),
    NotCrossed,
    HandHolds(Side, Side),
    HandsHold(Side),
    Ground(Ground),
    WrongPosition(Need, Posture),
    WayNotSaid(Posture, Posture),
    OneSided(Left, End),
    OneSideOnly(Side),
    Forced(String),
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Right => "right",
        Side::Left => "left",
    }
}

impl Left {
    /// The limb that is left so.
    pub(super) fn limb(self) -> Option<Limb> {
        match self {
            Self::LegCrossed(side) | Self::LegHeld(side) | Self::LegUp(side) => {
                Some((Part::Leg, Which::One(side)))
            }
            Self::ArmUp(side) => Some((Part::Arm, Which::One(side))),
            Self::HipsUp => Some((Part::Hips, Which::Both)),
            Self::HeadAside => Some((Part::Head, Which::Unknown)),
            Self::KneesAside => Some((Part::Knee, Which::Both)),
        }
    }

    /// What is left, and how it is brought back.
    fn told(self) -> (String, &'static str) {
        match self {
            Self::LegCrossed(side) => {
                (format!("the {} leg is still crossed", name(side)), "uncrosses the legs")
            }
            Self::LegHeld(side) => (format!("the {} leg is still held", name(side)), "lets go"),
            Self::LegUp(side) => (format!("the {} leg is still up", name(side)), "sets it down"),
            Self::ArmUp(side) => (format!("the {} arm is still up", name(side)), "lowers it"),
            Self::HipsUp => ("the hips are still lifted".to_owned(), "lowers them"),
            Self::HeadAside => {
                ("the head is still turned to one side".to_owned(), "brings it back to the middle")
            }
            Self::KneesAside => {
                ("the knees still lie to one side".to_owned(), "brings them back to the middle")
            }
        }
    }
}

impl Finding {
    /// The message at `span`.
    pub(super) fn at(&self, span: &Span) -> Diagnostic {
        let (code, message, help) = self.told();
        Diagnostic::warning(code, span, message, help)
    }

    fn told(&self) -> (&'static str, String, String) {
        let (code, message, help) = match self {
            Self::NotDrawnIn(side) => (
                "not-drawn-in",
                format!("the {} leg is long already: nothing has drawn it in since", name(*side)),
                "let an earlier sentence bend this leg, or leave this one out",
            ),
            Self::NotLifted(what) => (
                "not-lifted",
                format!("{what} down already: nothing has lifted it since"),
                "let an earlier sentence lift it, or leave this one out",
            ),
            Self::NotCrossed => {
                let help = "let an earlier sentence cross them, or leave this one out";
                ("not-crossed", "no leg is crossed here".to_owned(), help)
            }
            Self::HandHolds(hand, leg) => (
                "hand-is-busy",
                format!("the {} hand still holds the {} leg", name(*hand), name(*leg)),
                "let it let go first: \"Let go, and ...\"",
            ),
            Self::HandsHold(leg) => (
                "hand-is-busy",
                format!("the hands still hold the {} leg", name(*leg)),
                "let them let go first: \"Let go, and ...\"",
            ),
            Self::WrongPosition(need, posture) => return wrong_position(*need, *posture),
            Self::WayNotSaid(from, to) => return way_not_said(*from, *to),
            Self::OneSided(left, end) => return one_sided(*left, *end),
            Self::OneSideOnly(side) => (
                "one-sided",
                format!("this is held for the {} side, and the other side never comes", name(*side)),
                "use `each_side`, and `{side}` where the side is meant",
            ),
            Self::Ground(ground) => ground.told(),
            Self::Forced(words) => (
                "forced-breath",
                format!("\"{words}\" forces the breath, which keeps people awake"),
                "let it be easy: \"Breathe in slowly.\"",
            ),
        };
        (code, message, help.to_owned())
    }
}

impl Ground {
    fn told(self) -> (&'static str, String, &'static str) {
        match self {
            Self::NoFootToStandOn => (
                "no-foot-to-stand-on",
                "both feet would be off the ground, and the listener stands".to_owned(),
                "set the other foot down first",
            ),
            Self::HandsCarry => (
                "hands-carry",
                "both hands carry the listener, who is on all fours".to_owned(),
                "use one hand, or change the position first: { move_to = \"...\" }",
            ),
            Self::LegsAreLong => (
                "legs-are-long",
                "the legs lie long, so no foot can press the hips up".to_owned(),
                "say first that the knees bend, and that the feet are set down",
            ),
            Self::FootIsUp(side) => (
                "foot-is-up",
                format!("the {} foot is not on the ground, so it can't press into it", name(side)),
                "set it down first",
            ),
            Self::KneesFromThere(posture) => (
                "wrong-position",
                format!("both knees can't be drawn in while the listener is {}", posture.name()),
                "change the position first: { move_to = \"...\" }",
            ),
            Self::LegsCarry(posture) => (
                "wrong-position",
                format!("the legs can't lie while the listener is {}", posture.name()),
                "change the position first: { move_to = \"...\" }",
            ),
        }
    }
}

fn wrong_position(need: Need, posture: Posture) -> (&'static str, String, String) {
    (
        "wrong-position",
        format!("this needs {}, and the listener is {}", need.name(), posture.name()),
        "change the position first: { move_to = \"...\" }".to_owned(),
    )
}

fn way_not_said(from: Posture, to: Posture) -> (&'static str, String, String) {
    (
        "way-not-said",
        format!(
            "this pose begins {}, the words before it end {}, and `position` is not said again, as it was the last one given",
            to.name(),
            from.name()
        ),
        "let the pose before end with { move_to = \"...\" } instead of words".to_owned(),
    )
}

fn one_sided(left: Left, end: End) -> (&'static str, String, String) {
    let (what, verb) = left.told();
    let (when, place) = match end {
        End::Side => ("when the other side begins", "these steps"),
        End::BothSides => ("when both sides are done", "these steps"),
        End::Pose => ("when the pose ends", "the pose"),
    };
    (
        "one-sided",
        format!("{what} {when}"),
        format!("end {place} with a sentence that {verb}: {{ release = \"...\" }}"),
    )
}
