//! A config from anywhere: read, written into, and kept in the journal.

use std::cell::OnceCell;

use super::places::{are_inside, text_of};
use crate::Choices;
use crate::config::{parse, remember};
use crate::folders::Folders;
use crate::settings::Pace;

thread_local! {
    static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

/// Something in a folder of this thread's own, which is removed with it.
pub(super) fn in_folder<T>(act: impl FnOnce(&Folders) -> T) -> T {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("there is room for a folder"));
        act(&Folders::below(folder.path()))
    })
}

/// Reads a config: there is one, or there are problems, each with a place. The choices of one survive the journal, and what
/// is written into it is read, with all the rest as it was.
///
/// # Panics
/// When one of that is not so.
pub fn config(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    let config = match parse(&text) {
        Ok(config) => config,
        Err(problems) => {
            assert!(!problems.is_empty(), "it is refused for no reason");
            return are_inside(&problems, &text);
        }
    };
    let json = serde_json::to_string(&config.choices).expect("choices are plain values");
    let back: Choices = serde_json::from_str(&json)
        .unwrap_or_else(|error| panic!("the journal does not know {json}: {error}"));
    assert_eq!(back, config.choices, "{json}");
    in_folder(|folders| {
        let file = folders.config_file().expect("there is a folder");
        std::fs::create_dir_all(file.parent().expect("it is in a folder")).expect("there is room");
        std::fs::write(&file, &text).expect("there is room");
        remember(folders, &[("pace", "slow".into())]).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let written = std::fs::read_to_string(&file).expect("it was written");
        let after = parse(&written).unwrap_or_else(|problems| panic!("{problems:?}\n{written}"));
        let mut wanted = config.clone();
        wanted.choices.pace = Some(Pace::SLOW);
        assert_eq!(after, wanted, "something else has changed:\n{written}");
    });
}
