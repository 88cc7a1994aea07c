//! What hands hold, and what they let go of.

use super::act::{Deed, Limb, Part, Posture, Verb, Which};
use super::finding::{Finding, Ground};
use super::follow::Follower;
use super::state::{Grip, Height, SIDES};
use crate::routine::Side;

impl Follower<'_> {
    pub(super) fn let_go(&mut self, object: Option<Limb>) {
        match object {
            Some((part, which)) if part.is_of_leg() && which != Which::Unknown => {
                which.sides().iter().for_each(|leg| self.let_leg_go(*leg));
            }
            Some((part, which)) if part.is_of_arm() && which != Which::Both => {
                self.body.forget((part, which));
            }
            _ => {
                for side in SIDES {
                    if self.body.leg(side).held.is(true) {
                        self.let_leg_go(side);
                    }
                    self.body.leg_mut(side).held.set(false, self.since);
                    self.body.arm_mut(side).grip.set(Grip::Free, self.since);
                }
            }
        }
    }

    /// A leg that nothing holds any more falls where it likes.
    fn let_leg_go(&mut self, leg: Side) {
        self.body.free_leg(leg, self.since);
        self.body.leg_mut(leg).foot.forget();
    }

    /// The legs that are certainly held.
    pub(super) fn held(&self) -> Vec<Side> {
        SIDES.into_iter().filter(|side| self.body.leg(*side).held.is(true)).collect()
    }

    /// Holds a leg whose side is not said: the one that is held already, or the one that is up.
    pub(super) fn hold_some(&mut self, deed: &Deed) {
        let is_up = |side: &Side| self.body.leg(*side).foot.is(Height::Up);
        let held = self.held();
        let up: Vec<Side> = SIDES.into_iter().filter(is_up).collect();
        match (held.as_slice(), up.as_slice()) {
            ([_], _) => {}
            ([], [side]) => self.hold(Which::One(*side), deed.hands),
            _ => self.forget_all(deed),
        }
    }

    /// Holds a leg; `hands` are the ones that are named.
    pub(super) fn hold(&mut self, legs: Which, hands: Option<Which>) {
        let legs = legs.sides();
        if self.body.posture == Some(Posture::AllFours) && hands == Some(Which::Both) {
            self.found.push(Finding::Ground(Ground::HandsCarry));
        }
        for hand in hands.map_or(&[][..], Which::sides) {
            if let Some(Grip::Leg(held)) = self.body.arm(*hand).grip.get()
                && !legs.contains(&held)
            {
                self.found.push(Finding::HandHolds(*hand, held));
                self.body.free_leg(held, self.since);
            }
        }
        let is_held = |leg: &Side| self.body.leg(*leg).held.is(true);
        if hands.is_none() && !legs.is_empty() && legs.iter().all(is_held) {
            return; // The same hands hold on.
        }
        let one = if let [leg] = legs { Some(*leg) } else { None };
        for leg in legs {
            self.body.leg_mut(*leg).held.set(true, self.since);
        }
        match (hands, one) {
            (Some(Which::One(hand)), Some(leg)) => {
                self.body.arm_mut(hand).grip.set(Grip::Leg(leg), self.since);
            }
            (Some(Which::Both), Some(leg)) => {
                SIDES
                    .into_iter()
                    .for_each(|hand| self.body.arm_mut(hand).grip.set(Grip::Leg(leg), self.since));
            }
            // Whose hands hold which of the legs is not said.
            _ => SIDES.into_iter().for_each(|hand| self.body.arm_mut(hand).grip.forget()),
        }
    }

    /// Hands that hold something: a leg, if that is where they are.
    pub(super) fn hold_with(&mut self, hands: Which, deed: &Deed) {
        match deed.place {
            Some((part, legs)) if part.is_of_leg() && legs != Which::Unknown => self.hold(legs, Some(hands)),
            _ => {
                self.use_hands(hands, deed);
                self.body.forget((Part::Hand, hands));
            }
        }
    }

    /// A hand that goes elsewhere must not be one that holds a leg: `deed` moves it.
    pub(super) fn use_hands(&mut self, hands: Which, deed: &Deed) {
        let is_away = is_away(deed);
        if is_away && hands == Which::Both && self.no_hand_is_free() {
            // Whichever of them holds it, it is let go.
            for leg in self.held() {
                self.found.push(Finding::HandsHold(leg));
                self.body.free_leg(leg, self.since);
            }
            return;
        }
        for hand in hands.sides() {
            let Some(Grip::Leg(held)) = self.body.arm(*hand).grip.get() else { continue };
            let is_there = deed.place.is_some_and(|(part, which)| {
                part.is_of_leg() && (which == Which::Unknown || which.sides().contains(&held))
            });
            let is_alone = hands != Which::Both && self.body.holders(held).count() == 1;
            if (is_alone && !is_there) || is_away {
                self.found.push(Finding::HandHolds(*hand, held));
                self.body.free_leg(held, self.since);
            }
        }
    }

    fn no_hand_is_free(&self) -> bool {
        SIDES.into_iter().all(|hand| !self.body.arm(hand).grip.is(Grip::Free))
    }
}

/// Whether `deed` takes hands where they can hold no leg.
fn is_away(deed: &Deed) -> bool {
    let is_hand = matches!(deed.object, Some((Part::Hand, _)));
    let is_on_a_limb = deed.place.is_some_and(|(part, _)| part.is_of_leg() || part.is_of_arm());
    match deed.verb {
        // Elbows may lie anywhere.
        Verb::Place => is_hand && !is_on_a_limb,
        Verb::Push | Verb::Lengthen | Verb::Lift => deed.is_far && !is_on_a_limb,
        _ => false,
    }
}
