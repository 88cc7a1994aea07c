//! Does to a body what a text says, and finds what can't be done.

use super::act::{Act, Deed, Limb, Part, Posture, Verb, Which};
use super::finding::{Finding, Ground};
use super::state::{Body, Grip, Height, Knee, SIDES, Since};
use crate::routine::Side;

/// Lets `body` follow `act`; what is out of reach goes to `found`.
pub(super) fn follow(body: &mut Body, act: &Act, since: &Since, found: &mut Vec<Finding>) {
    match act {
        Act::Do(deed) => Follower { body, since, found }.deed(*deed),
        Act::Maybe(deed) => {
            let mut done = body.clone();
            Follower { body: &mut done, since, found: &mut Vec::new() }.deed(*deed);
            body.join(&done);
        }
        Act::Become(Some(posture)) if same_place(body.posture, *posture) => {}
        Act::Become(posture) => body.become_posture(*posture, since),
        Act::Seems(posture) => {
            if body.posture.is_some_and(|known| known != *posture) {
                body.become_posture(None, since);
            }
        }
        Act::Doubt(limbs) => limbs.iter().for_each(|limb| match limb {
            // Nobody uncrosses a leg that was crossed just now.
            (part, which) if part.is_of_leg() => body.forget_place(*which, since.holds),
            limb => body.forget(*limb),
        }),
        Act::DoubtHeld(limbs) => limbs.iter().for_each(|limb| body.forget_held_of(*limb, since.holds)),
        Act::Murky => {
            body.forget_held(since.holds);
            off_the_hands(body);
        }
        Act::DoubtAll => body.forget_limbs(),
        Act::Needs(need) => {
            let posture = body.posture.filter(|posture| need.is_out_of_reach(*posture));
            found.extend(posture.map(|posture| Finding::WrongPosition(*need, posture)));
            off_the_hands(body);
        }
        Act::Force(words) => found.push(Finding::Forced(words.clone())),
    }
}

/// Whoever is on all fours may have sunk back, so that the hands carry nothing.
fn off_the_hands(body: &mut Body) {
    if body.posture == Some(Posture::AllFours) {
        body.posture = Some(Posture::Kneeling);
    }
}

/// Whether a body that sits on a chair, say, stays there when it is told to sit.
fn same_place(known: Option<Posture>, named: Posture) -> bool {
    known == Some(named) || (known == Some(Posture::OnChair) && named == Posture::Sitting)
}

struct Follower<'a> {
    body: &'a mut Body,
    since: &'a Since,
    found: &'a mut Vec<Finding>,
}

