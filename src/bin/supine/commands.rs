//! The commands: their words, their help, and what runs them. One file a subcommand.

mod cache;
mod check;
mod completions;
mod config;
mod ctl;
mod doctor;
mod help;
mod history;
mod list;
mod man;
mod never;
mod new;
mod pick;
mod play;
mod remind;
mod render;
mod render_all;
mod resume;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod setup;
mod show;
mod sounds;
mod voices;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, Subcommand, ValueHint};

use crate::args::{OutputArgs, PlayingArgs, SessionArgs, StartArgs};
use crate::completing;
use crate::failure::Failure;
use crate::opening::shelf;
use supine::catalogue::DEFAULT;
use supine::config::Choices;
use supine::control::{MAX_VOLUME, WORDS};
use supine::language::Tag;
use supine::routine::When;

/// Lie down, close your eyes: supine reads bedtime stretches aloud, counts the holds, paces the
/// breath and keeps a quiet sound underneath.
#[derive(Debug, Parser)]
#[command(version, about, after_help = help::EXAMPLES, args_conflicts_with_subcommands = true)]
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

    /// How it is heard.
    #[command(flatten)]
    pub playing: PlayingArgs,
}

impl Cli {
    /// The session that this starts, if it starts one: its routines where they are known already, what is
    /// chosen for it, and where it is heard.
    pub fn starts(&self) -> Option<(Vec<OsString>, Choices, OutputArgs)> {
        let (routines, session, playing, start) = match &self.command {
            None => (vec![DEFAULT.into()], &self.session, &self.playing, &self.start),
            Some(Command::Play { routines, session, playing, start, .. }) => {
                (routines.clone(), session, playing, start)
            }
            Some(Command::Resume { session, playing, start }) => (Vec::new(), session, playing, start),
            Some(_) => return None,
        };
        Some((routines, session.clone().and(playing), start.output.clone()))
    }

