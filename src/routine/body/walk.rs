//! Walks a body through a routine: every level, both sides, and the second round of what is repeated.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::act::{Act, Part, Posture, Verb, Which};
use super::finding::{End, Finding};
use super::follow::follow;
use super::lexicon::Lexicon;
use super::read;
use super::state::{Body, Height, Since};
use super::tension::left;
use crate::diagnostic::{Diagnostic, Span};
use crate::routine::text::{Text, fill_sides};
use crate::routine::{Ending, Level, Opening, Pose, Routine, Side, Step, StepKind};

/// What a body can't follow in `routine`: each problem once, whatever levels and sides it is met on.
pub(in crate::routine) fn warnings(routine: &Routine, lexicon: &Lexicon) -> Vec<Diagnostic> {
    let mut found = Found::default();
    let mut texts = Texts { lexicon, read: HashMap::new() };
    for level in [Level::Standard, Level::Gentle, Level::Deeper] {
        let mut walk = Walk::new(routine, level, &mut texts, &mut found);
        routine.poses.iter().enumerate().for_each(|(place, pose)| walk.pose(place, pose));
    }
    let is_welcomed = routine.opening == Opening::Full && !routine.is_still();
    if let Some(first) = routine.poses.first().filter(|_| found.moves && is_welcomed)
        && routine.start().is_none()
    {
        found.warnings.push(Diagnostic::warning(
            "start-not-said",
            first.name.span(),
            "the welcome can't say where to begin",
            "give the first pose a `position`: \"lying on your back\"",
        ));
    }
    found.warnings
}

/// Warnings, each once.
#[derive(Default)]
struct Found {
    warnings: Vec<Diagnostic>,
    known: BTreeSet<(&'static str, usize)>,
    /// Whether a part of the body is moved.
    moves: bool,
}

impl Found {
    fn report(&mut self, finding: &Finding, span: &Span) {
        let warning = finding.at(span);
        if self.known.insert((warning.code, span.0.start)) {
            self.warnings.push(warning);
        }
    }
}

/// Texts, each read once for a side.
struct Texts<'a> {
    lexicon: &'a Lexicon,
    read: HashMap<(*const Text, Option<Side>), Rc<Vec<Act>>>,
}

impl Texts<'_> {
    fn filled(&self, text: &Text, side: Option<Side>) -> String {
        let word = |entries: &[super::vocabulary::Entry]| {
            entries.first().map(|entry| entry.written().to_owned()).unwrap_or_default()
        };
        let (right, left) = (word(&self.lexicon.right), word(&self.lexicon.left));
        side.map_or_else(|| text.as_str().to_owned(), |side| fill_sides(text.as_str(), side, &right, &left))
    }

    fn acts(&mut self, text: &Text, side: Option<Side>, is_maybe: bool) -> Rc<Vec<Act>> {
        let key = (std::ptr::from_ref(text), side);
        if let Some(known) = self.read.get(&key) {
            return Rc::clone(known);
        }
        let acts = Rc::new(read::acts(self.lexicon, &self.filled(text, side), is_maybe));
        self.read.insert(key, Rc::clone(&acts));
        acts
    }
}

struct Walk<'a, 'b> {
    routine: &'a Routine,
    level: Level,
    texts: &'b mut Texts<'a>,
    found: &'b mut Found,
    body: Body,
    side: Option<Side>,
    /// The position that was said last.
    position: Option<String>,
    holds: u32,
    /// What one side did outside `each_side` in this pose.
    alone: Vec<(Part, Side, Since)>,
    /// What of it was held.
    held_alone: Vec<(Side, Since)>,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(routine: &'a Routine, level: Level, texts: &'b mut Texts<'a>, found: &'b mut Found) -> Self {
        Self {
            routine,
            level,
            texts,
            found,
            body: Body::default(),
            side: None,
            position: None,
            holds: 0,
            alone: Vec::new(),
            held_alone: Vec::new(),
        }
    }

    fn pose(&mut self, place: usize, pose: &Pose) {
        self.alone.clear();
        self.held_alone.clear();
        if let Some(position) = &pose.position {
            self.move_to(position);
        }
        self.steps(&pose.steps);
        let is_last = place + 1 == self.routine.poses.len();
        if is_last && self.routine.ending == Ending::Asleep {
            return; // However one falls asleep, it is right.
        }
        self.report_left(&Body::default(), End::Pose);
        let near = &self.routine.poses[place.saturating_sub(1)..(place + 2).min(self.routine.poses.len())];
        for (side, since) in std::mem::take(&mut self.held_alone) {
            if self.body.posture != Some(Posture::OnSide) && !self.is_named(near, side.other()) {
                self.found.report(&Finding::OneSideOnly(side), &since.span);
            }
        }
    }

