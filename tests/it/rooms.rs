//! A stream of Opus through a real Icecast server, to two listeners, of whom one comes later. Everything stays on the
//! loopback interface, on a port that was free.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, require, wait_until};

const LONG: &str = r#"
title = "For every room"
ending = "awake"
[[pose]]
name = "Rest"
steps = ["Let both legs lie long.", { count = 60 }]
"#;
/// A limit for what takes a moment.
const SOON: Duration = Duration::from_secs(60);

/// The server's config. As root, it becomes another user before it listens.
fn config(folder: &Path, port: u16) -> String {
    let here = folder.display();
    format!(
        "<icecast><hostname>localhost</hostname>
        <authentication><source-password>bed</source-password></authentication>
        <limits><source-timeout>60</source-timeout><header-timeout>60</header-timeout></limits>
        <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
        <paths><basedir>{here}</basedir><logdir>{here}</logdir><webroot>{here}</webroot>
        <adminroot>{here}</adminroot></paths>
        <security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security>
        </icecast>"
    )
}

/// Listens for some seconds, and returns what was heard: the title, and the loudest sample.
fn listen(home: &Home, url: &str, name: &str) -> (String, f32) {
    let path = home.path().join(name);
    let mut command = Command::new("curl");
    command.args(["-s", "--max-time", "6", url]).stdout(File::create(&path).unwrap());
    Helper::start(&mut command).wait(SOON);
    let tool = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).arg(&path).output().unwrap().stdout
    };
    let title = tool("ffprobe", &["-v", "error", "-show_entries", "stream_tags=TITLE", "-of", "csv=p=0"]);
    let samples = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&path)
        .args(["-f", "f32le", "-"])
        .output()
        .unwrap()
        .stdout;
    let samples = samples.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
    (String::from_utf8(title).unwrap(), samples.fold(0.0, |most, sample| most.max(sample.abs())))
}

/// What the server and its sources wrote of their faults.
fn told(folder: &Path) -> String {
    ["error.log", "source.log"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default()).concat()
}

/// A render that a source brings to the server.
struct Streamer<'a> {
    home: &'a Home,
    port: u16,
    folder: &'a Path,
    processes: [Helper; 2],
}

impl<'a> Streamer<'a> {
    fn start(home: &'a Home, port: u16, folder: &'a Path) -> Self {
        Self { home, port, folder, processes: stream(home, port, folder) }
    }

    /// Begins again where the server sent the source away, as it may on a busy machine: whoever streams does that, too.
    fn go_on(&mut self) {
        if self.processes[1].has_ended() {
            self.processes = stream(self.home, self.port, self.folder);
        }
    }
}

/// Starts the render and the source.
fn stream(home: &Home, port: u16, folder: &Path) -> [Helper; 2] {
    let log = || File::options().create(true).append(true).open(folder.join("source.log")).unwrap();
    let mut render = home.std_command();
    render.args("render long.toml --voice fake --ambience brown --format opus -o -".split(' '));
    let mut render = Helper::start(render.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log()));
    let sound = render.child().stdout.take().unwrap();
    let mut source = Command::new("ffmpeg");
    source.args("-v error -re -i - -c copy -f ogg -content_type audio/ogg".split(' '));
    source.arg(format!("icecast://source:bed@127.0.0.1:{port}/bed.opus"));
    let source = Helper::start(source.stdin(sound).stderr(log()));
    [render, source]
}

#[test]
fn who_comes_later_to_a_stream_hears_it_too() {
    for (program, package) in [("icecast2", "icecast2"), ("ffmpeg", "ffmpeg"), ("curl", "curl")] {
        require(program, package);
    }
    let home = Home::new();
    home.write("long.toml", LONG);
    let folder = tempfile::tempdir().unwrap();
    // Whoever the server becomes may read its config and write its log.
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let file = folder.path().join("icecast.xml");
    fs::write(&file, config(folder.path(), port)).unwrap();
    let quiet = || Stdio::null();
    let mut server = Command::new("icecast2");
    let _server = Helper::start(server.arg("-c").arg(&file).stdout(quiet()).stderr(quiet()));
    assert!(
        wait_until(SOON, || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()),
        "icecast2 does not listen: {}",
        told(folder.path())
    );

    let mut streamer = Streamer::start(&home, port, folder.path());
    let url = format!("http://127.0.0.1:{port}/bed.opus");
    let is_there = || {
        let answer = Command::new("curl")
            .args(["-s", "-o", "/dev/null", "--max-time", "2", "-w", "%{http_code}", &url])
            .output()
            .unwrap();
        streamer.go_on();
        answer.stdout == b"200"
    };
    assert!(wait_until(SOON, is_there), "nothing is streamed: {}", told(folder.path()));
    for listener in ["first", "later"] {
        let (title, loudest) = listen(&home, &url, listener);
        assert_eq!(title.trim(), "For every room", "{listener}");
        assert!(loudest > 0.01, "the {listener} listener hears nothing: {}", told(folder.path()));
    }
}
