//! Looks at every link of the chain that a session needs, from the config to the loudspeaker, and says of each whether it holds, and
//! what mends it. Nothing is changed on the machine, and nothing is heard.

mod desktop;
mod files;
mod sound;
mod speech;

use serde::Serialize;

use crate::advice::{Advice, Advise};
use crate::config::{Choices, Config, ForRoutine, Resolved};
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
    fn good(link: &'static str, what: impl Into<String>) -> Self {
        Self { link, health: Health::Good, what: what.into(), mend: None }
    }

    fn doubtful(link: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { link, health: Health::Doubtful, what: what.into(), mend: Some(mend.into()) }
    }

    fn broken(link: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { link, health: Health::Broken, what: what.into(), mend: Some(mend.into()) }
    }

    /// What an error says.
    fn of(link: &'static str, health: Health, error: &impl Advise) -> Self {
        let advice: Advice = error.advice();
        Self { link, health, what: advice.problem(), mend: advice.help() }
    }
}

/// What the checks look at.
struct Machine<'a> {
    folders: &'a Folders,
    config: Config,
    resolved: Resolved,
    language: &'a str,
}

/// Checks one link after another, and hands over each finding as soon as it is known; some take seconds. `language` is the
/// listener's.
pub fn examine(folders: &Folders, language: &str, found: &mut dyn FnMut(Finding)) {
    let config = match crate::session::read_config(folders) {
        Ok(config) => {
            found(files::config(folders, &config));
            config
        }
        Err(error) => {
            found(Finding::of("config", Health::Broken, &error));
            Config::default()
        }
    };
    let resolved = Resolved::new(&Choices::default(), &config, ForRoutine::default());
    let machine = Machine { folders, config, resolved, language };
    for check in CHECKS {
        check(&machine).into_iter().for_each(&mut *found);
    }
}

type Check = fn(&Machine<'_>) -> Vec<Finding>;

/// In the order of a session: what is read, who speaks, what is heard, what is kept, who may ask for something.
const CHECKS: [Check; 11] = [
    files::ambience,
    speech::voices,
    speech::engines,
    speech::chosen,
    speech::dispatcher,
    sound::server,
    sound::device,
    files::kept,
    files::space,
    desktop::remote,
    desktop::awake,
];
