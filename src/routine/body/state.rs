//! A little model of the listener's body. What is not known is `None`, and nothing is reported of it.

use super::act::{Limb, Part, Posture, Which};
use crate::diagnostic::Span;
use crate::routine::Side;

/// When something became so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Since {
    /// The text that did it.
    pub span: Span,
    /// How many holds there had been.
    pub holds: u32,
}

/// Something that may be known of a limb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known<T>(Option<(T, Since)>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy + PartialEq> Known<T> {
    pub(super) fn get(&self) -> Option<T> {
        self.0.as_ref().map(|(value, _)| *value)
    }

    pub(super) fn is(&self, value: T) -> bool {
        self.get() == Some(value)
    }

    /// When it became `value`, if it is.
    pub(super) fn since(&self, value: T) -> Option<&Since> {
        self.0.as_ref().filter(|(own, _)| *own == value).map(|(_, since)| since)
    }

    /// What is so already stays so since then.
    pub(super) fn set(&mut self, value: T, since: &Since) {
        if !self.is(value) {
            self.0 = Some((value, since.clone()));
        }
    }

    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    /// Forgets what became so before the last of these holds.
    fn forget_held(&mut self, holds: u32) {
        if self.0.as_ref().is_some_and(|(_, since)| since.holds < holds) {
            self.0 = None;
        }
    }

    /// Forgets what is otherwise in `other`.
    fn join(&mut self, other: &Self) {
        if self.get() != other.get() {
            self.0 = None;
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knee {
    Bent,
    Long,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Height {
    Down,
    Up,
}

/// What a hand is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    Free,
    /// It holds the leg of this side.
    Leg(Side),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Leg {
    pub knee: Known<Knee>,
    pub foot: Known<Height>,
    pub crossed: Known<bool>,
    pub held: Known<bool>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Arm {
    pub height: Known<Height>,
    pub grip: Known<Grip>,
}

impl Leg {
    fn join(&mut self, other: &Self) {
        self.knee.join(&other.knee);
        self.foot.join(&other.foot);
        self.crossed.join(&other.crossed);
        self.held.join(&other.held);
    }

    fn forget_held(&mut self, holds: u32) {
        self.knee.forget_held(holds);
        self.foot.forget_held(holds);
        self.crossed.forget_held(holds);
        self.held.forget_held(holds);
    }
}

impl Arm {
    fn join(&mut self, other: &Self) {
        self.height.join(&other.height);
        self.grip.join(&other.grip);
    }

    fn forget_held(&mut self, holds: u32) {
        self.height.forget_held(holds);
        self.grip.forget_held(holds);
    }
}

/// Everything that is followed.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    pub posture: Option<Posture>,
    legs: [Leg; 2],
    arms: [Arm; 2],
    pub hips: Known<Height>,
    /// Whether the head is turned or tilted to a side.
    pub head: Known<bool>,
    /// Whether the knees have sunk to a side.
    pub knees: Known<bool>,
}

/// Both sides.
pub(super) const SIDES: [Side; 2] = [Side::Right, Side::Left];

fn place(side: Side) -> usize {
    match side {
        Side::Right => 0,
        Side::Left => 1,
    }
}

impl Body {
    pub(super) fn leg(&self, side: Side) -> &Leg {
        &self.legs[place(side)]
    }

    pub(super) fn leg_mut(&mut self, side: Side) -> &mut Leg {
        &mut self.legs[place(side)]
    }

    pub(super) fn arm(&self, side: Side) -> &Arm {
        &self.arms[place(side)]
    }

    pub(super) fn arm_mut(&mut self, side: Side) -> &mut Arm {
        &mut self.arms[place(side)]
    }

    /// The hands that certainly hold the leg of this side.
    pub(super) fn holders(&self, leg: Side) -> impl Iterator<Item = Side> {
        SIDES.into_iter().filter(move |hand| self.arm(*hand).grip.is(Grip::Leg(leg)))
    }

    /// Lets go of a leg.
    pub(super) fn free_leg(&mut self, leg: Side, since: &Since) {
        let holders: Vec<Side> = self.holders(leg).collect();
        for hand in holders {
            self.arm_mut(hand).grip.set(Grip::Free, since);
        }
        self.leg_mut(leg).held.set(false, since);
    }

    /// Takes the hands from whatever they hold; whether a leg is let go is told by words alone.
    pub(super) fn free_hands(&mut self, since: &Since) {
        self.arms.iter_mut().for_each(|arm| arm.grip.set(Grip::Free, since));
    }

    /// Comes to a position: every limb moves on the way.
    pub(super) fn become_posture(&mut self, posture: Option<Posture>, since: &Since) {
        *self = Self { posture, ..Self::default() };
        if posture == Some(Posture::Standing) {
            self.legs.iter_mut().for_each(|leg| leg.foot.set(Height::Down, since));
        }
    }

    /// Forgets all limbs.
    pub(super) fn forget_limbs(&mut self) {
        *self = Self { posture: self.posture, ..Self::default() };
    }

    /// Forgets what is otherwise in `other`: the body is like one of them.
    pub(super) fn join(&mut self, other: &Self) {
        if self.posture != other.posture {
            self.posture = None;
        }
        for side in SIDES {
            self.leg_mut(side).join(other.leg(side));
            self.arm_mut(side).join(other.arm(side));
        }
        self.hips.join(&other.hips);
        self.head.join(&other.head);
        self.knees.join(&other.knees);
    }

    /// Forgets all that has been held.
    pub(super) fn forget_held(&mut self, holds: u32) {
        for side in SIDES {
            self.leg_mut(side).forget_held(holds);
            self.arm_mut(side).forget_held(holds);
        }
        self.hips.forget_held(holds);
        self.head.forget_held(holds);
        self.knees.forget_held(holds);
    }

    /// Forgets what has been held of a limb.
    pub(super) fn forget_held_of(&mut self, (part, which): Limb, holds: u32) {
        let sides = if which == Which::Unknown { &SIDES } else { which.sides() };
        match part {
            Part::Hips => self.hips.forget_held(holds),
            Part::Head => self.head.forget_held(holds),
            _ if part.is_of_leg() => {
                self.knees.forget_held(holds);
                sides.iter().for_each(|side| self.leg_mut(*side).forget_held(holds));
            }
            _ => sides.iter().for_each(|side| self.arm_mut(*side).forget_held(holds)),
        }
    }

    /// Forgets where a leg is, and of what is done with it only what has been held.
    pub(super) fn forget_place(&mut self, which: Which, holds: u32) {
        let sides = if which == Which::Unknown { &SIDES } else { which.sides() };
        self.knees.forget();
        for side in sides {
            let leg = self.leg_mut(*side);
            leg.knee.forget();
            leg.foot.forget();
            leg.forget_held(holds);
            let holders: Vec<Side> = self.holders(*side).collect();
            holders.into_iter().for_each(|hand| self.arm_mut(hand).forget_held(holds));
        }
    }

    /// Forgets what may be otherwise now; of a limb whose side is not known, both.
    pub(super) fn forget(&mut self, (part, which): Limb) {
        let sides = if which == Which::Unknown { &SIDES } else { which.sides() };
        match part {
            Part::Hips => self.hips.forget(),
            Part::Head => self.head.forget(),
            _ if part.is_of_leg() => {
                self.knees.forget();
                sides.iter().for_each(|side| self.forget_leg(*side));
            }
            _ => sides.iter().for_each(|side| self.forget_arm(*side)),
        }
    }

    fn forget_leg(&mut self, side: Side) {
        *self.leg_mut(side) = Leg::default();
        for hand in
            SIDES.into_iter().filter(|hand| self.arm(*hand).grip.is(Grip::Leg(side))).collect::<Vec<_>>()
        {
            self.arm_mut(hand).grip.forget();
        }
    }

    fn forget_arm(&mut self, side: Side) {
        if let Some(Grip::Leg(leg)) = self.arm(side).grip.get() {
            self.leg_mut(leg).held.forget();
        }
        *self.arm_mut(side) = Arm::default();
        // Whose hands hold a leg may not be known: then it may be these.
        for leg in SIDES {
            if self.holders(leg).next().is_none() {
                self.leg_mut(leg).held.forget();
            }
        }
    }
}
