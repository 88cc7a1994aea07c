//! What the program writes and what it is given to read, when it is no plain file: links, FIFOs, devices,
//! folders, closed terminals. Everything goes through the real program.
#![cfg(target_os = "linux")]

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

/// A limit for what takes a moment.
const SOON: Duration = Duration::from_secs(60);
/// How often something that may come too early is done again.
const AGAIN: Duration = Duration::from_millis(50);

const SHORT: &str = r#"
title = "Short"
ending = "awake"
[[pose]]
name = "Rest"
steps = ["Let both legs lie long.", { seconds = 3 }]
"#;
const RENDER: &str = "render short.toml --voice fake --ambience none";

/// An engine that waits with every word until there is a file called `go`.
const ENGINE: &str = "touch asked; while [ -e word.wav ] && [ ! -e go ]; do sleep 0.02; done; cat word.wav";

fn home() -> Home {
    let home = Home::new();
    home.write("short.toml", SHORT);
    home
}

/// An engine that waits with the word "Wait." until there is a file called `go`.
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

/// Starts the program in the home folder; its messages go to the file `words`. It hears every signal,
/// also where whoever runs the tests ignores some, as `nohup` does.
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

#[test]
fn a_link_is_followed_to_its_end_and_stays_a_link() {
    let home = home();
    let at = |name: &str| home.path().join(name);
    for folder in ["links", "far/away"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    // A chain into another folder, whose end is not there yet.
    symlink("links/second.wav", at("first.wav")).unwrap();
    symlink("../far/away/third.wav", at("links/second.wav")).unwrap();
    for _ in ["made", "replaced"] {
        assert_eq!(home.run(&format!("{RENDER} -o first.wav")).code, 0);
        assert!(at("first.wav").is_symlink() && at("links/second.wav").is_symlink());
        is_wav(at("far/away/third.wav"));
        assert_eq!(fs::read_dir(at("far/away")).unwrap().count(), 1);
    }
    symlink("far", at("to-a-folder.wav")).unwrap();
    symlink("b.wav", at("a.wav")).unwrap();
    symlink("a.wav", at("b.wav")).unwrap();
    symlink("missing/x.wav", at("nowhere.wav")).unwrap();
    for (name, words) in [
        ("to-a-folder.wav", "it is a folder; name a file in it"),
        ("a.wav", "its links lead in a circle"),
        ("nowhere.wav", "there is no folder missing"),
    ] {
        let message = home.run(&format!("{RENDER} -o {name}")).failure(1);
        assert!(message.contains(&format!("can't write {name}: ")) && message.contains(words), "{message}");
        assert!(at(name).is_symlink());
    }
}

#[test]
fn a_fifo_and_standard_output_get_the_bytes_of_a_file_as_they_come() {
    let home = home();
    let whole = rendered(&home);
    let pipe = fifo(&home, "pipe.mp3"); // it is no file, so its name promises nothing
    let mut reader = Helper::start(shell(&home, "exec cat pipe.mp3 > heard").stdout(Stdio::null()));
    let outcome = home.run(&format!("{RENDER} -o pipe.mp3"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    ends_with(&mut reader, 0);
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(fs::read(home.path().join("heard")).unwrap() == whole, "the FIFO's bytes differ");

    for (script, before) in [
        ("supine $ARGS -o - | cat > out", ""),
        ("supine $ARGS --report -o - > out", ""),
        ("supine $ARGS -o /dev/stdout > out", ""),
        ("echo mine > out; supine $ARGS -o /dev/stdout >> out", "mine\n"),
    ] {
        let output = shell(&home, script).env("ARGS", RENDER).output().unwrap();
        let heard = String::from_utf8(output.stderr).unwrap();
        let out = fs::read(home.path().join("out")).unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{script}: {heard}");
        assert!(heard.contains("standard output: "), "{script}: {heard}");
        assert_eq!(heard.contains(" LUFS"), script.contains("--report"), "{script}: {heard}");
        let sound = out.strip_prefix(before.as_bytes()).unwrap();
        assert!(sound == whole, "{script}: {} bytes, {} are right", sound.len(), whole.len());
    }
}

#[test]
fn a_reader_that_goes_away_is_told_and_no_panic() {
    let home = home();
    fifo(&home, "pipe");
    let mut reader = Helper::start(&mut shell(&home, "exec head -c 1000 pipe > heard"));
    let message = home.run(&format!("{RENDER} -o pipe")).failure(1);
    assert!(message.contains("whoever read pipe stopped reading"), "{message}");
    ends_with(&mut reader, 0);
    let output = shell(&home, "(supine $ARGS -o -; echo $? > code) | head -c 1000 > heard")
        .env("ARGS", RENDER)
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("whoever read standard output stopped") && !message.contains("panic"),
        "{message}"
    );
    assert_eq!(fs::read_to_string(home.path().join("code")).unwrap(), "1\n");
}

#[test]
fn a_fifo_that_nobody_reads_or_reads_on_is_waited_for_until_ctrl_c() {
    let home = home();
    fifo(&home, "pipe");
    let mut render = start(&home, &format!("{RENDER} -o pipe"));
    assert!(
        wait_until(SOON, || words(&home).contains("waiting until somebody reads pipe")),
        "{}",
        words(&home)
    );
    send("INT", render.pid());
    ends_with(&mut render, 130);

    // This one opens it and reads nothing, so the pipe is full some time.
    let mut render = start(&home, &format!("{RENDER} -o pipe"));
    let mut reader = Helper::start(&mut shell(&home, "exec 3< pipe; touch open; read -r _ < gate"));
    fifo(&home, "gate");
    assert!(wait_until(SOON, || home.path().join("open").exists()));
    assert!(!wait_until(Duration::from_millis(500), || render.has_ended()), "{}", words(&home));
    send("INT", render.pid());
    ends_with(&mut render, 130);
    reader.kill();
}

#[test]
fn devices_are_written_into_and_stay_what_they_are() {
    let home = home();
    let outcome = home.run(&format!("{RENDER} -o /dev/null"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    let message = home.run(&format!("{RENDER} -o /dev/full")).failure(1);
    assert!(message.contains("can't write /dev/full: No space left on device"), "{message}");
    assert!(message.contains("make room"), "{message}");
    for device in ["/dev/null", "/dev/full"] {
        assert!(fs::metadata(device).unwrap().file_type().is_char_device(), "{device}");
    }
    assert_eq!(parts(Path::new("/dev")), [""; 0]);
    let _socket = std::os::unix::net::UnixListener::bind(home.path().join("socket")).unwrap();
    let message = home.run(&format!("{RENDER} -o socket")).failure(1);
    assert!(message.contains("it is a socket"), "{message}");
    assert!(fs::metadata(home.path().join("socket")).unwrap().file_type().is_socket());
}

#[test]
fn sound_is_not_written_to_a_terminal() {
    let home = home();
    let terminal = Pty::new();
    for (place, destination) in ["-", "/dev/tty", "/dev/stdout"].into_iter().enumerate() {
        let script = format!(
            "exec > /dev/tty; $SUPINE {RENDER} -o {destination} 2> words{place}; echo $? > code{place}"
        );
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", "sh", "-c", &script]);
        environment(&home, &mut command);
        ends_with(&mut terminal.start(command), 0);
        let read = |name: &str| fs::read_to_string(home.path().join(format!("{name}{place}"))).unwrap();
        assert_eq!(read("code"), "2\n", "{destination}: {}", read("words"));
        assert!(read("words").contains("sound is not for a terminal"), "{}", read("words"));
    }
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode_and_its_other_names_keep_what_they_had() {
    let home = home();
    let path = home.write("out.wav", "old");
    fs::hard_link(&path, home.path().join("backup.wav")).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    let owner = fs::metadata(&path).map(|data| (data.uid(), data.gid())).unwrap();
    assert_eq!(home.run(&format!("{RENDER} -o out.wav")).code, 0);
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.mode() & 0o7777, (after.uid(), after.gid())), (0o640, owner));
    assert_eq!(fs::read(home.path().join("backup.wav")).unwrap(), b"old");
    let new = shell(&home, "umask 027; supine $ARGS -o new.wav").env("ARGS", RENDER).output().unwrap();
    assert!(new.status.success());
    assert_eq!(fs::metadata(home.path().join("new.wav")).unwrap().mode() & 0o777, 0o640);
}

#[test]
fn what_is_read_only_is_left_as_it_is() {
    let home = home();
    let path = home.write("locked.wav", "mine");
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let message = home.run(&format!("{RENDER} -o locked.wav")).failure(1);
    assert!(message.contains("can't write locked.wav: it is read-only; choose another name"), "{message}");
    assert_eq!(fs::read(&path).unwrap(), b"mine");

    let folder = home.path().join("closed");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    // Root may write there all the same.
    let may_write = File::create(folder.join("probe")).is_ok();
    let outcome = home.run(&format!("{RENDER} -o closed/out.wav"));
    if may_write {
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    } else {
        let message = outcome.failure(1);
        assert!(
            message.contains("Permission denied") && message.contains("choose another folder"),
            "{message}"
        );
    }
    assert_eq!(parts(&folder), [""; 0]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_name_of_another_format_is_refused_and_one_of_none_is_taken() {
    let home = home();
    let sound = ["mp3", "OPUS", "flac", "m4a", "m4b", "ogg", "aac", "wma", "aiff", "ape", "mka", "mp4"];
    for ending in sound.into_iter().chain(["toml", "txt", "zip", "png"]) {
        let message = home.run(&format!("{RENDER} -o bed.{ending}")).failure(2);
        assert!(message.contains(&format!("can't write bed.{ending}: supine writes WAV")), "{message}");
        let help = format!("`ffmpeg -i bed.wav bed.{ending}`");
        assert_eq!(message.contains(&help), sound.contains(&ending), "{message}");
        assert!(message.contains("bed.wav") && !home.path().join(format!("bed.{ending}")).exists());
    }
    // A link may hide one.
    symlink("bed.mp3", home.path().join("link.wav")).unwrap();
    assert!(home.run(&format!("{RENDER} -o link.wav")).failure(2).contains("another format"));
    for name in ["bed", "bed.WAV", "bed.wave", "bed.v2", "bed.2026-01-31", ".wav"] {
        assert_eq!(home.run(&format!("{RENDER} -o {name}")).code, 0, "{name}");
        is_wav(home.path().join(name));
    }
    for name in ["folder/", "short.toml/x.wav", "."] {
        home.run(&format!("{RENDER} -o {name}")).failure(1);
    }
    assert!(!home.path().join("folder").exists());
}

#[test]
fn two_renders_to_one_name_both_succeed_and_one_of_them_is_there() {
    let home = home();
    let mut both = ["a", "b"].map(|_| start(&home, &format!("{RENDER} -o out.wav")));
    both.iter_mut().for_each(|render| ends_with(render, 0));
    is_wav(home.path().join("out.wav"));
    assert_eq!(parts(home.path()), [""; 0]);
}

#[test]
fn a_disk_that_is_full_half_way_leaves_what_was_there() {
    let home = home();
    home.write("out.wav", "old");
    let script = "ulimit -f 100; supine $ARGS -o out.wav; echo $? > code";
    let output = shell(&home, script).env("ARGS", RENDER).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("can't write out.wav: File too large"), "{message}");
    assert_eq!(fs::read_to_string(home.path().join("code")).unwrap(), "1\n");
    assert_eq!(fs::read(home.path().join("out.wav")).unwrap(), b"old");
    assert_eq!(parts(home.path()), [""; 0]);
}

const GATED: &str = "render short.toml --voice gate --ambience none -o out.wav";

/// Starts a render whose voice waits, in which the file has been begun.
fn half_way(home: &Home) -> Helper {
    for name in ["go", "asked"] {
        let _ = fs::remove_file(home.path().join(name));
    }
    let _ = fs::remove_dir_all(home.path().join("cache"));
    let render = start(home, GATED);
    assert!(wait_until(SOON, || home.path().join("asked").exists()), "{}", words(home));
    assert_eq!(parts(home.path()).len(), 1);
    render
}

#[test]
fn whatever_ends_a_render_leaves_no_half_of_a_file() {
    let home = waiting_home();
    for (signal, number) in
        [("HUP", 1), ("INT", 2), ("QUIT", 3), ("USR2", 12), ("ALRM", 14), ("TERM", 15), ("XCPU", 24)]
    {
        let mut render = half_way(&home);
        send(signal, render.pid());
        home.write("go", "");
        ends_with(&mut render, 128 + number);
        assert_eq!(parts(home.path()), [""; 0], "SIG{signal}");
        assert!(!home.path().join("out.wav").exists(), "SIG{signal}");
    }
    // Whoever does not want to wait for the voice asks twice.
    let mut render = half_way(&home);
    assert!(wait_until(SOON, || {
        send("INT", render.pid());
        std::thread::sleep(AGAIN);
        render.has_ended()
    }));
    ends_with(&mut render, 130);
    assert_eq!(parts(home.path()), [""; 0]);
    home.write("go", "");
}

#[test]
fn what_means_nothing_to_a_render_does_not_end_it() {
    let home = waiting_home();
    let mut render = half_way(&home);
    for signal in ["USR1", "TSTP", "CONT", "USR1", "WINCH"] {
        send(signal, render.pid());
    }
    home.write("go", "");
    ends_with(&mut render, 0);
    is_wav(home.path().join("out.wav"));

    // As `nohup` starts it.
    fs::remove_file(home.path().join("go")).unwrap();
    fs::remove_file(home.path().join("out.wav")).unwrap();
    fs::remove_dir_all(home.path().join("cache")).unwrap();
    let mut render = Helper::start(&mut shell(&home, &format!("trap '' HUP; exec $SUPINE {GATED} 2> words")));
    assert!(wait_until(SOON, || !parts(home.path()).is_empty()));
    send("HUP", render.pid());
    home.write("go", "");
    ends_with(&mut render, 0);
    is_wav(home.path().join("out.wav"));
}

#[test]
fn a_terminal_that_closes_ends_a_render_and_leaves_nothing_behind() {
    let home = waiting_home();
    let terminal = Pty::new();
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "env", "--default-signal"]);
    command.arg(assert_cmd::cargo::cargo_bin("supine")).args(GATED.split(' '));
    environment(&home, &mut command);
    let mut render = terminal.start(command);
    assert!(wait_until(SOON, || !parts(home.path()).is_empty() && home.path().join("asked").exists()));
    drop(terminal);
    home.write("go", "");
    assert!(render.wait(SOON).is_some());
    assert!(wait_until(SOON, || parts(home.path()).is_empty()), "{:?}", parts(home.path()));
    assert!(!home.path().join("out.wav").exists());
}

const SHOW: &str = "--voice fake --ambience none";

#[test]
fn a_routine_may_come_through_a_pipe() {
    let home = home();
    let shown = home.run(&format!("show short.toml {SHOW}")).data();
    fifo(&home, "pipe");
    for script in [
        "supine show - $ARGS < short.toml",
        "cat short.toml | supine show - $ARGS",
        "cat short.toml | supine show /dev/stdin $ARGS",
        "supine show /dev/fd/3 $ARGS 3< short.toml",
        "cat short.toml > pipe & supine show pipe $ARGS; wait",
        // As `<(cat short.toml)` of other shells.
        "cat short.toml | { exec 3<&0; supine show /dev/fd/3 $ARGS < /dev/null; }",
    ] {
        let output = shell(&home, script).env("ARGS", SHOW).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), shown, "{script}");
    }
    let outcome = home.outcome(home.command().args(["check", "--quick", "-"]).write_stdin(SHORT));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, "standard input: fine\n"));
    let played =
        home.command().args(["play", "-", "--fake-output", "--voice", "fake"]).write_stdin(SHORT).unwrap();
    assert!(played.status.success());
}

