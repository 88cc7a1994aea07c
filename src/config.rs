//! The listener's choices: from the command line, the config file, the routine and the defaults,
//! in this order, each remembered with where it came from.

mod engines;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::advice::{Advice, Advise};
use crate::diagnostic::Diagnostic;
use crate::folders::Folders;
use crate::reader::{self, Keys, Problems};
use crate::routine::pronounce::Pronounce;
use crate::routine::{BreathRatio, Ending, Level};
use crate::settings::{Counting, DEFAULT_LOUDNESS, DEFAULT_SLEEP_TIMER, Pace, Settings, WindDown, Words};
use crate::signs::layout::{decode, legible};
use crate::signs::typed;
use crate::speech::command::Engine;
use crate::units::{Decibels, Time};
use crate::whole_file::{self, Manner, Refusal};
use values::{number, parsed, time, truth, variant, word};

/// What was chosen in one place; nothing where nothing was said.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)] // the fields are the options of the same names
pub struct Choices {
    pub voice: Option<String>,
    pub pace: Option<Pace>,
    pub ambience: Option<OsString>,
    pub ambience_gain: Option<f32>,
    pub counting: Option<Counting>,
    pub holds: Option<f64>,
    pub level: Option<Level>,
    pub words: Option<Words>,
    pub breath: Option<BreathRatio>,
    pub loudness: Option<f32>,
    pub voice_gain: Option<f32>,
    pub wind_down: Option<WindDown>,
    pub ending: Option<Ending>,
    pub sleep_timer: Option<Time>,
    pub until_morning: Option<bool>,
    pub settle: Option<Time>,
    pub pronounce: Pronounce,
}

/// What a config file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The listener's choices.
    pub choices: Choices,
    /// The engines that the listener has added, by name.
    pub engines: Vec<Engine>,
    /// `false` when the listener does not want to be asked at the first start.
    pub setup: Option<bool>,
    /// Whether a session prints nothing.
    pub silent_screen: Option<bool>,
    /// Whether the ambience falls silent in a pause.
    pub pause_silence: Option<bool>,
}

/// Where a choice came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The config file.
    Config,
    /// The routine.
    Routine,
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Flag => "command line",
            Self::Config => "config file",
            Self::Routine => "routine",
            Self::Default => "default",
        })
    }
}

/// A value in force.
#[derive(Clone, Debug, PartialEq)]
pub struct InForce<T> {
    /// The value.
    pub value: T,
    /// Who said so.
    pub origin: Origin,
}

/// Everything in force for a session.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the fields are the options of the same names
pub struct Resolved {
    pub voice: InForce<Option<String>>,
    pub pace: InForce<Pace>,
    pub ambience: InForce<OsString>,
    pub ambience_gain: InForce<f32>,
    pub counting: InForce<Counting>,
    pub holds: InForce<f64>,
    pub level: InForce<Level>,
    pub words: InForce<Words>,
    pub breath: InForce<BreathRatio>,
    pub loudness: InForce<f32>,
    pub voice_gain: InForce<f32>,
    pub wind_down: InForce<Option<WindDown>>,
    pub ending: InForce<Option<Ending>>,
    pub sleep_timer: InForce<Time>,
    pub until_morning: InForce<bool>,
    pub settle: InForce<Time>,
    pub pronounce: Pronounce,
}

/// The ambience when nobody asks for one.
pub const DEFAULT_AMBIENCE: &str = "ocean";

