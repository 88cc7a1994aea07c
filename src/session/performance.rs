//! One session on an output: take after take of its plan, steered by requests. This thread only watches; the
//! device's thread renders, one decodes the ambience, and one for each take records or conducts the voice.

mod milestones;
mod parts;
mod playout;
mod practised;
mod progress;
mod recovery;
mod running;
pub(crate) mod steering;
mod whereabouts;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use self::running::Performance;
use self::steering::{Ack, Action, Place, When, instruction};
use super::outcome::{Finish, SessionError};
use super::stage::Stage;
use super::waiting::{FAREWELL, WATCH, wait_at_most, wait_for};
use crate::clock::{Clock, SystemClock};
use crate::control::{Event, Host, News, Request};
use crate::mixer::STOP_SECONDS;
use crate::output::Output;

/// Plays a session. Also returns the problems that did not end it.
///
/// # Errors
/// When the first words can't be said, nothing can be heard any more, or the ambience can't be read; playback
/// has faded out by then.
pub(crate) fn play(
    stage: Stage,
    output: &mut dyn Output,
    host: &mut dyn Host,
) -> Result<(Finish, Vec<String>), SessionError> {
    let clock = Arc::new(SystemClock::default());
    play_after(stage, output, host, &mut VecDeque::new(), clock)
}

/// Plays a session in the time of `clock`. The requests in `early` are done first; they stay in `early` when
/// the session could not begin to be heard.
///
/// # Errors
/// As [`play`].
pub(crate) fn play_after(
    stage: Stage,
    output: &mut dyn Output,
    host: &mut dyn Host,
    early: &mut VecDeque<Event>,
    clock: Arc<dyn Clock>,
) -> Result<(Finish, Vec<String>), SessionError> {
    let rate = output.rate();
    let wanted = Arc::new(AtomicBool::new(true));
    let still = Arc::clone(&wanted);
    let begun =
        wait_for(&mut |time| host.next(time), early, move || Performance::new(stage, rate, still, clock));
    let (mut session, mixer) = match begun {
        Ok(begun) => begun?,
        // Nothing has been heard, so there is nothing to fade out.
        Err(opening) => {
            wanted.store(false, Ordering::Release);
            wait_at_most(FAREWELL, || opening.is_finished());
            return Ok((Finish::Stopped, Vec::new()));
        }
    };
    session.early = std::mem::take(early);
    output.start(mixer);
    let finish = session.watch_over(output, host);
    session.measure_last(host);
    if finish.is_err() {
        session.fade_out(output);
    }
    let breaks = output.underruns().map_or(0, |device| device + session.gaps.load(Ordering::Relaxed));
    session.playout.end();
    session.speaking.warnings.add(broke_off(breaks));
    Ok((finish?, session.speaking.warnings.take()))
}

