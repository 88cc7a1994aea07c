//! What is printed: nothing in it steers a terminal or hides, whatever a file, a file's name, an engine
//! or an argument brings along.

use std::io::{StdoutLock, Write};

use serde::Serialize;

use supine::signs::{printable_json, printable_lines};

/// Standard output, for text.
pub fn stdout() -> Printed<StdoutLock<'static>> {
    Printed(std::io::stdout().lock())
}

/// A writer of text that shows control characters, and signs that can't be seen, by their numbers.
pub struct Printed<W>(W);

impl<W: Write> Write for Printed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // `write!` hands whole texts over; what is no text is not let through.
        self.0.write_all(printable_lines(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// A value as JSON for standard output, in one line or, `pretty`, in many. It means what it says, and
/// prints safely.
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