impl Resolved {
    /// Flags win over the config, the config over the routine, the routine over the defaults.
    pub fn new(flags: &Choices, config: &Choices, routine_ambience: Option<&str>) -> Self {
        let ambience = match (pick(&flags.ambience, &config.ambience), routine_ambience) {
            (Some(chosen), _) => chosen,
            (None, Some(name)) => InForce { value: name.into(), origin: Origin::Routine },
            (None, None) => InForce { value: DEFAULT_AMBIENCE.into(), origin: Origin::Default },
        };
        // Who asks for a time now does not mean the config's morning.
        let until_morning = flags.until_morning.or(flags.sleep_timer.map(|_| false));
        Self {
            voice: if_any(pick(&flags.voice, &config.voice)),
            ambience,
            pace: or_default(&flags.pace, &config.pace, Pace::default()),
            ambience_gain: or_default(&flags.ambience_gain, &config.ambience_gain, 0.0),
            counting: or_default(&flags.counting, &config.counting, Counting::default()),
            holds: or_default(&flags.holds, &config.holds, 1.0),
            level: or_default(&flags.level, &config.level, Level::default()),
            words: or_default(&flags.words, &config.words, Words::default()),
            breath: or_default(&flags.breath, &config.breath, BreathRatio::default()),
            loudness: or_default(&flags.loudness, &config.loudness, DEFAULT_LOUDNESS.0),
            voice_gain: or_default(&flags.voice_gain, &config.voice_gain, 0.0),
            wind_down: if_any(pick(&flags.wind_down, &config.wind_down)),
            ending: if_any(pick(&flags.ending, &config.ending)),
            sleep_timer: or_default(&flags.sleep_timer, &config.sleep_timer, Time(DEFAULT_SLEEP_TIMER)),
            until_morning: or_default(&until_morning, &config.until_morning, false),
            settle: or_default(&flags.settle, &config.settle, Time::default()),
            pronounce: config.pronounce.clone(),
        }
    }

    /// The settings that a plan of a routine with this ending is made with: who ends asleep winds
    /// down unless told otherwise.
    pub fn settings(&self, ending: Ending) -> Settings {
        let ending = self.ending.value.unwrap_or(ending);
        Settings {
            pace: self.pace.value,
            holds: self.holds.value,
            counting: self.counting.value,
            level: self.level.value,
            words: self.words.value,
            breath: self.breath.value,
            loudness: Decibels(self.loudness.value),
            ambience_gain: Decibels(self.ambience_gain.value),
            wind_down: self.wind_down.value.unwrap_or_else(|| WindDown::by(ending)),
            voice_gain: Decibels(self.voice_gain.value),
            ambience: self.ambience.value != "none",
            pronounce: self.pronounce.clone(),
            ending: self.ending.value,
            sleep_timer: self.sleep_timer.value.0,
            until_morning: self.until_morning.value,
            settle: self.settle.value.0,
            gentler: Vec::new(),
        }
    }
}

fn pick<T: Clone>(flag: &Option<T>, config: &Option<T>) -> Option<InForce<T>> {
    let by = |value: &T, origin| InForce { value: value.clone(), origin };
    flag.as_ref()
        .map(|value| by(value, Origin::Flag))
        .or_else(|| config.as_ref().map(|value| by(value, Origin::Config)))
}

fn if_any<T>(chosen: Option<InForce<T>>) -> InForce<Option<T>> {
    match chosen {
        Some(InForce { value, origin }) => InForce { value: Some(value), origin },
        None => InForce { value: None, origin: Origin::Default },
    }
}

fn or_default<T: Clone>(flag: &Option<T>, config: &Option<T>, default: T) -> InForce<T> {
    pick(flag, config).unwrap_or(InForce { value: default, origin: Origin::Default })
}

