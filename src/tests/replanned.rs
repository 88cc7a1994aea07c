//! A plan that is written anew while its session runs: at another pace, or at the listener's own breath. Whatever is in
//! it, every place stays, and nobody hears anything twice or misses it.

use std::collections::VecDeque;
use std::mem::discriminant;
use std::time::Duration;

use proptest::prelude::*;

use crate::tests::support::routines;
use supine::control::Request;
use supine::phrases::Phrases;
use supine::plan::estimate::estimated_length;
use supine::plan::part::Part;
use supine::plan::{ItemKind, Plan, Track};
use supine::routine::breath::Phase;
use supine::routine::parse::parse;
use supine::score::Score;
use supine::score::compile::compile;
use supine::score::length::planned;
use supine::session::performance::steering::{Action, Place, Steering, When};
use supine::settings::{BreathCues, OwnBreath, Pace, Settings};
use supine::units::{Frames, SampleRate};

const RATE: SampleRate = SampleRate::HZ_48000;

/// Breaths that are held for long at every pace, at some of them, and at none.
const ROUTINE: &str = r#"
title = "A"
[[pose]]
name = "Held"
steps = ["Lie down.", { breaths = { cycles = 7, ratio = "4-7-8" } }, "Let it go.", { rest = 20 },
  { each_side = ["Turn to the {side}.", { breaths = { cycles = 3, ratio = "4:4.6:6:0" } }] }, "Come back."]
[[pose]]
name = "Free"
steps = ["Lie still.", { count = 8 }, "Sink.", { breaths = 3 }, "Rest now."]
"#;

fn settings() -> Settings {
    Settings { breath_cues: BreathCues::None, ..Settings::default() }
}

fn plan_at(pace: Pace) -> Plan {
    planned(&parse(ROUTINE).unwrap(), &Settings { pace, ..settings() }, &Phrases::for_language("en").0)
}

fn score(plan: &Plan) -> Score {
    compile(plan, RATE, &|id| Some(estimated_length(plan.utterance(id), RATE)), &|_| Frames::ZERO).0
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq)]
enum Heard {
    Said(String),
    /// A breath begins; whether it is held for long.
    Breath(bool),
}

/// A session that is listened to, without a voice, a device or a clock.
struct Listened {
    steering: Steering,
    part: Part,
    score: Score,
    at: Frames,
    /// What is heard from a frame on.
    next: Option<(Frames, Part)>,
    now: Duration,
    heard: Vec<Heard>,
}

impl Listened {
    fn new() -> Self {
        let plan = plan_at(Pace::NORMAL);
        let part = Part::whole(&plan);
        let (score, steering) = (score(&part.plan), Steering::new(plan, Pace::NORMAL));
        Self { steering, part, score, at: Frames::ZERO, next: None, now: Duration::ZERO, heard: Vec::new() }
    }

    fn enter(&mut self, part: Part) {
        (self.score, self.part, self.at, self.next) = (score(&part.plan), part, Frames::ZERO, None);
    }

    fn is_paused(&self) -> bool {
        self.steering.paused_at().is_some()
    }

    /// Listens for a while; false when it is over.
    fn listen(&mut self, time: Duration) -> bool {
        self.now += time;
        if self.is_paused() {
            return true;
        }
        let until = self.at + Frames::at(time, RATE);
        let change = self.next.as_ref().map_or(Frames::NEVER, |(frame, _)| *frame);
        let end = until.min(change);
        let is_now = |at: Frames| (self.at..end).contains(&at);
        let said = self.score.events.iter().filter(|event| event.track == Track::Speech && is_now(event.at));
        let said = said.map(|event| (event.at, Heard::Said(event.text.clone())));
        let phases = &self.score.breaths;
        let long = |at: Frames| {
            let next = phases.iter().find(|phase| phase.at > at && phase.phase == Phase::Full);
            next.is_some_and(|full| {
                full.length > Frames::at(Duration::from_secs(5), RATE)
                    && !phases.iter().any(|one| one.phase == Phase::In && one.at > at && one.at < full.at)
            })
        };
        let breaths = phases.iter().filter(|phase| phase.phase == Phase::In && is_now(phase.at));
        let breaths = breaths.map(|phase| (phase.at, Heard::Breath(long(phase.at))));
        let mut heard: Vec<_> = said.chain(breaths).collect();
        heard.sort_by_key(|(at, _)| *at);
        self.heard.extend(heard.into_iter().map(|(_, heard)| heard));
        self.at = end;
        if end == change
            && let Some((_, part)) = self.next.take()
        {
            self.enter(part);
            return true;
        }
        end < self.score.length
    }

    fn place(&self) -> Place {
        let starts = &self.score.starts;
        let here = starts.partition_point(|start| *start <= self.at).saturating_sub(1);
        let into =
            self.part.move_of_whole(here).map_or(Frames::ZERO, |_| self.at.saturating_sub(starts[here]));
        Place { at: self.part.whole_place(here), into: into.to_duration(RATE), now: self.now }
    }

