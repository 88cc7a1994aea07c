//! What a check finds, and what it looks at.

use serde::Serialize;

use crate::advice::{Advice, Advise};
use crate::config::{Config, Resolved};
use crate::folders::Folders;

/// How a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It holds.
    Good,
    /// Sessions play, and miss something.
    Doubtful,
    /// Sessions can't play, or not as they should.
    Broken,
}

/// What was found out about a link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The link, in a word or two.
    pub link: &'static str,
    /// How it is.
    pub health: Health,
    /// What was found, as a clause.
    pub what: String,
    /// What mends it: a command, or an imperative clause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

impl Finding {
    pub(super) fn good(link: &'static str, what: impl Into<String>) -> Self {
        Self { link, health: Health::Good, what: what.into(), mend: None }
    }

    pub(super) fn doubtful(link: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { link, health: Health::Doubtful, what: what.into(), mend: Some(mend.into()) }
    }

    pub(super) fn broken(link: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { link, health: Health::Broken, what: what.into(), mend: Some(mend.into()) }
    }

    /// What an error says.
    pub(super) fn of(link: &'static str, health: Health, error: &impl Advise) -> Self {
        let advice: Advice = error.advice();
        Self { link, health, what: advice.problem(), mend: advice.help() }
    }
}

/// What the checks look at.
pub(super) struct Machine<'a> {
    pub folders: &'a Folders,
    pub config: Config,
    pub resolved: Resolved,
    pub language: &'a str,
}
