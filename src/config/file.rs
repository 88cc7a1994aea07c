//! The config file: where it is, and how a choice is written into it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::signs::layout::{decode, legible};
use crate::whole_file::{self, Manner, Refusal};

/// `config.toml` in the user's config folder for supine (`$XDG_CONFIG_HOME` or `~/.config` on
/// Linux and macOS); `None` without a home.
pub fn path() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("supine").join("config.toml"))
}

/// Writes values into the config file; all else in it, comments included, stays as it is. Returns
/// where it is.
///
/// # Errors
/// A sentence, when there is no home, or the file can't be read or written.
pub fn remember(values: &[(&str, toml_edit::Value)]) -> Result<PathBuf, String> {
    let path = path().ok_or("there is no home folder, so nothing can be remembered")?;
    let shown = path.display().to_string();
    let failed = |refusal: Refusal| format!("can't write {shown}: {refusal}");
    // A link to a file elsewhere stays a link.
    let target = whole_file::target(&path).map_err(failed)?;
    let text = match std::fs::read(target.path()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        bytes => decode(bytes.map_err(|error| failed(error.into()))?)
            .map_err(|problem| format!("can't write {shown}: {problem}"))?,
    };
    let mut document: toml_edit::DocumentMut =
        legible(&text).parse().map_err(|error| format!("can't write {shown}: {error}"))?;
    for (key, value) in values {
        match document.get_mut(key).and_then(toml_edit::Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = value.clone();
                *old.decor_mut() = decor;
            }
            None => document[key] = toml_edit::value(value.clone()),
        }
    }
    // A power cut must not cost the listener their config.
    let manner = Manner { prefix: ".config-", suffix: ".part", is_private: false, is_durable: true };
    let written = target.path().to_owned();
    target.write(document.to_string().as_bytes(), manner).map_err(failed)?;
    Ok(written)
}

/// `~` at the beginning is the home folder: no shell expands it in a config file, or in `--option=~/x`.
pub fn home_expanded(path: impl AsRef<OsStr>) -> OsString {
    let path = path.as_ref();
    match (Path::new(path).strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest).into(),
        _ => path.to_owned(),
    }
}
