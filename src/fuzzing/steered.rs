//! Random requests, beside a model of what a listener may expect of them: no dead end, no pose lost, equal sides.

use std::collections::BTreeMap;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::routine::phrases;
use super::taken::Taken;
use crate::control::{MAX_VOLUME, Request, State, WORDS};
use crate::diagnostic::Span;
use crate::plan::part::Part;
use crate::plan::{Item, ItemKind, Plan};
use crate::routine::parse::parse;
use crate::routine::{Routine, Side};
use crate::score::length::planned;
use crate::session::performance::steering::{Ack, Action, Place, Steering, When};
use crate::settings::{OwnBreath, Pace, Settings};
use crate::utterance::Utterance;

/// Every kind of item, in few of them.
const ROUTINE: &str = r#"
title = "A"
own_breath = true
[[pose]]
name = "Cat"
position = "on all fours"
steps = ["Arch.", { count = 3 }, { inhale = "In." }, { exhale = "Out." }, { each_side = ["Lift.", { breaths = 3 }, { release = "Down." }] }]
[[pose]]
name = "Twist"
position = "lying on your back"
steps = [{ wait = "Press." }, { breaths = { cycles = 5, ratio = "4-7-8" } }, { each_side = ["Turn.", { seconds = 9 }, { count = 12 }] }]
[[pose]]
name = "Rest"
steps = [{ repeat = { times = 2, wait = true, steps = [{ sway = 2 }, "Good."] } }, { sound = "bowl" }, { rest = 5 }]
"#;
/// The most requests; more of them only take time.
const REQUESTS: usize = 60;
/// A longer pause is the end.
const LONGEST_PAUSE: Duration = Duration::from_secs(20 * 60);

/// A session that gets requests.
struct Session {
    steering: Steering,
    place: usize,
    now: Duration,
    /// What is expected: how often the end was asked for, and whether the holds were changed.
    stops: usize,
    is_ending: bool,
    is_changed: bool,
    pace: Pace,
}

/// Has a session do what the bytes ask for.
///
/// # Panics
/// When it answers something that its model does not expect.
pub fn steering(data: &[u8]) {
    let mut taken = Taken::new(data);
    let whole = plan_at(Pace::NORMAL, None);
    let mut session = Session {
        steering: Steering::new(whole.clone(), Pace::NORMAL),
        place: 0,
        now: Duration::ZERO,
        stops: 0,
        is_ending: false,
        is_changed: false,
        pace: Pace::NORMAL,
    };
    for _ in 0..REQUESTS {
        if taken.is_over() {
            break;
        }
        session.passes(&mut taken);
        session.next(&mut taken);
    }
    session.keep_it_whole(&whole);
}

impl Session {
    /// Time passes; while it is not paused, the session plays on.
    fn passes(&mut self, taken: &mut Taken<'_>) {
        let time = taken.number(0, 40_000);
        // Now and then nobody is there for a quarter of an hour, or longer.
        let long = if taken.once_in(16) {
            Duration::from_secs(15 * 60 * u64::from(taken.number(1, 3)))
        } else {
            Duration::ZERO
        };
        let since = self.now;
        self.now += Duration::from_millis(time.into()) + long;
        let was_paused = !self.is_ending && self.steering.state(since) == State::Paused;
        match self.steering.tick(self.now) {
            Some(Action::Stop) => {
                assert!(
                    self.steering.paused_at().is_some() && !self.is_ending,
                    "only a long pause is an end"
                );
                (self.is_ending, self.stops) = (true, 1);
            }
            Some(other) => panic!("{other:?} without a request"),
            None => assert!(!(was_paused && self.now - since > LONGEST_PAUSE), "a pause lasts for ever"),
        }
        if self.steering.paused_at().is_none() && !self.is_ending {
            let left = self.items() - 1 - self.place;
            self.place += (left as f64 * taken.part() * 0.3) as usize;
        }
    }

