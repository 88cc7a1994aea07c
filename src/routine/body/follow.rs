//! Does to a body what a text says, and finds what can't be done.

use super::act::{Act, Deed, Need, Part, Posture, Verb, Which};
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
            match need {
                Need::Kneeling if posture.is_none() => body.become_posture(Some(Posture::Kneeling), since),
                Need::HandsAndKnees => body.forget_limbs(),
                _ => off_the_hands(body),
            }
            found.extend(posture.map(|posture| Finding::WrongPosition(*need, posture)));
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

pub(super) struct Follower<'a> {
    pub body: &'a mut Body,
    pub since: &'a Since,
    pub found: &'a mut Vec<Finding>,
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
            (Verb::Push, _) => self.push(&deed),
            (_, Some((Part::Hips, _))) => self.hips(deed.verb),
            (_, Some((Part::Head, _))) => self.head(deed.verb, deed.toward),
            (Verb::Hold, Some((part, Which::Unknown))) if part.is_of_leg() => self.hold_some(&deed),
            // "That leg" is drawn in by the hands that hold it.
            (Verb::DrawIn, Some((Part::Leg, Which::Unknown))) if self.held().len() == 1 => {}
            (_, Some(limb)) if limb.1 == Which::Unknown => self.forget_all(&deed),
            (Verb::Hold, Some((part, which))) if part.is_of_leg() => self.hold(which, deed.hands),
            (Verb::Hold, Some((part, which))) if part.is_of_arm() => self.hold_with(which, &deed),
            (_, Some((part, which))) if part.is_of_leg() => self.legs(&deed, part, which),
            (_, Some((_, which))) => self.arms(&deed, which),
            (_, None) => {}
        }
    }

    /// A side that is not known may be either.
    pub(super) fn forget_all(&mut self, deed: &Deed) {
        for limb in deed.object.iter().chain(&deed.place) {
            self.body.forget(*limb);
        }
        if let Some(which) = deed.hands {
            self.body.forget((Part::Hand, which));
        }
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

    fn push(&mut self, deed: &Deed) {
        let pressing = deed.object.filter(|(part, _)| part.is_of_arm()).map(|(_, which)| which);
        if let Some(hands) = pressing.or(deed.hands) {
            return self.use_hands(hands, deed);
        }
        let Some((Part::Foot, which)) = deed.object else { return };
        for side in which.sides() {
            let leg = self.body.leg(*side);
            if leg.foot.is(Height::Up) || leg.crossed.is(true) {
                self.found.push(Finding::Ground(Ground::FootIsUp(*side)));
            }
        }
    }

    fn legs(&mut self, deed: &Deed, part: Part, which: Which) {
        if let Some(hands) = deed.hands {
            self.use_hands(hands, &Deed { object: None, place: deed.object, ..*deed });
        }
        if let Some(posture @ (Posture::Standing | Posture::AllFours | Posture::Kneeling)) = self.body.posture
            && deed.verb == Verb::IsLong
            && deed.is_lying
        {
            self.found.push(Finding::Ground(Ground::LegsCarry(posture)));
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
        self.use_hands(which, deed);
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
