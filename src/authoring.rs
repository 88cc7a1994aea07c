//! Makes routine files for somebody to go on writing: an example, a copy of another routine, a text made into one.

mod import;
mod schema;

use toml_edit::{DocumentMut, Item};

use crate::routine::Id;
pub use import::{Imported, import};
pub use schema::schema;

/// The example; `NAME` and `TITLE` stand for themselves.
const EXAMPLE: &str = include_str!("authoring/example.toml");

/// The id that a routine called `name` gets, which is the name of its file as well.
pub fn id_of(name: &str) -> String {
    Id::of(name).to_string()
}

/// A routine that teaches the format and can be played.
pub fn example(name: &str) -> String {
    EXAMPLE.replace("NAME", Id::of(name).as_str()).replace("TITLE", &titled(name))
}

/// A copy of a routine file under an id of its own, so that both are remembered apart. Everything else stays.
///
/// Returns `None` when `text` is no TOML.
pub fn copy(text: &str, name: &str) -> Option<String> {
    let mut file: DocumentMut = text.parse().ok()?;
    let id = toml_edit::value(Id::of(name).as_str());
    match file.get_mut("id").and_then(Item::as_value_mut) {
        Some(value) => {
            let decor = value.decor().clone();
            *value = id.into_value().ok()?;
            *value.decor_mut() = decor;
        }
        None => drop(file.insert("id", id)),
    }
    Some(file.to_string())
}

/// A name as a title: "my-back" is "My back".
fn titled(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().filter(|c| !matches!(c, '"' | '\\' | '{' | '}')).collect();
    let mut letters = words.chars();
    letters.next().map_or_else(|| "Mine".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routine::lint::lint;
    use crate::routine::parse::parse;

    #[test]
    fn the_example_plays_whatever_it_is_called_and_shows_every_kind_of_step() {
        for name in ["my-back", "Für abends", "a \"b\" {c}\\", "猫"] {
            let text = example(name);
            let routine = parse(&text).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            assert_eq!(routine.id, Id::of(name));
            assert_eq!(lint(&routine), [], "{name}");
        }
        assert_eq!(parse(&example("my-back")).unwrap().title.as_str(), "My back");
        for kind in &crate::routine::steps::KINDS[..crate::routine::steps::REAL_KINDS] {
            assert!(EXAMPLE.contains(&format!("{kind} = ")), "{kind}");
        }
    }

    #[test]
    fn a_copy_has_an_id_of_its_own_and_is_else_the_same() {
        let text =
            "# Mine.\ntitle = \"A\"\nid = \"a\" # for ever\n[[pose]]\nname = \"B\"\nsteps = [\"C.\"]\n";
        assert_eq!(copy(text, "My Own").unwrap(), text.replace("\"a\"", "\"my-own\""));
        let without = text.replace("id = \"a\" # for ever\n", "");
        assert_eq!(parse(&copy(&without, "my-own").unwrap()).unwrap().id, Id::of("my-own"));
        assert_eq!(copy("no = = toml", "x"), None);
    }
}
