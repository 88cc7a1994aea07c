//! The score that `supine show --json` prints.

use std::time::Duration;

use serde::Deserialize;

use super::stage::Stage;

/// The part of the score that tests compare with the recording. Times are in seconds.
#[derive(Clone, Debug, Deserialize)]
pub struct Timeline {
    pub voice: String,
    pub length_s: f64,
    pub estimated: bool,
    pub events: Vec<Event>,
    pub ambience_gain: Vec<GainPoint>,
}

/// An event that should be heard.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    pub at_s: f64,
    pub length_s: f64,
    pub track: String,
    pub pose: usize,
    pub text: String,
}

/// A corner of the ambience's gain curve.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GainPoint {
    pub at_s: f64,
    pub gain_db: f64,
}

impl Event {
    /// When it ends.
    pub fn end_s(&self) -> f64 {
        self.at_s + self.length_s
    }
}

impl Timeline {
    /// The timeline that the program prints for these arguments of `supine play`.
    pub fn of(stage: &Stage, arguments: &[&str]) -> Self {
        let all = [&["show"], arguments, &["--json"]].concat();
        let outcome = stage.supine(&all).wait(Duration::from_secs(30)).expect_code(0);
        serde_json::from_str(&outcome.out).expect("the score is JSON of the known shape")
    }

    /// Events of one track.
    pub fn track(&self, track: &str) -> Vec<&Event> {
        self.events.iter().filter(|event| event.track == track).collect()
    }

    /// The places of the first hold's counts among the events.
    pub fn counts(&self) -> std::ops::Range<usize> {
        let is_count = |event: &Event| event.track == "count";
        let first = self.events.iter().position(is_count).expect("the routine counts");
        let many = self.events[first..].iter().take_while(|event| is_count(event)).count();
        first..first + many
    }

    /// The gain of the ambience at a moment, in dB.
    pub fn gain_at(&self, at: f64) -> f64 {
        let after = self.ambience_gain.iter().position(|point| point.at_s > at);
        let Some(after) = after else {
            return self.ambience_gain.last().map_or(f64::NEG_INFINITY, |point| point.gain_db);
        };
        let to = self.ambience_gain[after];
        let Some(from) = after.checked_sub(1).map(|before| self.ambience_gain[before]) else {
            return to.gain_db;
        };
        let part = (at - from.at_s) / (to.at_s - from.at_s);
        from.gain_db + (to.gain_db - from.gain_db) * part
    }
}
