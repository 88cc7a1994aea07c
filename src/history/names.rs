//! The titles of routines and the names of poses, for ids of the log. What is no longer on the shelf goes by its id.

use std::collections::BTreeMap;

use crate::catalogue::{self, Shelf};
use crate::routine::parse::parse;

/// The names of what is on the shelf.
#[derive(Clone, Debug, Default)]
pub struct Names {
    titles: BTreeMap<String, String>,
    /// By the ids of the routine and of the pose.
    poses: BTreeMap<(String, String), String>,
}

impl Names {
    /// Those of a shelf, in its language. What can't be read is passed over.
    pub fn of(shelf: &Shelf) -> Self {
        let mut names = Self::default();
        for name in catalogue::names().into_iter().map(str::to_owned).chain(shelf.own()) {
            let Some(routine) = shelf.read(&name).ok().and_then(|source| parse(&source.text).ok()) else {
                continue;
            };
            for pose in routine.poses {
                let ids = (routine.id.as_str().to_owned(), pose.id.as_str().to_owned());
                names.poses.insert(ids, pose.name.as_str().to_owned());
            }
            names.titles.insert(routine.id.as_str().to_owned(), routine.title.as_str().to_owned());
        }
        names
    }

    /// The title of a routine.
    pub fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.titles.get(id).map_or(id, String::as_str)
    }

    /// The name of a routine's pose.
    pub fn pose(&self, routine: &str, id: &str) -> String {
        self.poses.get(&(routine.to_owned(), id.to_owned())).map_or(id, String::as_str).to_owned()
    }
}
