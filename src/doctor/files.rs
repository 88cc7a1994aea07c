//! The listener's files: the config, the sounds that it names, what is remembered, and the room on the disk.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Health, Machine};
use crate::catalogue::Shelf;
use crate::config::{Choices, Config};
use crate::folders::Folders;
use crate::journal::Journal;
use crate::session::never;
use crate::sounds::AmbienceChoice;
use crate::speech::clips::Clips;

/// A session keeps some megabytes of clips and a few lines; with less room than this, they may not fit.
const LITTLE: u64 = 100 << 20;
const NONE: u64 = 1 << 20;

pub(super) fn config(folders: &Folders, config: &Config) -> Finding {
    match folders.config_file().filter(|path| path.exists()) {
        Some(path) => {
            let engines = match config.engines.len() {
                0 => String::new(),
                1 => ", with an engine of your own".to_owned(),
                many => format!(", with {many} engines of your own"),
            };
            Finding::good("config", format!("{} is fine{engines}", path.display()))
        }
        None => Finding::good("config", "there is none, so the defaults are in force"),
    }
}

/// The poses that the config leaves out or keeps gentle and that no routine has.
pub(super) fn wishes(folders: &Folders, config: &Config) -> Vec<Finding> {
    let lists = [("never", &config.choices.never), ("always_gentle", &config.choices.always_gentle)];
    let names = lists.iter().flat_map(|(option, poses)| {
        poses.iter().flat_map(|poses| poses.names()).map(|name| (*option, name.as_str()))
    });
    let names: Vec<(&str, &str)> = names.collect();
    let shelf = Shelf::new(&Choices::default(), config, folders);
    let unknown = never::unknown(&shelf, &names, |_| true).into_iter();
    unknown.map(|unknown| Finding::of("config", Health::Doubtful, &unknown)).collect()
}

/// The sound that the config chooses.
pub(super) fn ambience(machine: &Machine<'_>) -> Vec<Finding> {
    let chosen = &machine.resolved.ambience.value;
    vec![match AmbienceChoice::find(chosen, Path::new("")) {
        Ok(_) => Finding::good("ambience", format!("{} can be played", chosen.display())),
        Err(error) => Finding::of("ambience", Health::Broken, &error),
    }]
}

/// The clips, the journal and the log of what was practised.
pub(super) fn kept(machine: &Machine<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let folders = machine.folders;
    match &folders.cache {
        Some(cache) => findings.push(match (Clips::of(folders).contents(), refusal(cache)) {
            (Err(error), _) => {
                let mend = format!("remove {}, or make it a folder that you can read", cache.display());
                Finding::doubtful(
                    "recorded speech",
                    format!("{} can't be read: {error}", cache.display()),
                    mend,
                )
            }
            (_, Some(why)) => Finding::doubtful("recorded speech", why, mend(cache)),
            (Ok(contents), None) => {
                let megabytes = contents.bytes as f64 / 1e6;
                Finding::good("recorded speech", format!("{} clips, {megabytes:.1} MB", contents.clips))
            }
        }),
        None => findings.push(Finding::doubtful(
            "recorded speech",
            "there is no home folder, so nothing is kept between sessions",
            "set HOME",
        )),
    }
    let Some(journal) = Journal::of(folders) else { return findings };
    let state = folders.state.clone().unwrap_or_default();
    let mut entries = 0_usize;
    let read = journal.resume_point().and_then(|_| journal.read_log(&mut |_| entries += 1));
    let read = read.map(|_| entries);
    findings.push(match (read, refusal(&state), open_to_others(&state)) {
        (Err(error), ..) => Finding::of("memory", Health::Doubtful, &error),
        (_, Some(why), _) => Finding::doubtful("memory", why, mend(&state)),
        (_, _, Some(path)) => {
            let what = format!("others can read {}", path.display());
            Finding::doubtful("memory", what, format!("chmod 600 {}", path.display()))
        }
        (Ok(0), None, None) => Finding::good("memory", "nothing was practised yet"),
        (Ok(entries), None, None) => Finding::good("memory", format!("{entries} poses were practised")),
    });
    findings
}

/// The room on the disks where clips and the journal are.
pub(super) fn space(machine: &Machine<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for folder in [&machine.folders.cache, &machine.folders.state].into_iter().flatten() {
        let Ok(disk) = rustix::fs::statvfs(nearest(folder)) else { continue };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let what = format!("{} MB are free for {}", free >> 20, folder.display());
        let mend = "make room on the disk; `supine cache --clear` gives back the recorded speech";
        let finding = match free {
            0..NONE => Finding::broken("disk", what, mend),
            NONE..LITTLE => Finding::doubtful("disk", what, mend),
            _ => continue,
        };
        if !findings.iter().any(|known| known.health == finding.health) {
            findings.push(finding);
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good("disk", "there is room"));
    }
    findings
}

/// Why nothing can be written in a folder, which need not exist yet.
fn refusal(folder: &Path) -> Option<String> {
    let there = nearest(folder);
    if !there.is_dir() {
        return Some(format!("{} is not a folder", there.display()));
    }
    let error = tempfile::tempfile_in(&there).err()?;
    Some(format!("nothing can be written in {}: {error}", there.display()))
}

fn mend(folder: &Path) -> String {
    let there = nearest(folder);
    if there.is_dir() {
        format!("chmod u+rwx {}", there.display())
    } else {
        format!("rm {}", there.display())
    }
}

/// The folder, or the nearest one above it that is there.
fn nearest(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|folder| fs::symlink_metadata(folder).is_ok())
        .unwrap_or(Path::new("/"))
        .to_owned()
}

/// A file in which it stands what somebody does at night, and which others may read.
fn open_to_others(state: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(state).ok()?.flatten();
    files
        .map(|file| file.path())
        .find(|path| fs::metadata(path).is_ok_and(|about| about.is_file() && about.mode() & 0o077 != 0))
}
