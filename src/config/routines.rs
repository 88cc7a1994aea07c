//! The `[routine.NAME]` tables of the config: options for one routine. They win over the options for every
//! routine. NAME is the id of a routine, its built-in name, or its file's name without the extension.

use toml::de::DeValue;

use super::choices::{Choices, OPTIONS};
use super::origin::header;
use crate::diagnostic::Span;
use crate::reader::{Keys, Problems, Value};

/// Parts of a config that may only be set for every routine.
pub(super) const FOR_EVERY_ROUTINE: [&str; 3] = ["engines", "pronounce", "setup"];
const ADVICE: &str = "it holds for every routine: move it out of this table";
const EXAMPLE: &str = "[routine.bedtime-back]";

/// Reads the table `routine`, noting every problem. A routine of that name need not be known: its file may be
/// in another folder.
pub(crate) fn routines(value: Value<'_>, problems: &mut Problems) -> Vec<(String, Choices)> {
    let DeValue::Table(table) = value.get_ref() else {
        problems.wrong_type(value, "`routine`", "a table", EXAMPLE);
        return Vec::new();
    };
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    let mut routines = Vec::new();
    for (name, value) in entries {
        let (name, span) = (name.get_ref().as_ref(), Span::from(name.span()));
        if name.trim().is_empty() {
            let help = format!("write the name of a routine, for example `{EXAMPLE}`");
            problems.error("bad-name", &span, format!("{name:?} can't be the name of a routine"), help);
        }
        let DeValue::Table(table) = value.get_ref() else {
            problems.wrong_type(value, &format!("`routine.{name}`"), "a table", &header(name));
            continue;
        };
        let mut keys = Keys::new(table, "a routine's table");
        let choices = options(&mut keys, problems);
        keys.finish_but(&FOR_EVERY_ROUTINE, ADVICE, problems);
        routines.push((name.to_owned(), choices));
    }
    routines
}

/// Reads the options of a table.
pub(crate) fn options(keys: &mut Keys<'_>, problems: &mut Problems) -> Choices {
    options_but(&[], keys, problems)
}

/// Reads the options of a table that can't have all.
pub(super) fn options_but(but: &[&str], keys: &mut Keys<'_>, problems: &mut Problems) -> Choices {
    let mut choices = Choices::default();
    for option in OPTIONS.iter().filter(|option| !but.contains(&option.key)) {
        if let Some(value) = keys.get(option.key) {
            option.read(&mut choices, value, problems);
        }
    }
    choices
}
