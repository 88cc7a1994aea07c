//! Plays a session: the first voice that can be heard leads it, the journal keeps its place, and the host
//! receives a sentence for each thing that differs from what was asked for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Session;
use super::casting::Waiting;
use super::outcome::{Finish, Outcome, SessionError};
use super::performance::play_after;
use super::script::Script;
use super::stage::{Changes, Stage};
use crate::catalogue;
use crate::clock::{Clock, SystemClock};
use crate::control::{Event, Host, News, Now, Practised};
use crate::journal::practice::{Familiarity, Led};
use crate::journal::{HowLed, Identity, Journal, JournalError, ResumePoint, Writer, hash};
use crate::output::Output;
use crate::phrases::Notice;
use crate::routine::{Id, Level, Pose};
use crate::score::fit::Performed;
use crate::settings::{Pauses, Words};

impl Session {
    /// Plays on `output` until the end, or until `host` asks to stop. The journal keeps the place and the poses
    /// that were left out.
    ///
    /// # Errors
    /// When no voice answers, or nothing can be heard any more; playback has faded out by then.
    pub fn play(&mut self, output: &mut dyn Output, host: &mut dyn Host) -> Result<Outcome, SessionError> {
        let mut told = Told { host, writer: None, position_s: 0.0, warnings: Vec::new() };
        self.recall(&mut told);
        told.writer = self.begin_to_write();
        let led = told.writer.as_ref().map(Writer::led).unwrap_or_default();
        let result = self.play_to_its_end(output, &mut told, &led);
        let is_over = matches!(result, Ok(Finish::Played));
        let problems = told.writer.take().map(|writer| writer.end(is_over)).unwrap_or_default();
        problems.into_iter().for_each(|problem| told.warn(&problem.to_string()));
        self.clips_problem().into_iter().for_each(|problem| told.warn(&problem));
        Ok(Outcome { finish: result?, warnings: told.warnings })
    }

    /// Has the poses that were left out last time led gently, and announces what the session lacks.
    fn recall(&mut self, told: &mut Told<'_>) {
        match self.left_out_last_time() {
            Ok(left_out) if !left_out.is_empty() => {
                self.script.change(|settings| settings.gentler = left_out);
            }
            Err(problem) => {
                told.warn(&problem.to_string());
                self.announce(Notice::NoMemory);
            }
            _ => {}
        }
        self.recall_words(told);
        self.recall_pauses(told);
        if let Some(left_out) = self.left_out() {
            told.warn(&left_out);
            self.announce(Notice::NoSound);
        }
    }

    /// The poses that were left out last time, of whatever routine they are.
    fn left_out_last_time(&self) -> Result<Vec<Id>, JournalError> {
        self.recalled(|journal, routine| journal.skipped(routine), |id| id, |pose, _| pose.id.clone())
    }

    /// What the journal knows of the poses of each routine, by their ids there.
    fn recalled<T, R>(
        &self,
        recall: impl Fn(&Journal, &Identity) -> Result<Vec<T>, JournalError>,
        id: impl Fn(&T) -> &Id,
        of_pose: impl Fn(&Pose, &T) -> R,
    ) -> Result<Vec<R>, JournalError> {
        let Some(journal) = &self.journal else { return Ok(Vec::new()) };
        let routine = &self.script.routine;
        let mut found = Vec::new();
        for (part, identity) in self.identities(routine).iter().enumerate() {
            let known = recall(journal, identity)?;
            let here = known.iter().filter_map(|known| Some((routine.pose_of(part, id(known))?, known)));
            found.extend(here.map(|(pose, known)| of_pose(pose, known)));
        }
        Ok(found)
    }

    /// Finds out how many words each pose needs, unless the listener has chosen or the words are the practice.
    fn recall_words(&mut self, told: &mut Told<'_>) {
        if self.resolved.words.value.is_some() {
            return;
        }
        let now = Timestamp::now();
        let needed = |pose: &Pose, (_, known): &(Id, Familiarity)| {
            let keeps_words = self.script.routine.head(pose.part).keeps_words;
            (pose.id.clone(), if keeps_words { Words::Full } else { Words::after(known.times) })
        };
        let recalled =
            self.recalled(|journal, routine| journal.familiarity(routine, now), |(id, _)| id, needed);
        match recalled {
            Ok(known) => {
                if known.iter().any(|(_, words)| *words != Words::Full) {
                    self.script.change(|settings| settings.known = known);
                }
            }
            Err(problem) => told.warn(&problem.to_string()),
        }
    }

    /// Gives the listener more time where they asked for it on other evenings, unless they want plain pauses.
    fn recall_pauses(&mut self, told: &mut Told<'_>) {
        if self.resolved.pauses.value == Pauses::Plain {
            return;
        }
        let Some(journal) = &self.journal else { return };
        let Script { routine, sources, .. } = &self.script;
        let needs = self.identities(routine).iter().map(|routine| journal.needs(routine)).collect();
        let needs: Result<Vec<_>, JournalError> = needs;
        match needs {
            Ok(needs) if needs.iter().any(|needs| !needs.is_empty()) => {
                let more_time = routine
                    .steps()
                    .into_iter()
                    .filter_map(|(pose, step)| {
                        let text = sources.whole().get(step.span.0.clone())?;
                        let key = (pose.own_id.clone(), hash(text));
                        needs.get(pose.part)?.get(&key).map(|factor| (step.span.clone(), *factor))
                    })
                    .collect();
                self.script.change(|settings| settings.more_time = more_time);
            }
            Ok(_) => {}
            Err(problem) => told.warn(&problem.to_string()),
        }
    }