    fn items(&self) -> usize {
        self.steering.plan().items.len()
    }

    fn first_pose(&self) -> usize {
        let is_pose = |item: &Item| matches!(item.what, ItemKind::Pose { .. });
        self.steering.plan().items.iter().position(is_pose).unwrap_or_default()
    }

    fn at(&self, taken: &mut Taken<'_>) -> Place {
        Place { at: self.place, into: Duration::from_millis(taken.number(0, 9_000).into()), now: self.now }
    }

    fn next(&mut self, taken: &mut Taken<'_>) {
        let place = self.at(taken);
        let word = usize::from(taken.byte()) % (WORDS.len() + 4);
        let request = match WORDS.get(word) {
            Some((_, request)) => *request,
            None if word == WORDS.len() => Request::Volume(taken.byte() % (MAX_VOLUME + 1)),
            None if word == WORDS.len() + 1 => Request::TakeBackStop,
            None if word == WORDS.len() + 2 => return self.device_is_lost(place),
            None => return self.steering.say_in_close(Utterance::plain("Another voice.", 1.0), self.place),
        };
        let was_paused = self.steering.paused_at();
        let action = self.steering.request(request, place);
        if self.is_ending {
            return self.at_the_end(request, action, was_paused);
        }
        self.is_changed |= request == Request::Longer;
        match action {
            Action::Stop => {
                assert_eq!(request, Request::Stop);
                (self.is_ending, self.stops) = (true, 1);
            }
            Action::GoOn { .. } => panic!("nobody asked for an end"),
            Action::Rest => assert!(was_paused.is_none() && self.steering.paused_at().is_some()),
            Action::TellInPause => assert!(was_paused.is_some() && request == Request::Where),
            Action::Volume(gain) => assert!(gain.0 <= 6.1 && gain.amplitude() >= 0.0, "{gain:?}"),
            Action::Play { from, when, sign } => {
                // Any key may be a tap.
                let before = was_paused.unwrap_or(self.place);
                let leads = match request {
                    Request::Next | Request::SkipTonight if sign != Ack::Tone => from > before,
                    Request::Previous if sign != Ack::Tone => from <= before.max(self.first_pose()),
                    _ => true,
                };
                assert!(leads || sign == Ack::Unclear, "{request} leads from {before} to {from}");
                self.plays(from, when);
            }
            Action::Anew { pace, own, from, when, .. } => {
                self.begins_anew(pace, own);
                self.plays(from, when);
            }
            Action::Nothing | Action::Heard => {
                assert_eq!(was_paused.is_some(), self.steering.paused_at().is_some())
            }
        }
        assert!(self.steering.paused_at().is_none_or(|at| at < self.items()), "it is paused nowhere");
    }

    /// Its plan is written anew, and everything stands where it stood.
    fn begins_anew(&mut self, pace: Pace, own: Option<OwnBreath>) {
        assert!((0.5..=2.0).contains(&pace.factor()), "{pace:?}");
        self.is_changed |= own.is_some();
        self.pace = pace;
        let plan = plan_at(pace, own);
        assert_eq!(shape(&plan), shape(&plan_at(Pace::NORMAL, None)), "places do not stay at {pace:?}");
        self.steering.replan(plan, pace, own);
    }

    /// During the last fade nothing is done but to take the end back, once for each time it was asked for.
    fn at_the_end(&mut self, request: Request, action: Action, was_paused: Option<usize>) {
        match request {
            Request::Stop => self.stops += 1,
            Request::TakeBackStop => self.stops = self.stops.saturating_sub(1),
            _ => {}
        }
        match action {
            Action::Heard => assert!(self.stops > 0 && self.steering.is_ending()),
            Action::GoOn { from } => {
                assert!(self.stops == 0 && !self.steering.is_ending());
                assert_eq!(from.is_none(), was_paused.is_some());
                self.is_ending = false;
                self.place = from.unwrap_or(self.place);
            }
            other => panic!("{other:?} while it fades out"),
        }
    }

