//! The options of a session, each declared once. A declaration gives the flag, the key in a config, the range
//! with its message, the row in `supine config`, the form in the journal and the help.

mod ambience;
mod macros;
mod poses;
mod table;
pub(crate) mod values;

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use serde_json::Value as Json;

use self::macros::{in_force, options};
use self::table::{Declared, PLAIN, Slot, hyphened};
use self::values::{Choosable, Quantity, numbers, parsed, times, words};
use super::origin::{InForce, Layers, Origin};
use crate::diagnostic::suggest;
use crate::language::Tag;
use crate::reader::{Problems, Value};
use crate::routine::pronounce::Pronounce;
use crate::routine::{BreathRatio, Ending, Level};
use crate::settings::{
    BreathCues, Counting, DEFAULT_LOUDNESS, DEFAULT_SLEEP_TIMER, Pace, Pauses, WindDown, Words,
};
use crate::signs::toml_string;
use crate::units::{Decibels, Time};

pub use self::poses::{OnlyPoses, Poses};
pub(crate) use self::table::{Details, Row};
pub use self::values::Form;

/// The ambience when none was chosen.
pub const DEFAULT_AMBIENCE: &str = "ocean";

numbers! {
    /// A factor on every hold.
    Holds(f64): 0.1 to 10.0;
    /// The minutes of the guided part.
    Minutes(f64): 1.0 to 240.0;
    /// A gain on the ambience.
    AmbienceGain(Decibels): -40.0 to 12.0;
    /// The integrated loudness of a rendered voice, in LUFS.
    Loudness(Decibels): -40.0 to -10.0;
    /// A gain on the voice, on top of its loudness.
    VoiceGain(Decibels): -40.0 to 6.0;
}

times! {
    /// The time that the ambience goes on after the last words; at most a night.
    SleepTimer: 0 s to 43_200 s;
    /// The time before the first pose.
    Settle: 0 s to 600 s;
}

parsed! { Pace, BreathRatio, Tag }

words! {
    BreathCues {
        Self::Voice = "voice": "every breath is spoken",
        Self::Sound = "sound": "two breaths and the last are spoken; between them the sound itself breathes",
        Self::Tone = "tone": "a soft tone that rises with the in-breath, and one that falls with the out-breath",
        Self::Number = "number": "the number of each breath",
        Self::None = "none": "nothing",
    }
    Counting {
        Self::Every = "every": "every count and every breath",
        Self::Sparse = "sparse": "halfway and the end",
        Self::None = "none": "nothing inside a hold",
    }
    Level {
        Self::Gentle = "gentle": "kinder to knees and back",
        Self::Standard = "standard": "as the routine is written",
        Self::Deeper = "deeper": "further into the stretch",
    }
    Ending {
        Self::Asleep = "asleep": "no bell; the ambience goes on for a while and fades",
        Self::Awake = "awake": "a clear close and a bowl",
    }
    WindDown {
        Self::Off = "off": "no change",
        Self::Gentle = "gentle": "half as much",
        Self::Full = "full": "from 115 to 95 words a minute, 4 dB softer, longer pauses and breaths",
    }
    Pauses {
        Self::Learned = "learned": "longer where you asked for more time on other evenings",
        Self::Plain = "plain": "as the pace says",
    }
    Words {
        Self::Full = "full": "everything",
        Self::Brief = "brief": "without the hints of `option` steps",
        Self::Short = "short": "one sentence before each hold",
        Self::Names = "names": "names of poses, sides, and the ends of holds",
    }
}

