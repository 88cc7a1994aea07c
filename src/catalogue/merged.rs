//! A routine in several languages: its shape, and a text file for each language. Both become one routine file, as if
//! somebody had written it in that language, so that nothing else has to know of two files.
//!
//! In the shape every text is a key; the text file gives the sentence. Comments and layout of the shape stay.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml_edit::{Array, DocumentMut, Item, Key, Table, Value};

/// The texts of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    title: String,
    summary: String,
    not_for: Option<String>,
    caution: Option<String>,
    #[serde(default)]
    props: Vec<String>,
    /// The positions, by their keys.
    #[serde(default)]
    positions: BTreeMap<String, String>,
    /// The texts of each pose, by its id and their keys; `name` is its name.
    pose: BTreeMap<String, BTreeMap<String, String>>,
    /// As in a routine file; it is taken over as it is.
    #[serde(default)]
    pronounce: toml::Table,
}

/// The order of keys in the file that results; what is not named here comes after them.
const TOP: [&str; 17] = [
    "id",
    "title",
    "summary",
    "not_for",
    "caution",
    "when",
    "area",
    "language",
    "props",
    "ambience",
    "breath",
    "ending",
    "welcome",
    "quieter_by",
    "words",
    "own_breath",
    "order",
];
const POSE: [&str; 6] = ["id", "name", "position", "muscles", "optional", "steps"];

/// The routine file that `shape` and the `texts` of `language` make.
///
/// # Errors
/// Everything that keeps them from fitting together, a line each.
pub(crate) fn merged(shape: &str, texts: &str, language: &str) -> Result<String, String> {
    let mut shape: DocumentMut =
        shape.parse().map_err(|error: toml_edit::TomlError| format!("routine.toml: {error}"))?;
    let file = format!("{language}.toml");
    let own: DocumentMut = texts.parse().map_err(|error: toml_edit::TomlError| format!("{file}: {error}"))?;
    let texts: Texts = toml::from_str(texts).map_err(|error| format!("{file}: {error}"))?;
    let mut filling = Filling { texts: &texts, problems: Vec::new(), used: BTreeSet::new() };
    filling.poses(&mut shape);
    filling.unused();
    if !filling.problems.is_empty() {
        return Err(filling
            .problems
            .iter()
            .map(|problem| format!("{file}: {problem}"))
            .collect::<Vec<_>>()
            .join("\n"));
    }
    fill_top(&mut shape, &texts, language);
    if !texts.pronounce.is_empty() {
        shape.insert("pronounce", own["pronounce"].clone());
    }
    Ok(shape.to_string())
}

fn fill_top(shape: &mut DocumentMut, texts: &Texts, language: &str) {
    let mut put = |key: &str, value: Value| shape.insert(key, Item::Value(value));
    put("title", texts.title.as_str().into());
    put("summary", texts.summary.as_str().into());
    put("language", language.into());
    for (key, text) in [("not_for", &texts.not_for), ("caution", &texts.caution)] {
        if let Some(text) = text {
            put(key, text.as_str().into());
        }
    }
    if !texts.props.is_empty() {
        put("props", Value::Array(texts.props.iter().map(String::as_str).collect()));
    }
    sort(shape.as_table_mut(), &TOP);
}

/// Sorts the keys of a table, but for the tables in it, which follow anyway.
fn sort(table: &mut Table, order: &[&str]) {
    let rank = |key: &Key| order.iter().position(|known| *known == key.get()).unwrap_or(order.len());
    table.sort_values_by(|one, _, other, _| rank(one).cmp(&rank(other)));
}

/// Fills the keys of a shape with the texts of a language.
struct Filling<'a> {
    texts: &'a Texts,
    problems: Vec<String>,
    /// The pose and the key of each text that was used; positions belong to no pose.
    used: BTreeSet<(String, String)>,
}

