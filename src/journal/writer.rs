//! Writes a session's entries into the journal while it plays. Writing waits for the disk, so a thread of its
//! own does it, and the session waits for it only at the end.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use jiff::Timestamp;

use super::practice::{Entry, Fate, Led};
use super::{Identity, Journal, JournalError, ResumePoint, hash};
use crate::control::{News, Practised};
use crate::routine::Id;
use crate::thread::spawn;

/// A pose that was begun and left again sooner than this was not practised, in seconds.
const A_MOMENT: f64 = 10.0;

/// How each pose of a session is led, once its plan is written.
pub(crate) type HowLed = Arc<OnceLock<Vec<Led>>>;

/// The journal of the running session.
pub(crate) struct Writer {
    notes: Sender<Note>,
    writing: JoinHandle<Vec<JournalError>>,
    point: ResumePoint,
    /// The poses of all routines, in their order.
    poses: Vec<Pose>,
    /// Whether the routine can be read again later.
    is_lasting: bool,
    /// The routine's text.
    text: String,
    led: HowLed,
    /// The last pose that was reached, if nothing is noted of it yet.
    open: Option<usize>,
    /// What was done of each pose since something was noted of it.
    done: Vec<Practised>,
}

/// A pose of one of the routines.
#[derive(Clone)]
struct Pose {
    /// Its routine, from 0.
    part: usize,
    routine: Id,
    id: Id,
    name: String,
}

/// An entry to be written; a pose is given by the place of its routine and by its id there.
enum Note {
    Place(Box<ResumePoint>),
    Pose { pose: (usize, Id), fate: Fate, done: Practised, led: Option<Led> },
    NeededTime { pose: (usize, Id), step: String },
    Over,
}

impl Writer {
    /// Begins to write for a session of these routines, whose texts are `text`. `point` holds everything but the place; a session that is
    /// not `lasting`, for example one from a pipe, leaves no place to resume.
    pub(crate) fn begin(
        journal: Journal,
        routines: Vec<Identity>,
        text: &str,
        point: ResumePoint,
        is_lasting: bool,
    ) -> Self {
        let of = |(part, routine): (usize, &Identity)| -> Vec<Pose> {
            let pose = |(id, name): &(Id, String)| Pose {
                part,
                routine: routine.id().clone(),
                id: id.clone(),
                name: name.clone(),
            };
            routine.poses().iter().map(pose).collect()
        };
        let poses: Vec<Pose> = routines.iter().enumerate().flat_map(of).collect();
        let done = vec![Practised::default(); poses.len()];
        let (notes, to_write) = channel();
        let began = point.at;
        let writing = spawn("journal", move || write(&journal, &routines, began, &to_write));
        Self {
            notes,
            writing,
            point,
            poses,
            is_lasting,
            text: text.to_owned(),
            led: HowLed::default(),
            open: None,
            done,
        }
    }

    /// Where to put how each pose is led, once that is known.
    pub(crate) fn led(&self) -> HowLed {
        Arc::clone(&self.led)
    }

    /// Takes in what was done of a pose.
    pub(crate) fn practised(&mut self, pose: usize, more: Practised) {
        let place = pose.checked_sub(1).and_then(|place| self.done.get_mut(place));
        if let Some(done) = place {
            done.seconds += more.seconds;
            done.held_s = [0, 1].map(|side| done.held_s[side] + more.held_s[side]);
        }
    }

