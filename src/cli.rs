//! The command line: its words, its help and its ranges. What the commands do is in
//! [`crate::commands`].

mod options;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::advice::Advice;
use crate::config::{
    AMBIENCE_GAIN, Choices, HOLDS, LOUDNESS, SETTLE, SLEEP_TIMER, VOICE_GAIN, number_in, time_in,
};
use crate::control::{MAX_VOLUME, WORDS};
use crate::routine::{BreathRatio, Ending, Level};
use crate::settings::{Counting, Pace, WindDown, Words};
use crate::units::Time;

const EXAMPLES: &str = "\
Examples:
  supine                                the bedtime routine, as it is
  supine --pace slow --ambience rain    slower, over rain
  supine play --holds 0.5               half of every hold
  supine resume                         continue the session that was cut short
  supine render bedtime-back -o bed.wav a file for the phone
  supine show bedtime-back              read what will be said
  supine voices                         who can speak
  supine setup                          choose a voice and a pace by ear

How it ended (exit code):
  0  to its end         3  no voice answers   130  Ctrl-C, faded out
  1  something failed   4  no sound device    131  Ctrl-\\, faded out
  2  a mistake on the command line,           143  SIGTERM, faded out
     in a routine or in the config";

/// Lie down, close your eyes: supine reads bedtime stretches aloud, counts the holds, paces the
/// breath and keeps a quiet sound underneath.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do; without it, the default routine is played.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// How to play the default routine.
    #[command(flatten)]
    pub session: SessionArgs,

    /// How it starts.
    #[command(flatten)]
    pub start: StartArgs,
}

impl Cli {
    /// The session that this starts, if it starts one, and how.
    pub fn starts(&self) -> Option<(&SessionArgs, &StartArgs)> {
        match &self.command {
            None => Some((&self.session, &self.start)),
            Some(Command::Play { session, start, .. } | Command::Resume { session, start }) => {
                Some((session, start))
            }
            Some(_) => None,
        }
    }

    /// Whether words that clap refuses were to start a session, as far as can be told.
    pub fn would_start(words: impl IntoIterator<Item = OsString>) -> bool {
        let matches = Self::command().ignore_errors(true).try_get_matches_from(words);
        matches.is_ok_and(|matches| matches!(matches.subcommand_name(), None | Some("play" | "resume")))
    }
}

/// What is wrong when an option begins with a dash that no keyboard types: pages and word processors make
/// one of two hyphens.
pub fn dashes(words: impl IntoIterator<Item = OsString>) -> Option<Advice> {
    let is_dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}');
    words.into_iter().skip(1).find_map(|word| {
        let word = word.to_str()?;
        let dash = word.chars().find(|c| is_dash(*c))?;
        let name = word.trim_start_matches(|c| is_dash(c) || c == '-');
        let is_option = word.starts_with(['-', dash]) && name.starts_with(|c: char| c.is_ascii_alphabetic());
        let hyphens = if name.len() == 1 { "-" } else { "--" };
        let help = format!("type hyphens: `{hyphens}{}`", name.replace(is_dash, "-"));
        let problem = format!("`{word}` begins with a dash (U+{:04X})", u32::from(dash));
        is_option.then(|| Advice::new(problem, help))
    })
}

