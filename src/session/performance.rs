//! One session on an output: take after take of its plan, steered by requests. This thread only
//! watches; the device's renders, one decodes the ambience, one a take records or conducts the voice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::pump;
use super::speaking::{Cast, Speaking, Spoken, Warnings};
use super::steering::{Place, Sign, Steering, Step};
use crate::mixer::{Desk, Mixer, STOP_SECONDS};
use crate::output::{Output, OutputError};
use crate::remote::{Event, Now, Request};
use crate::score::part::Part;
use crate::score::plan::{Move, Plan};
use crate::settings::Settings;
use crate::sounds::{AmbienceChoice, SoundError, tone};
use crate::speech::voices::Voice;
use crate::speech::{SpeechError, Utterance};
use crate::units::{Frames, SampleRate};

/// How often the session is looked at when nobody asks for anything.
pub(super) const WATCH: Duration = Duration::from_millis(50);
/// What a session needs.
pub struct Stage {
    /// What is said and done.
    pub plan: Arc<Plan>,
    /// How loud.
    pub settings: Settings,
    /// What plays under it.
    pub ambience: AmbienceChoice,
    /// Who speaks.
    pub voice: Voice,
    /// Where it begins, when that is not at the beginning.
    pub begin: Option<Begin>,
    /// How it may be changed on its way; nothing can be asked for without it.
    pub changes: Option<Changes>,
    /// Whether the ambience falls silent in a pause.
    pub pause_silence: bool,
}

/// Another beginning than the routine's own.
pub struct Begin {
    /// The pose, from 1.
    pub pose: usize,
    /// What is said before it.
    pub words: Vec<Utterance>,
}

/// What a session needs to be changed on its way.
pub struct Changes {
    /// Makes the plan anew at a factor on its pace.
    pub replan: Box<dyn Fn(f64) -> Option<Plan>>,
    /// The next best voice and its name, when the one that speaks is lost; `None` when none is left.
    pub next_voice: Box<dyn FnMut() -> Option<(String, Voice)>>,
    /// What it says itself.
    pub words: Words,
}

/// What a session says itself.
pub struct Words {
    /// The pace is slower from here on.
    pub slower: Utterance,
    /// The pace is faster from here on.
    pub faster: Utterance,
    /// A pose is left out.
    pub left_out: Utterance,
    /// In the close: another voice has led on.
    pub voice_lost: Utterance,
}

/// Whoever asks for something, and is shown what is.
pub trait Listener {
    /// The next event; waits for one, for `timeout` at most.
    fn next(&mut self, timeout: Duration) -> Option<Event>;
    /// Is shown what is now, about 20 times a second.
    fn show(&mut self, now: &Now);
    /// Is told what happened, once. Nobody waits for what it does with it.
    fn tell(&mut self, _news: News) {}
}

/// What happened on the way. Poses are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A pose begins.
    Reached(usize),
    /// A pose was led to its end, without a jump over a part of it.
    Done(usize),
    /// A pose is left out.
    LeftOut(usize),
    /// All poses are over, and the close begins.
    Closing,
}

/// How a session came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It played to its end.
    Played,
    /// It was asked to stop, and it faded out.
    Stopped,
}