    /// Whether words that clap refuses were to start a session, as far as can be told.
    pub fn would_start(words: impl IntoIterator<Item = OsString>) -> bool {
        let matches = Self::command().ignore_errors(true).try_get_matches_from(words);
        matches.is_ok_and(|matches| matches!(matches.subcommand_name(), None | Some("play" | "resume")))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play a routine, or several in one go: lie down, close your eyes, Ctrl-C fades out
    #[command(
        after_help = "Examples:\n  supine play\n  supine play bedtime-back --level gentle\n  supine play breath-only bedtime-back     one welcome, one ending\n  supine play ./mine.toml --voice espeak:en-us+f3 --ambience ~/music/quiet"
    )]
    Play {
        /// Built-in routines, paths of routine files, or - for standard input, in their order
        #[arg(default_value = DEFAULT, value_name = "ROUTINE")]
        routines: Vec<OsString>,
        /// Read it aloud, with holds and rests cut to two seconds and rounds to one; nothing is remembered
        #[arg(long)]
        preview: bool,
        #[command(flatten)]
        session: SessionArgs,
        #[command(flatten)]
        start: StartArgs,
        #[command(flatten)]
        playing: PlayingArgs,
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
        #[command(flatten)]
        playing: PlayingArgs,
    },
    /// List the routines: when and what for, how long, in which positions, when practised last
    #[command(
        after_help = "Examples:\n  supine list\n  supine list --language de\n  supine list --json\n\nRoutines of your own stand in the folder `routines` of your data folder, usually\n~/.local/share/supine/routines."
    )]
    List {
        /// Print the routines as JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Hear a few routines named; any key takes the one that you hear, and it is played
    #[command(after_help = "Examples:\n  supine pick\n  supine pick --when night")]
    Pick {
        /// For when; by default this time of day
        #[arg(long, value_parser = PossibleValuesParser::new(["evening", "night", "morning", "day"]))]
        when: Option<String>,
        #[command(flatten)]
        session: SessionArgs,
        #[command(flatten)]
        start: StartArgs,
        #[command(flatten)]
        playing: PlayingArgs,
    },
    /// Show what will be said and when, as a script or as JSON
    #[command(
        after_help = "Examples:\n  supine show bedtime-back\n  supine show breath-only bedtime-back\n  supine show ./mine.toml --json > mine.json\n  supine show bedtime-back --svg bedtime.svg\n\nTimes are exact for a voice that can be rendered, which is the default here. With\n`--voice system` they are estimates: that engine's timing can't be\nknown in advance."
    )]
    Show {
        /// Built-in routines, paths of routine files, or - for standard input, in their order
        #[arg(default_value = DEFAULT, value_name = "ROUTINE")]
        routines: Vec<OsString>,
        /// Print the score as JSON: events, markers and ambience gain, in seconds
        #[arg(long)]
        json: bool,
        /// Draw it as a picture (SVG) into this file, or to standard output with -
        #[arg(long, value_name = "FILE", conflicts_with = "json")]
        svg: Option<PathBuf>,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Check routine files: mistakes, what can't be followed with closed eyes, and how it will sound
    #[command(
        after_help = "Examples:\n  supine check bedtime-back\n  supine check ./mine.toml --voice espeak\n  supine check ./mine.toml --quick\n  supine check ./mine.toml --watch\n\nA file without mistakes is rendered, and its loudness is measured (EBU R 128).\nExits with 2 when a file has errors; warnings alone are fine."
    )]
    Check {
        /// Routine files, or - for standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Check the text only, without rendering and measuring the sound
        #[arg(long)]
        quick: bool,
        /// Check the text again each time a file is saved, until Ctrl-C
        #[arg(long)]
        watch: bool,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Write a routine file of your own: an example that teaches the format, a copy, or a text made into one
    #[command(
        after_help = "Examples:\n  supine new my-back                            an example to change, among your own routines\n  supine new ./my-back.toml                     in this folder\n  supine new my-back --from bedtime-back        a copy to change\n  supine new my-back --from-text sheet.txt      a sheet of exercises (plain text or Markdown)\n  pdftotext sheet.pdf - | supine new my-back --from-text -\n\nYour own routines stand in the folder `routines` of your data folder, usually\n~/.local/share/supine/routines; `supine list` shows them. No file is ever replaced."
    )]
    New {
        /// Its name; with a `/` or the ending .toml it is the path of the file
        name: String,
        /// Copy this routine: a built-in one, one of your own, or a file
        #[arg(long, value_name = "ROUTINE", conflicts_with = "from_text")]
        from: Option<OsString>,
        /// Make a routine of this text, where headings are poses and list items are steps; - for standard input
        #[arg(long, value_name = "FILE")]
        from_text: Option<PathBuf>,
        /// The language of the copy or of the text, such as `en` or `de`; a text's is told by its words
        #[arg(long)]
        language: Option<Tag>,
    },
    /// Print the JSON Schema of routine files, by which an editor completes and checks them
    #[command(
        after_help = "Example:\n  supine schema > routine.schema.json\n\nWith the TOML extensions of many editors, this first line of a routine is enough:\n  #:schema ./routine.schema.json"
    )]
    Schema,
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
        #[arg(long = "try", value_name = "VOICE", num_args = 0.., conflicts_with = "json")]
        try_voices: Option<Vec<String>>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Choose a voice, a pace and a loudness by ear; Escape changes nothing
    #[command(
        after_help = "Examples:\n  supine setup\n  supine setup --language de\n\nEverything is said, and printed as well. If you press nothing, the first voice and the normal\npace are chosen. For the loudness, a sentence gets softer until you press no key any more: the\nsession then plays 14 dB above the softest that you heard. Your choice is saved in the config."
    )]
    Setup {
        /// The language of the routines that the voice is for; by default the one in force
        #[arg(long)]
        language: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// List the built-in ambiences and chimes
    #[command(
        after_help = "Examples:\n  supine sounds --try\n  supine sounds --try rain stream\n  supine --ambience rain\n  supine --ambience ~/music/quiet.flac --ambience-gain -6\n  supine --ambience ~/music/     every file in it and in up to 8 levels of folders\n                                 below, by name, crossfaded\n  supine --ambience ~/music/night.m3u\n  supine --ambience none"
    )]
    Sounds {
        /// Play a little of each of these ambiences, or of all; any key chooses what you hear
        #[arg(long = "try", value_name = "SOUND", num_args = 0..)]
        try_sounds: Option<Vec<String>>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Check the whole chain from the config to the loudspeaker, and say what mends what is broken
    Doctor(doctor::DoctorArgs),
    /// Write a session to a file instead of playing it: Opus, FLAC, MP3, M4A, M4B or WAV
    #[command(
        after_help = "Examples:\n  supine render bedtime-back -o bed.opus\n  supine render ./mine.toml -o mine.m4b --voice espeak:en-gb --ambience none\n  supine render --all -o ~/sessions/\n  supine render -o - --format opus | ffplay -\n\nThe ending decides. Files have chapters, a title and their loudness, but for WAV, which has\nnothing but sound. For MP3, M4A and M4B, ffmpeg has to be installed (or lame, for MP3)."
    )]
    Render {
        /// Built-in routines, paths of routine files, or - for standard input, in their order
        #[arg(default_value = DEFAULT, value_name = "ROUTINE")]
        routines: Vec<OsString>,
        #[command(flatten)]
        wanted: render::Wanted,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Offer rendered sessions to a phone: a page that plays them, and a podcast feed
    #[cfg(feature = "serve")]
    Serve(serve::ServeArgs),
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
    /// Leave a pose out for good, wherever it occurs, or have it always gentle; alone, list those poses
    #[command(
        after_help = "Examples:\n  supine never\n  supine never pigeon\n  supine never --gently spinal-twist\n  supine never --forget pigeon\n\nPoses are named by their ids (`supine show --json`) or names. It is kept in the config:\n  never = [\"pigeon\"]\n  always_gentle = [\"spinal-twist\"]\nThe welcome says it, and `supine show` says why. `--skip` leaves out a pose for once."
    )]
    Never {
        /// The poses
        poses: Vec<String>,
        /// Have them always in their gentle form instead
        #[arg(long, requires = "poses")]
        gently: bool,
        /// Lead them as everything else again
        #[arg(long, requires = "poses", conflicts_with = "gently")]
        forget: bool,
    },
    /// Show what you have practised: the last days, the last weeks, what was held this week
    #[command(after_help = history::HELP)]
    History(history::HistoryArgs),
    /// Say at a time of day that your stretches are ready; alone, show what is set
    #[command(after_help = remind::HELP)]
    Remind(remind::RemindArgs),
    /// Show the settings in force and where each comes from
    #[command(after_help = config::help())]
    Config {
        /// Routines that the config may have tables for: what is in force for that one, or for all of them in one go
        #[arg(value_name = "ROUTINE")]
        routines: Vec<OsString>,
        #[command(flatten)]
        session: SessionArgs,
    },
    /// Print what makes a shell complete commands, options, routines, voices and poses
    #[command(after_help = completions::EXAMPLES)]
    Completions {
        /// The shell
        #[arg(value_parser = PossibleValuesParser::new(completing::shells()))]
        shell: String,
    },
    /// Print the manual page, or write the pages of all commands into a folder
    #[command(after_help = man::EXAMPLES)]
    Man {
        /// Write supine.1, and a page for each command, into this folder
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

/// What `supine ctl` knows.
fn ctl_words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(word, _)| *word).chain(["volume", "status"])
}

