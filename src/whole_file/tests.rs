//! Tests of files that appear whole or not at all.

use std::os::unix::fs::symlink;

use super::*;

const MANNER: Manner = Manner { prefix: ".", suffix: ".part", is_private: false, is_durable: true };

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn write(path: &Path, text: &str) -> Result<(), Refusal> {
    target(path)?.write(text.as_bytes(), MANNER)
}

#[test]
fn a_file_appears_whole_and_one_that_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let mut file = target(&path).unwrap().begin(MANNER).unwrap();
    file.write_all(b"half").unwrap();
    assert!(!path.exists() && names(folder.path()).len() == 1);
    drop(file);
    assert_eq!(names(folder.path()), [""; 0]);
    write(&path, "whole").unwrap();
    assert_eq!((fs::read_to_string(&path).unwrap(), names(folder.path()).len()), ("whole".to_owned(), 1));
}

#[test]
fn what_comes_to_its_place_meanwhile_is_replaced_only_when_it_is_a_plain_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let begun = || target(&path).unwrap().begin(MANNER).unwrap();
    let (first, second) = (begun(), begun());
    second.finish().unwrap();
    first.finish().unwrap();
    let third = begun();
    fs::remove_file(&path).unwrap();
    symlink("elsewhere", &path).unwrap();
    assert!(third.finish().unwrap_err().to_string().contains("something else has come there"));
    assert!(path.is_symlink() && names(folder.path()) == ["a"]);
}

#[test]
fn a_link_keeps_leading_to_the_file_and_the_file_keeps_its_mode() {
    let folder = tempfile::tempdir().unwrap();
    let [link, file] = ["link", "dots/file"].map(|name| folder.path().join(name));
    symlink("dots/file", &link).unwrap();
    write(&link, "made").unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o604)).unwrap();
    write(&link, "replaced").unwrap();
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "replaced");
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o604);
    assert_eq!(names(&folder.path().join("dots")), ["file"]);
}

#[test]
fn what_is_no_plain_file_is_neither_replaced_nor_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    for path in [path.as_path(), Path::new("/dev/full"), folder.path(), Path::new("/dev/null")] {
        let before = fs::metadata(path).unwrap().file_type();
        assert!(write(path, "no").is_err() && readable(path).is_err(), "{}", path.display());
        assert_eq!(fs::metadata(path).unwrap().file_type(), before);
    }
    let locked = folder.path().join("locked");
    fs::write(&locked, "mine").unwrap();
    fs::set_permissions(&locked, Permissions::from_mode(0o400)).unwrap();
    assert!(write(&locked, "no").unwrap_err().to_string().starts_with("it is read-only; "));
    assert_eq!(names(folder.path()), ["locked", "pipe"]);
}