/// The warning about a machine that did not keep up.
fn broke_off(times: u64) -> Option<String> {
    let times = match times {
        0 => return None,
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    Some(format!("the sound broke off {times} for a moment: this machine was too busy"))
}

impl Performance {
    fn watch_over(&mut self, output: &mut dyn Output, host: &mut dyn Host) -> Result<Finish, SessionError> {
        while !self.playout.is_over() {
            output.tend();
            if output.is_lost()
                && let Some(finish) = self.find_output(output, host)?
            {
                return Ok(finish);
            }
            if let Some((error, lost)) = self.playout.failure(self.speaking.rate) {
                self.change_voice(error, lost)?;
            }
            let now = self.now();
            host.show(&now);
            self.measure(host);
            self.milestones.pass(now.pose_number).into_iter().for_each(|news| host.tell(news));
            if let Some(event) = self.early.pop_front().or_else(|| host.next(WATCH)) {
                match event {
                    Event::Asked(request) => self.answer(request, host)?,
                    // The listener has missed what was said meanwhile.
                    Event::Continued | Event::Slept(_) => self.interrupt(host)?,
                }
            }
            if let Some(step) = self.steering.tick(self.time()) {
                let place = self.place();
                self.do_step(step, place)?;
            }
        }
        if self.steering.is_ending() {
            return Ok(Finish::Stopped);
        }
        self.measure_last(host);
        self.milestones.close().into_iter().for_each(|news| host.tell(news));
        Ok(Finish::Played)
    }

    /// Takes in what the listener does.
    fn measure(&mut self, host: &mut dyn Host) {
        let is_paused = self.steering.paused_at().is_some();
        let turn = self.playout.turn();
        let place = self.place();
        let here = (!is_paused).then_some((turn, place.at, place.into));
        let length = |place| self.progress.length_of(place);
        let over = self.measure.pass(here, &self.steering.plan().items, &length);
        over.into_iter().for_each(|(pose, done)| host.practised(pose, done));
    }

    /// The same, to be counted by itself.
    fn measure_last(&mut self, host: &mut dyn Host) {
        self.measure(host);
        self.measure.take().into_iter().for_each(|(pose, done)| host.practised(pose, done));
    }

    /// Fades out after a failure, since a sudden silence could wake the host.
    fn fade_out(&mut self, output: &mut dyn Output) {
        self.playout.stop();
        let limit = Instant::now() + Duration::from_secs(u64::from(STOP_SECONDS) + 1);
        // The fade takes as long as the output needs, whatever the clock says.
        while !self.playout.is_over() && !output.is_lost() && Instant::now() < limit {
            std::thread::sleep(WATCH);
            output.tend();
        }
    }

    /// Pauses, although nobody has asked for it.
    fn interrupt(&mut self, host: &mut dyn Host) -> Result<(), SessionError> {
        let place = self.place();
        // A pause that was asked for would be taken as a breath.
        if self.changes.is_none() || !self.steering.takes_taps(place.at) {
            return self.answer(Request::Pause, host);
        }
        self.note_position(place);
        self.steer(|steering| steering.pause(place));
        self.do_step(Action::Rest, place)
    }

    fn answer(&mut self, request: Request, host: &mut dyn Host) -> Result<(), SessionError> {
        if self.changes.is_none() && request != Request::Stop {
            return Ok(());
        }
        let place = self.place();
        if self.is_afterwards() {
            match request {
                Request::PauseOrResume => return self.more_sound(),
                // Nothing is said after the last words.
                Request::Where => return self.do_step(Action::Heard, place),
                _ => {}
            }
        }
        self.note_position(place);
        self.note_need(request, place).into_iter().for_each(|news| host.tell(news));
        let step = self.steer(|steering| steering.request(request, place));
        if let Action::Play { from, sign, .. } = step {
            let pose = self.milestones.pose();
            if sign == Ack::LeftOut && pose > 0 {
                self.measure_last(host);
                host.tell(News::LeftOut(pose));
            }
            // A pose whose last hold was enough was led to its end.
            if request != Request::Enough {
                self.milestones.jump(self.steering.plan().items.get(from).map_or(0, |item| item.pose));
            }
        }
        if let Action::Anew { own: Some(own), .. } = step
            && self.steering.own_breath() != Some(own)
        {
            host.tell(News::OwnBreath(own));
        }
        self.do_step(step, place)
    }

    /// Whether a request shows that the listener needs more time at the last instruction.
    fn note_need(&self, request: Request, place: Place) -> Option<News> {
        let needs_time = matches!(request, Request::Again | Request::Longer | Request::Slower);
        if !needs_time || self.steering.paused_at().is_some() || self.steering.is_ending() {
            return None;
        }
        let plan = self.steering.plan();
        let item = plan.items.get(instruction(plan, place.at)).filter(|item| item.pose > 0)?;
        Some(News::NeededTime { pose: item.pose, step: (item.span.0.start, item.span.0.end) })
    }

    fn do_step(&mut self, step: Action, place: Place) -> Result<(), SessionError> {
        match step {
            Action::Nothing => {}
            Action::Heard => self.playout.handle().sound(Arc::clone(&self.tone)),
            Action::Rest => self.rest(),
            Action::TellInPause => self.tell_in_pause(place)?,
            Action::Volume(gain) => {
                self.set_volume(gain);
                self.playout.handle().sound(Arc::clone(&self.tone));
            }
            Action::Stop => self.playout.stop(),
            Action::GoOn { from } => {
                self.playout.take_back_stop();
                match from {
                    Some(from) => self.play_from(from, When::Now, Ack::Itself, place)?,
                    None => self.rest(),
                }
            }
            Action::Play { from, when, sign } => self.play_from(from, when, sign, place)?,
            Action::Anew { pace, own, from, when, sign } => {
                if let Some(changes) = &self.changes {
                    let plan = (changes.replan)(pace, own);
                    self.steering.replan(plan, pace, own);
                    self.progress.replan(self.steering.plan(), place.at + 1);
                }
                self.play_from(from, when, sign, place)?;
            }
        }
        Ok(())
    }
}