    /// A position is said only where it is another one than the last that was said.
    fn move_to(&mut self, position: &Text) {
        let text = self.texts.filled(position, self.side);
        let (posture, said) = read::position(self.texts.lexicon, &text);
        let since = self.since(position);
        if self.position.as_ref() == Some(&text) {
            if let (Some(from), Some(to)) = (self.body.posture, posture)
                && !is_near(from, to)
            {
                self.found.report(&Finding::WayNotSaid(from, to), position.span());
                self.body.become_posture(Some(to), &since);
            }
            return;
        }
        self.body.become_posture(posture, &since);
        // What a position says of the limbs is so, and nobody has done it.
        said.iter().for_each(|act| follow(&mut self.body, act, &since, &mut Vec::new()));
        self.position = Some(text);
    }

    fn since(&self, text: &Text) -> Since {
        Since { span: text.span().clone(), holds: self.holds }
    }

    fn steps(&mut self, steps: &[Step]) {
        steps.iter().for_each(|step| self.step(&step.kind));
    }

    fn step(&mut self, kind: &StepKind) {
        match kind {
            StepKind::Say(text)
            | StepKind::Wait { text, .. }
            | StepKind::Inhale(text)
            | StepKind::Exhale(text) => {
                self.say(text, false);
            }
            StepKind::Release(text) => {
                self.body.free_hands(&self.since(text));
                self.say(text, false);
            }
            StepKind::Option(text) => self.say(text, true),
            StepKind::MoveTo { position, .. } => self.move_to(position),
            StepKind::Count { .. } | StepKind::Breaths(_) | StepKind::Sway(_) | StepKind::Seconds { .. } => {
                self.hold()
            }
            StepKind::EachSide(inner) => self.each_side(inner),
            // A third round begins as the second does.
            StepKind::Repeat { times, steps, .. } => (0..(*times).min(2)).for_each(|_| self.steps(steps)),
            StepKind::Only(level, inner) if *level == self.level => self.steps(inner),
            // A short form stands for sentences that are walked through.
            StepKind::Short(_) | StepKind::Only(..) | StepKind::Rest { .. } | StepKind::Sound(_) => {}
        }
    }

    fn say(&mut self, text: &Text, is_maybe: bool) {
        let since = self.since(text);
        let mut findings = Vec::new();
        for act in self.texts.acts(text, self.side, is_maybe).iter() {
            follow(&mut self.body, act, &since, &mut findings);
            self.found.moves |= matches!(act, Act::Do(deed) if deed.object.is_some());
            if let (None, Act::Do(deed)) = (self.side, act)
                && let (Verb::DrawIn | Verb::Lift | Verb::Cross | Verb::Hold | Verb::Place, Some(object)) =
                    (deed.verb, deed.object)
                && let (part, Which::One(side)) = object
            {
                self.alone.push((part, side, since.clone()));
            }
        }
        for finding in findings {
            self.found.report(&finding, text.span());
        }
    }

    fn hold(&mut self) {
        self.holds += 1;
        for (part, side, since) in std::mem::take(&mut self.alone) {
            let (leg, arm) = (self.body.leg(side), self.body.arm(side));
            let is_held = if part.is_of_leg() {
                leg.foot.is(Height::Up) || leg.crossed.is(true) || leg.held.is(true)
            } else {
                part.is_of_arm() && arm.height.is(Height::Up)
            };
            if is_held {
                self.held_alone.push((side, since));
            }
        }
    }

    fn each_side(&mut self, steps: &[Step]) {
        let sides = self.routine.order.sides();
        for (side, end) in sides.into_iter().zip([End::Side, End::BothSides]) {
            let start = self.body.clone();
            self.side = Some(side);
            self.steps(steps);
            self.side = None;
            self.report_left(&start, end);
        }
    }

    fn report_left(&mut self, start: &Body, end: End) {
        for (what, span) in left(start, &self.body, self.holds, end) {
            self.found.report(&Finding::OneSided(what, end), &span);
            // It has been told: what follows is not its fault.
            what.limb().into_iter().for_each(|limb| self.body.forget(limb));
        }
    }

    /// Whether `poses` name this side, or "the other" one, in words.
    fn is_named(&self, poses: &[Pose], side: Side) -> bool {
        let lexicon = self.texts.lexicon;
        poses
            .iter()
            .any(|pose| lexicon.names_side(pose.name.as_str(), side) || names(lexicon, &pose.steps, side))
    }
}

fn names(lexicon: &Lexicon, steps: &[Step], side: Side) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Say(text)
        | StepKind::Option(text)
        | StepKind::Short(text)
        | StepKind::Wait { text, .. }
        | StepKind::Release(text)
        | StepKind::Inhale(text)
        | StepKind::Exhale(text)
        | StepKind::MoveTo { position: text, .. } => lexicon.names_side(text.as_str(), side),
        StepKind::Repeat { steps, .. } | StepKind::Only(_, steps) => names(lexicon, steps, side),
        // It names both, whatever is done with them.
        StepKind::EachSide(_) => true,
        _ => false,
    })
}

/// Whether one is in the other, or a small way leads there.
fn is_near(one: Posture, other: Posture) -> bool {
    use Posture::{AllFours, Kneeling, OnChair, Sitting};
    let group = |posture| match posture {
        Kneeling => AllFours,
        OnChair => Sitting,
        other => other,
    };
    group(one) == group(other)
}
