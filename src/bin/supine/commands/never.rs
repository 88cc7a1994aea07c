//! `supine never`: poses that are never wanted, or always in their gentle form.

use std::io::Write;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::opening::{read_config, shelf};
use crate::screen;
use supine::config::Choices;
use supine::config::choices::Poses;
use supine::folders::Folders;
use supine::session::never::{KnownPose, Wish, keep, pose, poses};

/// What the flags wish.
pub fn wish(gently: bool, forget: bool) -> Wish {
    match (gently, forget) {
        (_, true) => Wish::Forget,
        (true, false) => Wish::Gently,
        (false, false) => Wish::Never,
    }
}

/// Keeps a wish about poses in the config; without poses, lists the wishes there.
pub fn never(names: &[String], wish: Wish) -> Result<ExitCode, Failure> {
    let config = read_config()?;
    let known = poses(&shelf(&Choices::default())?);
    let mut out = screen::stdout();
    if names.is_empty() {
        let lists = [(&config.choices.never, "never"), (&config.choices.always_gentle, "always gentle")];
        for (poses, what) in lists {
            for name in poses.iter().flat_map(Poses::names) {
                writeln!(out, "{what:<14} {}", shown(name, &known))?;
            }
        }
        if lists.iter().all(|(poses, _)| poses.is_none()) {
            writeln!(out, "no pose is left out; `supine never pigeon` leaves one out wherever it occurs")?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut ids = Vec::new();
    for name in names.iter().flat_map(|name| name.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
        match pose(&known, name) {
            Ok(pose) => ids.push(pose.id.clone()),
            // What is kept can be forgotten, whether or not a routine has it.
            Err(_) if wish == Wish::Forget && is_kept(&config.choices, name) => ids.push(name.to_owned()),
            Err(unknown) => return Err(Failure::Other(unknown)),
        }
    }
    let path = keep(&Folders::of_user(), &config, &ids, wish).map_err(Failure::Other)?;
    for id in &ids {
        let becomes = match wish {
            Wish::Never => "is left out from now on",
            Wish::Gently => "is gentle from now on",
            Wish::Forget => "is led as everything else from now on",
        };
        writeln!(out, "{} {becomes}", shown(id, &known))?;
    }
    writeln!(out, "saved in {}", path.display())?;
    if wish != Wish::Forget {
        writeln!(out, "`supine never --forget {}` undoes it", ids.join(" "))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_kept(choices: &Choices, name: &str) -> bool {
    let lists = [&choices.never, &choices.always_gentle];
    lists.into_iter().flatten().flat_map(Poses::names).any(|kept| kept == name)
}

/// A pose with its name and its routines, as far as they are known.
fn shown(name: &str, known: &[KnownPose]) -> String {
    match pose(known, name) {
        Ok(pose) => format!("{} ({}: {})", pose.id, pose.name, pose.routines.join(", ")),
        Err(_) => format!("{name} (no routine has it)"),
    }
}
