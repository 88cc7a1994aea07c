//! One session on an output: take after take of its plan, steered by requests. This thread only
//! watches; the device's renders, one decodes the ambience, one a take records or conducts the voice.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::speaking::{Cast, Speaking, Spoken};
use super::steering::{Place, Sign, Steering, Step, When};
use crate::mixer::{Ambience, Desk, Entrance, Mixer, Silence, Take, Transport};
use crate::output::{Output, OutputError};
use crate::remote::{Event, Now, Request, State};
use crate::score::GainPoint;
use crate::score::part::Part;
use crate::score::plan::{Move, Plan};
use crate::settings::Settings;
use crate::sounds::soundscape::Soundscape;
use crate::sounds::{AmbienceChoice, SoundError, tone};
use crate::speech::voices::Voice;
use crate::speech::{SpeechError, Utterance};
use crate::units::{Decibels, Frame, Frames, SampleRate};

/// Decoded ambience that is kept ready: enough to ride out a busy machine.
const BUFFERED: Duration = Duration::from_secs(3);
/// How often the ambience's buffer is looked after.
const TEND: Duration = Duration::from_millis(100);
/// How often the session is looked at when nobody asks for anything.
const WATCH: Duration = Duration::from_millis(50);
/// How far the ambience goes down in a pause, under what it is between words.
const PAUSED_GAIN: f32 = -4.0;
/// The way there.
const PAUSE_RAMP: Duration = Duration::from_secs(1);
/// A pause that is longer ends the session: who has fallen asleep is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(20 * 60);
/// Nothing that was asked for comes sooner than this, or it would be missed.
const SOON: Duration = Duration::from_millis(30);

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
    /// Said for [`Sign::Slower`], [`Sign::Faster`] and [`Sign::LeftOut`].
    pub words: [Utterance; 3],
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
/// When the voice, the ambience or the output fails; what was playing has faded out then.
pub fn play(
    stage: Stage,
    output: &mut dyn Output,
    listener: &mut dyn Listener,
) -> Result<(Finish, Vec<String>), SessionError> {
    let (mut session, mixer) = Session::new(stage, output.rate())?;
    output.start(mixer);
    let finish = session.watch_over(output, listener)?;
    let warnings = Arc::clone(&session.speaking.warnings);
    session.current.join()?;
    let warnings = warnings.lock().map(|mut warnings| std::mem::take(&mut *warnings)).unwrap_or_default();
    Ok((finish, warnings))
}

struct Session {
    speaking: Speaking,
    steering: Steering,
    changes: Option<Changes>,
    pause_silence: bool,
    desk: Desk,
    part: Part,
    current: Spoken,
    /// How long earlier takes have played.
    played: Duration,
    pace: f64,
    paused_since: Option<Instant>,
    /// The listener's position, when it was last led into one.
    position: Option<String>,
    tone: Arc<crate::clip::Clip>,
    state: State,
    volume: f32,
    title: String,
    /// The pose that was reached last, and whether it is left by a jump.
    pose: usize,
    jumps: bool,
}