/// What clap refuses: its first line, since those after it are help.
pub fn reason(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a routine: lie down, close your eyes, Ctrl-C fades out
    #[command(
        after_help = "Examples:\n  supine play\n  supine play bedtime-back --level gentle\n  supine play ./mine.toml --voice espeak:en-us+f3 --ambience ~/music/quiet"
    )]
    Play {
        /// A built-in routine, the path of a routine file, or - for standard input
        #[arg(default_value = crate::catalogue::DEFAULT)]
        routine: OsString,
        #[command(flatten)]
        session: SessionArgs,
        #[command(flatten)]
        start: StartArgs,
    },
    /// Resume the session that was interrupted last, at the pose it had reached
    #[command(
        after_help = "Examples:\n  supine resume\n  supine resume --voice natural --ambience none\n\nIt uses that session's options; options given here override them. A finished session\ncan't be resumed."
    )]
    Resume {
        #[command(flatten)]
        session: SessionArgs,
        #[command(flatten)]
        start: StartArgs,
    },
    /// List the built-in routines
    #[command(after_help = "Example:\n  supine list")]
    List,
    /// Show what will be said and when, as a script or as JSON
    #[command(
        after_help = "Examples:\n  supine show bedtime-back\n  supine show ./mine.toml --json > mine.json\n\nTimes are exact for a voice that can be rendered, which is the default here. With\n`--voice system` they are estimates: that engine's timing can't be\nknown in advance."
    )]
    Show {
        /// A built-in routine, the path of a routine file, or - for standard input
        #[arg(default_value = crate::catalogue::DEFAULT)]
        routine: OsString,
        /// Print the score as JSON: events, markers and ambience gain, in seconds
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Check routine files: mistakes, what can't be followed with closed eyes, and how it will sound
    #[command(
        after_help = "Examples:\n  supine check routines/*.toml\n  supine check ./mine.toml --voice espeak\n  supine check ./mine.toml --quick\n\nA file without mistakes is rendered, and its loudness is measured (EBU R 128).\nExits with 2 when a file has errors; warnings alone are fine."
    )]
    Check {
        /// Routine files, or - for standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Check the text only, without rendering and measuring the sound
        #[arg(long)]
        quick: bool,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// List the voices, their languages and kinds, and the default
    #[command(
        after_help = "Examples:\n  supine voices\n  supine voices --language de\n  supine voices --try\n  supine voices --try natural espeak:en-gb\n  supine --voice espeak:en-gb+f3\n\nA voice is named by its id, or by any part of an id that fits only one. Any program that\nwrites WAV can be a voice: see `supine config --help`."
    )]
    Voices {
        /// Only voices of this language, such as `en` or `pt-br`
        #[arg(long)]
        language: Option<String>,
        /// Print one JSON object per voice, variants written out
        #[arg(long)]
        json: bool,
        /// Say a sentence in each of these voices, or in every fitting one; any key chooses what you hear
        #[arg(long = "try", value_name = "ID", num_args = 0.., conflicts_with = "json")]
        try_voices: Option<Vec<String>>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Choose a voice and a pace by ear: press any key to choose what you hear; Escape changes nothing
    #[command(
        after_help = "Examples:\n  supine setup\n  supine setup --language de\n\nEverything is said, and printed as well. If you press nothing, the first voice and the normal\npace are chosen. Your choice is saved in the config."
    )]
    Setup {
        /// The language of the routines that the voice is for
        #[arg(long, default_value = "en")]
        language: String,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// List the built-in ambiences and chimes
    #[command(
        after_help = "Examples:\n  supine --ambience rain\n  supine --ambience ~/music/quiet.flac --ambience-gain -6\n  supine --ambience ~/music/     every file in it and in up to 8 levels of folders\n                                 below, by name, crossfaded\n  supine --ambience ~/music/night.m3u\n  supine --ambience none"
    )]
    Sounds,
    /// Write a session to a WAV file instead of playing it
    #[command(
        after_help = "Examples:\n  supine render bedtime-back -o bed.wav\n  supine render ./mine.toml -o mine.wav --voice espeak:en-gb --ambience none\n  supine render -o - | ffmpeg -i - bed.mp3"
    )]
    Render {
        /// A built-in routine, the path of a routine file, or - for standard input
        #[arg(default_value = crate::catalogue::DEFAULT)]
        routine: OsString,
        /// The WAV file to write (48 kHz, stereo, 24 bits), or - for standard output; a file of this name
        /// is replaced when the new one is complete
        #[arg(short, long)]
        output: PathBuf,
        /// Print its loudness, true peak and the margin of the voice over the ambience
        #[arg(long)]
        report: bool,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Show the folder of cached speech, or empty it
    #[command(
        after_help = "Examples:\n  supine cache\n  supine cache --clear\n\nWhen the folder gets too big, the clips unused for longest are removed automatically."
    )]
    Cache {
        /// Remove all clips
        #[arg(long)]
        clear: bool,
    },
    /// Control the running session: pause, continue, repeat, and more
    #[command(
        after_help = "Examples:\n  supine ctl toggle          pause, or continue\n  supine ctl again           say that again\n  supine ctl volume 70       percent of the level at the start\n  supine ctl status --json\n\nBind it to a key of your desktop. Exits with 1 when no session is playing."
    )]
    Ctl {
        /// What to ask for
        #[arg(value_parser = PossibleValuesParser::new(ctl_words()))]
        request: String,
        /// For `volume`: 0 to 200
        #[arg(required_if_eq("request", "volume"), value_parser = clap::value_parser!(u8).range(..=i64::from(MAX_VOLUME)))]
        percent: Option<u8>,
        /// Print the answer as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the settings in force and where each comes from
    #[command(
        after_help = "Examples:\n  supine config\n  supine config --pace slow\n\nThe config file is TOML and may hold any of these:\n  voice = \"espeak:en-gb+f3\"   pace = \"slow\"          ambience = \"rain\"\n  counting = \"sparse\"         holds = 1.5             level = \"gentle\"\n  words = \"brief\"             breath = \"4:6\"          loudness = -23\n  ambience_gain = -6          voice_gain = -3         wind_down = \"gentle\"\n  ending = \"awake\"            sleep_timer = \"20min\"   until_morning = true\n  settle = \"60s\"              silent_screen = true    pause_silence = true\n\n`until_morning` overrides `sleep_timer`. Your own speech engines, which must write WAV, go at\nthe end of the file:\n  [engines.flite]\n  command = [\"flite\", \"-voice\", \"slt\", \"-o\", \"{wav}\"]"
    )]
    Config {
        #[command(flatten)]
        session: SessionArgs,
    },
}

