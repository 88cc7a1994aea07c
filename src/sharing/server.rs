//! Serves a folder of sessions to browsers and podcast apps: the page, the feed and the sound files, below a path that can't be
//! guessed, and nothing else. It reads, and never writes.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use percent_encoding::percent_decode_str;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::feed::{self, FEED};
use super::{CHAPTERS, COVER, media_type, offer_of, offered, offers, page};

const LIMITS: Limits = Limits { head: Duration::from_secs(10), write: Duration::from_secs(300) };
/// Connections at a time: of all clients, and of one.
const MOST: usize = 512;
const MOST_OF_ONE: usize = 64;
/// How many files are open when all of them get a sound: two for each, and some for the rest of the program.
pub const OPEN_FILES: u64 = 2 * MOST as u64 + 128;
/// How often it is asked whether it should go on.
const STEP: Duration = Duration::from_millis(100);
/// The most bytes of a request's head.
const HEAD: usize = 16 << 10;

/// Headers of every answer. The page asks for nothing outside itself, and nobody is told where it was.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// How patient it is.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How long a client may take for the head of a request, however it comes in pieces.
    head: Duration,
    /// How long a client may take no bytes: a paused player stops reading, and asks again for the rest.
    write: Duration,
}

/// A server that listens already.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    shared: Arc<Shared>,
    limits: Limits,
}

#[derive(Debug)]
struct Shared {
    folder: PathBuf,
    key: String,
    address: SocketAddr,
}

impl Server {
    /// Listens at `address`, for requests below `/key/`. Port 0 is any that is free.
    ///
    /// # Errors
    /// When the address can't be had.
    pub fn listen(folder: &Path, address: SocketAddr, key: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Shared { folder: folder.to_owned(), key: key.to_owned(), address };
        Ok(Self { listener, shared: Arc::new(shared), limits: LIMITS })
    }

    /// The port that it listens at.
    pub fn port(&self) -> u16 {
        self.shared.address.port()
    }

    /// Answers until `is_wanted` returns false. Blocks.
    ///
    /// # Errors
    /// When it can't listen any more.
    pub fn serve(self, is_wanted: &dyn Fn() -> bool) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let router = Router::new().fallback(answer).with_state(self.shared);
            let clients = Arc::new(Clients::default());
            let mut ticks = tokio::time::interval(STEP);
            loop {
                tokio::select! {
                    accepted = listener.accept() => match accepted {
                        Ok((stream, client)) => {
                            if let Some(seat) = Clients::seat(&clients, client.ip()) {
                                tokio::spawn(attend(stream, router.clone(), self.limits, seat));
                            }
                        }
                        // Out of handles, for the moment: those that are there end some time.
                        Err(_) => tokio::time::sleep(STEP).await,
                    },
                    _ = ticks.tick() => if !is_wanted() { return Ok(()) },
                }
            }
        })
    }
}

async fn attend(stream: tokio::net::TcpStream, router: Router, limits: Limits, seat: Seat) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let io = TokioIo::new(Box::pin(stream));
    let service = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD);
    // A client that breaks off has its reasons.
    let _ = http.serve_connection(io, service).await;
    drop(seat);
}

/// How many connections each client has.
#[derive(Debug, Default)]
struct Clients(Mutex<HashMap<IpAddr, usize>>);

/// A connection that counts.
struct Seat {
    clients: Arc<Clients>,
    client: IpAddr,
}

impl Clients {
    /// A place for one more connection; `None` when the client, or all together, have too many.
    fn seat(clients: &Arc<Self>, client: IpAddr) -> Option<Seat> {
        let mut counts = clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.values().sum::<usize>() >= MOST
            || counts.get(&client).is_some_and(|own| *own >= MOST_OF_ONE)
        {
            return None;
        }
        *counts.entry(client).or_default() += 1;
        Some(Seat { clients: Arc::clone(clients), client })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut counts = self.clients.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = counts.get_mut(&self.client) {
            *own -= 1;
            if *own == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let mut response = respond(&shared, request).await.unwrap_or_else(|status| status.into_response());
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn respond(shared: &Arc<Shared>, request: Request) -> Result<Response, StatusCode> {
    let path = request.uri().path();
    let (key, name) = path.strip_prefix('/').and_then(|path| path.split_once('/')).unwrap_or((path, ""));
    // In a time that does not tell how much of the key is right.
    if !constant_time_eq::constant_time_eq(key.as_bytes(), shared.key.as_bytes()) {
        return Err(StatusCode::NOT_FOUND);
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let name = percent_decode_str(name).decode_utf8().map_err(|_| StatusCode::NOT_FOUND)?.into_owned();
    if let Some((_, media, content)) = page::ASSETS.iter().find(|(asset, ..)| *asset == name) {
        return Ok(text(media, (*content).to_owned()));
    }
    if let Some(format) = offered(&name) {
        return file(&shared.folder.join(&name), media_type(format), request).await;
    }
    let base = base(shared, &request);
    let folder = shared.folder.clone();
    let made = tokio::task::spawn_blocking(move || made(&name, &folder, &base)).await;
    let made = made.ok().and_then(Result::ok).ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
    made.ok_or(StatusCode::NOT_FOUND)
}

/// What is made of the sessions: the page, the feed, chapters and covers. A page asks for the cover of each session, so
/// for one only its own files are opened.
fn made(name: &str, folder: &Path, base: &str) -> io::Result<Option<Response>> {
    let of_one = |ending| match name.strip_suffix(ending) {
        Some(name) => offer_of(folder, name),
        None => Ok(None),
    };
    Ok(match name {
        "" | page::INDEX => Some(text("text/html; charset=utf-8", page::page(&offers(folder)?))),
        FEED => Some(text("application/rss+xml; charset=utf-8", feed::feed(&offers(folder)?, base))),
        _ => match of_one(CHAPTERS)? {
            Some(offer) => Some(text("application/json+chapters", feed::chapters(&offer))),
            None => of_one(COVER)?.and_then(|offer| {
                let cover = offer.png()?.to_vec();
                let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "private")];
                Some((headers, cover).into_response())
            }),
        },
    })
}

/// A sound file, or the range of it that is asked for.
async fn file(path: &Path, media: &str, request: Request) -> Result<Response, StatusCode> {
    // Not what a link leads to: it may lead out of the folder.
    let is_plain = tokio::fs::symlink_metadata(path).await.is_ok_and(|about| about.is_file());
    if !is_plain {
        return Err(StatusCode::NOT_FOUND);
    }
    let media = media.parse().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let served = ServeFile::new_with_mime(path, &media).oneshot(request).await;
    let mut response = served.map_err(|_| StatusCode::NOT_FOUND)?.map(Body::new);
    // A player comes back for parts; nobody between it and here keeps them.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    Ok(response)
}

fn text(media: &str, content: String) -> Response {
    // They change with the folder, and a phone need not keep what somebody does at night.
    ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")], content).into_response()
}

/// The address below which a client has asked: it knows under which name it reaches this machine.
fn base(shared: &Shared, request: &Request) -> String {
    let asked = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let is_host = |host: &&str| {
        !host.is_empty() && host.chars().all(|sign| sign.is_ascii_alphanumeric() || ".-:[]".contains(sign))
    };
    let host = asked.filter(is_host).map_or_else(|| shared.address.to_string(), str::to_owned);
    format!("http://{host}/{}/", shared.key)
}