options! {
    /// Who speaks: an id from `supine voices`, or any part of an id that fits only one
    voice: String = open("the first of `supine voices`"),
        Details { value_name: "VOICE", example: "\"system\"", row: 0, ..PLAIN };

    /// The language of a routine that has several, such as `de` or `pt-BR`
    language: Tag = open("the system's"),
        Details { value_name: "LANGUAGE", example: "\"de\"", row: 0, ..PLAIN };

    /// Speed of voice, pauses, counts and breaths together: slow, normal, brisk, or a factor from 0.5
    /// to 2 (2 is twice as fast)
    pace: Pace = default(Pace::NORMAL),
        Details { value_name: "PACE", example: "\"slow\"", row: 0, ..PLAIN };

    /// Factor on every hold, from 0.1 to 10
    holds: Holds = default(Holds(1.0)),
        Details { value_name: "FACTOR", example: "1.5", ..PLAIN };

    /// Fit the guided part into so many minutes: `supine show` tells how, and which are possible
    minutes: Minutes = open("as many as the routine takes"),
        Details { value_name: "N", example: "15", row: 0, ..PLAIN };

    /// Begin at this pose, named by its id or its name
    from: String = open("the first pose"),
        Details { value_name: "POSE", example: "\"pigeon\"", ..PLAIN };

    /// Only these poses, by their ids or names, such as `pigeon,spinal-twist`
    only: OnlyPoses = open("all poses"),
        Details { value_name: "POSE,...", example: "[\"pigeon\"]", ..PLAIN };

    /// Without these poses, this time
    skip: Poses = open("no pose"),
        Details { value_name: "POSE,...", example: "[\"pigeon\"]", ..PLAIN };

    /// Without these poses, whatever routine has them; `supine never` keeps this in the config
    never: Poses = open("no pose"),
        Details { value_name: "POSE,...", example: "[\"pigeon\"]", ..PLAIN };

    /// These poses in their gentle form, whatever the level
    always_gentle: Poses = open("no pose"),
        Details { value_name: "POSE,...", example: "[\"spinal-twist\"]", ..PLAIN };

    /// How much of a hold is counted aloud
    counting: Counting = default(Counting::default()),
        Details { value_name: "HOW", example: "\"sparse\"", row: 2, ..PLAIN };

    /// How far into each pose
    level: Level = default(Level::default()),
        Details { value_name: "LEVEL", example: "\"gentle\"", ..PLAIN };

    /// How much of the instructions is spoken; default: full the first three times, then less
    words: Words = open("fewer as you get to know a pose"),
        Details { value_name: "WORDS", example: "\"brief\"", ..PLAIN };

    /// Whether pauses become longer where you asked for more time on other evenings
    pauses: Pauses = default(Pauses::default()),
        Details { value_name: "HOW", example: "\"plain\"", ..PLAIN };

    /// Seconds in and out for a breath at normal pace, such as 4:6; with holds in:hold:out:hold, box
    /// (4:4:4:4) or 4-7-8
    breath: BreathRatio = default(BreathRatio::default()),
        Details { value_name: "IN:OUT", example: "\"4:6\"", ..PLAIN };

    /// What leads a hold of breaths
    breath_cues: BreathCues = default(BreathCues::default()),
        Details { value_name: "HOW", example: "\"voice\"", ..PLAIN };

    /// A built-in sound (`supine sounds`), a music file, a folder or playlist of them, or none
    ambience: OsString = default(OsString::from(DEFAULT_AMBIENCE)),
        Details { value_name: "SOUND", example: "\"rain\"", row: 1, ..PLAIN };

    /// Gain on the ambience in dB, from -40 to 12; under the voice it stays 20 dB below
    ambience_gain: AmbienceGain = default(AmbienceGain(Decibels::UNITY)),
        Details { value_name: "DB", example: "-6", row: 1, ..PLAIN };

    /// Loudness of a rendered voice in LUFS, from -40 to -10; default: -20
    loudness: Loudness = default(Loudness(DEFAULT_LOUDNESS)),
        Details { value_name: "LUFS", example: "-23", ..PLAIN };

    /// Gain on the voice in dB, from -40 to 6: for the system voice, whose level can't be measured
    voice_gain: VoiceGain = default(VoiceGain(Decibels::UNITY)),
        Details { value_name: "DB", example: "-3", ..PLAIN };

    /// Slower, softer and calmer from the first pose to the last; full when the session ends asleep
    wind_down: WindDown = open("full, off to end awake"),
        Details { value_name: "HOW", example: "\"gentle\"", ..PLAIN };

    /// How it ends; default: as the routine says
    ending: Ending = open("the routine's"),
        Details { value_name: "HOW", example: "\"awake\"", ..PLAIN };

    /// How long the ambience goes on after the last words, from 0s to 12h, such as 45s, 10min or
    /// 1h30m; it fades over the second half; default: 10min; no effect when it ends awake
    sleep_timer: SleepTimer = default(SleepTimer(DEFAULT_SLEEP_TIMER)),
        Details { value_name: "TIME", example: "\"20min\"", ..PLAIN };

    /// Let the ambience go on after the last words until it is stopped; no effect when it ends awake
    until_morning: bool = default(false),
        Details { stands_alone: true, excludes: Some("sleep_timer"), ..PLAIN };

    /// Time to settle in before the first pose, from 0s to 10min, such as 60s; any key continues
    settle: Settle = default(Settle(Duration::ZERO)),
        Details { value_name: "TIME", example: "\"60s\"", ..PLAIN };

    /// Put the same sound into both channels: for one earbud, one deaf ear, a side sleeper
    mono: bool = default(false),
        Details { value_name: "true|false", ..PLAIN };

    /// Print nothing at all; what matters is said
    silent_screen: bool = default(false),
        Details { value_name: "true|false", while_playing: true, ..PLAIN };

    /// Silence the ambience in a pause too
    pause_silence: bool = default(false),
        Details { value_name: "true|false", while_playing: true, ..PLAIN };
}

/// The type of a declared option.
pub type DeclaredOption = Declared<Choices, Resolved>;

/// Every option, in the order of the rows in `supine config`.
pub fn rows() -> Vec<&'static DeclaredOption> {
    let mut rows: Vec<&DeclaredOption> = OPTIONS.iter().collect();
    rows.sort_by_key(|option| option.details.row);
    rows
}

#[cfg(test)]
mod tests;
