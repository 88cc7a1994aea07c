//! Writing a choice into the config file.

use std::path::PathBuf;

use crate::folders::Folders;
use crate::signs::layout::{decode, legible};
use crate::whole_file::{self, Manner, Refusal};

/// Writes values into the config file; everything else in it, comments included, stays the same. Returns the
/// file's path.
///
/// # Errors
/// A sentence, when the user has no home folder, or the file can't be read or written.
pub fn remember(folders: &Folders, values: &[(&str, toml_edit::Value)]) -> Result<PathBuf, String> {
    let path = folders.config_file().ok_or("there is no home folder, so nothing can be remembered")?;
    let shown = path.display().to_string();
    let failed = |refusal: Refusal| format!("can't write {shown}: {refusal}");
    // When the config is a link to a file elsewhere, it stays a link.
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
