//! The state of a running session, and what it shows of itself.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::time::Duration;

use super::milestones::Milestones;
use super::playout::Playout;
use super::practised::Measure;
use super::progress::Progress;
use super::steering::{Place, Steering};
use crate::clock::Clock;
use crate::control::{Event, Now};
use crate::mixer::Mixer;
use crate::plan::part::Part;
use crate::plan::{ItemKind, Plan};
use crate::session::ambience;
use crate::session::outcome::{SessionError, Warnings};
use crate::session::stage::{Begin, Changes, Stage};
use crate::session::take::{SharedVoice, Speaking};
use crate::sounds::{AmbienceChoice, tone};
use crate::units::SampleRate;

/// A running session.
pub(super) struct Performance {
    pub(super) speaking: Speaking,
    pub(super) steering: Steering,
    pub(super) playout: Playout,
    pub(super) progress: Progress,
    pub(super) changes: Option<Changes>,
    pub(super) ambience: AmbienceChoice,
    pub(super) pause_silence: bool,
    pub(super) is_mono: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) started: Duration,
    /// Requests that came while they could not be carried out.
    pub(super) early: VecDeque<Event>,
    /// The listener's position, if the session has led into one.
    pub(super) position: Option<String>,
    pub(super) tone: Arc<crate::clip::Clip>,
    pub(super) volume: f32,
    pub(super) title: String,
    /// How often the ambience was not ready in time.
    pub(super) gaps: Arc<AtomicU64>,
    pub(super) milestones: Milestones,
    pub(super) measure: Measure,
}

impl Performance {
    /// `wanted` turns false as soon as nobody waits for the first words any more.
    pub(super) fn new(
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
        let (mixer, handle) = Mixer::steered(rate, ambience, take);
        let mixer = mixer.in_mono(stage.settings.mono);
        let session = Self {
            title: stage.plan.title.clone(),
            progress: Progress::new(&stage.plan),
            steering: Steering::new((*stage.plan).clone(), stage.settings.pace)
                .at_own_breath(stage.settings.own_breath),
            playout: Playout::new(handle, part, spoken),
            changes: stage.changes,
            ambience: stage.ambience,
            pause_silence: stage.pause_silence,
            is_mono: stage.settings.mono,
            started: clock.now(),
            clock,
            early: VecDeque::new(),
            position: None,
            tone: Arc::new(tone(loudness, rate)),
            volume: 1.0,
            gaps,
            milestones,
            measure: Measure::default(),
            speaking,
        };
        Ok((session, mixer))
    }

    /// The time since the session began, on a clock that only runs forward.
    pub(super) fn time(&self) -> Duration {
        self.clock.now().saturating_sub(self.started)
    }

    /// Where the session is in the whole plan, and how far into the current item.
    pub(super) fn place(&mut self) -> Place {
        let (at, into) = self.playout.place(self.speaking.rate);
        let last = self.steering.plan().items.len().saturating_sub(1);
        Place { at: at.min(last), into, now: self.time() }
    }

    /// Lets the state machine answer, which may make two holds of one, or put something behind one.
    pub(super) fn steer<T>(&mut self, answer: impl FnOnce(&mut Steering) -> T) -> T {
        let before = self.steering.plan().items.clone();
        let answer = answer(&mut self.steering);
        let plan = self.steering.plan();
        if plan.items.len() != before.len() {
            let same = plan.items.iter().zip(&before).take_while(|(now, before)| now == before).count();
            self.progress.replan(plan, same);
        }
        answer
    }

    /// Notes the position that the listener was led into last.
    pub(super) fn note_position(&mut self, place: Place) {
        if self.steering.paused_at().is_none() {
            let item = self.steering.plan().items.get(place.at);
            self.position = item.and_then(|item| item.position.clone());
        }
    }

    pub(super) fn now(&mut self) -> Now {
        let rate = self.speaking.rate;
        let starts = self.playout.starts();
        self.progress.learn(&self.playout.now().part, &starts, rate);
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
            own_breath: self.steering.own_breath().map(|own| own.per_minute()),
        }
    }
}

/// The plan from a pose on. The listener's position is unknown, so the way there is said.
fn beginning(plan: &Plan, begin: &Begin) -> Part {
    let is_there = |item: &crate::plan::Item| item.pose == begin.pose;
    let from = plan.items.iter().position(is_there).unwrap_or(0);
    Part::new(plan, from, &begin.words, Some("")).on_new_output()
}