    fn begin_to_write(&self) -> Option<Writer> {
        let journal = self.journal.clone()?;
        let performed = &self.script.performed().routine;
        let sources = self.script.sources.each();
        let mut named =
            self.names.iter().zip(sources).map(|(name, source)| catalogue::from_anywhere(name, source));
        let point = ResumePoint {
            routine: named.next()?,
            then: named.collect(),
            part: 0,
            routine_id: Some(performed.id.clone()),
            routine_hash: None,
            meaning_hash: None,
            pose: 0,
            pose_id: None,
            pose_name: None,
            poses: performed.poses.len(),
            position_s: 0.0,
            own_breath: self.script.settings.own_breath,
            choices: Ok(self.choices.clone()),
            at: Timestamp::now(),
        };
        Some(Writer::begin(
            journal,
            self.identities(performed),
            self.script.sources.whole(),
            point,
            sources.iter().all(catalogue::is_lasting),
        ))
    }

    /// How each pose is led, for the log.
    fn led(&self) -> Vec<Led> {
        let Performed { routine, settings } = self.script.performed();
        let is_gentle = |id: &Id| {
            settings.level == Level::Gentle
                || settings.always_gentle.contains(id)
                || settings.gentler.contains(id)
        };
        let of_pose = |pose: &Pose| Led { gentle: is_gentle(&pose.id), muscles: pose.muscles.clone() };
        routine.poses.iter().map(of_pose).collect()
    }

    /// Plays with the first voice that can be heard.
    fn play_to_its_end(
        &mut self,
        output: &mut dyn Output,
        host: &mut dyn Host,
        led: &HowLed,
    ) -> Result<Finish, SessionError> {
        let mut tried = Vec::new();
        let mut waiting = Waiting { host, early: VecDeque::new() };
        let mut found = self.casting.first(&mut tried, &mut waiting)?;
        let mut is_first = true;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        while let Some(cast) = found {
            // A listener who has chosen a voice is told aloud that another one speaks.
            if cast.is_instead && self.casting.is_chosen() {
                self.announce(Notice::AnotherVoice);
            }
            if let Some(word) = self.cannot_say(&cast.id).filter(|_| std::mem::take(&mut is_first)) {
                waiting.host.warn(&format!("{word}; the next voice goes on from there"));
            }
            let id = cast.id.clone();
            tried.push(id.clone());
            waiting.host.hear_from(&id.to_string());
            self.script.speak_at(self.casting.voices().facts(&cast.id).tempo);
            led.get_or_init(|| self.led());
            let stage = Stage {
                plan: self.script.plan().clone(),
                settings: self.script.settings.clone(),
                ambience: self.ambience.choice.clone(),
                voice: cast.voice,
                begin: self.begin.as_ref().map(|pose| self.script.beginning(self.script.place_of(pose))),
                changes: Some(Changes {
                    replan: Box::new(self.script.paced_otherwise()),
                    next_voice: self.casting.after(tried.clone()),
                    words: self.script.words(),
                }),
                pause_silence: self.resolved.pause_silence.value,
            };
            match play_after(stage, output, waiting.host, &mut waiting.early, Arc::clone(&clock)) {
                // Nothing has been heard yet. Later on, starting again from the welcome would wake the
                // listener.
                Err(SessionError::Speech(error)) => {
                    found = self.casting.instead(&error, &tried, &mut waiting)?;
                }
                Err(error) => return Err(error),
                Ok((finish, warnings)) => {
                    warnings.iter().for_each(|warning| waiting.host.warn(warning));
                    return Ok(finish);
                }
            }
        }
        Ok(Finish::Stopped)
    }
}

/// A host and the journal.
struct Told<'a> {
    host: &'a mut dyn Host,
    writer: Option<Writer>,
    position_s: f64,
    warnings: Vec<String>,
}

impl Host for Told<'_> {
    fn next(&mut self, timeout: Duration) -> Option<Event> {
        self.host.next(timeout)
    }

    fn show(&mut self, now: &Now) {
        self.host.show(now);
        self.position_s = now.position_s;
    }

    fn practised(&mut self, pose: usize, done: Practised) {
        self.writer.iter_mut().for_each(|writer| writer.practised(pose, done));
        self.host.practised(pose, done);
    }

    fn tell(&mut self, news: News) {
        if let Some(writer) = &mut self.writer {
            writer.tell(news, self.position_s);
        }
        self.host.tell(news);
    }

    fn hear_from(&mut self, voice: &str) {
        self.host.hear_from(voice);
    }

    fn warn(&mut self, warning: &str) {
        self.host.warn(warning);
        self.warnings.push(warning.to_owned());
    }
}
