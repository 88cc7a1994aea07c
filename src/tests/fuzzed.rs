//! The corpus of `fuzz/`, and what was found there, on a stable compiler.

use std::path::Path;

use supine::fuzzing::TARGETS;

/// The files of a folder of `fuzz/`, with their contents.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(file).unwrap()))
        .collect()
}

#[test]
fn every_target_keeps_its_promises_on_its_whole_corpus() {
    let mut broken = Vec::new();
    for (name, target) in TARGETS {
        let corpus = files(&format!("corpus/{name}"));
        assert!(!corpus.is_empty(), "{name} has no corpus");
        for (file, data) in corpus {
            if std::panic::catch_unwind(|| target(&data)).is_err() {
                broken.push(format!("fuzz/corpus/{name}/{file}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
