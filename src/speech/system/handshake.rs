//! Whether whoever answers in place of the speech service is one. Its C library ends the whole program when it is
//! answered in another way, so it is asked beforehand, without that library.

use std::io::{self, Read, Write};
use std::time::Duration;

/// A service that takes longer is left to the library, and to the time limit for it.
const LIMIT: Duration = Duration::from_millis(500);
/// Asks for nothing that stays (SSIP, the protocol of Speech Dispatcher).
const HELLO: &[u8] = b"SET SELF CLIENT_NAME supine:supine:hello\r\n";
const BYE: &[u8] = b"QUIT\r\n";
/// Who has answered so much without the end of a line is no service.
const MOST: usize = 1024;

/// False when something else than a speech service answers. Where nothing answers, the library says why.
pub(super) fn is_service() -> bool {
    let address = std::env::var("SPEECHD_ADDRESS").ok();
    let (method, place) = address.as_deref().and_then(|address| address.split_once(':')).unzip();
    let answer = match (method, place) {
        (Some("inet_socket"), Some(place)) => over_network(place),
        (Some("unix_socket") | None, place) => over_file(place),
        _ => return true,
    };
    answer.map_or(true, |answer| is_answer(&answer))
}

/// Three digits, and a space or a hyphen.
fn is_answer(answer: &[u8]) -> bool {
    answer.is_empty()
        || answer.len() > 3 && answer[..3].iter().all(u8::is_ascii_digit) && matches!(answer[3], b' ' | b'-')
}

#[cfg(unix)]
fn over_file(place: Option<&str>) -> io::Result<Vec<u8>> {
    use std::os::unix::net::UnixStream;
    use std::path::PathBuf;
    let usual = || {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        folder.map(|folder| folder.join("speech-dispatcher/speechd.sock"))
    };
    let path = place.map(PathBuf::from).or_else(usual).ok_or(io::ErrorKind::NotFound)?;
    let stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    answer(stream)
}

#[cfg(not(unix))]
fn over_file(_: Option<&str>) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

fn over_network(place: &str) -> io::Result<Vec<u8>> {
    use std::net::{TcpStream, ToSocketAddrs};
    let address = place.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
    let stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    answer(stream)
}

/// The first line of the answer, as far as it comes.
fn answer(mut stream: impl Read + Write) -> io::Result<Vec<u8>> {
    stream.write_all(HELLO)?;
    let mut answer = Vec::new();
    let mut part = [0; 256];
    while !answer.contains(&b'\n') && answer.len() < MOST {
        match stream.read(&mut part)? {
            0 => break,
            read => answer.extend(&part[..read]),
        }
    }
    // Whoever it is, nothing more is asked of them.
    let _ = stream.write_all(BYE);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_the_protocol_is_told_from_anything_else() {
        for answer in ["208 OK CLIENT NAME SET\r\n", "300-ERR\r\n", ""] {
            assert!(is_answer(answer.as_bytes()), "{answer}");
        }
        for answer in ["HTTP/1.1 400 Bad Request\r\n", "20\n", "2080\n", "\u{fffd}"] {
            assert!(!is_answer(answer.as_bytes()), "{answer}");
        }
    }
}
