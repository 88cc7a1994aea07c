//! `supine serve`: what a phone gets, and what nobody gets. Real connections on loopback; requests are written by hand, for a
//! library would tidy up those that are meant to do harm.

mod crowd;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::home::Home;
use crate::support::process::{Helper, limited};

const REST: &str = "title = \"Rest & be <still>\"\nsummary = \"For a test.\"\nlanguage = \"en\"\nending = \"awake\"\n[[pose]]\nname = \"Lie down\"\nsteps = [\"Rest here.\"]\n[[pose]]\nname = \"Breathe\"\nsteps = [{ count = 3 }]\n";
const LIMIT: Duration = Duration::from_secs(30);

/// A server, which ends with the test.
struct Served {
    home: Home,
    address: SocketAddr,
    key: String,
    server: Helper,
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// A folder with a session in two formats that need no other program, and a server of it.
fn served() -> Served {
    let home = Home::new();
    with_sessions(&home);
    serve(home, &[])
}

fn with_sessions(home: &Home) {
    home.write("rest.toml", REST);
    home.write("sessions/notes.txt", "not for others");
    home.write("sessions/.hidden.opus", "not for others either");
    for format in ["opus", "flac"] {
        home.run(&format!("render rest.toml --voice fake --ambience none -o sessions/rest.{format}"));
    }
    std::os::unix::fs::symlink(home.path().join("rest.toml"), home.path().join("sessions/link.opus"))
        .unwrap();
}

/// Serves the sessions of a home.
fn serve(home: Home, more: &[&str]) -> Served {
    serve_by(Command::new(env!("CARGO_BIN_EXE_supine")), home, more)
}

/// Serves them by this command.
fn serve_by(mut command: Command, home: Home, more: &[&str]) -> Served {
    command.args(["serve", "sessions", "--port", "0", "--quiet"]).args(more).current_dir(home.path());
    command
        .env("HOME", home.path())
        .env("XDG_STATE_HOME", home.path().join("state"))
        .env("LC_ALL", "C.UTF-8");
    let mut server = Helper::start(command.stdin(Stdio::null()).stdout(Stdio::piped()));
    // All that it prints is read, so that nothing it prints has nobody who reads it.
    let said: Vec<String> = BufReader::new(server.child().stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.contains("Ctrl-C ends it"))
        .collect();
    let url = said[0].split_whitespace().last().unwrap();
    let (host, key) = url.strip_prefix("http://").unwrap().trim_end_matches('/').split_once('/').unwrap();
    Served { address: host.parse().unwrap(), key: key.to_owned(), home, server }
}

impl Served {
    /// Sends these bytes, and reads the answer to its end.
    fn send(&self, mut stream: TcpStream, request: &str) -> Answer {
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("there is an answer");
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        };
        Answer { status, headers: lines.filter_map(header).collect(), body: all[end + 4..].to_vec() }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    fn ask(&self, method: &str, path: &str, more: &str) -> Answer {
        let host = self.address;
        let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n");
        self.send(self.connect(), &request)
    }

