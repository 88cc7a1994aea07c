//! Prints: data to standard output, messages to standard error. No printed text controls the terminal or is
//! invisible, whatever a file, a file's name, an engine or an argument contains.

use std::io::{IsTerminal, StdoutLock, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use supine::catalogue::Source;
use supine::diagnostic::{Diagnostic, Severity};
use supine::signs::{printable_json, printable_lines};

/// Whether printing has stopped.
static IS_SILENT: AtomicBool = AtomicBool::new(false);

/// Stops printing, or starts again.
pub fn silence(is_silent: bool) {
    IS_SILENT.store(is_silent, Ordering::Relaxed);
}

/// Whether printing has stopped.
pub fn is_silent() -> bool {
    IS_SILENT.load(Ordering::Relaxed)
}

/// Writes a message to standard error; if even that is closed, the message is lost.
pub fn complain(message: &str) {
    complain_drawn(&printable_lines(message));
}

/// Writes text that is already safe to print, colours included.
fn complain_drawn(message: &str) {
    if !is_silent() {
        let _ = writeln!(std::io::stderr(), "{message}");
    }
}

/// Prints warnings, one sentence each.
pub fn tell(warnings: &[String]) {
    warnings.iter().for_each(|warning| complain(&format!("supine: {warning}")));
}

/// Prints the problems in a file, each with its place.
pub fn print_problems(source: &Source, problems: &[Diagnostic]) {
    let styled = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for problem in problems {
        complain_drawn(&format!("{}\n", problem.render(&source.text, &source.path, styled)));
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors > 0 {
        let many = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
        complain(&format!("supine: {many} in {}", source.path));
    }
}

/// Standard output, for text.
pub fn stdout() -> Printed<StdoutLock<'static>> {
    Printed(std::io::stdout().lock())
}

/// A writer of text that shows control characters and invisible signs by their numbers.
pub struct Printed<W>(W);

impl<W: Write> Write for Printed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // `write!` hands over whole texts; bytes that are not text are replaced.
        self.0.write_all(printable_lines(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Prints a value as JSON to standard output, in one line or, with `pretty`, in many. It keeps its meaning, and
/// is safe to print.
pub fn print_json(value: &impl Serialize, pretty: bool) -> std::io::Result<()> {
    let json = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    let json = json.map_err(std::io::Error::from)?;
    writeln!(std::io::stdout(), "{}", printable_json(&json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_does_not_steer_the_terminal() {
        let mut out = Printed(Vec::new());
        let steering = "a\u{1b}[2J\u{202e}";
        write!(out, "{steering}\n\t{:<5}|é", steering.len()).unwrap();
        out.write_all(b"\xff\r").unwrap();
        assert_eq!(String::from_utf8(out.0).unwrap(), "a\\u{1b}[2J\\u{202e}\n\t8    |é\u{fffd}\\u{d}");
    }
}
