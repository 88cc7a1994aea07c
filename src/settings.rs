//! The settings of a session, and the times that follow from the pace.

mod own_breath;

use std::time::Duration;

use crate::diagnostic::Span;
use crate::routine::pronounce::Pronounce;
use crate::routine::{BreathRatio, Ending, Id, Level};
use crate::signs::typed;
use crate::units::Decibels;

pub use self::own_breath::OwnBreath;
pub(crate) use self::own_breath::{MOST as LONGEST_BREATH, Tapped, Taps};

/// How a session is performed.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Speed of everything that is spoken or paced; a factor.
    pub pace: Pace,
    /// Factor on every hold, from 0.1 to 10.
    pub holds: f64,
    /// Factor on the pauses between sentences, for a session that is to fit a time; a few per cent from 1.
    pub pauses: f64,
    /// How much of a hold is counted aloud.
    pub counting: Counting,
    /// How far into each pose the listener is guided.
    pub level: Level,
    /// How much of the routine's text is said.
    pub words: Words,
    /// The breath, for holds that do not set one.
    pub breath: BreathRatio,
    /// Whether the listener chose that breath, so that it replaces one that a routine sets.
    pub is_breath_asked: bool,
    /// The listener's own breath, once they have tapped it.
    pub own_breath: Option<OwnBreath>,
    /// Whether there are keys, or something else, by which a listener can tap it.
    pub takes_taps: bool,
    /// What leads a hold of breaths.
    pub breath_cues: BreathCues,
    /// Integrated loudness of the speech in LUFS, from -40 to -10.
    pub loudness: Decibels,
    /// Gain on the ambience, in dB from -40 to 12; while the voice speaks, the ambience stays at least 20 dB
    /// under it in any case.
    pub ambience_gain: Decibels,
    /// How far the session calms down on its way.
    pub wind_down: WindDown,
    /// Gain on the voice in dB, from -40 to 6, on top of its loudness; the ambience stays at least 20 dB under
    /// the voice.
    pub voice_gain: Decibels,
    /// Whether any ambience plays; without ambience, the end needs no minutes to fade.
    pub ambience: bool,
    /// Whether that is music, which somebody wants to hear.
    pub is_music: bool,
    /// The listener's own pronunciations; they win over the routine's.
    pub pronounce: Pronounce,
    /// How the session ends; `None` leaves that to the routine.
    pub ending: Option<Ending>,
    /// How long the ambience goes on after the last words of a session that ends asleep, up to 12 h. It fades
    /// over the second half.
    pub sleep_timer: Duration,
    /// Whether it goes on until somebody stops it instead.
    pub until_morning: bool,
    /// Time to settle in before the first pose, up to 10 min; zero for none.
    pub settle: Duration,
    /// Whether both channels get the same sound.
    pub mono: bool,
    /// Whether holds and rests are cut to two seconds and rounds to one, for whoever writes a routine.
    pub is_preview: bool,
    /// The poses that need fewer words, since the listener has come to know them.
    pub known: Vec<(Id, Words)>,
    /// The names of the poses that are left out because the listener never wants them.
    pub never: Vec<String>,
    /// The poses that are led gently because the listener always wants that.
    pub always_gentle: Vec<Id>,
    /// The steps at which the listener needs more time, by their places in the text: a factor of at least 1 on the
    /// pause after their words.
    pub more_time: Vec<(Span, f64)>,
    /// The poses that were left out last time: they are led gently, whatever the level.
    pub gentler: Vec<Id>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pace: Pace::default(),
            holds: 1.0,
            pauses: 1.0,
            counting: Counting::default(),
            level: Level::default(),
            words: Words::default(),
            breath: BreathRatio::default(),
            is_breath_asked: false,
            own_breath: None,
            takes_taps: false,
            breath_cues: BreathCues::default(),
            loudness: DEFAULT_LOUDNESS,
            ambience_gain: Decibels::UNITY,
            wind_down: WindDown::default(),
            voice_gain: Decibels::UNITY,
            ambience: true,
            is_music: false,
            pronounce: Pronounce::default(),
            ending: None,
            sleep_timer: DEFAULT_SLEEP_TIMER,
            until_morning: false,
            settle: Duration::ZERO,
            mono: false,
            is_preview: false,
            known: Vec::new(),
            never: Vec::new(),
            always_gentle: Vec::new(),
            more_time: Vec::new(),
            gentler: Vec::new(),
        }
    }
}

impl Settings {
    /// The longest breath that a listener's own one is slowed to: the `breath` in force, or six a minute where they have not
    /// chosen it and it is slower.
    pub(crate) fn slowest_breath(&self, breath: BreathRatio) -> Duration {
        let in_force = self.pace.scale(breath.cycle());
        if self.is_breath_asked { in_force } else { in_force.min(own_breath::SIX_A_MINUTE) }
    }

    /// Turns everything down by so many decibels: a routine for the middle of the night asks for that. A rendered
    /// voice and the ambience follow the loudness; the loudness stays within its range.
    pub fn hush(&mut self, decibels: u32) {
        // At most 20 dB.
        self.loudness = Decibels((self.loudness.0 - decibels as f32).max(LEAST_LOUDNESS));
    }

    /// Makes a preview of the session: every hold is announced and then cut, and the sound ends with the words.
    pub(crate) fn preview(&mut self) {
        self.is_preview = true;
        self.counting = Counting::None;
        self.settle = Duration::ZERO;
        self.sleep_timer = Duration::ZERO;
        self.until_morning = false;
    }
}

