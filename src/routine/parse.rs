//! Reads the text of a routine file into a [`Routine`], or finds every problem in it at once.

use toml::de::{DeTable, DeValue};

use super::about::{AREAS, MUSCLES, OPENINGS, WHENS};
use super::id::{self, Id};
use super::pronounce::Pronounce;
use super::steps::{Surroundings, ratio, steps};
use super::text::Text;
use super::{Area, Ending, Muscle, Opening, Pose, Routine, SideOrder, Step, StepKind, When};
use crate::diagnostic::{Diagnostic, Span};
use crate::reader::{self, Keys, Problems, Value, span_of};
use crate::signs::layout::legible;

/// The largest routine file, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The most steps that a routine may have when sides and repeats are written out.
pub(crate) const MAX_EXPANDED: usize = 5_000;

/// The most that a routine may be below the session's loudness, in dB.
const MAX_QUIETER: u32 = 20;

/// Whether the words are kept in full, however well a listener knows them.
pub(crate) const WORDS: [(&str, bool); 2] = [("full", true), ("fewer", false)];
pub(crate) const ENDINGS: [(&str, Ending); 2] = [("asleep", Ending::Asleep), ("awake", Ending::Awake)];
pub(crate) const ORDERS: [(&str, SideOrder); 2] =
    [("right first", SideOrder::RightFirst), ("left first", SideOrder::LeftFirst)];

/// Reads a routine.
///
/// # Errors
/// Every problem of the file, in the order of places.
pub fn parse(source: &str) -> Result<Routine, Vec<Diagnostic>> {
    if source.len() > MAX_BYTES {
        return Err(vec![Diagnostic::error(
            "file-too-large",
            &Span::default(),
            format!("the file has {} bytes, a routine may have {MAX_BYTES}", source.len()),
            "split it into several routines",
        )]);
    }
    let source = legible(source);
    let document = reader::table(&source)?;
    let mut problems = Problems::default();
    let routine = read_routine(document.get_ref(), &source, &mut problems);
    if let Some(routine) = &routine {
        check_size(routine, &mut problems);
    }
    problems.0.sort_by_key(|problem| problem.span.0.start);
    match routine {
        Some(routine) if problems.0.is_empty() => Ok(routine),
        _ => Err(problems.0),
    }
}

fn read_routine(table: &DeTable<'_>, source: &str, problems: &mut Problems) -> Option<Routine> {
    let top = Span::from(0..0);
    let mut keys = Keys::new(table, "a routine");
    let title = keys.require("title", &top, "title = \"Ten minutes for the back\"", problems);
    let title = title.and_then(|value| Text::read(value, "`title`", false, problems));
    let given = keys.get("id");
    let given = given.and_then(|value| Id::read(value, title.as_ref().map(Text::as_str), problems));
    let summary = keys.get("summary");
    let summary = summary.and_then(|value| problems.shown(value, "`summary`", "summary = \"...\""));
    let about = about(&mut keys, problems);
    let tag = keys.get("language");
    let language_span = tag.map(span_of).unwrap_or_default();
    let language = tag.map_or(Some("en".to_owned()), |value| problems.language(value));
    let props = keys.get("props").map_or(Some(Vec::new()), |value| props(value, problems));
    let ambience = keys.get("ambience").and_then(|value| ambience(value, problems));
    let breath = keys.get("breath").and_then(|value| ratio(value, "breath", problems));
    let ending = keys.get("ending");
    let ending = ending.map_or(Some(Ending::default()), |value| problems.one_of(value, "ending", &ENDINGS));
    let order = keys.get("order");
    let order = order.map_or(Some(SideOrder::default()), |value| problems.one_of(value, "order", &ORDERS));
    let pronounce = keys.get("pronounce").map(|value| Pronounce::read(value, problems));
    let example = "[[pose]]";
    let poses = keys.require("pose", &top, example, problems).map(|value| poses(value, source, problems));
    keys.finish(problems);
    let title = title?;
    Some(Routine {
        is_id_given: given.is_some(),
        id: given.unwrap_or_else(|| Id::of(title.as_str())),
        title,
        summary: folded(summary),
        not_for: about.not_for,
        caution: about.caution,
        when: about.when,
        area: about.area,
        opening: about.opening,
        quieter_by: about.quieter_by,
        keeps_words: about.keeps_words,
        own_breath: about.own_breath,
        language: language?,
        language_span,
        props: props?,
        ambience,
        breath,
        ending: ending?,
        order: order?,
        pronounce: pronounce.unwrap_or_default(),
        poses: poses?,
        others: Vec::new(),
    })
}

/// What a routine says about itself besides its title and summary.
#[derive(Default)]
struct About {
    not_for: String,
    caution: Option<Text>,
    when: Option<When>,
    area: Option<Area>,
    opening: Opening,
    quieter_by: u32,
    keeps_words: bool,
    own_breath: bool,
}

fn about(keys: &mut Keys<'_>, problems: &mut Problems) -> About {
    let not_for = keys.get("not_for");
    let not_for = not_for.and_then(|value| problems.shown(value, "`not_for`", "not_for = \"...\""));
    let caution = keys.get("caution").and_then(|value| Text::read(value, "`caution`", false, problems));
    let when = keys.get("when").and_then(|value| problems.one_of(value, "when", &WHENS));
    let area = keys.get("area").and_then(|value| problems.one_of(value, "area", &AREAS));
    let opening = keys.get("welcome").and_then(|value| problems.one_of(value, "welcome", &OPENINGS));
    let quieter_by =
        keys.get("quieter_by").and_then(|value| problems.count(value, "quieter_by", MAX_QUIETER));
    let keeps_words = keys.get("words").and_then(|value| problems.one_of(value, "words", &WORDS));
    let own_breath = keys.get("own_breath").and_then(|value| problems.truth(value, "own_breath"));
    About {
        keeps_words: keeps_words.unwrap_or_default(),
        own_breath: own_breath.unwrap_or_default(),
        not_for: folded(not_for),
        caution,
        when,
        area,
        opening: opening.unwrap_or_default(),
        quieter_by: quieter_by.unwrap_or(0),
    }
}