#[test]
fn what_has_no_end_or_is_no_file_is_refused_at_once() {
    let home = home();
    fs::create_dir(home.path().join("folder")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(home.path().join("socket")).unwrap();
    File::create(home.path().join("sparse")).unwrap().set_len(1 << 40).unwrap();
    symlink("gone.toml", home.path().join("link")).unwrap();
    for (path, words) in [
        ("/dev/zero", "it is a device"),
        ("/dev/urandom", "it is a device"),
        ("folder", "it is a folder"),
        ("socket", "it is a socket"),
        ("sparse", "it is no text"),
        ("link", "it is a link to gone.toml, and nothing is there"),
    ] {
        for command in ["show", "play --fake-output", "render -o out.wav"] {
            let message = home.run(&format!("{command} {path} {SHOW}")).failure(2);
            assert!(message.contains(&format!("can't read {path}: {words}")), "{message}");
        }
        let message = home.run(&format!("check {path}")).failure(2);
        assert!(message.contains(words), "{message}");
    }
    for (endless, words) in [("yes", "goes on after 1048576 bytes"), ("cat /dev/zero", "it is no text")] {
        let script = format!("{endless} | supine show -");
        let message = String::from_utf8(shell(&home, &script).output().unwrap().stderr).unwrap();
        assert!(message.contains("can't read standard input: ") && message.contains(words), "{message}");
    }
}

#[test]
fn ctrl_c_ends_what_waits_for_a_pipe() {
    use std::os::unix::process::ExitStatusExt;
    let home = home();
    let pipe = fifo(&home, "pipe");
    for command in ["show pipe", "play pipe --fake-output", "render pipe -o out.wav", "check pipe"] {
        let mut program = start(&home, &format!("{command} --voice fake"));
        // It can be opened without waiting as soon as somebody is there to read.
        let writing = || {
            let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
            File::options().write(true).custom_flags(flags).open(&pipe)
        };
        let mut open = None;
        assert!(wait_until(SOON, || {
            open = writing().ok();
            open.is_some()
        }));
        send("INT", program.pid());
        let status = program.wait(SOON).expect("it ends");
        assert!(status.signal() == Some(2) || status.code() == Some(130), "{command}: {status}");
    }
}

#[test]
fn a_wrong_kind_of_file_is_called_what_it_is() {
    let home = home();
    // A text in UTF-16 is a text.
    let utf_16: Vec<u8> = format!("\u{feff}{SHORT}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    home.write("utf_16.toml", utf_16);
    assert_eq!(home.run("check utf_16.toml --quick").code, 0);
    // Larger than a routine may be, and called what it is all the same.
    let flac = [&b"fLaC\0\0\0\x22"[..], &vec![7; 2 << 20]].concat();
    for (bytes, words) in [
        (
            flac.as_slice(),
            "it is music (FLAC) and not a routine; to hear it under the voice, give it to `--ambience`",
        ),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is a picture (PNG) and not a routine; name another file"),
        (b"%PDF-1.7\n", "it is a document (PDF) and not a routine; save its text as TOML"),
        (b"PK\x03\x04\x14\0\0\0\x08\0", "it is an archive (ZIP) and not a routine; unpack it"),
        (b"{\"title\": \"Mine\"}", "it is JSON and not a routine; write it as TOML"),
        (b"Lie down.\nBreathe.\n", "it is a text and not a routine; a routine is TOML"),
    ] {
        home.write("mine.toml", bytes);
        for (command, code) in [("check", 2), ("play --fake-output", 2), ("show", 2)] {
            let message = home.run(&format!("{command} mine.toml")).failure(code);
            assert!(message.contains(&format!("can't read mine.toml: {words}")), "{message}");
        }
    }
    home.write("config/supine/config.toml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let message = home.run("config").failure(2);
    assert!(message.contains("it is a picture (PNG) and not a config"), "{message}");
}

/// Lets `voice = "fake"` be written into the config, by a key that takes what is heard. Returns what
/// was printed.
fn choose_a_voice(home: &Home) -> String {
    let mut terminal = Pty::new();
    let script = "exec $SUPINE voices --try fake --fake-output 2> words";
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait", "sh", "-c", script]);
    environment(home, &mut command);
    let mut program = terminal.start(command);
    assert!(wait_until(SOON, || {
        terminal.press("x");
        program.has_ended()
    }));
    words(home)
}

#[test]
fn a_config_that_is_a_link_stays_one_and_what_is_no_plain_file_is_left_alone() {
    let home = home();
    let dotfile = home.write("dotfiles/supine.toml", "# mine\npace = \"slow\"\n");
    fs::set_permissions(&dotfile, Permissions::from_mode(0o640)).unwrap();
    let config = home.path().join("config/supine/config.toml");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    symlink("../../dotfiles/supine.toml", &config).unwrap();
    let said = choose_a_voice(&home);
    assert_eq!(
        fs::read_to_string(&dotfile).unwrap(),
        "# mine\npace = \"slow\"\nvoice = \"fake\"\n",
        "{said}"
    );
    assert!(config.is_symlink() && fs::metadata(&dotfile).unwrap().mode() & 0o777 == 0o640);
    for folder in ["dotfiles", "config/supine"] {
        assert_eq!(fs::read_dir(home.path().join(folder)).unwrap().count(), 1, "{folder}");
    }

    fs::set_permissions(&dotfile, Permissions::from_mode(0o440)).unwrap();
    fs::write(home.path().join("words"), "").unwrap();
    let said = choose_a_voice(&home);
    assert!(said.contains("config.toml: it is read-only; "), "{said}");

    fs::remove_file(&config).unwrap();
    fifo(&home, "config/supine/config.toml");
    let message = home.run("config").failure(2);
    assert!(message.contains("it is a pipe, and a config is a file"), "{message}");
    assert!(fs::metadata(&config).unwrap().file_type().is_fifo());
    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    assert!(home.run("config").failure(2).contains("it is a folder"));
    fs::remove_dir(&config).unwrap();
    // As one says that there is to be none.
    symlink("/dev/null", &config).unwrap();
    assert_eq!(home.run("config").code, 0);
    symlink("/dev/zero", home.path().join("zero")).unwrap();
    fs::rename(home.path().join("zero"), &config).unwrap();
    assert!(home.run("config").failure(2).contains("it is a device"));
}

#[test]
fn a_cache_in_a_linked_folder_is_used_and_its_folder_left_as_it_is() {
    let home = waiting_home();
    home.write("go", "");
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::set_permissions(&elsewhere, Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(home.path().join("cache/supine")).unwrap();
    symlink(&elsewhere, home.path().join("cache/supine/clips")).unwrap();
    let outcome = home.run(GATED);
    assert_eq!((outcome.code, outcome.stderr.contains("can't be kept")), (0, false), "{}", outcome.stderr);
    assert!(fs::read_dir(&elsewhere).unwrap().count() > 3);
    assert!(home.path().join("cache/supine/clips").is_symlink());
    assert_eq!(fs::metadata(&elsewhere).unwrap().mode() & 0o777, 0o755);
}

#[test]
fn names_that_are_no_utf_8_are_names() {
    let home = waiting_home();
    let name = |bytes: &'static [u8]| home.path().join(OsStr::from_bytes(bytes));
    fs::copy(home.path().join("sea.wav"), name(b"sea\xff.wav")).unwrap();
    let routine = name(b"mine\xfe.toml");
    let poses =
        "[[pose]]\nname = \"Rest\"\nsteps = [\"Rest.\", \"Stay.\", \"Go on.\", \"Rest again.\", \"Wait.\"]\n";
    fs::write(&routine, format!("title = \"Mine\"\nending = \"awake\"\n{poses}")).unwrap();
    let mut render = home.command();
    render.args(["render", "--voice", "fake", "--ambience"]).arg(name(b"sea\xff.wav")).arg(&routine);
    let outcome = home.outcome(render.arg("-o").arg(name(b"out\xfd.wav")));
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("out\u{fffd}.wav: "), "{}", outcome.stderr);
    is_wav(name(b"out\xfd.wav"));

    let mut play = Command::new(assert_cmd::cargo::cargo_bin("supine"));
    play.args(["play", "--fake-output", "--voice", "patient", "--ambience"]);
    play.arg(OsStr::from_bytes(b"sea\xff.wav")).arg(OsStr::from_bytes(b"mine\xfe.toml"));
    environment(&home, &mut play);
    let mut play = Helper::start(play.stdin(Stdio::null()).stderr(Stdio::null()));
    let place = home.path().join("state/supine/resume.json");
    assert!(wait_until(SOON, || place.exists()));
    play.kill();
    home.write("go", "");
    fs::create_dir(home.path().join("away")).unwrap();
    let mut resume = home.command();
    resume.args(["resume", "--fake-output"]).current_dir(home.path().join("away"));
    let outcome = home.outcome(&mut resume);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    assert!(!place.exists());
}

#[test]
fn a_tilde_is_the_home_folder_where_no_shell_has_expanded_it() {
    let home = waiting_home();
    let outcome = home.run("render ~/short.toml --voice fake --ambience=~/sea.wav --output=~/out.wav");
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    is_wav(home.path().join("out.wav"));
    assert_eq!(home.run("check --quick ~/short.toml").code, 0);
    for line in ["show ~nobody/short.toml --voice fake", "render short.toml --voice fake -o ~nobody/out.wav"]
    {
        let outcome = home.run(line);
        assert!(outcome.code > 0 && outcome.stderr.contains("only `~/` is known here"), "{}", outcome.stderr);
    }
}
