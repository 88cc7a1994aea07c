//! Sources of routines, and files that are refused because they are not routines.

use super::*;

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
        // Like `<(cat short.toml)` in other shells.
        "cat short.toml | { exec 3<&0; supine show /dev/fd/3 $ARGS < /dev/null; }",
    ] {
        let output = shell(&home, script).env("ARGS", SHOW).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), shown, "{script}");
    }
    let told = SHORT.replace("name = \"Rest\"\n", "name = \"Rest\"\nposition = \"lying on your back\"\n");
    let outcome = home.outcome(home.command().args(["check", "--quick", "-"]).write_stdin(told));
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
        // It can be opened without waiting as soon as a reader is there.
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
    // The file is larger than a routine may be, but its kind is still named.
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
