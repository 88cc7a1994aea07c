//! Answers a session's requests: a state machine over the plan, without clocks, devices or voices. It is told
//! where the session is and answers with what is to be done.

mod action;
mod changed;
mod places;
mod tapping;
mod volume;

use std::time::Duration;

pub(crate) use self::action::{Ack, Action, Place, When};
use self::changed::Change;
pub(super) use self::places::instruction;
use self::places::{Done, hold_of, invitation, next_beat, next_pose, previous_pose};
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

/// The state of a session.
#[derive(Clone, Debug)]
pub(crate) struct Steering {
    plan: Plan,
    /// The holds that were changed, in the order of the requests.
    changed: Vec<Change>,
    /// What is said first in the close.
    closing: Option<Utterance>,
    /// What is still heard to its end as it was before the plan was written anew, and its place.
    outgoing: Option<(usize, ItemKind)>,
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
            outgoing: None,
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
        for change in &self.changed {
            change.make(&mut self.plan);
        }
        self.open_close();
    }

    /// Has `words` said first in the close, if none of its words was said before the item at `place`.
    pub(crate) fn say_in_close(&mut self, words: Utterance, place: usize) {
        // The close begins with a pause.
        if self.closing.is_none() && self.plan.close().is_some_and(|close| place <= close + 1) {
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

    /// What is heard at a place of the plan.
    fn heard(&self, at: usize) -> Option<&ItemKind> {
        let outgoing = self.outgoing.as_ref().filter(|(place, _)| *place == at).map(|(_, what)| what);
        outgoing.or_else(|| self.plan.items.get(at).map(|item| &item.what))
    }

    /// The last instruction, so that a listener who goes on there gets a whole hold. Words that were said between two of
    /// its breaths are one, and what was done before them is not done again.
    fn instruction(&mut self, place: Place) -> usize {
        let is_hold = |at: &usize| matches!(self.heard(*at), Some(ItemKind::Hold { .. }));
        let words = (0..=place.at).rev().take_while(is_hold).find_map(|at| {
            let into = if at == place.at { place.into } else { Duration::MAX };
            Some((at, Done::before_words(self.heard(at)?, into)?))
        });
        match words {
            Some((hold, done)) => self.leave_hold(hold, done),
            None => instruction(&self.plan, place.at),
        }
    }

    /// Where to begin again after a loss at `place`: a sentence from its beginning, a hold from the instruction
    /// before it.
    pub(crate) fn lost_at(&mut self, place: Place) -> usize {
        let from = match self.heard(place.at) {
            Some(ItemKind::Hold { .. }) => self.instruction(place),
            _ => place.at,
        };
        self.outgoing = None;
        from
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
        let from = self.paused_at.is_none().then(|| self.instruction(place));
        self.change(if from.is_some() { State::Resuming } else { State::Paused }, place.now);
        Action::GoOn { from }
    }

    /// Pauses because there is no output to play on.
    pub(crate) fn pause(&mut self, place: Place) {
        if self.paused_at.is_none() {
            let taps = invitation(&self.plan, place.at);
            self.paused_at = Some(taps.map_or_else(|| self.instruction(place), |taps| taps + 1));
            self.outgoing = None;
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
        let action = match self.is_ending() {
            true => self.request_at_the_end(request, place),
            false => self.answer(request, place),
        };
        if action.leaves() {
            self.outgoing = None;
        }
        action
    }

    fn answer(&mut self, request: Request, place: Place) -> Action {
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
            (Request::Again, at) => {
                let from = at.unwrap_or_else(|| self.instruction(place));
                self.go(from, place)
            }
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
        self.change_hold(Change::Longer(hold));
        match self.paused_at {
            Some(_) => Action::Heard,
            None => Action::Play { from: at + 1, when: When::AtItsEnd, sign: Ack::Tone },
        }
    }

    fn change_hold(&mut self, change: Change) {
        change.make(&mut self.plan);
        self.changed.push(change);
    }

    /// Says where the session is. What is being said begins anew after that; a hold goes on with what is left of it.
    fn tell(&mut self, place: Place) -> Action {
        let from = match self.heard(place.at).and_then(|what| Done::of(what, place.into)) {
            Some(done) => self.leave_hold(place.at, done),
            None if self.is_settling(place.at) => place.at,
            None => self.instruction(place),
        };
        Action::Play { from, when: When::Now, sign: Ack::Where }
    }

    /// Leaves a hold of which so much was done; returns the place of what is left of it.
    fn leave_hold(&mut self, hold: usize, done: Done) -> usize {
        self.change_hold(Change::Split(hold, done));
        hold + 1
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
        let beat = self.heard(at).and_then(|what| next_beat(what, place.into));
        let when = beat.map_or(When::AtItsEnd, When::Into);
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
            None => {
                self.outgoing = self.heard(place.at).cloned().map(|what| (place.at, what));
                Action::Anew { pace, own, from: place.at + 1, when: When::AtItsEnd, sign }
            }
        }
    }
}