impl Follower<'_> {
    fn deed(&mut self, deed: Deed) {
        match (deed.verb, deed.object) {
            (Verb::LetGo, object) => self.let_go(object),
            (Verb::Uncross, _) => self.uncross(),
            (Verb::Middle, None) => {
                self.body.head.set(false, self.since);
                self.body.knees.set(false, self.since);
            }
            (Verb::Push, object) => self.push(object),
            (_, Some((Part::Hips, _))) => self.hips(deed.verb),
            (_, Some((Part::Head, _))) => self.head(deed.verb, deed.toward),
            (Verb::Hold, Some((part, Which::Unknown))) if part.is_of_leg() => self.hold_some(&deed),
            // "That leg" is drawn in by the hands that hold it.
            (Verb::DrawIn, Some((Part::Leg, Which::Unknown))) if self.held().len() == 1 => {}
            (_, Some(limb)) if limb.1 == Which::Unknown => self.forget_all(&deed),
            (Verb::Hold, Some((part, which))) if part.is_of_leg() => self.hold(which, deed.hands),
            (Verb::Hold, Some((part, which))) if part.is_of_arm() => self.hold_with(which, deed.place),
            (_, Some((part, which))) if part.is_of_leg() => self.legs(&deed, part, which),
            (_, Some((_, which))) => self.arms(&deed, which),
            (_, None) => {}
        }
    }

    /// A side that is not known may be either.
    fn forget_all(&mut self, deed: &Deed) {
        for limb in deed.object.iter().chain(&deed.place) {
            self.body.forget(*limb);
        }
        if let Some(which) = deed.hands {
            self.body.forget((Part::Hand, which));
        }
    }

    fn let_go(&mut self, object: Option<Limb>) {
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

    fn uncross(&mut self) {
        if SIDES.into_iter().all(|side| self.body.leg(side).crossed.is(false)) {
            self.found.push(Finding::NotCrossed);
        }
        for side in SIDES {
            let leg = self.body.leg_mut(side);
            if !leg.crossed.is(false) {
                leg.foot.forget();
            }
            leg.crossed.set(false, self.since);
        }
    }

    fn push(&mut self, object: Option<Limb>) {
        let Some((Part::Foot, which)) = object else { return };
        for side in which.sides() {
            let leg = self.body.leg(*side);
            if leg.foot.is(Height::Up) || leg.crossed.is(true) {
                self.found.push(Finding::Ground(Ground::FootIsUp(*side)));
            }
        }
    }

    /// The legs that are certainly held.
    fn held(&self) -> Vec<Side> {
        SIDES.into_iter().filter(|side| self.body.leg(*side).held.is(true)).collect()
    }

    /// Holds a leg whose side is not said: the one that is held already, or the one that is up.
    fn hold_some(&mut self, deed: &Deed) {
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
    fn hold(&mut self, legs: Which, hands: Option<Which>) {
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
    fn hold_with(&mut self, hands: Which, place: Option<Limb>) {
        match place {
            Some((part, legs)) if part.is_of_leg() && legs != Which::Unknown => self.hold(legs, Some(hands)),
            _ => {
                self.use_hands(hands, None);
                self.body.forget((Part::Hand, hands));
            }
        }
    }

    /// A hand that goes elsewhere must not be the only one that holds a leg.
    fn use_hands(&mut self, hands: Which, place: Option<Limb>) {
        let Which::One(hand) = hands else { return };
        let Some(Grip::Leg(held)) = self.body.arm(hand).grip.get() else { return };
        let is_there = place.is_some_and(|(part, which)| part.is_of_leg() && which.sides().contains(&held));
        if self.body.holders(held).count() == 1 && !is_there {
            self.found.push(Finding::HandHolds(hand, held));
            self.body.free_leg(held, self.since);
        }
    }

    fn legs(&mut self, deed: &Deed, part: Part, which: Which) {
        if let Some(hands) = deed.hands {
            self.use_hands(hands, deed.object);
        }
        if !matches!(deed.verb, Verb::Aside | Verb::Middle) {
            self.body.knees.forget();
        }
        match deed.verb {
            Verb::Lift | Verb::DrawIn => self.off_the_ground(deed.verb, part, which),
            Verb::Lower => self.check_lifted(part, which),
            Verb::SlideOut if part != Part::Knee => self.check_drawn_in(which),
            Verb::Aside => return self.aside(part, which, deed.toward),
            Verb::Middle => return self.body.knees.set(false, self.since),
            Verb::Place => return self.place(deed, which),
            _ => {}
        }
        which.sides().iter().for_each(|side| self.leg(deed.verb, part, *side));
    }

    /// Who stands needs a foot to stand on.
    fn off_the_ground(&mut self, verb: Verb, part: Part, which: Which) {
        let posture = self.body.posture;
        let others_up = match which {
            Which::Both => part != Part::Knee || verb == Verb::DrawIn,
            Which::One(side) => self.body.leg(side.other()).foot.is(Height::Up),
            Which::Unknown => false,
        };
        if posture == Some(Posture::Standing) && others_up {
            self.found.push(Finding::Ground(Ground::NoFootToStandOn));
        } else if let Some(posture @ Posture::AllFours) = posture
            && which == Which::Both
            && verb == Verb::DrawIn
            && part == Part::Knee
        {
            self.found.push(Finding::Ground(Ground::KneesFromThere(posture)));
        }
    }

    /// "Slide both legs long" is said of one, too, whose other one is long.
    fn check_drawn_in(&mut self, which: Which) {
        let body = &*self.body;
        let is_long =
            |side: &Side| body.leg(*side).knee.is(Knee::Long) && !body.leg(*side).foot.is(Height::Up);
        if which.sides().iter().all(is_long)
            && let Some(side) = which.sides().first()
        {
            self.found.push(Finding::NotDrawnIn(*side));
        }
    }

    fn check_lifted(&mut self, part: Part, which: Which) {
        let body = &*self.body;
        let is_down = |side: &Side| {
            let leg = body.leg(*side);
            let is_flat =
                part == Part::Foot || leg.knee.is(Knee::Long) || body.posture == Some(Posture::Standing);
            leg.foot.is(Height::Down) && is_flat && !leg.crossed.is(true)
        };
        if part != Part::Knee && !which.sides().is_empty() && which.sides().iter().all(is_down) {
            let what = if part == Part::Foot { "this foot is" } else { "this leg is" };
            self.found.push(Finding::NotLifted(what));
        }
    }

    fn aside(&mut self, part: Part, which: Which, toward: Option<Side>) {
        if part == Part::Foot || which != Which::Both || toward.is_none() {
            return self.body.forget((part, which));
        }
        self.body.knees.set(true, self.since);
    }

    /// A leg that is put on the other one is crossed.
    fn place(&mut self, deed: &Deed, which: Which) {
        match (deed.object, deed.place) {
            (Some((part, Which::One(side))), Some((on, Which::One(other))))
                if on.is_of_leg() && side != other =>
            {
                self.leg(Verb::Cross, part, side);
            }
            _ => self.body.forget((Part::Leg, which)),
        }
    }

    fn leg(&mut self, verb: Verb, part: Part, side: Side) {
        let since = self.since;
        // A knee may go anywhere on all fours, and whoever flexes a foot bends no knee.
        let may_be_otherwise = match part {
            Part::Knee => matches!(verb, Verb::IsDown | Verb::SetDown | Verb::Lower | Verb::SlideOut),
            Part::Foot => verb == Verb::Bend,
            _ => false,
        };
        if may_be_otherwise {
            return self.body.forget((part, Which::One(side)));
        }
        if matches!(verb, Verb::SlideOut | Verb::Lower | Verb::SetDown | Verb::IsLong | Verb::IsDown) {
            self.body.free_leg(side, since);
            self.body.leg_mut(side).crossed.set(false, since);
        }
        let leg = self.body.leg_mut(side);
        match verb {
            Verb::Bend | Verb::IsBent => {
                leg.knee.set(Knee::Bent, since);
                if verb == Verb::Bend {
                    leg.foot.forget();
                }
            }
            Verb::DrawIn => {
                leg.knee.set(Knee::Bent, since);
                if part == Part::Foot { leg.foot.forget() } else { leg.foot.set(Height::Up, since) }
            }
            Verb::SlideOut | Verb::IsLong => {
                // A heel that slides out may leave the knee a little bent.
                if part == Part::Foot {
                    leg.knee.forget()
                } else {
                    leg.knee.set(Knee::Long, since)
                }
                leg.foot.set(Height::Down, since);
            }
            Verb::Lengthen => leg.knee.set(Knee::Long, since),
            Verb::Lift => leg.foot.set(Height::Up, since),
            Verb::Lower => leg.foot.set(Height::Down, since),
            Verb::SetDown | Verb::IsDown => {
                leg.foot.set(Height::Down, since);
                if part == Part::Foot && !leg.knee.is(Knee::Bent) {
                    leg.knee.forget();
                }
            }
            Verb::Cross => {
                leg.crossed.set(true, since);
                leg.foot.set(Height::Up, since);
            }
            _ => self.body.forget((part, Which::One(side))),
        }
    }

    fn arms(&mut self, deed: &Deed, which: Which) {
        if deed.verb == Verb::Lift && which == Which::Both && self.body.posture == Some(Posture::AllFours) {
            self.found.push(Finding::Ground(Ground::HandsCarry));
        }
        self.use_hands(which, deed.place);
        let is_down = |side: &Side| self.body.arm(*side).height.is(Height::Down);
        if deed.verb == Verb::Lower && which.sides().iter().all(is_down) {
            self.found.push(Finding::NotLifted("this arm is"));
        }
        for side in which.sides() {
            self.body.forget((Part::Arm, Which::One(*side)));
            let arm = self.body.arm_mut(*side);
            match deed.verb {
                Verb::Lift => arm.height.set(Height::Up, self.since),
                Verb::Lower | Verb::Rest => {
                    arm.height.set(Height::Down, self.since);
                    arm.grip.set(Grip::Free, self.since);
                }
                _ => {}
            }
        }
    }

    fn hips(&mut self, verb: Verb) {
        if verb != Verb::Lift {
            return self.body.hips.forget();
        }
        let is_long = |side: Side| self.body.leg(side).knee.is(Knee::Long);
        if self.body.posture == Some(Posture::OnBack) && SIDES.into_iter().all(is_long) {
            self.found.push(Finding::Ground(Ground::LegsAreLong));
        }
        self.body.hips.set(Height::Up, self.since);
    }

    fn head(&mut self, verb: Verb, toward: Option<Side>) {
        match verb {
            Verb::Aside if toward.is_some() => self.body.head.set(true, self.since),
            Verb::Middle => self.body.head.set(false, self.since),
            _ => self.body.head.forget(),
        }
    }
}
