//! The ways from one take to the next: into a pause, out of it, to another pose, to a longer hold.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::playout::Playing;
use super::running::Performance;
use super::steering::{Ack, Place, When};
use crate::diagnostic::Span;
use crate::mixer::{Entrance, Take, Transport};
use crate::plan::part::Part;
use crate::plan::{AmbiencePlan, Item, ItemKind, Plan};
use crate::score::GainPoint;
use crate::session::outcome::SessionError;
use crate::session::take::RunningTake;
use crate::session::whereabouts::Whereabouts;
use crate::speech::Utterance;
use crate::units::{Decibels, Frames};

/// How far the ambience goes down in a pause, relative to its level between words.
const PAUSED_GAIN: f32 = -4.0;
/// Longer than any pause.
const A_NIGHT: Duration = Duration::from_secs(24 * 60 * 60);
/// The ramp to that level.
const PAUSE_RAMP: Duration = Duration::from_secs(1);
/// A new take begins at least this much later; a frame sooner than that could be missed.
const SOON: Duration = Duration::from_millis(30);

impl Performance {
    pub(super) fn set_volume(&mut self, gain: Decibels) {
        self.volume = gain.amplitude();
        self.playout.handle().set_volume(self.volume);
        self.speaking.volume.store(gain.0.to_bits(), Ordering::Relaxed);
    }

    /// Falls silent; the ambience goes on, unless the listener wants silence in a pause.
    pub(super) fn rest(&mut self) {
        let (take, silence) = self.silence();
        self.playout.enter(take, silence, Entrance::Cut);
    }

    /// A take without words, under which the ambience goes down.
    pub(super) fn silence(&self) -> (Take, Playing) {
        let transport = Arc::new(Transport::default());
        transport.open_until(Frames::NEVER);
        let (take, mut feed) = Take::new(Arc::clone(&transport), 8);
        let ambience = self.steering.plan().ambience;
        let gain = match self.pause_silence {
            true => Decibels::SILENCE,
            false => Decibels(ambience.open + PAUSED_GAIN),
        };
        let at = Frames::at(PAUSE_RAMP, self.speaking.rate);
        // The ring has room.
        let _ = feed.gains.push(GainPoint { at, gain });
        let part = Part::whole(&Plan::default());
        (take, Playing { part, spoken: RunningTake::silent(transport) })
    }

    /// Plays the plan from an item on, after the sign that the request was heard.
    pub(super) fn play_from(
        &mut self,
        from: usize,
        when: When,
        sign: Ack,
        place: Place,
    ) -> Result<(), SessionError> {
        let words = self.changes.as_ref().and_then(|changes| match sign {
            Ack::Slower => Some(&changes.words.slower),
            Ack::Faster => Some(&changes.words.faster),
            Ack::LeftOut => Some(&changes.words.left_out),
            Ack::Unclear => Some(&changes.words.unclear),
            Ack::Itself | Ack::Tone | Ack::Where => None,
        });
        let words: Vec<Utterance> = match sign {
            Ack::Where => self.words_of(&self.whereabouts(from)),
            _ => words.cloned().into_iter().collect(),
        };
        let entrance = self.entrance(when, place);
        self.play_part(from, &words, entrance)?;
        if sign == Ack::Tone {
            self.playout.handle().sound(Arc::clone(&self.tone));
        }
        Ok(())
    }

    /// Plays the plan from an item on, after `words`.
    pub(super) fn play_part(
        &mut self,
        from: usize,
        words: &[Utterance],
        entrance: Entrance,
    ) -> Result<(), SessionError> {
        let (take, playing) = self.begin_part(self.part_from(from, words))?;
        self.playout.enter(take, playing, entrance);
        Ok(())
    }

    /// The plan from an item on, after `words`, for a listener who lies in the last position that was led into.
    pub(super) fn part_from(&self, from: usize, words: &[Utterance]) -> Part {
        Part::new(self.steering.plan(), from, words, self.position.as_deref())
    }

    /// The words for whereabouts.
    pub(super) fn words_of(&self, here: &Whereabouts) -> Vec<Utterance> {
        self.changes.as_ref().map(|changes| (changes.words.whereabouts)(here)).unwrap_or_default()
    }

    /// A pause that begins with words, under which the ambience goes down as in any pause.
    pub(super) fn rest_after(&self, words: &[Utterance]) -> Result<(Take, Playing), SessionError> {
        let mut part = self.part_from(self.steering.plan().items.len(), words);
        // The pause ends before this does: see the longest pause in `steering`.
        part.plan.items.push(Item {
            what: ItemKind::Wait(A_NIGHT),
            pose: 0,
            side: None,
            position: None,
            span: Span::default(),
        });
        let open = part.plan.ambience.open + PAUSED_GAIN;
        part.plan.ambience =
            AmbiencePlan { open, ducked: part.plan.ambience.ducked.min(open), ..part.plan.ambience };
        self.begin_part(part)
    }

    /// Begins to speak a part.
    pub(super) fn begin_part(&self, part: Part) -> Result<(Take, Playing), SessionError> {
        let (take, spoken) = self.speaking.begin(Arc::new(part.plan.clone()), false)?;
        Ok((take, Playing { part, spoken }))
    }

    fn entrance(&mut self, when: When, place: Place) -> Entrance {
        if when == When::Now {
            return Entrance::Cut;
        }
        let rate = self.speaking.rate;
        let Playing { part, spoken } = self.playout.now();
        let starts = spoken.starts();
        let here = part.part_place(place.at);
        let start = starts.get(here).copied().unwrap_or_default();
        let after = |time| start + Frames::at(time, rate);
        // What is heard may be longer or shorter than in the plan of now.
        let frame = match (when, starts.get(here + 1), part.plan.items.get(here).map(|item| &item.what)) {
            (When::Into(time), _, _) => after(time),
            (_, Some(next), _) => *next,
            (_, None, Some(ItemKind::Hold { length, then, .. })) => after(*length + *then),
            _ => return Entrance::Cut,
        };
        Entrance::At(frame.max(spoken.transport.position() + Frames::at(SOON, rate)))
    }
}