    /// Notes what happened when the session had played for `position_s`.
    pub(crate) fn tell(&mut self, news: News, position_s: f64) {
        if matches!(news, News::Reached(_) | News::Closing) {
            self.leave();
        }
        if let News::Reached(pose) = news {
            self.open = Some(pose);
        }
        match news {
            // A session from a pipe can't be resumed, and the one before it is over.
            News::Reached(_) if !self.is_lasting => self.note(Note::Over),
            News::Reached(pose) => {
                let at = Timestamp::now();
                let mut point = ResumePoint { pose, position_s, at, ..self.point.clone() };
                if let Some(Pose { part, routine, id, name }) = self.pose(pose).cloned() {
                    (point.part, point.routine_id) = (part, Some(routine));
                    (point.pose_id, point.pose_name) = (Some(id), Some(name));
                }
                self.note(Note::Place(Box::new(point)));
            }
            News::LeftOut(pose) => self.note_pose(pose, Fate::LeftOut),
            // In either form: a listener who was offered the gentler one and took it has done the pose.
            News::Done(pose) => self.note_pose(pose, Fate::Done),
            News::NeededTime { pose, step: (start, end) } => {
                let Some(step) = self.text.get(start..end).map(hash) else { return };
                if let Some(Pose { part, id, .. }) = self.pose(pose).cloned() {
                    self.note(Note::NeededTime { pose: (part, id), step });
                }
            }
            // It is kept with the next place.
            News::OwnBreath(own) => self.point.own_breath = Some(own),
            News::Closing => self.note(Note::Over),
        }
    }

