//! Answers a session's requests: a state machine over the plan, without clocks, devices or voices. It is told
//! where the session is and answers with what is to be done.

mod action;
mod places;
mod tapping;
mod volume;

use std::time::Duration;

pub(crate) use self::action::{Ack, Action, Place, When};
pub(super) use self::places::instruction;
use self::places::{hold_of, invitation, more, next_beat, next_pose, previous_pose, split};
use self::tapping::Tapping;
use self::volume::Volume;

use crate::control::{Request, State};
use crate::plan::{Item, ItemKind, Plan, UtteranceId};
use crate::settings::{OwnBreath, Pace};
use crate::utterance::Utterance;

/// The pause after words that are put into the close.
const IN_CLOSE: Duration = Duration::from_millis(2_200);
/// The time into a pause and out of it: speech fades, and after a breath it begins again.
const INTO_PAUSE: Duration = crate::mixer::CUT;
const OUT_OF_PAUSE: Duration = Duration::from_millis(700);
/// A longer pause ends the session, because the listener may have fallen asleep.
const LONGEST_PAUSE: Duration = Duration::from_secs(20 * 60);
/// A step of "slower" and "faster".
const PACE_STEP: f64 = 1.1;

/// A hold that was changed, by its place in the plan at that time.
#[derive(Clone, Copy, Debug)]
enum Change {
    /// More was put behind it.
    Longer(usize),
    /// It was left at this part of its length, and goes on after other words.
    Split(usize, f64),
}

/// The state of a session.
#[derive(Clone, Debug)]
pub(crate) struct Steering {
    plan: Plan,
    /// The holds that were changed, in the order of the requests.
    changed: Vec<Change>,
    /// What is said first in the close.
    closing: Option<Utterance>,
    /// The item to go on with, while the session is paused.
    paused_at: Option<usize>,
    /// The last state that was asked for, and since when.
    state: State,
    since: Duration,
    /// How often the end was asked for.
    stops: usize,
    pace: Pace,
    volume: Volume,
    /// The listener's own breath, once it is known; before that, what was tapped of it.
    own: Option<OwnBreath>,
    tapping: Tapping,
}

impl Steering {
    /// A session at the beginning of `plan`, which was written at `pace`.
    pub(crate) fn new(plan: Plan, pace: Pace) -> Self {
        Self {
            plan,
            changed: Vec::new(),
            closing: None,
            paused_at: None,
            state: State::Playing,
            since: Duration::ZERO,
            stops: 0,
            pace,
            volume: Volume::AT_THE_START,
            own: None,
            tapping: Tapping::default(),
        }
    }

    /// The same, of a plan that was written at the listener's own breath.
    pub(crate) fn at_own_breath(self, own: Option<OwnBreath>) -> Self {
        Self { own, ..self }
    }

    /// The listener's own breath, once it is known.
    pub(crate) fn own_breath(&self) -> Option<OwnBreath> {
        self.own
    }

    /// Whether any key is a breath of the listener now.
    pub(crate) fn takes_taps(&self, at: usize) -> bool {
        self.paused_at.is_none() && !self.is_ending() && invitation(&self.plan, at).is_some()
    }

    /// The plan as it is now: a hold may have been made longer.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Replaces the plan by the same one at another pace, or at the listener's own breath. Holds that were changed stay
    /// changed.
    pub(crate) fn replan(&mut self, plan: Plan, pace: Pace, own: Option<OwnBreath>) {
        (self.plan, self.pace, self.own) = (plan, pace, own);
        for change in self.changed.clone() {
            match change {
                Change::Longer(hold) => self.prolong(hold),
                Change::Split(hold, part) => self.split(hold, part),
            }
        }
        self.open_close();
    }

    /// Has `words` said first in the close, if the close still comes after `place`.
    pub(crate) fn say_in_close(&mut self, words: Utterance, place: usize) {
        if self.closing.is_none() && self.plan.close().is_some_and(|close| place < close) {
            self.closing = Some(words);
            self.open_close();
        }
    }

    fn open_close(&mut self) {
        let (Some(words), Some(close)) = (self.closing.clone(), self.plan.close()) else { return };
        let Some(first) = self.plan.items.get(close).cloned() else { return };
        let utterance = UtteranceId(self.plan.utterances.len());
        self.plan.utterances.push(words);
        let what = ItemKind::Speak { utterance, then: IN_CLOSE };
        // The words come after the pause that begins the close.
        self.plan.items.insert(close + 1, Item { what, ..first });
    }

    /// Where to begin again after a loss at `place`: a sentence from its beginning, a hold from the instruction
    /// before it.
    pub(crate) fn lost_at(&self, place: usize) -> usize {
        match self.plan.items.get(place).map(|item| &item.what) {
            Some(ItemKind::Hold { .. }) => instruction(&self.plan, place),
            _ => place,
        }
    }

