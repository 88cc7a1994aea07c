//! One session on an output: take after take of its plan, steered by requests. This thread only
//! watches; the device's renders, one decodes the ambience, one a take records or conducts the voice.

mod milestones;
mod parts;
mod playout;
mod progress;
mod recovery;
pub mod steering;

pub use self::recovery::NextVoice;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use self::milestones::Milestones;
use self::playout::Playout;
use self::progress::Progress;
use self::steering::{Ack, Action, Place, Steering, When};
use super::ambience;
use super::outcome::{Finish, SessionError, Warnings};
use super::stage::{Begin, Changes, Stage};
use super::take::{SharedVoice, Speaking};
use crate::clock::{Clock, SystemClock};
use crate::control::{Event, Now, Request};
use crate::control::{Host, News};
use crate::mixer::{Mixer, STOP_SECONDS};
use crate::output::Output;
use crate::plan::part::Part;
use crate::plan::{ItemKind, Plan};

use crate::sounds::{AmbienceChoice, tone};

use crate::units::SampleRate;

/// How often the session is looked at when nobody asks for anything.
pub(super) const WATCH: Duration = Duration::from_millis(50);
/// The same, while something is waited for that delays the first word.
const SHORT: Duration = Duration::from_millis(5);
/// How long voices may take to fall silent when a session is over.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// Plays a session. Also returns what went wrong without ending it.
///
/// # Errors
/// When the first words can't be said, nothing can be heard any more, or the ambience can't be
/// read; what was playing has faded out then.
pub fn play(
    stage: Stage,
    output: &mut dyn Output,
    listener: &mut dyn Host,
) -> Result<(Finish, Vec<String>), SessionError> {
    let clock = Arc::new(SystemClock::default());
    play_after(stage, output, listener, &mut VecDeque::new(), clock)
}

/// The same in the time of a clock; what was asked for before is done first, and stays `early` when nothing
/// could be heard.
///
/// # Errors
/// As [`play`].
pub fn play_after(
    stage: Stage,
    output: &mut dyn Output,
    listener: &mut dyn Host,
    early: &mut VecDeque<Event>,
    clock: Arc<dyn Clock>,
) -> Result<(Finish, Vec<String>), SessionError> {
    let rate = output.rate();
    let wanted = Arc::new(AtomicBool::new(true));
    let still = Arc::clone(&wanted);
    let begun =
        wait_for(&mut |time| listener.next(time), early, move || Performance::new(stage, rate, still, clock));
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
    let finish = session.watch_over(output, listener);
    if finish.is_err() {
        session.fade_out(output);
    }
    let breaks = output.underruns().map_or(0, |device| device + session.gaps.load(Ordering::Relaxed));
    session.playout.end();
    session.speaking.warnings.add(broke_off(breaks));
    Ok((finish?, session.speaking.warnings.take()))
}