    fn ask(&mut self, request: Request) {
        let place = self.place();
        match self.steering.request(request, place) {
            Action::Play { from, when, .. } => self.play(from, when, place),
            Action::Anew { pace, own, from, when, .. } => {
                self.steering.replan(plan_at(pace), pace, own);
                self.play(from, when, place);
            }
            _ => {}
        }
    }

    fn play(&mut self, from: usize, when: When, place: Place) {
        let part = Part::new(self.steering.plan(), from, &[], None);
        let here = self.part.part_place(place.at);
        match when {
            When::Now => self.enter(part),
            When::Into(time) => self.next = Some((self.score.starts[here] + Frames::at(time, RATE), part)),
            When::AtItsEnd => {
                let end = self.score.starts.get(here + 1).copied().unwrap_or(self.score.length);
                self.next = Some((end, part));
            }
        }
    }

    /// Listens until something is said, and for so long after it.
    fn listen_until(&mut self, text: &str, then: u64) {
        let is_said = |heard: &Heard| matches!(heard, Heard::Said(said) if said == text);
        while !self.heard.iter().any(is_said) {
            assert!(self.listen(Duration::from_millis(100)), "{text} is not said: {:?}", self.heard);
        }
        self.listen(Duration::from_secs(then));
    }

    fn heard_to_its_end(mut self) -> Vec<Heard> {
        self.ask(Request::Resume);
        while self.listen(Duration::from_secs(60)) {}
        self.heard
    }
}

/// What the routine itself says, without the words on how many breaths there are and how they go.
fn said(heard: &[Heard]) -> Vec<&str> {
    let said = heard.iter().filter_map(|heard| match heard {
        Heard::Said(text) => Some(text.as_str()),
        Heard::Breath(_) => None,
    });
    said.filter(|text| !text.contains("breath") && !text.contains("minutes")).collect()
}

/// How many breaths were held for long, and all of them.
fn breaths(heard: &[Heard]) -> (usize, usize) {
    let count = |long: &[bool]| {
        heard.iter().filter(|heard| matches!(heard, Heard::Breath(is) if long.contains(is))).count()
    };
    (count(&[true]), count(&[true, false]))
}

/// All that is said in the routine's poses, and the number of its breaths.
const SAID: [&str; 13] = [
    "Held.",
    "Lie down.",
    "Let it go.",
    "Turn to the right.",
    "Now the left side.",
    "Turn to the left.",
    "Come back.",
    "Free.",
    "Lie still.",
    "Sink.",
    "Rest now.",
    "There is nothing more to do, and nothing to switch off.",
    "Sleep well.",
];
const BREATHS: usize = 7 + 2 * 3 + 3;

