//! Outputs and inputs that are not plain files: links, FIFOs, devices, folders, closed terminals. Everything
//! goes through the real program.
#![cfg(target_os = "linux")]

mod ended;
mod places;
mod read;
mod written;

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, send, wait_until};
use crate::support::pty::Pty;

/// A limit for work that takes a moment.
const SOON: Duration = Duration::from_secs(60);
/// How often an action that may come too early is repeated.
const AGAIN: Duration = Duration::from_millis(50);

const SHORT: &str = r#"
title = "Short"
ending = "awake"
[[pose]]
name = "Rest"
steps = ["Let both legs lie long.", { seconds = 3 }]
"#;
const RENDER: &str = "render short.toml --voice fake --ambience none";
/// A render whose voice waits; see [`ENGINE`].
const GATED: &str = "render short.toml --voice gate --ambience none -o out.wav";

/// An engine that waits at every word until a file called `go` exists.
const ENGINE: &str = "touch asked; while [ -e word.wav ] && [ ! -e go ]; do sleep 0.02; done; cat word.wav";

fn home() -> Home {
    let home = Home::new();
    home.write("short.toml", SHORT);
    home
}

/// An engine that waits at the word "Wait." until a file called `go` exists.
const PATIENT: &str = "read -r text < \"$0\"; cd; case \"$text\" in *Wait*) while [ -e word.wav ] && [ ! -e go ]; \
    do sleep 0.02; done;; esac; cat word.wav";

/// A home whose voice waits; see [`ENGINE`].
fn waiting_home() -> Home {
    let home = home();
    home.config(&format!(
        "[engines.gate]\ncommand = [\"sh\", \"-c\", {ENGINE:?}]\ntime_limit = \"120s\"\n\
         [engines.patient]\ncommand = [\"sh\", \"-c\", {PATIENT:?}, \"{{text}}\"]\ntime_limit = \"120s\"\n"
    ));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for (name, frames) in [("word.wav", 3_200i16), ("sea.wav", 32_000)] {
        let mut wav = hound::WavWriter::create(home.path().join(name), spec).unwrap();
        for n in 0..frames {
            wav.write_sample(if n / 8 % 2 == 0 { 6_000i16 } else { -6_000 }).unwrap();
        }
        wav.finalize().unwrap();
    }
    home
}

/// A shell's command line in the home folder, in which `supine` is the program.
fn shell(home: &Home, script: &str) -> Command {
    let program = assert_cmd::cargo::cargo_bin("supine");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("supine() {{ '{}' \"$@\"; }}; {script}", program.display())]);
    environment(home, &mut command);
    command
}

fn environment(home: &Home, command: &mut Command) {
    command.current_dir(home.path()).env("SUPINE", assert_cmd::cargo::cargo_bin("supine"));
    for (name, value) in home.command().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

/// Starts the program in the home folder; its messages go to the file `words`. It reacts to every signal, even
/// when whoever runs the tests ignores some, as `nohup` does.
fn start(home: &Home, arguments: &str) -> Helper {
    let mut command = Command::new("env");
    command.arg("--default-signal").arg(assert_cmd::cargo::cargo_bin("supine"));
    command.args(arguments.split_whitespace());
    environment(home, &mut command);
    let words = File::create(home.path().join("words")).unwrap();
    Helper::start(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(words))
}

fn words(home: &Home) -> String {
    fs::read_to_string(home.path().join("words")).unwrap()
}

#[track_caller]
fn ends_with(program: &mut Helper, code: i32) {
    assert_eq!(program.wait(SOON).expect("it ends").code(), Some(code));
}

/// The unfinished files in a folder.
fn parts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".part")).collect()
}

#[track_caller]
fn is_wav(path: impl AsRef<Path>) {
    let wav = hound::WavReader::open(path.as_ref()).unwrap();
    assert!(wav.duration() > 48_000, "{} frames", wav.duration());
}

/// The bytes of the short session.
fn rendered(home: &Home) -> Vec<u8> {
    let outcome = home.run(&format!("{RENDER} -o plain.wav"));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    fs::read(home.path().join("plain.wav")).unwrap()
}

fn fifo(home: &Home, name: &str) -> PathBuf {
    let path = home.path().join(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}