/// The lowest loudness of a session, in LUFS.
const LEAST_LOUDNESS: f32 = -40.0;

/// Ten minutes of ambience after the last words, in which a listener who is nearly asleep can fall asleep.
pub(crate) const DEFAULT_SLEEP_TIMER: Duration = Duration::from_secs(600);

/// -20 LUFS: between broadcast (EBU R 128, -23) and podcasts (-16), because it is night.
pub(crate) const DEFAULT_LOUDNESS: Decibels = Decibels(-20.0);

/// How much of a hold is counted aloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// Every count and every breath.
    #[default]
    Every,
    /// Half-way and the end only.
    Sparse,
    /// Nothing.
    None,
}

/// Whether pauses become longer where a listener needs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pauses {
    /// Where they asked for more time on other evenings.
    #[default]
    Learned,
    /// Nowhere.
    Plain,
}

/// What leads a hold of breaths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BreathCues {
    /// Words on every breath.
    Voice,
    /// Words on two breaths and on the last one; the sound itself breathes. Breath-like sound keeps the breath
    /// steadier than tones (Murgia 2016).
    #[default]
    Sound,
    /// A tone that rises with the in-breath, and one that falls with the out-breath.
    Tone,
    /// The number of each breath.
    Number,
    /// Nothing.
    None,
}

/// How much of a routine's text is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// Everything is said.
    #[default]
    Full,
    /// Kindnesses (`option` steps) are dropped.
    Brief,
    /// One sentence before each hold: its short form, or the first one.
    Short,
    /// The names of the poses, the sides and the ends of holds.
    Names,
}

impl Words {
    /// What a listener needs who has done a pose so often: everything for the first three times, then a sentence before
    /// each hold, and from the tenth time on the names.
    pub(crate) fn after(times: u32) -> Self {
        match times {
            0..=2 => Self::Full,
            3..=9 => Self::Short,
            10.. => Self::Names,
        }
    }
}

/// How far a session calms down from its first pose to its last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindDown {
    /// Not at all.
    #[default]
    Off,
    /// Half as much.
    Gentle,
    /// From 115 to 95 words a minute, 4 dB softer, from eight breaths a minute to six.
    Full,
}

impl WindDown {
    /// The default: only a session that ends asleep winds down.
    pub(crate) fn by(ending: Ending) -> Self {
        match ending {
            Ending::Asleep => Self::Full,
            Ending::Awake => Self::Off,
        }
    }
}

/// A speed factor from 0.5 to 2; above 1 everything is faster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// For a tired evening.
    pub const SLOW: Self = Self(0.85);
    /// As the routine was timed.
    pub const NORMAL: Self = Self(1.0);
    /// For listeners who know the routine.
    pub const BRISK: Self = Self(1.2);

    /// The factor.
    pub(crate) fn factor(self) -> f64 {
        self.0
    }

    /// This pace times a factor, kept within the range.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self((self.0 * factor).clamp(0.5, 2.0))
    }

    /// `time` at this pace.
    pub(crate) fn scale(self, time: Duration) -> Duration {
        // The factor is at least 0.5 and times are at most hours, so this can't overflow.
        time.div_f64(self.0)
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl std::str::FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let meant = typed(text);
        match meant.as_str() {
            "slow" => Ok(Self::SLOW),
            "normal" => Ok(Self::NORMAL),
            "brisk" => Ok(Self::BRISK),
            _ => {
                meant.parse().ok().filter(|factor| (0.5..=2.0).contains(factor)).map(Self).ok_or_else(|| {
                    format!("`{text}` is not a pace: use slow, normal, brisk, or a factor from 0.5 to 2")
                })
            }
        }
    }
}

impl std::fmt::Display for Pace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::SLOW => f.write_str("slow"),
            Self::NORMAL => f.write_str("normal"),
            Self::BRISK => f.write_str("brisk"),
            Self(factor) => write!(f, "{factor}"),
        }
    }
}

/// Every time that a plan uses, at one pace and before any wind-down.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    /// Speed of the voice relative to its bedtime one.
    pub speed: f32,
    /// Rest at a comma: for a slower pace, pauses grow before words are stretched.
    pub comma: Duration,
    /// After a sentence.
    pub sentence: Duration,
    /// After the last sentence before a hold: time to arrive in it.
    pub settle: Duration,
    /// After the sentence that ends a hold: time to come out of it.
    pub release: Duration,
    /// For the change of side.
    pub change_side: Duration,
    /// For a change of position, such as from the back to all fours.
    pub change_position: Duration,
    /// Between a pose's name and its first instruction.
    pub name: Duration,
    /// Between two poses.
    pub between_poses: Duration,
    /// Between spoken counts, where a step sets none.
    pub beat: Duration,
}

impl Timing {
    /// The times with these settings. A voice's rest at a comma is part of its clip, which stays the same whatever
    /// time a session is to fit, and so does the beat.
    pub(crate) fn of(settings: &Settings) -> Self {
        let ms = |ms| settings.pace.scale(Duration::from_millis(ms));
        let pause = |pause| ms(pause).mul_f64(settings.pauses);
        Self {
            speed: settings.pace.factor() as f32,
            comma: ms(750),
            sentence: pause(2_200),
            settle: pause(2_600),
            release: pause(3_600),
            change_side: pause(4_000),
            change_position: pause(10_000),
            name: pause(1_500),
            between_poses: pause(3_000),
            beat: ms(1_200),
        }
    }
}