/// What kept a session from its end.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The voice, before anything was heard.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The voice, in the middle of the session.
    #[error("the voice was lost in the middle of the session: {0}")]
    VoiceLost(SpeechError),
    /// The ambience or a chime.
    #[error(transparent)]
    Sound(#[from] SoundError),
    /// The output.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Plays a session. Also returns what went wrong without ending it.
///
/// # Errors
/// When the first words can't be said, nothing can be heard any more, or the ambience can't be
/// read; what was playing has faded out then.
pub fn play(
    stage: Stage,
    output: &mut dyn Output,
    listener: &mut dyn Listener,
) -> Result<(Finish, Vec<String>), SessionError> {
    let (mut session, mixer) = Session::new(stage, output.rate())?;
    output.start(mixer);
    let finish = session.watch_over(output, listener);
    if finish.is_err() {
        session.fade_out(output);
    }
    // Its thread has warnings, and errors that no longer matter.
    let _ = session.current.join();
    let breaks = output.underruns().map_or(0, |device| device + session.gaps.load(Ordering::Relaxed));
    session.speaking.warnings.add(broke_off(breaks));
    Ok((finish?, session.speaking.warnings.take()))
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

pub(super) struct Session {
    pub(super) speaking: Speaking,
    pub(super) steering: Steering,
    pub(super) changes: Option<Changes>,
    pub(super) ambience: AmbienceChoice,
    pub(super) pause_silence: bool,
    pub(super) desk: Desk,
    pub(super) part: Part,
    pub(super) current: Spoken,
    /// How long earlier takes have played.
    pub(super) played: Duration,
    pace: f64,
    started: Instant,
    /// The listener's position, when it was last led into one.
    pub(super) position: Option<String>,
    pub(super) tone: Arc<crate::clip::Clip>,
    pub(super) volume: f32,
    title: String,
    /// How often the ambience was not ready.
    pub(super) gaps: Arc<AtomicU64>,
    /// The pose that was reached last, and whether it is left by a jump.
    pose: usize,
    jumps: bool,
}

impl Session {
    fn new(stage: Stage, rate: SampleRate) -> Result<(Self, Mixer), SessionError> {
        let loudness = stage.settings.loudness;
        let (gaps, warnings) = (Arc::default(), Warnings::default());
        let ambience = pump::open(&stage.ambience, loudness, rate, &gaps, &warnings)?;
        let speaking = Speaking {
            cast: Cast::from(stage.voice),
            loudness,
            rate,
            volume: Arc::new(AtomicU32::new(0f32.to_bits())),
            heard: Arc::default(),
            warnings,
        };
        let part = match &stage.begin {
            None => Part::whole(&stage.plan),
            Some(begin) => beginning(&stage.plan, begin),
        };
        let (take, current) = speaking.begin(Arc::new(part.plan.clone()), true)?;
        let (mixer, desk) = Mixer::steered(rate, ambience, take);
        let session = Self {
            title: stage.plan.title.clone(),
            steering: Steering::new((*stage.plan).clone()),
            changes: stage.changes,
            ambience: stage.ambience,
            pause_silence: stage.pause_silence,
            desk,
            part,
            current,
            played: Duration::ZERO,
            pace: 1.0,
            started: Instant::now(),
            position: None,
            tone: Arc::new(tone(loudness, rate)),
            volume: 1.0,
            gaps,
            pose: 0,
            jumps: false,
            speaking,
        };
        Ok((session, mixer))
    }

    fn watch_over(
        &mut self,
        output: &mut dyn Output,
        listener: &mut dyn Listener,
    ) -> Result<Finish, SessionError> {
        let mut finish = Finish::Played;
        while !self.current.transport.is_finished() {
            if output.is_lost()
                && let Some(finish) = self.find_output(output, listener)?
            {
                return Ok(finish);
            }
            if let Some(error) = self.current.failure() {
                self.change_voice(error)?;
            }
            let now = self.now();
            listener.show(&now);
            self.note_pose(now.pose_number, listener);
            if let Some(event) = listener.next(WATCH) {
                let request = match event {
                    Event::Asked(request) => request,
                    // The listener has not followed what was said meanwhile.
                    Event::Continued | Event::Slept(_) => Request::Pause,
                };
                if request == Request::Stop {
                    finish = Finish::Stopped;
                }
                self.answer(request, listener)?;
            }
            if let Some(step) = self.steering.tick(self.time()) {
                finish = Finish::Stopped;
                self.do_step(step, self.place())?;
            }
        }
        Ok(finish)
    }

    /// Tells of a pose that is reached, and of the one before.
    fn note_pose(&mut self, pose: usize, listener: &mut dyn Listener) {
        if pose == self.pose {
            return;
        }
        let before = std::mem::replace(&mut self.pose, pose);
        let jumps = std::mem::take(&mut self.jumps);
        if before > 0 && !jumps {
            listener.tell(News::Done(before));
        }
        listener.tell(if pose > 0 { News::Reached(pose) } else { News::Closing });
    }

    /// After a failure nobody is woken by a sudden silence.
    fn fade_out(&self, output: &mut dyn Output) {
        let transport = &self.current.transport;
        transport.stop();
        let limit = Instant::now() + Duration::from_secs(u64::from(STOP_SECONDS) + 1);
        while !transport.is_finished() && !output.is_lost() && Instant::now() < limit {
            std::thread::sleep(WATCH);
        }
    }

    /// Time since the session began, whatever the clock on the wall says.
    pub(super) fn time(&self) -> Duration {
        self.started.elapsed()
    }

    /// Where the session is in the whole plan, and how far into the current move.
    pub(super) fn place(&self) -> Place {
        let starts = self.current.starts();
        let position = self.current.transport.position();
        let at = starts.partition_point(|start| *start <= position).saturating_sub(1);
        let start = starts.get(at).copied().unwrap_or_default();
        let last = self.steering.plan().moves.len().saturating_sub(1);
        Place {
            at: self.part.whole_place(at).min(last),
            into: position.saturating_sub(start).to_duration(self.speaking.rate),
            now: self.time(),
        }
    }

    fn answer(&mut self, request: Request, listener: &mut dyn Listener) -> Result<(), SessionError> {
        if self.changes.is_none() && request != Request::Stop {
            return Ok(());
        }
        let place = self.place();
        self.note_position(place);
        let step = self.steering.request(request, place);
        if let Step::Play { from, sign, .. } = step {
            let pose = self.steering.plan().moves.get(from).map(|placed| placed.pose);
            self.jumps = pose != Some(self.pose);
            if sign == Sign::LeftOut && self.pose > 0 {
                listener.tell(News::LeftOut(self.pose));
            }
        }
        self.do_step(step, place)
    }

    fn do_step(&mut self, step: Step, place: Place) -> Result<(), SessionError> {
        match step {
            Step::Heard => self.desk.sound(Arc::clone(&self.tone)),
            Step::Rest => self.rest(),
            Step::Volume(gain) => {
                self.set_volume(gain);
                self.desk.sound(Arc::clone(&self.tone));
            }
            Step::Stop => self.current.transport.stop(),
            Step::Play { from, when, sign } => self.play_from(from, when, sign, place)?,
            Step::Pace { factor, from, when, sign } => {
                let pace = (self.pace * factor).clamp(0.5, 2.0);
                let plan = self.changes.as_ref().and_then(|changes| (changes.replan)(pace));
                if let Some(plan) = plan {
                    self.pace = pace;
                    self.steering.replan(plan);
                }
                self.play_from(from, when, sign, place)?;
            }
        }
        Ok(())
    }

    /// Where the listener lies is where it was led last.
    pub(super) fn note_position(&mut self, place: Place) {
        if self.steering.paused_at().is_none() {
            let placed = self.steering.plan().moves.get(place.at);
            self.position = placed.and_then(|placed| placed.position.clone());
        }
    }

    pub(super) fn now(&self) -> Now {
        let place = self.steering.paused_at().unwrap_or_else(|| self.place().at);
        let moves = &self.steering.plan().moves;
        let number = moves.get(place).map_or(0, |placed| placed.pose);
        let name = |placed: &crate::score::plan::Placed| match &placed.what {
            Move::Pose { name, .. } if placed.pose == number && number > 0 => Some(name.clone()),
            _ => None,
        };
        let transport = &self.current.transport;
        let end = transport.end();
        let position = self.played + transport.position().to_duration(self.speaking.rate);
        let left = end.saturating_sub(transport.position()).to_duration(self.speaking.rate);
        Now {
            state: self.steering.state(self.time()),
            title: self.title.clone(),
            pose: moves.iter().find_map(name),
            pose_number: number,
            poses: moves.iter().filter(|placed| matches!(placed.what, Move::Pose { .. })).count(),
            position_s: position.as_secs_f64(),
            length_s: (end != Frames::NEVER).then(|| (position + left).as_secs_f64()),
            volume: f64::from(self.volume),
        }
    }
}

/// The plan from a pose on. Nobody knows where the listener lies, so the way there is said.
fn beginning(plan: &Plan, begin: &Begin) -> Part {
    let is_there = |placed: &crate::score::plan::Placed| placed.pose == begin.pose;
    let from = plan.moves.iter().position(is_there).unwrap_or(0);
    Part::new(plan, from, &begin.words, Some("")).on_new_output()
}
