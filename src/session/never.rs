//! The poses that a listener never wants, or always in their gentle form: how a name becomes an id, and how the config
//! keeps it.

use std::path::PathBuf;

use crate::advice::Advice;
use crate::catalogue::{self, Shelf};
use crate::config::choices::Poses;
use crate::config::{Config, remember};
use crate::diagnostic::{nearest, suggest};
use crate::folders::Folders;
use crate::routine::Id;
use crate::routine::parse::parse;

/// A pose of the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPose {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The routines that have it.
    pub routines: Vec<String>,
}

/// What is to become of a pose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It is left out wherever it occurs.
    Never,
    /// It is led gently wherever it occurs.
    Gently,
    /// It is led as everything else.
    Forget,
}

/// The poses of every routine on the shelf. Routines that can't be read are passed over.
pub fn poses(shelf: &Shelf) -> Vec<KnownPose> {
    let mut poses: Vec<KnownPose> = Vec::new();
    for routine in catalogue::names().into_iter().map(str::to_owned).chain(shelf.own()) {
        let Some(read) = shelf.read(&routine).ok().and_then(|source| parse(&source.text).ok()) else {
            continue;
        };
        for pose in read.poses {
            match poses.iter_mut().find(|known| known.id == pose.id.as_str()) {
                Some(known) => known.routines.push(routine.clone()),
                None => poses.push(KnownPose {
                    id: pose.id.as_str().to_owned(),
                    name: pose.name.as_str().to_owned(),
                    routines: vec![routine.clone()],
                }),
            }
        }
    }
    poses
}

/// The pose of the shelf that `name` means: an id, or a name.
///
/// # Errors
/// When no routine has it; the advice names the nearest.
pub fn pose<'a>(poses: &'a [KnownPose], name: &str) -> Result<&'a KnownPose, Advice> {
    let slug = Id::of(name);
    let is_id = |pose: &&KnownPose| pose.id == slug.as_str();
    let found = poses.iter().find(is_id).or_else(|| poses.iter().find(|pose| Id::of(&pose.name) == slug));
    found.ok_or_else(|| {
        let ids: Vec<&str> = poses.iter().map(|pose| pose.id.as_str()).collect();
        Advice::new(
            format!("no routine has a pose called `{name}`"),
            suggest(name, &ids).trim_end_matches('.'),
        )
    })
}

/// A sentence for each of the `wishes`, options and the poses that they name, that no routine of the shelf has: such a pose
/// is led as everything else. Asks `is_told` about the nearest name that there is.
pub fn unknown(shelf: &Shelf, wishes: &[(&str, &str)], is_told: fn(Option<&str>) -> bool) -> Vec<Advice> {
    if wishes.is_empty() {
        return Vec::new();
    }
    let known = poses(shelf);
    let ids = || known.iter().map(|pose| pose.id.as_str());
    let unknown = wishes.iter().filter_map(|(option, name)| {
        let name = name.rsplit('/').next().unwrap_or(name);
        let advice = pose(&known, name).err().filter(|_| is_told(nearest(name, ids())))?;
        Some(advice.about(|problem| format!("`{option}`: {problem}")))
    });
    unknown.collect()
}

/// Writes into the config what is to become of these poses, given by their ids. Returns the config's path.
///
/// # Errors
/// When the config can't be written.
pub fn keep(folders: &Folders, config: &Config, ids: &[String], wish: Wish) -> Result<PathBuf, Advice> {
    let names =
        |poses: &Option<Poses>| poses.as_ref().map(|poses| poses.names().to_vec()).unwrap_or_default();
    let list = |kept: Vec<String>, is_added: bool| -> toml_edit::Value {
        let is_named = |name: &String| ids.iter().any(|id| id == name || *id == Id::of(name).as_str());
        let others = kept.into_iter().filter(|name| !is_named(name));
        let added = ids.iter().filter(|_| is_added).cloned();
        others.chain(added).collect::<toml_edit::Array>().into()
    };
    let never = list(names(&config.choices.never), wish == Wish::Never);
    let gentle = list(names(&config.choices.always_gentle), wish == Wish::Gently);
    let mut values = vec![("never", never), ("always_gentle", gentle)];
    // A list that was not there and stays empty is not written.
    values.retain(|(key, value)| {
        let was_there = if *key == "never" { &config.choices.never } else { &config.choices.always_gentle };
        was_there.is_some() || value.as_array().is_some_and(|array| !array.is_empty())
    });
    remember(folders, &values)
}