/// A shown text without line breaks.
fn folded(text: Option<&str>) -> String {
    text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn muscles(value: Value<'_>, problems: &mut Problems) -> Vec<Muscle> {
    let DeValue::Array(array) = value.get_ref() else {
        problems.wrong_type(value, "`muscles`", "a list of muscle groups", "muscles = [\"lower-back\"]");
        return Vec::new();
    };
    array.iter().filter_map(|value| problems.one_of(value, "muscles", &MUSCLES)).collect()
}

fn props(value: Value<'_>, problems: &mut Problems) -> Option<Vec<Text>> {
    let DeValue::Array(array) = value.get_ref() else {
        problems.wrong_type(value, "`props`", "a list of texts", "props = [\"a bed\", \"a pillow\"]");
        return None;
    };
    Some(array.iter().filter_map(|prop| Text::read(prop, "a prop", false, problems)).collect())
}

/// A built-in ambience, or a file in the routine's own folder: routine files may come from anywhere, so they
/// must not point outside it.
fn ambience(value: Value<'_>, problems: &mut Problems) -> Option<(String, Span)> {
    let name = problems.string(value, "`ambience`", "ambience = \"ocean\"")?;
    let path = std::path::Path::new(name);
    let plain = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if name.is_empty() || !plain || name.contains('\\') {
        problems.error(
            "path-outside",
            &span_of(value),
            format!("`ambience` can't be {name:?}"),
            "name a built-in ambience (`supine sounds` lists them) or a file in the routine's own folder",
        );
        return None;
    }
    Some((name.to_owned(), span_of(value)))
}

fn poses(value: Value<'_>, source: &str, problems: &mut Problems) -> Vec<Pose> {
    let DeValue::Array(array) = value.get_ref() else {
        problems.wrong_type(value, "`pose`", "a list of tables", "[[pose]]");
        return Vec::new();
    };
    if array.is_empty() {
        problems.error("no-poses", &span_of(value), "the routine has no poses", "add one with `[[pose]]`");
    }
    let (mut poses, ids): (Vec<_>, Vec<_>) = array.iter().filter_map(|value| pose(value, problems)).unzip();
    let given: Vec<_> = ids.iter().flatten().cloned().collect();
    id::refuse_doubles(&given, source, problems);
    let wanted = ids.into_iter().zip(&poses).map(|(given, pose)| (given.map(|(id, _)| id), pose.id.clone()));
    let ids = id::distinct(&wanted.collect::<Vec<_>>());
    for (pose, id) in poses.iter_mut().zip(ids) {
        pose.own_id = id.clone();
        pose.id = id;
    }
    poses
}

/// A pose with the id of its name, and the id that it gives itself.
fn pose(value: Value<'_>, problems: &mut Problems) -> Option<(Pose, Option<(Id, Span)>)> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, "a pose", "a table", "[[pose]]");
        return None;
    };
    let span = span_of(value);
    let mut keys = Keys::new(table, "this pose");
    let name = keys.require("name", &span, "name = \"Child's pose\"", problems);
    let name = name.and_then(|value| Text::read(value, "`name`", false, problems));
    let given = keys.get("id").and_then(|value| {
        Some((Id::read(value, name.as_ref().map(Text::as_str), problems)?, span_of(value)))
    });
    let position = keys.get("position");
    let position = position.and_then(|value| Text::read(value, "`position`", false, problems));
    let muscles = keys.get("muscles").map(|value| muscles(value, problems)).unwrap_or_default();
    let is_optional =
        keys.get("optional").and_then(|value| problems.truth(value, "optional")).unwrap_or(false);
    let list = keys.require("steps", &span, "steps = [\"Rest here.\", { breaths = 3 }]", problems);
    let steps = list.map(|value| steps(value, "`steps`", Surroundings::default(), problems));
    keys.finish(problems);
    let name = name?;
    let id = Id::of(name.as_str());
    let own_id = id.clone();
    Some((Pose { id, own_id, part: 0, name, position, muscles, is_optional, steps: steps?, span }, given))
}

/// Refuses small files that unfold into endless sessions.
fn check_size(routine: &Routine, problems: &mut Problems) {
    let size = routine.poses.iter().fold(0usize, |sum, pose| sum.saturating_add(expanded(&pose.steps)));
    if size > MAX_EXPANDED {
        problems.error(
            "too-long",
            &Span::from(0..0),
            format!(
                "with sides and repeats written out the routine has {size} steps, {MAX_EXPANDED} are the most"
            ),
            "repeat less, or split it into several routines",
        );
    }
}

fn expanded(steps: &[Step]) -> usize {
    steps.iter().fold(0usize, |sum, step| {
        sum.saturating_add(match &step.kind {
            StepKind::EachSide(inner) => expanded(inner).saturating_mul(2),
            StepKind::Repeat { times, steps, .. } => expanded(steps).saturating_mul(*times as usize),
            StepKind::Only(_, inner) => expanded(inner),
            _ => 1,
        })
    })
}