impl Filling<'_> {
    fn poses(&mut self, shape: &mut DocumentMut) {
        let Some(poses) = shape.get_mut("pose").and_then(Item::as_array_of_tables_mut) else {
            self.problems.push("the shape has no `[[pose]]`".to_owned());
            return;
        };
        for pose in poses.iter_mut() {
            let Some(id) = pose.get("id").and_then(Item::as_str).map(str::to_owned) else {
                self.problems.push("a pose of the shape has no id".to_owned());
                continue;
            };
            let name = self.text(&id, "name");
            pose.insert("name", Item::Value(name.into()));
            if let Some(position) = pose.get_mut("position").and_then(Item::as_value_mut) {
                self.position(position);
            }
            if let Some(steps) = pose.get_mut("steps").and_then(Item::as_array_mut) {
                self.steps(&id, steps);
            }
            sort(pose, &POSE);
        }
    }

    fn steps(&mut self, pose: &str, steps: &mut Array) {
        for step in steps.iter_mut() {
            match step {
                Value::String(_) => self.fill(pose, step),
                Value::InlineTable(table) => {
                    for (key, value) in table.iter_mut() {
                        self.step(pose, key.get(), value);
                    }
                }
                _ => {} // The reader of routines reports it.
            }
        }
    }

    fn step(&mut self, pose: &str, kind: &str, value: &mut Value) {
        match (kind, value) {
            ("option" | "short" | "release" | "inhale" | "exhale" | "wait", value @ Value::String(_)) => {
                self.fill(pose, value)
            }
            ("gentle" | "deeper" | "each_side", Value::Array(steps)) => self.steps(pose, steps),
            ("gentle" | "deeper", value @ Value::String(_)) => self.fill(pose, value),
            ("repeat", Value::InlineTable(table)) => {
                if let Some(steps) = table.get_mut("steps").and_then(Value::as_array_mut) {
                    self.steps(pose, steps);
                }
            }
            ("wait", Value::InlineTable(table)) => {
                if let Some(text) = table.get_mut("text") {
                    self.fill(pose, text);
                }
            }
            ("move_to", Value::InlineTable(table)) => {
                if let Some(position) = table.get_mut("position") {
                    self.position(position);
                }
            }
            ("move_to", position @ Value::String(_)) => self.position(position),
            _ => {}
        }
    }

    /// Replaces a key by its sentence.
    fn fill(&mut self, pose: &str, value: &mut Value) {
        let Some(key) = value.as_str().map(str::to_owned) else { return };
        let text = self.text(pose, &key);
        replace(value, &text);
    }

    fn position(&mut self, value: &mut Value) {
        let Some(key) = value.as_str().map(str::to_owned) else { return };
        match self.texts.positions.get(&key) {
            Some(text) => replace(value, text),
            None => self.problems.push(format!("[positions] has no `{key}`")),
        }
        self.used.insert((String::new(), key));
    }

    fn text(&mut self, pose: &str, key: &str) -> String {
        self.used.insert((pose.to_owned(), key.to_owned()));
        match self.texts.pose.get(pose).and_then(|texts| texts.get(key)) {
            Some(text) => text.clone(),
            None => {
                self.problems.push(format!("[pose.{pose}] has no `{key}`"));
                String::new()
            }
        }
    }

    /// Notes every text that the shape does not use.
    fn unused(&mut self) {
        let texts = self
            .texts
            .pose
            .iter()
            .flat_map(|(pose, texts)| texts.keys().map(move |key| (pose.clone(), key.clone())));
        let positions = self.texts.positions.keys().map(|key| (String::new(), key.clone()));
        for (pose, key) in texts.chain(positions).filter(|text| !self.used.contains(text)) {
            let table = if pose.is_empty() { "positions".to_owned() } else { format!("pose.{pose}") };
            self.problems.push(format!("the shape does not use `{key}` of [{table}]"));
        }
    }
}

/// Replaces a string, and keeps the white space and the comments around it.
fn replace(value: &mut Value, text: &str) {
    let decor = value.decor().clone();
    *value = text.into();
    *value.decor_mut() = decor;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::StepKind;
    use crate::routine::parse::parse;

    const SHAPE: &str = r#"
# Where it comes from.
id = "a"
ambience = "rain"
[[pose]]
id = "cat"
position = "all-fours"
steps = [
  "round", # here
  { each_side = ["lift", { wait = { text = "press", at_most = 9 } }, { gentle = ["stay"] }, { release = "let-go" }] },
  { repeat = { times = 2, steps = [{ inhale = "in" }] } },
  { move_to = { position = "back", time = 9 } },
  { count = 5 },
]
"#;
    const TEXTS: &str = r#"
title = "Katze"
summary = "Rund."
caution = "Bei Schwindel hör auf."
props = ["eine Matte"]
pronounce = { Tuch = { say = "Tuuch" } }
[positions]
all-fours = "auf allen vieren"
back = "auf dem Rücken"
[pose.cat]
name = "Katze"
round = "Mach den \"Rücken\" rund."
lift = "Heb den {side:rechten|linken} Arm."
press = "Drück eine Taste."
stay = "Bleib."
let-go = "Lass los."
in = "Atme ein."
"#;

    #[test]
    fn shape_and_texts_make_one_routine_file() {
        let file = merged(SHAPE, TEXTS, "de").unwrap();
        let routine = parse(&file).unwrap_or_else(|problems| panic!("{problems:?}\n{file}"));
        assert_eq!((routine.title.as_str(), routine.language.as_str()), ("Katze", "de"));
        assert_eq!((routine.id.as_str(), routine.poses[0].id.as_str()), ("a", "cat"));
        let texts: Vec<&str> = routine.texts().into_iter().map(|text| text.as_str()).collect();
        assert!(
            texts.contains(&"Mach den \"Rücken\" rund.") && texts.contains(&"auf dem Rücken"),
            "{texts:?}"
        );
        assert_eq!(texts.len(), 12, "{texts:?}");
        assert!(matches!(routine.poses[0].steps[4].kind, StepKind::Count { to: 5, .. }));
        assert!(file.contains("# Where it comes from.") && file.contains("# here"), "{file}");
        assert!(!routine.pronounce.words().is_empty());
    }

    #[test]
    fn a_text_too_few_or_too_many_is_named() {
        let problems = |texts: &str| merged(SHAPE, texts, "de").unwrap_err();
        assert_eq!(
            problems(&TEXTS.replace("stay =", "go =")),
            "de.toml: [pose.cat] has no `stay`\nde.toml: the shape does not use `go` of [pose.cat]"
        );
        assert!(problems(&TEXTS.replace("back =", "side =")).contains("[positions] has no `back`"));
        assert!(problems(&TEXTS.replace("summary", "sumary")).contains("unknown field `sumary`"));
    }
}
