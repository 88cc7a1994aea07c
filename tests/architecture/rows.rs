//! The rows of the fault matrix: those that tests say, and those that stand in the document.

use std::collections::BTreeSet;

use crate::sources::texts_in;

type Row = [String; 3];

/// The rows that the sources declare.
fn declared() -> Vec<Row> {
    let files = ["src", "tests"].into_iter().flat_map(texts_in);
    files.filter(|(path, _)| !path.starts_with("architecture")).flat_map(|(_, text)| rows_in(&text)).collect()
}

/// The rows that a text declares: calls of `row` with three literals, which its definition has not.
fn rows_in(text: &str) -> Vec<Row> {
    let is_part = |before: char| before.is_alphanumeric() || before == '_';
    let is_call = |place: &usize| !text[..*place].ends_with(is_part);
    let places = text.match_indices("row(").map(|(place, _)| place).filter(is_call);
    places.filter_map(|place| row_at(&text[place + "row(".len()..])).collect()
}

fn row_at(mut rest: &str) -> Option<Row> {
    let mut row = Row::default();
    for column in &mut row {
        rest = rest.trim_start().trim_start_matches(',').trim_start().strip_prefix('"')?;
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let is_end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            is_end
        })?;
        *column = rest[..end].replace("\\\"", "\"");
        rest = &rest[end + 1..];
    }
    Some(row)
}

/// The rows of the document.
fn written(document: &str) -> Vec<Row> {
    let (_, after) = document.split_once("<!-- rows -->").expect("there is a place for them");
    let (table, _) = after.split_once("<!-- end of rows -->").expect("it has an end");
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let columns = |line: &str| {
        let columns: Vec<String> = line.trim_matches(['|', ' ']).split(" | ").map(str::to_owned).collect();
        Row::try_from(columns).unwrap_or_else(|columns| panic!("three columns, not {columns:?}"))
    };
    lines.map(columns).collect()
}

#[test]
fn the_rows_of_the_fault_matrix_are_those_of_the_tests() {
    let (declared, written) = (declared(), written(include_str!("../../docs/reliability.md")));
    let names: BTreeSet<(&str, &str)> = declared.iter().map(|[part, fault, _]| (&**part, &**fault)).collect();
    assert_eq!(names.len(), declared.len(), "a row is said twice");
    let [declared, written] = [declared, written].map(BTreeSet::from_iter);
    let missing: Vec<&Row> = declared.difference(&written).collect();
    let unknown: Vec<&Row> = written.difference(&declared).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "not written: {missing:#?}\nnot tried: {unknown:#?}\n`make reliability` makes the table"
    );
}

#[test]
fn a_row_is_seen_however_it_is_written() {
    let text = "fn row(part: &str) {}\n    row(\"A\", \"b \\\"c\\\"\",\n        \"d\",\n    );\n    other::row(\"E\", \"f\", \"g\");\n narrow(\"X\", \"y\", \"z\")";
    let rows = [["A", "b \"c\"", "d"], ["E", "f", "g"]].map(|row| row.map(str::to_owned));
    assert_eq!(rows_in(text), rows);
    assert_eq!(
        written("<!-- rows -->\n| x | y | z |\n|---|---|---|\n| A | b \"c\" | d |\n<!-- end of rows -->"),
        rows[..1]
    );
}