/// Does what may take long on a thread of its own, and hears `next` meanwhile. Whatever is asked for
/// goes to `early`.
///
/// # Errors
/// The thread, when the listener has asked to stop: nobody waits any more.
pub fn wait_for<T: Send + 'static>(
    next: &mut dyn FnMut(Duration) -> Option<Event>,
    early: &mut VecDeque<Event>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinHandle<T>> {
    let working = std::thread::spawn(work);
    while !working.is_finished() {
        match next(SHORT) {
            Some(Event::Asked(Request::Stop)) => return Err(working),
            event => early.extend(event),
        }
    }
    // A panic in a thread of ours is a bug, and goes on as one.
    Ok(working.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
}

/// Waits until something is so, for `time` at most.
pub(super) fn wait_at_most(time: Duration, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + time;
    while !is_so() && Instant::now() < limit {
        std::thread::sleep(SHORT);
    }
}

/// What is told of a machine that did not keep up.
fn broke_off(times: u64) -> Option<String> {
    let times = match times {
        0 => return None,
        1 => "once".to_owned(),
        times => format!("{times} times"),
    };
    Some(format!("the sound broke off {times} for a moment: this machine was too busy"))
}

pub(super) struct Performance {
    speaking: Speaking,
    steering: Steering,
    playout: Playout,
    progress: Progress,
    changes: Option<Changes>,
    ambience: AmbienceChoice,
    pause_silence: bool,
    clock: Arc<dyn Clock>,
    started: Duration,
    /// What was asked for while nobody could act on it.
    early: VecDeque<Event>,
    /// The listener's position, when it was last led into one.
    position: Option<String>,
    tone: Arc<crate::clip::Clip>,
    volume: f32,
    title: String,
    /// How often the ambience was not ready.
    gaps: Arc<AtomicU64>,
    milestones: Milestones,
}

impl Performance {
    /// `wanted` is false as soon as nobody waits for its first words any more.
    fn new(
        stage: Stage,
        rate: SampleRate,
        wanted: Arc<AtomicBool>,
        clock: Arc<dyn Clock>,
    ) -> Result<(Self, Mixer), SessionError> {
        let loudness = stage.settings.loudness;
        let (gaps, warnings) = (Arc::default(), Warnings::default());
        let ambience = ambience::open(&stage.ambience, loudness, rate, &gaps, &warnings)?;
        let speaking = Speaking {
            cast: SharedVoice::from(stage.voice),
            loudness,
            rate,
            volume: Arc::new(AtomicU32::new(0f32.to_bits())),
            heard: Arc::default(),
            wanted,
            warnings,
        };
        let part = match &stage.begin {
            None => Part::whole(&stage.plan),
            Some(begin) => beginning(&stage.plan, begin),
        };
        let first = stage.begin.as_ref().map_or(1, |begin| begin.pose);
        let poses = stage.plan.items.iter().map(|item| item.pose).max().unwrap_or(0);
        let milestones = Milestones::new(first, poses);
        let (take, spoken) = speaking.begin(Arc::new(part.plan.clone()), true)?;
        let (mixer, desk) = Mixer::steered(rate, ambience, take);
        let session = Self {
            title: stage.plan.title.clone(),
            progress: Progress::new(&stage.plan),
            steering: Steering::new((*stage.plan).clone(), stage.settings.pace),
            playout: Playout::new(desk, part, spoken),
            changes: stage.changes,
            ambience: stage.ambience,
            pause_silence: stage.pause_silence,
            started: clock.now(),
            clock,
            early: VecDeque::new(),
            position: None,
            tone: Arc::new(tone(loudness, rate)),
            volume: 1.0,
            gaps,
            milestones,
            speaking,
        };
        Ok((session, mixer))
    }

    fn watch_over(
        &mut self,
        output: &mut dyn Output,
        listener: &mut dyn Host,
    ) -> Result<Finish, SessionError> {
        while !self.playout.is_over() {
            output.tend();
            if output.is_lost()
                && let Some(finish) = self.find_output(output, listener)?
            {
                return Ok(finish);
            }
            if let Some((error, lost)) = self.playout.failure(self.speaking.rate) {
                self.change_voice(error, lost)?;
            }
            let now = self.now();
            listener.show(&now);
            self.milestones.pass(now.pose_number).into_iter().for_each(|news| listener.tell(news));
            if let Some(event) = self.early.pop_front().or_else(|| listener.next(WATCH)) {
                let request = match event {
                    Event::Asked(request) => request,
                    // The listener has not followed what was said meanwhile.
                    Event::Continued | Event::Slept(_) => Request::Pause,
                };
                self.answer(request, listener)?;
            }
            if let Some(step) = self.steering.tick(self.time()) {
                let place = self.place();
                self.do_step(step, place)?;
            }
        }
        if self.steering.is_ending() {
            return Ok(Finish::Stopped);
        }
        self.milestones.close().into_iter().for_each(|news| listener.tell(news));
        Ok(Finish::Played)
    }

    /// After a failure nobody is woken by a sudden silence.
    fn fade_out(&mut self, output: &mut dyn Output) {
        self.playout.stop();
        let limit = Instant::now() + Duration::from_secs(u64::from(STOP_SECONDS) + 1);
        // It takes the time that the output takes, whatever the clock says.
        while !self.playout.is_over() && !output.is_lost() && Instant::now() < limit {
            std::thread::sleep(WATCH);
            output.tend();
        }
    }

    /// Time since the session began, whatever the clock on the wall says.
    pub(super) fn time(&self) -> Duration {
        self.clock.now().saturating_sub(self.started)
    }

    /// Where the session is in the whole plan, and how far into the current move.
    pub(super) fn place(&mut self) -> Place {
        let (at, into) = self.playout.place(self.speaking.rate);
        let last = self.steering.plan().items.len().saturating_sub(1);
        Place { at: at.min(last), into, now: self.time() }
    }

    fn answer(&mut self, request: Request, listener: &mut dyn Host) -> Result<(), SessionError> {
        if self.changes.is_none() && request != Request::Stop {
            return Ok(());
        }
        let place = self.place();
        self.note_position(place);
        let items = self.steering.plan().items.len();
        let step = self.steering.request(request, place);
        if self.steering.plan().items.len() != items {
            // A hold was made longer.
            self.progress.replan(self.steering.plan(), place.at);
        }
        if let Action::Play { from, sign, .. } = step {
            let pose = self.milestones.pose();
            if sign == Ack::LeftOut && pose > 0 {
                listener.tell(News::LeftOut(pose));
            }
            self.milestones.jump(self.steering.plan().items.get(from).map_or(0, |item| item.pose));
        }
        self.do_step(step, place)
    }

    fn do_step(&mut self, step: Action, place: Place) -> Result<(), SessionError> {
        match step {
            Action::Heard => self.playout.desk().sound(Arc::clone(&self.tone)),
            Action::Rest => self.rest(),
            Action::Volume(gain) => {
                self.set_volume(gain);
                self.playout.desk().sound(Arc::clone(&self.tone));
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
            Action::Pace { pace, from, when, sign } => {
                if let Some(changes) = &self.changes {
                    let plan = (changes.replan)(pace);
                    self.steering.replan(plan, pace);
                    self.progress.replan(self.steering.plan(), place.at);
                }
                self.play_from(from, when, sign, place)?;
            }
        }
        Ok(())
    }

    /// Where the listener lies is where it was led last.
    pub(super) fn note_position(&mut self, place: Place) {
        if self.steering.paused_at().is_none() {
            let item = self.steering.plan().items.get(place.at);
            self.position = item.and_then(|item| item.position.clone());
        }
    }

    pub(super) fn now(&mut self) -> Now {
        let rate = self.speaking.rate;
        let playing = self.playout.now();
        self.progress.learn(&playing.part, &playing.spoken.starts(), rate);
        let heard = self.place();
        let (place, into) =
            self.steering.paused_at().map_or((heard.at, heard.into), |at| (at, Duration::ZERO));
        let items = &self.steering.plan().items;
        let number = items.get(place).map_or(0, |item| item.pose);
        let name = |item: &crate::plan::Item| match &item.what {
            ItemKind::Pose { name, .. } if item.pose == number && number > 0 => Some(name.clone()),
            _ => None,
        };
        Now {
            state: self.steering.state(self.time()),
            title: self.title.clone(),
            pose: items.iter().find_map(name),
            pose_number: number,
            poses: items.iter().filter(|item| matches!(item.what, ItemKind::Pose { .. })).count(),
            position_s: self.progress.position(place, into).as_secs_f64(),
            length_s: self.progress.length().map(|length| length.as_secs_f64()),
            volume: f64::from(self.volume),
        }
    }
}

/// The plan from a pose on. Nobody knows where the listener lies, so the way there is said.
fn beginning(plan: &Plan, begin: &Begin) -> Part {
    let is_there = |item: &crate::plan::Item| item.pose == begin.pose;
    let from = plan.items.iter().position(is_there).unwrap_or(0);
    Part::new(plan, from, &begin.words, Some("")).on_new_output()
}
