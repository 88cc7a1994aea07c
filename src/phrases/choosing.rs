//! The phrases for choosing: a voice and a pace by ear, and a routine from the shelf.

use serde::Deserialize;

use crate::routine::{Area, When};

/// The phrases for choosing a voice and a pace by ear.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field is the phrase of its name; the files explain them
pub struct Setup {
    pub intro: Vec<String>,
    pub escape: String,
    pub(super) voice: String,
    pub cue: String,
    pub pace: Vec<String>,
    pub normal: String,
    pub slow: String,
    pub brisk: String,
    pub level: Vec<String>,
    pub first: String,
    pub kept: String,
    pub skipped: String,
}

/// The phrases for the shelf of routines.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // each field is the phrase of its name; the files explain them
pub struct ShelfPhrases {
    evening: String,
    night: String,
    morning: String,
    day: String,
    pub own: String,
    back: String,
    neck: String,
    hips: String,
    legs: String,
    breath: String,
    rest: String,
    whole_body: String,
    today: String,
    yesterday: String,
    days_ago: String,
    pub intro: Vec<String>,
    pub(super) option: String,
    taken: String,
    pub none: String,
}

impl ShelfPhrases {
    /// The heading of the routines for a time.
    pub fn when(&self, when: When) -> &str {
        match when {
            When::Evening => &self.evening,
            When::Night => &self.night,
            When::Morning => &self.morning,
            When::Day => &self.day,
        }
    }

    /// The word for what a routine is for.
    pub fn area(&self, area: Area) -> &str {
        match area {
            Area::Back => &self.back,
            Area::Neck => &self.neck,
            Area::Hips => &self.hips,
            Area::Legs => &self.legs,
            Area::Breath => &self.breath,
            Area::Rest => &self.rest,
            Area::WholeBody => &self.whole_body,
        }
    }

    /// How long ago a routine was practised, in days.
    pub fn days_ago(&self, days: u32) -> String {
        match days {
            0 => self.today.clone(),
            1 => self.yesterday.clone(),
            _ => self.days_ago.replace("{n}", &days.to_string()),
        }
    }

    /// Confirms the routine that was chosen.
    pub fn taken(&self, title: &str) -> String {
        self.taken.replace("{title}", title)
    }
}
