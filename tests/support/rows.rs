//! The rows of the fault matrix: `docs/reliability.md` is made of them. A test says its row as its last line, so a row
//! stands there only when its test has passed.

use std::fs::File;
use std::io::Write;

/// Where the rows go; without it, they go nowhere.
const FILE: &str = "SUPINE_ROWS";

/// Says that `part` was broken as `fault` tells, and what was heard and kept. The words are literals: another test reads
/// them in the sources.
///
/// # Panics
/// When the file can't be written.
pub fn row(part: &str, fault: &str, outcome: &str) {
    let Some(path) = std::env::var_os(FILE) else { return };
    let file = File::options().create(true).append(true).open(path);
    let mut file = file.expect("the file of the rows can be written");
    // In one piece, since other tests write at the same time.
    let line = format!("{part}\t{fault}\t{outcome}\n");
    file.write_all(line.as_bytes()).expect("the file of the rows can be written");
}