    /// What is at a name below the secret path.
    fn get(&self, name: &str) -> Answer {
        self.ask("GET", &format!("/{}/{name}", self.key), "")
    }
}

#[test]
fn a_phone_gets_the_page_the_feed_the_chapters_the_cover_and_the_sound() {
    let served = served();
    let page = served.get("");
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    assert!(page.text().contains("Rest &amp; be &lt;still&gt;"), "{}", page.text());
    assert!(!page.text().contains("<still>"), "what is in a title is no markup");
    for asset in ["player.js", "player.css"] {
        assert_eq!(served.get(asset).status, 200, "{asset}");
        assert!(page.text().contains(asset));
    }
    let feed = served.get("feed.xml").text();
    let sound = format!("http://{}/{}/rest.opus", served.address, served.key);
    assert!(feed.contains(&format!("<enclosure url=\"{sound}\"")), "{feed}");
    assert!(feed.contains("alternateEnclosure") && feed.contains("rest.flac"), "{feed}");
    assert!(feed.contains("<title>Rest &amp; be &lt;still&gt;</title>"), "{feed}");
    let chapters: serde_json::Value = serde_json::from_slice(&served.get("rest.chapters.json").body).unwrap();
    let names: Vec<&str> =
        chapters["chapters"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert!(names.contains(&"Lie down") && names.contains(&"Breathe"), "{names:?}");
    let cover = served.get("rest.png");
    assert!(cover.status == 200 && cover.body.starts_with(b"\x89PNG"));
    let file = std::fs::read(served.home.path().join("sessions/rest.opus")).unwrap();
    let whole = served.get("rest.opus");
    assert_eq!(
        (whole.status, whole.headers["content-type"].as_str(), &whole.body),
        (200, "audio/ogg", &file)
    );
}

#[test]
fn a_player_may_ask_for_a_part_of_the_sound() {
    let served = served();
    let path = format!("/{}/rest.opus", served.key);
    let file = std::fs::read(served.home.path().join("sessions/rest.opus")).unwrap();
    let part = served.ask("GET", &path, "Range: bytes=100-199\r\n");
    assert_eq!((part.status, part.body.as_slice()), (206, &file[100..200]));
    assert_eq!(part.headers["content-range"], format!("bytes 100-199/{}", file.len()));
    let end = served.ask("GET", &path, "Range: bytes=-10\r\n");
    assert_eq!((end.status, end.body.as_slice()), (206, &file[file.len() - 10..]));
    let beyond = served.ask("GET", &path, &format!("Range: bytes={}-\r\n", file.len() + 1));
    assert_eq!(beyond.status, 416);
    let head = served.ask("HEAD", &path, "");
    assert_eq!(
        (head.status, head.headers["content-length"].clone(), head.body.len()),
        (200, file.len().to_string(), 0)
    );
}

#[test]
fn nothing_but_the_sessions_can_be_reached_and_nothing_can_be_changed() {
    let served = served();
    let key = &served.key;
    let paths = [
        "/".to_owned(),
        "/rest.opus".to_owned(),
        format!("/{key}"),
        format!("/{}/rest.opus", key.to_lowercase().chars().rev().collect::<String>()),
        format!("/{}/", &key[..key.len() - 1]),
        format!("/{key}/notes.txt"),
        format!("/{key}/.hidden.opus"),
        format!("/{key}/link.opus"),
        format!("/{key}/../rest.toml"),
        format!("/{key}/..%2frest.toml"),
        format!("/{key}/%2e%2e/rest.toml"),
        format!("/{key}/..%2fsessions%2frest.opus"),
        format!("/{key}/%2fetc%2fhostname"),
        format!("/{key}//etc/hostname"),
        format!("/{key}/rest.opus%00.opus"),
        format!("/{key}/%ff.opus"),
    ];
    for path in paths {
        let answer = served.ask("GET", &path, "");
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(answer.body.is_empty(), "{path}");
    }
    let endless = served.ask("GET", &format!("/{key}/{}", "a".repeat(64 << 10)), "");
    assert!((400..500).contains(&endless.status) && endless.body.is_empty(), "{}", endless.status);
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        assert_eq!(
            served.ask(method, &format!("/{key}/rest.opus"), "Content-Length: 0\r\n").status,
            405,
            "{method}"
        );
    }
    // A name that a client made up does not get into the feed.
    let request = format!("GET /{key}/feed.xml HTTP/1.1\r\nHost: <evil>&\r\nConnection: close\r\n\r\n");
    let feed = served.send(served.connect(), &request);
    assert!(feed.status == 400 || !feed.text().contains("evil"));
}

#[test]
fn every_answer_tells_a_browser_what_it_may_do_and_keep() {
    const HEADERS: [(&str, &str); 5] = [
        (
            "content-security-policy",
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    let served = served();
    // What is made of titles is kept nowhere, and a sound by its player alone.
    for (name, range, status, keeping) in [
        ("", "", 200, Some("no-store")),
        ("feed.xml", "", 200, Some("no-store")),
        ("rest.chapters.json", "", 200, Some("no-store")),
        ("player.js", "", 200, Some("no-store")),
        ("rest.png", "", 200, Some("private")),
        ("rest.opus", "", 200, Some("private")),
        ("rest.opus", "Range: bytes=10-19\r\n", 206, Some("private")),
        ("nothing.opus", "", 404, None),
    ] {
        let answer = served.ask("GET", &format!("/{}/{name}", served.key), range);
        assert_eq!(answer.status, status, "{name}");
        for (header, value) in HEADERS {
            assert_eq!(answer.headers.get(header).map(String::as_str), Some(value), "{name}: {header}");
        }
        assert_eq!(answer.headers.get("cache-control").map(String::as_str), keeping, "{name}");
    }
}

#[test]
fn a_file_on_which_a_decoder_panics_is_offered_without_a_label_and_the_others_as_ever() {
    let home = Home::new();
    with_sessions(&home);
    // A picture of two bytes, whose fields are looked for behind its end.
    home.write("sessions/broken.flac", b"fLaC\x86\0\0\x02\0\0");
    let mut command = Command::new(env!("CARGO_BIN_EXE_supine"));
    let errors = home.path().join("errors");
    command.stderr(std::fs::File::create(&errors).unwrap());
    let served = serve_by(command, home, &[]);
    for name in ["", "feed.xml"] {
        let text = served.get(name).text();
        assert!(text.contains("Rest &amp; be") && text.contains("broken"), "{text}");
    }
    assert_eq!(std::fs::read_to_string(errors).unwrap(), "");
}

#[test]
fn the_address_stays_until_another_one_is_asked_for() {
    let Served { home, key: first, server, .. } = served();
    drop(server);
    let path = home.path().join("state/supine/serve.key");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    assert!(first.len() >= 22, "128 bits: {first}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let Served { home, key: second, server, .. } = serve(home, &[]);
    drop(server);
    assert_eq!(second, first, "a podcast app keeps its subscription");
    let third = serve(home, &["--new-address"]);
    assert_ne!(third.key, first);
    assert_eq!(third.ask("GET", &format!("/{first}/"), "").status, 404, "who knew it is out");
    assert_eq!(third.get("").status, 200);
}

#[test]
fn a_folder_without_sessions_is_told_how_to_get_some() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    for folder in ["empty", "missing"] {
        let message = home.run(&format!("serve {folder} --quiet --port 0")).failure(1);
        assert!(message.contains("supine render --all"), "{message}");
    }
}

#[test]
fn a_file_that_tells_lengths_that_it_does_not_have_asks_for_no_memory() {
    const MEBIBYTE: u64 = 1 << 20;
    let home = Home::new();
    with_sessions(&home);
    // The type of an MP4 file, in 2^40 bytes.
    let long = [&[0, 0, 0, 1], b"ftyp".as_slice(), &(1_u64 << 40).to_be_bytes(), b"M4A \0\0\0\0"].concat();
    home.write("sessions/long.m4a", long);
    let served = serve_by(limited(1500 * MEBIBYTE, env!("CARGO_BIN_EXE_supine")), home, &[]);
    let page = served.get("").text();
    assert!(page.contains("Rest &amp; be") && page.contains("long"), "{page}");
}
