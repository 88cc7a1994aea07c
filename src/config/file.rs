//! Writing a choice into the config file.

use std::path::PathBuf;

use crate::advice::{Advice, Advise};
use crate::folders::Folders;
use crate::signs::layout::{decode, legible};
use crate::whole_file::{self, Manner, Refusal};

/// Writes values into the config file; everything else in it, comments included, stays the same. Returns the
/// file's path.
///
/// # Errors
/// When the user has no home folder, or the file can't be read or written.
pub fn remember(folders: &Folders, values: &[(&str, toml_edit::Value)]) -> Result<PathBuf, Advice> {
    let path = folders.config_file().ok_or("there is no home folder, so nothing can be remembered")?;
    let shown = path.display().to_string();
    let failed = |why: Advice| why.about(|problem| format!("can't write {shown}: {problem}"));
    let refused = |refusal: Refusal| failed(refusal.advice());
    // When the config is a link to a file elsewhere, it stays a link.
    let target = whole_file::target(&path).map_err(refused)?;
    let text = match std::fs::read(target.path()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        bytes => decode(bytes.map_err(|error| refused(error.into()))?).map_err(failed)?,
    };
    let mut document: toml_edit::DocumentMut =
        legible(&text).parse().map_err(|error: toml_edit::TomlError| failed(error.to_string().into()))?;
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
    target.write(document.to_string().as_bytes(), manner).map_err(refused)?;
    Ok(written)
}
