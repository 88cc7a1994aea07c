//! Nothing leaves the machine: a whole session, and a file of it, are made where there is no network at all.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::home::Home;
use crate::support::small_disk::not_tried;

const REST: &str = "title = \"Rest\"\nlanguage = \"en\"\nending = \"awake\"\n[[pose]]\nname = \"Rest\"\nsteps = [\"Rest here.\", { count = 3 }]\n";

/// What starts a program where there is no network interface: root may do so, and with user namespaces anybody.
fn without_network() -> Option<Vec<&'static str>> {
    let ways = [vec!["unshare", "--net"], vec!["unshare", "--map-root-user", "--net"]];
    ways.into_iter().find(|way| {
        let mut tried = Command::new(way[0]);
        tried.args(&way[1..]).arg("true").stderr(Stdio::null());
        tried.status().is_ok_and(|status| status.success())
    })
}

/// What others may read, write or look into, below a folder.
fn open_to_others(folder: &Path) -> Vec<String> {
    let files = walkdir::WalkDir::new(folder.join("supine")).into_iter().map(Result::unwrap);
    let files: Vec<_> = files.collect();
    assert!(files.len() > 1, "there is nothing in {}", folder.display());
    let is_open = |file: &walkdir::DirEntry| file.metadata().unwrap().mode() & 0o077 != 0;
    files.iter().filter(|file| is_open(file)).map(|file| file.path().display().to_string()).collect()
}

#[test]
fn a_session_plays_and_is_rendered_without_any_network() {
    let Some(way) = without_network() else {
        not_tried(
            "no program can be started without a network here: root could, or whoever has user namespaces",
        );
        return;
    };
    let home = Home::new();
    home.write("rest.toml", REST);
    let program = home.command().get_program().to_owned();
    for arguments in [
        "play rest.toml --voice fake --fake-output --no-setup",
        "render rest.toml --voice espeak -o rest.wav",
    ] {
        let mut command = assert_cmd::Command::new(way[0]);
        command.args(&way[1..]).arg(&program).args(arguments.split(' ')).current_dir(home.path());
        for (name, value) in home.command().get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let outcome = home.outcome(&mut command);
        assert_eq!(outcome.code, 0, "{arguments}: {}", outcome.stderr);
    }
    assert!(home.path().join("rest.wav").exists());
    let open: Vec<String> =
        ["state", "cache"].iter().flat_map(|name| open_to_others(&home.path().join(name))).collect();
    assert!(open.is_empty(), "others can read {open:?}");
    let log = std::fs::read_to_string(home.path().join("state/supine/practice.jsonl")).unwrap();
    assert!(log.contains("rest"), "{log}");
}
