//! What a sentence does to the body.

use serde::Deserialize;

use crate::routine::Side;

/// What is done to a part of the body. The names are those of the lexicons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verb {
    /// Bends a knee; the foot may be anywhere.
    Bend,
    /// Draws a knee in to the body.
    DrawIn,
    /// Slides a leg out that was drawn in.
    SlideOut,
    /// Makes a limb long, wherever it is.
    Lengthen,
    /// Takes it up from the ground.
    Lift,
    /// Takes it down from where it was lifted.
    Lower,
    /// Puts it down, wherever it was.
    SetDown,
    /// Crosses a leg over the other.
    Cross,
    /// Takes crossed legs apart.
    Uncross,
    /// Puts a limb on another.
    Place,
    /// Holds on to it.
    Hold,
    /// Lets go of what is held.
    LetGo,
    /// Lets arms lie where nothing holds them.
    Rest,
    /// Turns or sinks to a side.
    Aside,
    /// Brings it back to the middle.
    Middle,
    /// Presses into the ground with it.
    Push,
    /// Says that it is long.
    IsLong,
    /// Says that it is bent.
    IsBent,
    /// Says that it is on the ground.
    IsDown,
    /// Moves nothing.
    Still,
}

impl Verb {
    /// How much it counts when a clause has several: what is done, then how a limb is, then that nothing is done.
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Still => 0,
            Self::IsLong | Self::IsBent | Self::IsDown => 1,
            _ => 2,
        }
    }
}

/// A part of the body that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Knee,
    Leg,
    Foot,
    Hand,
    Arm,
    Hips,
    Head,
}

impl Part {
    /// Whether it belongs to a leg.
    pub(super) fn is_of_leg(self) -> bool {
        matches!(self, Self::Knee | Self::Leg | Self::Foot)
    }

    /// Whether it belongs to an arm.
    pub(super) fn is_of_arm(self) -> bool {
        matches!(self, Self::Hand | Self::Arm)
    }
}

/// Which of two limbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    One(Side),
    Both,
    /// One of them, or nobody knows.
    Unknown,
}

impl Which {
    /// The sides that are certainly meant.
    pub(super) fn sides(self) -> &'static [Side] {
        match self {
            Self::One(Side::Right) => &[Side::Right],
            Self::One(Side::Left) => &[Side::Left],
            Self::Both => &[Side::Right, Side::Left],
            Self::Unknown => &[],
        }
    }
}

/// A part with its side.
pub(super) type Limb = (Part, Which);

/// A position of the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Posture {
    OnBack,
    OnSide,
    OnBelly,
    Sitting,
    OnChair,
    Kneeling,
    AllFours,
    Standing,
}

impl Posture {
    /// Whether its name may be the place of a hand: "on your belly".
    pub(super) fn is_named_by_a_part(self) -> bool {
        matches!(self, Self::OnBack | Self::OnSide | Self::OnBelly | Self::Kneeling)
    }

    /// Its name after "the listener is".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OnBack => "lying on the back",
            Self::OnSide => "lying on one side",
            Self::OnBelly => "lying on the belly",
            Self::Sitting => "sitting",
            Self::OnChair => "sitting on a chair",
            Self::Kneeling => "kneeling",
            Self::AllFours => "on all fours",
            Self::Standing => "standing",
        }
    }
}

/// What some words need that name no position themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Need {
    AllFours,
    /// All fours, with nothing said of sinking back from there.
    HandsAndKnees,
    Kneeling,
    OnBack,
    FaceDown,
    Standing,
    OnChair,
}

impl Need {
    /// Its name after "this needs".
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::AllFours | Self::HandsAndKnees => "all fours",
            Self::Kneeling => "a listener who kneels",
            Self::OnBack => "a listener on the back",
            Self::FaceDown => "a face that looks down",
            Self::Standing => "a listener who stands",
            Self::OnChair => "a chair",
        }
    }

    /// The position that it names, in a text that names a position.
    pub(super) fn posture(self) -> Option<Posture> {
        match self {
            Self::HandsAndKnees => Some(Posture::AllFours),
            Self::Kneeling => Some(Posture::Kneeling),
            _ => None,
        }
    }

    /// Whether it can't be done in `posture`.
    pub(super) fn is_out_of_reach(self, posture: Posture) -> bool {
        use Posture::{AllFours, Kneeling, OnBack, OnBelly, OnChair, OnSide, Sitting, Standing};
        match self {
            Self::AllFours | Self::HandsAndKnees | Self::Kneeling => matches!(posture, OnBack | OnSide),
            Self::OnBack => matches!(posture, OnBelly | Kneeling | AllFours | Standing),
            Self::FaceDown => posture == OnBack,
            Self::Standing => matches!(posture, OnBack | OnSide | OnBelly | AllFours | Kneeling),
            Self::OnChair => !matches!(posture, OnChair | Sitting | Standing),
        }
    }
}

/// One thing that a text does, says or needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Do(Deed),
    /// It may be left undone.
    Maybe(Deed),
    /// The whole body comes to a position, or to one that is not known.
    Become(Option<Posture>),
    /// The body is said to be in a position, or may go there.
    Seems(Posture),
    /// These limbs may be anywhere afterwards.
    Doubt(Vec<Limb>),
    /// What has been held of these limbs may have ended.
    DoubtHeld(Vec<Limb>),
    /// All limbs may be anywhere afterwards.
    DoubtAll,
    /// Words that are not understood: whatever has been held may have ended.
    Murky,
    Needs(Need),
    /// Breath is forced, in these words.
    Force(String),
}

/// One verb with its parts of the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Deed {
    pub verb: Verb,
    /// What it is done to.
    pub object: Option<Limb>,
    /// Where that comes to.
    pub place: Option<Limb>,
    /// The hands that do it.
    pub hands: Option<Which>,
    /// The side that it goes to.
    pub toward: Option<Side>,
    /// Whether it is done where hands can hold no leg: overhead, or on the ground.
    pub is_far: bool,
    /// Whether legs are said to lie.
    pub is_lying: bool,
}
