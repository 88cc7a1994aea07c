//! Telling a listener where the session is, and giving them more of the sound after the last words.

use std::time::Duration;

use super::running::Performance;
use super::steering::Place;
use crate::mixer::Entrance;
use crate::phrases::Left;
use crate::plan::{ItemKind, Plan, Tail, Track};
use crate::session::outcome::SessionError;
use crate::session::whereabouts::Whereabouts;

/// A shorter fade ends a session that ends awake, or one without a sound.
const SLOW_FADE: Duration = Duration::from_secs(10);
/// What a key after the last words adds to the sound.
const MORE_SOUND: Duration = Duration::from_secs(600);

impl Performance {
    /// Where a session is that goes on with an item.
    pub(super) fn whereabouts(&self, at: usize) -> Whereabouts {
        let plan = self.steering.plan();
        let Some(item) = plan.items.get(at) else { return Whereabouts::default() };
        let names = plan.items.iter().filter(|other| other.pose == item.pose && item.pose > 0);
        let pose = names.into_iter().find_map(|item| match &item.what {
            ItemKind::Pose { name, .. } => Some(name.clone()),
            _ => None,
        });
        Whereabouts { pose, side: item.side, left: left(plan, at), session: self.progress.guided_left(at) }
    }

    /// Says where a paused session is, and leaves it paused.
    pub(super) fn tell_in_pause(&mut self, place: Place) -> Result<(), SessionError> {
        let at = self.steering.paused_at().unwrap_or(place.at);
        let words = self.words_of(&self.whereabouts(at));
        let (take, playing) = self.rest_after(&words)?;
        self.playout.enter(take, playing, Entrance::Cut);
        Ok(())
    }

    /// Whether only the sound is left of the session, and it fades slowly.
    pub(super) fn is_afterwards(&mut self) -> bool {
        let fades = matches!(self.steering.plan().ambience.tail, Tail::Fades(time) if time >= SLOW_FADE);
        fades && self.steering.paused_at().is_none() && self.playout.is_said()
    }

    /// Gives the sound ten minutes more than it has left. A soft tone says so, and no word.
    pub(super) fn more_sound(&mut self) -> Result<(), SessionError> {
        let rate = self.speaking.rate;
        let transport = &self.playout.now().spoken.transport;
        let left = transport.end().saturating_sub(transport.position()).to_duration(rate);
        let end = self.steering.plan().items.len();
        let mut part = self.part_from(end, &[]);
        part.plan.ambience.tail = Tail::Fades(left + MORE_SOUND);
        let (take, playing) = self.begin_part(part)?;
        self.playout.enter(take, playing, Entrance::Cut);
        self.progress.lengthen(MORE_SOUND);
        self.playout.handle().sound(std::sync::Arc::clone(&self.tone));
        Ok(())
    }
}

/// What is left of the hold at `at`, if it is one: a hold that was left is split there.
fn left(plan: &Plan, at: usize) -> Option<Left> {
    let ItemKind::Hold { cues, breaths, length, .. } = &plan.items.get(at)?.what else { return None };
    let number = |left: usize| u32::try_from(left).unwrap_or(u32::MAX);
    let counts = cues.iter().filter(|cue| cue.track == Track::Count).count();
    Some(match (breaths.len(), counts) {
        // Halfway through a plain hold one cue is said, which is no count.
        (0, 0 | 1) => Left::Time(*length),
        (0, _) => Left::Counts(number(counts)),
        (breaths, _) => Left::Breaths(number(breaths)),
    })
}
