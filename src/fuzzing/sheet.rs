//! A text that somebody wrote for eyes, made into a routine.

use super::places::{are_inside, text_of};
use crate::authoring::import;
use crate::routine::lint::lint;
use crate::routine::parse::parse;

const NAMES: [&str; 4] = ["my-back", "Für abends", "a \"b\" {c}\\", "猫"];

/// Makes a routine of a text: what is written is read by the parser, and has the poses that were told.
///
/// # Panics
/// When one of that is not so.
pub fn sheet(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let Some(text) = text_of(data) else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let language = [None, Some("en"), Some("de"), Some("es"), Some("fr"), Some("pt"), Some("sv")];
    let Some(made) = import(&text, name, language[usize::from(first / 4) % language.len()]) else { return };
    let routine = parse(&made.text)
        .unwrap_or_else(|problems| panic!("what was made can't be played: {problems:?}\n{}", made.text));
    let poses: Vec<&str> = routine.poses.iter().map(|pose| pose.name.as_str()).collect();
    assert_eq!(poses, made.poses, "it has other poses than was told:\n{}", made.text);
    let lines: Vec<&str> = made.text.lines().collect();
    for (line, doubt) in &made.doubts {
        let there =
            lines.get(line.wrapping_sub(1)).unwrap_or_else(|| panic!("there is no line {line}: {doubt}"));
        assert!(
            there.contains("# not sure: ") && there.contains(doubt.as_str()),
            "{doubt:?} is not in {there:?}"
        );
    }
    are_inside(&lint(&routine), &made.text);
}
