//! The folders for the user's files: config, state, cache and runtime, by the rules of the platform (XDG on
//! Linux and macOS).

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// The folders of one user, or of a program that plays sessions of its own. A folder is created only when
/// something is stored in it. Where a folder is `None`, nothing is read or stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Holds `config.toml`.
    pub config: Option<PathBuf>,
    /// Holds the journal: where to resume, and which poses were left out.
    pub state: Option<PathBuf>,
    /// Holds the user's own routines, in `routines`.
    pub data: Option<PathBuf>,
    /// Holds recordings of what voices have said, in `clips`.
    pub cache: Option<PathBuf>,
    /// Holds the control socket. Only this user can access it, and it is removed when the user logs out.
    pub runtime: Option<PathBuf>,
}

impl Folders {
    /// The user's folders: `$XDG_CONFIG_HOME/supine` (`~/.config/supine`) and so on. Without a home all are
    /// `None`.
    pub fn of_user() -> Self {
        let Ok(base) = etcetera::choose_base_strategy() else { return Self::default() };
        let ours = |folder: PathBuf| Some(folder.join("supine"));
        Self {
            config: ours(base.config_dir()),
            state: ours(base.state_dir().unwrap_or_else(|| base.data_dir())),
            data: ours(base.data_dir()),
            cache: ours(base.cache_dir()),
            runtime: base.runtime_dir().and_then(ours),
        }
    }

    /// All folders below one folder.
    pub fn below(folder: &Path) -> Self {
        let below = |name: &str| Some(folder.join(name));
        Self {
            config: below("config"),
            state: below("state"),
            data: below("data"),
            cache: below("cache"),
            runtime: below("runtime"),
        }
    }

    /// The folder of the user's own routines, which may not exist.
    pub fn routines(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("routines"))
    }

    /// The folder of rendered sessions, which may not exist.
    pub fn sessions(&self) -> Option<PathBuf> {
        Some(self.data.as_ref()?.join("sessions"))
    }

    /// The path of the config file, which may not exist.
    pub fn config_file(&self) -> Option<PathBuf> {
        Some(self.config.as_ref()?.join("config.toml"))
    }
}

/// Replaces a leading `~` by the home folder: no shell expands it in a config file, or in `--option=~/x`.
pub fn home_expanded(path: impl AsRef<OsStr>) -> OsString {
    let path = path.as_ref();
    match (Path::new(path).strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest).into(),
        _ => path.to_owned(),
    }
}
