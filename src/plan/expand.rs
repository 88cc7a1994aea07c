//! Writes a routine out: sides, repeats and levels become a flat list of items with final texts and pauses.

mod breathing;
mod counting;
mod ends;
mod preview;
mod sides;
mod wording;

use std::mem;
use std::time::Duration;

use self::wording::{Worded, worded};
use super::utterances::{Prosody, UtteranceBook};
use super::wind_down::Calm;
use super::{AmbiencePlan, Arrival, HoldCue, Item, ItemKind, Plan, Track, UtteranceId};
use crate::diagnostic::{Diagnostic, Span};
use crate::phrases::Phrases;
use crate::phrases::lexicon::Lexicon;
use crate::routine::breath::Phase;
use crate::routine::text::Text;
use crate::routine::{BreathRatio, Chime, Level, Opening, Pose, Routine, Side, SideOrder, Step, StepKind};
use crate::settings::{Counting, Settings, Timing, Words};

/// 0.7 s of ambience or silence before the first word: Bluetooth swallows earlier sounds.
pub(crate) const LEAD_IN: Duration = Duration::from_millis(700);

/// How the voice speaks at one point of the wind-down.
fn prosody(settings: &Settings, calm: Calm) -> Prosody {
    Prosody {
        timing: calm.apply(&Timing::of(settings)),
        gain: calm.gain + settings.voice_gain,
        is_count: false,
    }
}

impl Plan {
    /// Writes `routine` out for a session with `settings`; its welcome says that the session takes `minutes`.
    pub(crate) fn new(routine: &Routine, settings: &Settings, phrases: &Phrases, minutes: u32) -> Self {
        let lexicon = Lexicon::new(&settings.pronounce.over(&routine.pronounce), phrases);
        let mut expander = Expander::new(settings, phrases, &lexicon).along(routine);
        let ending = settings.ending.unwrap_or(routine.last_ending());
        expander.welcome(routine, minutes);
        for pose in &routine.poses {
            expander.pose(pose);
        }
        if routine.present().last().is_none_or(|last| last.opening == Opening::Full) {
            expander.close(ending);
        }
        let mut plan = expander.written();
        plan.title = routine.titles();
        plan.ambience = AmbiencePlan::of(settings, ending);
        plan
    }

    /// Lines without a routine, said one after another, each followed by its pause.
    pub(crate) fn lines(lines: &[(String, Duration)], settings: &Settings, phrases: &Phrases) -> Self {
        let lexicon = Lexicon::new(&settings.pronounce, phrases);
        Expander::new(settings, phrases, &lexicon).lines(lines)
    }
}

/// Walks through a routine and writes items down.
#[derive(Clone)]
struct Expander<'a> {
    settings: &'a Settings,
    phrases: &'a Phrases,
    order: SideOrder,
    /// What each of the routines that are done in one go says about itself, and the one of the current pose.
    heads: Vec<&'a Routine>,
    part: usize,
    /// Whether a welcome was said.
    is_welcomed: bool,
    /// The breath of the current pose.
    breath: BreathRatio,
    prosody: Prosody,
    calm: Calm,
    /// The level of the current pose, which may change on the way.
    level: Level,
    /// How much of the current pose is said.
    words: Words,
    poses_planned: usize,
    book: UtteranceBook<'a>,
    chimes: Vec<Chime>,
    items: Vec<Item>,
    notes: Vec<Diagnostic>,
    pose: usize,
    poses: usize,
    side: Option<Side>,
    position: Option<String>,
    /// Whether the welcome has told the position that the routine begins in, and no step has led anywhere since.
    is_start_told: bool,
    arrivals: Vec<Arrival>,
    held: LongBreaths,
    /// How many breaths were led at the listener's own pace, and the seconds that they were too few for; `None` before
    /// the first.
    led: u32,
    owed: Option<f64>,
}

/// Breaths with a long hold that were done in a row.
#[derive(Clone, Copy, Default)]
struct LongBreaths {
    /// How many.
    done: u32,
    /// The number of items when the last of them was over.
    until: usize,
    /// How long the hold that they were in went on without them.
    rested: Duration,
}

impl<'a> Expander<'a> {
    pub(crate) fn new(settings: &'a Settings, phrases: &'a Phrases, lexicon: &'a Lexicon) -> Self {
        let calm = Calm::EVEN;
        Self {
            settings,
            phrases,
            order: SideOrder::default(),
            heads: Vec::new(),
            part: 0,
            is_welcomed: false,
            breath: settings.breath,
            prosody: prosody(settings, calm),
            calm,
            level: settings.level,
            words: settings.words,
            poses_planned: 0,
            book: UtteranceBook::new(phrases, lexicon),
            chimes: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
            pose: 0,
            poses: 0,
            side: None,
            position: None,
            is_start_told: false,
            arrivals: Vec::new(),
            held: LongBreaths::default(),
            led: 0,
            owed: None,
        }
    }