    fn plays(&mut self, from: usize, when: When) {
        assert!(from <= self.items(), "it goes on at {from} of {}", self.items());
        assert_eq!(self.steering.paused_at(), None);
        assert!(!matches!(when, When::Into(time) if time > Duration::from_secs(24 * 3600)));
        let part = Part::new(self.steering.plan(), from, &[], None);
        assert_eq!(part.whole_place(part.part_place(from)), from, "a part loses its place");
        self.place = from.min(self.items() - 1);
    }

    /// There is no output for a while, and then there is one.
    fn device_is_lost(&mut self, place: Place) {
        if self.is_ending {
            return;
        }
        let was_paused = self.steering.paused_at();
        self.steering.pause(place);
        match was_paused {
            Some(_) => assert_eq!(self.steering.paused_at(), was_paused, "a pause stays one"),
            None => {
                self.place = self.steering.resume(self.now);
                assert!(self.place < self.items(), "it goes on nowhere");
            }
        }
    }

    /// Whatever the requests were, every pose is still there, in order; sides are alike unless a hold was changed; and from
    /// any pause it goes on.
    fn keep_it_whole(mut self, whole: &Plan) {
        assert_eq!(poses(self.steering.plan()), poses(whole));
        for item in &self.steering.plan().items {
            if let ItemKind::Hold { cues, breaths, length, .. } = &item.what {
                assert!(cues.windows(2).all(|pair| pair[0].at <= pair[1].at), "{item:?}");
                assert!(breaths.windows(2).all(|pair| pair[0].at < pair[1].at), "{item:?}");
                assert!(cues.iter().all(|cue| cue.at <= *length), "{item:?}");
            }
        }
        if !self.is_changed {
            assert_eq!(held(self.steering.plan(), Side::Right), held(self.steering.plan(), Side::Left));
        }
        if self.steering.paused_at().is_some() && !self.is_ending {
            let place = Place { at: self.place, into: Duration::ZERO, now: self.now };
            let action = self.steering.request(Request::Resume, place);
            assert!(matches!(action, Action::Play { .. }), "{action:?} after a pause");
        }
    }
}

/// What stands where in a plan, whatever its times and numbers are.
fn shape(plan: &Plan) -> Vec<(Discriminant<ItemKind>, usize, Option<Side>, &Span)> {
    plan.items.iter().map(|item| (discriminant(&item.what), item.pose, item.side, &item.span)).collect()
}

fn poses(plan: &Plan) -> Vec<&str> {
    fn name(item: &Item) -> Option<&str> {
        match &item.what {
            ItemKind::Pose { name, .. } => Some(name.as_str()),
            _ => None,
        }
    }
    plan.items.iter().filter_map(name).collect()
}

/// How long a side is held.
fn held(plan: &Plan, side: Side) -> Duration {
    let hold = |item: &Item| match &item.what {
        ItemKind::Hold { length, .. } if item.side == Some(side) => *length,
        _ => Duration::ZERO,
    };
    plan.items.iter().map(hold).sum()
}

/// The plan at a pace, with time to settle in and to tap. Those without a breath of the listener's own are made once.
fn plan_at(pace: Pace, own_breath: Option<OwnBreath>) -> Plan {
    static ROUTINE_READ: OnceLock<Routine> = OnceLock::new();
    static PLANS: Mutex<BTreeMap<u64, Plan>> = Mutex::new(BTreeMap::new());
    let made = || {
        let routine = ROUTINE_READ.get_or_init(|| parse(ROUTINE).expect("it is a routine"));
        let settle = Duration::from_secs(60);
        let settings = Settings { pace, own_breath, settle, takes_taps: true, ..Settings::default() };
        planned(routine, &settings, phrases("en"))
    };
    if own_breath.is_some() {
        return made();
    }
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    plans.entry(pace.factor().to_bits()).or_insert_with(made).clone()
}
