//! `supine sounds`: the built-in sounds.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::screen;
use supine::config::DEFAULT_AMBIENCE;
use supine::routine::Chime;
use supine::sounds::{AMBIENCES, recording_of};

pub fn sounds() -> Result<ExitCode, Failure> {
    let mut out = screen::stdout();
    writeln!(out, "Ambience, for --ambience:")?;
    for sound in AMBIENCES {
        let default = if sound.name == DEFAULT_AMBIENCE { "  (default)" } else { "" };
        writeln!(out, "  {:<8}{}{default}", sound.name, sound.about)?;
    }
    writeln!(
        out,
        "  none    silence\n  or the path of a music file, a playlist (M3U, PLS), or a folder, which is searched {} folders deep",
        supine::sounds::search::DEPTH
    )?;
    writeln!(out, "Chimes, for {{ sound = \"...\" }} in a routine:")?;
    for sound in Chime::ALL.map(recording_of) {
        writeln!(out, "  {:<8}{}", sound.name, sound.about)?;
    }
    Ok(ExitCode::SUCCESS)
}