    /// Walks through a routine.
    pub(crate) fn along(mut self, routine: &'a Routine) -> Self {
        self.order = routine.order;
        self.poses_planned = routine.poses.len();
        self.heads = (0..=routine.others.len()).map(|part| routine.head(part)).collect();
        if let Some(first) = routine.poses.first() {
            self.part = first.part;
            self.tune(first);
        }
        self
    }

    /// Writes lines down without a routine.
    pub(crate) fn lines(mut self, lines: &[(String, Duration)]) -> Plan {
        self.push(ItemKind::Wait(LEAD_IN), &Span::default());
        for (line, then) in lines {
            self.speak(line, *then, &Span::default());
        }
        self.written()
    }

    /// The finished plan.
    pub(crate) fn written(self) -> Plan {
        Plan {
            utterances: self.book.utterances,
            chimes: self.chimes,
            items: self.items,
            arrivals: self.arrivals,
            notes: self.notes,
            ..Plan::default()
        }
    }

    pub(crate) fn pose(&mut self, pose: &Pose) {
        self.tune(pose);
        // The pause belongs to the pose before: a listener who skips that pose has not begun the next one.
        self.push(ItemKind::Wait(self.prosody.timing.between_poses), &pose.span);
        self.hand_over(pose);
        self.poses += 1;
        self.pose = self.poses;
        let name = pose.name.as_str();
        self.push(
            ItemKind::Pose { name: name.to_owned(), lead: self.calm.lead(self.breath, self.settings) },
            &pose.span,
        );
        let title = format!("{}.", name.trim_end_matches('.'));
        self.speak(&title, self.prosody.timing.name, pose.name.span());
        let was_left_out = self.settings.gentler.contains(&pose.id);
        let is_gentle = was_left_out || self.settings.always_gentle.contains(&pose.id);
        self.level = if is_gentle { Level::Gentle } else { self.settings.level };
        let known = self.settings.known.iter().find(|(id, _)| *id == pose.id && !was_left_out);
        self.words = known.map_or(self.settings.words, |(_, words)| *words);
        if was_left_out {
            self.speak(&self.phrases.gentler, self.prosody.timing.sentence, pose.name.span());
        }
        if let Some(position) = &pose.position {
            self.change_position(position, None, position.span());
        }
        self.steps(&pose.steps);
    }