    /// Ends the writing once everything is on the disk. A session that is over needs no resume point; one that
    /// broke off keeps it. Returns the first error of each file.
    pub(crate) fn end(mut self, is_over: bool) -> Vec<JournalError> {
        self.leave();
        if is_over {
            self.note(Note::Over);
        }
        drop(self.notes);
        // A panic in one of supine's threads is a bug, so it is passed on.
        self.writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Notes the pose that the session leaves, if it was not led to its end: what was done of it counts.
    fn leave(&mut self) {
        let Some(pose) = self.open.take() else { return };
        if self.done.get(pose.wrapping_sub(1)).is_some_and(|done| done.seconds >= A_MOMENT) {
            self.note_pose(pose, Fate::Partly);
        }
    }

    /// Notes what became of a pose.
    fn note_pose(&mut self, pose: usize, fate: Fate) {
        self.open = self.open.filter(|open| *open != pose);
        let place = pose.wrapping_sub(1);
        let led = self.led.get().and_then(|led| led.get(place)).cloned();
        let done = self.done.get_mut(place).map(std::mem::take).unwrap_or_default();
        if let Some(Pose { part, id, .. }) = self.pose(pose).cloned() {
            self.note(Note::Pose { pose: (part, id), fate, done, led });
        }
    }

    fn pose(&self, pose: usize) -> Option<&Pose> {
        pose.checked_sub(1).and_then(|place| self.poses.get(place))
    }

    fn note(&self, note: Note) {
        // The thread listens until the writer ends.
        let _ = self.notes.send(note);
    }
}

/// Writes notes down until there are no more.
fn write(
    journal: &Journal,
    routines: &[Identity],
    began: Timestamp,
    notes: &Receiver<Note>,
) -> Vec<JournalError> {
    let entry =
        |(part, pose): (usize, Id), fate, seconds| Entry::new(&routines[part], began, pose, fate, seconds);
    let mut problems: Vec<JournalError> = Vec::new();
    for note in notes {
        let written = match note {
            Note::Place(point) => [journal.keep(&point), Ok(())],
            Note::Pose { pose, fate, done, led } => {
                let kept = match fate {
                    Fate::LeftOut => journal.skip(&routines[pose.0], &pose.1),
                    Fate::Done => journal.done(&routines[pose.0], &pose.1),
                    Fate::NeededTime | Fate::Partly => Ok(()),
                };
                let entry = entry(pose, fate, done.seconds);
                [kept, journal.log(&led.iter().fold(entry, |entry, led| entry.led(led, done.held_s)))]
            }
            Note::NeededTime { pose, step } => {
                [journal.log(&Entry { step: Some(step), ..entry(pose, Fate::NeededTime, 0.0) }), Ok(())]
            }
            Note::Over => [journal.clear(), Ok(())],
        };
        for problem in written.into_iter().filter_map(Result::err) {
            if problems.iter().all(|told| told.path() != problem.path()) {
                problems.push(problem);
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Choices;
    use crate::routine::parse::parse;
    use crate::settings::Pace;

    fn identity() -> Identity {
        let pose = |name| format!("[[pose]]\nname = {name:?}\nsteps = [\"Rest.\"]\n");
        let text = format!("id = \"bedtime\"\ntitle = \"Bedtime\"\n{}{}", pose("Cat"), pose("Cow"));
        Identity::new(&parse(&text).unwrap(), &text, None)
    }

    fn choices() -> Choices {
        Choices { pace: Some(Pace::SLOW), ..Choices::default() }
    }

    fn writer(journal: &Journal) -> Writer {
        let point = ResumePoint {
            routine: "bedtime-back".into(),
            then: Vec::new(),
            part: 0,
            routine_id: Some(Id::of("bedtime")),
            routine_hash: None,
            meaning_hash: None,
            pose: 0,
            pose_id: None,
            pose_name: None,
            poses: 2,
            position_s: 0.0,
            own_breath: None,
            choices: Ok(choices()),
            at: Timestamp::now(),
        };
        Writer::begin(journal.clone(), vec![identity()], "", point, true)
    }

    fn journal() -> (tempfile::TempDir, Journal) {
        let home = tempfile::tempdir().unwrap();
        let journal = Journal::in_folder(home.path().join("supine"));
        (home, journal)
    }

    #[test]
    fn a_session_that_breaks_off_keeps_its_last_pose_and_one_that_is_over_keeps_none() {
        let (_home, journal) = journal();
        let mut broken_off = writer(&journal);
        broken_off.tell(News::Reached(1), 10.0);
        broken_off.tell(News::Done(1), 60.0);
        broken_off.tell(News::Reached(2), 60.0);
        assert!(broken_off.end(false).is_empty());
        let point = journal.resume_point().unwrap().unwrap();
        assert_eq!((point.pose, point.position_s, point.routine), (2, 60.0, "bedtime-back".into()));
        assert_eq!((point.pose_id, point.pose_name.as_deref()), (Some(Id::of("Cow")), Some("Cow")));
        assert_eq!(point.choices, Ok(choices()));
        let mut closing = writer(&journal);
        closing.tell(News::Reached(2), 5.0);
        closing.tell(News::Closing, 50.0);
        assert!(closing.end(false).is_empty());
        assert_eq!(journal.resume_point().unwrap(), None);
        let mut played = writer(&journal);
        played.tell(News::Reached(1), 5.0);
        assert!(played.end(true).is_empty());
        assert_eq!(journal.resume_point().unwrap(), None);
    }

    #[test]
    fn what_came_through_a_pipe_leaves_no_place_to_go_on_with() {
        let (_home, journal) = journal();
        let mut before = writer(&journal);
        before.tell(News::Reached(1), 10.0);
        before.end(false);
        assert!(journal.resume_point().unwrap().is_some());
        let mut piped = Writer { is_lasting: false, ..writer(&journal) };
        piped.tell(News::Reached(1), 10.0);
        assert!(piped.end(false).is_empty());
        assert_eq!(journal.resume_point().unwrap(), None);
    }

    #[test]
    fn a_pose_is_known_as_left_out_until_it_was_done() {
        let (_home, journal) = journal();
        let mut first = writer(&journal);
        first.tell(News::LeftOut(1), 5.0);
        first.tell(News::LeftOut(2), 6.0);
        first.tell(News::LeftOut(3), 7.0); // there is no third pose
        first.end(true);
        assert_eq!(journal.skipped(&identity()).unwrap(), [Id::of("Cat"), Id::of("Cow")]);
        let mut second = writer(&journal);
        second.tell(News::Done(2), 50.0);
        second.end(true);
        assert_eq!(journal.skipped(&identity()).unwrap(), [Id::of("Cat")]);
    }

    #[test]
    fn of_several_routines_each_remembers_its_own_poses() {
        let (_home, journal) = journal();
        let text = "id = \"morning\"\ntitle = \"Morning\"\n[[pose]]\nname = \"Cat\"\nsteps = [\"Rest.\"]\n";
        let morning = Identity::new(&parse(text).unwrap(), text, None);
        let point = ResumePoint { poses: 3, then: vec!["morning".into()], ..writer(&journal).point };
        let mut writer =
            Writer::begin(journal.clone(), vec![identity(), morning.clone()], "", point.clone(), true);
        writer.tell(News::Done(1), 5.0);
        writer.tell(News::Reached(3), 10.0);
        writer.practised(3, Practised { seconds: 10.0, held_s: [0.0; 2] });
        writer.tell(News::LeftOut(3), 20.0);
        assert!(writer.end(false).is_empty());
        assert_eq!(journal.skipped(&morning).unwrap(), [Id::of("Cat")]);
        assert_eq!(journal.skipped(&identity()).unwrap(), []);
        let mut practised = Vec::new();
        journal
            .read_log(&mut |line| practised.push((line.routine.to_owned(), line.fate, line.seconds)))
            .unwrap();
        let expected = [("bedtime".to_owned(), Fate::Done, 0.0), ("morning".to_owned(), Fate::LeftOut, 10.0)];
        assert_eq!(practised, expected);
        let kept = journal.resume_point().unwrap().unwrap();
        assert_eq!((kept.pose, kept.part, &kept.pose_id), (3, 1, &Some(Id::of("Cat"))));
        assert_eq!((kept.routines(), kept.routine_id), (point.routines(), Some(Id::of("morning"))));
    }

    #[test]
    fn what_was_begun_counts_for_what_was_done_and_a_moment_does_not() {
        let (_home, journal) = journal();
        let does = |writer: &mut Writer, pose, seconds| {
            writer.practised(pose, Practised { seconds, held_s: [0.0; 2] });
        };
        let mut early = writer(&journal);
        early.tell(News::Reached(1), 10.0);
        does(&mut early, 1, 30.0);
        does(&mut early, 1, 15.0);
        early.tell(News::Reached(2), 90.0); // they went on
        does(&mut early, 2, 40.0);
        early.tell(News::Reached(1), 10.0); // and back
        does(&mut early, 1, 5.0);
        assert!(early.end(false).is_empty());
        let mut whole = writer(&journal);
        whole.tell(News::Reached(1), 10.0);
        does(&mut whole, 1, 80.0);
        whole.tell(News::Done(1), 90.0);
        whole.tell(News::Reached(2), 90.0);
        does(&mut whole, 2, 30.0);
        whole.tell(News::LeftOut(2), 120.0);
        whole.tell(News::Closing, 150.0);
        assert!(whole.end(true).is_empty());
        let mut lines = Vec::new();
        journal.read_log(&mut |line| lines.push((line.pose.to_owned(), line.fate, line.seconds))).unwrap();
        let expected = [
            ("cat", Fate::Partly, 45.0),
            ("cow", Fate::Partly, 40.0),
            ("cat", Fate::Done, 80.0),
            ("cow", Fate::LeftOut, 30.0),
        ];
        assert_eq!(lines, expected.map(|(pose, fate, seconds)| (pose.to_owned(), fate, seconds)));
    }

    #[test]
    fn what_can_not_be_written_is_told_at_the_end() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("file"), "").unwrap();
        let mut writer = writer(&Journal::in_folder(home.path().join("file/supine")));
        writer.tell(News::Reached(1), 5.0);
        writer.tell(News::Reached(2), 6.0);
        writer.tell(News::Done(1), 6.0);
        let told: Vec<String> = writer.end(false).iter().map(ToString::to_string).collect();
        for name in ["resume.json", "skipped.json", "practice.jsonl"] {
            assert_eq!(told.iter().filter(|told| told.contains(name)).count(), 1, "{name}: {told:?}");
        }
        assert!(told[0].contains("check the folder"), "{told:?}");
    }
}
