//! Many clients at once, and those that do not read.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use super::{LIMIT, Served, serve_by, with_sessions};
use crate::support::home::Home;
use crate::support::process::{ManyFiles, wait_until, with_few_files};

/// How large a sound is that nobody reads: more than any system keeps on its way.
const LONG: u64 = 1 << 30;
/// How long a closed connection's place may take to be free again.
const SOON: Duration = Duration::from_secs(60);
/// Connections at a time, as docs/security.md has them: of one client, and of all.
const MOST_OF_ONE: usize = 64;
const MOST: usize = 512;

/// A server with a long sound as well. It takes no room on the disk.
fn served_by(command: Command) -> Served {
    let home = Home::new();
    with_sessions(&home);
    home.write_tone("sessions/long.wav");
    let long = home.path().join("sessions/long.wav");
    std::fs::File::options().write(true).open(long).unwrap().set_len(LONG).unwrap();
    serve_by(command, home, &[])
}

/// A connection from another address of this machine, for which the system keeps as little as it can.
fn from(address: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.set_tcp_mss(536).unwrap();
    socket.bind(&SocketAddr::from((address, 0)).into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.into()
}

/// An address of this machine, of which it has 16 million.
fn address(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, last)
}

impl Served {
    fn request(&self, name: &str) -> String {
        format!("GET /{}/{name} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.key, self.address)
    }

    /// A client that has asked for the long sound, and reads no more of it than that it gets it; `None` when it was
    /// hung up on.
    fn deaf(&self, client: Ipv4Addr) -> Option<TcpStream> {
        let mut stream = from(client, self.address);
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut first = [0; 12];
        let got = stream
            .write_all(self.request("long.wav").as_bytes())
            .and_then(|()| stream.read_exact(&mut first));
        match got {
            Ok(()) => {
                assert_eq!(&first, b"HTTP/1.1 200");
                Some(stream)
            }
            Err(error) => {
                let refused = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
                assert!(refused.contains(&error.kind()), "{error}");
                None
            }
        }
    }

    /// The memory that the server has, in bytes.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
    }
}

#[test]
fn a_thousand_connections_and_a_client_that_never_reads_keep_nobody_out() {
    let _room = ManyFiles::wait();
    let served = served_by(Command::new(env!("CARGO_BIN_EXE_supine")));
    let mut deaf = served.deaf(address(3)).unwrap();
    let idle: Vec<TcpStream> = (0..1_000).filter_map(|_| TcpStream::connect(served.address).ok()).collect();
    // More than a server takes at all. Some systems allow a process no more than 1,024 files.
    assert!(idle.len() > MOST, "{} connections", idle.len());
    for mut stream in idle.iter() {
        // Some are closed already: a client may have so many, and no more.
        let _ = stream.write_all(b"GET /");
    }
    // Another machine is served at once.
    let page = served.send(from(address(2), served.address), &served.request(""));
    assert_eq!(page.status, 200);
    // And the crowded one again, when its silent connections were closed.
    let since = Instant::now();
    let is_served = || {
        let mut stream = served.connect();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut first = [0; 12];
        stream.write_all(served.request("").as_bytes()).is_ok()
            && stream.read_exact(&mut first).is_ok()
            && first.ends_with(b"200")
    };
    while !is_served() {
        assert!(since.elapsed() < SOON, "silent connections are never closed");
        std::thread::sleep(Duration::from_millis(200));
    }
    // What the deaf one has not taken waits in the file and not in memory, and it may go on: a player was paused.
    assert!(served.memory() < LONG / 4, "{} bytes", served.memory());
    deaf.read_exact(&mut vec![0; 256 << 10]).unwrap();
}

#[test]
fn each_client_has_its_share_of_connections_and_all_together_have_an_end() {
    let _room = ManyFiles::wait();
    let served = served_by(with_few_files(env!("CARGO_BIN_EXE_supine")));
    let mut seated = Vec::new();
    // 127.0.0.8 and those after it.
    let clients = || (8..).map(address).take(MOST / MOST_OF_ONE);
    for client in clients() {
        let own: Vec<TcpStream> = (0..MOST_OF_ONE + 2).filter_map(|_| served.deaf(client)).collect();
        assert_eq!(own.len(), MOST_OF_ONE, "{client}");
        seated.extend(own);
    }
    assert_eq!(seated.len(), MOST);
    let newcomer = address(99);
    assert!(served.deaf(newcomer).is_none(), "there is room for one more");
    drop(seated.pop());
    assert!(wait_until(SOON, || served.deaf(newcomer).is_some()), "a place that was left stays taken");
}
