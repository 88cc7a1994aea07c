//! Clients that take their time, at a server with less patience than the real one.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

use super::*;

const KEY: &str = "key";
/// Clients are hung up on after a second at most.
const SHORT: Duration = Duration::from_secs(1);
/// Longer than it is waited for here.
const LONG: Duration = Duration::from_secs(3600);
/// How long a test waits. Without its own limit for heads, hyper gives up after 30 s.
const SOON: Duration = Duration::from_secs(25);

/// A server of one large sound, which ends with the test.
struct Served {
    address: SocketAddr,
    is_wanted: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Served {
    fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // More than the system keeps for a client that does not read it.
        File::create(folder.path().join("long.wav")).unwrap().set_len(1 << 30).unwrap();
        let mut server =
            Server::listen(folder.path(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), KEY).unwrap();
        server.limits = limits;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, server.port()));
        let is_wanted = Arc::new(AtomicBool::new(true));
        let wanted = Arc::clone(&is_wanted);
        let thread = std::thread::spawn(move || server.serve(&|| wanted.load(Ordering::Relaxed)).unwrap());
        Self { address, is_wanted, thread: Some(thread), _folder: folder }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream
    }

    /// A client that has got the first bytes of the sound, and reads no more.
    fn deaf(&self) -> TcpStream {
        let mut stream = self.connect();
        let request = format!("GET /{KEY}/long.wav HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 200");
        stream
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.is_wanted.store(false, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_none_or(|ended| ended.is_ok()));
    }
}

/// Sends a byte now and then, without reading, until the other end has hung up; false when it does not.
fn is_hung_up_on(stream: &mut TcpStream) -> bool {
    let start = Instant::now();
    while start.elapsed() < SOON {
        match stream.write_all(b"x") {
            Ok(()) => std::thread::sleep(SHORT / 10),
            Err(error) => {
                let kind = error.kind();
                assert!(matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{error}");
                return true;
            }
        }
    }
    false
}

#[test]
fn a_client_that_never_reads_is_hung_up_on() {
    let served = Served::with(Limits { head: LONG, write: SHORT });
    assert!(is_hung_up_on(&mut served.deaf()));
}

#[test]
fn a_head_that_is_dripped_is_given_up() {
    let served = Served::with(Limits { head: SHORT, write: LONG });
    let mut dripping = served.connect();
    dripping.write_all(b"GET /").unwrap();
    assert!(is_hung_up_on(&mut dripping));
}

#[test]
fn a_head_that_never_comes_is_given_up() {
    let served = Served::with(Limits { head: SHORT, write: LONG });
    for begun in ["", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut silent = served.connect();
        silent.write_all(begun.as_bytes()).unwrap();
        // An end, or a reset: no error of time.
        let end = silent.read(&mut [0; 1]).map_err(|error| error.kind());
        assert!(matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)), "{begun:?}: {end:?}");
    }
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let served = Served::with(Limits { head: SHORT, write: LONG });
    for method in ["GET", "POST"] {
        let mut client = served.connect();
        let head = format!("{method} /{KEY}/feed.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
        client.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 "), "{method}");
    }
}
