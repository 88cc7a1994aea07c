//! Looks at every link of the chain that a session needs, from the config to the loudspeaker, and says of each whether it holds, and
//! what mends it. Nothing is changed on the machine, and nothing is heard.

mod desktop;
mod files;
mod finding;
mod sound;
mod speech;

use crate::config::{Choices, Config, ForRoutine, Resolved};
use crate::folders::Folders;
use finding::Machine;
pub use finding::{Finding, Health};

/// Checks one link after another, and hands over each finding as soon as it is known; some take seconds. `language` is the
/// listener's.
pub fn examine(folders: &Folders, language: &str, found: &mut dyn FnMut(Finding)) {
    let config = match crate::session::read_config(folders) {
        Ok(config) => {
            found(files::config(folders, &config));
            files::wishes(folders, &config).into_iter().for_each(&mut *found);
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
