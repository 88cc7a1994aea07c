//! The values in force for a session: flags win over the config's table for the routine, that table over the one for the
//! night, when it is night, that one over the rest of the config, the config over the routine, the routine over the defaults.
//!
//! The night loses to the table of a routine, since it has *defaults*: what somebody wrote for one routine, they wrote for
//! whenever that is played. Were it the other way, a routine for the small hours could not be set apart from the rest.

use super::Config;
use super::choices::{Choices, OPTIONS, Resolved};
use super::origin::{Layers, Origin};
use crate::routine::{BreathRatio, Ending};
use crate::settings::{Settings, WindDown};

/// The routine that choices are made for; the default stands for no particular routine.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForRoutine<'a> {
    /// The names under which the config may have a table for it; earlier names win.
    pub names: &'a [&'a str],
    /// The routine's ambience.
    pub ambience: Option<&'a str>,
    /// The routine's breath.
    pub breath: Option<BreathRatio>,
}

/// The choices in every place, the winning places first.
fn layers(flags: &Choices, config: &Config, routine: ForRoutine<'_>) -> Layers<Choices> {
    // A sleep timer that is chosen here turns off an `until_morning` that is chosen in a later layer.
    let mut layers = vec![(flags.decided(), Origin::Flag)];
    for name in routine.names {
        let table = config.routines.iter().find(|(of, _)| of == name);
        layers.extend(table.map(|(of, table)| (table.decided(), Origin::RoutineTable(of.as_str().into()))));
    }
    let night = config.night.as_ref().filter(|night| night.is_now);
    layers.extend(night.map(|night| (night.choices.decided(), Origin::Night)));
    layers.push((config.choices.clone(), Origin::Config));
    let ambience = routine.ambience.map(Into::into);
    let of_routine = Choices { ambience, breath: routine.breath, ..Choices::default() };
    layers.push((of_routine, Origin::Routine));
    Layers(layers)
}

impl Choices {
    /// These choices; an option that they neither choose nor exclude takes the choice of `lower`.
    #[must_use]
    pub fn over(mut self, lower: &Self) -> Self {
        let chosen: Vec<_> = OPTIONS.iter().filter(|option| option.is_chosen(&self)).collect();
        for option in OPTIONS {
            if !chosen.iter().any(|chosen| chosen.excludes(option)) {
                option.slot.inherit(&mut self, lower);
            }
        }
        self
    }

    /// These choices, with the options that they exclude turned off, whatever is chosen elsewhere.
    pub(crate) fn decided(&self) -> Self {
        let mut decided = self.clone();
        for option in OPTIONS.iter().filter(|option| !option.is_chosen(self)) {
            let excluding = OPTIONS.iter().find(|other| option.details.excludes == Some(other.key));
            if excluding.is_some_and(|other| other.is_chosen(self)) {
                // An option that excludes another one takes no value, so it is either on or off.
                let _ = option.choose(&mut decided, "false".as_ref());
            }
        }
        decided
    }
}

impl Resolved {
    /// The values in force for a routine with these flags and this config.
    pub fn new(flags: &Choices, config: &Config, routine: ForRoutine<'_>) -> Self {
        Self::of_layers(&layers(flags, config, routine), config.pronounce.clone())
    }

    /// The settings for the plan of a routine with this ending: a session that ends asleep winds down unless it
    /// is told otherwise.
    pub fn settings(&self, ending: Ending) -> Settings {
        let ending = self.ending.value.unwrap_or(ending);
        // The routine's own breath is that of its poses, and not of those of another one.
        let is_breath_asked = !matches!(self.breath.origin, Origin::Routine | Origin::Default);
        Settings {
            pace: self.pace.value,
            holds: self.holds.value.get(),
            pauses: 1.0,
            counting: self.counting.value,
            level: self.level.value,
            words: self.words.value.unwrap_or_default(),
            breath: if is_breath_asked { self.breath.value } else { BreathRatio::default() },
            is_breath_asked,
            own_breath: None,
            takes_taps: false,
            breath_cues: self.breath_cues.value,
            loudness: self.loudness.value.get(),
            ambience_gain: self.ambience_gain.value.get(),
            wind_down: self.wind_down.value.unwrap_or_else(|| WindDown::by(ending)),
            voice_gain: self.voice_gain.value.get(),
            ambience: self.ambience.value != "none",
            is_music: false,
            pronounce: self.pronounce.clone(),
            ending: self.ending.value,
            sleep_timer: self.sleep_timer.value.get(),
            until_morning: self.until_morning.value,
            settle: self.settle.value.get(),
            mono: self.mono.value,
            is_preview: false,
            known: Vec::new(),
            never: Vec::new(),
            always_gentle: Vec::new(),
            more_time: Vec::new(),
            gentler: Vec::new(),
        }
    }
}