impl Session {
    fn new(stage: Stage, rate: SampleRate) -> Result<(Self, Mixer), SessionError> {
        let loudness = stage.settings.loudness;
        let ambience = Soundscape::open(&stage.ambience, loudness, rate)?;
        let ambience = ambience
            .map_or_else(|| Box::new(Silence) as Box<dyn Ambience>, |soundscape| pumped(soundscape, rate));
        let speaking = Speaking {
            cast: Cast::from(stage.voice),
            loudness,
            rate,
            volume: Arc::new(AtomicU32::new(0f32.to_bits())),
            heard: Arc::default(),
            warnings: Arc::new(Mutex::default()),
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
            pause_silence: stage.pause_silence,
            desk,
            part,
            current,
            played: Duration::ZERO,
            pace: 1.0,
            paused_since: None,
            position: None,
            tone: Arc::new(tone(loudness, rate)),
            state: State::Playing,
            volume: 1.0,
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
            if output.is_lost() {
                // Nobody renders any more, so there is nothing to wait for; the threads see this.
                self.current.transport.stop();
                return Err(OutputError::Lost.into());
            }
            if self.current.has_failed() {
                self.current.transport.stop(); // its thread says why
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
                if request == Request::SkipTonight && now.pose_number > 0 {
                    listener.tell(News::LeftOut(now.pose_number));
                }
                self.jumps |= matches!(request, Request::Next | Request::Previous | Request::SkipTonight);
                self.answer(request)?;
            }
            if self.paused_since.is_some_and(|since| since.elapsed() > LONGEST_PAUSE) {
                finish = Finish::Stopped;
                self.answer(Request::Stop)?;
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
        if before > 0 && !std::mem::take(&mut self.jumps) {
            listener.tell(News::Done(before));
        }
        listener.tell(if pose > 0 { News::Reached(pose) } else { News::Closing });
    }

    /// Where the session is in the whole plan, and how far into the current move.
    fn place(&self) -> Place {
        let starts = self.current.starts();
        let position = self.current.transport.position();
        let at = starts.partition_point(|start| *start <= position).saturating_sub(1);
        let start = starts.get(at).copied().unwrap_or_default();
        let last = self.steering.plan().moves.len().saturating_sub(1);
        Place {
            at: self.part.whole_place(at).min(last),
            into: position.saturating_sub(start).to_duration(self.speaking.rate),
        }
    }

    fn answer(&mut self, request: Request) -> Result<(), SessionError> {
        if self.changes.is_none() && request != Request::Stop {
            return Ok(());
        }
        let place = self.place();
        if self.steering.paused_at().is_none() {
            self.position =
                self.steering.plan().moves.get(place.at).and_then(|placed| placed.position.clone());
        }
        match self.steering.request(request, place) {
            Step::Heard => self.desk.sound(Arc::clone(&self.tone)),
            Step::Rest => self.rest(),
            Step::Volume(gain) => {
                self.set_volume(gain);
                self.desk.sound(Arc::clone(&self.tone));
            }
            Step::Stop => {
                self.state = State::Ending;
                self.current.transport.stop();
            }
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

    fn set_volume(&mut self, gain: Decibels) {
        self.volume = gain.amplitude();
        self.desk.set_volume(self.volume);
        self.speaking.volume.store(gain.0.to_bits(), Ordering::Relaxed);
    }

    /// Falls silent; the ambience goes on, unless the listener wants none in a pause.
    fn rest(&mut self) {
        let transport = Arc::new(Transport::default());
        transport.open_until(Frames::NEVER);
        let (take, mut feed) = Take::new(Arc::clone(&transport), 8);
        let ambience = self.steering.plan().ambience;
        let gain = match self.pause_silence {
            true => Decibels::SILENCE,
            false => Decibels(ambience.open + PAUSED_GAIN),
        };
        let at = Frames::at(PAUSE_RAMP, self.speaking.rate);
        // The ring has room.
        let _ = feed.gains.push(GainPoint { at, gain });
        self.enter(take, Spoken::silent(transport), Entrance::Cut);
        self.paused_since = Some(Instant::now());
        self.state = State::Paused;
    }

    fn play_from(&mut self, from: usize, when: When, sign: Sign, place: Place) -> Result<(), SessionError> {
        let words = match (sign, &self.changes) {
            (Sign::Slower, Some(changes)) => Some(&changes.words[0]),
            (Sign::Faster, Some(changes)) => Some(&changes.words[1]),
            (Sign::LeftOut, Some(changes)) => Some(&changes.words[2]),
            _ => None,
        };
        let words: Vec<Utterance> = words.cloned().into_iter().collect();
        let part = Part::new(self.steering.plan(), from, &words, self.position.as_deref());
        let entrance = self.entrance(when, place);
        let (take, spoken) = self.speaking.begin(Arc::new(part.plan.clone()), false)?;
        self.enter(take, spoken, entrance);
        self.part = part;
        self.paused_since = None;
        self.state = State::Playing;
        if sign == Sign::Tone {
            self.desk.sound(Arc::clone(&self.tone));
        }
        Ok(())
    }

    fn entrance(&self, when: When, place: Place) -> Entrance {
        if self.paused_since.is_some() || when == When::Now {
            return Entrance::Cut;
        }
        let rate = self.speaking.rate;
        let starts = self.current.starts();
        let here = self.part.part_place(place.at);
        let start = starts.get(here).copied().unwrap_or_default();
        let after = |time| start + Frames::at(time, rate);
        let frame =
            match (when, starts.get(here + 1), self.steering.plan().moves.get(place.at).map(|m| &m.what)) {
                (When::Into(time), _, _) => after(time),
                (_, Some(next), _) => *next,
                (_, None, Some(Move::Hold { length, then, .. })) => after(*length + *then),
                _ => return Entrance::Cut,
            };
        Entrance::At(frame.max(self.current.transport.position() + Frames::at(SOON, rate)))
    }

    fn enter(&mut self, take: Take, spoken: Spoken, entrance: Entrance) {
        let before = std::mem::replace(&mut self.current, spoken);
        let position = before.transport.position();
        self.played += position.to_duration(self.speaking.rate);
        match entrance {
            Entrance::Cut => before.transport.leave(),
            Entrance::At(frame) => before.transport.seal_at(frame),
        }
        self.desk.enter(take, entrance);
        // Its thread ends by itself, and what kept it from speaking no longer matters.
        drop(before);
    }

    fn now(&self) -> Now {
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
            state: if transport.is_stopping() { State::Ending } else { self.state },
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
    let mut part = Part::new(plan, from, &begin.words, Some(""));
    part.plan.ambience.goes_on = false;
    part
}

/// Decodes on a thread of its own, ahead of the audio callback.
fn pumped(mut soundscape: Soundscape, rate: SampleRate) -> Box<dyn Ambience> {
    let (mut ring, consumer) = rtrb::RingBuffer::new(Frames::at(BUFFERED, rate).0 as usize);
    std::thread::spawn(move || {
        let mut block: [Frame; 1024] = [[0.0; 2]; 1024];
        while !ring.is_abandoned() {
            while ring.slots() >= block.len() {
                soundscape.read(&mut block);
                let _ = ring.push_entire_slice(&block); // there is room
            }
            std::thread::sleep(TEND);
        }
    });
    Box::new(Buffered(consumer))
}

/// The audio callback's end of a pump.
struct Buffered(rtrb::Consumer<Frame>);

impl Ambience for Buffered {
    fn read(&mut self, out: &mut [Frame]) {
        let (_, missing) = self.0.pop_partial_slice(out);
        missing.fill([0.0; 2]);
    }
}