/// What `supine ctl` knows.
fn ctl_words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word).chain(["volume", "status"])
}

/// What may be chosen for a session.
#[derive(Clone, Debug, Default, Args)]
pub struct SessionArgs {
    /// Who speaks: an id from `supine voices`, or any part of an id that fits only one
    #[arg(long, value_name = "VOICE")]
    voice: Option<String>,
    /// Speed of voice, pauses, counts and breaths together: slow, normal, brisk, or a factor from 0.5
    /// to 2 (2 is twice as fast)
    #[arg(long, value_name = "PACE")]
    pace: Option<Pace>,
    /// Factor on every hold, from 0.1 to 10
    #[arg(long, value_name = "FACTOR", value_parser = |text: &str| number_in(text, HOLDS.0, HOLDS.1))]
    holds: Option<f64>,
    /// How much of a hold is counted aloud
    #[arg(long, value_name = "HOW")]
    counting: Option<Counting>,
    /// How far into each pose
    #[arg(long, value_name = "LEVEL")]
    level: Option<Level>,
    /// Whether optional hints are spoken
    #[arg(long, value_name = "WORDS")]
    words: Option<Words>,
    /// Seconds in and out for a breath at normal pace, such as 4:6
    #[arg(long, value_name = "IN:OUT")]
    breath: Option<BreathRatio>,
    /// A built-in sound (`supine sounds`), a music file, a folder or playlist of them, or none
    #[arg(long, value_name = "SOUND")]
    ambience: Option<OsString>,
    /// Gain on the ambience in dB, from -40 to 12; under the voice it stays 20 dB below
    #[arg(long, value_name = "DB", allow_negative_numbers = true, value_parser = |text: &str| number_in(text, AMBIENCE_GAIN.0, AMBIENCE_GAIN.1))]
    ambience_gain: Option<f64>,
    /// Loudness of a rendered voice in LUFS, from -40 to -10; default: -20
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true, value_parser = |text: &str| number_in(text, LOUDNESS.0, LOUDNESS.1))]
    loudness: Option<f64>,
    /// Gain on the voice in dB, from -40 to 6: for the system voice, whose level can't be measured
    #[arg(long, value_name = "DB", allow_negative_numbers = true, value_parser = |text: &str| number_in(text, VOICE_GAIN.0, VOICE_GAIN.1))]
    voice_gain: Option<f64>,
    /// Slower, softer and calmer from the first pose to the last; full when the session ends asleep
    #[arg(long, value_name = "HOW")]
    wind_down: Option<WindDown>,
    /// How it ends; default: as the routine says
    #[arg(long, value_name = "HOW")]
    ending: Option<Ending>,
    /// How long the ambience goes on after the last words, from 0s to 12h, such as 45s, 10min or
    /// 1h30m; it fades over the second half; default: 10min; no effect when it ends awake
    #[arg(long, value_name = "TIME", value_parser = |text: &str| time_in(text, SLEEP_TIMER))]
    sleep_timer: Option<Time>,
    /// Let the ambience go on after the last words until it is stopped; no effect when it ends awake
    #[arg(long, conflicts_with = "sleep_timer")]
    until_morning: bool,
    /// Time to settle in before the first pose, from 0s to 10min, such as 60s; any key continues
    #[arg(long, value_name = "TIME", value_parser = |text: &str| time_in(text, SETTLE))]
    settle: Option<Time>,
}