/// The language that was named, or else the listener's own.
fn or_own(language: Option<String>) -> Result<String, Failure> {
    language.map_or_else(|| Ok(shelf(&Choices::default())?.language()), Ok)
}

/// Runs a command line.
pub fn run(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        None => play::play(&[DEFAULT.into()], cli.session.and(&cli.playing), cli.start, None),
        Some(Command::Play { routines, preview, session, playing, start }) => {
            let start = StartArgs { is_preview: preview, ..start };
            play::play(&routines, session.and(&playing), start, None)
        }
        Some(Command::Resume { session, playing, start }) => resume::resume(session.and(&playing), start),
        Some(Command::List { json, session }) => list::list(json, &session.0),
        Some(Command::Pick { when, session, start, playing }) => {
            let (when, choices) = (when.as_deref().and_then(When::named), session.and(&playing));
            match pick::pick(when, &choices, &start.output)? {
                Some(routine) => play::play(&[routine], choices, start, None),
                None => Ok(ExitCode::SUCCESS),
            }
        }
        Some(Command::Show { routines, svg: Some(file), session, .. }) => {
            show::draw(&routines, &file, session.0)
        }
        Some(Command::Show { routines, json, session, .. }) => show::show(&routines, json, session.0),
        Some(Command::Check { files, watch: true, session, .. }) => check::watch(&files, &session.0),
        Some(Command::Check { files, quick, session, .. }) => check::check(&files, quick, &session.0),
        Some(Command::Schema) => schema::schema(),
        Some(Command::New { name, from, from_text, language }) => {
            new::new(&name, from.as_deref(), from_text.as_deref(), language)
        }
        Some(Command::Voices { language, json: _, try_voices: Some(ids), output }) => {
            setup::try_voices(&ids, &or_own(language)?, &output)
        }
        Some(Command::Voices { language, json, .. }) => voices::voices(language.as_deref(), json),
        Some(Command::Setup { language, output }) => setup::setup(&or_own(language)?, &output),
        Some(Command::Sounds { try_sounds: Some(names), output }) => sounds::try_sounds(&names, &output),
        Some(Command::Sounds { .. }) => sounds::sounds(),
        Some(Command::Doctor(args)) => doctor::doctor(&args),
        Some(Command::Render { wanted, session, .. }) if wanted.all => {
            render_all::render_all(&wanted, &session.0)
        }
        Some(Command::Render { routines, wanted, session }) => render::render(&routines, wanted, session.0),
        Some(Command::Never { poses, gently, forget }) => never::never(&poses, never::wish(gently, forget)),
        Some(Command::Remind(args)) => remind::remind(&args),
        Some(Command::History(args)) => history::history(&args),
        #[cfg(feature = "serve")]
        Some(Command::Serve(args)) => serve::serve(&args),
        Some(Command::Completions { shell }) => completions::completions(&shell),
        Some(Command::Man { dir }) => man::man(Cli::command(), dir.as_deref()),
        Some(Command::Cache { clear }) => cache::cache(clear),
        Some(Command::Config { routines, session }) => config::config(&routines, &session.0),
        Some(Command::Ctl { request, percent, json }) => ctl::ctl(&request, percent, json),
    }
}