fn guided(heard: &[Heard]) -> Vec<&str> {
    said(heard).into_iter().skip_while(|text| *text != "Held.").collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn at_another_pace_and_at_the_listeners_own_breath_every_item_has_the_same_place(
        text in routines::routine(),
        settings in routines::settings(),
        breath in prop::sample::select(vec!["4:6", "box", "4:5:6:0", "4-7-8"]),
        pace in prop::sample::select(vec!["0.5", "0.8", "1", "1.4", "2"]),
        tapped in prop::option::of(1.5f64..15.0),
    ) {
        let text = text.replace("3:7", "4-7-8").replace("1:2", "4:4.6:6:0").replace("title", "own_breath = true\ntitle");
        let routine = parse(&text).unwrap();
        let settings = Settings { breath: breath.parse().unwrap(), takes_taps: true, ..settings };
        let own = tapped.map(|tapped| {
            let slowest = settings.slowest_breath(settings.breath);
            OwnBreath::new(Duration::from_secs_f64(tapped), slowest, settings.pace.factor())
        });
        let phrases = Phrases::for_language("en").0;
        let other = Settings { pace: pace.parse().unwrap(), own_breath: own, ..settings.clone() };
        let shape = |settings: &Settings| {
            let items = planned(&routine, settings, &phrases).items.into_iter();
            items
                .map(|item| (discriminant(&item.what), item.pose, item.side, item.position, item.span))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(shape(&other), shape(&settings));
    }

    #[test]
    fn however_often_the_pace_changes_everything_is_heard_once_and_in_order(
        requests in prop::collection::vec((500u64..60_000, any::<bool>()), 1..30),
    ) {
        let mut session = Listened::new();
        for (time, is_slower) in requests {
            session.listen(Duration::from_millis(time));
            session.ask(if is_slower { Request::Slower } else { Request::Faster });
        }
        let heard = session.heard_to_its_end();
        prop_assert_eq!(guided(&heard), SAID);
        prop_assert_eq!(breaths(&heard).1, BREATHS);
    }

    #[test]
    fn whatever_is_asked_for_within_a_pose_no_sentence_and_no_breath_is_left_out(
        requests in prop::collection::vec((500u64..60_000, 0usize..6), 1..30),
    ) {
        let mut session = Listened::new();
        let all = [Request::Slower, Request::Faster, Request::Where, Request::PauseOrResume, Request::Again, Request::Longer];
        for (time, request) in requests {
            session.listen(Duration::from_millis(time));
            session.ask(all[request]);
        }
        let heard = session.heard_to_its_end();
        let mut missing: VecDeque<&str> = SAID.into();
        guided(&heard).into_iter().for_each(|text| {
            if missing.front() == Some(&text) {
                missing.pop_front();
            }
        });
        prop_assert!(missing.is_empty(), "{:?} is not heard: {:?}", missing, guided(&heard));
        prop_assert!(breaths(&heard).1 >= BREATHS, "{:?}", heard);
    }
}

#[test]
fn a_hold_that_was_made_longer_stays_the_one_at_another_pace() {
    let faster: Pace = "1.6".parse().unwrap();
    let plan = plan_at(Pace::NORMAL);
    let holds = |plan: &Plan| -> Vec<usize> {
        let is_hold = |at: &usize| matches!(plan.items[*at].what, ItemKind::Hold { .. });
        (0..plan.items.len()).filter(is_hold).collect()
    };
    let spans =
        |plan: &Plan| -> Vec<_> { holds(plan).into_iter().map(|at| plan.items[at].span.clone()).collect() };
    for (place, hold) in holds(&plan).into_iter().enumerate() {
        let mut steering = Steering::new(plan.clone(), Pace::NORMAL);
        let at = Place { at: hold, into: Duration::from_secs(1), now: Duration::ZERO };
        steering.request(Request::Longer, at);
        let mut wanted = spans(&plan);
        wanted.insert(place, wanted[place].clone());
        assert_eq!(spans(steering.plan()), wanted);
        steering.replan(plan_at(faster), faster, None);
        assert_eq!(spans(steering.plan()), wanted, "the hold at {hold}");
    }
}

const UNHELD: &str = "From here on, let the breath flow without holding it.";

#[test]
fn who_pauses_when_the_breath_flows_again_goes_on_there_and_holds_it_no_more_at_any_pace() {
    for (then, meanwhile) in
        [(2, None), (8, None), (15, None), (15, Some(Request::Slower)), (25, Some(Request::Where))]
    {
        let mut session = Listened::new();
        session.listen_until(UNHELD, then);
        if meanwhile == Some(Request::Where) {
            // What is left of the hold is a hold of its own by now.
            session.ask(Request::Where);
            session.listen(Duration::from_secs(3));
        }
        for _ in 0..2 {
            session.ask(Request::Pause);
            session.ask(Request::Resume);
            session.listen(Duration::from_secs(5));
        }
        if meanwhile == Some(Request::Slower) {
            session.ask(Request::Pause);
            session.ask(Request::Slower);
        }
        let heard = session.heard_to_its_end();
        let is_said = |text: &'static str| move |heard: &Heard| *heard == Heard::Said(text.to_owned());
        let end = heard.iter().position(is_said("Let it go.")).unwrap();
        let after = heard[..end].iter().rposition(is_said(UNHELD)).unwrap();
        assert_eq!(
            heard[after + 1..end],
            [const { Heard::Breath(false) }; 3],
            "{then} s after it, {meanwhile:?}"
        );
        assert_eq!(breaths(&heard[..after]).0, 4, "{then} s after it, {meanwhile:?}");
        assert_eq!(guided(&heard), SAID);
    }
}

#[test]
fn where_am_i_and_enough_count_in_the_breath_that_is_heard_when_the_pace_has_changed_meanwhile() {
    for request in [Request::Slower, Request::Faster] {
        let mut session = Listened::new();
        session.listen_until("Lie down.", 40);
        let before = session.place();
        assert!(matches!(session.steering.plan().items[before.at].what, ItemKind::Hold { .. }));
        let ItemKind::Hold { breaths: planned, .. } = session.steering.plan().items[before.at].what.clone()
        else {
            unreachable!()
        };
        let begun = planned.iter().filter(|breath| breath.at <= before.into).count();
        for _ in 0..3 {
            session.ask(request);
        }
        let mut left = session.steering.clone();
        // The breath that is heard ends as it began.
        let Action::Play { when: When::Into(end), .. } = left.request(Request::Enough, before) else {
            panic!("it is not enough")
        };
        assert_eq!(end, planned[begun].at);
        // And what is left of the hold begins with it.
        let Action::Play { from, .. } = left.request(Request::Where, before) else {
            panic!("nothing is said")
        };
        let ItemKind::Hold { breaths: rest, .. } = &left.plan().items[from].what else { panic!("no hold") };
        assert_eq!(rest.len(), planned.len() - begun + 1);
    }
}