/// Writes values into the config file; all else in it, comments included, stays as it is. Returns
/// where it is.
///
/// # Errors
/// A sentence, when there is no home, or the file can't be read or written.
pub fn remember(folders: &Folders, values: &[(&str, toml_edit::Value)]) -> Result<PathBuf, Advice> {
    let path = folders.config_file().ok_or("there is no home folder, so nothing can be remembered")?;
    let shown = path.display().to_string();
    let failed = |why: Advice| why.about(|problem| format!("can't write {shown}: {problem}"));
    let refused = |refusal: Refusal| failed(refusal.advice());
    // A link to a file elsewhere stays a link.
    let target = whole_file::target(&path).map_err(refused)?;
    let text = match std::fs::read(target.path()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        bytes => decode(bytes.map_err(|error| refused(error.into()))?).map_err(failed)?,
    };
    let mut document: toml_edit::DocumentMut =
        legible(&text).parse().map_err(|error: toml_edit::TomlError| failed(error.to_string().into()))?;
    for (key, value) in values {
        match document.get_mut(key).and_then(toml_edit::Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = value.clone();
                *old.decor_mut() = decor;
            }
            None => document[key] = toml_edit::value(value.clone()),
        }
    }
    // A power cut must not cost the listener their config.
    let manner = Manner { prefix: ".config-", suffix: ".part", is_private: false, is_durable: true };
    let written = target.path().to_owned();
    target.write(document.to_string().as_bytes(), manner).map_err(refused)?;
    Ok(written)
}

/// A number between two others, for an option.
///
/// # Errors
/// A sentence that names the range.
pub fn number_in(text: &str, least: f64, most: f64) -> Result<f64, String> {
    typed(text)
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("`{text}` is not a number from {least} to {most}"))
}

/// A time between two others, for an option.
///
/// # Errors
/// A sentence that names the range.
pub fn time_in(text: &str, (least, most): (Duration, Duration)) -> Result<Time, String> {
    let time: Time = text.parse()?;
    if (least..=most).contains(&time.0) {
        return Ok(time);
    }
    Err(format!("`{text}` is not a time from {} to {}", Time(least), Time(most)))
}

/// The range of `holds`.
pub const HOLDS: (f64, f64) = (0.1, 10.0);
/// The range of `loudness`, in LUFS.
pub const LOUDNESS: (f64, f64) = (-40.0, -10.0);
/// The range of `voice_gain`, in dB.
pub const VOICE_GAIN: (f64, f64) = (-40.0, 6.0);
/// The range of `ambience_gain`, in dB.
pub const AMBIENCE_GAIN: (f64, f64) = (-40.0, 12.0);
/// The range of `sleep_timer`: a night is no longer.
pub const SLEEP_TIMER: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(12 * 3600));
/// The range of `settle`.
pub const SETTLE: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(600));