impl SessionArgs {
    /// Whether a voice was chosen.
    pub fn names_a_voice(&self) -> bool {
        self.voice.is_some()
    }

    /// The same with a voice.
    pub fn with_voice(self, voice: String) -> Self {
        Self { voice: Some(voice), ..self }
    }
}

impl From<SessionArgs> for Choices {
    fn from(args: SessionArgs) -> Self {
        Self {
            voice: args.voice,
            pace: args.pace,
            ambience: args.ambience,
            ambience_gain: args.ambience_gain.map(|gain| gain as f32),
            counting: args.counting,
            holds: args.holds,
            level: args.level,
            words: args.words,
            breath: args.breath,
            loudness: args.loudness.map(|loudness| loudness as f32),
            voice_gain: args.voice_gain.map(|gain| gain as f32),
            wind_down: args.wind_down,
            ending: args.ending,
            sleep_timer: args.sleep_timer,
            until_morning: args.until_morning.then_some(true),
            settle: args.settle,
            // It takes a table, so it is in files only.
            pronounce: Default::default(),
        }
    }
}

/// Where a session is heard.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct OutputArgs {
    /// Play into nothing, as fast as possible; for tests
    #[arg(long, hide = true)]
    pub fake_output: bool,
}

/// How a session starts.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct StartArgs {
    /// Do not offer to choose a voice by ear at the first start
    #[arg(long)]
    pub no_setup: bool,
    /// Print nothing at all; what matters is said
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub silent_screen: Option<bool>,
    /// Silence the ambience in a pause too
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub pause_silence: Option<bool>,
    #[command(flatten)]
    pub output: OutputArgs,
}

macro_rules! value_enum {
    ($type:ty, $($variant:path => $name:literal, $help:literal;)+) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$($variant),+]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $($variant => PossibleValue::new($name).help($help)),+
                })
            }
        }
    };
}

// The types are pure and do not know the command line, so their names for it are given here.
value_enum! { Counting,
    Counting::Every => "every", "every count and every breath";
    Counting::Sparse => "sparse", "halfway and the end";
    Counting::None => "none", "nothing inside a hold";
}
value_enum! { Level,
    Level::Gentle => "gentle", "kinder to knees and back";
    Level::Standard => "standard", "as the routine is written";
    Level::Deeper => "deeper", "further into the stretch";
}
value_enum! { Ending,
    Ending::Asleep => "asleep", "no bell; the ambience goes on for a while and fades";
    Ending::Awake => "awake", "a clear close and a bowl";
}
value_enum! { WindDown,
    WindDown::Off => "off", "no change";
    WindDown::Gentle => "gentle", "half as much";
    WindDown::Full => "full", "from 115 to 95 words a minute, 4 dB softer, longer pauses and breaths";
}
value_enum! { Words,
    Words::Full => "full", "everything";
    Words::Brief => "brief", "without the hints of `option` steps";
}