    /// Takes on the calm and the breath of the pose that comes next. A routine that sets its breath keeps it.
    fn tune(&mut self, pose: &Pose) {
        let own = self.heads.get(pose.part).and_then(|head| head.breath);
        let calm = Calm::of_pose(self.settings.wind_down, self.poses, self.poses_planned);
        self.calm = if own.is_some() { Calm { breath: 1.0, ..calm } } else { calm };
        self.breath = own.filter(|_| !self.settings.is_breath_asked).unwrap_or(self.settings.breath);
        self.prosody = prosody(self.settings, self.calm);
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in worded(steps, self.words) {
            match step {
                Worded::AsWritten(step) => self.step(step),
                Worded::Said(text, step) => self.say(text, self.prosody.timing.sentence, &step.span),
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let span = &step.span;
        match &step.kind {
            StepKind::Say(text) | StepKind::Option(text) | StepKind::Short(text) => {
                self.say(text, self.prosody.timing.sentence, span)
            }
            StepKind::Release(text) => self.say(text, self.prosody.timing.release, span),
            StepKind::Inhale(text) => self.half_breath(text, Phase::In, span),
            StepKind::Exhale(text) => self.half_breath(text, Phase::Out, span),
            StepKind::Count { to, beat, .. } => self.count(*to, *beat, span),
            StepKind::Breaths(cycles) => self.breaths(*cycles, false, span),
            StepKind::Sway(cycles) => self.breaths(*cycles, true, span),
            StepKind::Seconds { time, .. } => self.seconds(*time, span),
            StepKind::EachSide(steps) => self.each_side(steps, span),
            StepKind::Repeat { times, wait, steps, .. } => {
                let times = if self.settings.is_preview { 1 } else { *times };
                for _ in 0..times {
                    self.steps(steps);
                    self.wait_for_key(*wait, span);
                }
            }
            StepKind::Only(level, steps) => {
                if *level == self.level && *level != Level::Standard {
                    self.steps(steps);
                }
            }
            StepKind::Rest { time, .. } => self.push(ItemKind::Wait(self.settings.pace.scale(*time)), span),
            StepKind::Wait { text, at_most } => {
                self.say(text, self.prosody.timing.sentence, span);
                self.wait_for_key(Some(*at_most), span);
            }
            StepKind::Sound(chime) => self.chime(*chime, span),
            StepKind::MoveTo { position, time } => self.change_position(position, *time, span),
        }
    }

    /// Waits until the listener presses a key; without one it goes on by itself.
    fn wait_for_key(&mut self, at_most: Option<Duration>, span: &Span) {
        if let Some(time) = at_most {
            self.push(ItemKind::Settle(time), span);
        }
    }

    fn change_position(&mut self, position: &Text, time: Option<Duration>, span: &Span) {
        let text = self.fill(position);
        let was_told = mem::take(&mut self.is_start_told);
        let time = time.map(|time| self.settings.pace.scale(time));
        if self.position.as_deref() == Some(text.as_str()) {
            // The rest of the welcome is time enough to get there, unless the routine itself asks for time.
            if let Some(time) = time.filter(|_| was_told) {
                self.push(ItemKind::Wait(time), span);
            }
            return;
        }
        let time = time.unwrap_or(self.prosody.timing.change_position);
        self.speak(&self.phrases.position(&text), time, span);
        self.arrive(text, time);
    }

    /// Notes that the listener has been led into `position`, and how to lead there once more after a jump.
    fn arrive(&mut self, position: String, time: Duration) {
        let sentences = self.phrases.sentences(&self.phrases.position(&position)).into_iter();
        let words = sentences.map(|said| self.book.unsaid(said.text, &self.prosody)).collect();
        self.arrivals.retain(|known| known.position != position);
        self.arrivals.push(Arrival { position: position.clone(), words, time });
        self.position = Some(position);
    }

    /// A plain hold lasts its seconds at every pace: "at least 20 seconds" is about the stretch, not about the
    /// speed of speech.
    fn seconds(&mut self, time: Duration, span: &Span) {
        let time = time.mul_f64(self.settings.holds);
        let whole = time.as_secs_f64().round().max(1.0) as u32; // at most 10 hours
        self.announce(&self.phrases.hold_seconds(whole), span);
        self.settle();
        let mut cues = Vec::new();
        if self.settings.counting != Counting::None && time >= Duration::from_secs(20) {
            let utterance = self.book.id(self.phrases.halfway.clone(), &self.prosody);
            cues.push(HoldCue { at: time / 2, utterance, track: Track::Count });
        }
        self.hold(cues, time, span);
    }

    fn hold(&mut self, cues: Vec<HoldCue>, length: Duration, span: &Span) {
        let then = self.prosody.timing.name;
        self.push(ItemKind::Hold { cues, breaths: Vec::new(), length, then }, span);
    }

    fn scaled_count(&self, n: u32) -> u32 {
        // Counts are at most 300 and the factor at most 10.
        (f64::from(n) * self.settings.holds).round().max(1.0) as u32
    }

    /// Gives the last sentence before a hold the time to arrive in it.
    fn settle(&mut self) {
        if let Some(Item { what: ItemKind::Speak { then, .. }, .. }) = self.items.last_mut() {
            *then = (*then).max(self.prosody.timing.settle);
        }
    }

    fn announce(&mut self, text: &str, span: &Span) {
        self.speak(text, self.prosody.timing.sentence, span);
    }

    fn say(&mut self, text: &Text, then: Duration, span: &Span) {
        self.speak(&self.fill(text), then, span);
    }

    /// Says a text sentence by sentence; `then` follows the last one.
    fn speak(&mut self, text: &str, then: Duration, span: &Span) {
        let ids: Vec<UtteranceId> = self.book.sentences(text, &self.prosody);
        let last = ids.len().saturating_sub(1);
        let needs = self.settings.more_time.iter().find(|(step, _)| step == span);
        let more = needs.map_or(1.0, |(_, factor)| *factor);
        for (place, utterance) in ids.into_iter().enumerate() {
            let then = if place == last { then } else { self.prosody.timing.sentence };
            let then = then.mul_f64(more);
            self.push(ItemKind::Speak { utterance, then }, span);
        }
    }

    fn chime(&mut self, chime: Chime, span: &Span) {
        let place = self.chimes.iter().position(|known| *known == chime).unwrap_or_else(|| {
            self.chimes.push(chime);
            self.chimes.len() - 1
        });
        let then = self.prosody.timing.settle;
        self.push(ItemKind::Chime { chime: place, then }, span);
    }

    fn fill(&self, text: &Text) -> String {
        match self.side {
            Some(side) => self.phrases.sided(text.as_str(), side),
            None => text.as_str().to_owned(),
        }
    }

    fn push(&mut self, what: ItemKind, span: &Span) {
        let what = if self.settings.is_preview { preview::cut(what) } else { what };
        self.items.push(Item {
            what,
            pose: self.pose,
            side: self.side,
            position: self.position.clone(),
            span: span.clone(),
        });
    }
}