/// Reads the text of a config file.
///
/// # Errors
/// Every problem in it.
pub fn parse(source: &str) -> Result<Config, Vec<Diagnostic>> {
    let source = legible(source);
    let table = reader::table(&source)?;
    let mut problems = Problems::default();
    let mut keys = Keys::new(table.get_ref(), "the config");
    let mut get = |key| keys.get(key);
    let choices = Choices {
        voice: get("voice").and_then(|value| word(value, "voice", "voice = \"system\"", &mut problems)),
        ambience: get("ambience")
            .and_then(|value| word(value, "ambience", "ambience = \"rain\"", &mut problems))
            .map(OsString::from),
        pace: get("pace").and_then(|value| parsed(value, "pace = \"slow\"", &mut problems)),
        breath: get("breath").and_then(|value| parsed(value, "breath = \"4:6\"", &mut problems)),
        counting: get("counting").and_then(|value| variant(value, "counting", &mut problems)),
        words: get("words").and_then(|value| variant(value, "words", &mut problems)),
        level: get("level").and_then(|value| variant(value, "level", &mut problems)),
        holds: get("holds").and_then(|value| number(value, HOLDS, "holds = 1.5", &mut problems)),
        loudness: get("loudness")
            .and_then(|value| number(value, LOUDNESS, "loudness = -23", &mut problems))
            .map(|number| number as f32),
        ambience_gain: get("ambience_gain")
            .and_then(|value| number(value, AMBIENCE_GAIN, "ambience_gain = -6", &mut problems))
            .map(|number| number as f32),
        voice_gain: get("voice_gain")
            .and_then(|value| number(value, VOICE_GAIN, "voice_gain = -3", &mut problems))
            .map(|number| number as f32),
        wind_down: get("wind_down").and_then(|value| variant(value, "wind_down", &mut problems)),
        ending: get("ending").and_then(|value| variant(value, "ending", &mut problems)),
        sleep_timer: get("sleep_timer")
            .and_then(|value| time(value, SLEEP_TIMER, "sleep_timer = \"20min\"", &mut problems)),
        until_morning: get("until_morning").and_then(|value| truth(value, "until_morning", &mut problems)),
        settle: get("settle").and_then(|value| time(value, SETTLE, "settle = \"60s\"", &mut problems)),
        pronounce: get("pronounce").map(|value| Pronounce::read(value, &mut problems)).unwrap_or_default(),
    };
    let engines = keys.get("engines").map(|value| engines::engines(value, &mut problems)).unwrap_or_default();
    let mut truth = |key| keys.get(key).and_then(|value| truth(value, key, &mut problems));
    let (setup, silent_screen, pause_silence) =
        (truth("setup"), truth("silent_screen"), truth("pause_silence"));
    keys.finish(&mut problems);
    problems.0.sort_by_key(|problem| problem.span.0.start);
    if problems.0.is_empty() {
        Ok(Config { choices, engines, setup, silent_screen, pause_silence })
    } else {
        Err(problems.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_config_and_the_config_over_the_routine() {
        let flags = Choices { pace: Some(Pace::SLOW), ..Choices::default() };
        let config = parse("pace = \"brisk\"\nambience = \"rain\"\nholds = 2").unwrap().choices;
        let resolved = Resolved::new(&flags, &config, Some("brown"));
        assert_eq!(resolved.pace, InForce { value: Pace::SLOW, origin: Origin::Flag });
        assert_eq!(resolved.ambience, InForce { value: "rain".into(), origin: Origin::Config });
        assert_eq!(resolved.holds, InForce { value: 2.0, origin: Origin::Config });
        assert_eq!(resolved.counting.origin, Origin::Default);
        let resolved = Resolved::new(&flags, &Choices::default(), Some("brown"));
        assert_eq!(resolved.ambience, InForce { value: "brown".into(), origin: Origin::Routine });
    }

    #[test]
    fn a_sleep_timer_by_flag_wins_over_the_config_s_morning() {
        let config = parse("until_morning = true\nsleep_timer = \"1h\"").unwrap().choices;
        let in_force = |flags: Choices| {
            let settings = Resolved::new(&flags, &config, None).settings(Ending::Asleep);
            (settings.until_morning, settings.sleep_timer.as_secs())
        };
        assert_eq!(in_force(Choices::default()), (true, 3600));
        let timer = Some(Time(Duration::from_secs(60)));
        assert_eq!(in_force(Choices { sleep_timer: timer, ..Choices::default() }), (false, 60));
    }

    #[test]
    fn the_wind_down_follows_the_ending_in_force() {
        let wind_down = |flags: Choices, ending| {
            Resolved::new(&flags, &Choices::default(), None).settings(ending).wind_down
        };
        let awake = || Choices { ending: Some(Ending::Awake), ..Choices::default() };
        assert_eq!(wind_down(awake(), Ending::Asleep), WindDown::Off);
        assert_eq!(wind_down(Choices::default(), Ending::Asleep), WindDown::Full);
        let chosen = Choices { wind_down: Some(WindDown::Gentle), ..awake() };
        assert_eq!(wind_down(chosen, Ending::Asleep), WindDown::Gentle);
    }

    #[test]
    fn every_problem_of_a_config_is_found_at_once() {
        let problems = parse("voise = \"x\"\npace = 9\ncounting = \"evry\"\nholds = nan").unwrap_err();
        let codes: Vec<_> = problems.iter().map(|problem| (problem.code, problem.help.as_str())).collect();
        assert_eq!(codes[0], ("unknown-key", "did you mean `voice`?"));
        assert_eq!(codes[1].0, "out-of-range");
        assert_eq!(codes[2], ("unknown-value", "did you mean `every`?"));
        assert_eq!(codes[3].0, "out-of-range");
    }
}
