//! A session in the time that the listener has, and what that changes.

use std::time::Duration;

use super::Session;
use super::fitted::Fit;
use super::outcome::SessionError;
use crate::advice::Advice;
use crate::config::Origin;
use crate::plan::Plan;
use crate::score::dose::dose;
use crate::score::fit::{Performed, Range, Words};

/// Before a voice has spoken, the range is known so far only; a time that is nearer is tried.
const UNSURE: f64 = 0.07;

impl Session {
    /// Fits it to the minutes in force. Where the config asks for a time that the routine can't take, it takes the
    /// nearest, and the listener is told.
    ///
    /// # Errors
    /// When this very session was asked to take a time that it can't.
    pub(super) fn fit_to_minutes(&mut self) -> Result<(), SessionError> {
        let Some(minutes) = self.resolved.minutes.value.map(|minutes| minutes.get()) else { return Ok(()) };
        self.script.speak_at(self.casting.likely_tempo());
        let range = self.script.range(&self.script.estimates());
        let (least, most) = (f64::from(range.least) * (1.0 - UNSURE), f64::from(range.most) * (1.0 + UNSURE));
        let is_possible = (least..=most).contains(&minutes);
        let nearest = if is_possible { minutes } else { range.nearest(minutes) };
        if !is_possible {
            let title = self.script.routine.titles();
            let takes = match range {
                Range { least, most } if least == most => format!("{least} min"),
                Range { least, most } => format!("from {least} to {most} min"),
            };
            if self.resolved.minutes.origin == Origin::Flag {
                let problem = format!("\"{title}\" takes {takes}, and not {minutes}");
                return Err(SessionError::Unfit(Advice::new(problem, "give `--minutes` in this range")));
            }
            self.told.push(format!("\"{title}\" takes {takes}, and not {minutes}: tonight {nearest}"));
        }
        self.minutes = Some(nearest);
        self.script.take_time(Duration::from_secs_f64(nearest * 60.0));
        Ok(())
    }

    /// How it fits its time, when this is performed and these are the lengths of the words.
    pub(super) fn fit(&self, performed: &Performed, plan: &Plan, words: Words<'_>) -> Fit {
        let whole = &self.script.routine;
        let is_performed = |id| performed.routine.poses.iter().any(|pose| pose.id == id);
        let left_out = whole.poses.iter().filter(|pose| !is_performed(pose.id.clone()));
        Fit {
            range: self.script.range(words),
            minutes: self.minutes,
            left_out: left_out.map(|pose| pose.name.as_str().to_owned()).collect(),
            resized: whole.resizes(&performed.routine),
            pauses: performed.settings.pauses,
            dose: dose(plan, &performed.routine),
        }
    }
}