    /// The item to go on with, while the session is paused.
    pub(crate) fn paused_at(&self) -> Option<usize> {
        self.paused_at
    }

    /// The state at a moment, ways into and out of other states included.
    pub(crate) fn state(&self, now: Duration) -> State {
        let passed = now.saturating_sub(self.since);
        match self.state {
            State::Paused if passed < INTO_PAUSE => State::Pausing,
            State::Resuming | State::Moving if passed >= OUT_OF_PAUSE => State::Playing,
            state => state,
        }
    }

    fn change(&mut self, state: State, now: Duration) {
        (self.state, self.since) = (state, now);
    }

    /// Whether the session is fading out for good.
    pub(crate) fn is_ending(&self) -> bool {
        self.state == State::Ending
    }

    /// The action at a moment without a request: a pause may have lasted too long.
    pub(crate) fn tick(&mut self, now: Duration) -> Option<Action> {
        let is_asleep = self.state == State::Paused && now.saturating_sub(self.since) > LONGEST_PAUSE;
        is_asleep.then(|| self.stop(now))
    }

    fn stop(&mut self, now: Duration) -> Action {
        self.stops += 1;
        self.change(State::Ending, now);
        Action::Stop
    }

    /// The action for a request during the last fade.
    fn request_at_the_end(&mut self, request: Request, place: Place) -> Action {
        match request {
            Request::Stop => self.stops += 1,
            Request::TakeBackStop => self.stops = self.stops.saturating_sub(1),
            _ => {}
        }
        if self.stops > 0 {
            return Action::Heard;
        }
        let from = self.paused_at.is_none().then(|| instruction(&self.plan, place.at));
        self.change(if from.is_some() { State::Resuming } else { State::Paused }, place.now);
        Action::GoOn { from }
    }

    /// Pauses because there is no output to play on.
    pub(crate) fn pause(&mut self, place: Place) {
        if self.paused_at.is_none() {
            let taps = invitation(&self.plan, place.at);
            self.paused_at = Some(taps.map_or_else(|| instruction(&self.plan, place.at), |taps| taps + 1));
            self.change(State::Paused, place.now);
        }
    }

    /// Goes on after such a pause; returns the item to play from.
    pub(crate) fn resume(&mut self, now: Duration) -> usize {
        self.change(State::Resuming, now);
        self.paused_at.take().unwrap_or_default()
    }

    /// The action for a request at `place`.
    pub(crate) fn request(&mut self, request: Request, place: Place) -> Action {
        if self.is_ending() {
            return self.request_at_the_end(request, place);
        }
        let is_key = !matches!(request, Request::Stop | Request::TakeBackStop | Request::Volume(_));
        if let Some(taps) = invitation(&self.plan, place.at)
            && is_key
            && self.paused_at.is_none()
        {
            return self.tapping.tap(&mut self.plan, taps, place, self.pace);
        }
        match (request, self.paused_at) {
            (
                Request::PauseOrResume
                | Request::Resume
                | Request::Again
                | Request::Next
                | Request::Enough
                | Request::Tap,
                None,
            ) if self.is_settling(place.at) => self.go(place.at + 1, place),
            (Request::Stop, _) => self.stop(place.now),
            (Request::Louder, _) => Action::Volume(self.volume.louder(1.0)),
            (Request::Softer, _) => Action::Volume(self.volume.louder(-1.0)),
            (Request::Volume(percent), _) => Action::Volume(self.volume.set(percent)),
            (Request::PauseOrResume | Request::Pause, None) => {
                self.pause(place);
                Action::Rest
            }
            (Request::Pause, Some(_)) => Action::Heard,
            (Request::Resume, None) | (Request::TakeBackStop | Request::Tap, _) => Action::Heard,
            (Request::PauseOrResume | Request::Resume, Some(at)) => self.go(at, place),
            (Request::Again, at) => self.go(at.unwrap_or_else(|| instruction(&self.plan, place.at)), place),
            (Request::Next, at) => {
                self.jump(next_pose(&self.plan, at.unwrap_or(place.at)), Ack::Itself, place)
            }
            (Request::SkipTonight, at) => {
                self.jump(next_pose(&self.plan, at.unwrap_or(place.at)), Ack::LeftOut, place)
            }
            (Request::Previous, at) => {
                self.jump(previous_pose(&self.plan, at.unwrap_or(place.at)), Ack::Itself, place)
            }
            (Request::Where, Some(_)) => Action::TellInPause,
            (Request::Where, None) => self.tell(place),
            (Request::Longer, at) => self.longer(at.unwrap_or(place.at)),
            (Request::Enough, at) => self.enough(place, at),
            (Request::Slower, at) => self.change_pace(1.0 / PACE_STEP, place, at, Ack::Slower),
            (Request::Faster, at) => self.change_pace(PACE_STEP, place, at, Ack::Faster),
        }
    }

