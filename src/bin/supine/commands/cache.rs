//! `supine cache`: clips that were spoken before, and need not be synthesised again.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::screen;
use supine::advice::Advice;
use supine::folders::Folders;
use supine::speech::clips::{Clips, Contents, MAX_BYTES};

pub fn cache(clear: bool) -> Result<ExitCode, Failure> {
    let clips = Clips::of(&Folders::of_user());
    let mut out = screen::stdout();
    let Some(folder) = clips.folder() else {
        writeln!(out, "no home folder, so no clips are kept")?;
        return Ok(ExitCode::SUCCESS);
    };
    let folder = folder.display();
    if clear {
        let gone = clips.clear().map_err(|error| {
            Failure::Other(Advice::new(format!("can't empty {folder} ({error})"), "remove its files by hand"))
        })?;
        writeln!(out, "removed {} from {folder}", amount(gone))?;
    } else {
        let contents = clips.contents().map_err(|error| {
            Failure::Other(Advice::new(format!("can't read {folder} ({error})"), "check its permissions"))
        })?;
        writeln!(out, "{folder}")?;
        writeln!(out, "{} of {:.0} MiB at most", amount(contents), mebibytes(MAX_BYTES))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn amount(contents: Contents) -> String {
    let clips = if contents.clips == 1 { "clip" } else { "clips" };
    format!("{} {clips}, {:.1} MiB", contents.clips, mebibytes(contents.bytes))
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