    /// Whether the listener is settling in; any request ends that.
    fn is_settling(&self, at: usize) -> bool {
        self.plan.items.get(at).is_some_and(|item| matches!(item.what, ItemKind::Settle(_)))
    }

    fn go(&mut self, from: usize, place: Place) -> Action {
        self.leave_for(from, place);
        Action::Play { from, when: When::Now, sign: Ack::Itself }
    }

    fn jump(&mut self, to: Option<usize>, sign: Ack, place: Place) -> Action {
        let Some(from) = to else { return Action::Heard };
        self.leave_for(from, place);
        Action::Play { from, when: When::Now, sign }
    }

    /// Ends a pause, or leaves the item at `place`, to go on at once with another item.
    fn leave_for(&mut self, from: usize, place: Place) {
        let pose = |at: usize| self.plan.items.get(at).map(|item| item.pose);
        let was_paused = self.paused_at.take();
        let moves = pose(from) != pose(was_paused.unwrap_or(place.at));
        let state = if moves { State::Moving } else { State::Resuming };
        self.change(if moves || was_paused.is_some() { state } else { State::Playing }, place.now);
    }

    /// Lengthens the current hold, or the coming one.
    fn longer(&mut self, at: usize) -> Action {
        let Some(hold) = hold_of(&self.plan, at) else { return Action::Heard };
        self.changed.push(Change::Longer(hold));
        self.prolong(hold);
        match self.paused_at {
            Some(_) => Action::Heard,
            None => Action::Play { from: at + 1, when: When::AtItsEnd, sign: Ack::Tone },
        }
    }

    fn prolong(&mut self, hold: usize) {
        let Some(item) = self.plan.items.get(hold).cloned() else { return };
        let Some(more) = more(&item.what) else { return };
        self.plan.items.insert(hold + 1, Item { what: more, ..item });
    }

    /// Says where the session is. What is being said begins anew after that; a hold goes on with what is left of it.
    fn tell(&mut self, place: Place) -> Action {
        let is_hold = match self.plan.items.get(place.at).map(|item| &item.what) {
            Some(ItemKind::Hold { length, .. }) if place.into < *length => {
                let part = place.into.as_secs_f64() / length.as_secs_f64();
                self.changed.push(Change::Split(place.at, part));
                self.split(place.at, part);
                true
            }
            _ => false,
        };
        let from = match is_hold {
            true => place.at + 1,
            false if self.is_settling(place.at) => place.at,
            false => instruction(&self.plan, place.at),
        };
        Action::Play { from, when: When::Now, sign: Ack::Where }
    }

    /// Makes two holds of one, at a part of its length from 0 to 1.
    fn split(&mut self, hold: usize, part: f64) {
        let Some(item) = self.plan.items.get(hold).cloned() else { return };
        let Some((done, rest)) = split(&item.what, part) else { return };
        self.plan.items.insert(hold + 1, Item { what: rest, ..item.clone() });
        self.plan.items[hold] = Item { what: done, ..item };
    }

    /// Leaves the current hold after its current breath or count, or leaves the coming one out.
    fn enough(&mut self, place: Place, paused_at: Option<usize>) -> Action {
        let at = paused_at.unwrap_or(place.at);
        let Some(hold) = hold_of(&self.plan, at) else { return Action::Heard };
        let is_hold = |item: &Item| matches!(item.what, ItemKind::Hold { .. });
        let behind = self.plan.items[hold..].iter().take_while(|item| is_hold(item)).count();
        let from = hold + behind;
        if paused_at.is_some() {
            return self.go(from, place);
        }
        let when = next_beat(&self.plan.items[at].what, place.into).map_or(When::AtItsEnd, When::Into);
        Action::Play { from, when, sign: Ack::Tone }
    }

    /// Changes the pace. At the end of the range nothing changes, and no change is announced.
    fn change_pace(&mut self, factor: f64, place: Place, paused_at: Option<usize>, sign: Ack) -> Action {
        let pace = self.pace.times(factor);
        if pace == self.pace {
            return Action::Heard;
        }
        let own = self.own;
        match paused_at {
            Some(from) => {
                self.leave_for(from, place);
                Action::Anew { pace, own, from, when: When::Now, sign }
            }
            None => Action::Anew { pace, own, from: place.at + 1, when: When::AtItsEnd, sign },
        }
    }
}
